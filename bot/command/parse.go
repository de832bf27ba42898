package command

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Call is a line that reads as a command. Whether its sender may use it is not
// yet asked.
type Call struct {
	Row *Row
	// Args is what follows the name, trimmed.
	Args string
	// Malformed is set when the line names a command and its arguments do not
	// fit; whoever may use the command is told its usage.
	Malformed bool

	glued   bool     // the arguments follow without a space
	answers []answer // of a line such as 17过 18驳
	choice  int      // of a line such as 选2
	room    int64    // of a line that begins with 群3
}

// Question names what the call asks, for whoever counts how often that was
// asked: the rankings of a day and of a month are two questions, and reports of
// several members one.
func (c Call) Question() string {
	switch {
	case c.Malformed:
		return c.Row.Name
	case c.Row.target && c.Args != "":
		return c.Row.Name + " @"
	}
	return c.Row.Name + " " + c.Args
}

// answer is one numbered answer to the inbox.
type answer struct {
	id   int64
	verb string
}

// Parse reads a line. A bare command has to be the whole line; arguments follow
// with or without a space. In front may stand a / or #, and the bot's name
// after an @. It costs linear time, and reads only what the sender typed: the
// caller passes no names, quotes or cards.
func Parse(line, botName string) (Call, bool) {
	s := strings.TrimFunc(line, blank)
	s, room := cutRoom(cutMention(s, botName))
	s = strings.TrimLeftFunc(strings.TrimLeft(s, "/#／＃"), blank)
	if s == "" {
		return Call{}, false
	}
	if n, ok := readChoice(s); ok {
		return Call{Row: row("选"), choice: n}, true
	}
	if answers, ok := readAnswers(s); ok {
		return Call{Row: row("处理"), answers: answers}, true
	}
	call, ok := readCommand(s)
	call.room = room
	return call, ok
}

// MayAskJudge reports whether a line may lead to a command that asks the judge
// of a room; most lines that do not have to are told apart.
func MayAskJudge(line string) bool {
	for i := range table {
		if table[i].judges && strings.Contains(line, table[i].Name) {
			return true
		}
	}
	return false
}

// blank reports what may stand between words: every space, the four-per-em
// space after a mention among them. Invisible marks are none: a line that
// begins with one is no command.
func blank(r rune) bool { return unicode.IsSpace(r) }

// cutMention removes the @ and the bot's name from the front.
func cutMention(s, botName string) string {
	rest, ok := strings.CutPrefix(s, "@")
	if !ok || botName == "" {
		return s
	}
	rest, ok = strings.CutPrefix(rest, botName)
	if !ok {
		return s
	}
	after := strings.TrimLeftFunc(rest, blank)
	if len(after) == len(rest) && after != "" {
		if _, ok := readCommand(after); !ok {
			return s // a longer name that only begins like the bot's
		}
	}
	return after
}

// cutRoom removes 群3 and the space after it from the front: the room that a
// command in private is about.
func cutRoom(s string) (string, int64) {
	rest, ok := strings.CutPrefix(s, "群")
	if !ok {
		return s, 0
	}
	n, rest, ok := cutNumber(rest)
	if !ok || n == 0 || rest == "" || !blank(firstRune(rest)) {
		return s, 0
	}
	return strings.TrimLeftFunc(rest, blank), n
}

// readChoice reads 选2.
func readChoice(s string) (int, bool) {
	rest, ok := strings.CutPrefix(s, "选")
	if !ok {
		return 0, false
	}
	n, rest, ok := cutNumber(strings.TrimLeftFunc(rest, blank))
	return int(n), ok && rest == "" && n > 0 && n < 100
}

// readAnswers reads 17过 18驳 19踢: nothing but numbers with verbs.
func readAnswers(s string) ([]answer, bool) {
	var all []answer
	for s != "" {
		n, rest, ok := cutNumber(strings.TrimLeft(s, "#＃"))
		if !ok || n == 0 {
			return nil, false
		}
		rest = strings.TrimLeftFunc(rest, blank)
		verb := matchVerb(rest)
		if verb == "" {
			return nil, false
		}
		all = append(all, answer{n, verb})
		rest = rest[len(verb):]
		s = strings.TrimLeftFunc(rest, func(r rune) bool { return blank(r) || strings.ContainsRune(",，、;；", r) })
	}
	return all, len(all) > 0 && len(all) <= 50
}

// matchVerb returns the longest verb that s begins with and that ends before
// the next number or the end of the line.
func matchVerb(s string) string {
	longest := ""
	for _, v := range verbs {
		if strings.HasPrefix(s, v) && len(v) > len(longest) {
			longest = v
		}
	}
	rest := s[len(longest):]
	if rest == "" {
		return longest
	}
	if r := firstRune(rest); blank(r) || strings.ContainsRune(",，、;；#＃", r) || digit(r) >= 0 {
		return longest
	}
	return ""
}

// readCommand finds the longest command name that s begins with.
func readCommand(s string) (Call, bool) {
	best, length := (*Row)(nil), 0
	for i := range table {
		if n := table[i].named(s); n > length && !table[i].shaped {
			best, length = &table[i], n
		}
	}
	if best == nil {
		return Call{}, false
	}
	rest := s[length:]
	args := strings.TrimLeftFunc(rest, blank)
	glued := len(args) == len(rest) && rest != ""
	if glued && s[length-1] < utf8.RuneSelf && unicode.IsLetter(firstRune(rest)) {
		return Call{}, false // helpful is not help
	}
	call := Call{Row: best, Args: args, glued: glued}
	switch {
	case best.takes(args):
	case args != "" && (glued || best.fits == nil):
		return Call{}, false // an ordinary sentence that begins like a command
	default:
		call.Malformed = true
	}
	return call, true
}

// cutNumber reads a number of ASCII or full-width digits, up to 18 of them,
// with an optional # in front. Other digits (², ①, 五) are none.
func cutNumber(s string) (n int64, rest string, ok bool) {
	s = strings.TrimLeft(s, "#＃")
	digits := 0
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		d := digit(r)
		if d < 0 {
			break
		}
		if digits++; digits > 18 {
			return 0, s, false
		}
		n, s = n*10+int64(d), s[size:]
	}
	return n, s, digits > 0
}

// digit returns the value of an ASCII or full-width digit, else -1.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

// firstRune is the first rune of s, or the replacement rune of an empty one.
func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
