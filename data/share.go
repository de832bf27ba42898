package data

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// doShare lets a room keep its points in another room's ledger, or in its own
// again.
func (tx *Tx) doShare(op decision.ShareLedger) (r decision.PointsResult, err error) {
	if op.Ledger != 0 {
		err = tx.ShareLedger(op.Room, op.Ledger)
	} else {
		err = tx.UnshareLedger(op.Room, op.At)
	}
	if err != nil {
		return r, err
	}
	tx.mem.forgetRoom(op.Room)
	return r, tx.audit(entry{at: op.At, room: op.Room, actor: op.Actor, what: "share ledger", detail: fmt.Sprintf("room %d", op.Ledger)})
}

// ShareLedger lets a room keep its points in another room's ledger from now
// on. Members who are known to be the same person in both rooms share one
// purse; the others are guests of the ledger until they are recognised. It is
// refused with [scoring.ErrShared] when either room shares a ledger already,
// and with [scoring.ErrSetAside] while points of the room wait for something.
func (tx *Tx) ShareLedger(room, ledger chat.RoomID) error {
	var shared bool
	err := tx.queryRow(`SELECT EXISTS (SELECT 1 FROM shared_ledger WHERE room IN (?1, ?2) OR ledger = ?1)`, int64(room), int64(ledger)).Scan(&shared)
	if err != nil {
		return fmt.Errorf("look for shared ledgers: %w", err)
	}
	if shared {
		return &scoring.Refusal{Err: scoring.ErrShared}
	}
	if err := tx.nothingWaits(room); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO shared_ledger (room, ledger) VALUES (?1, ?2)`, int64(room), int64(ledger)); err != nil {
		return fmt.Errorf("share ledger: %w", err)
	}
	members, err := collect(tx, scanOne[int64], `SELECT id FROM member WHERE room = ?1 AND merged_into IS NULL`, int64(room))
	if err != nil {
		return fmt.Errorf("find members: %w", err)
	}
	for _, m := range members {
		if _, err := tx.purseOf(room, chat.MemberID(m)); err != nil {
			return err
		}
	}
	return nil
}

// UnshareLedger lets a room keep its points in its own ledger again. Everybody
// gets back what they brought, as far as it was not spent; what was earned
// since stays where it is, since nothing tells in which room it was earned.
// Guests take everything along: they were in no other room.
func (tx *Tx) UnshareLedger(room chat.RoomID, at time.Time) error {
	if err := tx.nothingWaits(room); err != nil {
		return err
	}
	type link struct{ id, whose, ledger, account, brought int64 }
	links, err := collect(tx, func(scan func(...any) error) (l link, err error) {
		return l, scan(&l.id, &l.whose, &l.ledger, &l.account, &l.brought)
	}, `WITH RECURSIVE name(id, whose) AS (
			SELECT id, id FROM member WHERE room = ?1 AND merged_into IS NULL
			UNION ALL SELECT m.id, n.whose FROM name n JOIN member m ON m.merged_into = n.id)
		SELECT p.id, n.whose, p.room, p.account, CASE WHEN EXISTS (SELECT 1 FROM member g WHERE g.id = p.account AND g.merged_into = p.member)
				AND NOT EXISTS (SELECT 1 FROM purse o WHERE o.account = p.account AND o.id <> p.id) THEN ?3
			ELSE coalesce((SELECT l.amount FROM ledger l INDEXED BY ledger_cause
				WHERE l.room = p.room AND l.src_id = p.id AND l.cause = ?2), 0) END
		FROM name n JOIN purse p ON p.member = n.id ORDER BY p.id`,
		int64(room), int64(scoring.CauseMove)+16*movedIn, int64(scoring.MaxAmount))
	if err != nil {
		return fmt.Errorf("find purses: %w", err)
	}
	if _, err := tx.exec(`DELETE FROM shared_ledger WHERE room = ?1`, int64(room)); err != nil {
		return fmt.Errorf("stop sharing: %w", err)
	}
	if _, err := tx.exec(`DELETE FROM purse WHERE member IN (SELECT id FROM member WHERE room = ?1)`, int64(room)); err != nil {
		return fmt.Errorf("stop sharing: %w", err)
	}
	for _, l := range links {
		from, to := purse{l.ledger, l.account}, purse{int64(room), l.whose}
		b, err := tx.balanceOf(from)
		if err != nil {
			return err
		}
		if err := tx.movePart(from, to, min(l.brought, b.Free()), l.id, movedBack, at); err != nil {
			return err
		}
	}
	return nil
}

// nothingWaits refuses with [scoring.ErrSetAside] while something of a room
// holds points: it would be looked for in another ledger when it ends.
func (tx *Tx) nothingWaits(room chat.RoomID) error {
	var waits bool
	err := tx.queryRow(`SELECT EXISTS (SELECT 1 FROM packet WHERE room = ?1 AND state = 'open')
		OR EXISTS (SELECT 1 FROM draw WHERE room = ?1 AND state = 'open')
		OR EXISTS (SELECT 1 FROM redemption WHERE room = ?1 AND state = 'open')
		OR EXISTS (SELECT 1 FROM pass WHERE room = ?1 AND state IN ('open', 'used'))`, int64(room)).Scan(&waits)
	if err != nil {
		return fmt.Errorf("look for what waits: %w", err)
	}
	if waits {
		return &scoring.Refusal{Err: scoring.ErrSetAside}
	}
	return nil
}
