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
