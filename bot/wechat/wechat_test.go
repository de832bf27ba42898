package wechat

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

func TestLoginAndFirstMessage(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "你好:\n第二行 <b>&amp;"}))
	m := r.ear.said(t, "你好:\n第二行 <b>&amp;")
	if m.Kind != chat.KindText || r.dir.nick(m.From) != "甲" || m.Room != 1 || m.Self || m.Age != 0 {
		t.Errorf("message %+v", m)
	}
	got, err := r.net.Send(t.Context(), chat.Outgoing{ID: 42, Room: 1, Text: "收到 <1> & “2”"})
	if err != nil {
		t.Fatal(err)
	}
	said := r.sim.Transcript()
	if last := said[len(said)-1]; last.Text != "收到 <1> & “2”" || last.ClientID != "42" || last.ID != got.MessageID {
		t.Errorf("said %+v, receipt %+v", last, got)
	}
}

func TestExpiredQRIsRenewed(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.begin(t)
	first := <-r.qrs
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{Action: "expire"}))
	if second := <-r.qrs; second == first {
		t.Error("the same QR code again")
	}
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{Action: "scan"}))
	r.ear.until(t, "scanned state", func() bool {
		return r.ear.states[len(r.ear.states)-1].Detail == "scanned; waiting for the confirmation on the phone"
	})
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{Action: "confirm"}))
	r.ear.phase(t, chat.PhaseOnline)
}

func TestHotLoginKeepsWhoIsWho(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "早"}))
	before := r.ear.said(t, "早")
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.end(t)

	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "while away"}))
	r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: []string{"丙"}, By: "老王"}))
	r.begin(t)
	r.ear.phase(t, chat.PhaseOnline)
	if m := r.ear.said(t, "while away"); m.From != before.From || m.Room != before.Room {
		t.Errorf("after the restart %+v, before %+v", m, before)
	}
	j := later[chat.Joined](t, r, time.Minute)
	if len(j.Members) != 1 || r.dir.nick(j.Members[0]) != "丙" || r.dir.nick(j.By) != "老王" || j.Via != chat.ViaInvite {
		t.Errorf("joined %+v", j)
	}
	if len(r.qrs) != 1 {
		t.Errorf("%d QR codes shown, want 1", len(r.qrs))
	}
}

func TestNewLoginRecognisesEverybody(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	old := r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.EndSession(wechatsim.Ending{End: 1101}))
	r.ear.phase(t, chat.PhaseScan)
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
	r.ear.phase(t, chat.PhaseOnline)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "wieder da"}))
	m := r.ear.said(t, "wieder da")
	if m.Room != old.Room || r.dir.nick(m.From) != "甲" {
		t.Errorf("message %+v", m)
	}
	known, err := r.dir.Members(t.Context(), "", old.Room)
	if err != nil || len(known) != 4 {
		t.Errorf("%d members known, want 4: %+v (%v)", len(known), known, err)
	}
	if joined := heard[chat.Joined](r.ear); len(joined) > 0 {
		t.Errorf("a login made newcomers: %+v", joined)
	}
}

// TestNewLoginWaitsForWholeLists: the first lists of a login are cut short,
// which must not split anybody in two.
func TestNewLoginWaitsForWholeLists(t *testing.T) {
	r := newRig(t, wechatsim.Options{PartialReads: 3})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.EndSession(wechatsim.Ending{End: 1101}))
	r.ear.phase(t, chat.PhaseScan)
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
	for range 3 {
		r.clock.step(t, time.Minute)
	}
	r.ear.phase(t, chat.PhaseOnline)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	if known, _ := r.dir.Members(t.Context(), "", 1); len(known) != 4 {
		t.Errorf("%d members known, want 4: %+v", len(known), known)
	}
}

func TestRefusedAccountStaysRefused(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.clock.advance(t, 30*time.Second)
	r.do(t)(r.sim.EndSession(wechatsim.Ending{End: 1102}))
	r.ear.phase(t, chat.PhaseRefused)
	r.end(t)
	<-r.qrs

	r.begin(t)
	r.ear.phase(t, chat.PhaseRefused)
	r.end(t)
	if len(r.qrs) > 0 {
		t.Error("a refused account was logged in again")
	}

	r.opt.Again = true
	r.login(t)
}

func TestOldLoginEndsWithTheSameCode(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.clock.advance(t, 2*time.Hour)
	r.do(t)(r.sim.EndSession(wechatsim.Ending{End: 1102}))
	r.ear.phase(t, chat.PhaseScan)
}

func TestForbiddenAccount(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.begin(t)
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{Action: "refuse"}))
	r.ear.phase(t, chat.PhaseRefused)
}
