package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

var errUsage = errors.New("wrong arguments; see the verb's comment")

// options takes NAME=VALUE and bare flags out of args and returns the rest.
func options(args []string, names ...string) (rest []string, given map[string]string) {
	given = map[string]string{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		known := false
		for _, n := range names {
			known = known || n == name
		}
		if known {
			given[name] = value
		} else {
			rest = append(rest, arg)
		}
	}
	return rest, given
}

// doRoom: room NAME owner=X members=A,B [bot_owner] [unbound].
func doRoom(s *story, args []string) error {
	rest, given := options(args, "owner", "members", "bot_owner", "unbound")
	if len(rest) != 1 || given["owner"] == "" {
		return errUsage
	}
	_, botOwns := given["bot_owner"]
	botOwns = botOwns || given["owner"] == s.self
	_, unbound := given["unbound"]
	body := map[string]any{"room": rest[0], "owner": given["owner"], "bot_owner": botOwns, "members": list(given["members"])}
	if err := s.running(); err != nil {
		return err
	}
	if err := s.call("/room", body); err != nil {
		return err
	}
	s.room = rest[0]
	if botOwns {
		s.self = given["owner"]
	}
	if unbound {
		return nil
	}
	return s.bind(given["owner"], botOwns)
}

func list(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Split(text, ",")
}

// doIn: in ROOM.
func doIn(s *story, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	s.room = args[0]
	return nil
}

func doStart(s *story, args []string) error {
	if len(args) != 0 {
		return errUsage
	}
	return s.running()
}

func doCrash(s *story, args []string) error {
	if len(args) != 0 || s.bot == nil {
		return errUsage
	}
	return s.bot.kill()
}

// doRelogin makes the bot log in as if for the first time: every user name of
// the network is another one then.
func doRelogin(s *story, args []string) error {
	if len(args) != 0 || s.bot == nil {
		return errUsage
	}
	if err := s.bot.terminate(); err != nil {
		return err
	}
	if err := os.Remove(s.path("data/wechat.session")); err != nil {
		return err
	}
	return s.running()
}

// doSay: say M TEXT. Words after M are joined by single spaces.
func doSay(s *story, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	return s.say(args[0], map[string]any{"text": strings.Join(args[1:], " ")})
}

// doCard: card M TITLE URL, the card of a web page. The title may have several
// words.
func doCard(s *story, args []string) error {
	if len(args) < 3 {
		return errUsage
	}
	last := len(args) - 1
	return s.say(args[0], map[string]any{"kind": "link", "title": strings.Join(args[1:last], " "), "url": args[last]})
}

// doQuote: quote M TEXT of BOT-OR-M-TEXT.
func doQuote(s *story, args []string) error {
	of := slices.Index(args, "of")
	if of < 2 || of == len(args)-1 {
		return errUsage
	}
	return s.say(args[0], map[string]any{
		"kind": "quote", "text": strings.Join(args[1:of], " "), "quote": strings.Join(args[of+1:], " "),
	})
}

// doKind: kind M KIND [URL]; an image with a URL shows it as a QR code.
func doKind(s *story, args []string) error {
	if len(args) != 2 && len(args) != 3 {
		return errUsage
	}
	body := map[string]any{"kind": args[1]}
	if len(args) == 3 {
		body["url"] = args[2]
	}
	return s.say(args[0], body)
}

// doPrivate: private M TEXT; M may be filehelper or self.
func doPrivate(s *story, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	return s.call("/private", map[string]any{"member": args[0], "text": strings.Join(args[1:], " ")})
}

// doJoin: join M… [by=A] [qr=A] [forged] [en]; commas part names as well.
func doJoin(s *story, args []string) error {
	rest, given := options(args, "by", "qr", "forged", "en")
	members := list(strings.Join(rest, ","))
	if len(members) == 0 {
		return errUsage
	}
	_, forged := given["forged"]
	body := map[string]any{"room": s.room, "members": members, "forged": forged, "by": given["by"]}
	if by, ok := given["qr"]; ok {
		body["by"], body["via"] = by, "qr"
	}
	if _, ok := given["en"]; ok {
		body["lang"] = "en"
	}
	return s.call("/join", body)
}

// doLeave: leave M.
func doLeave(s *story, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	return s.call("/leave", map[string]any{"room": s.room, "member": args[0]})
}

// doRemoves: removes O M, on O's phone.
func doRemoves(s *story, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	return s.call("/remove", map[string]any{"room": s.room, "by": args[0], "member": args[1]})
}

// doName: name M NEW.
func doName(s *story, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	return s.call("/rename", map[string]any{"member": args[0], "name": strings.Join(args[1:], " ")})
}

// doRemark: remark M TEXT, on the phone of the bot's account.
func doRemark(s *story, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	return s.call("/friend", map[string]any{"member": args[0], "friend": true, "remark": strings.Join(args[1:], " ")})
}

// doRoomName: room-name NEW.
func doRoomName(s *story, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	return s.call("/rename", map[string]any{"room": s.room, "name": strings.Join(args, " ")})
}

// doFault: fault NAME [times=N] [after=N] [for=D], or fault clear.
func doFault(s *story, args []string) error {
	rest, given := options(args, "times", "after", "for")
	if len(rest) != 1 {
		return errUsage
	}
	body := map[string]any{"name": rest[0]}
	if rest[0] == "clear" {
		body = map[string]any{"clear": true}
	}
	for name, value := range given {
		body[name] = value
		if json.Valid([]byte(value)) {
			body[name] = json.RawMessage(value)
		}
	}
	return s.call("/fault", body)
}

// doAdvance: advance D, as Go writes durations or as days: 31d.
func doAdvance(s *story, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	d, err := span(args[0])
	if err != nil {
		return err
	}
	return s.advance(d)
}

func span(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		return 24 * d, err
	}
	return time.ParseDuration(text)
}

// doAt: at 23:59:59 or at 21:00, the next time that the clocks of the room
// show it.
func doAt(s *story, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	want, err := time.Parse(time.TimeOnly, args[0])
	if err != nil {
		want, err = time.Parse("15:04", args[0])
	}
	if err != nil {
		return err
	}
	now, err := s.now()
	if err != nil {
		return err
	}
	next := time.Date(now.Year(), now.Month(), now.Day(), want.Hour(), want.Minute(), want.Second(), 0, now.Location())
	if next.Before(now) {
		next = next.AddDate(0, 0, 1)
	}
	return s.advance(next.Sub(now))
}

// doShows: shows TEXT, on the bot's terminal or in its log.
func doShows(s *story, args []string) error {
	if s.bot == nil || len(args) == 0 {
		return errUsage
	}
	if said, _ := s.bot.output(); !strings.Contains(said, strings.Join(args, " ")) {
		return fmt.Errorf("the bot's terminal does not show %q", strings.Join(args, " "))
	}
	return nil
}

// doLast: last FILE writes the bot's last message in the room to a file, for a
// program to read.
func doLast(s *story, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	heard, err := s.heard()
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(heard) {
		if e.Room == s.room && e.From == "self" && e.ClientID != "" {
			return os.WriteFile(s.path(args[0]), []byte(e.Text), 0o600)
		}
	}
	return errors.New("the bot has said nothing in the room")
}

// doMember: member M present|gone, in the world.
func doMember(s *story, args []string) error {
	if len(args) != 2 || args[1] != "present" && args[1] != "gone" {
		return errUsage
	}
	m, err := s.member(args[0])
	if err == nil && m.Present != (args[1] == "present") {
		err = fmt.Errorf("%s is present: %v", args[0], m.Present)
	}
	return err
}
