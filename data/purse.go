package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// purse is where a member's points are kept: a room's ledger and the account
// in it. Usually both are the member's own.
type purse struct{ room, member int64 }

// purseOf finds a member's purse. In a room that shares a ledger a member who
// is known there by now gets a purse in it.
func (tx *Tx) purseOf(room chat.RoomID, member chat.MemberID) (purse, error) {
	p := purse{int64(room), int64(member)}
	var linked, account, shared sql.NullInt64
	err := tx.queryRow(`SELECT (SELECT room FROM purse WHERE member = ?1), (SELECT account FROM purse WHERE member = ?1),
		(SELECT ledger FROM shared_ledger WHERE room = ?2)`, p.member, p.room).Scan(&linked, &account, &shared)
	if err != nil {
		return p, fmt.Errorf("find purse: %w", err)
	}
	if linked.Valid {
		return purse{linked.Int64, account.Int64}, nil
	}
	if !shared.Valid {
		return p, nil
	}
	return tx.findPurse(p, shared.Int64)
}

// findPurse looks for the same person in the room of a shared ledger and moves
// their points there. During one login the network names a person alike in
// all rooms.
func (tx *Tx) findPurse(p purse, ledger int64) (purse, error) {
	var account int64
	err := tx.queryRow(`SELECT b.member FROM alias a
		JOIN alias b ON b.session = a.session AND b.name = a.name AND b.room = ?3 AND b.member > 0
		WHERE a.session = (SELECT id FROM session ORDER BY started DESC LIMIT 1) AND a.room = ?1 AND a.member = ?2
		ORDER BY b.member LIMIT 1`, p.room, p.member, ledger).Scan(&account)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("find shared member: %w", err)
	}
	// What holds points is looked for in the purse that they were taken from.
	if b, err := tx.balanceOf(p); err != nil || b.Held > 0 {
		return p, err
	}
	id, err := tx.insert(`INSERT INTO purse (member, room, account) VALUES (?1, ?2, ?3)`, p.member, ledger, account)
	if err != nil {
		return p, fmt.Errorf("link purse: %w", err)
	}
	to := purse{ledger, account}
	return to, tx.move(p, to, id, tx.now)
}

// balanceOf returns what is in a purse.
func (tx *Tx) balanceOf(p purse) (b scoring.Balance, err error) {
	err = tx.queryRow(`SELECT points, held, floor FROM balance WHERE room = ?1 AND member = ?2`, p.room, p.member).
		Scan(&b.Points, &b.Held, &b.Floor)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return b, fmt.Errorf("read balance: %w", err)
	}
	return b, nil
}

// move posts what is free out of one purse and into another.
func (tx *Tx) move(from, to purse, cause int64, at time.Time) error {
	b, err := tx.balanceOf(from)
	if err != nil {
		return err
	}
	return tx.movePart(from, to, b.Free(), cause, moved, at)
}

// The legs of what moves into another purse and back; the second posting has
// the next even one.
const (
	moved     = 0
	movedIn   = moved + 2
	movedBack = 4
)

// movePart moves so many points. Both postings have the same contra, so each
// room still sums to zero.
func (tx *Tx) movePart(from, to purse, points, cause, leg int64, at time.Time) error {
	if from == to || points <= 0 {
		return nil
	}
	return tx.Nested(func() error {
		out := scoring.Posting{
			Room: from.room, Member: from.member, Amount: -points, Contra: scoring.ContraMove,
			Cause: scoring.CauseMove, CauseID: cause, Leg: leg, At: at,
		}
		in := out
		in.Room, in.Member, in.Amount, in.Leg = to.room, to.member, points, leg+2
		if _, err := tx.Post(out); err != nil {
			return err
		}
		_, err := tx.Post(in)
		return err
	})
}

// party reads a member as one side of a transfer.
func (tx *Tx) party(member chat.MemberID) (scoring.Party, error) {
	p := scoring.Party{Member: int64(member)}
	var joined int64
	err := tx.queryRow(`SELECT room, self, present, joined FROM member WHERE id = ?1`, p.Member).
		Scan(&p.Room, &p.Bot, &p.Present, &joined)
	if errors.Is(err, sql.ErrNoRows) {
		return p, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	if err != nil {
		return p, fmt.Errorf("read member: %w", err)
	}
	p.Joined = time.UnixMilli(joined)
	return p, nil
}
