package bot

import (
	"fmt"
	"testing"
	"time"

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

// slowJudges have so many words that new ones are compiled beside the road.
func slowJudges(t *testing.T) *Judges {
	t.Helper()
	var rules moderation.Rules
	for i := range slowWords {
		rules.Keywords = append(rules.Keywords, moderation.Keyword{Word: fmt.Sprintf("代%c发%c", 0x4E00+i, 0x5E00+i), Action: moderation.ActionStrike})
	}
	judges, err := NewJudges(rules)
	if err != nil {
		t.Fatal(err)
	}
	return judges
}

func TestManyWordsAreCompiledBesideTheRoad(t *testing.T) {
	judges := slowJudges(t)
	var own decision.Words
	judge := func(version int64, text string) moderation.Action {
		t.Helper()
		j, err := judges.For(decision.Room{ID: 1, WordsVersion: version}, func() (decision.Words, error) { return own, nil })
		if err != nil {
			t.Fatal(err)
		}
		return j.Judge(moderation.Message{Text: text}).Action
	}
	old, added := "代一发帀", "二手房"
	if judge(1, old) != moderation.ActionStrike || judge(1, added) != moderation.ActionNone {
		t.Fatal("the first judge is not that of the file")
	}
	own.Keywords = []moderation.Keyword{{Word: added, Action: moderation.ActionStrike}}
	if judge(2, old) != moderation.ActionStrike {
		t.Error("nobody judged while the new word was compiled")
	}
	judges.Wait()
	if judge(2, added) != moderation.ActionStrike || judge(2, old) != moderation.ActionStrike {
		t.Error("the new word is not judged")
	}
}

// Who asks about a word just added hears of it, also while the road judges
// without it; and no version overtakes a later one.
func TestWhoAsksHearsOfTheNewWord(t *testing.T) {
	judges := slowJudges(t)
	for version := int64(1); version < 6; version++ {
		room := decision.Room{ID: 1, WordsVersion: version}
		added := fmt.Sprintf("%c手房", 0x4E00+version)
		words := func() (decision.Words, error) {
			return decision.Words{Keywords: []moderation.Keyword{{Word: added, Action: moderation.ActionStrike}}}, nil
		}
		if _, err := judges.For(room, words); err != nil { // the road, which does not wait
			t.Fatal(err)
		}
		judge, err := judges.Fresh(room, words)
		if err != nil {
			t.Fatal(err)
		}
		if v := judge.Judge(moderation.Message{Text: added}); v.Action != moderation.ActionStrike {
			t.Errorf("version %d: %s is %v", version, added, v.Action)
		}
	}
	judges.Wait()
}

// A room's word wins over the same word of the rules file, however that is
// written there.
func TestARoomsWordWinsOverTheFiles(t *testing.T) {
	for _, filed := range []string{"加q群", "加Q群", "加 Q 群"} {
		judges, err := NewJudges(moderation.Rules{Keywords: []moderation.Keyword{{Word: filed, Action: moderation.ActionStrike}}})
		if err != nil {
			t.Fatal(err)
		}
		judge, err := judges.For(decision.Room{ID: 1, WordsVersion: 1}, func() (decision.Words, error) {
			return decision.Words{Keywords: []moderation.Keyword{{Word: "加q群", Action: moderation.ActionNotice}}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if v := judge.Judge(moderation.Message{Text: "加Q群"}); v.Action != moderation.ActionNotice || len(v.Findings) != 1 {
			t.Errorf("%s in the file: %v, %+v", filed, v.Action, v.Findings)
		}
	}
}

// BenchmarkWordAdded adds a word to the 10 000 of a room until it is in use, and
// says how much of that the road waits for.
func BenchmarkWordAdded(b *testing.B) {
	var rules moderation.Rules
	for i := range 10000 {
		word := fmt.Sprintf("代%c发%c", 0x4E00+i%5000, 0x5E00+i)
		rules.Keywords = append(rules.Keywords, moderation.Keyword{Word: word, Variants: moderation.DefaultVariants()})
	}
	judges, err := NewJudges(rules)
	if err != nil {
		b.Fatal(err)
	}
	add := func(version int64) {
		own := decision.Words{Keywords: []moderation.Keyword{{Word: fmt.Sprint("二手房", version)}}}
		if _, err := judges.For(decision.Room{ID: 1, WordsVersion: version}, func() (decision.Words, error) { return own, nil }); err != nil {
			b.Fatal(err)
		}
	}
	add(1)
	var waited time.Duration
	for version := int64(2); b.Loop(); version++ {
		start := time.Now()
		add(version)
		waited += time.Since(start)
		judges.Wait()
	}
	b.ReportMetric(float64(waited.Nanoseconds())/float64(b.N), "road-ns/op")
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
