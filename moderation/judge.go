package moderation

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"
)

// Judge judges messages by compiled rules. It is immutable and safe for
// concurrent use; changed rules make a new one.
type Judge struct {
	lexicon *Lexicon
	words   []Keyword // by the index in hits
	allowed hostSet
	actions [len(namedRules)]Action
	scratch sync.Pool // of *scratch
}

// scratch holds the buffers of one judgement.
type scratch struct {
	folded  Folded
	decoder decoder
	links   linkScanner
	shapes  shapeScanner
	hits    []Hit
}

// namedRules are the rules other than keyword with the action each has when
// the rules say nothing.
var namedRules = [...]struct {
	name   string
	action Action
}{
	{RuleLink, ActionStrike},
	{RuleShortLink, ActionStrike},
	{RuleScheme, ActionStrike},
	{RulePassphrase, ActionStrike},
	{RuleInvite, ActionStrike},
	{RulePersonal, ActionNotice},
}

// Indexes into namedRules.
const (
	ruleLink = iota
	ruleShortLink
	ruleScheme
	rulePassphrase
	ruleInvite
	rulePersonal
)

// RuleNames returns the names of the rules other than keyword.
func RuleNames() []string {
	names := make([]string, len(namedRules))
	for i, r := range namedRules {
		names[i] = r.name
	}
	return names
}

// RuleError says which item of a list in [Rules] cannot be compiled.
type RuleError struct {
	List   string // keywords, allow_phrases or allow_hosts, as in the rules file
	Index  int
	Reason string // what is wrong and, unless it repeats another, what to do
	// Repeats is the index of an equal item before it, -1 if there is none.
	Repeats int
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("%s item %d %s", e.List, e.Index+1, e.Reason)
}

// Compile makes a judge. The error is a [*RuleError] if one item is to blame.
func Compile(rules Rules) (*Judge, error) {
	j := &Judge{words: rules.Keywords, scratch: sync.Pool{New: func() any { return new(scratch) }}}
	for i, r := range namedRules {
		j.actions[i] = r.action
		if action, ok := rules.Actions[r.name]; ok {
			j.actions[i] = action
		}
	}
	var err error
	if j.allowed, err = newHostSet(rules.AllowHosts); err != nil {
		return nil, err
	}
	if j.lexicon, err = NewLexicon(rules.Keywords, rules.AllowPhrases); err != nil {
		return nil, asRuleError(err)
	}
	return j, nil
}

// Judge returns everything the rules object to in m. It looks at m alone; what
// only several messages show is shown by a watch over the last of them.
func (j *Judge) Judge(m Message) Verdict {
	var v Verdict
	v.Findings = j.field(v.Findings, FieldText, 0, m.Text)
	v.Findings = j.field(v.Findings, FieldTitle, 0, m.Title)
	for i, url := range m.URLs {
		v.Findings = j.field(v.Findings, FieldURL, i, url)
	}
	quoted := len(v.Findings)
	v.Findings = j.field(v.Findings, FieldQuoted, 0, m.Quoted)
	for i := range v.Findings[quoted:] { // somebody else's words: shown, never held against the sender
		v.Findings[quoted+i].Action = ActionNone
	}
	if len(v.Findings) == 0 {
		return v
	}
	if !slices.IsSortedFunc(v.Findings, compareFindings) {
		slices.SortStableFunc(v.Findings, compareFindings)
	}
	for _, f := range v.Findings {
		v.Action = max(v.Action, f.Action)
	}
	return v
}

// compareFindings orders findings by field, start and rule.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(fieldOrder(a.In), fieldOrder(b.In)), cmp.Compare(a.At, b.At),
		cmp.Compare(a.Start, b.Start), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.End, b.End),
	)
}

// fieldOrder puts the sender's own words first and the quoted ones last.
func fieldOrder(field string) int {
	switch field {
	case FieldText:
		return 0
	case FieldTitle:
		return 1
	case FieldURL:
		return 2
	}
	return 3
}

