package moderation

import "testing"

func TestMentions(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike}}})
	for text, want := range map[string]bool{
		`群主，"加群"是什么意思`: true, "“加群”也算吗": true, "加群为什么不能说": true, "快来加群": false, "“快来加群”": false, "加群\"": false,
	} {
		f := j.Judge(Message{Text: text}).Findings
		if len(f) != 1 || Mentions(text, f[0]) != want {
			t.Errorf("%q: %+v, want %v", text, f, want)
		}
	}
}
