package moderation

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkJudgeLinear: what is weighed against every link of a message, and what is asked of every
// finding, costs no more a rune in a long one.
func BenchmarkJudgeLinear(b *testing.B) {
	keywords := []Keyword{{Word: "加群", Action: ActionStrike, Variants: DefaultVariants()}}
	for _, word := range []string{"刷单", "单刷", "刷单"} {
		keywords = append(keywords, Keyword{Word: word, Action: ActionStrike})
	}
	judge, err := Compile(Rules{Keywords: keywords})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, text string }{
		{"reversed", "evil.cn \u202e看\u202c"},
		{"flags", "evil.cn 🇽🇻 "},
		{"encoded", "evil.cn %E5%8A%A0%E7%BE%A4 "},
		{"numbers", "evil.cn 13800138000 "},
		{"hits", "刷单"},
		{"questions", "为什么不能说“刷单”"},
		{"pictures", "加🐔👗①"},
	} {
		benchLengths(b, c.name, c.text, func(text string) { judge.Judge(Message{Text: text}) })
	}
}

// BenchmarkJudgeHuge judges the longest messages in the forms that cost most.
func BenchmarkJudgeHuge(b *testing.B) {
	j, err := Compile(Rules{Keywords: []Keyword{
		{Word: "加群", Action: ActionStrike, Variants: DefaultVariants()}, {Word: "(a+)+$", Action: ActionStrike},
	}})
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"spaces": strings.Repeat("加 ", 10000), "letters": strings.Repeat("a", 20000), "digits": strings.Repeat("1", 20000),
		"digit groups": strings.Repeat("138 ", 5000), "houses": strings.Repeat("路1号1室", 3000), "copies": strings.Repeat("复制打开", 5000),
		"scans": strings.Repeat("扫码", 10000), "codes": strings.Repeat("¥a1", 7000),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				j.Judge(Message{Text: text})
			}
		})
	}
}

func BenchmarkJudgeClean(b *testing.B) {
	var keywords []Keyword
	for i := range 10000 {
		keywords = append(keywords, Keyword{Word: fmt.Sprintf("代%c%c发%c", 0x4E00+i%5000, 0x5000+i*7%9000, 0x6000+i%3000), Action: ActionStrike})
	}
	j, err := Compile(Rules{Keywords: keywords})
	if err != nil {
		b.Fatal(err)
	}
	texts := []string{"我在大门值班室呢，下了课你过来就行了", "就是你还喜欢她不还打算继续追不", "晚上8点见，记得带上那个U盘", "不在家？那我明天再来吧，顺便把书还你"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		j.Judge(Message{Text: texts[i%len(texts)]})
	}
}
