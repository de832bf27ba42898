package moderation

import "testing"

// TestOneHeard finds bare keywords of which one rare character is typed as
// another of its sound; more, everyday characters and words need the variant.
func TestOneHeard(t *testing.T) {
	for _, c := range []struct {
		name, word, text string
		want             Action
	}{
		{"rare, in a pair", "红包", "发虹包啦", ActionReview},
		{"rare, in a longer word", "百家乐", "百佳乐开户", ActionReview},
		{"everyday, in a pair", "招聘", "找聘", ActionNone},
		{"everyday, in a longer word", "帮我砍", "回来帮我看下", ActionNone},
		{"two of them", "信用卡", "芯佣卡", ActionNone},
		{"a word of its own", "刷单", "涮蛋", ActionNone},
		{"cuts a word", "返利", "返黎教我", ActionNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := judgeWords(t, c.text, DefaultVariants(), nil, c.word); v.Action != c.want {
				t.Errorf("%s in %s: %+v, want %v", c.word, c.text, v, c.want)
			}
		})
	}
}