// field appends the findings in one field of a message, which mostly is empty.
func (j *Judge) field(out []Finding, field string, at int, text string) []Finding {
	if text == "" {
		return out
	}
	return j.text(out, field, at, text)
}

func (j *Judge) text(out []Finding, field string, at int, text string) []Finding {
	first := len(out)
	buffers := j.scratch.Get().(*scratch)
	defer j.scratch.Put(buffers)
	buffers.folded.Fold(text)
	var inLinks linkSpans
	if buffers.folded.mayHoldLink() {
		links := buffers.links.find(text)
		out = j.links(out, links)
		inLinks = spansOf(links)
	}
	if field != FieldURL && buffers.folded.mayHoldShape() {
		out = j.shapes(out, buffers.shapes.find(&buffers.folded, inLinks))
	}
	out = j.keywords(out, buffers, field, text, inLinks)
	if len(out) == first {
		return out
	}
	cut, asks := newRuneCutter(text), asksWhy(text)
	for i := first; i < len(out); i++ {
		f := &out[i]
		f.In, f.At, f.Text = field, at, cut.slice(f.Start, f.End)
		// Who also puts the word in quotation marks is asking about the rule even if
		// nobody was warned.
		if asks && f.Action == ActionStrike && ofKeyword(*f) && cut.quoted(f.Start, f.End) {
			f.Action, f.Why = ActionReview, append(f.Why, "asked-about")
		}
	}
	return out
}

// settled gives a finding of rule its action and tier; ok is false when the
// rule is off. A disguised hit is a guess and goes to the owner.
func (j *Judge) settled(rule int, how trick) (f Finding, ok bool) {
	f = Finding{Rule: namedRules[rule].name, Tier: how.tier(), Action: j.actions[rule], Why: how.names()}
	if f.Action == ActionNone {
		return f, false
	}
	if f.Tier == TierDisguised {
		f.Action = ActionReview
	}
	return f, true
}

// links appends one finding per host: the most specific rule that is on. An
// allowed host is no finding of any rule, unless it only looks like one.
func (j *Judge) links(out []Finding, hits []linkHit) []Finding {
	for _, hit := range hits {
		if !hit.scheme && hit.how&trickLookalike == 0 && j.allowed.covers(hit.host) {
			continue
		}
		for _, rule := range hit.rules() {
			f, on := j.settled(rule, hit.how)
			if !on {
				continue
			}
			f.Host, f.Start, f.End = hit.host, hit.start, hit.end
			out = append(out, f)
			break
		}
	}
	return out
}

// shapes appends what is recognised by its form: passphrases, invitations and
// personal data.
func (j *Judge) shapes(out []Finding, hits []shapeHit) []Finding {
	for _, hit := range hits {
		if f, on := j.settled(hit.rule, hit.how); on {
			f.Start, f.End = hit.start, hit.end
			out = append(out, f)
		}
	}
	return out
}

// runeCutter cuts text by rune indexes. It walks from one to the next either
// way, so bounds near to each other cost little.
type runeCutter struct {
	text       string
	rune, byte int
}

func newRuneCutter(text string) *runeCutter { return &runeCutter{text: text} }

// slice returns the runes [start, end) of the text.
func (c *runeCutter) slice(start, end int) string {
	from := c.seek(start)
	return c.text[from:c.seek(end)]
}

// seek returns the byte at which rune n starts.
func (c *runeCutter) seek(n int) int {
	for c.rune > n && c.byte > 0 {
		_, size := utf8.DecodeLastRuneInString(c.text[:c.byte])
		c.rune, c.byte = c.rune-1, c.byte-size
	}
	for c.rune < n && c.byte < len(c.text) {
		_, size := utf8.DecodeRuneInString(c.text[c.byte:])
		c.rune, c.byte = c.rune+1, c.byte+size
	}
	return c.byte
}
