package moderation

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// wordFinder turns the hits of a lexicon into findings.
type wordFinder struct {
	lexicon  *Lexicon
	keywords []Keyword
	scratch  *sync.Pool // of *wordScratch
}

// wordScratch holds the buffers of one judgement.
type wordScratch struct {
	folded Folded
	hits   []Hit
}

func newWordFinder(keywords []Keyword, allow []string) (wordFinder, error) {
	if err := refuseRepeated(keywords); err != nil {
		return wordFinder{}, err
	}
	lexicon, err := NewLexicon(keywords, allow)
	if err != nil {
		return wordFinder{}, asRuleError(err)
	}
	return wordFinder{
		lexicon: lexicon, keywords: keywords,
		scratch: &sync.Pool{New: func() any { return new(wordScratch) }},
	}, nil
}

// asRuleError translates the lexicon's complaint about one word.
func asRuleError(err error) error {
	var bad *KeywordError
	if !errors.As(err, &bad) {
		return err
	}
	list, what := "keywords", "the keyword"
	if bad.Allow {
		list, what = "allow_phrases", "the allow-phrase"
	}
	remedy := "shorten it"
	if errors.Is(err, ErrKeywordEmpty) {
		remedy = "remove it or write it with letters"
	}
	return &RuleError{List: list, Index: bad.Index, Repeats: -1,
		Reason: fmt.Sprintf("%s %q cannot be used: %v; %s", what, bad.Word, bad.Err, remedy)}
}

// refuseRepeated finds keywords that are one word after folding. What cannot
// be folded is left to the lexicon.
func refuseRepeated(keywords []Keyword) error {
	first := make(map[string]int, len(keywords))
	for i, k := range keywords {
		key := wordKey(k.Word)
		if key == "" {
			continue
		}
		if before, ok := first[key]; ok {
			return &RuleError{List: "keywords", Index: i, Repeats: before,
				Reason: fmt.Sprintf("the keyword %q is the same word as %q", k.Word, keywords[before].Word)}
		}
		first[key] = i
	}
	return nil
}

// wordKey is equal for words that are one after folding, and empty for one of
// which nothing is left.
func wordKey(word string) string {
	cells, err := foldKeyword(word)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, c := range cells {
		b.WriteRune(c.r())
	}
	return b.String()
}

// find appends the keywords in text. In a URL only plain hits count: addresses
// are full of letters that mean nothing.
func (w *wordFinder) find(out []Finding, text, field string) []Finding {
	s := w.scratch.Get().(*wordScratch)
	defer w.scratch.Put(s)
	s.folded.Fold(text)
	s.hits = w.lexicon.Find(&s.folded, s.hits[:0])
	for _, hit := range s.hits {
		k := &w.keywords[hit.Keyword]
		if k.Action == ActionNone || field == FieldURL && hit.Tier == TierDisguised {
			continue
		}
		out = append(out, Finding{
			Rule: RuleKeyword, Tier: hit.Tier, Action: k.actionFor(hit), Word: k.Word, Category: k.Category,
			Start: hit.Start, End: hit.End, Why: hit.Why,
		})
	}
	return out
}

// actionFor returns what a hit of k asks for: a guess goes to the owner unless
// the owner decided otherwise for the word, and so does a doubtful hit.
func (k *Keyword) actionFor(hit Hit) Action {
	switch {
	case hit.Tier == TierDisguised && k.Disguised == ActionNone:
		return ActionReview
	case hit.Tier == TierDisguised:
		return k.Disguised
	case hit.Doubt:
		return min(k.Action, ActionReview)
	}
	return k.Action
}
