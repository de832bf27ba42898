package data

import (
	"context"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// ExpirePoints takes away what members of a room earned before a time and have
// not spent: spending takes the oldest points first, so what ran out is what
// was received until then less everything ever spent. It returns how much that
// was for each member. It does so once a member and date of now, so a job that
// runs again changes nothing: what ran out since then waits for the next date.
func (tx *Tx) ExpirePoints(room chat.RoomID, before, now time.Time) (map[chat.MemberID]int64, error) {
	day := now.Unix() / 86400
	type due struct{ ledger, member, points, free int64 }
	all, err := collect(tx, func(scan func(...any) error) (d due, err error) {
		return d, scan(&d.ledger, &d.member, &d.points, &d.free)
	}, `SELECT b.room, b.member, (SELECT sum(CASE WHEN l.amount < 0 OR l.at < ?2 THEN l.amount ELSE 0 END)
			FROM ledger l WHERE l.room = b.room AND l.member = b.member) AS due, b.points - b.held - b.floor
		FROM balance b WHERE b.room = `+ledgerOf+` AND due > 0 AND NOT EXISTS (SELECT 1 FROM ledger l
			WHERE l.room = b.room AND l.src_id = b.member << 20 | ?3 AND l.cause = ?4) ORDER BY b.member`,
		int64(room), before.Unix(), day, int64(scoring.CauseExpiry))
	if err != nil {
		return nil, fmt.Errorf("find points that ran out: %w", err)
	}
	gone := map[chat.MemberID]int64{}
	for _, d := range all {
		// What is set aside runs out on a later day, if it comes back.
		points := min(d.points, d.free)
		if points <= 0 {
			continue
		}
		_, err := tx.Post(scoring.Posting{
			Room: d.ledger, Member: d.member, Amount: -points, Contra: scoring.ContraExpiry,
			// Member and day in one number: a day fits 20 bits until the year 4840.
			Cause: scoring.CauseExpiry, CauseID: d.member<<20 | day, At: now,
		})
		if err != nil {
			return nil, fmt.Errorf("expire points: %w", err)
		}
		gone[chat.MemberID(d.member)] = points
	}
	return gone, nil
}

// expireAll lets points run out in every room that says after how long.
func (db *DB) expireAll(ctx context.Context, now time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		for _, r := range rooms {
			if r.Settings.PointsLife <= 0 {
				continue
			}
			if _, err := tx.ExpirePoints(r.ID, now.Add(-r.Settings.PointsLife), now); err != nil {
				return err
			}
		}
		return nil
	})
}
