package bot

import (
	"fmt"
	"slices"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/moderation"
)

// incident is one message that the rules object to.
type incident struct {
	room    decision.Room
	member  decision.Member
	message chat.Message
	verdict moderation.Verdict
	now     time.Time
}

func (i incident) cause() string { return "message:" + i.message.ID }

// sanction decides what follows from a verdict.
func (p *Pipeline) sanction(tx Tx, i incident) error {
	if i.verdict.Action == moderation.ActionNotice {
		return tx.Apply(i.notice())
	}
	sanctions, err := tx.Sanctions(i.member.ID, i.message.Time)
	if err != nil {
		return err
	}
	sanctions = sanctions.In(i.room.Rehearsal)
	known, err := campaign(tx, i)
	if err != nil {
		return err
	}
	switch {
	case sanctions.Removal != nil:
		// The member is on the way out: keep the evidence, say nothing more.
		return tx.Apply(i.join(*sanctions.Removal)...)
	case i.gone(sanctions):
		return tx.Apply(i.join(sanctions.Last.Case)...)
	case known != nil && i.verdict.Action == moderation.ActionReview:
		return tx.Apply(i.join(*known)...)
	case i.verdict.Action == moderation.ActionReview || i.asks(sanctions):
		return tx.Apply(i.review(sanctions)...)
	case i.room.Settings.Passes && passable(i.verdict):
		return p.withPass(tx, i, sanctions, p.opts.Network.Capabilities())
	default:
		return tx.Apply(i.strike(sanctions, p.opts.Network.Capabilities())...)
	}
}

// campaign returns the open case of the campaign that the message belongs to,
// nil if there is none: one advertisement by several newcomers is one case.
func campaign(v View, i incident) (*decision.Case, error) {
	n := slices.IndexFunc(i.verdict.Findings, func(f moderation.Finding) bool { return f.Rule == moderation.RuleCampaign })
	if n < 0 {
		return nil, nil
	}
	answer, err := v.Query(decision.Query{Inbox: []chat.RoomID{i.room.ID}})
	if err != nil {
		return nil, err
	}
	for _, c := range answer.Inbox {
		fresh := i.message.Time.Sub(c.Opened) < moderation.DefaultWatch().CampaignIn
		if c.Kind == decision.CaseReview && fresh && party(c, i.verdict.Findings[n]) && c.Rehearsed == i.room.Rehearsal && moderation.Alike(c.Evidence, moderation.Redact(evidence(i.message))) {
			return &c, nil
		}
	}
	return nil, nil
}

// party reports whether somebody who is in a case is among those of a campaign:
// the one who began it may be too long ago.
func party(c decision.Case, f moderation.Finding) bool {
	return slices.ContainsFunc(append(c.Party(), c.Member), func(id chat.MemberID) bool { return slices.Contains(f.With, int64(id)) })
}

// gone reports whether a rehearsal would have removed the member already: what
// is said after that would not have been said.
func (i incident) gone(s decision.Sanctions) bool {
	return s.Last != nil && s.Last.Case.Rehearsed && i.room.Settings.Removes(s.Last.Case.Strike) &&
		s.Last.Case.State != decision.CaseReversed && i.room.Settings.Removes(len(s.Live))
}

// askingTime is how long after a warning the member may speak about its word
// without another one.
const askingTime = 10 * time.Minute

// asks reports whether the member speaks about the words of a warning just
// received: somebody who asks what was wrong is not warned again for it.
func (i incident) asks(s decision.Sanctions) bool {
	if s.Last == nil || i.message.Time.Sub(s.Last.LastAt) > askingTime {
		return false
	}
	mentions := moderation.MentionsIn(i.message.Text)
	for _, f := range i.verdict.Findings {
		known := slices.ContainsFunc(s.Last.Case.Findings, func(old moderation.Finding) bool { return old.Word == f.Word })
		if f.Action == moderation.ActionStrike && !(known && mentions(f)) {
			return false
		}
	}
	return true
}

// notice reminds without a strike; several within a minute are one.
func (i incident) notice() decision.Effect {
	return decision.Speak{Say: decision.Say{
		Cause: fmt.Sprintf("notice:%d:%d", i.member.ID, i.message.Time.Unix()/60), Kind: decision.SayNotice, Room: i.room.ID,
		Priority: decision.PriorityEnforce, Text: text.Notice(i.room, i.member, i.verdict.Findings),
		Due: sanction.QuietUntil(i.room, i.now), Rehearsed: i.room.Rehearsal || i.room.Silent,
	}}
}

// joinedWait is how long the owner's line about messages that joined a case
// waits for more of them.
const joinedWait = 20 * time.Second

