package bot

import (
	"testing"

	"menshen/bot/decision"
	"menshen/moderation"
)

func TestJudgesLeaveOutUnusableWords(t *testing.T) {
	judges, err := NewJudges(moderation.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	room := decision.Room{ID: 1, WordsVersion: 1}
	judge, err := judges.For(room, func() (decision.Words, error) {
		return decision.Words{
			Keywords: []moderation.Keyword{{Word: "。"}, {Word: "加群", Action: moderation.ActionStrike}},
			Phrases:  []string{"，", "刷单词"}, Hosts: []string{"not a host", "example.com"},
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]moderation.Action{
		"加群": moderation.ActionStrike, "example.com": moderation.ActionNone, "bad.cn": moderation.ActionStrike,
	} {
		if v := judge.Judge(moderation.Message{Text: text}); v.Action != want {
			t.Errorf("%s: %v, want %v", text, v.Action, want)
		}
	}
}
