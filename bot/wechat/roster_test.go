package wechat

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// TestJoins plays every wording of the simulator, which takes turns with them,
// in both languages: the newcomer comes from the list, the inviter from the
// text.
func TestJoins(t *testing.T) {
	for _, how := range []struct {
		via, lang, by string
		wantBy        []string // one of these; the wording may not name anybody
		wantVia       []chat.JoinVia
	}{
		{via: "invite", lang: "zh", by: "甲", wantBy: []string{"甲"}, wantVia: []chat.JoinVia{chat.ViaInvite}},
		{via: "invite", lang: "en", by: "甲", wantBy: []string{"甲"}, wantVia: []chat.JoinVia{chat.ViaInvite}},
		{via: "qr", lang: "zh", by: "甲", wantBy: []string{"甲"}, wantVia: []chat.JoinVia{chat.ViaQR}},
		{via: "qr", lang: "en", by: "甲", wantBy: []string{"甲"}, wantVia: []chat.JoinVia{chat.ViaQR}},
		{via: "invite", lang: "zh", wantBy: []string{"老王", ""}, wantVia: []chat.JoinVia{chat.ViaInvite, chat.ViaUnknown}},
		{via: "invite", lang: "zh", by: "self", wantBy: []string{"小助手"}, wantVia: []chat.JoinVia{chat.ViaInvite}},
		{via: "invite", lang: "en", by: "self", wantBy: []string{"小助手"}, wantVia: []chat.JoinVia{chat.ViaInvite}},
		{via: "qr", lang: "zh", by: "self", wantBy: []string{"小助手"}, wantVia: []chat.JoinVia{chat.ViaQR}},
		{via: "qr", lang: "en", by: "self", wantBy: []string{"小助手"}, wantVia: []chat.JoinVia{chat.ViaQR}},
	} {
		t.Run(fmt.Sprintf("%s %s by %q", how.via, how.lang, how.by), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wechatsim.Options{})
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			for i := range 3 {
				name := fmt.Sprintf("新人 %d、\"x\"", i)
				r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: []string{name}, By: how.by, Via: how.via, Lang: how.lang}))
				j := later[chat.Joined](t, r, time.Minute)
				if len(j.Members) != 1 || r.dir.nick(j.Members[0]) != name {
					t.Errorf("joined %q", r.nicks(j.Members))
				}
				if !slices.Contains(how.wantBy, r.dir.nick(j.By)) || !slices.Contains(how.wantVia, j.Via) {
					t.Errorf("turn %d: by %q via %q", i, r.dir.nick(j.By), j.Via)
				}
			}
		})
	}
}

func TestManyJoinAtOnce(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	var crowd []string
	for i := range 490 {
		crowd = append(crowd, fmt.Sprintf("来客%03d", i))
	}
	r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: crowd, By: "乙"}))
	j := later[chat.Joined](t, r, time.Minute)
	if len(j.Members) != len(crowd) || r.dir.nick(j.By) != "乙" || j.Via != chat.ViaInvite {
		t.Errorf("%d joined by %q via %q", len(j.Members), r.dir.nick(j.By), j.Via)
	}
	r.roster(t, time.Minute, append(crowd, "老王", "甲", "乙")...)
}

func TestForgedJoinIsNotBelieved(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: []string{"幽灵"}, By: "甲", Forged: true}))
	r.roster(t, time.Minute, "老王", "甲", "乙")
	if j := heard[chat.Joined](r.ear); len(j) > 0 {
		t.Errorf("nobody joined, yet %+v", j)
	}

	// A nickname that reads like an invitation by the owner names no inviter.
	r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: []string{`老王"邀请"丁`}, By: "乙"}))
	j := later[chat.Joined](t, r, time.Minute)
	if len(j.Members) != 1 || r.dir.nick(j.Members[0]) != `老王"邀请"丁` || r.dir.nick(j.By) == "老王" {
		t.Errorf("joined %q by %q", r.nicks(j.Members), r.dir.nick(j.By))
	}
}

