package main

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"menshen/moderation/bench/dict"

	"github.com/mozillazg/go-pinyin"
)

const (
	firstHan, lastHan = 0x4E00, 0x9FFF
	maxReadings       = 2
)

// least is the corpus frequency from which a word of so many runes counts as
// ordinary.
var least = map[int]int{2: 10, 3: 20, 4: 50}

// encodeWords keeps the ordinary words of two to four Han characters as sorted
// 32-bit FNV-1a hashes of their folded runes, each as the varint distance from
// the one before.
func encodeWords(words []dict.Word, folds *foldTable) []byte {
	var hashes []uint32
	for _, w := range words {
		need, ok := least[len(w.Runes)]
		if !ok || w.Freq < need || slices.ContainsFunc(w.Runes, notHan) || numeral(w.Runes, folds) {
			continue
		}
		h := uint32(2166136261)
		for _, r := range w.Runes {
			h = (h ^ uint32(folds.one(r))) * 16777619
		}
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	out := binary.AppendUvarint(nil, uint64(len(hashes)))
	last := uint32(0)
	for _, h := range hashes {
		out = binary.AppendUvarint(out, uint64(h-last))
		last = h
	}
	return out
}

// numeral reports a number written out, which is no word that could be cut.
func numeral(word []rune, folds *foldTable) bool {
	return !slices.ContainsFunc(word, func(r rune) bool { f := folds.one(r); return f < '0' || f > '9' })
}

func notHan(r rune) bool { return r < firstHan || r > lastHan }

// encodeHan writes the list of syllables, then for each character of the basic
// block one byte of frequency (sixteen classes an octave of e) and two
// syllable numbers of two bytes, zero where there are fewer.
func encodeHan(words []dict.Word) []byte {
	freq := make([]float64, lastHan-firstHan+1)
	total := 0.0
	for _, w := range words {
		for _, r := range w.Runes {
			if !notHan(r) {
				freq[r-firstHan] += float64(w.Freq)
				total += float64(w.Freq)
			}
		}
	}
	readings, names := syllables()
	text := strings.Join(names, " ")
	out := binary.LittleEndian.AppendUint16(nil, uint16(len(text)))
	out = append(out, text...)
	for i, f := range freq {
		rare := 255.0
		if f > 0 {
			rare = min(255, -8*math.Log(f/total))
		}
		out = append(out, byte(rare))
		for k := range maxReadings {
			id := uint16(0)
			if k < len(readings[i]) {
				id = readings[i][k]
			}
			out = binary.LittleEndian.AppendUint16(out, id)
		}
	}
	return out
}

// syllables numbers the toneless syllables from 1 in alphabetical order.
func syllables() ([][]uint16, []string) {
	args := pinyin.NewArgs()
	args.Heteronym = true
	all := make([][]string, lastHan-firstHan+1)
	set := map[string]bool{}
	for r := rune(firstHan); r <= lastHan; r++ {
		for _, s := range pinyin.SinglePinyin(r, args) {
			s = strings.ReplaceAll(strings.ReplaceAll(s, "ü", "v"), "ê", "e")
			if len(s) > 0 && isSyllable(s) && !slices.Contains(all[r-firstHan], s) && len(all[r-firstHan]) < maxReadings {
				all[r-firstHan] = append(all[r-firstHan], s)
				set[s] = true
			}
		}
	}
	var names []string
	for s := range set {
		names = append(names, s)
	}
	slices.Sort(names)
	out := make([][]uint16, len(all))
	for i, list := range all {
		for _, s := range list {
			k, _ := slices.BinarySearch(names, s)
			out[i] = append(out[i], uint16(k+1))
		}
	}
	return out, names
}

func isSyllable(s string) bool {
	return strings.ContainsAny(s, "aeiouv") && !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
}
