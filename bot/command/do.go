package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// Read asks the store, in the transaction that will hold the decision.
type Read func(decision.Query) (decision.Answer, error)

// Do decides a command: where it applies, whether its sender may use it, what
// it reads and what follows. Silence is an empty decision. Errors come from
// read alone.
func Do(req Request, read Read) (decision.Decision, error) {
	s := &session{Request: req, read: read}
	switch {
	case req.Call.choice > 0:
		return s.choose()
	case len(req.Call.answers) > 0:
		return s.answerInbox()
	case req.Code == CodeShown:
		c := s.at(s.Places[0])
		c.line("code.shown", nil)
		return c.out, nil
	default:
		return s.command(option{})
	}
}

// choiceTime is how long a numbered question can be answered.
const choiceTime = time.Minute

// session resolves a request to one call at one place.
type session struct {
	Request
	read Read
}

// actor is who the sender is at a place.
func (s *session) actor(p Place) decision.Actor {
	if s.console() {
		return decision.Actor{Console: true}
	}
	return decision.Actor{Member: p.Member.ID}
}

// at makes the context of a call at a place.
func (s *session) at(p Place) *Context {
	return &Context{Request: s.Request, Place: p, Actor: s.actor(p), rows: table}
}

// command runs one call; opt is what an answered question settled.
func (s *session) command(opt option) (decision.Decision, error) {
	p, asked, err := s.place(opt)
	if err != nil || p == nil {
		return asked, err
	}
	c := s.at(*p)
	c.proven, c.former, c.sure = opt.Proven, opt.Former, opt.Sure
	if !c.permitted() {
		return c.out, nil
	}
	ready, err := s.prepare(c, opt)
	if err != nil || !ready {
		return c.out, err
	}
	c.Call.Row.run(c)
	return c.out, nil
}

// permitted is the one place where rights are checked. What is refused is
// silent, but for one usage line to whoever may use the command, in private.
func (c *Context) permitted() bool {
	row := c.Call.Row
	switch {
	case c.role(c.console()) < row.Who:
		c.note("refused", row.Name)
		return false
	case !row.WhileOff && !c.listening():
		return false
	case c.Call.Malformed, c.Message.Private() && !row.Private, !c.Message.Private() && !row.Group:
		if c.role(c.console()) >= decision.RoleDeputy && row.Who >= decision.RoleDeputy || c.Message.Private() {
			c.usage()
		}
		return false
	case row.own && c.console():
		c.whisper(text.Line(c.Room, "member.only", nil))
		return false
	}
	return true
}

// listening reports whether the room takes commands: while it works, and from
// those who keep it, in private, while it is paused.
func (c *Context) listening() bool {
	keeper := c.Message.Private() && c.Room.On && c.role(c.console()) >= decision.RoleDeputy
	return c.Room.Active(c.Now) || keeper
}

// usage tells in private how and where the command is written.
func (c *Context) usage() {
	c.aside(text.Usage(c.Call.Row.usage()+c.Call.Row.note, c.Call.Row.Group, c.Call.Row.Private))
}

// prepare runs the query of the call and finds its target. ready is false when
// the answer already is the decision.
func (s *session) prepare(c *Context, opt option) (ready bool, err error) {
	q := decision.Query{}
	if c.Call.Row.query != nil {
		q = c.Call.Row.query(c)
	}
	q.Room = c.Room.ID
	if c.Call.Row.byCase {
		if err := s.aboutCase(c, &q); err != nil {
			return false, err
		}
	}
	before, after, named := splitAt(c.Call.Args)
	if c.Call.Row.target && named {
		q.NamePrefix = after
	}
	if c.Answer, err = s.read(q); err != nil {
		return false, fmt.Errorf("read for %s: %w", c.Call.Row.Name, err)
	}
	if q.NamePrefix == "" {
		c.Rest = c.Call.Args
		return true, nil
	}
	return c.aim(before, after, opt), nil
}

