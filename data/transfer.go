package data

import (
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Given is a transfer that was carried out.
type Given struct {
	From, To scoring.Entry
	Fee      int64
	// OneWay is set when the payer gave at least four fifths of all points
	// ever earned to this one member: second accounts look like that.
	OneWay bool
}

// Give transfers points between members of a room. cause is the number of the
// command's message; now is in the room's zone. The refusals are those of
// [scoring.TransferRule.Check] and [scoring.ErrInsufficient].
func (tx *Tx) Give(from, to chat.MemberID, amount, cause int64, now time.Time, rule scoring.TransferRule) (Given, error) {
	var g Given
	payer, payee, err := tx.parties(from, to)
	if err != nil {
		return g, err
	}
	p, q, err := tx.purses(payer, payee)
	if err != nil {
		return g, err
	}
	post := scoring.Posting{
		Room: p.room, Member: p.member, Amount: amount, Contra: scoring.Contra(q.member),
		Cause: scoring.CauseTransfer, CauseID: cause, At: now,
	}
	given, err := tx.givenSince(p, midnightOf(now), post)
	if err != nil {
		return g, err
	}
	if g.Fee, err = rule.Check(payer, payee, amount, given, now); err != nil {
		return g, err
	}
	err = tx.Nested(func() (err error) {
		if g.From, g.To, err = tx.Transfer(post); err != nil || g.Fee == 0 {
			return err
		}
		fee := post
		fee.Amount, fee.Contra, fee.Leg = -g.Fee, scoring.ContraFee, 2
		_, err = tx.Post(fee)
		return withAmount(err, amount)
	})
	if err != nil {
		return g, err
	}
	g.OneWay, err = tx.oneWay(p, q)
	return g, err
}

// withAmount makes a fee that cannot be paid a refusal of the whole transfer,
// whose amount was taken before.
func withAmount(err error, amount int64) error {
	var short *scoring.Refusal
	if errors.As(err, &short) && errors.Is(short.Err, scoring.ErrInsufficient) {
		return &scoring.Refusal{Err: short.Err, Need: short.Need + amount, Have: short.Have + amount}
	}
	return err
}

// parties reads both sides of a transfer.
func (tx *Tx) parties(from, to chat.MemberID) (payer, payee scoring.Party, err error) {
	if payer, err = tx.party(from); err == nil {
		payee, err = tx.party(to)
	}
	return payer, payee, err
}

// purses finds the purses of both; they have to be in one ledger.
func (tx *Tx) purses(payer, payee scoring.Party) (p, q purse, err error) {
	if p, err = tx.purseOf(chat.RoomID(payer.Room), chat.MemberID(payer.Member)); err != nil {
		return p, q, err
	}
	if q, err = tx.purseOf(chat.RoomID(payee.Room), chat.MemberID(payee.Member)); err != nil {
		return p, q, err
	}
	if p.room != q.room {
		return p, q, &scoring.Refusal{Err: scoring.ErrOtherRoom}
	}
	return p, q, nil
}

// midnightOf returns the start of the date of t in its zone.
func midnightOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// givenSince returns what a member transferred since a time, without the
// transfer itself in case it is a replay.
func (tx *Tx) givenSince(p purse, since time.Time, itself scoring.Posting) (sum int64, err error) {
	err = tx.queryRow(`SELECT coalesce(-sum(amount), 0) FROM ledger
		WHERE room = ?1 AND member = ?2 AND cause = ?3 AND at >= ?4 AND src_id <> ?5`,
		p.room, p.member, causeLeg(itself), since.Unix(), itself.CauseID).Scan(&sum)
	if err != nil {
		return 0, fmt.Errorf("read transfers of today: %w", err)
	}
	return sum, nil
}

// oneWay reports whether nearly everything that p ever earned went to q.
func (tx *Tx) oneWay(p, q purse) (bool, error) {
	var earned, given int64
	err := tx.queryRow(`SELECT coalesce(sum(CASE WHEN contra IN (0, -1) THEN amount END), 0),
			coalesce(-sum(CASE WHEN contra = ?3 THEN amount END), 0)
		FROM ledger WHERE room = ?1 AND member = ?2`, p.room, p.member, q.member).Scan(&earned, &given)
	if err != nil {
		return false, fmt.Errorf("read transfers: %w", err)
	}
	return earned > 0 && given*5 >= earned*4, nil
}
