package moderation

import (
	"fmt"
	"strings"
)

type wordFinder struct {
	keywords []Keyword
	folded   []string
	allow    []string
}

func newWordFinder(keywords []Keyword, allow []string) (wordFinder, error) {
	w := wordFinder{keywords: keywords, allow: allow}
	seen := map[string]int{}
	for i, k := range keywords {
		f := strings.ToLower(strings.TrimSpace(k.Word))
		if f == "" {
			return w, &RuleError{List: "keywords", Index: i, Reason: "the keyword is empty after folding; remove it or write a word", Repeats: -1}
		}
		if first, dup := seen[f]; dup {
			return w, &RuleError{List: "keywords", Index: i, Reason: fmt.Sprintf("the keyword %q is there twice", k.Word), Repeats: first}
		}
		seen[f] = i
		w.folded = append(w.folded, f)
	}
	return w, nil
}

func (w wordFinder) find(out []Finding, text, _ string) []Finding {
	runes := []rune(strings.ToLower(text))
	for i, k := range w.folded {
		n := len([]rune(k))
		for at := 0; at+n <= len(runes); at++ {
			if string(runes[at:at+n]) == k {
				out = append(out, Finding{Rule: RuleKeyword, Action: w.keywords[i].Action, Word: w.keywords[i].Word, Category: w.keywords[i].Category, Start: at, End: at + n})
			}
		}
	}
	return out
}
