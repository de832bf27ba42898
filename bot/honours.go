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

// honoursDue posts the room's honour list when its time came, and returns when
// the next one is due. The time up to which lists were posted is stored with
// the sentence, so each is posted once, whatever happens in between.
func honoursDue(v View, r decision.Room, now time.Time) (next time.Time, effects []decision.Effect, err error) {
	rule := r.Settings.Honours
	if rule.Every == 0 {
		return next, nil, nil
	}
	now = now.In(r.Settings.Location())
	next = rule.Next(now)
	since, known := r.Settings.HonoursSince()
	at := rule.Last(now)
	switch {
	case !known: // the schedule is the program's default and begins now
		at = now
	case !at.After(since):
		return next, nil, nil
	case now.Before(r.PausedUntil): // nothing is said meanwhile
		return r.PausedUntil, nil, nil
	case now.Sub(at) > honoursGrace:
		effects = append(effects, sanction.OwnerLine(r, fmt.Sprintf("honours-missed:%d:%d", r.ID, at.Unix()), 0, text.HonoursMissed(r, at, next)))
	default:
		if effects, err = honourList(v, r, rule.Last(at.Add(-time.Second)), at); err != nil {
			return next, nil, err
		}
	}
	return next, append(effects, decision.HonoursSince(r.ID, at, now, decision.Actor{})), nil
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
		_, effects, err := honoursDue(tx, r, now)
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
