package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// EarnSpeech credits a member for a message, if the rule gives anything for
// it, and returns how much. cause is the message's number; now is in the
// room's zone.
func (tx *Tx) EarnSpeech(room chat.RoomID, member chat.MemberID, cause int64, text string, now time.Time,
	rule scoring.SpeakRule,
) (int64, error) {
	state, err := tx.speakState(member)
	if err != nil {
		return 0, err
	}
	points, state := rule.Earn(state, text, now)
	if points == 0 {
		return 0, nil
	}
	e, err := tx.credit(room, member, scoring.Posting{
		Amount: points, Contra: scoring.ContraEarn,
		Cause: scoring.CauseSpeech, CauseID: cause, At: now,
	})
	// A replay must not count towards the day's cap a second time.
	if err != nil || e.Replayed {
		return 0, err
	}
	_, err = tx.exec(`INSERT INTO speaking (member, last, day, earned) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (member) DO UPDATE SET last = ?2, day = ?3, earned = ?4`,
		int64(member), state.Last.Unix(), state.Day, state.Earned)
	if err != nil {
		return 0, fmt.Errorf("note earned points: %w", err)
	}
	return points, nil
}

// speakState reads what is remembered of a member's earning messages.
func (tx *Tx) speakState(member chat.MemberID) (s scoring.SpeakState, err error) {
	var last int64
	err = tx.queryRow(`SELECT last, day, earned FROM speaking WHERE member = ?1`, int64(member)).
		Scan(&last, &s.Day, &s.Earned)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read earned points: %w", err)
	}
	s.Last = time.Unix(last, 0)
	return s, nil
}

// credit posts to a member's purse.
func (tx *Tx) credit(room chat.RoomID, member chat.MemberID, p scoring.Posting) (scoring.Entry, error) {
	at, err := tx.purseOf(room, member)
	if err != nil {
		return scoring.Entry{}, err
	}
	p.Room, p.Member = at.room, at.member
	return tx.Post(p)
}

// CheckIn checks a member in. now is in the room's zone. The refusals are
// those of [scoring.CheckInRule.CheckIn].
func (tx *Tx) CheckIn(room chat.RoomID, member chat.MemberID, now time.Time, rule scoring.CheckInRule) (scoring.CheckIn, error) {
	var state scoring.CheckInState
	// Names that were merged into the member checked in for them.
	err := tx.queryRow(`SELECT day, streak FROM checkin WHERE member IN (`+everyName+`) ORDER BY day DESC, streak DESC LIMIT 1`, int64(member)).
		Scan(&state.Day, &state.Streak)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return scoring.CheckIn{}, fmt.Errorf("read last check-in: %w", err)
	}
	c, err := rule.CheckIn(state, now)
	if err != nil {
		return c, err
	}
	// The row's own number is the cause of the posting, and the row is unique
	// for member and date: together they cannot be credited twice.
	return c, tx.Nested(func() error {
		id, err := tx.insert(`INSERT INTO checkin (room, member, day, at, streak, points) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
			int64(room), int64(member), c.Day, now.Unix(), c.Streak, c.Points)
		if err != nil {
			return fmt.Errorf("check in: %w", err)
		}
		if c.Points == 0 {
			return nil
		}
		_, err = tx.credit(room, member, scoring.Posting{
			Amount: c.Points, Contra: scoring.ContraEarn,
			Cause: scoring.CauseCheckIn, CauseID: id, At: now,
		})
		return err
	})
}

// insert adds a row and returns its id.
func (tx *Tx) insert(query string, args ...any) (int64, error) {
	res, err := tx.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Grant gives a member points by hand, or takes them when amount is negative.
// cause is the number of the command's message; memo is the reason.
func (tx *Tx) Grant(room chat.RoomID, member chat.MemberID, amount, cause int64, at time.Time, memo string) (scoring.Entry, error) {
	return tx.credit(room, member, scoring.Posting{
		Amount: amount, Contra: scoring.ContraGrant,
		Cause: scoring.CauseGrant, CauseID: cause, At: at, Memo: memo,
	})
}

// Fine takes what a strike costs, at most what the member has free, and
// returns how much it was. The cause is the case's number.
func (tx *Tx) Fine(room chat.RoomID, member chat.MemberID, amount, number int64, at time.Time) (int64, error) {
	b, err := tx.Balance(room, member)
	if err != nil {
		return 0, err
	}
	amount = min(amount, b.Free())
	if amount <= 0 {
		return 0, nil
	}
	_, err = tx.credit(room, member, scoring.Posting{
		Amount: -amount, Contra: scoring.ContraFine,
		Cause: scoring.CauseStrike, CauseID: number, At: at,
	})
	return amount, err
}
