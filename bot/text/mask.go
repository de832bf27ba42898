package text

import (
	"cmp"
	"strings"
	"unicode"

	"menshen/moderation"
)

// Word masks an offending word: its first rune and two stars.
func Word(word string) string {
	for _, r := range plain(word, NameLength) {
		return string(r) + "**"
	}
	return "**"
}

// Host masks a host so that it can be recognised and not followed: the first
// runes of its registered label and what comes after (evil.com → evi***.com).
func Host(host string) string {
	if scheme, _, ok := strings.Cut(host, "://"); ok {
		return plain(scheme, NameLength) + "://***"
	}
	labels := strings.Split(plain(host, 100), ".")
	at := len(labels) - 2
	if at > 0 && len(labels[at+1]) == 2 && len(labels[at]) <= 3 {
		at-- // a second-level registry such as com.cn
	}
	if at < 0 {
		return Word(host)
	}
	label := []rune(labels[at])
	keep := max(1, min(3, len(label)-1))
	return string(label[:min(keep, len(label))]) + "***." + plain(strings.Join(labels[at+1:], "."), NameLength)
}

// what says in a clause what a finding objects to, without repeating it, and
// the article of the written rules if one is known.
func what(article string, f moderation.Finding) string {
	rule := "违反" + cmp.Or(article, "群规")
	clause := ""
	switch f.Rule {
	case moderation.RuleKeyword:
		return "这条消息含「" + Word(shown(f)) + "」，" + rule
	case moderation.RuleLink, moderation.RuleShortLink, moderation.RuleScheme:
		clause = "本群不发外部链接"
		if f.Host != "" {
			clause += "（" + Host(f.Host) + "）"
		}
	case moderation.RulePassphrase:
		clause = "本群不发口令"
	case moderation.RuleInvite:
		clause = "本群不发进群邀请"
	case moderation.RulePersonal:
		clause = "请勿在群里发送手机号等个人信息"
	case moderation.RuleUnreadable:
		clause = "这类消息我看不到内容，请改用文字"
	default:
		return "这条消息" + rule
	}
	if article != "" {
		clause += "，" + rule
	}
	return clause
}

// shown is the word a finding is known by: as the rules write it.
func shown(f moderation.Finding) string {
	if f.Word != "" {
		return f.Word
	}
	return f.Text
}

// ruleName names a rule for the owner.
func ruleName(f moderation.Finding) string {
	names := map[string]string{
		moderation.RuleKeyword: "关键词", moderation.RuleLink: "外链", moderation.RuleShortLink: "短链接",
		moderation.RuleScheme: "跳转链接", moderation.RulePassphrase: "口令", moderation.RuleInvite: "进群邀请",
		moderation.RulePersonal: "个人信息", moderation.RuleFlood: "刷屏", moderation.RuleRepeat: "重复发言",
		moderation.RuleCampaign: "多名新人同一广告", moderation.RuleNewcomer: "新人卡片",
		moderation.RuleUnreadable: "看不到的消息",
	}
	name, ok := names[f.Rule]
	if !ok {
		name = plain(f.Rule, NameLength)
	}
	if f.Category != "" {
		name += "·" + plain(f.Category, NameLength)
	}
	return name
}

// chief is the finding a sentence speaks of: the first of the strongest.
func chief(findings []moderation.Finding) moderation.Finding {
	var best moderation.Finding
	for _, f := range findings {
		if f.In != moderation.FieldQuoted && (best.Rule == "" || f.Action > best.Action) {
			best = f
		}
	}
	return best
}

// emphasise puts stars around the first finding in a member's words, cut so
// that it stays in sight.
func emphasise(words string, f moderation.Finding) string {
	words = moderation.Redact(words) // whole: its parts may not show what it is
	runes := []rune(words)
	if f.In != moderation.FieldText || f.Start < 0 || f.Start >= f.End || f.End > len(runes) {
		return Snippet(words)
	}
	from := max(0, f.Start-SnippetLength/4)
	before := Snippet(string(runes[from:f.Start]))
	if from > 0 {
		before = "…" + before
	}
	return before + blank(runes[:f.Start], f.Start-1) + "**" + Snippet(string(runes[f.Start:f.End])) + "**" +
		blank(runes, f.End) + Snippet(string(runes[f.End:]))
}

// blank is the space at a border of the finding, which cutting the words there
// trimmed from the piece beside it.
func blank(runes []rune, at int) string {
	if at >= 0 && at < len(runes) && unicode.IsSpace(runes[at]) {
		return " "
	}
	return ""
}