// aboutCase extends the query of a command that begins with a case number.
func (s *session) aboutCase(c *Context, q *decision.Query) error {
	q.Case, _ = c.number()
	a, err := s.read(decision.Query{Case: q.Case})
	if err != nil {
		return fmt.Errorf("read case %d: %w", q.Case, err)
	}
	if a.Case != nil && a.Case.Room == c.Room.ID {
		q.Member, q.Sanctions = a.Case.Member, true
	}
	return nil
}

// aim finds the one member that is meant, or asks which of several. A name is
// only a way to write down an id that is then acted on.
func (c *Context) aim(before, after string, opt option) bool {
	targets := c.Answer.Targets
	if opt.Target != 0 {
		targets = slices.DeleteFunc(slices.Clone(targets), func(m decision.Member) bool { return m.ID != opt.Target })
	}
	switch len(targets) {
	case 0:
		c.line("nobody", text.Fields{"name": text.Name(after)})
		return false
	case 1:
		c.Target = targets[0]
		c.Rest = strings.TrimSpace(before + " " + strings.TrimFunc(c.Answer.Rest, blank))
		return true
	}
	const most = 9
	targets = targets[:min(len(targets), most)]
	options := make([]option, 0, len(targets))
	for _, m := range targets {
		options = append(options, option{Line: c.Call.Row.Name + " " + c.Call.Args, Room: c.Room.ID, Target: m.ID})
	}
	c.ask(options)
	c.reply(text.Which(c.Room, targets))
	return false
}

// ask keeps a numbered question that only the sender can answer.
func (c *Context) ask(options []option) {
	open := decision.OpenChoice{Room: c.choiceRoom(), Actor: c.choiceActor(c.Place), Until: c.Now.Add(choiceTime)}
	for _, o := range options {
		open.Options = append(open.Options, o.encode())
	}
	c.add(open)
}

// choiceRoom is where the sender's question is kept: questions in private
// belong to no room.
func (r Request) choiceRoom() chat.RoomID { return r.Message.Room }

// choiceActor is who alone may answer: in private, the first of the members
// that the sender is.
func (r Request) choiceActor(p Place) decision.Actor {
	switch {
	case r.console():
		return decision.Actor{Console: true}
	case r.Message.Private() && len(r.Message.As) > 0:
		return decision.Actor{Member: slices.Min(r.Message.As)}
	}
	return decision.Actor{Member: p.Member.ID}
}

// choose continues what a numbered question interrupted.
func (s *session) choose() (decision.Decision, error) {
	if len(s.Places) == 0 {
		return decision.Decision{}, nil
	}
	actor := s.choiceActor(s.Places[0])
	a, err := s.read(decision.Query{Room: s.choiceRoom(), Choice: actor})
	if err != nil {
		return decision.Decision{}, fmt.Errorf("read the open question: %w", err)
	}
	n := s.Call.choice
	if a.Choice == nil || !s.Now.Before(a.Choice.Until) || n > len(a.Choice.Options) {
		return decision.Decision{}, nil
	}
	var opt option
	if err := json.Unmarshal([]byte(a.Choice.Options[n-1]), &opt); err != nil {
		return decision.Decision{}, fmt.Errorf("read option %d of a question: %w", n, err)
	}
	d := decision.Decision{}
	d.Add(decision.CloseChoice{Room: s.choiceRoom(), Actor: actor})
	call, ok := Parse(opt.Line, "")
	if !ok && !opt.HandOver {
		return d, nil
	}
	if p := s.in(opt.Room); opt.HandOver && p != nil {
		c := s.at(*p)
		c.takeOver(opt)
		d.Add(c.out.Effects...)
		return d, nil
	}
	if opt.Target == 0 && s.Message.Private() && opt.Room != 0 {
		d.Add(decision.PickRoom{Person: s.person(), Room: opt.Room})
	}
	s.Call = call
	then, err := s.command(opt)
	d.Add(then.Effects...)
	return d, err
}
