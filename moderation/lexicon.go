package moderation

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
)

// Lexicon finds keywords in folded text. It is compiled once, never changes
// and is safe for concurrent use.
//
// A message passes four stages. The first gate knows for every keyword the
// rarest pair of neighbouring letters, by how they sound: one look for each
// letter answers for all disguises of characters, and most messages end there.
// The second is an exact set of those pairs and of the letters beside them.
// Keywords of common letters, whose rarest pair still turns up by chance, stand
// whole in an Aho-Corasick automaton over a byte code of the letters. What remains
// is compared letter by letter around each pair, under the rules for gaps, edges
// and disguises.
//
// Disguises of single letters are not written out. Split characters, initials
// and syllables each have a way of being noticed in the text, after which the
// same keyword is compared with that disguise allowed.
type Lexicon struct {
	forms    []form
	arena    []cell // the cells of all forms
	joints   []joint
	splits   *splits
	near     *nearPairs
	gate     gate
	cover    cover
	latin    latinWords
	initials initials
	sounds   *sounds // nil when no keyword asked for pinyin or homophones
	han      *hanInfo
	words    *wordSet
}

// Hit is one keyword found. It holds no pointers: a hostile message has many.
type Hit struct {
	Keyword int // index into the keywords the lexicon was compiled from
	Start   int // first rune of the span in the original text
	End     int // rune after the span
	Tier    Tier
	// Doubt asks for the owner's eye whatever the tier: an edge cuts an
	// ordinary word, or one simplified form stands for several traditional ones.
	Doubt bool

	reread    bool    // something in its span stands for another character, see read
	ambiguous uint8   // traditional characters the hit needs that have a rival reading
	encoding  trick   // in which something in its span was written
	reasons   reasons // the steps of folding and matching
}

// Why names the steps that led from the text to the keyword.
func (h *Hit) Why() []string {
	why := h.encoding.names()
	for _, step := range h.reasons.words() {
		if !slices.Contains(why, step) {
			why = append(why, step)
		}
	}
	return why
}

// allowed is the Keyword of a hit that is an allow-phrase.
const allowed = -1

// Find appends every keyword in f to dst, sorted by start. It allocates only
// for hits.
func (l *Lexicon) Find(f *Folded, dst []Hit) []Hit {
	n := len(dst)
	dst = l.candidates(f, dst)
	if len(dst) == n {
		return dst
	}
	return append(dst[:n], l.settle(f, dst[n:])...)
}

// candidates appends the keywords and allow-phrases that stand in a text, each
// for itself.
func (l *Lexicon) candidates(f *Folded, dst []Hit) []Hit {
	latin := f.notes&noteLatin != 0
	l.scan(f, latin)
	dst = l.search(f, dst)
	if len(f.joins) > 0 {
		dst = l.searchJoins(f, dst)
	}
	for _, s := range f.heard {
		dst = l.sounds.compare(l, f, s.form, int(s.first), dst)
	}
	if latin {
		dst = l.findLatin(f, dst)
	}
	return dst
}

// search compares the forms of the spots. The cover is asked when the first of
// those it holds might be there, unless letters may be split.
func (l *Lexicon) search(f *Folded, dst []Hit) []Hit {
	asked, admitted := len(f.joins) > 0, true
	for _, s := range f.spots {
		if !s.likely && len(f.joins) == 0 {
			continue
		}
		covered := l.forms[s.form].covered
		for form := range l.beside(f, s) {
			if covered && !asked {
				asked, admitted = true, l.cover.admits(f)
			}
			if covered && !admitted {
				break
			}
			dst = l.compare(f, form, int(s.first), dst)
		}
	}
	return dst
}

// beside yields the forms of a spot, but not one that wants another letter
// beside its pair, unless that letter may be split.
func (l *Lexicon) beside(f *Folded, s spot) iter.Seq[*form] {
	return func(yield func(*form) bool) {
		b := flanksOf(f.cells, int(s.first), int(s.second))
		for id := s.form; id >= 0; id = l.forms[id].next {
			form := &l.forms[id]
			if (b.mayBe(form.before, form.after) || len(f.joins) > 0 && form.flags&flagSplit != 0) && !yield(form) {
				return
			}
		}
	}
}

// flanks are the letters of a pair and those next to it in the text, in their
// canonical form, 0 for none.
type flanks struct{ before, first, second, after uint64 }

func flanksOf(cells []cell, first, second int) flanks {
	b := flanks{first: canon(cells[first]), second: canon(cells[second])}
	if i := next(cells, first, -1); i >= 0 {
		b.before = canon(cells[i])
	}
	if i := next(cells, second, +1); i >= 0 {
		b.after = canon(cells[i])
	}
	return b
}

// mayBe reports whether the letters beside the pair may be of these codes.
func (b *flanks) mayBe(before, after byte) bool {
	return mayBe(before, b.before, b.first) && mayBe(after, b.after, b.second)
}

