package moderation

import (
	"slices"
	"strings"
	"testing"
)

// TestAlike finds keywords of which a part is a picture or a look-alike.
func TestAlike(t *testing.T) {
	for _, c := range []struct {
		name, word, text string
		want             []string // the matched texts
		why              string
	}{
		{"picture", "卖茶叶", "卖🍵叶", []string{"卖🍵叶"}, "picture→character"},
		{"second reading", "手机", "收手🐔的", []string{"手🐔"}, "picture→character"},
		{"two pictures", "鸡巴车", "🐔巴🚗", []string{"🐔巴🚗"}, "picture→character"},
		{"look-alike", "口令", "囗令", []string{"囗令"}, "lookalike→letter"},
		{"number in a circle between", "加微信", "①加②微③信", []string{"加②微③信"}, "gap→skipped"},
		{"key between", "外挂", "外1️⃣挂", []string{"外1️⃣挂"}, "gap→skipped invisible→dropped"},
		{"picture between stays a gap", "加群", "加🐔群", []string{"加🐔群"}, "gap→skipped"},
		{"a picture of something else", "手机", "手🐴", nil, ""},
		{"part of a picture", "美女", "今天好美🙆\u200d♀️", nil, ""},
		{"joined to a character", "手机", "手\u200d🐔", []string{"手\u200d🐔"}, "picture→character invisible→dropped"},
		{"found without", "发财", "发财💰", []string{"发财"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range judgeWords(t, c.text, DefaultVariants(), nil, c.word).Findings {
				got = append(got, f.Text)
				if strings.Join(f.Why, " ") != c.why {
					t.Errorf("%q because of %q, want %q", f.Text, f.Why, c.why)
				}
				if c.why != "" && f.Action != ActionReview {
					t.Errorf("%q: %v", f.Text, f.Action)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q in %q: %q, want %q", c.word, c.text, got, c.want)
			}
		})
	}
}

// TestAlikeAndShorthand keeps the two tables from saying the same twice, which
// would be two findings.
func TestAlikeAndShorthand(t *testing.T) {
	for _, row := range shorthandTable() {
		for _, form := range row.forms {
			plain := slices.Clone(form)
			for i, c := range form {
				if readings := alikeTable().readings[c.r()]; len(readings) > 0 && !slices.ContainsFunc(row.word, func(w cell) bool { return w.r() == c.r() }) {
					plain[i] = foldCells(string(readings[0]))[0]
				}
			}
			if text(plain) != text(form) && text(plain) == text(row.word) {
				t.Errorf("%s is read as %s already", text(form), text(row.word))
			}
		}
	}
}
