package moderation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

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
	return &RuleError{
		List: list, Index: bad.Index, Repeats: -1,
		Reason: fmt.Sprintf("%s %q cannot be used: %v; %s", what, bad.Word, bad.Err, remedy),
	}
}

// RefuseRepeated returns a [*RuleError] for the first keyword that is the same
// word as one before it after folding, which in one list is a mistake. Rules
// joined from several lists may repeat each other: then every owner of a word
// has a finding. What cannot be folded is left to [Compile].
func RefuseRepeated(keywords []Keyword) error {
	first := make(map[string]int, len(keywords))
	for i, k := range keywords {
		key := FoldKeyword(k.Word)
		if key == "" {
			continue
		}
		if before, ok := first[key]; ok {
			return &RuleError{
				List: "keywords", Index: i, Repeats: before,
				Reason: fmt.Sprintf("the keyword %q is the same word as %q", k.Word, keywords[before].Word),
			}
		}
		first[key] = i
	}
	return nil
}

// FoldKeyword returns a keyword as it is matched: folded, without the gaps
// that say nothing. It is equal for words that are one after folding, and
// empty for one of which nothing is left.
func FoldKeyword(word string) string {
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

// Keyword returns the keyword of the rules that is the same word after folding.
func (j *Judge) Keyword(word string) (Keyword, bool) {
	key := FoldKeyword(word)
	for _, k := range j.words {
		if key != "" && FoldKeyword(k.Word) == key {
			return k, true
		}
	}
	return Keyword{}, false
}

// keywords appends the keywords in a text and in what it may be read as. In a
// URL only plain hits count: addresses are full of letters that mean nothing.
func (j *Judge) keywords(out []Finding, s *scratch, field, text string, inLinks linkSpans) []Finding {
	s.hits = j.lexicon.Find(&s.folded, s.hits[:0])
	if field != FieldURL {
		s.hits = j.reread(s, text, inLinks)
	}
	return j.findings(out, s, field)
}

// findings appends the hits of a text as findings.
func (j *Judge) findings(out []Finding, s *scratch, field string) []Finding {
	out = slices.Grow(out, len(s.hits))
	for _, hit := range s.hits {
		k := &j.words[hit.Keyword]
		if k.Action == ActionNone || field == FieldURL && hit.Tier == TierDisguised {
			continue
		}
		out = append(out, Finding{
			Rule: RuleKeyword, Tier: hit.Tier, Action: k.actionFor(hit), Word: k.Word, Category: k.Category,
			Start: hit.Start, End: hit.End, Why: hit.Why(),
		})
	}
	return out
}

// actionFor returns what a hit of k asks for: a guess goes to the owner unless
// the owner decided otherwise for the word, and a doubtful hit in any case.
func (k *Keyword) actionFor(hit Hit) Action {
	action := k.Action
	if hit.Tier == TierDisguised {
		if action = k.Disguised; action == ActionNone {
			action = ActionReview
		}
	}
	if hit.Doubt {
		action = min(action, ActionReview)
	}
	return action
}
