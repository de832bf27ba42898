package data

import (
	"errors"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// say stores a message, so that a command can be caused by it.
func (h *house) say(id string, who chat.MemberID) {
	h.t.Helper()
	h.record(func(tx *Tx) error {
		_, err := tx.Seen(chat.Message{ID: id, Room: theRoom, From: who, Kind: chat.KindText, Text: "命令", Time: h.clock}, true)
		return err
	})
}

// do carries out an action and returns what Then was given.
func (h *house) do(op decision.PointsOp) (result decision.PointsResult, refusal error) {
	h.t.Helper()
	h.apply(decision.Points{Op: op, Then: func(r decision.PointsResult, err error) []decision.Effect {
		result, refusal = r, err
		return []decision.Effect{decision.Note{Room: theRoom, At: h.clock, What: "answered"}}
	}})
	return result, refusal
}

func TestPointsGrantOncePerMessage(t *testing.T) {
	h := newHouse(t)
	h.say("m1", boss)
	grant := decision.Grant{Room: theRoom, Member: jia, Amount: 10, Memo: "打扫", MessageID: "m1", At: h.clock, Actor: decision.Actor{Member: boss}}
	for range 3 {
		r, err := h.do(grant)
		if err != nil || r.Balance.Points != 10 || len(r.Entries) != 1 || r.Entries[0].No != 1 {
			t.Fatalf("grant = %+v, %v; want 10 points by posting 1", r, err)
		}
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM audit WHERE what = 'answered'`); n != 3 {
		t.Errorf("%d effects followed, want 3", n)
	}
	grant.Amount = 11 // one message cannot have meant both
	if _, err := h.do(grant); !errors.Is(err, scoring.ErrIdempotencyConflict) {
		t.Errorf("with another amount: %v", err)
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM audit WHERE what = 'posting conflict' AND detail LIKE '%posting 1'`); n != 1 {
		t.Errorf("%d conflicts in the audit, want 1", n)
	}
	h.wantPoints("in the end", map[chat.MemberID]int64{jia: 10})
}

func TestPointsRefusalLeavesNoTraceAndIsTold(t *testing.T) {
	h := newHouse(t)
	room := h.room(theRoom)
	if _, err := h.do(decision.CheckIn{Room: room, Member: jia, At: h.clock}); err != nil {
		t.Fatal(err)
	}
	_, err := h.do(decision.CheckIn{Room: room, Member: jia, At: h.clock})
	var refusal *scoring.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, scoring.ErrAlreadyDone) || refusal.Until.IsZero() {
		t.Errorf("second check-in: %v, want a refusal that says when", err)
	}
	a := h.ask(decision.Query{Room: theRoom, Member: jia, Points: decision.PointsQuery{Balance: true, Top: 5, Statement: 5}})
	if a.Points.Balance.Points != int64(room.Settings.CheckInPoints) || len(a.Points.Statement) != 1 || a.Points.Ranking.Own.Rank != 1 {
		t.Errorf("after one check-in: %+v", a.Points)
	}
	if a.Members[jia].Name != "甲" {
		t.Errorf("the ranking names %+v", a.Members)
	}
}

func TestPointsRedemptionIsSettledByItsCase(t *testing.T) {
	h := newHouse(t)
	h.say("m1", boss)
	for _, op := range []decision.PointsOp{
		decision.Grant{Room: theRoom, Member: jia, Amount: 60, MessageID: "m1", At: h.clock},
		decision.PutItem{Room: theRoom, Item: scoring.Item{Name: "咖啡券", Price: 50, Stock: 1}, At: h.clock},
		decision.Redeem{Room: theRoom, Member: jia, Item: "咖啡券", Case: 5, At: h.clock},
	} {
		if _, err := h.do(op); err != nil {
			t.Fatalf("%T: %v", op, err)
		}
	}
	if _, err := h.do(decision.Redeem{Room: theRoom, Member: jia, Item: "咖啡券", Case: 6, At: h.clock}); !errors.Is(err, scoring.ErrSoldOut) {
		t.Errorf("a second piece: %v, want sold out", err)
	}
	r, err := h.do(decision.SettleRedemption{Room: theRoom, Case: 5, Approve: true, At: h.clock})
	if err != nil || r.Balance.Points != 10 || r.Member != jia || r.Item != "咖啡券" {
		t.Errorf("settled = %+v, %v", r, err)
	}
	if _, err := h.do(decision.SettleRedemption{Room: theRoom, Case: 5, At: h.clock}); !errors.Is(err, scoring.ErrAlreadyDone) {
		t.Errorf("settled twice: %v", err)
	}
}

func TestPointsSwitchesAreTheRooms(t *testing.T) {
	h := newHouse(t)
	h.say("m1", jia)
	room, from, to := h.room(theRoom), h.member(jia), h.member(yi)
	off := map[string]decision.PointsOp{
		"transfer": decision.Transfer{Room: room, From: from, To: to, Amount: 1, MessageID: "m1", At: h.clock},
		"packet":   decision.OpenPacket{Room: room, From: from, Total: 2, Shares: 2, MessageID: "m1", At: h.clock},
		"draw":     decision.OpenDraw{Room: room, Winners: 1, Prize: 1, Closes: h.clock.Add(3600e9), MessageID: "m1", At: h.clock},
		"pass":     decision.BuyPass{Room: room, Member: from, MessageID: "m1", At: h.clock},
	}
	for name, op := range off {
		if _, err := h.do(op); !errors.Is(err, scoring.ErrOff) {
			t.Errorf("%s: %v, want switched off", name, err)
		}
	}
}
