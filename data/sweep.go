package data

import (
	"errors"
	"fmt"
	"time"
)

// Swept is everything whose time had come.
type Swept struct {
	Packets     []Packet     // Left went back to the sponsor
	Draws       []ClosedDraw // drawn or void
	Passes      []Pass       // returned
	Redemptions []Redemption // expired: points and piece went back
	Invites     []Invite     // credited, or the newcomer had left
}

// Sweep ends whatever has come to its end at now: packets, draws, passes,
// redemptions, invitations, at most a hundred of each. One that fails does not
// keep the others; its error is returned with what was done.
func (tx *Tx) Sweep(now time.Time) (s Swept, err error) {
	packets, err := tx.packets(`state = 'open' AND expires <= ?1`, now.Unix())
	s.Packets = each(tx, &err, packets, func(p Packet) (Packet, error) { return tx.endPacket(p, now) })
	draws, readErr := tx.draws(`state = 'open' AND closes <= ?1`, now.Unix())
	err = errors.Join(err, readErr)
	s.Draws = each(tx, &err, draws, func(d OpenDraw) (ClosedDraw, error) { return tx.CloseDraw(d.No, now) })
	passes, readErr := tx.passes(`state IN ('open', 'used') AND back <= ?1`, now.Unix())
	err = errors.Join(err, readErr)
	s.Passes = each(tx, &err, passes, func(p Pass) (Pass, error) { return tx.returnPass(p, now) })
	due, readErr := tx.redemptions(`r.state = 'open' AND r.expires <= ?1 ORDER BY r.id LIMIT 100`, now.Unix())
	err = errors.Join(err, readErr)
	s.Redemptions = each(tx, &err, due, func(r Redemption) (Redemption, error) {
		return tx.settleRedemption(r.ID, "expired", now)
	})
	invites, readErr := tx.dueInvites(now)
	err = errors.Join(err, readErr)
	s.Invites = each(tx, &err, invites, func(i Invite) (Invite, error) { return tx.creditInvite(i, now) })
	return s, err
}

// each ends every one of a list, whole or not at all, and adds errors to err.
func each[T, E any](tx *Tx, err *error, all []T, end func(T) (E, error)) []E {
	var done []E
	for _, v := range all {
		failed := tx.Nested(func() error {
			e, err := end(v)
			if err == nil {
				done = append(done, e)
			}
			return err
		})
		*err = errors.Join(*err, failed)
	}
	return done
}

// NextSweep returns when the next thing comes to its end; the zero time means
// that nothing waits.
func (tx *Tx) NextSweep() (time.Time, error) {
	var next *int64
	err := tx.queryRow(`SELECT min(at) FROM (
		SELECT min(expires) AS at FROM packet WHERE state = 'open'
		UNION ALL SELECT min(closes) FROM draw WHERE state = 'open'
		UNION ALL SELECT min(back) FROM pass WHERE state IN ('open', 'used')
		UNION ALL SELECT min(expires) FROM redemption WHERE state = 'open'
		UNION ALL SELECT min(due) FROM invite WHERE state = 'waiting')`).Scan(&next)
	if err != nil {
		return time.Time{}, fmt.Errorf("read next deadline: %w", err)
	}
	if next == nil {
		return time.Time{}, nil
	}
	return time.Unix(*next, 0), nil
}
