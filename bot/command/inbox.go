package command

import (
	"fmt"
	"slices"
	"strconv"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/scoring"
)

// verbs are the answers that cases take. They are only read.
var verbs = []string{"过", "驳", "警告", "放过", "误判", "踢", "不移出", "同意", "不用"}

// inbox asks for the open cases of every room the sender keeps. In private the
// inbox is one list, whatever room was picked.
func inbox(c *Context) decision.Query {
	q := decision.Query{}
	for _, p := range c.Places {
		if p.role(c.console()) >= decision.RoleDeputy {
			q.Inbox = append(q.Inbox, p.Room.ID)
		}
	}
	return q
}

// inboxAndDoubts asks also who may be somebody known before a login, which only
// the list shows.
func inboxAndDoubts(c *Context) decision.Query {
	q := inbox(c)
	q.Unasked = q.Inbox
	return q
}

// showInbox lists what waits for an answer.
func showInbox(c *Context) {
	rooms := map[chat.RoomID]decision.Room{}
	for _, p := range c.Places {
		rooms[p.Room.ID] = p.Room
	}
	rest := text.Unasked(rooms, c.Answer.Unasked)
	if len(c.Answer.Inbox) == 0 {
		c.reply(text.Line(c.Room, "inbox.empty", nil) + rest)
		return
	}
	const most = 10
	lines := make([]string, 0, most)
	several := slices.ContainsFunc(c.Answer.Inbox, func(k decision.Case) bool { return k.Room != c.Answer.Inbox[0].Room })
	for _, k := range c.Answer.Inbox[:min(len(c.Answer.Inbox), most)] {
		line := text.InboxLine(rooms[k.Room], k, c.Answer.Members)
		if several {
			line += "　[" + text.Name(rooms[k.Room].Name) + "]"
		}
		lines = append(lines, line)
	}
	c.reply(text.Inbox(lines, len(c.Answer.Inbox)) + rest)
}

// answerInbox carries out a line of numbered answers, each at the place of its
// case. Who keeps no room of the case hears nothing of it.
func (s *session) answerInbox() (decision.Decision, error) {
	var d decision.Decision
	if !s.Message.Private() {
		return d, nil
	}
	decided := map[int64]decision.Case{} // as earlier answers of this very line left them
	next := int64(0)
	var unknown *Context
	var numbers []int64
	for i, a := range s.Call.answers {
		c, err := s.answerOne(a)
		if err != nil {
			return d, err
		}
		if c == nil {
			continue
		}
		if c.Answer.Case == nil {
			unknown, numbers = c, append(numbers, a.id)
			continue
		}
		if c.Answer.NextCase < next {
			c.Answer.NextCase = next
		}
		c.said = i * 10 // keeps the sentences of the line apart
		c.overlay(decided)
		c.answer(a)
		next = c.nextCase()
		c.noteDecided(decided)
		d.Add(c.out.Effects...)
	}
	if unknown != nil {
		unknown.said = len(s.Call.answers) * 10
		unknown.line("case.unknown", text.Fields{"case": text.Numbers(numbers)})
		d.Add(unknown.out.Effects...)
	}
	return d, nil
}

// answerOne reads a case and makes the context of its room; nil when the
// sender keeps no such room.
func (s *session) answerOne(a answer) (*Context, error) {
	found, err := s.read(decision.Query{Case: a.id})
	if err != nil {
		return nil, fmt.Errorf("read case %d: %w", a.id, err)
	}
	if found.Case == nil {
		return s.nowhere(), nil
	}
	p := s.in(found.Case.Room)
	if p == nil || p.role(s.console()) < decision.RoleDeputy {
		return s.nowhere(), nil
	}
	c := s.at(*p)
	c.Answer, err = s.read(decision.Query{
		Room: p.Room.ID, Case: a.id, Member: found.Case.Member, Others: found.Case.Party(), Sanctions: true, Words: true, Staff: true,
	})
	if err != nil {
		return nil, fmt.Errorf("read about case %d: %w", a.id, err)
	}
	return c, nil
}

// nowhere is the context of a number that is no case of the sender's rooms; it
// does not say whether the case exists elsewhere. nil for mere members.
func (s *session) nowhere() *Context {
	for _, p := range s.Places {
		if p.role(s.console()) >= decision.RoleDeputy {
			return s.at(p)
		}
	}
	return nil
}

