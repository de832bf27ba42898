package text

import (
	"fmt"
	"strings"

	"menshen/bot/decision"
	"menshen/moderation"
)

// subject names a rule or keyword in front of what is said about it.
func subject(h decision.RuleHealth) string {
	if h.Word != "" {
		return "「" + plain(h.Word, NameLength) + "」"
	}
	return "「" + ruleName(moderation.Finding{Rule: h.Rule}) + "」"
}

// judged tells how often a rule was right.
func judged(h decision.RuleHealth) string {
	return fmt.Sprintf("判过 %d 次，误判 %d 次，准确 %d%%", h.Judged(), h.Wrong, h.Precision())
}

// Retired tells the owner that a rule is wrong too often and only recorded
// from now on, and how to have it back.
func Retired(h decision.RuleHealth) string {
	back := "加词 " + plain(h.Word, NameLength)
	if h.Word == "" {
		back = "设置 " + settingOf(h.Rule) + " 警告"
	}
	return subject(h) + "在本群" + judged(h) + "，从现在起只记录、不处理。要恢复请回复：" + back
}

// settingOf is the name of the setting with the action of a rule.
func settingOf(rule string) string {
	def, _ := decision.FindSetting("rule_" + rule)
	return def.Name
}

// Trusted tells the owner that the disguises of a word strike from now on, and
// how to have them reviewed again.
func Trusted(h decision.RuleHealth) string {
	return fmt.Sprintf("%s的变体已有 %d 次被判为违规，以后变体也直接警告。要改回请回复：加词 %s 变体待审",
		subject(h), h.Guesses, plain(h.Word, NameLength))
}

// Misjudged lists the rules that were wrong, the worst first; "" when none was.
func Misjudged(s decision.Settings, all []decision.RuleHealth) string {
	const most = 3
	var b strings.Builder
	n := 0
	for _, h := range all {
		if n == most || h.Wrong == 0 {
			break
		}
		n++
		b.WriteString(subject(h) + judged(h))
		if s.RecordOnly(h.Rule, h.Word) {
			b.WriteString("，只记录")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Judged tells how often one word was right in the room; "" before it was
// judged.
func Judged(s decision.Settings, h decision.RuleHealth) string {
	if h.Judged() == 0 {
		return ""
	}
	words := "\n本群" + judged(h)
	if s.RecordOnly(h.Rule, h.Word) {
		words += "，只记录"
	}
	return words
}
