package moderation

import (
	_ "embed"
	"encoding/binary"
	"strings"
	"sync"
)

// The tables are written by bench/gen, which names their sources and licences.
//
//go:generate go -C bench run ./gen -opencc OPENCC/data/dictionary -out ..
var (
	//go:embed fold.bin
	foldData string
	//go:embed han.bin
	hanData string
	//go:embed words.bin
	wordData string
)

var (
	foldTable = sync.OnceValue(loadFold)
	hanTable  = sync.OnceValue(loadHan)
	wordTable = sync.OnceValue(loadWords)
)

// pageTable maps a rune to its cell XOR the rune, so that the many pages on
// which nothing changes are one. The runes of nearly all text are found without
// the index.
type pageTable struct {
	basic      [1 << 16]cell
	index      [0x1100]uint16
	pages      [][256]cell // of all blocks until they are annotated, then of those behind basic
	expansions []cell
}

func loadFold() *pageTable {
	data := []byte(foldData)
	word := func() uint16 {
		v := binary.LittleEndian.Uint16(data)
		data = data[2:]
		return v
	}
	long := func() cell {
		v := cell(binary.LittleEndian.Uint32(data))
		data = data[4:]
		return v
	}
	t := &pageTable{pages: make([][256]cell, word()), expansions: make([]cell, word())}
	for i := range t.index {
		t.index[i] = word()
	}
	for p := range t.pages {
		for i := range t.pages[p] {
			t.pages[p][i] = long()
		}
	}
	for i := range t.expansions {
		t.expansions[i] = long()
	}
	t.annotate(hanTable())
	t.flatten()
	return t
}

// flatten takes the pages of the basic plane out.
func (t *pageTable) flatten() {
	for r := range t.basic {
		t.basic[r] = t.pages[t.index[r>>8]][uint8(r)]
	}
	var kept [][256]cell
	moved := map[uint16]uint16{}
	for block := len(t.basic) >> 8; block < len(t.index); block++ {
		p := t.index[block]
		if _, ok := moved[p]; !ok {
			moved[p] = uint16(len(kept))
			kept = append(kept, t.pages[p])
		}
		t.index[block] = moved[p]
	}
	t.pages = kept
}

// entry is what the table has for a rune.
func (t *pageTable) entry(r rune) cell {
	if r < rune(len(t.basic)) {
		return t.basic[r]
	}
	return t.pages[t.index[uint32(r)>>8]][uint8(r)]
}

// expansion is what a rune with several folded runes becomes.
func (t *pageTable) expansion(e cell) []cell {
	start, n := e&0xFFFF, e&runeMask>>16
	return t.expansions[start : start+n]
}

const (
	firstHan  = 0x4E00
	lastHan   = 0x9FFF
	hanRecord = 5 // bytes a character: rarity, two readings
)

// hanInfo knows how rare a Han character is and how it is read.
type hanInfo struct {
	names    []string // toneless syllables; number n is names[n-1]
	records  string
	initials [1 << toneBits]uint8 // first letters by tone, a is 1; 0 for those of no syllable
}

func loadHan() *hanInfo {
	n := int(hanData[0]) | int(hanData[1])<<8
	h := &hanInfo{names: strings.Fields(hanData[2 : 2+n]), records: hanData[2+n:]}
	for i, name := range h.names {
		h.initials[i+1] = name[0] - 'a' + 1
	}
	return h
}

// rarity grows with rareness: -8 ln p in running text, 255 for what does not
// occur. Runes outside the basic block count as fairly rare.
func (h *hanInfo) rarity(r rune) int {
	if r < firstHan || r > lastHan {
		return 50
	}
	return int(h.records[int(r-firstHan)*hanRecord])
}

// readings are the numbers of up to two toneless syllables, 0 for none.
func (h *hanInfo) readings(r rune) [2]uint16 {
	var out [2]uint16
	if r < firstHan || r > lastHan {
		return out
	}
	rec := h.records[int(r-firstHan)*hanRecord+1:]
	for i := range out {
		out[i] = uint16(rec[2*i]) | uint16(rec[2*i+1])<<8
	}
	return out
}

// spelling is a letter in Latin: itself, or the usual toneless syllable of a
// character; "" if there is none.
func (h *hanInfo) spelling(c cell) string {
	if isPlainLatin(c) {
		return string(c.r())
	}
	if id := c.syllable(); id > 0 {
		return h.names[id-1]
	}
	return ""
}

// numeral is the syllable of a digit that was written as a character.
func (h *hanInfo) numeral(c cell) string {
	written := []rune("零一二三四五六七八九")[c.r()-'0']
	return h.names[h.readings(written)[0]-1]
}

// wordSet holds hashes of the ordinary words of two to four characters in
// ascending order. A few of them share their upper bits, so two looks into the
// memory find one.
type wordSet struct {
	first  [1<<wordBits + 1]uint32 // the place of the first with those upper bits or greater ones
	hashes []uint32
}

const wordBits = 14

func loadWords() *wordSet {
	data := []byte(wordData)
	n, k := binary.Uvarint(data)
	data = data[k:]
	s := &wordSet{hashes: make([]uint32, 0, n)}
	last, upper := uint32(0), 0
	for range n {
		d, k := binary.Uvarint(data)
		data = data[k:]
		for last += uint32(d); upper <= int(last>>(32-wordBits)); upper++ {
			s.first[upper] = uint32(len(s.hashes))
		}
		s.hashes = append(s.hashes, last)
	}
	for ; upper < len(s.first); upper++ {
		s.first[upper] = uint32(n)
	}
	return s
}

// has reports whether the cells are a word of the set, which may be nil.
func (s *wordSet) has(word []cell) bool {
	if s == nil {
		return false
	}
	h := uint32(2166136261)
	for _, c := range word {
		h = (h ^ uint32(c.r())) * 16777619
	}
	upper := h >> (32 - wordBits)
	for _, other := range s.hashes[s.first[upper]:s.first[upper+1]] {
		if other == h {
			return true
		}
	}
	return false
}