// answer carries out one answer.
func (c *Context) answer(a answer) {
	k := c.Answer.Case
	allowed := Verbs(*k)
	if len(allowed) == 0 {
		c.stale(*k)
		return
	}
	if k.Kind == decision.CaseReport {
		allowed = text.ReportVerbs(c.Answer.Members[k.Member])
	}
	if !slices.Contains(allowed, a.verb) {
		c.line("case.verb", text.Fields{"case": strconv.FormatInt(a.id, 10), "verbs": text.Answers(a.id, allowed)})
		return
	}
	// A yes gives a room what another room's owner decided, so only who holds
	// the account, and with it all rooms, can say it.
	if k.Kind == decision.CaseRoom && !c.console() {
		c.note("refused", "answer "+a.verb)
		c.line("case.console", text.Fields{"case": strconv.FormatInt(a.id, 10)})
		return
	}
	if k.Kind == decision.CaseOwner && c.role(c.console()) < decision.RoleOwner || !c.mayJudge(*k) && !c.mayDrop(*k, a.verb) {
		c.note("refused", "answer "+a.verb)
		return
	}
	c.carryOut(*k, a.verb)
}

// mayJudge reports whether the case is not about the sender, nor about
// somebody of the same rights. Who somebody was gives no rights.
func (c *Context) mayJudge(k decision.Case) bool {
	m, ok := c.Answer.Members[k.Member]
	return c.console() || k.Kind == decision.CaseIdentity || k.Kind == decision.CaseRoom || !ok || m.ID != c.Member.ID && m.Role < max(c.Member.Role, decision.RoleOwner)
}

// mayDrop reports whether an owner puts a report away that nobody can act on:
// one about an owner; who is accused does only where no other owner is there.
func (c *Context) mayDrop(k decision.Case, verb string) bool {
	another := func(m decision.Member) bool { return m.ID != c.Member.ID && presentOwner(m) }
	return k.Kind == decision.CaseReport && verb == "放过" && c.role(c.console()) == decision.RoleOwner &&
		(k.Member != c.Member.ID || !slices.ContainsFunc(c.Answer.Staff, another))
}

// Verbs returns the answers that a case takes now; none when it is closed.
func Verbs(k decision.Case) []string {
	var v []string
	if k.Appeal == decision.AppealOpen {
		v = append(v, "过", "驳")
	}
	if k.Removal == decision.RemovalAsked || k.Removal == decision.RemovalFailed {
		v = append(v, "不移出")
	}
	open := k.State == decision.CaseOpen
	switch k.Kind {
	case decision.CaseStrike:
		if open || k.State == decision.CaseWarned {
			v = append(v, "误判", "踢")
		}
	case decision.CaseReview:
		if open {
			v = append(v, "警告", "放过", "误判", "踢")
		}
	case decision.CaseReport:
		if open {
			v = append(v, "警告", "放过", "踢")
		}
	case decision.CaseAlert:
		if open {
			v = append(v, "放过", "踢")
		}
	case decision.CasePhrase, decision.CaseIdentity, decision.CaseOwner, decision.CaseRoom:
		if open {
			v = append(v, "同意", "不用")
		}
	case decision.CaseRedemption:
		if open {
			v = append(v, "过", "驳", "同意", "不用")
		}
	case decision.CaseRemoval:
		if open {
			v = append(v, "误判")
		}
	}
	return v
}

// carryOut does what a verb says to a case that takes it.
func (c *Context) carryOut(k decision.Case, verb string) {
	s := c.Answer.Sanctions[k.Member]
	m := c.Answer.Members[k.Member]
	switch verb {
	case "过", "同意":
		c.agree(k, s)
	case "驳", "不用":
		c.refuse(k, m)
	case "误判":
		c.reverse(k, s, false)
		c.offerPhrase(k)
	case "警告":
		c.confirm(k, m, s)
	case "放过":
		c.close(k, decision.CaseDropped)
	case "踢":
		why := decision.Case{Reason: text.Reason(k)}
		// A removal that is under way has its own reason, and taking it back
		// would not give the pass back.
		if s.Removal == nil && c.forfeit(k) {
			why.Detail, why.MessageID = k.Detail, k.MessageID
		}
		if k.Kind != decision.CaseStrike {
			c.close(k, decision.CaseSettled)
		}
		c.remove(m, s, why)
		for _, other := range c.party() {
			c.remove(other, c.Answer.Sanctions[other.ID], decision.Case{Reason: why.Reason})
		}
	case "不移出":
		c.add(decision.ChangeCase{Case: k.ID, Removal: decision.RemovalDeclined, At: c.Now, Actor: c.Actor, Why: verb},
			decision.CancelSays{Case: k.ID, Kind: decision.AskRemove})
		if k.Kind == decision.CaseRemoval && k.Told {
			c.public(decision.SayOutcome, text.Stays(c.Room, m))
		}
		c.answered(k, verb)
	}
}