func TestLeavingNeedsTwoLists(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Leave(wechatsim.Leaving{Room: "g", Member: "甲"}))
	first := r.roster(t, time.Minute, "老王", "乙")
	if left := heard[chat.Left](r.ear); len(left) > 0 {
		t.Fatalf("one list was enough: %+v", left)
	}
	left := later[chat.Left](t, r, time.Minute)
	if r.dir.nick(left.Members[0]) != "甲" || len(left.Members) != 1 {
		t.Errorf("left %q", r.nicks(left.Members))
	}
	if gap := left.Time.Sub(first.Time); gap < rosterGap {
		t.Errorf("the lists are %v apart", gap)
	}
}

func TestPartialListsLeaveNobodyOut(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Fault(wechatsim.Fault{Name: "partialroster", Times: 40}))
	for range 12 {
		r.net.Refresh(1)
		r.clock.step(t, time.Hour)
	}
	if left, read := heard[chat.Left](r.ear), heard[chat.RosterRead](r.ear); len(left)+len(read) > 0 {
		t.Errorf("partial lists were believed: %+v %+v", left, read)
	}
	r.do(t)(r.sim.Fault(wechatsim.Fault{Clear: true}))
	r.net.Refresh(1)
	r.roster(t, time.Hour, "老王", "甲", "乙")
}

func TestRefreshReadsTwice(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.net.Refresh(1)
	a := r.roster(t, time.Minute, "老王", "甲", "乙")
	r.clock.step(t, time.Minute)
	b := r.roster(t, time.Minute, "老王", "甲", "乙")
	if gap := b.Time.Sub(a.Time); gap < rosterGap || gap > 2*rosterGap {
		t.Errorf("the lists are %v apart", gap)
	}
}

func TestRenames(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Rename(wechatsim.Renaming{Room: "g", Name: "新邻里"}))
	r.do(t)(r.sim.Rename(wechatsim.Renaming{Room: "g", Member: "甲", Name: "群里的甲"}))
	if e := later[chat.Renamed](t, r, time.Minute); e.Old != "甲" || e.New != "群里的甲" || r.dir.nick(e.Member) != "甲" {
		t.Errorf("renamed %+v", e)
	}
	if e := later[chat.RoomRenamed](t, r, time.Minute); e.Old != "邻里群" || e.New != "新邻里" {
		t.Errorf("room renamed %+v", e)
	}
}

func TestBotRemoved(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Remove(wechatsim.Removal{Room: "g", Member: "self"}))
	if e := later[chat.BotRemoved](t, r, time.Minute); e.Room != 1 {
		t.Errorf("removed %+v", e)
	}
	if left := heard[chat.Left](r.ear); len(left) > 0 {
		t.Errorf("the members are not the ones who left: %+v", left)
	}
}

// TestUnlistedRoomIsFound: a room outside the contact list shows up when
// somebody speaks in it.
func TestUnlistedRoomIsFound(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	unsaved := false
	r.do(t)(r.sim.Room(wechatsim.NewRoom{Room: "h", Name: "临时群", Owner: "丙", Members: []string{"甲"}, Saved: &unsaved}))
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "h", Member: "甲", Text: "有人吗"}))
	m := r.ear.said(t, "有人吗")
	if m.Room == 1 || m.Room == 0 || r.dir.nick(m.From) != "甲" {
		t.Errorf("message %+v from %q", m, r.dir.nick(m.From))
	}
}

// TestRoomsThatAreOffLeaveNoTrace: nothing of a room that the road does not
// admit reaches the directory but the room itself.
func TestRoomsThatAreOffLeaveNoTrace(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.ear.off = true
	r.login(t)
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "geheim"}))
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "甲", Text: "private Sache"}))
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "filehelper", Text: "状态"}))
	if m := r.ear.said(t, "状态"); !m.Console {
		t.Errorf("console %+v", m)
	}
	if known, _ := r.dir.Members(t.Context(), "", 1); len(known) > 0 {
		t.Errorf("members of a room that is off are stored: %+v", known)
	}
	r.ear.mu.Lock()
	defer r.ear.mu.Unlock()
	if len(r.ear.events) > 0 {
		t.Errorf("events of a room that is off: %+v", r.ear.events)
	}
}

