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

func TestCategoriesAreTheRoomsToSwitch(t *testing.T) {
	word := func(w, category string, a moderation.Action) moderation.Keyword {
		return moderation.Keyword{
			Word: w, Category: category, Action: a, Disguised: moderation.ActionReview, Variants: moderation.DefaultVariants(),
		}
	}
	judges, err := NewJudges(moderation.Rules{Keywords: []moderation.Keyword{
		word("代开发票", "广告", moderation.ActionReview), word("刷单", "诈骗", moderation.ActionReview), word("加群", "", moderation.ActionStrike),
	}})
	if err != nil {
		t.Fatal(err)
	}
	own := decision.Words{Keywords: []moderation.Keyword{{Word: "二手房", Category: "房产", Action: moderation.ActionStrike, Disguised: moderation.ActionStrike}}}
	const exact, disguised, other, plain, house, housed = "代开发票", "代 开 发 票", "刷单", "加群", "二手房", "二 手 房"
	for _, row := range []struct {
		name, category, value string
		want                  map[string]moderation.Action
	}{
		{"as they ship", "", "", map[string]moderation.Action{exact: moderation.ActionReview, disguised: moderation.ActionReview, plain: moderation.ActionStrike}},
		{"on", "广告", "警告", map[string]moderation.Action{exact: moderation.ActionStrike, disguised: moderation.ActionReview, other: moderation.ActionReview}},
		{"off", "广告", "关", map[string]moderation.Action{exact: moderation.ActionNone, disguised: moderation.ActionNone, plain: moderation.ActionStrike}},
		{"a notice", "广告", "提醒", map[string]moderation.Action{exact: moderation.ActionNotice, disguised: moderation.ActionReview}},
		{"the owner's own category", "房产", "待审", map[string]moderation.Action{house: moderation.ActionReview, housed: moderation.ActionReview, exact: moderation.ActionReview}},
		{"as it was", "房产", "", map[string]moderation.Action{house: moderation.ActionStrike, housed: moderation.ActionStrike}},
	} {
		t.Run(row.name, func(t *testing.T) {
			room := decision.Room{ID: 1, WordsVersion: 1, Settings: decision.DefaultSettings()}
			if row.category != "" {
				if err := room.Settings.Set("类别 "+row.category, row.value); err != nil {
					t.Fatal(err)
				}
			}
			judge, err := judges.For(room, func() (decision.Words, error) { return own, nil })
			if err != nil {
				t.Fatal(err)
			}
			for text, want := range row.want {
				if v := judge.Judge(moderation.Message{Text: text}); v.Action != want {
					t.Errorf("%s: %v, want %v", text, v.Action, want)
				}
			}
		})
	}
}