// close ends a case and says so.
func (c *Context) close(k decision.Case, state decision.CaseState) {
	c.add(decision.ChangeCase{Case: k.ID, State: state, At: c.Now, Actor: c.Actor})
	c.answered(k, text.StateName(state))
}

// answered confirms an answer to its sender.
func (c *Context) answered(k decision.Case, what string) {
	c.line("case.done", text.Fields{"case": strconv.FormatInt(k.ID, 10), "what": what})
}

// agree upholds an appeal, or carries out what a case asks.
func (c *Context) agree(k decision.Case, s decision.Sanctions) {
	switch {
	case k.Appeal == decision.AppealOpen:
		c.reverse(k, s, true)
		c.offerPhrase(k)
		return
	case k.Kind == decision.CaseRedemption:
		c.settle(k, true)
		return
	case k.Kind == decision.CasePhrase:
		c.add(decision.Allow{Room: c.Room.ID, Value: k.Detail, At: c.Now, Actor: c.Actor})
	case k.Kind == decision.CaseIdentity:
		c.merge(k)
		return
	case k.Kind == decision.CaseRoom:
		c.takeAfter(k)
		return
	case k.Kind == decision.CaseOwner:
		c.makeOwner(k)
	}
	c.close(k, decision.CaseAgreed)
}

// refuse declines an appeal or a question.
func (c *Context) refuse(k decision.Case, m decision.Member) {
	switch {
	case k.Appeal == decision.AppealOpen:
	case k.Kind == decision.CaseRedemption:
		c.settle(k, false)
		return
	default:
		c.close(k, decision.CaseRefused)
		return
	}
	c.add(decision.ChangeCase{Case: k.ID, Appeal: decision.AppealDeclined, At: c.Now, Actor: c.Actor})
	c.public(decision.SayOutcome, text.AppealDeclined(c.Room, m, k))
	c.answered(k, "驳回申诉")
}

// confirm turns a review into the strike it was suspected to be; a report
// becomes a new strike by hand.
func (c *Context) confirm(k decision.Case, m decision.Member, s decision.Sanctions) {
	if m.ID == 0 || m.Exempt() {
		c.untouchable(m)
		return
	}
	if k.Kind == decision.CaseReport {
		c.close(k, decision.CaseSettled)
		c.strike(m, s, decision.Case{ID: c.nextCase(), Reason: text.Reason(k)})
		return
	}
	if !c.forfeit(k) {
		k.Detail = "" // the pass is no matter any more
	}
	k = c.ladder(len(s.Live), k)
	effects := sanction.Strike{
		Room: c.Room, Member: m, Case: k, Remove: c.Room.Settings.Removes(k.Strike),
		Before: s, Can: c.Can, Now: c.Now, Cause: caseCause(k.ID), Actor: c.Actor,
	}.Effects()
	// The case exists: it changes where a new strike would be opened.
	effects[0] = decision.ChangeCase{
		Case: k.ID, Kind: k.Kind, State: k.State, Strike: k.Strike, Expires: k.Expires, At: c.Now, Actor: c.Actor, Why: "confirmed",
	}
	c.add(effects...)
	for _, other := range c.party() {
		c.strike(other, c.Answer.Sanctions[other.ID], decision.Case{ID: c.nextCase(), Reason: text.Reason(k), Rehearsed: k.Rehearsed})
	}
}

// forfeit takes the points of the pass that the link of a case was posted with,
// unless they are back by now, and reports whether it does. A rehearsal takes
// nothing.
func (c *Context) forfeit(k decision.Case) bool {
	if k.Rehearsed || c.Room.Rehearsal || k.Kind != decision.CaseReview || k.Detail != decision.DetailPass || !c.Now.Before(k.Opened.Add(scoring.DefaultPassRule().Keep)) {
		return false
	}
	c.add(decision.Points{
		Op:   decision.ForfeitPass{Member: k.Member, MessageID: k.MessageID, At: c.Now},
		Then: func(decision.PointsResult, error) []decision.Effect { return nil },
	})
	return true
}

// party returns who else a campaign's case is about and can be sanctioned.
func (c *Context) party() []decision.Member {
	return slices.DeleteFunc(slices.Clone(c.Answer.Targets), func(m decision.Member) bool {
		return m.Exempt() || m.ID == c.Answer.Case.Member
	})
}
