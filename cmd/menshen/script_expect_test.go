package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// matcher reads TEXT or /re/.
func matcher(args []string) (func(string) bool, error) {
	text := strings.Join(args, " ")
	if text == "" {
		return nil, errUsage
	}
	if len(text) > 2 && strings.HasPrefix(text, "/") && strings.HasSuffix(text, "/") {
		re, err := regexp.Compile(text[1 : len(text)-1])
		if err != nil {
			return nil, err
		}
		return func(said string) bool { return re.MatchString(said) || re.MatchString(typed(said)) }, nil
	}
	text = typed(text)
	return func(said string) bool { return strings.Contains(typed(said), text) }, nil
}

// typed is what the bot said as one would type it: with plain spaces, and
// without the marks that nobody sees.
func typed(said string) string {
	return strings.NewReplacer("\u2005", " ", "\u3000", " ", "\u2060", "").Replace(said)
}

// patience is how long, in virtual time, an expected message may take.
const patience = 30 * time.Second

// doExpect: expect TEXT or expect /re/ takes the next unread message of the
// bot in the room that fits. What came before it stays unread, for a later
// expect to take.
func doExpect(s *story, args []string) error { return s.expect(channel{room: s.room}, args) }

// doExpectPrivate: expect-private M TEXT does so in the chat with M.
func doExpectPrivate(s *story, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	with := args[0]
	if with == "self" || with == s.self { // who owns the bot's account reads on its phone
		with = "filehelper"
	}
	return s.expect(channel{private: with}, args[1:])
}

func (s *story) expect(in channel, args []string) error {
	fits, err := matcher(args)
	if err != nil {
		return err
	}
	begin, err := s.now()
	if err != nil {
		return err
	}
	for {
		unread, err := s.unread(in)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(unread, func(said entry) bool { return fits(said.Text) }); at >= 0 {
			s.read[unread[at].N] = true
			for _, earlier := range unread[:at] {
				s.passed[earlier.N] = true
			}
			return nil
		}
		now, err := s.now()
		if err != nil {
			return err
		}
		if err := s.running(); err != nil { // nobody speaks who does not run
			return err
		}
		left := patience - now.Sub(begin)
		if left <= 0 {
			return fmt.Errorf("the bot did not say %q; unread are %q", strings.Join(args, " "), texts(unread))
		}
		if err := s.step(left); err != nil {
			return err
		}
	}
}

func texts(said []entry) []string {
	all := make([]string, 0, len(said))
	for _, one := range said {
		all = append(all, one.Text)
	}
	return all
}

// doExpectNone: expect-none [D] says that nothing unread arrives in the room.
// What an expect has passed over was there before.
func doExpectNone(s *story, args []string) error {
	wait := 5 * time.Second
	if len(args) > 1 {
		return errUsage
	}
	if len(args) == 1 {
		d, err := span(args[0])
		if err != nil {
			return err
		}
		wait = d
	}
	if err := s.advance(wait); err != nil {
		return err
	}
	unread, err := s.unread(channel{room: s.room})
	unread = slices.DeleteFunc(unread, func(e entry) bool { return s.passed[e.N] })
	if err == nil && len(unread) > 0 {
		err = fmt.Errorf("the bot said %q", texts(unread))
	}
	return err
}
