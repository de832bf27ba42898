package bot

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

// honoursGrace is how late an honour list may be: one that was missed by more,
// because the program did not run, is left out and the owners are told.
const honoursGrace = 6 * time.Hour

// honoursDue returns the time of the honour list that a room has to be dealt
// with for at now, zero when it has none, and when it is to be looked at again.
func honoursDue(r decision.Room, now time.Time) (at, next time.Time) {
	rule := r.Settings.Honours
	if rule.Every == 0 {
		return at, next
	}
	now = now.In(r.Settings.Location())
	at, next = rule.Last(now), rule.Next(now)
	since, known := r.Settings.HonoursSince()
	switch {
	case !known: // the schedule is the program's default and begins now
		return now, next
	case !at.After(since):
		return time.Time{}, next
	case now.Before(r.PausedUntil): // nothing is said meanwhile
		return time.Time{}, r.PausedUntil
	}
	return at, next
}

// honours posts the honour list of a time, or tells the owners that it was
// missed. The time up to which lists were posted is stored with the sentence,
// so each is posted once, whatever happens in between.
func honours(v View, r decision.Room, at, next, now time.Time) (effects []decision.Effect, err error) {
	rule := r.Settings.Honours
	_, known := r.Settings.HonoursSince()
	switch {
	case !known:
	case now.Sub(at) > honoursGrace:
		effects = append(effects, sanction.OwnerLine(r, fmt.Sprintf("honours-missed:%d:%d", r.ID, at.Unix()), 0, text.HonoursMissed(r, at, next)))
	default:
		if effects, err = honourList(v, r, rule.Last(at.Add(-time.Second)), at); err != nil {
			return nil, err
		}
	}
	return append(effects, decision.HonoursSince(r.ID, at, now, decision.Actor{})), nil
}

// postHonours posts the honour lists of rooms. Each room is asked once more
// here, where nobody can change its schedule meanwhile.
func postHonours(tx Tx, rooms []chat.RoomID, now time.Time) error {
	for _, id := range rooms {
		r, ok, err := tx.Room(id)
		if err != nil {
			return err
		}
		if !ok || !r.On {
			continue
		}
		at, next := honoursDue(r, now)
		if at.IsZero() {
			continue
		}
		effects, err := honours(tx, r, at, next, now)
		if err != nil {
			return err
		}
		if err := tx.Apply(effects...); err != nil {
			return err
		}
	}
	return nil
}

// honourList says who earned most in a time. Nobody is no list.
func honourList(v View, r decision.Room, from, to time.Time) ([]decision.Effect, error) {
	const shown = 10
	answer, err := v.Query(decision.Query{Room: r.ID, Points: decision.PointsQuery{Top: shown, Since: from, Until: to}})
	if err != nil || len(answer.Points.Ranking.Top) == 0 {
		return nil, err
	}
	names := make(map[chat.MemberID]string, len(answer.Members))
	for id, m := range answer.Members {
		names[id] = m.Name
	}
	return []decision.Effect{decision.Speak{Say: decision.Say{
		Cause: fmt.Sprintf("honours:%d:%d", r.ID, to.Unix()), Kind: decision.SayFun, Room: r.ID, Priority: decision.PriorityFun,
		Text: text.Honours(r, from, to, answer.Points.Ranking.Top, names),
		Due:  sanction.QuietUntil(r, to), Rehearsed: r.Silent || r.Rehearsal,
	}}}, nil
}
