package data

import (
	"context"
	"errors"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

func TestGiveRefuses(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO member (id, room, nick, present, joined, seen) VALUES (14, 1, '丁', 0, 0, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, joined, seen) VALUES (15, 1, '戊', ?1, 0)`, noon.Add(-time.Hour).UnixMilli())
	give(t, db, map[int64]int64{11: 500, 15: 500, 12: 20})
	rule := scoring.DefaultTransferRule()
	rule.On, rule.FeePercent = true, 5
	off := rule
	off.On = false
	tests := []struct {
		name     string
		from, to chat.MemberID
		amount   int64
		rule     scoring.TransferRule
		want     error
	}{
		{"switched off", 11, 12, 5, off, scoring.ErrOff},
		{"to oneself", 11, 11, 5, rule, scoring.ErrSelf},
		{"to the bot", 11, 13, 5, rule, scoring.ErrBot},
		{"to somebody who left", 11, 14, 5, rule, scoring.ErrDeparted},
		{"to a member of another room", 11, 21, 5, rule, scoring.ErrOtherRoom},
		{"to nobody", 11, 99, 5, rule, scoring.ErrNotFound},
		{"by a newcomer", 15, 11, 5, rule, scoring.ErrTooSoon},
		{"more than at once", 11, 12, 101, rule, scoring.ErrLimit},
		{"more than there is", 12, 11, 25, rule, scoring.ErrInsufficient},
		{"no points for the fee", 12, 11, 20, rule, scoring.ErrInsufficient},
	}
	before := scalar[int](t, db, `SELECT count(*) FROM ledger`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := db.Write(context.Background(), func(tx *Tx) error {
				_, err := tx.Give(tt.from, tt.to, tt.amount, 7, noon, tt.rule)
				return err
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			var short *scoring.Refusal
			if errors.As(err, &short) && errors.Is(tt.want, scoring.ErrInsufficient) && (short.Need < tt.amount || short.Have != 20) {
				t.Errorf("%d points needed and %d there, of an amount of %d and 20", short.Need, short.Have, tt.amount)
			}
		})
	}
	if after := scalar[int](t, db, `SELECT count(*) FROM ledger`); after != before {
		t.Errorf("%d postings were made", after-before)
	}
	do(t, db, func(tx *Tx) error {
		for id := int64(1); id <= 2; id++ {
			g, err := tx.Give(11, 12, 100, id, noon, rule)
			if err != nil || g.Fee != 5 || g.To.Amount != 100 {
				t.Errorf("transfer %d: %+v, %v", id, g, err)
			}
		}
		if g, err := tx.Give(11, 12, 100, 2, noon, rule); err != nil || !g.From.Replayed {
			t.Errorf("the same transfer again: %+v, %v", g, err)
		}
		var refusal *scoring.Refusal
		if _, err := tx.Give(11, 12, 1, 3, noon, rule); !errors.Is(err, scoring.ErrLimit) || !errors.As(err, &refusal) || refusal.Have != 200 {
			t.Errorf("over the day's limit: %v", err)
		}
		return nil
	})
	if b := points(t, db, 11); b.Points != 290 {
		t.Errorf("payer has %d, want 290", b.Points)
	}
	healthy(t, db)
}

func TestSecondAccountIsFlagged(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	rule := scoring.DefaultTransferRule()
	rule.On = true
	do(t, db, func(tx *Tx) error {
		if g, err := tx.Give(11, 12, 30, 1, noon, rule); err != nil || g.OneWay {
			t.Errorf("30 of 50: %+v, %v", g, err)
		}
		if g, err := tx.Give(11, 12, 15, 2, noon, rule); err != nil || !g.OneWay {
			t.Errorf("45 of 50: %+v, %v", g, err)
		}
		return nil
	})
}
