package data

import (
	"errors"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

func TestDrawVerifiesFromItsText(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (14, 1, '丁', 0), (15, 1, '戊', 0)`)
	give(t, db, map[int64]int64{11: 50, 12: 50, 14: 50, 15: 5})
	rule := scoring.DefaultDrawRule()
	rule.On = true
	closes := noon.Add(time.Hour).In(shanghai(t))
	var opening, closing, withList string
	do(t, db, func(tx *Tx) error {
		d, err := tx.OpenDraw(1, scoring.Draw{Stake: 10, Winners: 2, Closes: closes}, 1, noon, rule)
		if err != nil {
			return err
		}
		opening = d.Text()
		if _, err := tx.OpenDraw(1, scoring.Draw{Stake: 10, Winners: 2, Least: 3, Closes: closes}, 2, noon, rule); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("a second draw: %v", err)
		}
		for i, m := range []chat.MemberID{11, 12, 14} {
			if _, e, err := tx.Enter(1, m, "某\n@人、9号 \u202e", noon); err != nil || e.N != int64(i+1) {
				t.Errorf("enter: %+v, %v", e, err)
			}
		}
		if _, _, err := tx.Enter(1, 11, "甲", noon); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("enter twice: %v", err)
		}
		if _, _, err := tx.Enter(1, 15, "戊", noon); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("enter without points: %v", err)
		}
		if _, err := tx.CloseDraw(1, noon); !errors.Is(err, scoring.ErrTooSoon) {
			t.Errorf("close early: %v", err)
		}
		if _, _, err := tx.Enter(1, 15, "戊", closes); !errors.Is(err, scoring.ErrClosed) {
			t.Errorf("enter late: %v", err)
		}
		s, err := tx.Sweep(closes)
		if err != nil || len(s.Draws) != 1 || s.Draws[0].Void || len(s.Draws[0].Winners()) != 2 {
			t.Errorf("sweep: %+v, %v", s, err)
			return err
		}
		if w := s.Draws[0].Winners(); w[0].Won+w[1].Won != 30 || w[0].Member == w[1].Member {
			t.Errorf("winners: %+v", w)
		}
		closing, withList = s.Draws[0].Result.Text(), s.Draws[0].Proof()
		return nil
	})
	for name, text := range map[string]string{"closing": closing, "both": opening + "\n" + closing, "list": withList} {
		if r, err := scoring.VerifyDraw(text); err != nil || r.Entrants != 3 || r.ListShown != (name == "list") {
			t.Errorf("verify %s: %+v, %v\n%s", name, r, err, text)
		}
	}
	if err := verifyErr(strings.Replace(closing, "2 名", "1 名", 1)); !errors.Is(err, scoring.ErrDrawFalse) {
		t.Errorf("changed rules: %v", err)
	}
	if sum := points(t, db, 11).Points + points(t, db, 12).Points + points(t, db, 14).Points; sum != 150 {
		t.Errorf("the entrants have %d together, want 150", sum)
	}
	healthy(t, db)
}

func verifyErr(text string) error { _, err := scoring.VerifyDraw(text); return err }

func TestDrawWithTooFewIsVoid(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	rule := scoring.DefaultDrawRule()
	rule.On = true
	do(t, db, func(tx *Tx) error {
		_, err := tx.OpenDraw(1, scoring.Draw{Stake: 10, Winners: 1, Prize: 20, Least: 2, Closes: noon.Add(time.Hour)}, 1, noon, rule)
		if err != nil {
			return err
		}
		if _, _, err := tx.Enter(1, 11, "甲", noon); err != nil {
			return err
		}
		c, err := tx.CloseDraw(1, noon.Add(time.Hour))
		if err != nil || !c.Void {
			t.Errorf("close: %+v, %v", c, err)
		}
		if _, err := tx.CloseDraw(1, noon.Add(time.Hour)); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("close again: %v", err)
		}
		return nil
	})
	if b := points(t, db, 11); b != (scoring.Balance{Points: 50}) {
		t.Errorf("balance %+v", b)
	}
	healthy(t, db)
}
