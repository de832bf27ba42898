package data

import (
	"slices"
	"testing"
	"time"

	"menshen/bot/decision"
)

// say is a sentence in the test room.
func say(cause string, kind decision.SayKind, p decision.Priority) decision.Speak {
	return decision.Speak{Say: decision.Say{Cause: cause, Kind: kind, Room: theRoom, Priority: p, Text: cause}}
}

func TestNextSayOrder(t *testing.T) {
	h := newHouse(t)
	later := say("later", decision.SayWelcome, decision.PriorityEnforce)
	later.Say.Due = h.clock.Add(30 * time.Second)
	h.apply(say("fun", decision.SayFun, decision.PriorityFun), say("answer", decision.SayAnswer, decision.PriorityAnswer), later,
		say("strike 1", decision.SayWarning, decision.PriorityEnforce), say("strike 2", decision.SayWarning, decision.PriorityEnforce))
	var order []string
	for {
		row, due := h.next()
		if row == nil {
			if !due.Equal(later.Say.Due) {
				t.Errorf("next due %v, want %v", due, later.Say.Due)
			}
			break
		}
		order = append(order, row.Say.Text)
		h.apply(decision.MarkSay{ID: row.ID, State: decision.SaySending}, decision.MarkSay{ID: row.ID, State: decision.SaySent, MessageID: "x"})
	}
	if want := []string{"strike 1", "strike 2", "answer", "fun"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	h.clock = later.Say.Due
	if row, _ := h.next(); row == nil || row.Say.Text != "later" || !row.Created.Equal(midday) {
		t.Errorf("at its time: %+v", row)
	}
}

func TestARowThatWasPutBackKeepsItsPlace(t *testing.T) {
	h := newHouse(t)
	elsewhere := say("elsewhere", decision.SayWarning, decision.PriorityEnforce)
	elsewhere.Say.Room = 2
	h.apply(say("first", decision.SayWarning, decision.PriorityEnforce), say("second", decision.SayWarning, decision.PriorityEnforce),
		say("answer", decision.SayAnswer, decision.PriorityAnswer), elsewhere,
		decision.MarkSay{ID: 1, State: decision.SaySending},
		decision.MarkSay{ID: 1, State: decision.SayPending, NotBefore: h.clock.Add(time.Minute), Why: "too fast"})
	if row, _ := h.next(); row == nil || row.Say.Text != "elsewhere" {
		t.Errorf("the second overtook the first: %+v", row)
	}
	h.clock = h.clock.Add(time.Minute)
	if row, _ := h.next(); row == nil || row.Say.Text != "first" || row.Attempts != 1 {
		t.Errorf("got %+v", row)
	}
}

func TestOneRowForEachCauseAndKind(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		h.apply(say("m1", decision.SayWarning, 0), say("m1", decision.SayAnswer, 0), say("m2", decision.SayWarning, 0))
	}
	if n := h.said(decision.SayPending); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

func TestMarkSayRefuses(t *testing.T) {
	tests := []struct {
		name string
		path []decision.SayState
		last decision.SayState
	}{
		{"sending twice", []decision.SayState{decision.SaySending}, decision.SaySending},
		{"sending what is unknown", []decision.SayState{decision.SaySending, decision.SayUnknown}, decision.SaySending},
		{"again what was sent", []decision.SayState{decision.SaySending, decision.SaySent}, decision.SayPending},
		{"what was cancelled", []decision.SayState{decision.SayCancelled}, decision.SaySending},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.apply(say("m1", decision.SayWarning, 0))
			for _, s := range tt.path {
				h.apply(decision.MarkSay{ID: 1, State: s, At: h.clock})
			}
			h.refused(decision.MarkSay{ID: 1, State: tt.last})
			h.refused(decision.MarkSay{ID: 2, State: decision.SayCancelled})
		})
	}
}

func TestRehearsedRowsAreNeverSent(t *testing.T) {
	h := newHouse(t)
	s := say("m1", decision.SayWarning, 0)
	s.Say.Rehearsed, s.Say.Merge, s.Say.Due = true, "k", h.clock.Add(time.Minute)
	h.apply(s)
	h.clock = h.clock.Add(time.Hour)
	if row, due := h.next(); row != nil || !due.IsZero() {
		t.Errorf("next %+v, due %v", row, due)
	}
	if h.said(decision.SayRehearsed) != 1 {
		t.Error("the rehearsed row is missing")
	}
	h.refused(decision.MarkSay{ID: 1, State: decision.SaySending})
}

