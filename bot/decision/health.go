package decision

import (
	"strconv"
	"time"

	"menshen/bot/chat"
	"menshen/moderation"
)

// RuleHealth is what people made of the hits of one rule or keyword in a room:
// a strike that stands and a review that was upheld are right, what was taken
// back or dismissed as no breach is wrong.
type RuleHealth struct {
	Rule  string
	Word  string // as written in the rules; keywords only
	Hits  int    // cases it is behind
	Right int
	Wrong int
	// Guesses counts the disguised hits that the owner upheld.
	Guesses int
}

// leastJudged is how many judged hits it takes to find a rule unfit, and
// leastPrecise the share of right ones, in percent, that it has to reach.
const (
	leastJudged  = 5
	leastPrecise = 60
)

// GuessesToTrust is how many upheld guesses make a keyword's disguises strike.
const GuessesToTrust = 3

// Judged is how many hits somebody decided about.
func (h RuleHealth) Judged() int { return h.Right + h.Wrong }

// Precision is the share of right hits among the judged, in percent; 100
// before there are any.
func (h RuleHealth) Precision() int {
	if h.Judged() == 0 {
		return 100
	}
	return 100 * h.Right / h.Judged()
}

// Failing reports whether the rule is wrong too often to act on it.
func (h RuleHealth) Failing() bool { return h.Judged() >= leastJudged && h.Precision() < leastPrecise }

// The prefixes of the settings that hold what is recorded only, and since when
// (Unix milliseconds) hits are counted.
const (
	recordPrefix = "record."
	sincePrefix  = "since."
)

// ruleKey names a rule, or a keyword by its word.
func ruleKey(rule, word string) string {
	if word == "" {
		return rule
	}
	return rule + " " + word
}

// RecordOnly reports whether findings of a rule or keyword are recorded and
// not acted on in the room.
func (s Settings) RecordOnly(rule, word string) bool {
	return s.Values[recordPrefix+ruleKey(rule, word)] != ""
}

// Retire makes a rule or keyword record-only in a room.
func Retire(room chat.RoomID, rule, word string, at time.Time) []Effect {
	return []Effect{SetSetting{Room: room, Key: recordPrefix + ruleKey(rule, word), Value: "on", At: at}}
}

// Restore lets a rule or keyword act again; its hits are counted anew.
func Restore(room chat.RoomID, rule, word string, at time.Time, actor Actor) []Effect {
	return []Effect{
		SetSetting{Room: room, Key: recordPrefix + ruleKey(rule, word), At: at, Actor: actor},
		SetSetting{
			Room: room, Key: sincePrefix + ruleKey(rule, word), Value: strconv.FormatInt(at.UnixMilli(), 10), At: at, Actor: actor,
		},
	}
}

// Mute takes the actions out of findings that the room only records, and
// returns those.
func (s Settings) Mute(v *moderation.Verdict) (muted []moderation.Finding) {
	v.Action = moderation.ActionNone
	for i, f := range v.Findings {
		if f.Action != moderation.ActionNone && s.RecordOnly(f.Rule, f.Word) {
			f.Action = moderation.ActionNone
			f.Why = append(f.Why[:len(f.Why):len(f.Why)], WhyRecorded)
			v.Findings[i] = f
			muted = append(muted, f)
		}
		v.Action = max(v.Action, f.Action)
	}
	return muted
}

// WhyRecorded is the step that tells why a finding has no action.
const WhyRecorded = "record-only"

// ReasonLifted marks a strike that was taken back as a favour: it was right.
const ReasonLifted = "消警告"
