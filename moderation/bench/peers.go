package main

import (
	"bytes"
	"strings"

	"menshen/moderation"

	bobu "github.com/BobuSumisu/aho-corasick"
	anknown "github.com/anknown/ahocorasick"
	"github.com/cloudflare/ahocorasick"
	coregx "github.com/coregx/ahocorasick"
	"github.com/importcjj/sensitive"
)

// message is one folded text in the shapes the engines take.
type message struct {
	bytes []byte
	text  string
	runes []rune
}

// engine compiles a dictionary and returns a search that reports how many
// hits a message has.
type engine struct {
	name  string
	build func(words []string) (func(*message) int, error)
	// folds says that the search folds the text first. The others are given
	// folded text, so the time of folding alone is taken off.
	folds bool
}

var engines = []engine{
	{"menshen", ours(nil), true},
	{"menshen, all variants", ours(everyVariant()), true},
	{"whole judgement", judgement(nil), false},
	{"judgement, all", judgement(everyVariant()), false},
	{"coregx", buildCoregx, false},
	{"BobuSumisu", buildBobu, false},
	{"anknown", buildAnknown, false},
	{"importcjj", buildImportcjj, false},
	{"cloudflare", buildCloudflare, false},
}

func everyVariant() []moderation.Variant {
	return []moderation.Variant{
		moderation.VariantPinyin, moderation.VariantHomophone, moderation.VariantSplit,
		moderation.VariantInitials, moderation.VariantShorthand, moderation.VariantRepeat,
	}
}

func withVariants(words []string, variants []moderation.Variant) []moderation.Keyword {
	keywords := make([]moderation.Keyword, len(words))
	for i, w := range words {
		keywords[i] = moderation.Keyword{Word: w, Action: moderation.ActionStrike, Variants: variants}
	}
	return keywords
}

// ours is the lexicon alone, as the others are dictionaries alone.
func ours(variants []moderation.Variant) func([]string) (func(*message) int, error) {
	return func(words []string) (func(*message) int, error) {
		lex, err := moderation.NewLexicon(withVariants(words, variants), nil)
		if err != nil {
			return nil, err
		}
		var folded moderation.Folded
		var hits []moderation.Hit
		return func(m *message) int {
			folded.Fold(m.text)
			hits = lex.Find(&folded, hits[:0])
			return len(hits)
		}, nil
	}
}

// judgement is all that is asked of a message: folding, links, shapes, keywords.
func judgement(variants []moderation.Variant) func([]string) (func(*message) int, error) {
	return func(words []string) (func(*message) int, error) {
		judge, err := moderation.Compile(moderation.Rules{Keywords: withVariants(words, variants)})
		if err != nil {
			return nil, err
		}
		return func(m *message) int { return len(judge.Judge(moderation.Message{Text: m.text}).Findings) }, nil
	}
}

// foldOnly is the part of a search that all engines are spared.
func foldOnly() func(*message) int {
	var folded moderation.Folded
	return func(m *message) int {
		folded.Fold(m.text)
		return folded.Len()
	}
}

func buildCloudflare(words []string) (func(*message) int, error) {
	m := ahocorasick.NewStringMatcher(words)
	return func(msg *message) int { return len(m.MatchThreadSafe(msg.bytes)) }, nil
}

func buildCoregx(words []string) (func(*message) int, error) {
	a, err := coregx.NewBuilder().AddStrings(words).Build()
	if err != nil {
		return nil, err
	}
	return func(msg *message) int { return len(a.FindAllOverlapping(msg.bytes)) }, nil
}

func buildBobu(words []string) (func(*message) int, error) {
	t := bobu.NewTrieBuilder().AddStrings(words).Build()
	return func(msg *message) int { return len(t.Match(msg.bytes)) }, nil
}

func buildAnknown(words []string) (func(*message) int, error) {
	list := make([][]rune, len(words))
	for i, w := range words {
		list[i] = bytes.Runes([]byte(w))
	}
	m := new(anknown.Machine)
	if err := m.Build(list); err != nil {
		return nil, err
	}
	return func(msg *message) int { return len(m.MultiPatternSearch(msg.runes, false)) }, nil
}

func buildImportcjj(words []string) (func(*message) int, error) {
	f := sensitive.New()
	if err := f.Load(strings.NewReader(strings.Join(words, "\n"))); err != nil {
		return nil, err
	}
	return func(msg *message) int { return len(f.FindAll(msg.text)) }, nil
}
