package moderation

import (
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzJudge holds what every verdict promises: findings in order, each with the
// text of its span, a guess is never struck, and a word is found once in a place.
func FuzzJudge(f *testing.F) {
	for _, seed := range []string{
		"快加👗哦，茶🍵叶🥚", "\u202e叶🍵卖\u202c", "%E5%8A%A0群 &#21152;👗 \\u52a0裙", "外1️⃣挂 ①加②微③信", "evil点com/加群 13812345678", "手\u200d🐔√x\xff",
	} {
		f.Add(seed)
	}
	j, err := Compile(Rules{
		Keywords:     struck([]string{"加群", "加微信", "茶叶", "卖茶叶", "手机", "外挂", "vx", "c++", "110"}, allVariants),
		AllowPhrases: []string{"茶叶蛋"},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := j.Judge(Message{Text: text})
		if !slices.IsSortedFunc(v.Findings, compareFindings) {
			t.Errorf("%q: not in order: %+v", text, v.Findings)
		}
		n, ends := utf8.RuneCountInString(text), map[string]int{}
		for _, f := range v.Findings {
			if f.Start < 0 || f.Start >= f.End || f.End > n || f.Text != newRuneCutter(text).slice(f.Start, f.End) {
				t.Errorf("%q: span [%d,%d) of %d with %q", text, f.Start, f.End, n, f.Text)
			}
			if f.Tier == TierDisguised && f.Action > ActionReview || f.Action > v.Action {
				t.Errorf("%q: %v for %+v", text, v.Action, f)
			}
			if f.Rule == RuleKeyword {
				if f.Start < ends[f.Word] {
					t.Errorf("%q: %s twice in one place: %+v", text, f.Word, v.Findings)
				}
				ends[f.Word] = f.End
			}
		}
	})
}
