package moderation

import (
	"strings"
	"unicode/utf8"
)

// MentionsIn returns a function that reports whether text speaks about the word
// of a finding rather than using it: the word stands in quotation marks, or the
// text asks why it is forbidden. Advertisers can do the same, so it never clears
// anybody; it is a reason to let the owner decide. Findings in the order of the
// text cost no more than one reading of it.
func MentionsIn(text string) func(Finding) bool {
	asks, cut := asksWhy(text), newRuneCutter(text)
	return func(f Finding) bool { return ofKeyword(f) && (asks || cut.quoted(f.Start, f.End)) }
}

func ofKeyword(f Finding) bool { return f.Rule == RuleKeyword && f.In == FieldText }

// quoted reports whether quotation marks stand around the runes [start, end).
func (c *runeCutter) quoted(start, end int) bool {
	if start <= 0 || start >= end {
		return false
	}
	open, _ := utf8.DecodeLastRuneInString(c.text[:c.seek(start)])
	closing, _ := utf8.DecodeRuneInString(c.text[c.seek(end):])
	return strings.ContainsRune("\"'“‘「『《【", open) && strings.ContainsRune("\"'”’」』》】", closing)
}

func asksWhy(text string) bool {
	for _, asking := range [...]string{"为什么不能", "怎么不能", "为啥不能", "不能说", "不让说", "违禁词", "敏感词"} {
		if strings.Contains(text, asking) {
			return true
		}
	}
	return false
}
