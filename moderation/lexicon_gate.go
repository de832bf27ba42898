package moderation

import (
	"math/bits"

	"github.com/cloudflare/ahocorasick"
)

// canonical maps ASCII letters and digits that are written for each other
// (w3chat, l38OO) to one of them, so that the gate and the cover let both pass.
var canonical = func() (t [128]cell) {
	for i := range t {
		t[i] = cell(i)
	}
	for _, p := range []string{"0o", "1l", "il", "3e", "4a", "5s", "7t", "8b", "9g"} {
		t[p[0]] = cell(p[1])
	}
	return t
}()

func canon(c cell) cell {
	c &= runeMask
	if c < 128 {
		return canonical[c]
	}
	return c
}

// gate is an exact set of letter pairs, each with the first of its forms.
type gate struct {
	filter  []uint64 // one bit for each hash, to dismiss most pairs in the cache
	keys    []uint64 // open addressing; 0 is free
	head    []int32
	shift   uint8 // of the filter's hash
	slot    uint8 // of the table's hash
	singles bool  // some form has one letter only
}

func pairKey(a, b cell) uint64 { return uint64(canon(a))<<21 | uint64(canon(b)) }

func mix(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

func newGate(pairs int) gate {
	size := bits.Len(uint(2*pairs + 8))
	return gate{
		filter: make([]uint64, 1<<(size+4)/64), shift: uint8(64 - size - 4),
		keys: make([]uint64, 1<<size), head: make([]int32, 1<<size), slot: uint8(64 - size),
	}
}

// put makes id the first of its pair and returns the one before it, or -1.
func (g *gate) put(key uint64, id int32) int32 {
	h := mix(key)
	g.filter[h>>g.shift>>6] |= 1 << (h >> g.shift & 63)
	i := h >> g.slot
	for g.keys[i] != 0 && g.keys[i] != key {
		i = (i + 1) & uint64(len(g.keys)-1)
	}
	before := int32(-1)
	if g.keys[i] == key {
		before = g.head[i]
	}
	g.keys[i], g.head[i] = key, id
	return before
}

// first is the first form with the pair, or -1.
func (g *gate) first(a, b cell) int32 { return g.get(pairKey(a, b)) }

func (g *gate) get(key uint64) int32 {
	h := mix(key)
	if g.filter[h>>g.shift>>6]>>(h>>g.shift&63)&1 == 0 {
		return -1
	}
	for i := h >> g.slot; g.keys[i] != 0; i = (i + 1) & uint64(len(g.keys)-1) {
		if g.keys[i] == key {
			return g.head[i]
		}
	}
	return -1
}

// fires reports whether any pair of neighbouring letters is known.
func (g *gate) fires(cells []cell) bool {
	if len(g.keys) == 0 {
		return false
	}
	prev := cell(0)
	for _, c := range cells {
		if !c.isLetter() {
			continue
		}
		if g.first(prev, c) >= 0 || g.singles && g.first(0, c) >= 0 {
			return true
		}
		prev = c
	}
	return false
}

// cover is the automaton. The code of a letter is one byte of its hash, so the
// text needs no table to be written in it; a letter repeated counts once.
type cover struct {
	automaton *ahocorasick.Matcher
}

// coverBudget is how many bytes of patterns may stand in the automaton whole.
// One node takes 4 168 bytes, and there is one for each byte.
const coverBudget = 512

func code(c cell) byte { return byte(mix(uint64(canon(c))) >> 56) }

func encode(cells []cell, dst []byte) []byte {
	prev := cell(0)
	for _, c := range cells {
		if k := canon(c); c.isLetter() && k != prev {
			dst = append(dst, code(c))
			prev = k
		}
	}
	return dst
}

// newCover takes the codes of all forms. While they are few they go in whole;
// otherwise each form is covered by two letters of it that cover most others.
func newCover(codes [][]byte) cover {
	total, patterns := 0, map[string]bool{}
	for _, c := range codes {
		if !patterns[string(c)] {
			patterns[string(c)] = true
			total += len(c)
		}
	}
	if total > coverBudget {
		patterns = shortCover(codes)
	}
	var list [][]byte
	for p := range patterns {
		list = append(list, []byte(p))
	}
	return cover{ahocorasick.NewMatcher(list)}
}

// shortCover picks for each form the most shared of its pairs of codes. Forms
// are taken in turn and prefer a pair that is already in.
func shortCover(codes [][]byte) map[string]bool {
	shared := map[string]int{}
	each := func(c []byte, visit func(string)) {
		for i := 0; i+1 < len(c); i++ {
			visit(string(c[i : i+2]))
		}
	}
	for _, c := range codes {
		each(c, func(p string) { shared[p]++ })
	}
	picked := map[string]bool{}
	for _, c := range codes {
		if len(c) == 1 {
			picked[string(c)] = true
			continue
		}
		best, have := "", false
		each(c, func(p string) {
			have = have || picked[p]
			if best == "" || shared[p] > shared[best] {
				best = p
			}
		})
		if !have {
			picked[best] = true
		}
	}
	return picked
}

// admits reports whether any pattern occurs in f.
func (c *cover) admits(f *Folded) bool {
	f.code = encode(f.cells, f.code[:0])
	return c.automaton.Contains(f.code)
}
