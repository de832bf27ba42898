package moderation

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func mustCompile(t *testing.T, rules Rules) *Judge {
	t.Helper()
	j, err := Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestWatch(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike}}})
	now := time.Date(2025, 10, 1, 12, 0, 0, 0, time.UTC)
	const advert = "代理招募中，日入五百，有意私聊我了解详情"
	said := func(from int64, ago time.Duration, texts ...string) []Line {
		var lines []Line
		for _, text := range texts {
			lines = append(lines, Line{From: from, At: now.Add(-ago), Text: text})
		}
		return lines
	}
	many := func(n int, ago time.Duration) []Line {
		var lines []Line
		for i := range n {
			lines = append(lines, said(1, ago, fmt.Sprint("话题", i*i))...)
		}
		return lines
	}
	for _, row := range []struct {
		name, text string
		history    History
		want       string
	}{
		{"first message", "大家好", History{}, ""},
		{"flood begins", "又一句", History{Own: many(14, 30*time.Second)}, "flood 又一句"},
		{"flood goes on", "又一句", History{Own: many(20, 30*time.Second)}, ""},
		{"many but slow", "又一句", History{Own: many(14, 2*time.Minute)}, ""},
		{"third time the same", advert, History{Own: said(1, time.Minute, advert, advert)}, "repeat " + advert},
		{"third time nearly the same", advert + "！", History{Own: said(1, time.Minute, advert+"1", "【"+advert+"】")}, "repeat " + advert + "！"},
		{"second time", advert, History{Own: said(1, time.Minute, advert)}, ""},
		{"short texts repeat", "哈哈", History{Own: said(1, time.Minute, "哈哈", "哈哈", "哈哈")}, ""},
		{"the same long ago", advert, History{Own: said(1, time.Hour, advert, advert)}, ""},
		{"two newcomers, one advertisement", advert, History{Newcomer: true, Newcomers: said(2, 5*time.Minute, advert+"2")}, "campaign " + advert},
		{"an old member says the same", advert, History{Newcomers: said(2, 5*time.Minute, advert)}, ""},
		{"newcomers talk of different things", advert, History{Newcomer: true, Newcomers: said(2, 5*time.Minute, "请问群里有人去过西湖吗")}, ""},
		{"split over two messages", "群", History{Own: said(1, 5*time.Second, "加")}, "keyword 加群"},
		{"split over three messages", "群吧", History{Own: said(1, 5*time.Second, "来", "加")}, "keyword 加群"},
		{"split too slowly", "群", History{Own: said(1, 11*time.Second, "加")}, ""},
		{"split by a long message", "群", History{Own: said(1, 5*time.Second, "今天的作业第三题怎么做加")}, ""},
		{"whole in the message before", "好", History{Own: said(1, 5*time.Second, "加群")}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, f := range j.Watch(DefaultWatch(), Message{Text: row.text}, now, row.history) {
				if f.Action != ActionReview {
					t.Errorf("%s asks for %v", f.Rule, f.Action)
				}
				got = append(got, f.Rule+" "+f.Text)
			}
			if list := strings.Join(got, "|"); list != row.want {
				t.Errorf("got %q, want %q", list, row.want)
			}
		})
	}
}

func TestSplitSpan(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "代开发票", Action: ActionStrike}}})
	now := time.Now()
	got := j.Watch(DefaultWatch(), Message{Text: "票找我"}, now, History{Own: []Line{{At: now, Text: "有代"}, {At: now, Text: "开发"}}})
	if len(got) != 1 || got[0].Start != 0 || got[0].End != 1 || got[0].Tier != TierDisguised {
		t.Errorf("got %+v, want one disguised finding with the span [0,1)", got)
	}
}

