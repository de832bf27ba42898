package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/scoring"
)

// Hold sets h.Amount points of a member aside. The same kind and id again
// returns the first hold. It is refused with [scoring.ErrInsufficient] when
// fewer points are free.
func (tx *Tx) Hold(h scoring.Hold) (scoring.Hold, error) {
	// Look first: a replay is answered with the hold it made, also when the
	// points would not suffice for it any more.
	old, err := tx.holdOf(h.Room, h.Kind, h.KindID)
	if err == nil {
		if old.Member != h.Member || old.Amount != h.Amount {
			return old, &scoring.Refusal{Err: scoring.ErrIdempotencyConflict, Have: old.Amount}
		}
		return old, nil
	}
	if !errors.Is(err, scoring.ErrNotFound) {
		return h, err
	}
	if h.Amount < 1 || h.Amount > scoring.MaxAmount {
		return h, &scoring.Refusal{Err: scoring.ErrAmount, Limit: scoring.MaxAmount}
	}
	if err := tx.canSpend(h.Room, h.Member, h.Amount); err != nil {
		return h, err
	}
	res, err := tx.exec(`INSERT INTO hold (room, member, amount, src, src_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
		h.Room, h.Member, h.Amount, int64(h.Kind), h.KindID, h.At.Unix())
	if err != nil {
		return h, fmt.Errorf("hold points: %w", err)
	}
	if h.ID, err = res.LastInsertId(); err != nil {
		return h, fmt.Errorf("hold points: %w", err)
	}
	h.Left = h.Amount
	return h, nil
}

// canSpend refuses what is more than the free points of a member.
func (tx *Tx) canSpend(room, member, amount int64) error {
	b, err := tx.balanceOf(purse{room, member})
	if err != nil {
		return err
	}
	if b.Free() < amount {
		return &scoring.Refusal{Err: scoring.ErrInsufficient, Need: amount, Have: b.Free()}
	}
	return nil
}

// Capture spends amount of a hold against an account of the room or, when
// contra is positive, gives it to that member. Leg is even and tells the
// captures of one hold apart; a capture that was made before is returned as it
// was. More than is left is refused with [scoring.ErrInsufficient].
func (tx *Tx) Capture(h scoring.Hold, amount int64, contra scoring.Contra, leg int64, at time.Time) (scoring.Entry, error) {
	p := scoring.Posting{
		Room: h.Room, Member: h.Member, Amount: -amount, Contra: contra,
		Cause: scoring.CauseHold, CauseID: h.ID, Leg: leg, At: at,
	}
	_, found, err := tx.lookUp(p)
	if err != nil {
		return scoring.Entry{}, fmt.Errorf("capture: %w", err)
	}
	if found != nil {
		return replay(p, *found)
	}
	left, err := tx.left(h.ID)
	if err != nil {
		return scoring.Entry{}, err
	}
	if amount <= 0 || amount > left {
		return scoring.Entry{}, &scoring.Refusal{Err: scoring.ErrInsufficient, Need: amount, Have: left}
	}
	if contra <= 0 {
		return tx.post(p)
	}
	from, _, err := tx.postPair(p)
	return from, err
}

// Release gives back what is left of a hold and returns how much that was; a
// hold that has nothing left gives 0.
func (tx *Tx) Release(id int64, at time.Time) (int64, error) {
	left, err := tx.left(id)
	if err != nil || left == 0 {
		return 0, err
	}
	var account int64
	err = tx.queryRow(`INSERT INTO hold_release (hold, amount, at) VALUES (?1, ?2, ?3) RETURNING (SELECT member FROM hold WHERE id = ?1)`,
		id, left, at.Unix()).Scan(&account)
	if err != nil {
		return 0, fmt.Errorf("release hold: %w", err)
	}
	return left, tx.follow(account, at)
}

// left returns what a hold still sets aside.
func (tx *Tx) left(id int64) (left int64, err error) {
	err = tx.queryRow(`SELECT left FROM hold_left WHERE id = ?1`, id).Scan(&left)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	if err != nil {
		return 0, fmt.Errorf("read hold: %w", err)
	}
	return left, nil
}

// holdOf returns the hold made for something.
func (tx *Tx) holdOf(room int64, kind scoring.HoldKind, id int64) (scoring.Hold, error) {
	h := scoring.Hold{Room: room, Kind: kind, KindID: id}
	var at int64
	err := tx.queryRow(`SELECT h.id, h.member, h.amount, h.at, l.left FROM hold h JOIN hold_left l ON l.id = h.id
		WHERE h.room = ?1 AND h.src = ?2 AND h.src_id = ?3`, room, int64(kind), id).
		Scan(&h.ID, &h.Member, &h.Amount, &at, &h.Left)
	if errors.Is(err, sql.ErrNoRows) {
		return h, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	if err != nil {
		return h, fmt.Errorf("read hold: %w", err)
	}
	h.At = time.Unix(at, 0)
	return h, nil
}
