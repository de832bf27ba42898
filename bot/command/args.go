package command

import (
	"strings"
	"time"
	"unicode/utf8"
)

// The functions below say whether a text can be the arguments of a command.

// words is any text of at most limit runes.
func words(limit int) func(string) bool {
	return func(s string) bool { return utf8.RuneCountInString(s) <= limit }
}

// oneOf is one of a few words.
func oneOf(options ...string) func(string) bool {
	return func(s string) bool {
		for _, o := range options {
			if s == o {
				return true
			}
		}
		return false
	}
}

// caseFirst is a number, then anything.
func caseFirst(s string) bool {
	n, _, ok := cutNumber(s)
	return ok && n > 0
}

// onlyCase is a number alone.
func onlyCase(s string) bool {
	n, rest, ok := cutNumber(s)
	return ok && n > 0 && strings.TrimSpace(rest) == ""
}

// atFirst is an @ with a name after it.
func atFirst(s string) bool {
	rest, ok := cutAt(s)
	return ok && rest != ""
}

// atSomewhere is a text with an @ and a name after it.
func atSomewhere(s string) bool {
	_, after, ok := splitAt(s)
	return ok && after != ""
}

// cutAt removes an @ from the front.
func cutAt(s string) (string, bool) {
	for _, at := range []string{"@", "＠"} {
		if rest, ok := strings.CutPrefix(s, at); ok {
			return strings.TrimLeftFunc(rest, blank), true
		}
	}
	return s, false
}

// splitAt returns what stands before and after the first @.
func splitAt(s string) (before, after string, ok bool) {
	i := strings.IndexAny(s, "@＠")
	if i < 0 {
		return "", "", false
	}
	after, _ = cutAt(s[i:])
	return strings.TrimFunc(s[:i], blank), after, true
}

// host is a host name, optionally with *. in front.
func host(s string) bool {
	s = strings.TrimPrefix(strings.ToLower(s), "*.")
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || strings.ContainsAny(label, " /\\:@?#&=%\t\n") {
			return false
		}
	}
	return true
}

// span reads a length of time such as 2h, 30分钟, 3天; ok is false outside of
// one minute to 30 days.
func span(s string) (time.Duration, bool) {
	n, unit, ok := cutNumber(s)
	if !ok || n > 100_000 {
		return 0, false
	}
	var one time.Duration
	switch strings.ToLower(strings.TrimSpace(unit)) {
	case "m", "min", "分", "分钟":
		one = time.Minute
	case "h", "小时", "时", "个小时":
		one = time.Hour
	case "d", "天", "日":
		one = 24 * time.Hour
	}
	d := time.Duration(n) * one
	return d, d >= time.Minute && d <= 30*24*time.Hour
}

// onOff reads 开 or 关.
func onOff(s string) (on, ok bool) {
	switch strings.ToLower(s) {
	case "开", "开启", "on":
		return true, true
	case "关", "关闭", "off":
		return false, true
	}
	return false, false
}

// hours begins like 22:00-07:00, or switches off. What exactly is accepted is
// the setting's to say.
func hours(s string) bool {
	_, _, ok := cutNumber(s)
	off, known := onOff(s)
	return utf8.RuneCountInString(s) <= 20 && (ok || known && !off)
}
