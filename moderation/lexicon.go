package moderation

import (
	"cmp"
	"slices"
)

// Lexicon finds keywords in folded text. It is compiled once, never changes
// and is safe for concurrent use.
//
// A message passes three stages. The gate is an exact set of the rarest pair
// of neighbouring letters of every keyword: most messages hold none and end
// there. Keywords of common letters, whose rarest pair still turns up by
// chance, stand whole in an Aho-Corasick automaton over a byte code of the
// letters. What remains is compared letter by letter around each pair, under
// the rules for gaps, edges and disguises.
type Lexicon struct {
	forms  []form
	arena  []cell // the cells of all forms
	gate   gate
	cover  cover
	sounds *sounds // nil when no keyword asked for pinyin or homophones
	han    *hanInfo
	words  wordSet
}

// Hit is one keyword found.
type Hit struct {
	Keyword int // index into the keywords the lexicon was compiled from
	Start   int // first rune of the span in the original text
	End     int // rune after the span
	Tier    Tier
	// Doubt asks for the owner's eye whatever the tier: an edge cuts an
	// ordinary word, or one simplified form stands for several traditional ones.
	Doubt bool
	Why   []string // the steps that led from the text to the keyword

	reasons   reasons
	ambiguous int // traditional characters the hit needs that have a rival reading
}

// allowed is the Keyword of a hit that is an allow-phrase.
const allowed = -1

// Find appends every keyword in f to dst, sorted by start. It allocates only
// for hits.
func (l *Lexicon) Find(f *Folded, dst []Hit) []Hit {
	n := len(dst)
	if any, strong := l.gate.fires(f.cells, l.forms); strong || any && l.cover.admits(f) {
		dst = l.search(f, dst)
	}
	if l.sounds != nil {
		dst = l.sounds.find(l, f, dst)
	}
	if len(dst) == n {
		return dst
	}
	return append(dst[:n], l.settle(f, dst[n:])...)
}

// search compares the forms of every pair the gate knows. It looks one letter
// ahead, since a form whose next letter is another needs no comparison.
func (l *Lexicon) search(f *Folded, dst []Hit) []Hit {
	var w [4]letter // the letter before the pair, the pair, the letter behind
	for i, c := range f.cells {
		if c.isLetter() {
			w = [4]letter{w[1], w[2], w[3], {canon(c), i}}
			dst = l.around(f, w, dst)
		}
	}
	w = [4]letter{w[1], w[2], w[3], {}}
	return l.around(f, w, dst)
}

// letter is a letter of the text in its canonical form, 0 for none.
type letter struct {
	key uint64
	at  int
}

// around compares the forms of the pair w[1], w[2], and those of w[2] alone.
func (l *Lexicon) around(f *Folded, w [4]letter, dst []Hit) []Hit {
	if w[2].key == 0 {
		return dst
	}
	if l.gate.singles {
		for id := l.gate.get(w[2].key); id >= 0; id = l.forms[id].next {
			dst = l.compare(f, id, w[2].at, dst)
		}
	}
	if w[1].key == 0 {
		return dst
	}
	for id := l.gate.get(w[1].key<<21 | w[2].key); id >= 0; id = l.forms[id].next {
		if form := &l.forms[id]; mayBe(form.before, w[0], w[1]) && mayBe(form.after, w[3], w[2]) {
			dst = l.compare(f, id, w[1].at, dst)
		}
	}
	return dst
}

// mayBe reports whether a letter beside the pair may be the one the form wants:
// the same by its code, or the pair's own letter once more.
func mayBe(want byte, have, pair letter) bool {
	return want == 0 || have.key != 0 && (want == code(have.key) || have.key == pair.key)
}

// compare checks one form whose pair begins at cell i.
func (l *Lexicon) compare(f *Folded, id int32, i int, dst []Hit) []Hit {
	form := &l.forms[id]
	t := trial{cells: f.cells, want: l.cellsOf(form), form: form}
	if !t.run(i) || !t.edges(l.words) {
		return dst
	}
	return append(dst, t.hit(f))
}

func (l *Lexicon) cellsOf(f *form) []cell { return l.arena[f.start : f.start+uint32(f.size)] }

// settle drops what an allow-phrase covers, keeps one hit of a keyword where
// several of its forms overlap, and explains the rest.
func (l *Lexicon) settle(f *Folded, hits []Hit) []Hit {
	hits = best(shield(hits))
	total := -1
	for i := range hits {
		h := &hits[i]
		if h.ambiguous > 0 {
			if total < 0 {
				total = traditional(f.cells)
			}
			if total <= h.ambiguous {
				h.Doubt = true
				h.reasons |= reasonAmbiguous
			}
		}
		h.Why = h.reasons.words()
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(a.Start, b.Start) })
	return hits
}

// shield removes allow-phrases and the hits inside them.
func shield(hits []Hit) []Hit {
	var phrases []Hit
	for _, h := range hits {
		if h.Keyword == allowed {
			phrases = append(phrases, h)
		}
	}
	if len(phrases) == 0 {
		return hits
	}
	slices.SortFunc(phrases, func(a, b Hit) int { return cmp.Compare(a.Start, b.Start) })
	for i := 1; i < len(phrases); i++ { // each end becomes the furthest so far
		phrases[i].End = max(phrases[i].End, phrases[i-1].End)
	}
	return slices.DeleteFunc(hits, func(h Hit) bool { return h.Keyword == allowed || covered(phrases, h) })
}

// covered reports whether a phrase that starts at or before h reaches its end.
func covered(phrases []Hit, h Hit) bool {
	i, _ := slices.BinarySearchFunc(phrases, h.Start, func(p Hit, start int) int {
		if p.Start <= start {
			return -1
		}
		return 1
	})
	return i > 0 && phrases[i-1].End >= h.End
}

// best keeps, of overlapping hits of one keyword, the most certain and then
// the longest.
func best(hits []Hit) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Keyword, b.Keyword), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	kept := hits[:0]
	for _, h := range hits {
		last := len(kept) - 1
		if last < 0 || kept[last].Keyword != h.Keyword || kept[last].End <= h.Start {
			kept = append(kept, h)
		} else if h.weight() < kept[last].weight() {
			kept[last] = h
		}
	}
	return kept
}

// weight orders hits by certainty, the most certain first.
func (h *Hit) weight() int {
	w := 2 * int(h.Tier)
	if h.Doubt || h.reasons&reasonCut != 0 {
		w++
	}
	return w
}
