package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Unfine gives back what the strike of a member's case cost and returns how
// much it was: 0 when it cost nothing or was given back before.
func (tx *Tx) Unfine(room chat.RoomID, member chat.MemberID, number int64, at time.Time) (int64, error) {
	return tx.refund(room, member, at, `SELECT l.room, l.no FROM book k JOIN ledger l ON l.room = k.room AND l.src_id = ?1 AND l.cause = ?2`,
		number, int64(scoring.CauseStrike))
}

// refund reverses the one posting that a query finds, if there is one, and
// returns its points: 0 when that was done before. The room may have begun or
// ended to share a ledger since: then the points go on to where the member has
// theirs by now.
func (tx *Tx) refund(room chat.RoomID, member chat.MemberID, at time.Time, find string, args ...any) (int64, error) {
	var ledger, no int64
	err := tx.queryRow(find, args...).Scan(&ledger, &no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find what was taken: %w", err)
	}
	e, err := tx.entryIn(ledger, no)
	if err != nil {
		return 0, err
	}
	back, err := tx.reverse(e, at, "")
	if errors.Is(err, scoring.ErrAlreadyDone) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return back[0].Amount, tx.sendHome(purse{ledger, e.Member}, room, member, back[0].Amount, at)
}

// sendHome moves points that came back to a purse on to the one that a member
// of a room has by now.
func (tx *Tx) sendHome(from purse, room chat.RoomID, member chat.MemberID, points int64, at time.Time) error {
	whose, err := tx.whose(member)
	if err != nil {
		return err
	}
	home, err := tx.purseOf(room, whose)
	if err != nil || home == from {
		return err
	}
	b, err := tx.balanceOf(from)
	if err != nil {
		return err
	}
	if points = min(points, b.Free()); points <= 0 { // a merged name's went on before
		return nil
	}
	if err := tx.moveBecauseMerged(from, home, points, at); err != nil {
		return err
	}
	return tx.followed(room, member, whose, at)
}
