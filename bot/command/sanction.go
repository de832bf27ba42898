package command

import (
	"fmt"
	"strconv"
	"strings"

	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/moderation"
)

// warn gives a warning by hand.
func warn(c *Context) {
	if !c.aimed() {
		return
	}
	before := c.Answer.Sanctions[c.Target.ID].In(c.Room.Rehearsal)
	c.strike(c.Target, before, decision.Case{Reason: clipReason(c.Rest), ID: c.nextCase()})
	if c.Message.Private() {
		c.line("warned", text.Fields{"name": text.Name(c.Target.Name)})
	}
}

// aimed checks that the target is in the room and not above the sender.
func (c *Context) aimed() bool {
	switch {
	case !c.mayTouch(c.Target):
		c.note("refused", c.Call.Row.Name+" on a member of equal rights")
		c.untouchable(c.Target)
		return false
	case !c.Target.Present:
		c.line("absent", text.Fields{"name": text.Name(c.Target.Name)})
		return false
	}
	return true
}

// nextCase is the number of the next case this decision opens.
func (c *Context) nextCase() int64 {
	next := c.Answer.NextCase
	for _, e := range c.out.Effects {
		if open, ok := e.(decision.OpenCase); ok {
			next = max(next, open.Case.ID+1)
		}
	}
	return next
}

// ladder fills in what a strike given now is: its number and its end.
func (c *Context) ladder(live int, kase decision.Case) decision.Case {
	s := c.Room.Settings
	kase.Kind, kase.State, kase.Strike = decision.CaseStrike, decision.CaseOpen, live+1
	kase.Expires = c.Now.Add(s.WarningLife)
	kase.Rehearsed = c.Room.Rehearsal
	return kase
}

// strike opens a new strike with all its consequences.
func (c *Context) strike(m decision.Member, before decision.Sanctions, kase decision.Case) {
	kase = c.ladder(len(before.Live), kase)
	kase.Room, kase.Member, kase.Opened, kase.Hits = c.Room.ID, m.ID, c.Now, 1
	c.add(sanction.Strike{
		Room: c.Room, Member: m, Case: kase, Remove: c.Room.Settings.Removes(kase.Strike),
		Before: before, Can: c.Can, Now: c.Now, Cause: caseCause(kase.ID), Actor: c.Actor,
	}.Effects()...)
}

// caseCause is the cause of what is said about a case that a command opened:
// several of one line stay apart.
func caseCause(id int64) string { return fmt.Sprintf("case:%d", id) }

// kick removes a member by hand: the network is asked, or the owner.
func kick(c *Context) {
	if c.aimed() {
		c.remove(c.Target, c.Answer.Sanctions[c.Target.ID], decision.Case{Reason: clipReason(c.Rest)})
	}
}

// remove opens a removal unless one is under way; kase says what it is for.
func (c *Context) remove(m decision.Member, before decision.Sanctions, kase decision.Case) {
	if r := before.Removal; r != nil && r.Removal == decision.RemovalAsked && c.Can.Remove {
		c.add(sanction.Strike{Room: c.Room, Member: m, Case: *r, Can: c.Can, Now: c.Now, Cause: caseCause(r.ID), Actor: c.Actor}.RemovalEffects()...)
		c.answered(*r, c.Call.Row.Name)
		return
	}
	if before.Removal != nil {
		c.line("removal.open", text.Fields{"name": text.Name(m.Name), "case": strconv.FormatInt(before.Removal.ID, 10)})
		return
	}
	kase.ID, kase.Room, kase.Member, kase.Kind, kase.State = c.nextCase(), c.Room.ID, m.ID, decision.CaseRemoval, decision.CaseOpen
	kase.Opened, kase.Hits, kase.Rehearsed = c.Now, 1, c.Room.Rehearsal
	s := sanction.Strike{Room: c.Room, Member: m, Case: kase, Before: before, Can: c.Can, Now: c.Now, Cause: caseCause(kase.ID), Actor: c.Actor}
	c.add(decision.OpenCase{Case: kase, Actor: c.Actor})
	c.add(s.RemovalEffects()...)
}

// lift takes a warning back.
func lift(c *Context) {
	if kase, ok := c.liveCase(); ok {
		c.reverse(kase, c.Answer.Sanctions[kase.Member], false)
	}
}