// join merges the message into a case; the owner hears how many in one line,
// soon about the first and then once in a burst.
func (i incident) join(c decision.Case) []decision.Effect {
	id, wait := c.ID, i.room.Settings.Burst
	if c.Hits <= 1 {
		wait = min(wait, joinedWait)
	}
	return []decision.Effect{
		decision.JoinCase{Case: id, MessageID: i.message.ID, At: i.message.Time, Findings: i.verdict.Findings},
		decision.Speak{Say: decision.Say{
			Cause: i.cause(), Kind: decision.SayInbox, Room: i.room.ID, ToOwners: true, Priority: decision.PriorityWelcome, Case: id,
			Merge: fmt.Sprintf("joined:%d", id), Parts: []string{i.message.ID}, Due: i.now.Add(wait), Rehearsed: i.room.Rehearsal,
		}},
	}
}

// opened is the case of this incident, not yet of any kind.
func (i incident) opened(id int64, kind decision.CaseKind) decision.Case {
	return decision.Case{
		ID: id, Room: i.room.ID, Member: i.member.ID, Kind: kind, State: decision.CaseOpen, Opened: i.message.Time,
		MessageID: i.message.ID, Evidence: evidence(i.message), Hits: 1, Findings: i.verdict.Findings, Rehearsed: i.room.Rehearsal,
	}
}

// evidence is what the sender wrote; attached titles and links are the
// sender's too.
func evidence(m chat.Message) string {
	words := m.Text
	for _, more := range append([]string{m.Title}, m.URLs...) {
		if more != "" && words != "" {
			words += "\n"
		}
		words += more
	}
	return words
}

// review asks the owner; the room hears nothing.
func (i incident) review(s decision.Sanctions) []decision.Effect {
	c := i.opened(s.NextCase, decision.CaseReview)
	return []decision.Effect{
		decision.OpenCase{Case: c},
		decision.Speak{Say: decision.Say{
			Cause: i.cause(), Kind: decision.SayInbox, Room: i.room.ID, ToOwners: true, Priority: decision.PriorityAnswer,
			Case: c.ID, Text: text.Review(i.member, c), Rehearsed: i.room.Rehearsal,
		}},
	}
}

// strike climbs one step of the ladder.
func (i incident) strike(s decision.Sanctions, can chat.Capabilities) []decision.Effect {
	ladder := moderation.Ladder{Limit: i.room.Settings.WarningLimit, Life: i.room.Settings.WarningLife, Burst: i.room.Settings.Burst}
	step := ladder.Next(strikesOf(s), i.message.Time)
	if step.Join {
		return i.join(s.Last.Case)
	}
	c := i.opened(s.NextCase, decision.CaseStrike)
	c.Strike, c.Expires = step.Number, step.Expires
	return sanction.Strike{
		Room: i.room, Member: i.member, Case: c, Remove: step.Remove, Before: s, Can: can, Now: i.now, Cause: i.cause(),
	}.Effects()
}

func strikesOf(s decision.Sanctions) moderation.Strikes {
	known := moderation.Strikes{Live: len(s.Live)}
	if s.Last != nil && s.Last.Case.State != decision.CaseReversed {
		known.Last = s.Last.LastAt
		known.Unheard = s.Last.Notice == decision.SayPending || s.Last.Notice == decision.SaySending
	}
	return known
}

// handOverFailed asks the owner about a removal that the network did not
// carry out, and tells the room no more than that.
func handOverFailed(tx Tx, id int64, now time.Time) error {
	answer, err := tx.Query(decision.Query{Case: id})
	if err != nil || answer.Case == nil || answer.Case.Removal != decision.RemovalFailed {
		return err
	}
	c := *answer.Case
	room, okRoom, err := tx.Room(c.Room)
	if err != nil || !okRoom {
		return err
	}
	m, okMember, err := tx.Member(c.Member)
	if err != nil || !okMember {
		return err
	}
	before, err := tx.Sanctions(m.ID, now)
	if err != nil {
		return err
	}
	cause := fmt.Sprintf("case:%d:failed", c.ID)
	if live := len(before.Live); c.Kind == decision.CaseStrike && !room.Settings.Removes(live) {
		return tx.Apply(
			decision.ChangeCase{Case: c.ID, Removal: decision.RemovalDeclined, At: now, Why: "too few strikes count"},
			sanction.OwnerLine(room, cause, c.ID, text.CalledOff(room, m, c, live)),
		)
	}
	s := sanction.Strike{Room: room, Member: m, Case: c, Now: now, Cause: cause}
	return tx.Apply(s.HandOver("the network did not remove")...)
}

// alert puts something about m into the owner's inbox that can be dismissed.
// what says what it is; other is whom it has to do with, if anybody.
func (p *Pipeline) alert(tx Tx, r decision.Room, m, other decision.Member, cause, what string) error {
	now := p.opts.Clock.Now()
	sanctions, err := tx.Sanctions(m.ID, now)
	if err != nil {
		return err
	}
	c := decision.Case{
		ID: sanctions.NextCase, Room: r.ID, Member: m.ID, Kind: decision.CaseAlert, State: decision.CaseOpen,
		Opened: now, Hits: 1, Reason: cause, Detail: what, Other: other.ID, Rehearsed: r.Rehearsal,
	}
	return tx.Apply(decision.OpenCase{Case: c}, sanction.OwnerLine(r, cause, c.ID, text.Alert(m, other, c)))
}
