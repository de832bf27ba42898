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
	"代开发票 开发\n代代开。开发发票票", "a+b c++ +\na+b c++", "110 11\n1 1 0 一一零",
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

// FuzzFindAll compares the hits under the variants that are spelled out with
// the comparison of every form at every letter, so that no gate or cover may
// lose one.
func FuzzFindAll(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		l, list, folded, ok := fuzzCase(input, []Variant{VariantSplit, VariantShorthand, VariantInitials})
		if !ok {
			t.Skip()
		}
		found := map[int]bool{}
		for _, h := range l.Find(folded, nil) {
			found[h.Keyword] = true
		}
		for id := range l.forms {
			fm := &l.forms[id]
			for i := range folded.cells {
				tr := trial{cells: folded.cells, want: l.cellsOf(fm), form: fm}
				if tr.run(i) && tr.edges(nil) && !found[int(fm.keyword)] {
					t.Fatalf("%q as %q missed in %q", list[fm.keyword].Word, text(l.cellsOf(fm)), folded.String())
				}
			}
		}
	})
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
		for i := range l.sounds.list {
			s := &l.sounds.list[i]
			for at, c := range folded.cells {
				r := reading{trial: trial{cells: folded.cells, want: s.cells, form: &s.form}, sound: s, han: l.han}
				if c.isLetter() && r.run(at) && r.heardEdges(l.sounds.trie) && r.edges(nil) && !r.ordinary(nil) && !found[int(s.form.keyword)] {
					t.Fatalf("%q missed at %d in %q", list[s.form.keyword].Word, at, folded.String())
				}
			}
		}
	})
}
