package command

import (
	"fmt"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/moderation"
)

// Place is a room in which the sender of a command is somebody. For the
// console Member is the zero member, and every room of the bot is a place.
type Place struct {
	Room   decision.Room
	Member decision.Member
}

// role is what the sender may do here: the console holds the account itself.
func (p Place) role(console bool) decision.Role {
	if console {
		return decision.RoleOwner
	}
	return p.Member.Role
}

// Request is one command with everything it is decided from.
type Request struct {
	Call    Call
	Message chat.Message
	// Places holds the room the message was said in, or in private every room
	// the sender shares with the bot.
	Places []Place
	Now    time.Time
	Can    chat.Capabilities
	// Judge returns the verdict on a message of an ordinary member of a room.
	Judge func(chat.RoomID, moderation.Message) (moderation.Verdict, error)
	// Keyword returns a word as a room judges by it, wherever it comes from.
	Keyword func(chat.RoomID, string) (moderation.Keyword, bool, error)
	// FileWords lists the keywords that the rules file adds to every room's own.
	FileWords func() []string
	// FilePhrases lists its allow-phrases.
	FilePhrases func() []string
	// ReadRules reads the text of a rules file. Its errors are for the owner.
	ReadRules func(string) (moderation.Rules, error)
	// Code is what came of the binding code that the call carries.
	Code CodeAnswer
	// KeepDays is how many days message text is kept; 0: it is not.
	KeepDays int
	// Health is how the program is; the inbox and the room are added here.
	Health text.Health
}

// console reports whether whoever holds the account's phone is speaking.
func (r Request) console() bool { return r.Message.Console || r.Message.Self }

// Context is one call at the place it was resolved to.
type Context struct {
	Request
	Place
	Actor  decision.Actor
	Answer decision.Answer
	// Target is the member named after an @, and Rest the other arguments.
	Target decision.Member
	Rest   string

	rows   []Row
	proven bool          // the binding code was right before a question came up
	former chat.MemberID // who was picked of several who are gone
	sure   bool          // the sender was asked and confirmed it
	out    decision.Decision
	said   int
}

// cause is the key that makes what a message leads to happen once.
func (c *Context) cause() string { return "message:" + c.Message.ID }

// add appends effects to the decision.
func (c *Context) add(effects ...decision.Effect) { c.out.Add(effects...) }

// answersMerge is how long the answers to the numbers of one line wait for each
// other. They are decided together, so any time is enough.
const answersMerge = time.Second

// say puts a sentence into the outbox. Several sentences of one kind caused by
// one message are told apart by their place in the decision.
func (c *Context) say(s decision.Say) {
	if s.Cause == "" {
		s.Cause = c.cause()
		if c.said > 0 {
			s.Cause = fmt.Sprintf("%s:%d", c.cause(), c.said)
		}
	}
	if s.Kind == "" {
		s.Kind = decision.SayAnswer
	}
	if s.Kind == decision.SayAnswer {
		s.Priority = decision.PriorityAnswer
	}
	s.Room = c.Room.ID
	if s.Kind == decision.SayAnswer && len(c.Call.answers) > 1 && !s.Public() {
		s = s.Joining("answers:"+c.Message.ID, c.Now.Add(answersMerge))
	}
	s.Rehearsed = s.Public() && c.mute(s)
	c.said++
	c.add(decision.Speak{Say: s})
}

// mute reports whether a sentence is recorded and not said in the room: while
// the room is silent or rehearses, and answers in the quiet hours, which
// nobody wants to read in the morning.
func (c *Context) mute(s decision.Say) bool {
	quiet := s.Kind == decision.SayAnswer && sanction.Quiet(c.Room, c.Now)
	return c.Room.Silent || c.Room.Rehearsal || quiet
}

// address is the sender's name in front of an answer in the room. In private
// nobody else is meant.
func (c *Context) address() string {
	if c.console() || c.Message.Private() {
		return ""
	}
	return text.At(c.Room, c.Member)
}

// reply answers where the command was given, or in private for those that
// whisper.
func (c *Context) reply(words string) {
	switch {
	case c.Message.Private() || c.Call.Row.Whisper:
		c.whisper(words)
	default:
		c.say(c.aloud(words))
	}
}

// longAnswers is how often the room hears one and the same answer that takes
// several messages.
const longAnswers = 5 * time.Minute

// aloud is an answer for the room. One that takes several messages is said once
// in a while, whoever asks, or to each who asks about their own: many who ask
// would fill the room with it.
func (c *Context) aloud(words string) decision.Say {
	s := decision.Say{Text: words, Kind: decision.SayAnswer}
	if c.role(c.console()) > decision.RoleMember || len(s.Messages()) == 1 || c.mute(s) {
		return s
	}
	s.Cause = fmt.Sprintf("answer:%d:%s:%d", c.Room.ID, c.Call.Question(), c.Now.Unix()/int64(longAnswers.Seconds()))
	if c.Call.Row.own {
		s.Cause += fmt.Sprintf(":%d", c.Member.ID)
	}
	return s
}