func TestRoomSwitchedOnLater(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.ear.off = true
	r.login(t)
	r.ear.mu.Lock()
	r.ear.off = false
	r.ear.mu.Unlock()
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "老王", Text: "认主 12345678"}))
	if m := r.ear.said(t, "认主 12345678"); r.dir.nick(m.From) != "老王" {
		t.Errorf("from %q", r.dir.nick(m.From))
	}
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: []string{"丙"}, By: "甲"}))
	if j := later[chat.Joined](t, r, time.Minute); len(j.Members) != 1 || r.dir.nick(j.By) != "甲" {
		t.Errorf("joined %+v", j)
	}
}

// TestOwnerOfARoomThatIsOff: after a restart, and after a new login, the
// road can tell who switches a room on again.
func TestOwnerOfARoomThatIsOff(t *testing.T) {
	for name, again := range map[string]func(t *testing.T, r *rig){
		"restart": func(t *testing.T, r *rig) {
			r.end(t)
			r.begin(t)
			r.ear.phase(t, chat.PhaseOnline)
		},
		"new login": func(t *testing.T, r *rig) {
			r.do(t)(r.sim.EndSession(wechatsim.Ending{End: 1101}))
			r.ear.phase(t, chat.PhaseScan)
			r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
			r.ear.phase(t, chat.PhaseOnline)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wechatsim.Options{})
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			r.ear.mu.Lock()
			r.ear.off = true
			r.ear.mu.Unlock()
			again(t, r)
			r.ear.mu.Lock()
			r.ear.asked = nil
			r.ear.mu.Unlock()
			r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "老王", Text: "启用"}))
			r.ear.until(t, "question about 启用", func() bool {
				for _, m := range r.ear.asked {
					if m.Text == "启用" {
						return true
					}
				}
				return false
			})
			r.ear.mu.Lock()
			defer r.ear.mu.Unlock()
			for _, m := range r.ear.asked {
				if m.Text == "启用" && r.dir.nick(m.From) != "老王" {
					t.Errorf("asked about a message from %q (%d)", r.dir.nick(m.From), m.From)
				}
			}
		})
	}
}

func TestRequestsAreReportedOnly(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "甲", Kind: "link", Title: "邀请你加入群聊", Text: "x", URL: "https://weixin.qq.com/g/x"}))
	if e := next[chat.Requested](t, r.ear); e.What != chat.RequestRoom {
		t.Errorf("request %+v", e)
	}
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "甲", Kind: "raw", Text: `{"MsgType":37,"FromUserName":"fmessage","Content":"&lt;msg/&gt;"}`}))
	if e := next[chat.Requested](t, r.ear); e.What != chat.RequestFriend {
		t.Errorf("request %+v", e)
	}
	for name, n := range r.sim.World().Requests {
		if name == "webwxverifyuser" || name == "webwxupdatechatroom" {
			t.Errorf("%s was called %d times", name, n)
		}
	}
}

// TestOwnerChanges: the network shows who owns the room. The owner leaves, and
// the oldest member, the bot's account, owns it.
func TestOwnerChanges(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Rename(wechatsim.Renaming{Room: "g", Name: "新邻里"})) // the wire tells who owns the room with any change
	if e := later[chat.OwnerChanged](t, r, time.Minute); r.dir.nick(e.Owner) != "老王" || !e.First || e.Room == 0 {
		t.Errorf("shown first: %+v", e)
	}
	r.do(t)(r.sim.Leave(wechatsim.Leaving{Room: "g", Member: "老王"}))
	if e := later[chat.OwnerChanged](t, r, 10*time.Minute); r.dir.nick(e.Owner) != "小助手" || e.First || e.Room == 0 {
		t.Errorf("changed to %+v", e)
	}
}
