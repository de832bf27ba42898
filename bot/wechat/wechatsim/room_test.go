package wechatsim_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"menshen/bot/wechat/wechatsim"
)

func nicknames(list []contact) string {
	names := make([]string, 0, len(list))
	for _, m := range list {
		names = append(names, m.NickName)
	}
	return strings.Join(names, " ")
}

func TestContactList(t *testing.T) {
	s := start(t, wechatsim.Options{PageSize: 3})
	unsaved := false
	must(t)(s.Room(wechatsim.NewRoom{Room: "h", Name: "没保存", Owner: "老王", Saved: &unsaved}))
	c := login(t, s)
	list := c.contacts()
	if got, want := nicknames(list), "文件传输助手 微信团队 朋友推荐消息 老王 甲 乙 邻里群"; got != want {
		t.Errorf("contacts %q, want %q", got, want)
	}
	if room := named(t, list, "邻里群"); room.MemberCount != 0 || len(room.MemberList) != 0 || room.IsOwner != 0 {
		t.Errorf("the contact list knows members: %+v", room)
	}
	must(t)(s.Say(wechatsim.Saying{Room: "h", Member: "老王", Text: "喂"}))
	from := c.next().AddMsgList[0].FromUserName
	if got := c.batch(from, ""); got.NickName != "没保存" || got.MemberCount != 2 {
		t.Errorf("the room that spoke is %+v", got)
	}
}

func TestInitShowsRecentRooms(t *testing.T) {
	s := start(t, wechatsim.Options{})
	say(t, s, "甲", "早")
	c := login(t, s)
	a := c.post("webwxinit", nil)
	room := named(t, a.ContactList, "邻里群")
	if !strings.Contains(a.ChatSet, room.UserName) || room.EncryChatRoomId != "" || strings.TrimSpace(nicknames(room.MemberList)) != "" {
		t.Errorf("recent room %+v", room)
	}
	if got := c.next().AddMsgList; len(got) != 0 {
		t.Errorf("a session hears of the time before: %q", contents(got))
	}
}

func TestRoster(t *testing.T) {
	s := start(t, wechatsim.Options{})
	must(t)(s.Room(wechatsim.NewRoom{Room: "h", Name: "另一个", Owner: "甲"}))
	must(t)(s.Rename(wechatsim.Renaming{Member: "甲", Name: "甲😂<1>"}))
	must(t)(s.Rename(wechatsim.Renaming{Room: "g", Member: "甲", Name: "楼长"}))
	c := login(t, s)
	g, h := c.room("邻里群"), c.room("另一个")
	member := named(t, g.MemberList, `甲<span class="emoji emoji1f639"></span>&lt;1&gt;`)
	if g.MemberCount != 4 || len(g.MemberList) != 4 || len(g.EncryChatRoomId) != 33 || member.DisplayName != "楼长" {
		t.Errorf("room %+v", g)
	}
	if owner := h.MemberList[0]; owner.UserName != member.UserName || owner.DisplayName != "" {
		t.Errorf("the same person elsewhere: %+v", owner)
	}
	if got := c.batch(member.UserName, g.EncryChatRoomId); got.NickName != member.NickName || got.HeadImgUrl == "" {
		t.Errorf("details %+v", got)
	}
	for _, m := range append(g.MemberList, g) {
		if n := len(m.UserName); n != 33 && n != 65 && n != 66 {
			t.Errorf("user name of %d characters", n)
		}
	}
	if !strings.HasSuffix(g.HeadImgUrl, "&skey=") {
		t.Errorf("a room's picture: %s", g.HeadImgUrl)
	}
}

func TestBatchLimit(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{}))
	list := make([]map[string]string, 51)
	if got := c.post("webwxbatchgetcontact", map[string]any{"List": list}).BaseResponse.Ret; got != 1 {
		t.Errorf("51 contacts: Ret %d, want 1", got)
	}
}

func TestFirstReadsArePartial(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{PartialReads: 3}))
	room := named(t, c.contacts(), "邻里群").UserName
	sizes := make([]string, 0, 4)
	for range 4 {
		got := c.batch(room, "")
		sizes = append(sizes, fmt.Sprintf("%d/%d", len(got.MemberList), got.MemberCount))
	}
	if got := strings.Join(sizes, " "); got != "0/0 1/4 2/2 4/4" {
		t.Errorf("reads %s", got)
	}
}

