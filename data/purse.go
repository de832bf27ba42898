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

// purseOf finds a member's purse. In a room that shares a ledger everybody gets
// one in it: the account of the member that the same person is there, else a
// guest's until they are recognised.
func (tx *Tx) purseOf(room chat.RoomID, member chat.MemberID) (purse, error) {
	p := purse{int64(room), int64(member)}
	var linked, account, shared sql.NullInt64
	var guest bool
	err := tx.queryRow(`SELECT p.room, p.account, s.ledger, a.merged_into IS NOT NULL AND NOT a.present
		FROM (SELECT 1) LEFT JOIN purse p ON p.member = ?1 LEFT JOIN member a ON a.id = p.account
		LEFT JOIN shared_ledger s ON s.room = ?2`, p.member, p.room).Scan(&linked, &account, &shared, &guest)
	switch {
	case err != nil:
		return p, fmt.Errorf("find purse: %w", err)
	case !linked.Valid && !shared.Valid:
		return p, nil
	case !linked.Valid:
		return tx.openPurse(p, shared.Int64)
	}
	now := purse{linked.Int64, account.Int64}
	if !guest {
		return now, nil
	}
	known, err := tx.knownIn(p, now.room)
	if err != nil || known == 0 || known == now.member {
		return now, err
	}
	return tx.changePurse(p, now, purse{now.room, known})
}

// knownIn returns the account that the same person has in a ledger, or 0.
// During one login the network names a person alike in all rooms.
func (tx *Tx) knownIn(p purse, ledger int64) (account int64, err error) {
	err = tx.queryRow(`SELECT coalesce(q.account, b.member) FROM alias a
		JOIN alias b ON b.session = a.session AND b.name = a.name AND b.member > 0 AND b.room <> a.room
		LEFT JOIN purse q ON q.member = b.member AND q.room = ?3
		WHERE a.session = (SELECT id FROM session ORDER BY started DESC LIMIT 1) AND a.room = ?1 AND a.member = ?2
			AND (b.room = ?3 OR q.account IS NOT NULL)
		ORDER BY b.room <> ?3, 1 LIMIT 1`, p.room, p.member, ledger).Scan(&account)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("find shared member: %w", err)
	}
	return account, nil
}

// openPurse gives a member a purse in a shared ledger.
func (tx *Tx) openPurse(p purse, ledger int64) (purse, error) {
	account, err := tx.knownIn(p, ledger)
	if err == nil && account == 0 {
		account, err = tx.guest(p, ledger)
	}
	if err != nil {
		return p, err
	}
	return tx.changePurse(p, p, purse{ledger, account})
}

// guest returns the account of somebody who is not known to be in the room of
// a shared ledger.
func (tx *Tx) guest(p purse, ledger int64) (account int64, err error) {
	err = tx.queryRow(`SELECT id FROM member WHERE merged_into = ?1 AND room = ?2`, p.member, ledger).Scan(&account)
	if !errors.Is(err, sql.ErrNoRows) {
		return account, err
	}
	account, err = tx.insert(`INSERT INTO member (room, present, seen, merged_into) VALUES (?1, 0, ?2, ?3)`,
		ledger, toMillis(tx.now), p.member)
	if err != nil {
		return 0, fmt.Errorf("open account of a guest: %w", err)
	}
	return account, nil
}

// changePurse moves a member's points to another purse, unless some are set
// aside: what holds them is looked for where they were taken from.
func (tx *Tx) changePurse(p, from, to purse) (purse, error) {
	if b, err := tx.balanceOf(from); err != nil || b.Held > 0 {
		return from, err
	}
	if _, err := tx.exec(`DELETE FROM purse WHERE member = ?1`, p.member); err != nil {
		return from, fmt.Errorf("link purse: %w", err)
	}
	id, err := tx.insert(`INSERT INTO purse (member, room, account) VALUES (?1, ?2, ?3)`, p.member, to.room, to.member)
	if err != nil {
		return from, fmt.Errorf("link purse: %w", err)
	}
	return to, tx.move(from, to, id, tx.now)
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
