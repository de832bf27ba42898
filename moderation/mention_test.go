package moderation

import "testing"

// Who asks about a word and quotes it is left to the owner, whoever was warned
// before; quotation marks alone, or asking alone, are not enough.
func TestQuestionsAreReviewed(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike}}})
	for text, want := range map[string]Action{
		`群主，"加群"为什么不能说？`: ActionReview, "「加群」是敏感词吗": ActionReview,
		"“加群”领红包": ActionStrike, "为什么不能加群": ActionStrike, "快来加群": ActionStrike,
	} {
		if got := j.Judge(Message{Text: text}).Action; got != want {
			t.Errorf("%q: action %v, want %v", text, got, want)
		}
	}
}

func TestMentions(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike}}})
	for text, want := range map[string]bool{
		`群主，"加群"是什么意思`: true, "“加群”也算吗": true, "加群为什么不能说": true, "快来加群": false, "“快来加群”": false, "加群\"": false,
	} {
		f := j.Judge(Message{Text: text}).Findings
		if len(f) != 1 || MentionsIn(text)(f[0]) != want {
			t.Errorf("%q: %+v, want %v", text, f, want)
		}
	}
}

// A cutter goes both ways, over bytes that are no text too.
func TestRuneCutter(t *testing.T) {
	text := "a刷\xe5\x8a单\xf0\x9f\x98🐔b\x80"
	runes := []rune(text)
	starts := make([]int, 0, len(runes)+1)
	for at := range text {
		starts = append(starts, at)
	}
	starts = append(starts, len(text))
	cut := newRuneCutter(text)
	for _, n := range []int{3, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 10, 2, 2, 10} {
		if got := cut.seek(n); got != starts[n] {
			t.Errorf("rune %d starts at byte %d, want %d", n, got, starts[n])
		}
	}
	if got := cut.slice(9, len(runes)+5); got != text[starts[9]:] {
		t.Errorf("beyond the end: %q", got)
	}
}
