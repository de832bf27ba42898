package data

import (
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
	// Failed says what could not be ended; it stays as it was and is tried
	// again by the next sweep.
	Failed []error
}

// Sweep ends whatever has come to its end at now: packets, draws, passes,
// redemptions, invitations, at most a hundred of each. One that fails does not
// keep the others.
func (tx *Tx) Sweep(now time.Time) (s Swept, err error) {
	packets, err := tx.packets(`state = 'open' AND expires <= ?1`, now.Unix())
	if err != nil {
		return s, err
	}
	draws, err := tx.draws(`state = 'open' AND closes <= ?1`, now.Unix())
	if err != nil {
		return s, err
	}
	passes, err := tx.passes(`state IN ('open', 'used') AND back <= ?1`, now.Unix())
	if err != nil {
		return s, err
	}
	due, err := tx.redemptions(`r.state = 'open' AND r.expires <= ?1 ORDER BY r.id LIMIT 100`, now.Unix())
	if err != nil {
		return s, err
	}
	invites, err := tx.dueInvites(now)
	if err != nil {
		return s, err
	}
	s.Packets = sweepAll(tx, &s, packets, func(p Packet) (Packet, error) { return tx.endPacket(p, now) })
	s.Draws = sweepAll(tx, &s, draws, func(d OpenDraw) (ClosedDraw, error) { return tx.CloseDraw(d.No, now) })
	s.Passes = sweepAll(tx, &s, passes, func(p Pass) (Pass, error) { return tx.returnPass(p, now) })
	s.Redemptions = sweepAll(tx, &s, due, func(r Redemption) (Redemption, error) { return tx.settleRedemption(r.ID, "expired", now) })
	s.Invites = sweepAll(tx, &s, invites, func(i Invite) (Invite, error) { return tx.creditInvite(i, now) })
	return s, nil
}

// sweepAll ends each of a list, whole or not at all.
func sweepAll[T, E any](tx *Tx, s *Swept, all []T, end func(T) (E, error)) []E {
	var done []E
	for _, v := range all {
		var e E
		err := tx.Nested(func() (err error) {
			e, err = end(v)
			return err
		})
		if err != nil {
			s.Failed = append(s.Failed, err)
			continue
		}
		done = append(done, e)
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
