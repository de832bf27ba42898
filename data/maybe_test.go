package data

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func TestMaybeAsksOnlyWhereSomethingIsToSettle(t *testing.T) {
	h := newHouse(t)
	h.leave(jia)
	h.clock = h.clock.Add(time.Hour)
	h.leave(bing)
	write(t, h.DB, `INSERT INTO link (session, room, member, strength, evidence, maybe, at) VALUES ('session-a', 1, 4, 'new', '', '[3,5]', 1)`)
	maybe := func() []decision.Former { return h.ask(decision.Query{Member: yi, Maybe: true}).Maybe }
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
	question := decision.Case{ID: 2, Room: theRoom, Member: jia, Other: yi, Kind: decision.CaseIdentity, State: decision.CaseOpen, Opened: h.clock}
	h.apply(decision.OpenCase{Case: question})
	if got := maybe(); len(got) != 0 {
		t.Errorf("one question is open, got %+v", got)
	}
	h.apply(decision.ChangeCase{Case: 2, State: decision.CaseRefused, At: h.clock})
	if got := maybe(); len(got) != 1 || got[0].ID != bing || got[0].Strikes != 1 {
		t.Errorf("one question was answered, got %+v", got)
	}
	write(t, h.DB, `UPDATE member SET left_at = 5 WHERE id IN (3, 5)`)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	if got := maybe(); len(got) != 0 {
		t.Errorf("nobody was two people at one time, got %+v", got)
	}
}

// doubt makes a member one that may be others, and gives one of these points.
func (h *house) doubt(who chat.MemberID) {
	h.t.Helper()
	h.leave(jia)
	write(h.t, h.DB, `INSERT INTO link (session, room, member, strength, evidence, maybe, at) VALUES ('session-a', 1, ?1, 'new', '', '[3]', 1)`, who)
	h.give(jia, 3, 1)
}

// askAsTheRoad asks in a transaction that writes, as for a message.
func (h *house) askAsTheRoad(q decision.Query) (a decision.Answer) {
	h.t.Helper()
	h.record(func(tx *Tx) (err error) {
		a, err = tx.Query(q)
		return err
	})
	return a
}

// TestAskedIsCountedAnew remembers how much a login asked only until it asks
// again, knows more members or is followed by another.
func TestAskedIsCountedAnew(t *testing.T) {
	h := newHouse(t)
	h.doubt(yi)
	want := func(when string, asked, linked int) {
		t.Helper()
		for _, ask := range []func(decision.Query) decision.Answer{h.askAsTheRoad, h.ask} {
			if a := ask(decision.Query{Room: theRoom, Member: yi, Maybe: true}); a.Asked != asked || a.Linked != linked {
				t.Errorf("%s: %d asked and %d linked, want %d and %d", when, a.Asked, a.Linked, asked, linked)
			}
		}
	}
	want("a new login", 0, 0)
	d, err := h.Directory(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	links := []chat.MemberLink{
		{ID: yi, Seen: chat.SeenMember{UserName: "@1", Nick: "乙"}, Strength: chat.StrengthSame},
		{ID: bing, Seen: chat.SeenMember{UserName: "@2", Nick: "丙"}, Strength: chat.StrengthSame},
	}
	if _, err := d.LinkMembers(t.Context(), login, theRoom, links); err != nil {
		t.Fatal(err)
	}
	want("after a list", 0, 2)
	question := decision.Case{ID: 1, Room: theRoom, Member: bing, Other: boss, Kind: decision.CaseIdentity, State: decision.CaseOpen, Opened: h.clock}
	h.apply(decision.OpenCase{Case: question})
	want("after a question", 1, 2)
	question.ID, question.Member = 2, boss
	h.apply(decision.OpenCase{Case: question, Actor: decision.Actor{Member: boss}})
	want("after an owner's own merge", 1, 2)
	h.clock = h.clock.Add(time.Hour)
	if _, err := d.Resume(t.Context(), "123", "session-b"); err != nil {
		t.Fatal(err)
	}
	want("after another login", 0, 0)
}

// TestUnaskedAreThoseWhoSpoke lists nobody who said nothing, and nobody who was
// asked about.
func TestUnaskedAreThoseWhoSpoke(t *testing.T) {
	h := newHouse(t)
	h.doubt(yi)
	unasked := func() []decision.Unasked { return h.ask(decision.Query{Unasked: []chat.RoomID{theRoom}}).Unasked }
	if got := unasked(); len(got) != 0 {
		t.Errorf("nobody spoke, got %+v", got)
	}
	h.wantSeen(false, "1") // 甲 is no member in doubt
	h.record(func(tx *Tx) error {
		_, err := tx.Seen(message("2", yi, "大家好", h.clock), true)
		return err
	})
	if got := unasked(); len(got) != 1 || got[0].Now.ID != yi || got[0].Old.ID != jia || got[0].Old.Points != 3 {
		t.Errorf("乙 spoke, got %+v", got)
	}
	if got := h.ask(decision.Query{Unasked: []chat.RoomID{2}}).Unasked; len(got) != 0 {
		t.Errorf("the other room has %+v", got)
	}
	h.apply(decision.OpenCase{Case: decision.Case{
		ID: 1, Room: theRoom, Member: jia, Other: yi, Kind: decision.CaseIdentity, State: decision.CaseOpen, Opened: h.clock,
	}})
	if got := unasked(); len(got) != 0 {
		t.Errorf("乙 is asked about, got %+v", got)
	}
}

// BenchmarkMaybe asks for a message of a member in doubt, in a login of 100 000
// members.
func BenchmarkMaybe(b *testing.B) {
	h := newHouse(b)
	h.doubt(yi)
	write(b, h.DB, `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 100000)
		INSERT INTO alias (session, name, room, member) SELECT 'session-a', '@' || n, n % 200, n FROM i`)
	for b.Loop() {
		if a := h.askAsTheRoad(decision.Query{Room: theRoom, Member: yi, Maybe: true}); a.Linked != 100_000 {
			b.Fatal(a.Linked)
		}
	}
}
