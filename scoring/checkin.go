package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Window is a part of the day, from From to before To, both since midnight.
type Window struct{ From, To time.Duration }

// ErrWindows refuses a list of windows.
var ErrWindows = errors.New("windows are written like 05:00-09:00、20:00-22:00, without overlap")

// ParseWindows reads parts of the day as an owner writes them, in ASCII
// digits: 05:00-09:00、20:00-22:00. 24:00 is the end of the day.
func ParseWindows(text string) ([]Window, error) {
	var all []Window
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("、,; ", r) }) {
		var h, m, toH, toM int
		if n, err := fmt.Sscanf(part+"$", "%2d:%2d-%2d:%2d$", &h, &m, &toH, &toM); err != nil || n != 4 {
			return nil, ErrWindows
		}
		w := Window{wall(h, m), wall(toH, toM)}
		if min(h, m, toH, toM) < 0 || m > 59 || toM > 59 || w.From >= w.To || w.To > 24*time.Hour {
			return nil, ErrWindows
		}
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b Window) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(all); i++ {
		if all[i].From < all[i-1].To {
			return nil, ErrWindows
		}
	}
	if len(all) == 0 || len(all) > 6 {
		return nil, ErrWindows
	}
	return all, nil
}

// FormatWindows writes windows as [ParseWindows] reads them.
func FormatWindows(all []Window) string {
	parts := make([]string, len(all))
	for i, w := range all {
		from, to := int(w.From/time.Minute), int(w.To/time.Minute)
		parts[i] = fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60)
	}
	return strings.Join(parts, "、")
}

// wall is a time of day.
func wall(hour, minute int) time.Duration {
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

// Bonus is added when a streak reaches Days.
type Bonus struct {
	Days   int
	Points int64
}

// CheckInRule is what a check-in earns.
type CheckInRule struct {
	Points  int64
	Windows []Window // in order, without overlap; empty: the whole day
	Bonuses []Bonus
}

// DefaultCheckInRule returns five points a day, all day, with a bonus at
// streaks of 3, 7, 15 and 30 days.
func DefaultCheckInRule() CheckInRule {
	return CheckInRule{Points: 5, Bonuses: []Bonus{{3, 2}, {7, 5}, {15, 10}, {30, 20}}}
}

// CheckInState is a member's last check-in; the zero value is none.
type CheckInState struct {
	Day    int // local date, see [Day]
	Streak int // check-ins on consecutive dates up to Day
}

// CheckIn is one check-in.
type CheckIn struct {
	Day    int
	Streak int
	Points int64 // with the bonus
	Bonus  int64
	Next   time.Time // when the next one is possible
}

// CheckIn returns the check-in of a member at now, which is in the room's
// zone. It is refused with [ErrAlreadyDone] on a date that has one and with
// [ErrTooSoon] outside the windows; Until says when the next is possible.
func (r CheckInRule) CheckIn(s CheckInState, now time.Time) (CheckIn, error) {
	day := Day(now)
	if day <= s.Day {
		return CheckIn{}, &Refusal{Err: ErrAlreadyDone, Until: r.opens(midnight(now, 1))}
	}
	if opens := r.opens(now); opens.After(now) {
		return CheckIn{}, &Refusal{Err: ErrTooSoon, Until: opens}
	}
	c := CheckIn{Day: day, Streak: 1, Points: r.Points, Next: r.opens(midnight(now, 1))}
	if s.Day == Day(midnight(now, -1)) {
		c.Streak = s.Streak + 1
	}
	for _, b := range r.Bonuses {
		if b.Days == c.Streak {
			c.Bonus = b.Points
		}
	}
	c.Points += c.Bonus
	return c, nil
}

// opens returns now when a window is open, else when the next one opens.
func (r CheckInRule) opens(now time.Time) time.Time {
	if len(r.Windows) == 0 {
		return now
	}
	for _, w := range r.Windows {
		if now.Before(clock(now, 0, w.To)) {
			return later(now, clock(now, 0, w.From))
		}
	}
	return clock(now, 1, r.Windows[0].From)
}

// clock returns a time of day on the date that is days after t's. It counts
// hours and minutes on the wall, so a change to summer time moves nothing.
func clock(t time.Time, days int, since time.Duration) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, 0, int(since/time.Second), 0, t.Location())
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
