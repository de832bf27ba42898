package data

import (
	"errors"
	"testing"
	"time"

	"menshen/scoring"
)

func TestPass(t *testing.T) {
	rule := scoring.DefaultPassRule()
	rule.On = true
	tests := []struct {
		name string
		play func(t *testing.T, tx *Tx, id int64)
		want scoring.Balance
	}{
		{"unused comes back after its window", func(t *testing.T, tx *Tx, _ int64) {
			if s, err := tx.Sweep(noon.Add(rule.Window)); err != nil || len(s.Passes) != 1 {
				t.Errorf("sweep: %+v, %v", s, err)
			}
			if _, ok, err := tx.UsePass(11, "m1", noon.Add(rule.Window), rule); ok || err != nil {
				t.Errorf("use after the window: %v, %v", ok, err)
			}
		}, scoring.Balance{Points: 50}},
		{"used is kept a day, for one message", func(t *testing.T, tx *Tx, _ int64) {
			for _, use := range []struct {
				message string
				want    bool
			}{{"m1", true}, {"m1", true}, {"m2", false}} {
				if _, ok, err := tx.UsePass(11, use.message, noon.Add(time.Minute), rule); ok != use.want || err != nil {
					t.Errorf("use for %s: %v, %v", use.message, ok, err)
				}
			}
			if s, err := tx.Sweep(noon.Add(rule.Window)); err != nil || len(s.Passes) != 0 {
				t.Errorf("sweep: %+v, %v", s, err)
			}
		}, scoring.Balance{Points: 50, Held: 20}},
		{"forfeited is gone", func(t *testing.T, tx *Tx, _ int64) {
			if _, _, err := tx.UsePass(11, "m1", noon.Add(time.Minute), rule); err != nil {
				t.Error(err)
			}
			id, ok, err := tx.PassOfMessage(11, "m1")
			if err != nil || !ok {
				t.Errorf("find pass: %v, %v", ok, err)
			}
			if p, err := tx.ForfeitPass(id, noon.Add(time.Hour)); err != nil || p.State != "forfeited" {
				t.Errorf("forfeit: %+v, %v", p, err)
			}
			if _, err := tx.ForfeitPass(id, noon.Add(time.Hour)); !errors.Is(err, scoring.ErrAlreadyDone) {
				t.Errorf("forfeit again: %v", err)
			}
		}, scoring.Balance{Points: 30}},
		{"a second waits", func(t *testing.T, tx *Tx, id int64) {
			p, err := tx.BuyPass(1, 11, 2, noon.Add(time.Minute), rule)
			if !errors.Is(err, scoring.ErrAlreadyDone) || p.ID != id {
				t.Errorf("second pass: %+v, %v", p, err)
			}
		}, scoring.Balance{Points: 50, Held: 20}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := newLedger(t)
			give(t, db, map[int64]int64{11: 50})
			do(t, db, func(tx *Tx) error {
				p, err := tx.BuyPass(1, 11, 1, noon, rule)
				if err != nil {
					return err
				}
				tt.play(t, tx, p.ID)
				return nil
			})
			if b := points(t, db, 11); b != tt.want {
				t.Errorf("balance %+v, want %+v", b, tt.want)
			}
			healthy(t, db)
		})
	}
}