func TestNewcomer(t *testing.T) {
	now := time.Date(2025, 10, 10, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name        string
		joined      time.Time
		substantive int
		want        bool
	}{
		{"just joined", now.Add(-time.Hour), 0, true},
		{"talks much on the first day", now.Add(-time.Hour), 50, true},
		{"silent for a week", now.Add(-7 * 24 * time.Hour), 0, true},
		{"both reached", now.Add(-25 * time.Hour), 3, false},
		{"here before the bot", time.Time{}, 0, false},
	} {
		if got := Newcomer(row.joined, now, 1, 3, row.substantive); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

func TestProbation(t *testing.T) {
	j := mustCompile(t, Rules{AllowHosts: []string{"example.com"}})
	for _, row := range []struct {
		name    string
		message Message
		want    bool
	}{
		{"talk", Message{Kind: "text", Text: "大家好"}, false},
		{"card without an address", Message{Kind: "link", Title: "点我"}, true},
		{"card to an allowed host", Message{Kind: "link", Title: "点我", URLs: []string{"https://example.com/a"}}, true},
		{"contact card", Message{Kind: "card"}, true},
		{"picture", Message{Kind: "image"}, false},
		{"card that is struck anyway", Message{Kind: "link", URLs: []string{"https://evil.cn"}}, false},
	} {
		f, got := Probation(row.message, j.Judge(row.message))
		if got != row.want || got && f.Action != ActionReview {
			t.Errorf("%s: %v %+v, want %v", row.name, got, f, row.want)
		}
	}
}

func TestName(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike}}})
	staff := []string{"老王", "Lily管理员"}
	for _, row := range []struct {
		name, nick string
		like       int
		role       bool
		findings   int
	}{
		{"ordinary", "小明", -1, false, 0},
		{"the same", "老王", 0, false, 0},
		{"space behind", "老王 ", 0, false, 0},
		{"invisible", "老\u200b王", 0, false, 0},
		{"punctuation", "老·王", 0, false, 0},
		{"with a role", "群主老王", 0, true, 0},
		{"really the one", "老王本人", 0, false, 0},
		{"another account", "老王（小号）", 0, false, 0},
		{"digit for a letter", "L1ly", 1, false, 0},
		{"Cyrillic", "Lіly", 1, false, 0},
		{"role alone", "客服", -1, true, 0},
		{"advertisement", "加群找我", -1, false, 1},
		{"link", "evil.cn", -1, false, 1},
		{"longer", "老王头", -1, false, 0},
		{"nothing but signs", "。。。", -1, false, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := j.Name(row.nick, staff)
			if v.Like != row.like || v.Role != row.role || len(v.Findings) != row.findings {
				t.Errorf("%q: %+v", row.nick, v)
			}
			if suspicious := row.like >= 0 || row.role || row.findings > 0; v.Suspicious() != suspicious {
				t.Errorf("%q: suspicious %v", row.nick, v.Suspicious())
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	for _, row := range []struct{ name, text, word, want string }{
		{"word behind", "我今天刷单词刷到半夜", "刷单", "刷单词"},
		{"word before", "三黄片多少钱一盒", "黄片", "三黄片"},
		{"two behind", "真是个大麻烦", "大麻", "大麻烦"},
		{"nothing around", "刷单", "刷单", ""},
		{"only particles", "我刷单了", "刷单", ""},
		{"something around", "刷单骗局曝光", "刷单", "刷单骗局"},
	} {
		t.Run(row.name, func(t *testing.T) {
			at := len([]rune(row.text[:strings.Index(row.text, row.word)]))
			f := Finding{Rule: RuleKeyword, In: FieldText, Start: at, End: at + len([]rune(row.word))}
			got := Suggest(row.text, f)
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if got == "" {
				return
			}
			j := mustCompile(t, Rules{Keywords: []Keyword{{Word: row.word, Action: ActionStrike}}, AllowPhrases: []string{got}})
			if v := j.Judge(Message{Text: row.text}); len(v.Findings) > 0 {
				t.Errorf("%q does not spare %q", got, row.text)
			}
			if v := j.Judge(Message{Text: row.word}); v.Action != ActionStrike {
				t.Errorf("%q spares the word itself", got)
			}
		})
	}
}
