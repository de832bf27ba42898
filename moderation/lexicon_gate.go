package moderation

import (
	"math/bits"

	"github.com/cloudflare/ahocorasick"
)

// canonical maps ASCII letters and digits that are written for each other
// (w3chat, l38OO) to one of them, so that the gate and the cover let both pass.
var canonical = [128]uint8{'0': 'o', '1': 'l', 'i': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g'}

func canon(c cell) uint64 {
	c &= runeMask
	if c < 128 && canonical[c] != 0 {
		return uint64(canonical[c])
	}
	return uint64(c)
}

// gate is an exact set of letter pairs, each with the first of its forms.
type gate struct {
	filter  []uint64 // two bits of a word for each hash, to dismiss most pairs in the cache
	slots   []slot   // open addressing
	wide    uint8    // shift of the filter's hash
	narrow  uint8    // shift of the table's hash
	singles bool     // some form has one letter only
}

// slot is a key of at most 48 bits, 0 for none, in two parts beside what is looked
// for.
type slot struct {
	low  uint32
	high uint16
	// The codes of the letters that all of its forms have beside the pair, or 0.
	before, after byte
	head          int32
}

func (s *slot) key() uint64 { return uint64(s.high)<<32 | uint64(s.low) }

func pairKey(a, b cell) uint64 { return canon(a)<<21 | canon(b) }

func mix(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

func newGate(pairs int) gate {
	size := bits.Len(uint(2*pairs + 8))
	words := min(size+5, max(size+3, 20)) - 6 // 128 kB while that suffices
	return gate{
		filter: make([]uint64, 1<<words), wide: uint8(64 - words),
		slots: make([]slot, 1<<size), narrow: uint8(64 - size),
	}
}

// filterBits are those of a hash in its word.
func filterBits(h uint64) uint64 { return 1<<(h>>32&63) | 1<<(h>>26&63) }

// put makes id the first of its pair and returns the one before it, or -1.
func (g *gate) put(key uint64, id int32) int32 { return g.putBeside(key, id, 0, 0) }

// putBeside is put for what has letters of these codes beside its pair.
func (g *gate) putBeside(key uint64, id int32, before, after byte) int32 {
	h := mix(key)
	g.filter[h>>g.wide] |= filterBits(h)
	i := h >> g.narrow
	for g.slots[i].key() != 0 && g.slots[i].key() != key {
		i = (i + 1) & uint64(len(g.slots)-1)
	}
	s, last := &g.slots[i], int32(-1)
	if s.key() == key {
		last = s.head
		if s.before != before {
			before = 0
		}
		if s.after != after {
			after = 0
		}
	}
	*s = slot{uint32(key), uint16(key >> 32), before, after, id}
	return last
}

// first is the first form with the pair, or -1.
func (g *gate) first(a, b cell) int32 { return g.get(pairKey(a, b)) }

func (g *gate) get(key uint64) int32 {
	if h := mix(key); g.may(h) {
		return g.exact(key, h)
	}
	return -1
}

// may reports what the filter knows of a hash: false is certain.
func (g *gate) may(h uint64) bool {
	b := filterBits(h)
	return g.filter[h>>(g.wide&63)]&b == b
}

// exact is get without the filter; h is the hash of key.
func (g *gate) exact(key, h uint64) int32 {
	if s := g.slot(key, h); s != nil {
		return s.head
	}
	return -1
}

// slot is that of a key, nil if there is none.
func (g *gate) slot(key, h uint64) *slot {
	for i := h >> g.narrow; g.slots[i].key() != 0; i = (i + 1) & uint64(len(g.slots)-1) {
		if g.slots[i].key() == key {
			return &g.slots[i]
		}
	}
	return nil
}

// spot is a place in the text at which forms may be found: the first form of
// the pair and the cells of the pair's letters, the same for a single letter.
type spot struct {
	form          int32
	first, second int32
	likely        bool // the letters beside the pair may be those of all its forms
}

// spot notes what has the key of the letters at two cells.
func (l *Lexicon) spot(f *Folded, key uint64, first, second int) {
	s := l.gate.slot(key, mix(key))
	if s == nil {
		return
	}
	id := s.head
	for id >= int32(len(l.forms)) {
		j := &l.joints[id-int32(len(l.forms))]
		f.joins = append(f.joins, join{splitWhole: &l.splits.whole[j.split], first: first, second: second, last: -1})
		id = j.next
	}
	if id >= 0 {
		b := flanksOf(f.cells, first, second)
		f.spots = append(f.spots, spot{id, int32(first), int32(second), b.mayBe(s.before, s.after)})
	}
}

// cover is the automaton: it holds the forms whose rarest pair is still common,
// whole, and dismisses messages in which only such pairs occurred. The code of
// a letter is one byte of its hash, so the text needs no table to be written in
// it; a letter repeated counts once, since a form may be typed so.
type cover struct {
	automaton *ahocorasick.Matcher
}

// coverBudget is how many bytes of patterns the automaton may hold. It keeps a
// node of 4 168 bytes for each; with 350 it stays under 1.5 MB, and the lists of
// most groups fit in whole.
const coverBudget = 350

// code is never 0, which stands for no letter.
func code(k uint64) byte { return byte(mix(k)>>56) | 1 }

func encode(cells []cell, dst []byte) []byte {
	prev := uint64(0)
	for _, c := range cells {
		if k := canon(c); c.isLetter() && k != prev {
			dst = append(dst, code(k))
			prev = k
		}
	}
	return dst
}

// admits reports whether any covered form may occur in f.
func (c *cover) admits(f *Folded) bool {
	f.code = encode(f.cells, f.code[:0])
	return c.automaton.Contains(f.code)
}
