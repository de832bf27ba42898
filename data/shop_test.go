package data

import (
	"errors"
	"testing"
	"time"

	"menshen/scoring"
)

func TestShop(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 120, 12: 60})
	const life = 72 * time.Hour
	do(t, db, func(tx *Tx) error {
		if err := tx.PutItem(1, scoring.Item{Name: "咖啡券", Price: 50, Stock: 2, Codes: []string{"AAA", "BBB", "AAA"}}); err != nil {
			return err
		}
		a, err := tx.Redeem(1, 11, "咖啡券", 1, noon, life)
		if err != nil {
			return err
		}
		if again, err := tx.Redeem(1, 11, "咖啡券", 1, noon, life); err != nil || again.ID != a.ID {
			t.Errorf("the same redemption again: %+v, %v", again, err)
		}
		b, err := tx.Redeem(1, 12, "咖啡券", 2, noon, life)
		if err != nil {
			return err
		}
		if _, err := tx.Redeem(1, 11, "咖啡券", 3, noon, life); !errors.Is(err, scoring.ErrSoldOut) {
			t.Errorf("a third of two: %v", err)
		}
		if r, err := tx.SettleRedemption(b.ID, false, noon); err != nil || r.State != "declined" {
			t.Errorf("decline: %+v, %v", r, err)
		}
		if r, err := tx.SettleRedemption(a.ID, true, noon); err != nil || r.Code != "AAA" {
			t.Errorf("approve: %+v, %v", r, err)
		}
		if _, err := tx.SettleRedemption(a.ID, false, noon); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("settle again: %v", err)
		}
		if _, err := tx.Redeem(1, 11, "咖啡券", 4, noon, life); err != nil {
			t.Errorf("the piece that came back: %v", err)
		}
		var refusal *scoring.Refusal
		if err := tx.PutItem(1, scoring.Item{Name: "帽子", Price: 61, Stock: 1}); err != nil {
			return err
		}
		if _, err := tx.Redeem(1, 12, "帽子", 5, noon, life); !errors.Is(err, scoring.ErrInsufficient) || !errors.As(err, &refusal) || refusal.Have != 60 || refusal.Need != 61 {
			t.Errorf("too dear: %v", err)
		}
		if shelf, err := tx.Shelf(1); err != nil || len(shelf) != 2 || shelf[0].Stock != 0 || shelf[1].Stock != 1 {
			t.Errorf("shelf: %+v, %v", shelf, err)
		}
		s, err := tx.Sweep(noon.Add(life))
		if err != nil || len(s.Redemptions) != 1 || s.Redemptions[0].State != "expired" {
			t.Errorf("sweep: %+v, %v", s, err)
		}
		if all, err := tx.Redemptions(1, 11, 5); err != nil || len(all) != 2 || all[1].Code != "AAA" {
			t.Errorf("history: %+v, %v", all, err)
		}
		if err := tx.TakeItem(1, "帽子"); err != nil {
			t.Errorf("take off the shelf: %v", err)
		}
		if err := tx.TakeItem(1, "帽子"); !errors.Is(err, scoring.ErrNotFound) {
			t.Errorf("take off the shelf again: %v", err)
		}
		return nil
	})
	if b := points(t, db, 11); b != (scoring.Balance{Points: 70}) {
		t.Errorf("buyer has %+v", b)
	}
	healthy(t, db)
}
