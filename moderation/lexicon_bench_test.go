package moderation

import (
	"fmt"
	"strings"
	"testing"
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
	near := func(n int) string {
		var s strings.Builder
		for i := range n/4 + 1 {
			s.WriteString("加微信" + string(rune(firstHan+(7*i+1)%20000)))
		}
		return s.String()
	}
	repeat := func(s string) func(int) string {
		return func(n int) string { return strings.Repeat(s, n/len([]rune(s))+1) }
	}
	for _, c := range []struct {
		name string
		text func(int) string
	}{
		{"gaps", repeat("，-")},
		{"join", repeat("加 ")},
		{"hits", repeat("加群")},
		{"gapped", repeat("加。群")},
		{"longest", repeat(long[:len(long)-3])},
		{"near", near},
		{"one-letter", repeat("妈")},
		{"stops", repeat("妈。")},
		{"latin", repeat("a")},
		{"syllables", repeat("xianjia")},
		{"digits", repeat("110")},
		{"reversed", repeat("\u202e群加\u202c")},
		{"invisible", repeat("加\u200b")},
		{"allowed", repeat("加群子")},
		{"parts", repeat("力口君羊")},
		{"parts alone", repeat("木仓")},
	} {
		for _, n := range []int{1000, 4000, 16000, 64000} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				s := c.text(n)
				runes := float64(len([]rune(s)))
				var f Folded
				var hits []Hit
				for b.Loop() {
					f.Fold(s)
					hits = l.Find(&f, hits[:0])
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/runes, "ns/rune")
			})
		}
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
