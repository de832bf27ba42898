package data

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// A person whom nobody recognised after a login can check in under both names
// on one day. Once the names are merged the check-in of the old name on such a
// day is taken back by a further posting of its cause, and a split posts it
// again: of the names that are one person, one check-in a day counts.

// checkedIn are the check-ins of a member's names ?1, each with every later
// posting of its cause. It may be in another ledger than the one the room keeps
// its points in by now.
const checkedIn = `SELECT c.id, c.day, c.points, coalesce(l.amount, 0), coalesce(l.room, 0), coalesce(l.no, 0), coalesce(l.at, 0)
	FROM checkin c LEFT JOIN ledger l ON l.room IN (SELECT id FROM room) AND l.src_id = c.id AND l.src = 2 AND l.leg > 0
	WHERE c.member IN (` + everyName + `) ORDER BY c.id, l.at, l.no`

// counted is one check-in.
type counted struct {
	id, day, points int64
	back            int64 // what was taken back
	in, last, at    int64 // the ledger, number and time of the posting that did
}

// checkIns returns the check-ins of a member's names; on each day the one that
// was changed last comes last. Which ledger they are in now says root, the
// member whom all the names belong to in the end.
func (tx *Tx) checkIns(member, root chat.MemberID) (all []counted, at purse, err error) {
	if at, _, err = tx.twoPurses(root, root); err != nil {
		return nil, at, err
	}
	rows, err := collect(tx, func(scan func(...any) error) (c counted, err error) {
		err = scan(&c.id, &c.day, &c.points, &c.back, &c.in, &c.last, &c.at)
		c.back = -c.back
		return c, err
	}, checkedIn, int64(member))
	if err != nil {
		return nil, at, fmt.Errorf("read check-ins: %w", err)
	}
	for _, c := range rows {
		if n := len(all); n > 0 && all[n-1].id == c.id {
			c.back += all[n-1].back
			all = all[:n-1]
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at), cmp.Compare(a.last, b.last), cmp.Compare(a.id, b.id))
	})
	return all, at, nil
}

// countOnce takes back the check-ins of a name that was just merged on days on
// which the member it belongs to checked in as well, as far as the points are
// still there.
func (tx *Tx) countOnce(old, root chat.MemberID, at time.Time) error {
	all, purse, err := tx.checkIns(root, root)
	if err != nil {
		return err
	}
	olds, _, err := tx.checkIns(old, root)
	if err != nil {
		return err
	}
	mine := map[int64]bool{}
	for _, c := range olds {
		mine[c.id] = true
	}
	other := map[int64]int64{} // by day, what the check-in of the other names gave
	for _, c := range all {
		if c.back == 0 && !mine[c.id] {
			other[c.day] = c.points
		}
	}
	for _, c := range olds {
		twice, ok := other[c.day]
		if c.back != 0 || !ok {
			continue
		}
		b, err := tx.balanceOf(purse)
		if err != nil {
			return err
		}
		if err := tx.correct(c, purse, -min(c.points, twice, max(0, b.Free())), at); err != nil {
			return err
		}
	}
	return nil
}

// countAgain gives a name that is about to be split what was taken back of its
// check-ins, one a day.
func (tx *Tx) countAgain(old, root chat.MemberID, at time.Time) error {
	all, purse, err := tx.checkIns(old, root)
	if err != nil {
		return err
	}
	stands, taken := map[int64]bool{}, map[int64]counted{}
	for _, c := range all {
		if c.back == 0 {
			stands[c.day] = true
		} else {
			taken[c.day] = c
		}
	}
	for _, c := range all { // in order, so that the same story makes the same postings
		if taken[c.day] != c || stands[c.day] {
			continue
		}
		if err := tx.correct(c, purse, c.back, at); err != nil {
			return err
		}
		if err := tx.passOn(heldBy, c.back, old, c.in, c.last); err != nil {
			return err
		}
	}
	return nil
}

// heldBy is the name, ?2 or one above it, from which the posting ?4 of the room
// ?3 took points, also by an account that it had there as a guest. It and those
// above it never brought them.
const heldBy = `WITH RECURSIVE above(id) AS (SELECT ?2
	UNION ALL SELECT m.merged_into FROM above JOIN member m ON m.id = above.id WHERE m.merged_into IS NOT NULL)
	SELECT id FROM above WHERE (SELECT l.member FROM ledger l WHERE l.room = ?3 AND l.no = ?4)
		IN (SELECT above.id UNION ALL SELECT p.account FROM purse p WHERE p.member = above.id
			UNION ALL SELECT g.id FROM member g WHERE g.merged_into = above.id AND g.room = ?3
				AND g.room <> (SELECT m.room FROM member m WHERE m.id = above.id))`

// correct posts points under the cause of a check-in.
func (tx *Tx) correct(c counted, to purse, points int64, at time.Time) error {
	if points == 0 {
		return nil
	}
	var leg int64
	err := tx.queryRow(`SELECT coalesce(max(leg), 0) + 2 FROM ledger WHERE room = ?1 AND src_id = ?2 AND src = 2`, to.room, c.id).Scan(&leg)
	if err != nil {
		return fmt.Errorf("number a correction: %w", err)
	}
	_, err = tx.Post(scoring.Posting{
		Room: to.room, Member: to.member, Amount: points, Contra: scoring.ContraEarn,
		Cause: scoring.CauseCheckIn, CauseID: c.id, Leg: leg, At: at,
	})
	if err != nil {
		return fmt.Errorf("correct a check-in: %w", err)
	}
	return nil
}