// next is the cell of the letter next to cell i, -1 for none.
func next(cells []cell, i, dir int) int {
	for i += dir; i >= 0 && i < len(cells); i += dir {
		if cells[i].isLetter() {
			return i
		}
	}
	return -1
}

// mayBe reports whether a letter beside the pair may be the one the form
// wants: the same by its code, or the pair's own letter once more.
func mayBe(want byte, have, pair uint64) bool {
	return want == 0 || have != 0 && (want == code(have) || have == pair)
}

// compare checks one form whose pair begins at cell i.
func (l *Lexicon) compare(f *Folded, form *form, i int, dst []Hit) []Hit {
	t := l.trial(f, form)
	if t.run(i) && t.edges(l.words) {
		dst = append(dst, t.hit(f))
	}
	return dst
}

func (l *Lexicon) trial(f *Folded, form *form) trial {
	return trial{
		cells: f.cells, want: l.cellsOf(form), form: form,
		repeat: form.flags&flagRepeat != 0, leets: form.flags&flagLeet != 0,
		split: len(f.joins) > 0 && form.flags&flagSplit != 0,
	}
}

func (l *Lexicon) cellsOf(f *form) []cell { return l.arena[f.start : f.start+uint32(f.size)] }

// settle drops what an allow-phrase covers, keeps one hit of a keyword where
// several of its forms overlap, and doubts one of traditional characters that
// have a rival reading if the message has no others.
func (l *Lexicon) settle(f *Folded, hits []Hit) []Hit {
	hits = merge(shield(hits))
	total := -1
	for i := range hits {
		h := &hits[i]
		if h.ambiguous == 0 {
			continue
		}
		if total < 0 {
			total = traditional(f.cells[:f.plain()])
		}
		if total <= int(h.ambiguous) {
			h.Doubt = true
			h.reasons |= reasonAmbiguous
		}
	}
	return hits
}

// merge sorts hits by their start and keeps one hit of a keyword where several
// overlap.
func merge(hits []Hit) []Hit { return byStart(best(byStart(hits))) }

// shield removes allow-phrases and the hits inside them.
func shield(hits []Hit) []Hit {
	phrases := phrasesOf(hits)
	if len(phrases) == 0 {
		return hits
	}
	return slices.DeleteFunc(hits, func(h Hit) bool { return h.Keyword == allowed || covered(phrases, h) })
}

// phrasesOf picks the allow-phrases, sorted by their start, each with the
// furthest end so far.
func phrasesOf(hits []Hit) []Hit {
	var phrases []Hit
	for _, h := range hits {
		if h.Keyword == allowed {
			phrases = append(phrases, h)
		}
	}
	slices.SortFunc(phrases, func(a, b Hit) int { return cmp.Compare(a.Start, b.Start) })
	for i := 1; i < len(phrases); i++ {
		phrases[i].End = max(phrases[i].End, phrases[i-1].End)
	}
	return phrases
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

func compareHits(a, b Hit) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Keyword, b.Keyword))
}

// byStart orders hits by their first rune, and those of one rune by keyword. A
// hostile message has many, so each is counted into its place; only those of one
// rune are compared.
func byStart(hits []Hit) []Hit {
	if slices.IsSortedFunc(hits, compareHits) {
		return hits
	}
	last := 0
	for i := range hits {
		last = max(last, hits[i].Start)
	}
	ends := make([]int, last+1) // of the hits that start at each rune
	for i := range hits {
		ends[hits[i].Start]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	out := make([]Hit, len(hits))
	for i := len(hits) - 1; i >= 0; i-- {
		at := &ends[hits[i].Start]
		*at--
		out[*at] = hits[i]
	}
	for from := 0; from < len(out); {
		to := from + 1
		for to < len(out) && out[to].Start == out[from].Start {
			to++
		}
		slices.SortStableFunc(out[from:to], func(a, b Hit) int { return cmp.Compare(a.Keyword, b.Keyword) })
		from = to
	}
	return out
}

// best keeps, of overlapping hits of one keyword, the most certain, the longest
// and then the one that needs fewest steps. The hits are in the order of their starts.
func best(hits []Hit) []Hit {
	kept := hits[:0]
	last := map[int]int{} // of each keyword, the place among those kept
	for _, h := range hits {
		i, ok := last[h.Keyword]
		switch {
		case !ok || kept[i].End <= h.Start:
			last[h.Keyword] = len(kept)
			kept = append(kept, h)
		case h.before(&kept[i]):
			kept[i] = h
		}
	}
	return kept
}

// before reports whether h is kept rather than an overlapping hit that does not
// start behind it.
func (h *Hit) before(o *Hit) bool {
	if w := h.weight() - o.weight(); w != 0 || h.Start != o.Start {
		return w < 0
	}
	return cmp.Or(cmp.Compare(o.End, h.End), bits.OnesCount32(uint32(h.reasons))-bits.OnesCount32(uint32(o.reasons))) < 0
}

// weight orders hits by certainty, the most certain first.
func (h *Hit) weight() int {
	w := 2 * int(h.Tier)
	if h.Doubt || h.reasons&reasonCut != 0 {
		w++
	}
	return w
}
