package text

import (
	"fmt"
	"strconv"
	"strings"

	"menshen/bot/decision"
	"menshen/moderation"
)

// Usage tells how a command is written and where it is understood.
func Usage(usage string, group, private bool) string {
	where := ""
	switch {
	case group && !private:
		where = "（请在群里说）"
	case private && !group:
		where = "（请私聊我说）"
	}
	return "用法：" + usage + where
}

// Which asks who of several members of one name is meant.
func Which(r decision.Room, members []decision.Member) string {
	options, answers := make([]string, 0, len(members)), make([]string, 0, len(members))
	for i, m := range members {
		options = append(options, fmt.Sprintf("%d %s(%s)", i+1, Name(m.Name), mark(r, m)))
		answers = append(answers, "选"+strconv.Itoa(i+1))
	}
	return fmt.Sprintf("群里有%s位「%s」：%s。请 60 秒内回复 %s",
		count(len(members)), Name(members[0].Name), strings.Join(options, " "), strings.Join(answers, " 或 "))
}

// count writes small numbers as they are spoken.
func count(n int) string {
	small := []rune("零一两三四五六七八九")
	if n < len(small) {
		return string(small[n])
	}
	return " " + strconv.Itoa(n) + " "
}

// mark tells members of one name apart by what all can see.
func mark(r decision.Room, m decision.Member) string {
	switch {
	case m.Nick != "" && m.Nick != m.Name:
		return Name(m.Nick)
	case !m.Joined.IsZero():
		return Date(r, m.Joined) + "进群"
	default:
		return "编号 " + strconv.FormatInt(int64(m.ID), 10)
	}
}

// WhichRoom asks which of several rooms is meant.
func WhichRoom(rooms []decision.Room) string {
	var b strings.Builder
	b.WriteString("是哪个群？")
	for i, r := range rooms {
		fmt.Fprintf(&b, "\n选%d　%s（群%d）", i+1, Name(r.Name), r.ID)
	}
	return b.String()
}

// Warnings lists strikes that count, oldest first.
func Warnings(r decision.Room, cases []decision.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "有效警告 %d/%d", len(cases), r.Settings.WarningLimit)
	for _, c := range cases {
		fmt.Fprintf(&b, "\n#%d %s %s", c.ID, Date(r, c.Opened), reason(c))
		if !c.Expires.IsZero() {
			b.WriteString("，" + Date(r, c.Expires) + "失效")
		}
	}
	return b.String()
}

// reason says in a few masked words what a case is about.
func reason(c decision.Case) string {
	f := chief(c.Findings)
	switch f.Rule {
	case "":
		return Snippet(c.Reason)
	case moderation.RuleKeyword:
		return "关键词「" + Word(shown(f)) + "」"
	default:
		return ruleName(f)
	}
}

// Warned lists members with strikes and when the next one stops counting.
func Warned(r decision.Room, list []decision.Warned) string {
	const most = 20
	var b strings.Builder
	fmt.Fprintf(&b, "有警告的成员 %d 人", len(list))
	for _, w := range list[:min(len(list), most)] {
		fmt.Fprintf(&b, "\n%s %d/%d", Name(w.Member.Name), w.Strikes, r.Settings.WarningLimit)
		if !w.Expires.IsZero() {
			b.WriteString("，" + Date(r, w.Expires) + "起减少")
		}
	}
	b.WriteString(more(len(list)-most, "人"))
	return b.String()
}

// Verdict lists what was found in a text, as an ordinary member's message.
func Verdict(v moderation.Verdict) string {
	const most = 8
	if len(v.Findings) == 0 {
		return "判定：通过，没有发现违规。"
	}
	var b strings.Builder
	b.WriteString("判定：" + action(v.Action))
	for _, f := range v.Findings[:min(len(v.Findings), most)] {
		fmt.Fprintf(&b, "\n%s「%s」第 %d–%d 字 → %s", ruleName(f), Snippet(f.Text), f.Start+1, f.End, action(f.Action))
		if f.Word != "" && f.Word != f.Text {
			b.WriteString("，词「" + plain(f.Word, NameLength) + "」")
		}
		if f.Tier == moderation.TierDisguised {
			b.WriteString("，变体")
		}
		if len(f.Why) > 0 {
			b.WriteString("（" + whys(f.Why) + "）")
		}
	}
	b.WriteString(more(len(v.Findings)-most, "处"))
	return b.String()
}

// more is the last line of a list that leaves out n of what it counts; "" when
// it leaves out none.
func more(n int, what string) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("\n…还有 %d %s", n, what)
}

// action names what a finding leads to.
func action(a moderation.Action) string {
	switch a {
	case moderation.ActionNotice:
		return "提醒"
	case moderation.ActionReview:
		return "请群主审"
	case moderation.ActionStrike:
		return "警告"
	default:
		return "通过"
	}
}
