// Package sanction turns a strike or a removal into effects: the case, what
// the room hears, what the owner hears, what the network is asked. The road
// and the owner's commands both climb the same ladder with it.
package sanction

import (
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// Strike is a new strike and what it is decided with.
type Strike struct {
	Room   decision.Room
	Member decision.Member
	Case   decision.Case // with number and expiry
	Remove bool          // the limit is reached
	Before decision.Sanctions
	Can    chat.Capabilities
	Now    time.Time
	Cause  string
	Actor  decision.Actor // who gave it; zero: the bot
}

// Effects opens the case, tells the room and the owners, and starts the
// removal when the limit is reached.
func (s Strike) Effects() []decision.Effect {
	open := append([]decision.Effect{decision.OpenCase{Case: s.Case, Actor: s.Actor}}, s.fine()...)
	if s.Remove {
		return append(open, s.RemovalEffects()...)
	}
	return append(open,
		s.public(decision.SayWarning, text.Warning(s.Room, s.Member, s.Case, s.unheard()...)),
		OwnerLine(s.Room, s.Cause, s.Case.ID, text.Struck(s.Room, s.Member, s.Case)),
	)
}

// fine is what the strike costs in points, if the room wants that.
func (s Strike) fine() []decision.Effect {
	if s.Room.Settings.StrikePoints <= 0 || s.Case.Rehearsed {
		return nil
	}
	return []decision.Effect{decision.Points{
		Op: decision.Fine{
			Room: s.Room.ID, Member: s.Member.ID, Amount: int64(s.Room.Settings.StrikePoints), Case: s.Case.ID, At: s.Now,
		},
		Then: func(decision.PointsResult, error) []decision.Effect { return nil },
	}}
}

// unheard returns the strike before when its notice never reached the room, so
// that the next one names both.
func (s Strike) unheard() []decision.Case {
	last := s.Before.Last
	if last == nil || !last.Case.Live(s.Now) || (last.Notice != decision.SayFailed && last.Notice != decision.SayCancelled) {
		return nil
	}
	return []decision.Case{last.Case}
}

// RemovalEffects asks the network, or the owner where the network cannot.
// Somebody recognised by names alone is removed only if a person says so.
func (s Strike) RemovalEffects() []decision.Effect {
	if s.Case.Rehearsed {
		return []decision.Effect{OwnerLine(s.Room, s.Cause, s.Case.ID, text.Struck(s.Room, s.Member, s.Case))}
	}
	switch {
	case !s.Can.Remove:
		return s.HandOver("the network cannot remove")
	case s.Member.ByName && s.Actor == decision.Actor{}:
		return s.HandOver("recognised by names alone")
	}
	return []decision.Effect{
		decision.ChangeCase{Case: s.Case.ID, Removal: decision.RemovalRequested, At: s.Now, Why: "the limit is reached"},
		decision.Speak{Say: decision.Say{
			Cause: s.Cause, Kind: decision.AskRemove, Room: s.Room.ID, Member: s.Member.ID, Case: s.Case.ID, Priority: decision.PriorityEnforce,
		}},
	}
}

// public says something in the room that belongs to the case.
func (s Strike) public(kind decision.SayKind, words string) decision.Effect {
	return decision.Speak{Say: decision.Say{
		Cause: s.Cause, Kind: kind, Room: s.Room.ID, Priority: decision.PriorityEnforce, Case: s.Case.ID, Text: words,
		Due: QuietUntil(s.Room, s.Now), Rehearsed: s.Case.Rehearsed || s.Room.Silent,
	}}
}

// HandOver asks the owners to remove the member on the phone, and says no more
// to the room than that they were asked.
func (s Strike) HandOver(why string) []decision.Effect {
	return []decision.Effect{
		s.public(decision.SayRemoval, text.Full(s.Room, s.Member, s.Case)),
		decision.ChangeCase{Case: s.Case.ID, Removal: decision.RemovalAsked, At: s.Now, Why: why},
		OwnerLine(s.Room, s.Cause, s.Case.ID, text.HandOver(s.Member, s.Case)),
	}
}

// OwnerLine is a line for the owners' private inbox.
func OwnerLine(r decision.Room, cause string, id int64, words string) decision.Speak {
	return decision.Speak{Say: decision.Say{
		Cause: cause, Kind: decision.SayInbox, Room: r.ID, ToOwners: true, Priority: decision.PriorityAnswer, Case: id,
		Text: words, Rehearsed: r.Rehearsal,
	}}
}

// Quiet reports whether a time is in the quiet hours of a room.
func Quiet(r decision.Room, at time.Time) bool { return QuietUntil(r, at).After(at) }

// QuietUntil returns when something due at the given time may be said in the
// room: then, or when the quiet hours that it falls into end.
func QuietUntil(r decision.Room, due time.Time) time.Time {
	s := r.Settings
	if s.QuietFrom == s.QuietTo {
		return due
	}
	local := due.In(s.Location())
	minute := local.Hour()*60 + local.Minute()
	wait := (s.QuietTo - minute + 24*60) % (24 * 60)
	length := (s.QuietTo - s.QuietFrom + 24*60) % (24 * 60)
	if wait == 0 || wait > length {
		return due
	}
	return local.Truncate(time.Minute).Add(time.Duration(wait) * time.Minute)
}