func TestJoinWordings(t *testing.T) {
	tests := []struct {
		name string
		join wechatsim.Joining
		want []string // by turns
	}{
		{"invited", wechatsim.Joining{Members: []string{"丙", "丁"}, By: "甲"}, []string{`"甲"邀请"丙、丁"加入了群聊`}},
		{"by nobody", wechatsim.Joining{Members: []string{"丙"}}, []string{`"老王"邀请"丙"加入了群聊`, `"丙"加入了群聊`}},
		{"by the account", wechatsim.Joining{Members: []string{"丙"}, By: "self"}, []string{`你邀请"丙"加入了群聊  `, `你邀请"丙"加入了群聊  <a href="weixin://revoke">撤销</a>`}},
		{"code", wechatsim.Joining{Members: []string{"丙"}, By: "甲", Via: "qr"}, []string{
			`" 丙"通过扫描"甲"分享的二维码加入群聊 "丙"与群里其他人都不是微信朋友关系，请注意隐私安全`, `"丙"通过"甲"的邀请二维码加入群聊 "丙"与群里其他人都不是微信朋友关系，请注意隐私安全`,
		}},
		{"the account's code", wechatsim.Joining{Members: []string{"丙"}, By: "self", Via: "qr"}, []string{`"丙"通过扫描你分享的二维码加入群聊   "丙"与群里其他人都不是微信朋友关系，请注意隐私安全`}},
		{"English", wechatsim.Joining{Members: []string{"丙", "丁"}, By: "甲", Lang: "en"}, []string{`甲 invited 丙, 丁 to the group chat`, `"甲" invited "丙、丁" to the group chat`}},
		{"English code", wechatsim.Joining{Members: []string{"丙"}, By: "甲", Via: "qr", Lang: "en"}, []string{`"丙" joined the group chat via the QR Code shared by "甲". Note: "丙" is not friends with anyone else in this group chat.`, `" 丙" joined the group chat via the QR Code shared by "甲". Note: "丙" is not friends with anyone else in this group chat.`}},
		{"English by the account", wechatsim.Joining{Members: []string{"丙"}, By: "self", Lang: "en"}, []string{`You invited 丙 to the group chat.`, `You invited 丙 to join the group.`}},
		{"English, the account's code", wechatsim.Joining{Members: []string{"丙"}, By: "self", Via: "qr", Lang: "en"}, []string{`"丙" joined group chat via the QR code you shared.   Note: "丙" is not friends with anyone else in this group chat.`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{})
			c := login(t, s)
			tt.join.Room = "g"
			for _, want := range tt.want {
				must(t)(s.Join(tt.join))
				a := c.next()
				if got := strings.TrimSpace(contents(a.AddMsgList)); got != strings.TrimSpace(want) || a.AddMsgList[0].MsgType != 10000 {
					t.Errorf("%q, want %q", got, want)
				}
				if got := nicknames(a.ModContactList[0].MemberList); !strings.Contains(got, "丙") {
					t.Errorf("members %q", got)
				}
				for _, handle := range tt.join.Members {
					must(t)(s.Leave(wechatsim.Leaving{Room: "g", Member: handle}))
				}
				c.next()
			}
		})
	}
}

func TestAccountJoins(t *testing.T) {
	tests := []struct {
		join wechatsim.Joining
		want string
	}{
		{wechatsim.Joining{Members: []string{"self"}, By: "甲"}, `"甲"邀请你加入了群聊，群聊参与人还有：老王、乙`},
		{wechatsim.Joining{Members: []string{"self", "丙"}, By: "甲"}, `"甲"邀请你和"丙"加入了群聊`},
		{wechatsim.Joining{Members: []string{"self"}, Via: "qr"}, `你通过扫描二维码加入群聊，群聊参与人还有：甲、乙`},
		{wechatsim.Joining{Members: []string{"self"}, By: "甲", Lang: "en"}, `甲 invited you to a group chat with 老王, 乙`},
	}
	for _, tt := range tests {
		s := start(t, wechatsim.Options{})
		c := login(t, s)
		must(t)(s.Leave(wechatsim.Leaving{Room: "g", Member: "self"}))
		say(t, s, "甲", "没人听见")
		tt.join.Room = "g"
		must(t)(s.Join(tt.join))
		if got := contents(c.next().AddMsgList); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestForgedJoin(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	must(t)(s.Join(wechatsim.Joining{Room: "g", Members: []string{`x"邀请"群主`}, By: "甲", Forged: true}))
	a := c.next()
	words := `"甲"邀请"x"邀请"群主"加入了群聊`
	if got := contents(a.AddMsgList); got != words+" "+words || a.AddMsgList[0].MsgType != 1 || a.AddMsgList[1].MsgType != 10000 {
		t.Errorf("heard %q", got)
	}
	if room := c.room("邻里群"); room.MemberCount != 4 || len(a.ModContactList) != 0 {
		t.Errorf("somebody joined: %s", nicknames(room.MemberList))
	}
}

func TestManyJoin(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	all := make([]string, 0, 500)
	for i := range 500 {
		all = append(all, fmt.Sprintf("人%d\"、", i))
	}
	must(t)(s.Join(wechatsim.Joining{Room: "g", Members: all, By: "老王"}))
	a := c.next()
	if got := a.AddMsgList[0].Content; !strings.Contains(got, all[499]) || strings.Count(got, "人") != 500 {
		t.Errorf("%d bytes of names", len(got))
	}
	if room := c.room("邻里群"); room.MemberCount != 504 {
		t.Errorf("%d members", room.MemberCount)
	}
}

func TestSilentChanges(t *testing.T) {
	tests := []struct {
		name string
		do   func(*wechatsim.Server) (wechatsim.Done, error)
		want string
	}{
		{"leave", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Leave(wechatsim.Leaving{Room: "g", Member: "甲"})
		}, ""},
		{"removed by the owner", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Remove(wechatsim.Removal{Room: "g", Member: "甲", By: "老王"})
		}, ""},
		{"removed by the account", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Remove(wechatsim.Removal{Room: "g", Member: "甲", By: "self"})
		}, `你将"甲"移出了群聊`},
		{"room renamed", func(s *wechatsim.Server) (wechatsim.Done, error) {
			return s.Rename(wechatsim.Renaming{Room: "g", Name: "新名"})
		}, `"老王"修改群名为“新名”`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{})
			c := login(t, s)
			must(t)(tt.do(s))
			a := c.next()
			if got := contents(a.AddMsgList); got != tt.want || len(a.ModContactList) != 1 {
				t.Errorf("heard %q, %d changes", got, len(a.ModContactList))
			}
		})
	}
}

