package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Pass is a 通行证: the right to post one link.
type Pass struct {
	ID     int64
	Room   chat.RoomID
	Member chat.MemberID
	Points int64
	Until  time.Time // the link has to come before
	Back   time.Time // the points come back at, unless forfeited
	State  string    // open, used, returned or forfeited
}

// BuyPass sets points aside and lets the member post one link soon. cause is
// the number of the command's message. It is refused with [scoring.ErrOff],
// [scoring.ErrAlreadyDone] (Until: when the open one ends) or
// [scoring.ErrInsufficient].
func (tx *Tx) BuyPass(room chat.RoomID, member chat.MemberID, cause int64, now time.Time, rule scoring.PassRule) (Pass, error) {
	if !rule.On {
		return Pass{}, &scoring.Refusal{Err: scoring.ErrOff}
	}
	old, err := tx.passes(`room = ?1 AND cause = ?2`, int64(room), cause)
	if err != nil || len(old) > 0 {
		return first(old), err
	}
	open, err := tx.openPass(member, now)
	if err != nil {
		return Pass{}, err
	}
	if len(open) > 0 {
		return open[0], &scoring.Refusal{Err: scoring.ErrAlreadyDone, Until: open[0].Until}
	}
	// An unused pass ends with its window, a used one later: back is when, for
	// both, so that one index finds what is due.
	until := time.Unix(now.Add(rule.Window).Unix(), 0)
	p := Pass{Room: room, Member: member, Points: rule.Points, Until: until, Back: until, State: "open"}
	err = tx.Nested(func() error {
		p.ID, err = tx.insert(`INSERT INTO pass (room, member, points, at, until, back, state, cause)
			VALUES (?1, ?2, ?3, ?4, ?5, ?5, 'open', ?6)`,
			int64(room), int64(member), p.Points, now.Unix(), until.Unix(), cause)
		if err != nil {
			return fmt.Errorf("buy pass: %w", err)
		}
		return tx.setAside(room, member, scoring.HoldPass, p.ID, p.Points, now)
	})
	return p, err
}

// openPass finds a member's pass that is not used yet, if there is one.
func (tx *Tx) openPass(member chat.MemberID, now time.Time) ([]Pass, error) {
	return tx.passes(`member IN (`+everyName+`) AND state = 'open' AND until > ?2`, int64(member), now.Unix())
}

// UsePass uses a member's open pass for a message with a link, by the
// network's id of the message. ok is false when there is none. The same
// message again finds its pass.
func (tx *Tx) UsePass(member chat.MemberID, message string, now time.Time, rule scoring.PassRule) (p Pass, ok bool, err error) {
	// A message that is judged again, after a crash, finds the pass it used.
	found, err := tx.passes(`member IN (`+everyName+`) AND (state = 'open' AND until > ?2 OR state = 'used' AND message = ?3)`,
		int64(member), now.Unix(), message)
	if err != nil || len(found) == 0 {
		return p, false, err
	}
	p = found[0]
	if p.State == "used" {
		return p, true, nil
	}
	p.State, p.Back = "used", time.Unix(now.Add(rule.Keep).Unix(), 0)
	_, err = tx.exec(`UPDATE pass SET state = 'used', back = ?2, message = ?3 WHERE id = ?1`, p.ID, p.Back.Unix(), message)
	if err != nil {
		return p, false, fmt.Errorf("use pass: %w", err)
	}
	return p, true, nil
}

// ForfeitPass takes the points of a pass whose link was an advertisement. One
// whose points are gone or back is refused with [scoring.ErrAlreadyDone].
func (tx *Tx) ForfeitPass(id int64, now time.Time) (Pass, error) {
	found, err := tx.passes(`id = ?1`, id)
	if err != nil {
		return Pass{}, err
	}
	p := first(found)
	switch p.State {
	case "":
		return p, &scoring.Refusal{Err: scoring.ErrNotFound}
	case "used":
	default:
		return p, &scoring.Refusal{Err: scoring.ErrAlreadyDone}
	}
	return p, tx.Nested(func() error {
		h, err := tx.asideOf(p.Room, p.Member, scoring.HoldPass, p.ID)
		if err != nil {
			return err
		}
		if _, err := tx.Capture(h, p.Points, scoring.ContraPass, 0, now); err != nil {
			return err
		}
		p.State = "forfeited"
		return tx.setState("pass", p.ID, p.State)
	})
}

// PassOfMessage finds the pass that a message used.
func (tx *Tx) PassOfMessage(member chat.MemberID, message string) (id int64, ok bool, err error) {
	err = tx.queryRow(`SELECT id FROM pass WHERE member IN (`+everyName+`) AND message = ?2 AND state = 'used'`, int64(member), message).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("find pass: %w", err)
	}
	return id, true, nil
}

// UnforfeitPass gives back the points of the pass that a message forfeited and
// returns how many: 0 when there is none, or when they are back.
func (tx *Tx) UnforfeitPass(member chat.MemberID, message string, now time.Time) (int64, error) {
	found, err := tx.passes(`member IN (`+everyName+`) AND message = ?2 AND state = 'forfeited'`, int64(member), message)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	p := found[0]
	back, err := tx.refund(p.Room, p.Member, now, `SELECT l.room, l.no FROM book k
		JOIN hold h ON h.room = k.room AND h.src = ?1 AND h.src_id = ?2
		JOIN ledger l ON l.room = h.room AND l.src_id = h.id AND l.cause = ?3`,
		int64(scoring.HoldPass), p.ID, int64(scoring.CauseHold))
	if err != nil {
		return 0, err
	}
	return back, tx.setState("pass", p.ID, "returned")
}

// returnPass gives the points of a pass back.
func (tx *Tx) returnPass(p Pass, now time.Time) (Pass, error) {
	h, err := tx.asideOf(p.Room, p.Member, scoring.HoldPass, p.ID)
	if err != nil {
		return p, err
	}
	if _, err := tx.Release(h.ID, now); err != nil {
		return p, err
	}
	p.State = "returned"
	return p, tx.setState("pass", p.ID, p.State)
}

// passes reads passes, oldest first.
func (tx *Tx) passes(where string, args ...any) ([]Pass, error) {
	all, err := collect(tx, func(scan func(...any) error) (p Pass, err error) {
		var until, back int64
		err = scan(&p.ID, &p.Room, &p.Member, &p.Points, &until, &back, &p.State)
		p.Until, p.Back = time.Unix(until, 0), time.Unix(back, 0)
		return p, err
	}, `SELECT id, room, member, points, until, back, state FROM pass WHERE `+where+` ORDER BY id LIMIT 100`, args...)
	if err != nil {
		return nil, fmt.Errorf("read passes: %w", err)
	}
	return all, nil
}
