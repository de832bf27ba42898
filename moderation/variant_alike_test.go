package moderation

import (
	"maps"
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
		{"key between", "外挂", "外1️⃣挂", []string{"外1️⃣挂"}, "invisible→dropped gap→skipped"},
		{"picture between stays a gap", "加群", "加🐔群", []string{"加🐔群"}, "gap→skipped"},
		{"a picture of something else", "手机", "手🐴", nil, ""},
		{"second reading and shorthand", "加群", "快加👗哦", []string{"加👗"}, "picture→character"},
		{"gap and picture", "茶叶", "茶🍵叶", []string{"茶🍵叶"}, "gap→skipped"},
		{"other tricks in the text", "手机", "看%E5%95%8A①🐮 手🐔", []string{"手🐔"}, "picture→character"},
		{"letters that look alike", "vx", "加√x", []string{"√x"}, "lookalike→letter"},
		{"sign that looks alike", "加群", "╋群", []string{"╋群"}, "lookalike→letter shorthand→word"},
		{"shown from right to left", "卖茶叶", "\u202e叶🍵卖\u202c", []string{"叶🍵卖"}, "picture→character invisible→dropped reversed"},
		{"in an allow-phrase", "茶叶", "🍵叶蛋", nil, ""},
		{"part of a picture", "美女", "今天好美🙆\u200d♀️", nil, ""},
		{"joined to a character", "手机", "手\u200d🐔", []string{"手\u200d🐔"}, "picture→character invisible→dropped"},
		{"found without", "发财", "发财💰", []string{"发财"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range judgeWords(t, c.text, DefaultVariants(), []string{"茶叶蛋"}, c.word).Findings {
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

// TestAlikeOnce writes every picture and look-alike for each character it stands
// for, alone and in a shorthand: the word is found there once.
func TestAlikeOnce(t *testing.T) {
	texts := map[string][]string{} // of each word
	for r, readings := range alikeTable() {
		for _, reading := range readings {
			if isHan(reading) {
				word := "卖" + string(reading) + "的"
				texts[word] = append(texts[word], "卖"+string(r)+"的")
			}
		}
	}
	for _, row := range shorthandTable() {
		for _, form := range row.forms {
			for _, written := range drawn(form) {
				word := text(row.word) + "吧"
				texts[word] = append(texts[word], written+"吧")
			}
		}
	}
	j := mustCompile(t, Rules{Keywords: struck(slices.Collect(maps.Keys(texts)), allVariants)})
	for word, written := range texts {
		for _, text := range written {
			found := slices.DeleteFunc(j.Judge(Message{Text: text}).Findings, func(f Finding) bool { return f.Word != word })
			if len(found) != 1 || found[0].Action != ActionReview {
				t.Errorf("%s in %s: %+v", word, text, found)
			}
		}
	}
}

// drawn are the ways of writing one letter of a form as a picture or a look-alike,
// unless another is read as something else itself.
func drawn(form []cell) (out []string) {
	for i, c := range form {
		if slices.ContainsFunc(slices.Concat(form[:i], form[i+1:]), func(c cell) bool { return alikeTable()[c.r()] != nil }) {
			continue
		}
		for r, readings := range alikeTable() {
			if slices.Contains(readings, c.r()) {
				out = append(out, text(form[:i])+string(r)+text(form[i+1:]))
			}
		}
	}
	return out
}

// TestAlikeDoesNotAllocate: nor does a percentage, which may begin an encoding.
func TestAlikeDoesNotAllocate(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike, Variants: allVariants}}})
	var s scratch
	for _, text := range []string{"今天好热🌹去喝🍵吗", "①带伞 ②带水 3️⃣早点到", "打五折，50%都不到"} {
		if n := testing.AllocsPerRun(100, func() {
			s.folded.Fold(text)
			j.keywords(nil, &s, FieldText, text, linkSpans{})
		}); n > 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}
