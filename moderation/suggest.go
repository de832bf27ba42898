package moderation

import (
	"slices"
	"strings"
)

// Suggest returns the shortest phrase around a keyword finding in text that,
// as an allow-phrase, would have spared it without sparing the keyword
// everywhere: 刷单词 for 刷单. It is empty when the text offers none, for
// findings of other rules and for those that are not in text.
func Suggest(text string, f Finding) string {
	runes := []rune(text)
	if f.Rule != RuleKeyword || f.In != FieldText || f.Start < 0 || f.Start >= f.End || f.End > len(runes) {
		return ""
	}
	from, to := f.Start, f.End
	left, right := clause(runes, from, to)
	best := ""
	for _, n := range [...]int{1, 2, 3} {
		for _, phrase := range [...]string{
			ifWord(runes, from, to, right, n), ifWord(runes, from, to, left, -n),
		} {
			if best == "" && phrase != "" && CheckKeyword(phrase) == nil {
				best = phrase
			}
		}
	}
	if best != "" {
		return best
	}
	return widened(runes, from, to, left, right)
}

// clause returns the bounds of the letters around [from, to).
func clause(runes []rune, from, to int) (left, right int) {
	for left = from; left > 0 && isHan(runes[left-1]); left-- {
	}
	for right = to; right < len(runes) && isHan(runes[right]); right++ {
	}
	return left, right
}

// ifWord returns [from, to) with n more runes behind it, or before it if n is
// negative, when they complete an ordinary word that begins or ends inside.
func ifWord(runes []rune, from, to, bound, n int) string {
	start, end := from, to+n
	if n < 0 {
		start, end = from+n, to
	}
	if end > max(bound, to) || start < min(bound, from) {
		return ""
	}
	for inside := 1; inside <= min(maxWord-1, to-from); inside++ {
		word := runes[to-inside : end]
		if n < 0 {
			word = runes[start : from+inside]
		}
		if len(word) <= maxWord && ordinary(word) {
			return string(runes[start:end])
		}
	}
	return ""
}

// ordinary reports whether runes are a word of the dictionary.
func ordinary(runes []rune) bool {
	var f Folded
	f.Fold(string(runes))
	return wordTable().has(f.cells)
}

// particles are the words of every sentence. They say nothing about a phrase,
// which with one of them alone would spare a keyword nearly everywhere, and
// nobody writes them for another character.
const particles = "的了吗呢吧啊呀嘛哦我你他她它们是有在和与就都也不很还这那哪个去来要会能可以说没好到完早为让给把被跟"

// widened returns [from, to) with the one character a clause has before it, or
// with the two letters behind or before it, if what is added means something.
func widened(runes []rune, from, to, left, right int) string {
	spans := [...][2]int{{left, to}, {from, min(to+2, right)}, {max(from-2, left), to}}
	for i, span := range spans {
		added := slices.Concat(runes[span[0]:from], runes[to:span[1]])
		if i == 0 && len(added) != 1 || i > 0 && len(added) < 2 || strings.Trim(string(added), particles) == "" {
			continue
		}
		if phrase := string(runes[span[0]:span[1]]); CheckKeyword(phrase) == nil {
			return phrase
		}
	}
	return ""
}