func TestMerge(t *testing.T) {
	h := newHouse(t)
	welcome := func(cause, name string) decision.Speak {
		s := say(cause, decision.SayWelcome, decision.PriorityWelcome)
		s.Say.Merge, s.Say.Parts, s.Say.Due = "welcome 1", []string{name}, h.clock.Add(30*time.Second)
		return s
	}
	h.apply(welcome("j1", "甲"), welcome("j1", "甲"), welcome("j2", "乙"))
	other := welcome("j1", "丁")
	other.Say.Room = 2
	h.apply(other)
	h.clock = h.clock.Add(30 * time.Second)
	row, _ := h.next()
	if row == nil || !slices.Equal(row.Say.Parts, []string{"甲", "乙"}) {
		t.Fatalf("merged %+v", row)
	}
	h.apply(welcome("j3", "丙")) // the row is due: it may be on its way
	if again, _ := h.next(); again == nil || len(again.Say.Parts) != 2 {
		t.Errorf("a due row grew: %+v", again)
	}
	if n := h.said(decision.SayPending); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

func TestToOwners(t *testing.T) {
	tests := []struct {
		name    string
		prepare []decision.Effect
		want    []place
	}{
		{"one owner", nil, []place{{member: boss}}},
		{"two owners, deputies not", []decision.Effect{
			decision.SetMember{Member: jia, Role: ptr(decision.RoleOwner)}, decision.SetMember{Member: yi, Role: ptr(decision.RoleDeputy)},
		}, []place{{member: boss}, {member: jia}}},
		{"the account itself is owner", []decision.Effect{
			decision.SetMember{Member: boss, Role: ptr(decision.RoleMember)}, decision.SetMember{Member: theBot, Role: ptr(decision.RoleOwner)},
		}, []place{{console: true}}},
		{"two who cannot be reached", []decision.Effect{
			decision.SetMember{Member: boss, Unreachable: ptr(true)},
			decision.SetMember{Member: jia, Role: ptr(decision.RoleOwner), Unreachable: ptr(true)},
		}, []place{{console: true}}},
		{"one of two can be reached", []decision.Effect{
			decision.SetMember{Member: boss, Unreachable: ptr(true)}, decision.SetMember{Member: jia, Role: ptr(decision.RoleOwner)},
		}, []place{{member: jia}, {console: true}}},
		{"no owner", []decision.Effect{decision.SetMember{Member: boss, Role: ptr(decision.RoleMember)}}, []place{{console: true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.apply(tt.prepare...)
			s := say("m1", decision.SayInbox, decision.PriorityAnswer)
			s.Say.ToOwners = true
			h.apply(s, s)
			var got []place
			for range len(tt.want) {
				row, _ := h.next()
				if row == nil {
					break
				}
				got = append(got, place{row.Say.Member, row.Say.Console})
				h.apply(decision.MarkSay{ID: row.ID, State: decision.SayCancelled})
			}
			if !slices.Equal(got, tt.want) || h.said(decision.SayPending) != 0 {
				t.Errorf("said to %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCancelSays(t *testing.T) {
	h := newHouse(t)
	warning, inbox, sent := say("m1", decision.SayWarning, 0), say("m1", decision.SayInbox, 0), say("m0", decision.SayWarning, 0)
	warning.Say.Case, inbox.Say.Case, sent.Say.Case = 1, 1, 1
	h.apply(sent, decision.MarkSay{ID: 1, State: decision.SaySending}, decision.MarkSay{ID: 1, State: decision.SaySent},
		warning, inbox, decision.CancelSays{Case: 1, Kind: decision.SayWarning})
	if row, _ := h.next(); row == nil || row.Say.Kind != decision.SayInbox {
		t.Errorf("left %+v", row)
	}
	h.apply(decision.CancelSays{Case: 1})
	if p, s := h.said(decision.SayPending), h.said(decision.SaySent); p != 0 || s != 1 {
		t.Errorf("%d pending, %d sent", p, s)
	}
}

func TestRecover(t *testing.T) {
	h := newHouse(t)
	ask := say("case 1", decision.AskRemove, 0)
	ask.Say.Member = jia
	h.apply(say("m1", decision.SayWarning, 0), ask, say("m2", decision.SayWarning, 0),
		decision.MarkSay{ID: 1, State: decision.SaySending}, decision.MarkSay{ID: 2, State: decision.SaySending})
	for i, want := range []int{2, 0} {
		if n, err := h.Recover(t.Context()); err != nil || n != want {
			t.Errorf("recovery %d: %d rows (%v), want %d", i, n, err, want)
		}
	}
	if row, _ := h.next(); row == nil || row.Say.Text != "m2" {
		t.Errorf("next %+v", row)
	}
	// The roster shows that the member is still there: the request may go again.
	h.apply(decision.MarkSay{ID: 2, State: decision.SayPending}, decision.MarkSay{ID: 2, State: decision.SaySending})
}
