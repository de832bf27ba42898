package moderation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// BenchmarkLinear shows that hostile text costs no more for each rune when it
// is longer.
func BenchmarkLinear(b *testing.B) {
	long := strings.Repeat("加微信群", MaxKeyword/4)
	keywords := []Keyword{{Word: long}, {Word: "妈妈"}, {Word: "aab"}, {Word: "加群"}, {Word: "加微信"}, {Word: "(a+)+$"}, {Word: "1101"}, {Word: "代开发票"}}
	for i := range 5000 {
		keywords = append(keywords, Keyword{Word: "加微信" + string(rune(firstHan+7*i%20000)) + string(rune(firstHan+i))})
	}
	for i := range keywords {
		keywords[i].Variants = allVariants
	}
	l, err := NewLexicon(keywords, []string{"加群子"})
	if err != nil {
		b.Fatal(err)
	}
	var near strings.Builder
	for i := range benchRunes / 4 {
		near.WriteString("加微信" + string(rune(firstHan+(7*i+1)%20000)))
	}
	var f Folded
	var hits []Hit
	for _, c := range []struct{ name, text string }{
		{"gaps", "，-"},
		{"join", "加 "},
		{"hits", "加群"},
		{"gapped", "加。群"},
		{"longest", long[:len(long)-3]},
		{"near", near.String()},
		{"one-letter", "妈"},
		{"stops", "妈。"},
		{"latin", "a"},
		{"syllables", "xianjia"},
		{"digits", "110"},
		{"reversed", "\u202e群加\u202c"},
		{"invisible", "加\u200b"},
		{"allowed", "加群子"},
		{"parts", "力口君羊"},
		{"parts alone", "木仓"},
	} {
		benchLengths(b, c.name, c.text, func(text string) {
			f.Fold(text)
			hits = l.Find(&f, hits[:0])
		})
	}
}

// benchRunes is the length of the text that benchLengths makes.
const benchRunes = 64000

// benchLengths runs a function on texts of several lengths, cut out of the same
// long one, which is part again and again. Every length walks through all of it:
// so what differs is the length alone, not how much of a dictionary the text
// brings into the processor's cache.
func benchLengths(b *testing.B, name, part string, run func(text string)) {
	runes := []rune(strings.Repeat(part, benchRunes/utf8.RuneCountInString(part)+1))[:benchRunes]
	for _, n := range []int{1000, 4000, 16000, benchRunes} {
		var texts []string
		for window := range slices.Chunk(runes, n) {
			texts = append(texts, string(window))
		}
		b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
			for b.Loop() {
				for _, text := range texts {
					run(text)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRunes, "ns/rune")
		})
	}
}

// BenchmarkClean is a message without a hit; it must not allocate.
func BenchmarkClean(b *testing.B) {
	l, err := NewLexicon([]Keyword{{Word: "加群", Variants: DefaultVariants()}, {Word: "代开发票", Variants: allVariants}}, nil)
	if err != nil {
		b.Fatal(err)
	}
	var f Folded
	b.ReportAllocs()
	for b.Loop() {
		f.Fold("今天下午三点在公司开会，大家准时参加 OK? jia you 发")
		if hits := l.Find(&f, nil); len(hits) > 0 {
			b.Fatal(hits)
		}
	}
}
