package scoring

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Every is how often a room's honour list (荣誉榜) is posted.
type Every uint8

// The intervals; the zero value posts none.
const (
	Never Every = iota
	EveryDay
	EveryWeek
	EveryMonth
)

// Honours is when a room's honour list is posted, in the room's zone. Each list
// is about the time since the one before.
type Honours struct {
	Every Every
	// Day is the weekday of a weekly list (0 is Sunday) or the date of a monthly
	// one, 1 to 28: every month has it.
	Day    int
	Minute int // after midnight
}

// ErrHonours refuses a schedule.
var ErrHonours = errors.New("a schedule is written like 每天 21:00, 每周一 09:00 or 每月1日 09:00")

const weekdays = "日一二三四五六"

// usualHonours is the minute of a list whose owner named none.
const usualHonours = 9 * 60

// ParseHonours reads a schedule as an owner writes it, in ASCII digits: 每天
// 21:00, 每周一 09:00, 每月1日 09:00. Left out, the day is Monday or the first and
// the time 09:00; 开 alone means every Monday, 关 never.
func ParseHonours(text string) (Honours, error) {
	text = strings.Join(strings.Fields(text), "")
	switch text {
	case "关", "关闭", "off":
		return Honours{}, nil
	case "开", "开启", "on":
		text = "每周"
	}
	h, clock := cutEvery(text)
	var err error
	if h.Minute, err = minuteOf(clock); err != nil || h.Every == Never {
		return Honours{}, ErrHonours
	}
	return h, nil
}

// cutEvery reads the days that a schedule begins with.
func cutEvery(text string) (h Honours, rest string) {
	if rest, ok := cutAny(text, "每天", "每日"); ok {
		return Honours{Every: EveryDay}, rest
	}
	if rest, ok := cutAny(text, "每周", "每星期"); ok {
		h = Honours{Every: EveryWeek, Day: 1}
		for i, name := range []rune(weekdays) {
			if after, ok := strings.CutPrefix(strings.Replace(rest, "天", "日", 1), string(name)); ok {
				h.Day, rest = i, after
				break
			}
		}
		return h, rest
	}
	if rest, ok := cutAny(text, "每月", "每个月"); ok {
		h = Honours{Every: EveryMonth, Day: 1}
		for _, mark := range []string{"日", "号"} {
			date, after, found := strings.Cut(rest, mark)
			if n, err := strconv.Atoi(date); found && err == nil && n >= 1 && n <= 28 {
				h.Day, rest = n, after
				break
			}
		}
		return h, rest
	}
	return h, text
}

// cutAny removes the first of the beginnings that text has.
func cutAny(text string, beginnings ...string) (rest string, ok bool) {
	for _, begin := range beginnings {
		if rest, ok = strings.CutPrefix(text, begin); ok {
			return rest, true
		}
	}
	return text, false
}

// minuteOf reads a time of day; none means the usual one.
func minuteOf(clock string) (int, error) {
	if clock == "" {
		return usualHonours, nil
	}
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return 0, ErrHonours
	}
	return t.Hour()*60 + t.Minute(), nil
}

// String writes the schedule as [ParseHonours] reads it.
func (h Honours) String() string {
	clock := fmt.Sprintf("%02d:%02d", h.Minute/60, h.Minute%60)
	switch h.Every {
	case EveryDay:
		return "每天 " + clock
	case EveryWeek:
		return "每周" + string([]rune(weekdays)[h.Day]) + " " + clock
	case EveryMonth:
		return fmt.Sprintf("每月%d日 %s", h.Day, clock)
	default:
		return "关"
	}
}

// Next returns the first time after t at which a list is posted, in t's zone.
// The schedule must not be the zero value.
func (h Honours) Next(t time.Time) time.Time {
	for days := 0; ; days++ {
		if at := h.on(t, days); h.posts(at) && at.After(t) {
			return at
		}
	}
}

// Last returns the last time not after t at which a list is posted, in t's
// zone. The schedule must not be the zero value.
func (h Honours) Last(t time.Time) time.Time {
	for days := 0; ; days-- {
		if at := h.on(t, days); h.posts(at) && !at.After(t) {
			return at
		}
	}
}

// on is the time of day of a list, some days from t.
func (h Honours) on(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, h.Minute/60, h.Minute%60, 0, 0, t.Location())
}

// posts reports whether a date is one of the schedule's.
func (h Honours) posts(at time.Time) bool {
	switch h.Every {
	case EveryWeek:
		return int(at.Weekday()) == h.Day
	case EveryMonth:
		return at.Day() == h.Day
	default:
		return true
	}
}