func TestBotOwnsRoom(t *testing.T) {
	s := start(t, wechatsim.Options{})
	must(t)(s.Room(wechatsim.NewRoom{Room: "own", Name: "我的", Owner: "站长", Members: []string{"甲"}, BotOwner: true, RemoveWorks: true}))
	c := login(t, s)
	room := c.room("我的")
	if room.IsOwner != 1 || room.MemberCount != 2 || room.MemberList[0].UserName != c.self || room.MemberList[0].NickName != "站长" {
		t.Errorf("room %+v", room)
	}
	must(t)(s.Say(wechatsim.Saying{Room: "own", Member: "站长", Text: "我说"}))
	if m := c.next().AddMsgList[0]; m.FromUserName != c.self || m.ToUserName != room.UserName || m.Content != "我说" {
		t.Errorf("typed on the phone: %+v", m)
	}
	remove := map[string]any{"ChatRoomName": room.UserName, "DelMemberList": room.MemberList[1].UserName}
	if got := c.post("webwxupdatechatroom?fun=delmember", remove).BaseResponse.Ret; got != 0 {
		t.Errorf("Ret %d", got)
	}
	if got := contents(c.next().AddMsgList); got != `你将"甲"移出了群聊` {
		t.Errorf("heard %q", got)
	}
}

func TestRemovingFails(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	room := c.room("邻里群")
	remove := map[string]any{"ChatRoomName": room.UserName, "DelMemberList": room.MemberList[2].UserName}
	for _, call := range []string{"webwxupdatechatroom?fun=delmember", "webwxupdatechatroom"} {
		if a := c.post(call, remove); a.BaseResponse.Ret != 1 || a.MemberCount != 0 {
			t.Errorf("%s answers %+v", call, a)
		}
	}
	if got := c.room("邻里群"); got.MemberCount != 4 {
		t.Errorf("members %s", nicknames(got.MemberList))
	}
}

func TestWorld(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	must(t)(s.Leave(wechatsim.Leaving{Room: "g", Member: "乙"}))
	must(t)(s.EndSession(wechatsim.Ending{End: 1100}))
	_ = c.send("filehelper", "x")
	w := s.World()
	want := []wechatsim.MemberState{{Handle: "老王", Name: "老王", Present: true}, {Handle: "self", Name: "小助手", Present: true}, {Handle: "甲", Name: "甲", Present: true}, {Handle: "乙", Name: "乙"}}
	if !slices.Equal(w.Rooms[0].Members, want) {
		t.Errorf("members %+v", w.Rooms[0].Members)
	}
	if len(w.Sessions) != 1 || w.Sessions[0].End != 1100 || w.Requests["webwxinit"] != 1 || w.Requests["webwxsendmsg"] != 1 {
		t.Errorf("world %+v", w)
	}
	if _, err := s.Scan(canceled(t), wechatsim.Scanning{}); err == nil {
		t.Error("the phone scanned nothing")
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
