package wechatsim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

func say(t testing.TB, s *wechatsim.Server, member, text string) wechatsim.Done {
	t.Helper()
	return must(t)(s.Say(wechatsim.Saying{Room: "g", Member: member, Text: text}))
}

func contents(list []message) string {
	var b strings.Builder
	for _, m := range list {
		_, text, ok := strings.Cut(m.Content, ":<br/>")
		if !ok {
			text = m.Content
		}
		b.WriteString(text + " ")
	}
	return strings.TrimSpace(b.String())
}

func TestSyncBySameKeyAgain(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	say(t, s, "甲", "一")
	say(t, s, "甲", "二")
	first, again := c.sync(), c.sync()
	if got := contents(first.AddMsgList); got != "一 二" || contents(again.AddMsgList) != got || first.AddMsgCount != 2 {
		t.Errorf("first %q, again %q", got, contents(again.AddMsgList))
	}
	if a, b := first.AddMsgList[0], again.AddMsgList[0]; a != b {
		t.Errorf("the same message twice: %+v, %+v", a, b)
	}
	if !strings.Contains(c.check(), `selector:"2"`) {
		t.Error("an unread message is no news")
	}
	c.key = *first.SyncKey
	if got := c.next(); got.AddMsgCount != 0 {
		t.Errorf("after the key moved: %q", contents(got.AddMsgList))
	}
}

func TestSyncInParts(t *testing.T) {
	s := start(t, wechatsim.Options{SyncLimit: 3})
	c := login(t, s)
	for i := range 7 {
		say(t, s, "甲", fmt.Sprint(i))
	}
	var parts []string
	for more := 1; more == 1; {
		a := c.next()
		more = a.ContinueFlag
		parts = append(parts, contents(a.AddMsgList))
	}
	if got := strings.Join(parts, "|"); got != "0 1 2|3 4 5|6" {
		t.Errorf("parts %q", got)
	}
}

func TestSyncKeyGrows(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{}))
	if len(c.key.List) != 4 || c.key.Count != 4 {
		t.Errorf("first key %+v", c.key)
	}
	if a := c.next(); len(c.key.List) < 7 || a.SyncCheckKey == nil {
		t.Errorf("second key %+v", c.key)
	}
}

func TestForeignSyncKey(t *testing.T) {
	s := start(t, wechatsim.Options{})
	stranger := login(t, start(t, wechatsim.Options{}))
	c := login(t, s)
	c.key = stranger.key
	c.key.List[0].Val += 1 << 40
	if got := c.sync().BaseResponse.Ret; got != 1 {
		t.Errorf("Ret %d, want 1", got)
	}
	if got := c.check(); !strings.Contains(got, `retcode:"1101"`) {
		t.Errorf("synccheck: %q", got)
	}
}

func TestLongPoll(t *testing.T) {
	tests := []struct {
		name string
		do   func(*wechatsim.Server) (wechatsim.Done, error)
		want string
	}{
		{"message", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "在吗"})
		}, `retcode:"0",selector:"2"`},
		{"somebody leaves", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Leave(wechatsim.Leaving{Room: "g", Member: "甲"})
		}, `retcode:"0",selector:"4"`},
		{"the account is removed", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Leave(wechatsim.Leaving{Room: "g", Member: "self"})
		}, `retcode:"0",selector:"6"`},
		{"the session ends", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.EndSession(wechatsim.Ending{End: 1102})
		}, `retcode:"1102",selector:"0"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{Poll: 20 * time.Second})
			c := login(t, s)
			said := make(chan string, 1)
			go func() {
				text, err := c.try(c.checkURL())
				said <- fmt.Sprint(text, err)
			}()
			waitParked(t, s)
			must(t)(tt.do(s))
			if got := <-said; !strings.Contains(got, tt.want) {
				t.Errorf("the poll says %q, want %s", got, tt.want)
			}
		})
	}
}

// waitParked returns when the server has seen a synccheck.
func waitParked(t *testing.T, s *wechatsim.Server) {
	t.Helper()
	look, limit := time.NewTicker(time.Millisecond), time.After(5*time.Second)
	defer look.Stop()
	for s.World().Requests["synccheck"] == 0 {
		select {
		case <-look.C:
		case <-limit:
			t.Fatal("no long poll")
		}
	}
}

func TestPollWithoutNews(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{Poll: 10 * time.Millisecond}))
	if got, want := c.check(), `window.synccheck={retcode:"0",selector:"0"}`; got != want || len(want) != 43 {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestContactsInSync(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	whole := c.room("邻里群")
	must(t)(s.Leave(wechatsim.Leaving{Room: "g", Member: "乙"}))
	must(t)(s.Rename(wechatsim.Renaming{Member: "甲", Name: "甲甲"}))
	a := c.next()
	changed := a.ModContactList
	room := changed[0]
	if len(changed) != 2 || room.UserName != whole.UserName || room.EncryChatRoomId != "" || room.MemberCount != 3 || room.ChatRoomOwner != whole.MemberList[0].UserName {
		t.Errorf("changes %+v", changed)
	}
	if strings.Contains(a.raw, "IsOwner") {
		t.Error("a change tells IsOwner")
	}
	must(t)(s.Remove(wechatsim.Removal{Room: "g", Member: "self"}))
	a = c.next()
	if len(a.DelContactList) != 1 || a.DelContactList[0].UserName != whole.UserName || contents(a.AddMsgList) != `你被"老王"移出群聊` {
		t.Errorf("removed: %+v %q", a.DelContactList, contents(a.AddMsgList))
	}
	if got := c.batch(whole.UserName, ""); got.MemberCount != 0 {
		t.Errorf("the room is still to be seen: %+v", got)
	}
}

func TestStatusNotify(t *testing.T) {
	s := start(t, wechatsim.Options{})
	say(t, s, "甲", "早")
	c := login(t, s)
	c.post("webwxstatusnotify", map[string]any{"Code": 3, "FromUserName": c.self, "ToUserName": c.self})
	got := c.next().AddMsgList
	if len(got) != 1 || got[0].MsgType != 51 || got[0].StatusNotifyCode != 4 || !strings.HasPrefix(got[0].StatusNotifyUserName, "@@") {
		t.Errorf("after the notice: %+v", got)
	}
}

// BenchmarkSync is the cost of one message from the mouth of a member to the
// bytes on the wire.
func BenchmarkSync(b *testing.B) {
	s := start(b, wechatsim.Options{SyncLimit: 5000})
	c := login(b, s)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		say(b, s, "甲", "今晚谁去打球？七点，老地方。")
	}
	for seen := 0; seen < b.N; {
		body, _ := json.Marshal(map[string]any{"BaseRequest": c.base(nil), "SyncKey": c.key})
		n, key := skim(b, c, body)
		seen, c.key = seen+n, key
	}
}
