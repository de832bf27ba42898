package command

import (
	"strings"

	"menshen/bot/decision"
)

// Row is one command of the table.
type Row struct {
	Name    string
	Aliases []string
	Usage   string // what follows the name, as shown to people
	// Who is the least role that may use it, in the room it is used for.
	Who decision.Role
	// Group and Private say where it is understood. Whisper sends the answer to
	// a question asked in the group in private.
	Group, Private, Whisper bool
	// WhileOff is set for the commands that are understood in a room that is
	// off or paused, since they switch it on.
	WhileOff bool
	// Repeats is set for commands that answer for themselves when they are
	// repeated, such as a check-in; others are answered once a minute.
	Repeats bool

	merges bool                         // answers of one line are said together with others' of the same moment
	hint   string                       // what it does, for the help; empty: the name says it
	note   string                       // more about the usage, for whoever wrote it wrongly
	topic  string                       // under which the help names it; empty: it does not
	needs  func(decision.Settings) bool // the help names it only then
	shaped bool                         // known by the shape of the line, not by its name
	judges bool                         // it asks the judge of the room
	lines  bool                         // the arguments may have line breaks
	target bool                         // the arguments name a member after an @
	own    bool                         // about the sender's own record, which the console does not have
	byCase bool                         // the arguments begin with a case, whose room it is about
	fits   func(string) bool            // the arguments, never empty; nil: none are taken
	bare   bool                         // arguments may be left out; set by fits == nil
	query  func(*Context) decision.Query
	run    func(*Context)
}

// named returns the length of the longest of the row's names that s begins
// with, or 0.
func (r *Row) named(s string) int {
	longest := 0
	if begins(s, r.Name) {
		longest = len(r.Name)
	}
	for _, name := range r.Aliases {
		if len(name) > longest && begins(s, name) {
			longest = len(name)
		}
	}
	return longest
}

// begins reports whether s begins with name, whatever the case of its letters.
func begins(s, name string) bool {
	return len(s) >= len(name) && s[0]|0x20 == name[0]|0x20 && strings.EqualFold(s[:len(name)], name)
}

// takes reports whether args are arguments of the command.
func (r *Row) takes(args string) bool {
	if args == "" {
		return r.fits == nil || r.bare
	}
	return r.fits != nil && (r.lines || !strings.ContainsAny(args, "\r\n")) && r.fits(args)
}

// usage is the line that tells how to write the command.
func (r *Row) usage() string {
	if r.Usage == "" {
		return r.Name
	}
	return r.Name + " " + r.Usage
}
