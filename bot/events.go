package bot

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

// rosterGap is how far apart two whole rosters have to be before both count:
// a member list that is still being written looks the same twice in a row.
const rosterGap = 20 * time.Second

// joined records newcomers and plans one welcome for all who come together.
func (p *Pipeline) joined(tx Tx, e chat.Joined) error {
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok {
		return err
	}
	for _, id := range e.Members {
		if err := p.newcomer(tx, room, id, e); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pipeline) newcomer(tx Tx, room decision.Room, id chat.MemberID, e chat.Joined) error {
	m, ok, err := tx.Member(id)
	if err != nil || !ok || m.Self {
		return err
	}
	now := p.opts.Clock.Now()
	change := decision.SetMember{Member: id, Present: ptr(true), Joined: &e.Time, At: e.Time, Why: "joined"}
	if e.By != 0 {
		change.InvitedBy = &e.By
	}
	if err := tx.Apply(change); err != nil || !room.Active(now) {
		return err
	}
	if e.By != 0 && e.By != room.Bot && room.Settings.InvitePoints > 0 && !m.Barred {
		note := decision.NoteInvite{Room: room, Inviter: e.By, Newcomer: id, At: e.Time}
		if err := tx.Apply(decision.Points{Op: note, Then: nothing}); err != nil {
			return err
		}
	}
	cause := fmt.Sprintf("join:%d:%d", id, e.Time.Unix())
	if m.Barred {
		// The owner decides about somebody who was removed; no welcome.
		return p.alert(tx, room, m, decision.Member{}, cause, decision.AlertReturned)
	}
	if err := p.named(tx, room, m); err != nil {
		return err
	}
	welcome := decision.Say{
		Cause: cause, Kind: decision.SayWelcome, Room: room.ID, Priority: decision.PriorityWelcome,
		Merge: fmt.Sprintf("welcome:%d", room.ID), Parts: []string{m.Name},
		Due: sanction.QuietUntil(room, now.Add(room.Settings.WelcomeMerge)), Rehearsed: room.Rehearsal || room.Silent,
	}
	effects := []decision.Effect{decision.Speak{Say: welcome}}
	if len(e.Members) <= fewNewcomers && !m.Unreachable {
		effects = append(effects, privateWelcome(room, m, welcome))
	}
	return tx.Apply(effects...)
}

// fewNewcomers is how many may come at once for each to get a word in private:
// the network takes many private messages in a row for an advertiser's.
const fewNewcomers = 3

// privateWelcome is a word to a newcomer alone, after everything else; it
// arrives where the newcomer is a friend of the account, and is not tried again
// where not.
func privateWelcome(r decision.Room, m decision.Member, public decision.Say) decision.Effect {
	say := public
	say.Member, say.Merge, say.Parts, say.Priority = m.ID, "", nil, decision.PriorityFun
	say.Text = text.WelcomeInPrivate(r)
	return decision.Speak{Say: say}
}

// left records who is gone; a removal that waited for it is confirmed.
func (p *Pipeline) left(tx Tx, e chat.Left) error {
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok {
		return err
	}
	for _, id := range e.Members {
		change := decision.SetMember{Member: id, Present: ptr(false), At: e.Time, Why: "missing in two whole rosters"}
		left := decision.Points{Op: decision.NewcomerLeft{Newcomer: id, At: e.Time}, Then: nothing}
		if err := tx.Apply(change, left); err != nil {
			return err
		}
		if err := p.gone(tx, room, id, e.Time); err != nil {
			return err
		}
	}
	return nil
}

// gone settles what was open about a member who is no longer in the room.
func (p *Pipeline) gone(tx Tx, room decision.Room, id chat.MemberID, at time.Time) error {
	sanctions, err := tx.Sanctions(id, at)
	if err != nil {
		return err
	}
	m, ok, err := tx.Member(id)
	if err != nil || !ok || !room.On {
		return err
	}
	if sanctions.Removal == nil {
		return tx.Apply(sanction.OwnerLine(room, fmt.Sprintf("left:%d:%d", id, at.Unix()), 0, text.Left(room, []string{m.Name}, at)))
	}
	removal := *sanctions.Removal
	answer, err := tx.Query(decision.Query{Room: room.ID, Removals: true})
	if err != nil {
		return err
	}
	if interrupted(removal, answer.Asks[removal.ID]) {
		removal.Removal = decision.RemovalSent // the roster says that the network was asked
	}
	if overtaken(room, removal, sanctions.Live) {
		return tx.Apply(removedInVain(room, m, removal, len(sanctions.Live), at)...)
	}
	return tx.Apply(confirmRemoval(room, m, removal, sanctions.Live, at)...)
}

// interrupted reports whether the program ended while it asked for a removal:
// whether the network heard it is unknown until the roster was read.
func interrupted(c decision.Case, ask decision.OutboxRow) bool {
	return c.Removal == decision.RemovalRequested && ask.State == decision.SayUnknown
}

// overtaken reports whether a strike was taken back after the network had been
// asked for the removal that it led to.
func overtaken(r decision.Room, removal decision.Case, live []decision.Case) bool {
	return removal.Removal == decision.RemovalSent && removal.Kind == decision.CaseStrike && !r.Settings.Removes(len(live))
}

// removedInVain notes that the network carried out a removal that had lost its
// reason by then. Nothing is held against the member, and the owner can make it
// good.
func removedInVain(room decision.Room, m decision.Member, c decision.Case, live int, at time.Time) []decision.Effect {
	c.Removal = decision.RemovalConfirmed
	return []decision.Effect{
		decision.ChangeCase{Case: c.ID, Removal: c.Removal, At: at, Why: "absent in two whole rosters, too few strikes count"},
		sanction.OwnerLine(room, fmt.Sprintf("removed:%d", c.ID), c.ID, text.CalledOff(room, m, c, live)),
	}
}

// confirmRemoval is the only place from which "removed" is ever said.
func confirmRemoval(room decision.Room, m decision.Member, c decision.Case, live []decision.Case, at time.Time) []decision.Effect {
	effects := []decision.Effect{
		decision.ChangeCase{Case: c.ID, State: decision.CaseSettled, Removal: decision.RemovalConfirmed, At: at, Why: "absent in two whole rosters"},
		decision.SetMember{Member: m.ID, Barred: ptr(true), At: at, Why: "removed"},
		sanction.OwnerLine(room, fmt.Sprintf("removed:%d", c.ID), c.ID, text.RemovedAt(room, m, c, at)),
	}
	for _, strike := range live {
		if strike.ID != c.ID {
			effects = append(effects, decision.ChangeCase{Case: strike.ID, State: decision.CaseSettled, At: at, Why: "removed"})
		}
	}
	if c.Removal == decision.RemovalSent { // the bot did it, so the bot says it
		effects = append(effects, decision.Speak{Say: decision.Say{
			Cause: fmt.Sprintf("case:%d", c.ID), Kind: decision.SayRemoval, Room: room.ID, Case: c.ID,
			Text: text.Removed(room, m, c), Due: sanction.QuietUntil(room, at), Rehearsed: room.Silent,
		}})
	}
	return effects
}

// rosterRead records who is there. Of removals whose member still is there
// after the network had time to carry them out, those that the network took
// have failed, and those that a crash interrupted are asked for once more.
func (p *Pipeline) rosterRead(tx Tx, e chat.RosterRead) error {
	if err := tx.Apply(decision.SetPresent{Room: e.Room, Members: e.Present, At: e.Time}); err != nil {
		return err
	}
	if err := p.askWhence(tx, e); err != nil {
		return err
	}
	answer, err := tx.Query(decision.Query{Room: e.Room, Removals: true})
	if err != nil || len(answer.Removals) == 0 {
		return err
	}
	present := make(map[chat.MemberID]bool, len(e.Present))
	for _, id := range e.Present {
		present[id] = true
	}
	for _, c := range answer.Removals {
		if !present[c.Member] || e.Time.Sub(c.RemovalAt) < rosterGap {
			continue
		}
		if err := stillThere(tx, c, answer.Asks[c.ID], e.Time); err != nil {
			return err
		}
	}
	return nil
}

// stillThere decides a removal whose member is in a later roster.
func stillThere(tx Tx, c decision.Case, ask decision.OutboxRow, at time.Time) error {
	switch {
	case interrupted(c, ask):
		return tx.Apply(decision.MarkSay{ID: ask.ID, State: decision.SayPending, At: at, Why: "still in the roster"})
	case c.Removal != decision.RemovalSent:
		return nil
	}
	change := decision.ChangeCase{Case: c.ID, Removal: decision.RemovalFailed, At: at, Why: "still in the roster"}
	if err := tx.Apply(change); err != nil {
		return err
	}
	return handOverFailed(tx, c.ID, at)
}

// renamed records a new name.
func (p *Pipeline) renamed(tx Tx, e chat.Renamed) error {
	if err := tx.Apply(decision.SetMember{Member: e.Member, Name: &e.New, At: e.Time, Why: "renamed"}); err != nil {
		return err
	}
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok {
		return err
	}
	m, ok, err := tx.Member(e.Member)
	if err != nil || !ok {
		return err
	}
	return p.named(tx, room, m)
}

// ownerChanged keeps whom the network shows as the room's owner and tells the
// owners: only that person and administrators can remove anybody by hand. Whom
// the bot obeys is the owners' to say. Somebody who is not recognised after a
// login is no change.
func (p *Pipeline) ownerChanged(tx Tx, e chat.OwnerChanged) error {
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok || !room.On {
		return err
	}
	m, ok, err := tx.Member(e.Owner)
	if err != nil || !ok {
		return err
	}
	if e.First && room.NetworkOwner == m.ID {
		return nil // as it was stored
	}
	before, _, err := tx.Member(room.NetworkOwner)
	if err != nil {
		return err
	}
	stored := decision.SetRoom{Room: room.ID, NetworkOwner: &m.ID, At: e.Time}
	if e.First && (m.Doubtful || !m.Present) {
		return tx.Apply(stored) // new with this login: may be the owner it did not recognise
	}
	words := text.OwnerChanged(room, m)
	if e.First && !before.Present {
		if m.Self || m.Role == decision.RoleOwner {
			return tx.Apply(stored) // 状态 shows it
		}
		words = text.NetworkOwner(room, m)
	}
	cause := fmt.Sprintf("owner:%d:%d:%d", room.ID, m.ID, e.Time.Unix())
	return tx.Apply(stored, sanction.OwnerLine(room, cause, 0, words))
}

// botRemoved switches off a room that the bot is no longer in, and tells its
// owners that nothing is lost.
func (p *Pipeline) botRemoved(tx Tx, e chat.BotRemoved) error {
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok {
		return err
	}
	return tx.Apply(
		sanction.OwnerLine(room, fmt.Sprintf("bot removed:%d:%d", room.ID, e.Time.Unix()), 0, text.Parked(room)),
		decision.SetRoom{Room: e.Room, On: ptr(false), At: e.Time},
		decision.Note{Room: e.Room, At: e.Time, What: "bot removed"},
	)
}
