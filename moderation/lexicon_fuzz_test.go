package moderation

import (
	"slices"
	"strings"
	"testing"
)

// fuzzCase turns fuzz input into a lexicon and a text. The first line holds
// the keywords, so that short inputs reach both.
func fuzzCase(input string, variants []Variant) (*Lexicon, []Keyword, *Folded, bool) {
	head, body, ok := strings.Cut(input, "\n")
	if !ok {
		return nil, nil, nil, false
	}
	var list []Keyword
	for _, w := range strings.Fields(head) {
		if CheckKeyword(w) == nil && len(list) < 8 {
			list = append(list, Keyword{Word: w, Variants: variants})
		}
	}
	l, err := NewLexicon(list, nil)
	if err != nil {
		return nil, nil, nil, false
	}
	l.words = nil // ordinary words are tested by their own rows
	f := new(Folded)
	f.Fold(body)
	return l, list, f, true
}

var fuzzSeeds = []string{
	"加群 群里 aab\n快加群里 a a b", "妈妈 aa\n妈妈妈 aaaa", "微信 v信 vx\n加ＶＸ：v 信", "abcd\nab-cd a.b.c.d 4bcd",
	"代开发票 开发\n代代开。开发发票票", "枪支 刷单 代开发票\n木仓扌支 尸巾刂丷田十 代开fp dk发票 d k f p", "a+b c++ +\na+b c++", "a4000\n44000", "110 11\n1 1 0 一一零",
}

// FuzzFindPlain compares the plain hits with a search for substrings of the
// folded text that knows nothing of gates, covers and pairs.
func FuzzFindPlain(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		l, list, folded, ok := fuzzCase(input, nil)
		if !ok {
			t.Skip()
		}
		found := map[[3]int]bool{}
		for _, h := range l.Find(folded, nil) {
			found[[3]int{h.Keyword, h.Start, h.End}] = h.Tier == TierExact
		}
		for id := range list {
			word, _ := foldKeyword(list[id].Word)
			for at := range naive(folded.cells, word) {
				key := [3]int{id, folded.At(at), folded.At(at+len(word)-1) + 1}
				if !found[key] && !overlapped(found, key) {
					t.Fatalf("%q not found at %v in %q: %v", list[id].Word, key, folded.String(), found)
				}
			}
		}
	})
}

// overlapped reports whether another hit of the keyword shares a rune with it.
func overlapped(found map[[3]int]bool, key [3]int) bool {
	for k := range found {
		if k[0] == key[0] && k[1] < key[2] && key[1] < k[2] {
			return true
		}
	}
	return false
}

// naive yields the cells at which word stands letter by letter, neither inside
// a Latin word or number nor right to left.
func naive(cells, word []cell) func(func(int) bool) {
	inside := func(i int, edge cell) bool {
		if i < 0 || i >= len(cells) {
			return false
		}
		c := cells[i]
		return edge.class() == classLatin && c.class() == classLatin ||
			edge.class() == classDigit && c.isLetter() && c.r() >= '0' && c.r() <= '9'
	}
	return func(yield func(int) bool) {
		for i := 0; i+len(word) <= len(cells); i++ {
			part := cells[i : i+len(word)]
			same := slices.EqualFunc(part, word, func(a, b cell) bool { return a.r() == b.r() && a&markReversed == 0 })
			if same && !inside(i-1, word[0]) && !inside(i+len(word), word[len(word)-1]) && !yield(i) {
				return
			}
		}
	}
}

// FuzzFindAll compares the hits under the variants that can be written out with
// the comparison of every spelling at every letter, so that no gate, cover or
// other short cut may lose one or make one up.
func FuzzFindAll(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		l, list, folded, ok := fuzzCase(input, []Variant{VariantSplit, VariantShorthand, VariantInitials, VariantRepeat})
		if !ok || repeated(folded.cells) {
			t.Skip()
		}
		found := map[int]bool{}
		for _, h := range l.Find(folded, nil) {
			found[h.Keyword] = true
		}
		want := map[int]string{}
		for id := range l.forms {
			for spelling := range l.spellings(&l.forms[id]) {
				if spelling.in(folded.cells) {
					want[int(l.forms[id].keyword)] = text(spelling.cells)
				}
			}
		}
		for id := range list {
			if spelling, ok := want[id]; ok != found[id] {
				t.Fatalf("%q (as %q) found: %v, want %v in %q", list[id].Word, spelling, found[id], ok, folded.String())
			}
		}
	})
}

