package moderation

import (
	"slices"
	"testing"
)

// TestClassesOfOtherFilters holds a sentence of our own for each kind of case
// that the test suites of other filters cover.
func TestClassesOfOtherFilters(t *testing.T) {
	for _, c := range []struct {
		source, name, text string
		words, allow       []string
		want               []string // the matched texts
	}{
		{"houbb/sensitive-word", "several words", "卖发票的和办假证的都在", []string{"发票", "假证"}, nil, []string{"发票", "假证"}},
		{"houbb/sensitive-word", "case", "so SPAMmy, SpAm it is", []string{"spam"}, nil, []string{"SpAm"}},
		{"houbb/sensitive-word", "width", "ｓｐａｍ again", []string{"spam"}, nil, []string{"ｓｐａｍ"}},
		{"houbb/sensitive-word", "letter styles", "Ⓢⓟa⒨ mail", []string{"spam"}, nil, []string{"Ⓢⓟa⒨"}},
		{"houbb/sensitive-word", "letter styles repeated", "ⓈⓈsⓟⓅaa⒨ mail", []string{"spam"}, nil, []string{"ⓈⓈsⓟⓅaa⒨"}},
		{"houbb/sensitive-word", "traditional", "他說這是發財樹", []string{"发财树"}, nil, []string{"發財樹"}},
		{"houbb/sensitive-word", "numerals", "买3无产品", []string{"三无产品"}, nil, []string{"3无产品"}},
		{"houbb/sensitive-word", "numerals, formal", "买叁无产品", []string{"三无产品"}, nil, []string{"叁无产品"}},
		{"houbb/sensitive-word", "signs between", "假==证", []string{"假证"}, nil, []string{"假==证"}},
		{"houbb/sensitive-word", "signs around", "**假证**", []string{"假证"}, nil, []string{"假证"}},
		{"houbb/sensitive-word", "Latin inside words", "scampi and a scam", []string{"scam"}, nil, []string{"scam"}},
		{"houbb/sensitive-word", "Latin between Han", "别scam我", []string{"scam"}, nil, []string{"scam"}},
		{"houbb/sensitive-word", "Han between Latin", "abc假证def", []string{"假证"}, nil, []string{"假证"}},
		{"houbb/sensitive-word", "underscores", "_scam_", []string{"scam"}, nil, []string{"scam"}},
		{"houbb/sensitive-word", "digits inside a number", "695 and 69", []string{"69"}, nil, []string{"69"}},
		{"houbb/sensitive-word", "allowed longer word", "彩票法不是卖彩票", []string{"彩票"}, []string{"彩票法"}, []string{"彩票"}},
		{"houbb/sensitive-word", "allowed word itself", "彩票", []string{"彩票"}, []string{"彩票"}, nil},
		{"houbb/sensitive-word", "allowed shorter word", "买彩票", []string{"买彩票"}, []string{"彩票"}, []string{"买彩票"}},
		{"houbb/sensitive-word", "short and long word", "刷单平台刷单", []string{"刷单", "刷单平台"}, nil, []string{"刷单平台", "刷单", "刷单"}},
		{"hutool", "crosses words", "路口交警很多", []string{"口交"}, nil, nil},
		{"importcjj/sensitive", "overlaps", "办假证件吗", []string{"办假证", "假证件", "证件"}, nil, []string{"办假证", "假证件", "证件"}},
		{"importcjj/sensitive", "single character", "毒", []string{"毒"}, nil, []string{"毒"}},
		{"zeromicro/go-zero", "mixed scripts", "出道的AV女优", []string{"AV", "AV女优"}, nil, []string{"AV女优", "AV"}},
		{"cloudflare/ahocorasick", "no keywords", "今天", nil, nil, nil},
		{"cloudflare/ahocorasick", "no text", "", []string{"今天"}, nil, nil},
		{"cloudflare/ahocorasick", "one word the end of another", "去地下赌场", []string{"地下赌场", "下赌场", "赌场"}, nil, []string{"地下赌场", "下赌场", "赌场"}},
	} {
		t.Run(c.source+" "+c.name, func(t *testing.T) {
			var got []string
			for _, h := range find(t, c.text, DefaultVariants(), c.allow, c.words...) {
				got = append(got, string([]rune(c.text)[h.Start:h.End]))
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q in %q: %q, want %q", c.words, c.text, got, c.want)
			}
		})
	}
}
