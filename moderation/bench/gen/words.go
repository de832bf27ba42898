package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/mozillazg/go-pinyin"
)

const (
	firstHan, lastHan = 0x4E00, 0x9FFF
	maxReadings       = 3
)

type word struct {
	runes []rune
	freq  int
}

func readWords(path string) ([]word, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open dictionary: %w", err)
	}
	defer f.Close()
	var out []word
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		field := strings.Fields(sc.Text())
		if len(field) < 2 {
			continue
		}
		n, err := strconv.Atoi(field[1])
		if err != nil {
			return nil, fmt.Errorf("dictionary row %q: %w", sc.Text(), err)
		}
		out = append(out, word{[]rune(field[0]), n})
	}
	return out, sc.Err()
}

// least is the corpus frequency from which a word of so many runes counts as
// ordinary.
var least = map[int]int{2: 10, 3: 20, 4: 50}

// encodeWords keeps the ordinary words of two to four Han characters as sorted
// 32-bit FNV-1a hashes of their folded runes, each as the varint distance from
// the one before.
func encodeWords(words []word, folds *foldTable) []byte {
	var hashes []uint32
	for _, w := range words {
		need, ok := least[len(w.runes)]
		if !ok || w.freq < need || slices.ContainsFunc(w.runes, notHan) {
			continue
		}
		h := uint32(2166136261)
		for _, r := range w.runes {
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

func notHan(r rune) bool { return r < firstHan || r > lastHan }

// encodeHan writes the list of syllables, then for each character of the basic
// block one byte of frequency (sixteen classes an octave of e) and three
// syllable numbers of two bytes, zero where there are fewer.
func encodeHan(words []word) []byte {
	freq := make([]float64, lastHan-firstHan+1)
	total := 0.0
	for _, w := range words {
		for _, r := range w.runes {
			if !notHan(r) {
				freq[r-firstHan] += float64(w.freq)
				total += float64(w.freq)
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
