package data

import (
	"testing"

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

func TestMergeAndSplit(t *testing.T) {
	h := newHouse(t)
	h.give(jia, 30, 1)
	h.give(yi, 5, 2)
	h.apply(h.strike(1, jia, 1))
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock, Actor: decision.Actor{Member: boss}})
	if old, now := h.points(jia), h.points(yi); old != 0 || now != 35 {
		t.Errorf("merged: %d and %d points", old, now)
	}
	if live := h.sanctions(yi).Live; len(live) != 1 || live[0].ID != 1 {
		t.Errorf("merged: strikes %+v", live)
	}
	if h.member(jia).Present {
		t.Error("the old name is still present")
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
	for _, v := range [][2]chat.MemberID{{jia, jia}, {boss, 7}, {99, yi}} {
		h.refused(decision.Merge{Old: v[0], New: v[1], At: h.clock})
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM audit WHERE what LIKE 'member merge' AND actor = ?1`, boss); n != 1 {
		t.Errorf("%d audit rows of the merge by the owner", n)
	}
}

func TestMaybeAsksOnlyWhereSomethingIsToSettle(t *testing.T) {
	h := newHouse(t)
	gone := false
	for _, who := range []chat.MemberID{jia, bing} {
		h.apply(decision.SetMember{Member: who, Present: &gone, At: h.clock})
	}
	write(t, h.DB, `INSERT INTO link (session, room, member, strength, evidence, maybe, at) VALUES ('session-a', 1, 4, 'new', '', '[3,5]', 1)`)
	maybe := func() []decision.Member { return h.ask(decision.Query{Member: yi, Maybe: true}).Maybe }
	if !h.member(yi).Doubtful || h.member(boss).Doubtful {
		t.Error("who is doubtful is not told")
	}
	if got := maybe(); len(got) != 0 {
		t.Errorf("nothing is to settle, got %+v", got)
	}
	h.give(jia, 3, 1)
	if got := maybe(); len(got) != 1 || got[0].ID != jia {
		t.Errorf("points are to settle, got %+v", got)
	}
	h.apply(h.strike(1, bing, 1))
	if got := maybe(); len(got) != 2 {
		t.Errorf("a strike is to settle, got %+v", got)
	}
	h.apply(decision.OpenCase{Case: decision.Case{ID: 2, Room: theRoom, Member: jia, Other: yi, Kind: decision.CaseIdentity, State: decision.CaseOpen, Opened: h.clock}})
	if got := maybe(); len(got) != 1 || got[0].ID != bing {
		t.Errorf("one question was asked, got %+v", got)
	}
}

func TestMergedPointsStillAddUp(t *testing.T) {
	h := newHouse(t)
	h.give(jia, 30, 1)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	h.apply(decision.Split{Old: jia, New: yi, At: h.clock})
	h.view(func(tx *Tx) error {
		p, err := tx.Proof(theRoom)
		if err == nil && (p.Sum() != 0 || p.Accounts[scoring.ContraMove] != 0) {
			t.Errorf("proof %+v", p)
		}
		return err
	})
	if bad, err := h.Check(t.Context()); err != nil || len(bad) > 0 {
		t.Errorf("check: %v %v", bad, err)
	}
}
