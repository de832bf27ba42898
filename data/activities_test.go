package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// give posts opening balances.
func give(t testing.TB, db *DB, points map[int64]int64) {
	t.Helper()
	do(t, db, func(tx *Tx) error {
		for member, amount := range points {
			if _, err := tx.Post(grant(member, amount, 1_000_000+member)); err != nil {
				return err
			}
		}
		return nil
	})
}

// points reads a balance in room 1.
func points(t testing.TB, db *DB, member chat.MemberID) scoring.Balance {
	t.Helper()
	var b scoring.Balance
	err := db.Read(context.Background(), func(tx *Tx) (err error) { b, err = tx.Balance(1, member); return err })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestCheckInAroundMidnight(t *testing.T) {
	db := newLedger(t)
	zone := shanghai(t)
	late := time.Date(2026, 11, 23, 23, 59, 59, 0, zone)
	do(t, db, func(tx *Tx) error {
		first, err := tx.CheckIn(1, 11, late, scoring.DefaultCheckInRule())
		if err != nil || first.Streak != 1 {
			t.Errorf("before midnight: %+v, %v", first, err)
		}
		second, err := tx.CheckIn(1, 11, late.Add(2*time.Second), scoring.DefaultCheckInRule())
		if err != nil || second.Streak != 2 || second.Day != 20261124 {
			t.Errorf("after midnight: %+v, %v", second, err)
		}
		var refusal *scoring.Refusal
		_, err = tx.CheckIn(1, 11, late.Add(8*time.Hour), scoring.DefaultCheckInRule())
		if !errors.Is(err, scoring.ErrAlreadyDone) || !errors.As(err, &refusal) || !refusal.Until.Equal(time.Date(2026, 11, 25, 0, 0, 0, 0, zone)) {
			t.Errorf("again on the same date: %v", err)
		}
		return nil
	})
	if b := points(t, db, 11); b.Points != 10 {
		t.Errorf("%d points, want 10", b.Points)
	}
	healthy(t, db)
}

func TestSpeechEarnsOnceAMinuteUpToACap(t *testing.T) {
	db := newLedger(t)
	rule := scoring.SpeakRule{Points: 2, Every: time.Minute, PerDay: 5, MinRunes: 4}
	want := []int64{2, 0, 2, 1, 0}
	do(t, db, func(tx *Tx) error {
		for i, after := range []time.Duration{0, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute} {
			got, err := tx.EarnSpeech(1, 11, int64(i+1), "今天天气真好", noon.Add(after), rule)
			if err != nil || got != want[i] {
				t.Errorf("message %d earned %d (%v), want %d", i+1, got, err, want[i])
			}
		}
		if got, err := tx.EarnSpeech(1, 12, 99, "哈哈哈哈哈哈", noon, rule); err != nil || got != 0 {
			t.Errorf("laughter earned %d (%v)", got, err)
		}
		return nil
	})
	healthy(t, db)
}

func TestFineStopsAtTheFloorAndComesBackOnce(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 7})
	do(t, db, func(tx *Tx) error {
		if took, err := tx.Fine(1, 11, 10, 17, noon); err != nil || took != 7 {
			t.Errorf("fine: %d, %v", took, err)
		}
		if took, err := tx.Fine(1, 12, 10, 18, noon); err != nil || took != 0 {
			t.Errorf("fine of somebody without points: %d, %v", took, err)
		}
		for _, want := range []int64{7, 0} {
			if back, err := tx.Unfine(1, 17, noon); err != nil || back != want {
				t.Errorf("giving it back: %d, %v, want %d", back, err, want)
			}
		}
		return nil
	})
	healthy(t, db)
}