// repeated reports a letter more often in a row than any rule allows: how much
// of it belongs to a match depends on where the comparison begins.
func repeated(cells []cell) bool {
	last, n := cell(0), 0
	for _, c := range cells {
		if n++; c.r() != last.r() {
			n = 0
		}
		if last = c; n >= maxRepeats {
			return true
		}
	}
	return false
}

// spelling is a form written out with its disguises.
type spelling struct {
	form  form
	cells []cell
	typed uint64
}

func (s *spelling) in(cells []cell) bool {
	for i := range cells {
		// A comparison begins with the last of a letter typed several times.
		if j := next(cells, i, +1); j >= 0 && cells[j].r() == cells[i].r() && canon(s.second()) != canon(s.cells[s.form.pair]) {
			continue
		}
		t := trial{cells: cells, want: s.cells, form: &s.form, typed: s.typed, repeat: s.form.flags&flagRepeat != 0, leets: s.form.flags&flagLeet != 0}
		if t.run(i) && t.edges(nil) {
			return true
		}
	}
	return false
}

// second is the second letter, or the only one.
func (s *spelling) second() cell {
	k := next(s.cells, int(s.form.pair), +1)
	return s.cells[max(k, int(s.form.pair))]
}

// spellings yields a form as it is, with every choice of its characters split,
// and as initials.
func (l *Lexicon) spellings(f *form) func(func(spelling) bool) {
	cells := l.cellsOf(f)
	return func(yield func(spelling) bool) {
		plain := *f
		plain.pair = uint8(slices.IndexFunc(cells, cell.isLetter))
		for _, split := range splittings(cells, f.flags&flagSplit != 0) {
			if !yield(spelling{form: plain, cells: split}) {
				return
			}
		}
		if f.kind != formPlain || !slices.ContainsFunc(l.initials.entries, func(e entry) bool { return &l.forms[e.form] == f }) {
			return
		}
		plain.flags &^= flagRepeat
		for from := range len(cells) {
			for to := from + 1; to <= len(cells); to++ {
				if from > 0 && to < len(cells) {
					continue
				}
				s := spelling{form: plain, cells: slices.Clone(cells)}
				for k := from; k < to; k++ {
					if !isPlainLatin(cells[k]) {
						s.cells[k] = latin(l.han.spelling(cells[k])[:1])[0]
						s.typed |= 1 << k
					}
				}
				everyday := len(cells) == 2 && !slices.ContainsFunc(s.cells, func(c cell) bool { return !isPlainLatin(c) }) &&
					(s.cells[0].r() == s.cells[1].r() || strings.Contains(everydayLatin, " "+text(s.cells)+" "))
				if s.typed != 0 && !everyday && !yield(s) {
					return
				}
			}
		}
	}
}

// splittings are the cells with every choice of them split, up to some size.
func splittings(cells []cell, split bool) [][]cell {
	out := [][]cell{nil}
	for _, c := range cells {
		ways := [][]cell{{c}}
		if split && c.class() == classHan && len(out) < 200 {
			ways = append(ways, splitTable().parts[c.r()]...)
		}
		var next [][]cell
		for _, o := range out {
			for _, w := range ways {
				next = append(next, slices.Concat(o, w))
			}
		}
		out = next
	}
	return out
}

// FuzzFindSounds does the same for what is found by reading.
func FuzzFindSounds(f *testing.F) {
	for _, s := range []string{
		"加群 代开发票 加v信\njia群 dai开fa票 jiav信", "银行 重庆\nyinhang zhong qing 崇庆 印行", "西安 先生\nxian xian sheng 鲜生", "女人 绿\nnvren 旅人",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		l, list, folded, ok := fuzzCase(input, []Variant{VariantPinyin, VariantHomophone})
		if !ok || l.sounds == nil {
			t.Skip()
		}
		found := map[int]bool{}
		for _, h := range l.Find(folded, nil) {
			found[h.Keyword] = true
		}
		for id := range l.forms {
			form := &l.forms[id]
			if form.flags&(flagPinyin|flagHomophone) == 0 {
				continue
			}
			for at, c := range folded.cells {
				r := reading{trial: trial{cells: folded.cells, want: l.cellsOf(form), form: form}, han: l.han}
				if c.isLetter() && r.run(at, 0) && r.heard() && r.heardEdges(l.sounds.trie) && r.edges(nil) && !r.ordinary(nil) && !found[int(form.keyword)] {
					t.Fatalf("%q missed at %d in %q", list[form.keyword].Word, at, folded.String())
				}
			}
		}
	})
}
