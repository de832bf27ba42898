// Package moderation judges text. It is pure: it folds a message, finds what
// the rules forbid and says why, without I/O, clock, logger or state.
package moderation

// Action is what a finding asks for, ordered from weakest to strongest.
type Action uint8

// The actions. A verdict's action is the strongest of its findings.
const (
	ActionNone   Action = iota // nothing happens
	ActionNotice               // a masked reminder in the room, no strike
	ActionReview               // the owner decides in private
	ActionStrike               // a warning that counts
)

// actionNames is indexed by Action.
var actionNames = [...]string{"none", "notice", "review", "strike"}

// String returns the action as it is written in answers.
func (a Action) String() string { return actionNames[min(a, ActionStrike)] }

// ParseAction reads an action as it is written in rules, where "off" stands
// for [ActionNone].
func ParseAction(name string) (Action, bool) {
	switch name {
	case "off":
		return ActionNone, true
	case "notice":
		return ActionNotice, true
	case "review":
		return ActionReview, true
	case "strike":
		return ActionStrike, true
	}
	return ActionNone, false
}

// Tier says how certain a match is.
type Tier uint8

// The tiers.
const (
	// TierExact is plain text, width, case, invisible characters and
	// traditional forms.
	TierExact Tier = iota
	// TierDisguised is everything that needed a guess: gaps, look-alikes,
	// pinyin, homophones, split characters, initials, shorthand, repeats.
	TierDisguised
)

// String returns the tier as it is written in answers.
func (t Tier) String() string {
	if t == TierDisguised {
		return "disguised"
	}
	return "exact"
}

// Rule names of findings.
const (
	RuleKeyword    = "keyword"
	RuleLink       = "link"
	RuleShortLink  = "shortlink"
	RuleScheme     = "scheme"
	RulePassphrase = "passphrase"
	RuleInvite     = "invite"
	RulePersonal   = "personal"
)

// Fields of a message a finding can lie in.
const (
	FieldText   = "text"
	FieldTitle  = "title"
	FieldURL    = "url"
	FieldQuoted = "quoted"
)

// Message is what is judged: the sender's own words and what is attached.
// Quoted text belongs to somebody else: it is reported, never struck.
type Message struct {
	Kind   string // the vocabulary of bot/chat: text, link, card, …
	Text   string
	Title  string
	URLs   []string
	Quoted string
}

// Finding is one thing the rules object to.
type Finding struct {
	Rule     string
	Tier     Tier
	Action   Action
	Word     string // as written in the rules; keyword findings only
	Category string
	Host     string   // lower case, no port, no trailing dot, IDN as punycode; link findings only
	In       string   // one of the Field constants
	At       int      // index into Message.URLs when In is FieldURL
	Start    int      // first rune of the span in that field
	End      int      // rune after the span
	Text     string   // the matched text as it was written
	Why      []string // the steps that led from the text to it
	// With are those whom a campaign consists of, as in [Line].From; empty in
	// all other findings.
	With []int64
}

// Verdict is everything found in one message.
type Verdict struct {
	Action   Action
	Findings []Finding // sorted by field, start, rule
}