func TestGiveRefuses(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO member (id, room, nick, present, joined, seen) VALUES (14, 1, '丁', 0, 0, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, joined, seen) VALUES (15, 1, '戊', ?1, 0)`, noon.Add(-time.Hour).UnixMilli())
	give(t, db, map[int64]int64{11: 500, 15: 500})
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
		{"more than there is", 12, 11, 5, rule, scoring.ErrInsufficient},
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

// packetRule switches packets on without an age limit.
func packetRule() scoring.PacketRule {
	r := scoring.DefaultPacketRule()
	r.On = true
	return r
}

func TestPacketRefuses(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	off := packetRule()
	off.On = false
	tests := []struct {
		name          string
		total, shares int64
		rule          scoring.PacketRule
		want          error
	}{
		{"no shares", 10, 0, packetRule(), scoring.ErrAmount},
		{"more shares than points", 10, 20, packetRule(), scoring.ErrAmount},
		{"too many points", 501, 5, packetRule(), scoring.ErrLimit},
		{"too many shares", 60, 51, packetRule(), scoring.ErrLimit},
		{"more than there is", 51, 5, packetRule(), scoring.ErrInsufficient},
		{"switched off", 10, 5, off, scoring.ErrOff},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := db.Write(context.Background(), func(tx *Tx) error {
				_, err := tx.OpenPacket(11, tt.total, tt.shares, false, 1, noon, tt.rule)
				return err
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if b := points(t, db, 11); b != (scoring.Balance{Points: 50}) {
		t.Errorf("something was taken: %+v", b)
	}
}

func TestPacketSurvivesACrashAndComesBack(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	var shares []int64
	do(t, db, func(tx *Tx) error {
		p, err := tx.OpenPacket(11, 40, 4, false, 1, noon, packetRule())
		shares = scoring.Shares(p.Total, p.Shares, false, p.seed)
		return err
	})
	db = reopen(t, db)
	do(t, db, func(tx *Tx) error {
		if p, err := tx.OpenPacket(11, 40, 4, false, 1, noon, packetRule()); err != nil || p.ID != 1 {
			t.Errorf("the same packet again: %+v, %v", p, err)
		}
		g, err := tx.Grab(1, 12, noon)
		if err != nil || g.N != 1 || g.Amount != shares[0] || g.Packet.Left != 40-shares[0] {
			t.Errorf("grab after the crash: %+v, %v, want %d", g, err, shares[0])
		}
		if _, err := tx.Grab(1, 12, noon); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("grab again: %v", err)
		}
		if _, err := tx.Grab(1, 11, noon); !errors.Is(err, scoring.ErrSelf) {
			t.Errorf("grab one's own: %v", err)
		}
		if _, err := tx.Grab(2, 21, noon); !errors.Is(err, scoring.ErrNotFound) {
			t.Errorf("grab in another room: %v", err)
		}
		return nil
	})
	db = reopen(t, db)
	due := noon.Add(24 * time.Hour)
	do(t, db, func(tx *Tx) error {
		if next, err := tx.NextSweep(); err != nil || !next.Equal(due) {
			t.Errorf("next sweep %v, %v, want %v", next, err, due)
		}
		if _, err := tx.Grab(1, 13, due); !errors.Is(err, scoring.ErrExpired) {
			t.Errorf("grab at the end: %v", err)
		}
		s, err := tx.Sweep(due)
		if err != nil || len(s.Packets) != 1 || s.Packets[0].Left != 40-shares[0] {
			t.Errorf("sweep: %+v, %v", s, err)
		}
		if next, err := tx.NextSweep(); err != nil || !next.IsZero() {
			t.Errorf("next sweep %v, %v, want none", next, err)
		}
		return nil
	})
	if b := points(t, db, 11); b != (scoring.Balance{Points: 50 - shares[0]}) {
		t.Errorf("sponsor has %+v", b)
	}
	healthy(t, db)
}

// reopen crashes the database, as far as a process can do that to itself, and
// opens it again.
func reopen(t testing.TB, db *DB) *DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(db.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

func TestTwoGrabsForTheLastShare(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (14, 1, '丁', 0)`)
	give(t, db, map[int64]int64{11: 50})
	do(t, db, func(tx *Tx) error { _, err := tx.OpenPacket(11, 10, 1, false, 1, noon, packetRule()); return err })
	results := make(chan error)
	for _, member := range []chat.MemberID{12, 14} {
		go func() {
			results <- db.Write(context.Background(), func(tx *Tx) error { _, err := tx.Grab(1, member, noon); return err })
		}()
	}
	won := 0
	for range 2 {
		switch err := <-results; {
		case err == nil:
			won++
		case !errors.Is(err, scoring.ErrSoldOut):
			t.Errorf("the loser got %v", err)
		}
	}
	if won != 1 || points(t, db, 12).Points+points(t, db, 14).Points != 10 {
		t.Errorf("%d won", won)
	}
	healthy(t, db)
}

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
		if all, err := tx.Redemptions(11, 5); err != nil || len(all) != 2 || all[1].Code != "AAA" {
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

func TestInviteIsCreditedAndTakenBack(t *testing.T) {
	db := newLedger(t)
	rule := scoring.DefaultInviteRule()
	rule.Points = 10
	due := noon.Add(rule.After)
	do(t, db, func(tx *Tx) error {
		if err := tx.NoteInvite(1, 11, 12, noon, rule); err != nil {
			return err
		}
		if s, err := tx.Sweep(due.Add(-time.Second)); err != nil || len(s.Invites) != 0 {
			t.Errorf("early: %+v, %v", s, err)
		}
		if s, err := tx.Sweep(due); err != nil || len(s.Invites) != 1 || !s.Invites[0].Credited {
			t.Errorf("due: %+v, %v", s, err)
		}
		if b, err := tx.Balance(1, 11); err != nil || b.Points != 10 {
			t.Errorf("balance %+v, %v", b, err)
		}
		for _, want := range []int64{10, 0} {
			if back, err := tx.NewcomerLeft(12, due.Add(time.Hour)); err != nil || back != want {
				t.Errorf("taken back %d, %v, want %d", back, err, want)
			}
		}
		return nil
	})
	healthy(t, db)
}

func TestSharedLedger(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	write(t, db, `INSERT INTO session (id, account, started) VALUES ('s', 1, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (22, 2, '乙', 0)`)
	write(t, db, `INSERT INTO alias (session, name, room, member) VALUES ('s', '@a', 1, 11), ('s', '@a', 2, 21)`)
	do(t, db, func(tx *Tx) error {
		p := grant(21, 7, 1)
		p.Room = 2
		if _, err := tx.Post(p); err != nil {
			return err
		}
		if err := tx.ShareLedger(2, 1); err != nil {
			return err
		}
		if _, err := tx.Grant(2, 21, 3, 2, noon, ""); err != nil {
			return err
		}
		for _, who := range []struct {
			room   chat.RoomID
			member chat.MemberID
		}{{1, 11}, {2, 21}} {
			if b, err := tx.Balance(who.room, who.member); err != nil || b.Points != 60 {
				t.Errorf("member %d has %+v, %v", who.member, b, err)
			}
		}
		// Somebody recognised later brings their points along.
		if _, err := tx.Grant(2, 22, 4, 3, noon, ""); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO alias (session, name, room, member) VALUES ('s', '@b', 1, 12), ('s', '@b', 2, 22)`); err != nil {
			return err
		}
		if _, err := tx.Grant(2, 22, 5, 4, noon, ""); err != nil {
			return err
		}
		if b, err := tx.Balance(1, 12); err != nil || b.Points != 9 {
			t.Errorf("recognised later: %+v, %v", b, err)
		}
		r, err := tx.Ranking(2, 21, Span{}, 5)
		if err != nil || r.Own.Points != 60 {
			t.Errorf("ranking: %+v, %v", r, err)
		}
		for room, ledger := range map[chat.RoomID]chat.RoomID{1: 2, 2: 1, 3: 1} {
			if err := tx.ShareLedger(room, ledger); room < 3 && !errors.Is(err, scoring.ErrShared) {
				t.Errorf("room %d shares again: %v", room, err)
			}
		}
		return nil
	})
	healthy(t, db)
	unshare(t, db)
}

// Who is in one of the rooms only has an account in the shared ledger like
// everybody else: it is ranked, can be given to and corrected, and goes home.
func TestGuestsOfASharedLedger(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	write(t, db, `INSERT INTO session (id, account, started) VALUES ('s', 1, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (22, 2, '丁', 0), (23, 2, '戊', 0)`)
	write(t, db, `INSERT INTO alias (session, name, room, member) VALUES ('s', '@a', 1, 11), ('s', '@a', 2, 21)`)
	rule := scoring.DefaultTransferRule()
	rule.On, rule.MinAge, rule.FeePercent = true, 0, 0
	var last int64
	do(t, db, func(tx *Tx) error {
		own := grant(22, 7, 1)
		own.Room = 2
		if _, err := tx.Post(own); err != nil {
			return err
		}
		if err := tx.ShareLedger(2, 1); err != nil {
			return err
		}
		if _, err := tx.Grant(2, 22, 20, 2, noon, ""); err != nil {
			return err
		}
		if _, err := tx.Give(22, 21, 10, 3, noon, rule); err != nil {
			t.Errorf("a guest gives: %v", err)
		}
		if _, err := tx.Give(21, 23, 5, 4, noon, rule); err != nil {
			t.Errorf("a guest is given: %v", err)
		}
		e, err := tx.Grant(2, 23, 30, 5, noon, "手误")
		last = e.No
		return err
	})
	var a decision.Answer
	do(t, db, func(tx *Tx) error { // 22 has 17, 23 has 35, 11 and 21 together 55
		if _, err := tx.Reverse(2, last, noon, ""); err != nil {
			return err
		}
		r, err := tx.Ranking(2, 22, Span{}, 5)
		if err != nil {
			return err
		}
		if len(r.Top) != 3 || r.Own.Rank != 2 || r.Own.Points != 17 || r.Top[2].Points != 5 {
			t.Errorf("ranking: %+v", r)
		}
		return tx.nameRanked(r, &a)
	})
	if name := a.Members[chat.MemberID(guestOf(t, db, 22))].Name; name != "丁" {
		t.Errorf("the guest is shown as %q", name)
	}
	healthy(t, db)
	write(t, db, `UPDATE member SET present = 0 WHERE id = 23`)
	if n := scalar[int](t, db, `SELECT ranked FROM balance WHERE member = ?1`, guestOf(t, db, 23)); n != 0 {
		t.Error("a guest who left is ranked")
	}
	do(t, db, func(tx *Tx) error { return tx.UnshareLedger(2, noon) })
	for member, want := range map[int64]int64{11: 55, 22: 17, 23: 5} {
		if have := scalar[int64](t, db, `SELECT points FROM balance WHERE member = ?1`, member); have != want {
			t.Errorf("member %d has %d points, want %d", member, have, want)
		}
	}
	if n := scalar[int](t, db, `SELECT count(*) FROM balance WHERE ranked AND member NOT IN (11, 12, 21, 22)`); n != 0 {
		t.Errorf("%d guests are ranked where they are not", n)
	}
	healthy(t, db)
}

// guestOf returns the account of a guest.
func guestOf(t *testing.T, db *DB, member int64) int64 {
	t.Helper()
	return scalar[int64](t, db, `SELECT id FROM member WHERE merged_into = ?1`, member)
}

// unshare ends the sharing of TestSharedLedger: everybody gets back what they
// brought, as far as it is there, and what was earned since stays.
func unshare(t *testing.T, db *DB) {
	t.Helper()
	do(t, db, func(tx *Tx) error {
		if _, err := tx.Grant(1, 12, -7, 6, noon, ""); err != nil { // of 9, 4 of which were brought
			return err
		}
		if _, err := tx.Hold(scoring.Hold{Room: 1, Member: 11, Amount: 1, Kind: scoring.HoldPass, KindID: 9, At: noon}); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO pass (room, member, points, at, until, back, state, cause) VALUES (2, 21, 1, 0, 0, 0, 'used', 9)`); err != nil {
			return err
		}
		if err := tx.UnshareLedger(2, noon); !errors.Is(err, scoring.ErrSetAside) {
			t.Errorf("with a pass in use: %v", err)
		}
		if _, err := tx.exec(`UPDATE pass SET state = 'returned'`); err != nil {
			return err
		}
		return tx.UnshareLedger(2, noon)
	})
	for member, want := range map[int64]int64{11: 53, 21: 7, 12: 0, 22: 2} {
		have := scalar[int64](t, db, fmt.Sprintf(`SELECT points FROM balance WHERE member = %d`, member))
		if have != want {
			t.Errorf("member %d has %d points, want %d", member, have, want)
		}
	}
	healthy(t, db)
	do(t, db, func(tx *Tx) error { return tx.ShareLedger(2, 1) }) // and once more
	if b := points(t, db, 11); b.Points != 60 {
		t.Errorf("shared again: %+v, want 60 points", b)
	}
	healthy(t, db)
}

func TestPointsRunOutOldestFirst(t *testing.T) {
	db := newLedger(t)
	old := grant(11, 30, 1)
	old.At = noon.AddDate(-1, 0, 0)
	do(t, db, func(tx *Tx) error {
		for _, p := range []scoring.Posting{old, grant(11, 20, 2), grant(11, -12, 3)} {
			if _, err := tx.Post(p); err != nil {
				return err
			}
		}
		for _, want := range []int64{18, 0} {
			gone, err := tx.ExpirePoints(1, noon.AddDate(0, -6, 0), noon)
			if err != nil || gone[11] != want {
				t.Errorf("ran out: %v, %v, want %d", gone, err, want)
			}
		}
		return nil
	})
	if b := points(t, db, 11); b.Points != 20 {
		t.Errorf("%d points, want 20", b.Points)
	}
	healthy(t, db)
}

func TestExportWhileTheBotRuns(t *testing.T) {
	db := newLedger(t)
	memo := grant(11, 100, 1)
	memo.Memo = `=1+1,"好"`
	do(t, db, func(tx *Tx) error {
		if _, err := tx.Post(memo); err != nil {
			return err
		}
		_, _, err := tx.Transfer(scoring.Posting{Room: 1, Member: 11, Amount: 30, Contra: 12, Cause: scoring.CauseTransfer, CauseID: 2, At: noon})
		return err
	})
	look, err := Look(db.path)
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	if err := look.Write(context.Background(), func(*Tx) error { return nil }); !errors.Is(err, ErrReadOnly) {
		t.Errorf("write while looking: %v", err)
	}
	var csv, json, other strings.Builder
	if err := errors.Join(look.ExportCSV(t.Context(), 1, &csv), look.ExportJSON(t.Context(), 0, &json), look.ExportCSV(t.Context(), 2, &other)); err != nil {
		t.Fatal(err)
	}
	digests := regexp.MustCompile(`[0-9a-f]{16}`)
	wantCSV := `room,no,time,member,amount,balance,contra,cause,cause_id,leg,memo,digest
1,1,2026-11-23T12:00:00Z,11,100,100,grant,grant,1,0,"'=1+1,""好""",D
1,2,2026-11-23T12:00:00Z,11,-30,70,12,transfer,2,0,,D
1,3,2026-11-23T12:00:00Z,12,30,30,11,transfer,2,1,,D
`
	if got := digests.ReplaceAllString(csv.String(), "D"); got != wantCSV {
		t.Errorf("CSV:\n%s\nwant\n%s", got, wantCSV)
	}
	if first, _, _ := strings.Cut(digests.ReplaceAllString(json.String(), "D"), "\n"); first != `{"room":1,"no":1,"time":"2026-11-23T12:00:00Z","member":11,"amount":100,"balance":100,"contra":"grant","cause":"grant","cause_id":1,"leg":0,"memo":"=1+1,\"好\"","digest":"D"}` {
		t.Errorf("JSON: %s", first)
	}
	if strings.Count(other.String(), "\n") != 1 {
		t.Errorf("the other room: %s", other.String())
	}
}

func TestLookRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Look(filepath.Join(dir, "none.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	old := filepath.Join(dir, "old.db")
	closeDB(t, old, notes())
	if _, err := Look(old); !errors.Is(err, ErrOldSchema) {
		t.Errorf("old schema: %v", err)
	}
}

// What cannot be ended stays and keeps nothing else.
func TestSweepGoesOnPastAFailure(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50, 12: 50})
	due := noon.Add(24 * time.Hour)
	do(t, db, func(tx *Tx) error {
		for cause, who := range []chat.MemberID{11, 12} {
			if _, err := tx.OpenPacket(who, 20, 2, true, int64(cause+1), noon, packetRule()); err != nil {
				return err
			}
		}
		_, err := tx.exec(`CREATE TEMP TRIGGER stuck BEFORE UPDATE ON main.packet WHEN NEW.id = 1 BEGIN SELECT RAISE(ABORT, 'stuck'); END`)
		return err
	})
	do(t, db, func(tx *Tx) error {
		s, err := tx.Sweep(due)
		if err != nil || len(s.Failed) != 1 || len(s.Packets) != 1 || s.Packets[0].ID != 2 {
			t.Errorf("sweep: %+v, %v", s, err)
		}
		_, err = tx.exec(`DROP TRIGGER stuck`)
		return err
	})
	if a, b := points(t, db, 11), points(t, db, 12); a.Held != 20 || b.Held != 0 {
		t.Errorf("held %d and %d, want 20 and 0", a.Held, b.Held)
	}
	do(t, db, func(tx *Tx) error {
		if s, err := tx.Sweep(due); err != nil || len(s.Packets) != 1 {
			t.Errorf("sweep again: %+v, %v", s, err)
		}
		return nil
	})
	healthy(t, db)
}

// A number that came again would be taken for a replay of the old cause.
func TestMessageNumbersNeverComeAgain(t *testing.T) {
	db := newLedger(t)
	const add = `INSERT INTO message (account, id, room, member, kind, at) VALUES (1, ?1, 1, 11, 'text', 0)`
	write(t, db, add, "a")
	write(t, db, `DELETE FROM message`)
	write(t, db, add, "b")
	if n := scalar[int](t, db, `SELECT n FROM message`); n != 2 {
		t.Errorf("number %d, want 2", n)
	}
}

func TestPointsRunOutOnlyWhereTheRoomSaysSo(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO setting (room, name, value) VALUES (2, 'points_days', '180')`)
	do(t, db, func(tx *Tx) error {
		for _, member := range []int64{11, 21} {
			p := grant(member, 30, member)
			p.Room, p.At = map[int64]int64{11: 1, 21: 2}[member], noon.AddDate(-1, 0, 0)
			if _, err := tx.Post(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err := db.expireAll(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if kept, gone := points(t, db, 11), scalar[int64](t, db, `SELECT points FROM balance WHERE member = 21`); kept.Points != 30 || gone != 0 {
		t.Errorf("points %d and %d, want 30 and 0", kept.Points, gone)
	}
	healthy(t, db)
}
