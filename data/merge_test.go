package data

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// points returns a member's balance in the test room.
func (h *house) points(who chat.MemberID) (n int64) {
	h.t.Helper()
	h.view(func(tx *Tx) error {
		b, err := tx.Balance(theRoom, who)
		n = b.Points
		return err
	})
	return n
}

// give posts points by hand.
func (h *house) give(who chat.MemberID, points, cause int64) {
	h.t.Helper()
	h.record(func(tx *Tx) error {
		_, err := tx.Grant(theRoom, who, points, cause, h.clock, "")
		return err
	})
}

// leave marks members as gone.
func (h *house) leave(who ...chat.MemberID) {
	h.t.Helper()
	for _, m := range who {
		h.apply(decision.SetMember{Member: m, Present: ptr(false), At: h.clock})
	}
}

func TestMergeAndSplit(t *testing.T) {
	h := newHouse(t)
	h.give(jia, 30, 1)
	h.give(yi, 5, 2)
	h.apply(h.strike(1, jia, 1))
	h.refused(decision.Merge{Old: jia, New: yi, At: h.clock}) // who is there is nobody else
	h.leave(jia)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock, Actor: decision.Actor{Member: boss}})
	if old, now := h.points(jia), h.points(yi); old != 0 || now != 35 {
		t.Errorf("merged: %d and %d points", old, now)
	}
	if live := h.sanctions(yi).Live; len(live) != 1 || live[0].ID != 1 || live[0].Member != yi {
		t.Errorf("merged: strikes %+v", live)
	}
	h.refused(decision.Merge{Old: jia, New: bing, At: h.clock})
	h.refused(decision.Split{Old: jia, New: bing, At: h.clock})
	h.give(yi, -10, 3)
	h.apply(decision.Split{Old: jia, New: yi, At: h.clock, Actor: decision.Actor{Member: boss}})
	if old, now := h.points(jia), h.points(yi); old != 25 || now != 0 {
		t.Errorf("split: %d and %d points, want what was left", old, now)
	}
	if len(h.sanctions(yi).Live) != 0 || len(h.sanctions(jia).Live) != 1 {
		t.Error("the strike did not go back")
	}
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	if now := h.points(yi); now != 25 {
		t.Errorf("merged again: %d points", now)
	}
	for _, v := range [][2]chat.MemberID{{jia, jia}, {boss, 7}, {99, yi}, {theBot, yi}} {
		h.refused(decision.Merge{Old: v[0], New: v[1], At: h.clock})
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM audit WHERE what LIKE 'member merge' AND actor = ?1`, boss); n != 1 {
		t.Errorf("%d audit rows of the merge by the owner", n)
	}
}

// A merge that moved nothing takes nothing back, whatever an earlier one moved.
func TestSplitTakesBackThatMergeAlone(t *testing.T) {
	h := newHouse(t)
	h.leave(jia)
	h.give(jia, 30, 1)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock}, decision.Split{Old: jia, New: yi, At: h.clock})
	h.give(jia, -30, 2)
	h.give(yi, 7, 3)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock}, decision.Split{Old: jia, New: yi, At: h.clock})
	if old, now := h.points(jia), h.points(yi); old != 0 || now != 7 {
		t.Errorf("%d and %d points, want 0 and 7", old, now)
	}
}

func TestNamesOfNames(t *testing.T) {
	h := newHouse(t)
	h.give(jia, 10, 1)
	h.give(yi, 5, 2)
	h.give(bing, 3, 3)
	h.apply(h.strike(1, jia, 1), decision.SetMember{Member: jia, Barred: ptr(true)})
	h.leave(jia, yi)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock}, decision.Merge{Old: yi, New: bing, At: h.clock})
	if got := h.points(bing); got != 18 {
		t.Errorf("%d points, want 18", got)
	}
	if live := h.sanctions(bing).Live; len(live) != 1 || live[0].Member != bing {
		t.Errorf("strikes %+v", live)
	}
	if w := h.ask(decision.Query{Room: theRoom, Warned: true}).Warned; len(w) != 1 || w[0].Member.ID != bing {
		t.Errorf("warned %+v", w)
	}
	if black := h.ask(decision.Query{Room: theRoom, Barred: true}).Barred; len(black) != 1 || black[0].ID != bing || !h.member(bing).Barred {
		t.Errorf("black list %+v", black)
	}
	h.apply(decision.Split{Old: jia, New: yi, At: h.clock})
	h.apply(decision.Split{Old: yi, New: bing, At: h.clock})
	if a, b, c := h.points(jia), h.points(yi), h.points(bing); a != 10 || b != 5 || c != 3 {
		t.Errorf("split: %d, %d, %d points, want 10, 5, 3", a, b, c)
	}
	if h.member(bing).Barred || !h.member(jia).Barred || len(h.sanctions(bing).Live) != 0 {
		t.Error("the black list or the strike did not go back")
	}
}

func TestPointsSetAsideFollow(t *testing.T) {
	h := newHouse(t)
	h.give(jia, 30, 1)
	var hold scoring.Hold
	h.record(func(tx *Tx) (err error) {
		hold, err = tx.Hold(scoring.Hold{Room: int64(theRoom), Member: int64(jia), Amount: 20, Kind: scoring.HoldPacket, KindID: 1, At: h.clock})
		return err
	})
	h.leave(jia)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	if old, now := h.points(jia), h.points(yi); old != 20 || now != 10 {
		t.Errorf("held: %d and %d points, want 20 and 10", old, now)
	}
	h.record(func(tx *Tx) error { _, err := tx.Release(hold.ID, h.clock); return err })
	if old, now := h.points(jia), h.points(yi); old != 0 || now != 30 {
		t.Errorf("released: %d and %d points, want 0 and 30", old, now)
	}
	h.apply(decision.Split{Old: jia, New: yi, At: h.clock})
	if old, now := h.points(jia), h.points(yi); old != 30 || now != 0 {
		t.Errorf("split: %d and %d points, want 30 and 0", old, now)
	}
}

// Whatever is merged and split in whatever order, nothing is gained or lost,
// and once all is split everybody has their own again.
func TestMergesInAnyOrder(t *testing.T) {
	t.Parallel()
	dir := quickDir(t)
	for seed := range uint64(20) {
		h := houseAt(t, filepath.Join(dir, fmt.Sprint(seed, ".db")))
		dice := rand.New(rand.NewPCG(seed, 1))
		all := []chat.MemberID{boss, jia, yi, bing}
		own := map[chat.MemberID]int64{}
		var total, cause int64
		h.leave(all...)
		into := map[chat.MemberID]chat.MemberID{}
		for range 60 {
			a, b := all[dice.IntN(len(all))], all[dice.IntN(len(all))]
			switch dice.IntN(4) {
			case 3:
				if into[a] == 0 && h.checkIn(a) == nil {
					own[a] += 5
				}
			case 0:
				if into[a] == 0 {
					points := int64(dice.IntN(20) + 1)
					cause++
					h.give(a, points, cause)
					own[a] += points
				}
			case 1:
				if into[a] == 0 && into[b] == 0 && a != b {
					h.apply(decision.Merge{Old: a, New: b, At: h.clock})
					into[a] = b
				}
			case 2:
				if into[a] != 0 {
					h.apply(decision.Split{Old: a, New: into[a], At: h.clock})
					delete(into, a)
				}
			}
		}
		for a, b := range into {
			h.apply(decision.Split{Old: a, New: b, At: h.clock})
		}
		for _, m := range all {
			total += own[m]
			if got := h.points(m); got != own[m] {
				t.Errorf("seed %d: member %d has %d points, want %d", seed, m, got, own[m])
			}
		}
		if granted := scalar[int64](t, h.DB, `SELECT coalesce(sum(points), 0) FROM balance`); granted != total {
			t.Errorf("seed %d: %d points in all, %d were given", seed, granted, total)
		}
		if bad, err := h.Check(t.Context()); err != nil || len(bad) > 0 {
			t.Errorf("seed %d: check: %v %v", seed, bad, err)
		}
	}
}

// checkIn checks a member in at the house's time.
func (h *house) checkIn(who chat.MemberID) error {
	h.t.Helper()
	return h.Record(h.t.Context(), chat.Batch{Session: login}, func(tx *Tx) error {
		_, err := tx.CheckIn(theRoom, who, h.clock, scoring.DefaultCheckInRule())
		return err
	})
}

// wantPoints compares balances, and checks the ledger.
func (h *house) wantPoints(when string, want map[chat.MemberID]int64) {
	h.t.Helper()
	for who, n := range want {
		if got := h.points(who); got != n {
			h.t.Errorf("%s: member %d has %d points, want %d", when, who, got, n)
		}
	}
	if bad, err := h.Check(h.t.Context()); err != nil || len(bad) > 0 {
		h.t.Errorf("%s: check: %v %v", when, bad, err)
	}
}

// Nobody checks in twice a day because nobody knew who they were.
func TestMergedNamesCheckInOnceADay(t *testing.T) {
	h := newHouse(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(h.checkIn(jia))
	h.clock = h.clock.Add(24 * time.Hour)
	must(h.checkIn(jia)) // the second day of a streak
	h.leave(jia)
	must(h.checkIn(yi)) // the same person under a new name
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	h.wantPoints("merged", map[chat.MemberID]int64{jia: 0, yi: 10})
	if err := h.checkIn(yi); err == nil {
		t.Error("a third check-in on the same day")
	}
	h.apply(decision.Split{Old: jia, New: yi, At: h.clock})
	h.wantPoints("split", map[chat.MemberID]int64{jia: 10, yi: 5})
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	h.wantPoints("merged again", map[chat.MemberID]int64{jia: 0, yi: 10})
	h.clock = h.clock.Add(24 * time.Hour)
	must(h.checkIn(yi))
	h.wantPoints("the streak goes on", map[chat.MemberID]int64{yi: 17}) // five, and two for three days
}

// The day counts once whatever the order in which three names become one.
func TestThreeNamesOnOneDay(t *testing.T) {
	for name, merges := range map[string][]decision.Merge{
		"a chain":         {{Old: jia, New: yi}, {Old: yi, New: bing}},
		"one after other": {{Old: jia, New: bing}, {Old: yi, New: bing}},
		"the chain late":  {{Old: yi, New: bing}, {Old: jia, New: bing}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			for _, who := range []chat.MemberID{jia, yi, bing} {
				if err := h.checkIn(who); err != nil {
					t.Fatal(err)
				}
			}
			h.leave(jia, yi)
			for _, m := range merges {
				m.At = h.clock
				h.apply(m)
			}
			h.wantPoints("merged", map[chat.MemberID]int64{jia: 0, yi: 0, bing: 5})
			for _, m := range merges {
				h.apply(decision.Split{Old: m.Old, New: m.New, At: h.clock})
			}
			h.wantPoints("split", map[chat.MemberID]int64{jia: 5, yi: 5, bing: 5})
		})
	}
}

// What was spent cannot be taken back, and a merge goes on all the same.
func TestMergeAfterTheDoublePointsAreSpent(t *testing.T) {
	h := newHouse(t)
	for _, who := range []chat.MemberID{jia, yi} {
		if err := h.checkIn(who); err != nil {
			t.Fatal(err)
		}
		h.give(who, -4, int64(who))
	}
	h.leave(jia)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	h.wantPoints("merged", map[chat.MemberID]int64{jia: 0, yi: 0})
	h.apply(decision.Split{Old: jia, New: yi, At: h.clock})
	h.wantPoints("split", map[chat.MemberID]int64{jia: 1, yi: 1})
}

// The points of a room may have moved to another ledger between a merge and
// its split: what was taken back of a double check-in is found in either.
func TestSplitInAnotherLedger(t *testing.T) {
	share := func(tx *Tx) error { return tx.ShareLedger(theRoom, 2) }
	for _, tt := range []struct {
		name            string
		before, between func(tx *Tx) error
		here, there     int64 // what the person of the new name has in each ledger
	}{
		{"joined in between", nil, share, 5, 5},
		// What was earned while the ledger was shared stays in it.
		{"parted in between", share, func(tx *Tx) error { return tx.UnshareLedger(theRoom, midday) }, 0, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			write(t, h.DB, `INSERT INTO alias (session, room, name, member) VALUES ('session-a', 1, '@yi', 4), ('session-a', 2, '@yi', 7)`)
			if tt.before != nil {
				h.record(tt.before)
			}
			for _, who := range []chat.MemberID{jia, yi} {
				if err := h.checkIn(who); err != nil {
					t.Fatal(err)
				}
			}
			h.leave(jia)
			h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
			h.wantPoints("merged", map[chat.MemberID]int64{yi: 5})
			h.record(tt.between)
			h.apply(decision.Split{Old: jia, New: yi, At: h.clock})
			h.wantPoints("split", map[chat.MemberID]int64{jia: 5, yi: tt.here})
			if n := scalar[int64](t, h.DB, `SELECT points FROM balance WHERE room = 2 AND member = 7`); n != tt.there {
				t.Errorf("split: %d points in the other ledger, want %d", n, tt.there)
			}
		})
	}
}