// respond is reply for a sentence that may be said together with others' answers.
func (c *Context) respond(words string) {
	if !c.Call.Row.merges || c.Message.Private() {
		c.reply(words)
		return
	}
	c.together(decision.SayAnswer, decision.PriorityAnswer, c.Member, words)
}

// together says a line about a member in one message with others of its kind
// that are due with it, as many as a message holds. It is said alone, and at
// once when it may be, where nobody could tell whom it is for, since a room's
// own words need not say that, and where the quiet hours would begin before it.
func (c *Context) together(kind decision.SayKind, p decision.Priority, about decision.Member, words string) {
	s := decision.Say{Kind: kind, Priority: p, Text: words, Due: sanction.QuietUntil(c.Room, c.Now)}
	late := c.Now.Add(c.Room.Settings.CheckInMerge)
	due := sanction.QuietUntil(c.Room, late)
	beforeQuiet := sanction.Quiet(c.Room, late) && !sanction.Quiet(c.Room, c.Now)
	if !beforeQuiet && strings.Contains(words, text.Name(about.Name)) && !strings.Contains(words, "\n") {
		s = s.Joining(string(kind), due)
	}
	c.say(s)
}

// line answers with a sentence of the table.
func (c *Context) line(key string, f text.Fields) { c.respond(text.Line(c.Room, key, f)) }

// untouchable refuses to act on somebody of equal or higher rights. Like every
// missing right it is no matter for the room: only the sender hears of it.
func (c *Context) untouchable(m decision.Member) {
	c.aside(text.Line(c.Room, "untouchable", text.Fields{"name": text.Name(m.Name)}))
}

// aside tells the sender something in private and the room nothing.
func (c *Context) aside(words string) {
	to := decision.Say{Text: words, Member: c.Member.ID}
	if c.console() {
		to = decision.Say{Text: words, Console: true}
	}
	c.say(to)
}

// whisper answers in private; a member in the group learns where to look.
func (c *Context) whisper(words string) {
	c.whisperOr(words, text.Line(c.Room, "whisper.unreachable", text.Fields{"at": c.address()}))
}

// whisperOr is whisper with what the room hears when the private message cannot
// be sent.
func (c *Context) whisperOr(words, unreachable string) {
	if c.console() {
		c.say(decision.Say{Text: words, Console: true})
		return
	}
	if c.Message.Private() {
		c.say(decision.Say{Text: words, Member: c.Member.ID})
		return
	}
	if c.Member.Unreachable {
		c.say(decision.Say{Text: unreachable})
		return
	}
	s := decision.Say{Text: words, Member: c.Member.ID, Kind: decision.SayWhisper, Priority: decision.PriorityAnswer}
	if c.said == 0 && !c.mute(decision.Say{Kind: decision.SayAnswer}) {
		s.Parts = []string{text.Line(c.Room, "whisper", text.Fields{"at": c.address()}), unreachable}
	}
	c.say(s)
}

// public says something in the room, at a time it may be said.
func (c *Context) public(kind decision.SayKind, words string) {
	c.say(decision.Say{Kind: kind, Priority: decision.PriorityAnswer, Text: words, Due: sanction.QuietUntil(c.Room, c.Now)})
}

// owners tells the owners of the room in private.
func (c *Context) owners(id int64, words string) { c.add(c.ownerLine(id, words)) }

// ordered tells the owners of an order, behind what the room is answered and in
// one message with other orders of the room that are due with it.
func (c *Context) ordered(id int64, words string) {
	line := c.ownerLine(id, words)
	line.Say = line.Say.Joining(decision.Orders(c.Room.ID), c.Now.Add(c.Room.Settings.CheckInMerge))
	c.add(line)
}

func (c *Context) ownerLine(id int64, words string) decision.Speak {
	c.said++
	return sanction.OwnerLine(c.Room, fmt.Sprintf("%s:%d", c.cause(), c.said), id, words)
}

// note writes an audit row for something that changed nothing.
func (c *Context) note(what, detail string) {
	c.add(decision.Note{Room: c.Room.ID, At: c.Now, Actor: c.Actor, What: what, Detail: detail})
}

// mayTouch reports whether the sender may act on a member: never on the bot,
// and only on members of a lower role. Owners act on everybody but owners.
func (c *Context) mayTouch(m decision.Member) bool {
	return !m.Self && m.ID != c.Member.ID && m.Role < c.role(c.console())
}

// number reads the number that the arguments begin with.
func (c *Context) number() (n int64, rest string) {
	n, rest, _ = cutNumber(c.Call.Args)
	return n, strings.TrimFunc(rest, blank)
}
