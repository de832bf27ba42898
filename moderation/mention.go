package moderation

import "strings"

// Mentions reports whether text speaks about the word of finding f rather than
// using it: the word stands in quotation marks, or the text asks why it is
// forbidden. Advertisers can do the same, so it never clears anybody; it is a
// reason to let the owner decide.
func Mentions(text string, f Finding) bool {
	return ofKeyword(f) && (inQuotes(text, f) || asksWhy(text))
}

// questions reports whether text asks about the word of f and puts it in
// quotation marks: then it is about the rule even if nobody was warned.
func questions(text string, f Finding) bool {
	return ofKeyword(f) && asksWhy(text) && inQuotes(text, f)
}

func ofKeyword(f Finding) bool { return f.Rule == RuleKeyword && f.In == FieldText }

func inQuotes(text string, f Finding) bool {
	runes := []rune(text)
	if f.Start <= 0 || f.Start >= f.End || f.End >= len(runes) {
		return false
	}
	return strings.ContainsRune("\"'“‘「『《【", runes[f.Start-1]) && strings.ContainsRune("\"'”’」』》】", runes[f.End])
}

func asksWhy(text string) bool {
	for _, asking := range [...]string{"为什么不能", "怎么不能", "为啥不能", "不能说", "不让说", "违禁词", "敏感词"} {
		if strings.Contains(text, asking) {
			return true
		}
	}
	return false
}
