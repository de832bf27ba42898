package wechatsim

import "strings"

type initAnswer struct {
	BaseResponse        baseResponse
	Count               int
	ContactList         []contact
	SyncKey             syncKey
	User                user
	ChatSet             string
	SKey                string
	ClientVersion       int
	SystemTime          int64
	GrayScale           int
	InviteStartCount    int
	MPSubscribeMsgCount int
	MPSubscribeMsgList  []struct{}
	ClickReportInterval int
}

// user is the bot's account in webwxinit.
type user struct {
	Uin                                                                     int64
	UserName, NickName, HeadImgUrl, RemarkName, PYInitial, PYQuanPin        string
	RemarkPYInitial, RemarkPYQuanPin                                        string
	HideInputBarFlag, StarFriend, Sex                                       int
	Signature                                                               string
	AppAccountFlag, VerifyFlag, ContactFlag, WebWxPluginSwitch, HeadImgFlag int
	SnsFlag                                                                 int
}

// recentRooms is how many chats webwxinit tells of.
const recentRooms = 20

// serveInit starts, or starts again, with the recent chats and the sync key of
// the present. Member lists are not to be trusted here.
func (s *Server) serveInit(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ret := s.posted(c, nil)
	if ret != retOK {
		c.refuse(ret)
		return
	}
	list := []contact{s.friendContact(now, s.world.people[fileHelper])}
	chats := []string{fileHelper}
	for _, r := range s.world.recent(recentRooms) {
		list = append(list, s.recentContact(now, r))
		chats = append(chats, now.roomName(r))
	}
	name := now.userName(s.world.self)
	c.json(initAnswer{
		Count: len(list), ContactList: list, SyncKey: now.keyAt(len(s.world.feed)),
		User: user{
			Uin: s.uin, UserName: name, NickName: listName(s.world.self.name),
			HeadImgUrl:        "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=812345&username=" + name + "&skey=" + now.skey,
			WebWxPluginSwitch: 1, HeadImgFlag: 1, SnsFlag: 17,
		},
		ChatSet: strings.Join(chats, ",") + ",", SKey: now.skey, ClientVersion: 637863730,
		SystemTime: s.world.now.Unix(), GrayScale: 1, InviteStartCount: inviteStart,
		MPSubscribeMsgList: []struct{}{}, ClickReportInterval: 600000,
	})
}

// recentContact is a room as webwxinit shows it: members without names, no
// EncryChatRoomId.
func (s *Server) recentContact(now *session, r *room) contact {
	full := s.roomContact(now, r, len(r.members))
	full.EncryChatRoomId = ""
	for i := range full.MemberList {
		full.MemberList[i] = listed{UserName: full.MemberList[i].UserName}
	}
	return full
}

// serveStatusNotify takes the notice that a client is there, or has read
// something. The phone answers the first with the list of its chats.
func (s *Server) serveStatusNotify(c *call) {
	var body struct{ Code int }
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ret := s.posted(c, &body); ret != retOK {
		c.refuse(ret)
		return
	}
	if body.Code == 3 {
		s.noise(4)
	}
	c.json(struct {
		BaseResponse baseResponse
		MsgID        string
	}{MsgID: "1525593942418834"})
}

// noise puts a message of type 51 into the feed, which clients have to ignore.
func (s *Server) noise(code int) {
	m := &message{typ: typeNotify, from: s.world.self, content: escapes.Replace("<msg>\n<op id='4'>\n<username></username>\n</op>\n</msg>")}
	m.extra = &extra{notifyCode: code, notifyRooms: s.world.recent(recentRooms)}
	s.world.post(m, "")
	s.wake()
}
