package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Invite is a newcomer somebody brought.
type Invite struct {
	Room     chat.RoomID
	Inviter  chat.MemberID
	Newcomer chat.MemberID
	Points   int64
	Credited bool // else the newcomer had left
}

// NoteInvite remembers who brought a newcomer; the inviter is credited later
// by [Tx.Sweep]. A newcomer counts once.
func (tx *Tx) NoteInvite(room chat.RoomID, inviter, newcomer chat.MemberID, joined time.Time, rule scoring.InviteRule) error {
	if rule.Points <= 0 {
		return nil
	}
	// Somebody who leaves and comes back does not earn their inviter twice.
	due := joined.Add(rule.After)
	_, err := tx.exec(`INSERT INTO invite (newcomer, room, inviter, due, until, points, state)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting') ON CONFLICT DO NOTHING`,
		int64(newcomer), int64(room), int64(inviter), due.Unix(), due.Add(rule.Keep).Unix(), rule.Points)
	if err != nil {
		return fmt.Errorf("note invitation: %w", err)
	}
	return nil
}

// NewcomerLeft takes back what somebody was credited for a newcomer who left
// early, at most what they have free, and returns how much that was.
func (tx *Tx) NewcomerLeft(newcomer chat.MemberID, now time.Time) (int64, error) {
	var state string
	var room, inviter, points, until int64
	err := tx.queryRow(`SELECT room, inviter, points, until, state FROM invite WHERE newcomer = ?1`, int64(newcomer)).
		Scan(&room, &inviter, &points, &until, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read invitation: %w", err)
	}
	switch {
	case state == "waiting":
		return 0, tx.setInvite(newcomer, "void")
	case state != "credited" || now.Unix() > until:
		return 0, nil
	}
	whose, err := tx.whose(chat.MemberID(inviter))
	if err != nil {
		return 0, err
	}
	b, err := tx.Balance(chat.RoomID(room), whose)
	if err != nil {
		return 0, err
	}
	// A reversal would be refused once the points are spent, and nobody should
	// keep them by spending them fast.
	back := min(points, b.Free())
	return back, tx.Nested(func() error {
		if err := tx.setInvite(newcomer, "back"); err != nil || back <= 0 {
			return err
		}
		_, err := tx.credit(chat.RoomID(room), whose, scoring.Posting{
			Amount: -back,
			Contra: scoring.ContraEarn, Cause: scoring.CauseInvite, CauseID: int64(newcomer), Leg: 2, At: now,
		})
		return err
	})
}

// creditInvite pays an invitation whose time has come, if the newcomer stayed.
func (tx *Tx) creditInvite(i Invite, now time.Time) (Invite, error) {
	p, err := tx.party(i.Newcomer)
	if err != nil {
		return i, err
	}
	if !p.Present {
		return i, tx.setInvite(i.Newcomer, "void")
	}
	i.Credited = true
	if i.Inviter, err = tx.whose(i.Inviter); err != nil {
		return i, err
	}
	_, err = tx.credit(i.Room, i.Inviter, scoring.Posting{
		Amount: i.Points, Contra: scoring.ContraEarn,
		Cause: scoring.CauseInvite, CauseID: int64(i.Newcomer), At: now,
	})
	if err != nil {
		return i, err
	}
	return i, tx.setInvite(i.Newcomer, "credited")
}

// setInvite moves an invitation.
func (tx *Tx) setInvite(newcomer chat.MemberID, state string) error {
	if _, err := tx.exec(`UPDATE invite SET state = ?2 WHERE newcomer = ?1`, int64(newcomer), state); err != nil {
		return fmt.Errorf("set invitation to %s: %w", state, err)
	}
	return nil
}

// dueInvites reads invitations whose time has come.
func (tx *Tx) dueInvites(now time.Time) ([]Invite, error) {
	all, err := collect(tx, func(scan func(...any) error) (i Invite, err error) {
		return i, scan(&i.Room, &i.Inviter, &i.Newcomer, &i.Points)
	}, `SELECT room, inviter, newcomer, points FROM invite WHERE state = 'waiting' AND due <= ?1 ORDER BY newcomer LIMIT 100`, now.Unix())
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	return all, nil
}
