package scoring

import (
	"time"
	"unicode"
)

// SpeakRule is what substantive messages earn.
type SpeakRule struct {
	Points   int64         // for one message; 0 switches it off
	Every    time.Duration // at most once in this time
	PerDay   int64         // at most so many points a local date
	MinRunes int           // letters and digits of a substantive message
}

// DefaultSpeakRule returns one point a minute, twenty a day.
func DefaultSpeakRule() SpeakRule {
	return SpeakRule{Points: 1, Every: time.Minute, PerDay: 20, MinRunes: 4}
}

// SpeakState is what is remembered of a member's earning messages.
type SpeakState struct {
	Last   time.Time // of the last message that earned something
	Day    int       // local date of Earned, see [Day]
	Earned int64     // on that date
}

// Earn returns the points of a message said at now, which is in the room's
// zone, and the state after it. A message that earns nothing leaves the state
// as it was. A clock that went back earns nothing.
func (r SpeakRule) Earn(s SpeakState, text string, now time.Time) (int64, SpeakState) {
	if r.Points <= 0 || now.Before(s.Last.Add(r.Every)) || !Substantive(text, r.MinRunes) {
		return 0, s
	}
	day := Day(now)
	if day < s.Day {
		return 0, s
	}
	if day > s.Day {
		s.Day, s.Earned = day, 0
	}
	points := min(r.Points, r.PerDay-s.Earned)
	if points <= 0 {
		return 0, s
	}
	return points, SpeakState{Last: now, Day: day, Earned: s.Earned + points}
}

// Substantive reports whether a text says something: at least least letters
// and digits, at least three different ones. Laughter and stickers do not.
func Substantive(text string, least int) bool {
	const different = 3
	seen := map[rune]bool{}
	n := 0
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		n++
		if len(seen) < different {
			seen[r] = true
		}
		if n >= least && len(seen) >= min(different, least) {
			return true
		}
	}
	return false
}

// Day returns the date of t in its own zone as yyyymmdd.
func Day(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}

// midnight returns the start of the date that is days after t's, in its zone.
func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
}

// InviteRule is what bringing somebody into the room earns.
type InviteRule struct {
	Points int64         // 0 switches it off
	After  time.Duration // the newcomer has to stay so long first
	Keep   time.Duration // leaving within this time after that takes them back
}

// DefaultInviteRule switches invitations off; with points set it credits after
// seven days and takes back for thirty.
func DefaultInviteRule() InviteRule {
	return InviteRule{After: 7 * 24 * time.Hour, Keep: 30 * 24 * time.Hour}
}
