package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"menshen/bot/decision"
)

// welcomed is how many newcomers a welcome names.
const welcomed = 5

// Welcome greets the newcomers with these names. The owner's template has
// {names}, {room} and {rules}.
func Welcome(r decision.Room, names []string) string {
	who := List(names, welcomed)
	if len(names) > welcomed {
		who = fmt.Sprintf("%s 等 %d 位新朋友", List(names, welcomed), len(names))
	}
	rules := ""
	if r.Rules.Version > 0 {
		rules = "本群群规：" + excerpt(strings.TrimSpace(r.Rules.Text)) + "。"
	}
	own := r.Settings.Welcome
	if own == "" {
		return Line(r, "welcome", Fields{"names": who, "rules": rules})
	}
	return guard + expand(own, Fields{"names": who, "room": Name(r.Name), "rules": rules})
}

// excerpt is as much of the rules as a welcome holds; members come often.
func excerpt(rules string) string {
	const most = decision.Longest / 2
	if utf8.RuneCountInString(rules) <= most {
		return rules
	}
	return clip(rules, most) + "（全文请回复「群规」）"
}

// WelcomeInPrivate tells a newcomer what can be asked in private.
func WelcomeInPrivate(r decision.Room) string {
	key := "welcome.private"
	if r.Rules.Version > 0 {
		key = "welcome.rules"
	}
	return Line(r, key, Fields{"room": Name(r.Name)})
}

// CheckIn is the part of the merged line that one check-in adds: the points it
// brought and who it was.
func CheckIn(m decision.Member, points int64) string {
	return strconv.FormatInt(points, 10) + " " + Name(m.Name)
}

// CheckIns is one line for several check-ins, made of the parts of [CheckIn].
func CheckIns(r decision.Room, parts []string) string {
	const named = 3
	names := make([]string, 0, len(parts))
	points := make([]string, 0, len(parts))
	for _, part := range parts {
		p, name, _ := strings.Cut(part, " ")
		names, points = append(names, name), append(points, p)
	}
	who := List(names, named)
	if len(names) > named {
		who += fmt.Sprintf(" 共 %d 人", len(names))
	}
	slices.Sort(points)
	points = slices.Compact(points)
	sum := "已各记分"
	switch {
	case len(parts) == 1:
		sum = "+" + points[0] + " 分"
	case len(points) == 1:
		sum = "各 +" + points[0] + " 分"
	}
	return Line(r, "checkin", Fields{"names": who, "points": sum})
}

// Hello is said once when the bot begins to work in a room; days is how long
// it keeps what messages say, 0 when it does not.
func Hello(r decision.Room, days int) string {
	if days == 0 {
		return Line(r, "hello.unkept", nil)
	}
	return Line(r, "hello", Fields{"days": strconv.Itoa(days)})
}

// RulesChanged announces a new version of the written rules.
func RulesChanged(r decision.Room, rules decision.RulesText) string {
	return Line(r, "ruleschanged", Fields{"version": strconv.Itoa(rules.Version), "rules": strings.TrimSpace(rules.Text)})
}

// Announce is the owner's announcement.
func Announce(r decision.Room, words string) string {
	return Line(r, "announce", Fields{"text": strings.TrimSpace(words)})
}

// Later asks a member who repeats a command to wait; it is said once.
func Later(r decision.Room, m decision.Member) string {
	return Line(r, "later", Fields{"at": At(r, m)})
}