// misjudged takes a warning back and asks whether what was said shall pass in
// future.
func misjudged(c *Context) {
	kase, ok := c.liveCase()
	if !ok {
		return
	}
	c.reverse(kase, c.Answer.Sanctions[kase.Member], false)
	c.offerPhrase(kase)
}

// liveCase is the strike or review that the line names, if it can still be
// taken back.
func (c *Context) liveCase() (decision.Case, bool) {
	id, _ := c.number()
	kase := c.Answer.Case
	switch {
	case kase == nil || kase.Room != c.Room.ID:
		c.line("case.unknown", text.Fields{"case": strconv.FormatInt(id, 10)})
	case kase.State == decision.CaseOpen || kase.State == decision.CaseWarned,
		kase.State == decision.CaseSettled && kase.Removal == decision.RemovalConfirmed:
		return *kase, true
	default:
		c.stale(*kase)
	}
	return decision.Case{}, false
}

// stale refuses an answer to a case that is closed.
func (c *Context) stale(kase decision.Case) {
	c.line("case.stale", text.Fields{"case": strconv.FormatInt(kase.ID, 10), "state": text.State(kase)})
}

// reverse takes a case back with all that followed from it: strikes given
// later keep their numbers, and a removal that no longer has its reason is
// called off. What the network was asked for it cannot be unasked: the member
// list decides, and after that the answer is taken.
func (c *Context) reverse(kase decision.Case, s decision.Sanctions, appealed bool) {
	if kase.Removal == decision.RemovalSent {
		c.aside(text.Line(c.Room, "removal.sent", text.Fields{"case": strconv.FormatInt(kase.ID, 10)}))
		return
	}
	m := c.Answer.Members[kase.Member]
	change := decision.ChangeCase{Case: kase.ID, State: decision.CaseReversed, At: c.Now, Actor: c.Actor, Why: c.Call.Row.Name}
	if kase.Kind == decision.CaseReview {
		change.State = decision.CaseDropped
	}
	if appealed {
		change.Appeal = decision.AppealUpheld
	}
	if c.Call.Row.Name == "消警告" && len(kase.Findings) > 0 {
		change.Reason = decision.ReasonLifted // a favour: the rule was right
	}
	if kase.Removal.Open() {
		change.Removal = decision.RemovalDeclined
	}
	c.add(change, decision.CancelSays{Case: kase.ID})
	if c.Can.Recall > 0 && kase.Removal != decision.RemovalConfirmed {
		c.add(decision.TakeBack{Case: kase.ID, Since: c.Now.Add(-c.Can.Recall)})
	}
	c.callOff(kase, s)
	c.refund(kase)
	if kase.Removal == decision.RemovalConfirmed {
		no := false
		c.add(decision.SetMember{Member: kase.Member, Barred: &no, At: c.Now, Actor: c.Actor, Why: "the strike was taken back"})
	}
	if c.concernsRoom(kase, appealed) {
		c.public(decision.SayOutcome, text.Reversed(c.Room, m, kase, appealed))
	}
	c.confirmReversal(kase, m)
}

// concernsRoom reports whether the room hears that a case was taken back: what
// it was told of somebody is put right there, and a member who asked is answered.
func (c *Context) concernsRoom(kase decision.Case, appealed bool) bool {
	switch {
	case kase.Rehearsed:
		return false
	case kase.Kind == decision.CaseRemoval:
		return kase.Told || appealed
	}
	return kase.Kind == decision.CaseStrike
}

// confirmReversal tells the sender in private that a case was taken back; also
// one who typed it in the room, if it may have come too late.
func (c *Context) confirmReversal(kase decision.Case, m decision.Member) {
	key := "reversed.owner"
	switch {
	case kase.Asking:
		key = "reversed.asking"
	case !c.Message.Private():
		return
	case kase.Kind == decision.CaseRemoval:
		key = "reversed.removal"
	}
	c.aside(text.Line(c.Room, key, text.Fields{"case": strconv.FormatInt(kase.ID, 10), "name": text.Name(m.Name)}))
}

