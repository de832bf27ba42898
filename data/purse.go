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

// purseOf finds a member's purse.
func (tx *Tx) purseOf(room chat.RoomID, member chat.MemberID) (purse, error) {
	p := purse{int64(room), int64(member)}
	err := tx.queryRow(`SELECT room, account FROM purse WHERE member = ?1`, p.member).Scan(&p.room, &p.member)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("find purse: %w", err)
	}
	return p, nil
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

// ShareLedger lets a room keep its points in another room's ledger from now
// on. Members who are known to be the same person in both rooms share one
// purse: their points move there. The others keep theirs where they are.
func (tx *Tx) ShareLedger(room, ledger chat.RoomID, at time.Time) error {
	_, err := tx.exec(`INSERT INTO shared_ledger (room, ledger) VALUES (?1, ?2)
		ON CONFLICT (room) DO UPDATE SET ledger = ?2`, int64(room), int64(ledger))
	if err != nil {
		return fmt.Errorf("share ledger: %w", err)
	}
	return tx.LinkPurses(room, at)
}

// LinkPurses finds members of a room with a shared ledger who have no purse
// there yet. During one login the network names a person alike in all rooms.
func (tx *Tx) LinkPurses(room chat.RoomID, at time.Time) error {
	type pair struct{ member, account int64 }
	pairs, err := collect(tx, func(scan func(...any) error) (p pair, err error) {
		return p, scan(&p.member, &p.account)
	}, `SELECT DISTINCT a.member, b.member FROM shared_ledger s
		JOIN alias a ON a.room = s.room AND a.member > 0
		JOIN alias b ON b.session = a.session AND b.name = a.name AND b.room = s.ledger AND b.member > 0
		WHERE s.room = ?1 AND NOT EXISTS (SELECT 1 FROM purse WHERE member = a.member)
		ORDER BY a.member, b.member`, int64(room))
	if err != nil {
		return fmt.Errorf("find shared members: %w", err)
	}
	seen := map[int64]bool{}
	for _, p := range pairs {
		if seen[p.member] {
			continue
		}
		seen[p.member] = true
		if err := tx.linkPurse(chat.MemberID(p.member), chat.MemberID(p.account), at); err != nil {
			return err
		}
	}
	return nil
}

// linkPurse moves a member's points to another account and keeps them there.
func (tx *Tx) linkPurse(member, account chat.MemberID, at time.Time) error {
	var home, ledger int64
	err := tx.queryRow(`SELECT (SELECT room FROM member WHERE id = ?1), (SELECT room FROM member WHERE id = ?2)`,
		int64(member), int64(account)).Scan(&home, &ledger)
	if err != nil {
		return fmt.Errorf("link purse: %w", err)
	}
	res, err := tx.exec(`INSERT INTO purse (member, room, account) VALUES (?1, ?2, ?3)`, int64(member), ledger, int64(account))
	if err != nil {
		return fmt.Errorf("link purse: %w", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return fmt.Errorf("link purse: %w", err)
	}
	return tx.move(purse{home, int64(member)}, purse{ledger, int64(account)}, id, at)
}

// MovePoints gives all free points of a member to another, as when both turn
// out to be one person. Points set aside stay where they are until their hold
// ends. The cause is a number that was not used for a move before.
func (tx *Tx) MovePoints(from, to chat.MemberID, cause int64, at time.Time) error {
	purses := make([]purse, 2)
	for i, m := range []chat.MemberID{from, to} {
		var room int64
		if err := tx.queryRow(`SELECT room FROM member WHERE id = ?1`, int64(m)).Scan(&room); err != nil {
			return fmt.Errorf("move points: %w", err)
		}
		p, err := tx.purseOf(chat.RoomID(room), m)
		if err != nil {
			return err
		}
		purses[i] = p
	}
	return tx.move(purses[0], purses[1], cause, at)
}

// move posts what is free out of one purse and into another.
func (tx *Tx) move(from, to purse, cause int64, at time.Time) error {
	b, err := tx.balanceOf(from)
	if err != nil {
		return err
	}
	return tx.movePart(from, to, b.Free(), cause, at)
}

// movePart moves so many points. Both postings have the same contra, so each
// room still sums to zero.
func (tx *Tx) movePart(from, to purse, points, cause int64, at time.Time) error {
	if from == to || points <= 0 {
		return nil
	}
	return tx.Nested(func() error {
		out := scoring.Posting{Room: from.room, Member: from.member, Amount: -points, Contra: scoring.ContraMove,
			Cause: scoring.CauseMove, CauseID: cause, At: at}
		in := out
		in.Room, in.Member, in.Amount, in.Leg = to.room, to.member, points, 2
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