// refund gives back the points that a strike cost, and those of the link pass
// that a strike or a removal took.
func (c *Context) refund(kase decision.Case) {
	if kase.Kind != decision.CaseStrike && kase.Kind != decision.CaseRemoval || kase.Rehearsed {
		return
	}
	silent := func(decision.PointsResult, error) []decision.Effect { return nil }
	if kase.Kind == decision.CaseStrike {
		c.add(decision.Points{Op: decision.Unfine{Room: kase.Room, Member: kase.Member, Case: kase.ID, At: c.Now}, Then: silent})
	}
	if kase.Detail == decision.DetailPass {
		c.add(decision.Points{Op: decision.UnforfeitPass{Member: kase.Member, MessageID: kase.MessageID, At: c.Now}, Then: silent})
	}
}

// callOff declines the open removal of another strike when, without kase, too
// few strikes count. One that the network took is left to the member list.
func (c *Context) callOff(kase decision.Case, s decision.Sanctions) {
	live := len(s.Live)
	for _, l := range s.Live {
		if l.ID == kase.ID {
			live--
		}
	}
	r := s.Removal
	if r == nil || r.ID == kase.ID || r.Kind != decision.CaseStrike || c.Room.Settings.Removes(live) {
		return
	}
	if r.Removal != decision.RemovalSent {
		c.add(
			decision.ChangeCase{Case: r.ID, Removal: decision.RemovalDeclined, At: c.Now, Actor: c.Actor, Why: "too few strikes count"},
			decision.CancelSays{Case: r.ID},
		)
	}
	c.owners(r.ID, text.CalledOff(c.Room, c.Answer.Members[kase.Member], *r, live))
}

// myWarnings shows the sender's strikes that count.
func myWarnings(c *Context) {
	live := c.Answer.Sanctions[c.Member.ID].Live
	if len(live) == 0 {
		c.reply(c.address() + text.Line(c.Room, "warnings.none", nil))
		return
	}
	c.reply(c.address() + text.Warnings(c.Room, live))
}

// showWarnings shows another member's strikes.
func showWarnings(c *Context) {
	name := text.Name(c.Target.Name)
	live := c.Answer.Sanctions[c.Target.ID].Live
	if len(live) == 0 {
		c.line("warnings.clean", text.Fields{"name": name})
		return
	}
	c.reply("「" + name + "」" + text.Warnings(c.Room, live))
}

// showWarned lists everybody with strikes.
func showWarned(c *Context) {
	if len(c.Answer.Warned) == 0 {
		c.line("warnings.nobody", nil)
		return
	}
	c.reply(text.Warned(c.Room, c.Answer.Warned))
}

// blacklist shows who was removed, or whether one of them has the name. Those
// who are gone are found in the list alone.
func blacklist(c *Context) {
	wanted, _ := cutAt(c.Call.Args)
	var names []string
	for _, m := range c.Answer.Barred {
		if wanted == "" || strings.HasPrefix(wanted, m.Name) {
			names = append(names, m.Name)
		}
	}
	switch {
	case len(names) == 0 && wanted != "":
		c.line("barred.no", text.Fields{"name": text.Name(wanted)})
	case len(names) == 0:
		c.line("barred.nobody", nil)
	default:
		const most = 25
		c.line("barred.board", text.Fields{"list": text.List(names, most)})
	}
}

// trust exempts a member from the rules; distrust ends it.
func trust(c *Context) { c.setTrust(true) }

func distrust(c *Context) { c.setTrust(false) }

// setTrust changes the exemption of an ordinary member. The bot and those who
// keep the room are exempt by what they are.
func (c *Context) setTrust(on bool) {
	if c.Target.Self || c.Target.Role > decision.RoleMember {
		c.untouchable(c.Target)
		return
	}
	c.add(decision.SetMember{Member: c.Target.ID, Trusted: &on, At: c.Now, Actor: c.Actor})
	c.line(either(on, "trusted", "distrusted"), text.Fields{"name": text.Name(c.Target.Name)})
}

// clipReason cuts a reason to at most longestReason runes. Reasons are kept and
// told to others, so personal data in them is masked; before the cut, since a
// part of a number does not show what it is.
func clipReason(s string) string {
	s = moderation.Redact(strings.TrimSpace(s))
	n := 0
	for i := range s {
		if n++; n > longestReason {
			return s[:i]
		}
	}
	return s
}
