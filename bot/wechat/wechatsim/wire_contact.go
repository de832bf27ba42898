package wechatsim

import (
	"encoding/json"
	"strconv"
)

// inviteStart is the size from which newcomers have to accept an invitation.
const inviteStart = 40

// pageOf limits a batch of webwxbatchgetcontact.
const pageOf = 50

// contact is a person or a room in a contact list.
type contact struct {
	Uin                                                    int64
	UserName, NickName, HeadImgUrl                         string
	ContactFlag, MemberCount                               int
	MemberList                                             []listed
	RemarkName                                             string
	HideInputBarFlag, Sex                                  int
	Signature                                              string
	VerifyFlag, OwnerUin                                   int
	PYInitial, PYQuanPin, RemarkPYInitial, RemarkPYQuanPin string
	StarFriend, AppAccountFlag, Statues, AttrStatus        int
	Province, City, Alias                                  string
	SnsFlag, UniFriend                                     int
	DisplayName                                            string
	ChatRoomId                                             int
	KeyWord, EncryChatRoomId                               string
	IsOwner                                                int
}

// listed is somebody in a room's member list: fewer fields than a contact.
type listed struct {
	Uin                              int64
	UserName, NickName               string
	AttrStatus                       int
	PYInitial, PYQuanPin             string
	RemarkPYInitial, RemarkPYQuanPin string
	MemberStatus                     int
	DisplayName, KeyWord             string
}

// friendContact renders a person the account knows.
func (s *Server) friendContact(now *session, p *person) contact {
	name := now.userName(p)
	seq := 620_000_000 + 17*p.number
	return contact{
		UserName: name, NickName: listName(p.name), RemarkName: listName(p.remark), Alias: p.alias, ContactFlag: 3, VerifyFlag: p.verify, SnsFlag: 1,
		HeadImgUrl: "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=" + strconv.Itoa(seq) + "&username=" + name + "&skey=" + now.skey,
		MemberList: []listed{},
	}
}

// roomContact renders a room with its first members. The picture's address of
// a room has an empty skey.
func (s *Server) roomContact(now *session, r *room, members int) contact {
	name := now.roomName(r)
	c := contact{
		UserName: name, NickName: listName(r.name), ContactFlag: 2, MemberList: []listed{},
		HeadImgUrl:      "/cgi-bin/mmwebwx-bin/webwxgetheadimg?seq=0&username=" + name + "&skey=",
		EncryChatRoomId: now.encryID(r),
	}
	if r.saved {
		c.ContactFlag = 3
	}
	if r.owner == s.world.self {
		c.IsOwner = 1
	}
	if !r.has(s.world.self) {
		c.IsOwner = 0
		return c // nothing to see from outside
	}
	for _, m := range r.present() {
		if len(c.MemberList) == members {
			break
		}
		c.MemberList = append(c.MemberList, s.listed(now, m))
	}
	c.MemberCount = len(c.MemberList)
	return c
}

// listed renders a member. AttrStatus changes with the login, as it does in
// reality, so that nobody takes it for an id.
func (s *Server) listed(now *session, m *member) listed {
	return listed{
		UserName: now.userName(m.person), NickName: listName(m.person.name), DisplayName: listName(m.display),
		AttrStatus: int(now.salt[0]) + 102400*m.person.number%(1<<20),
	}
}

type contactsAnswer struct {
	BaseResponse baseResponse
	MemberCount  int
	MemberList   []contact
	Seq          int
}

// serveGetContact lists friends and saved rooms page by page: Seq is where the
// next one starts, 0 after the last.
func (s *Server) serveGetContact(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ret := s.asked(c)
	if ret != retOK {
		c.json(contactsAnswer{BaseResponse: baseResponse{Ret: ret}, MemberList: []contact{}})
		return
	}
	from, _ := strconv.Atoi(c.r.URL.Query().Get("seq"))
	var page []contact
	at, next := 0, 0
	add := func(render func() contact) {
		if at++; at <= from {
			return
		}
		if len(page) < s.options.PageSize {
			page = append(page, render())
		} else if next == 0 {
			next = at - 1
		}
	}
	for _, p := range s.world.order {
		if p.friend && p != s.world.self {
			add(func() contact { return s.friendContact(now, p) })
		}
	}
	for _, r := range s.world.roomOrder {
		if r.saved && r.has(s.world.self) {
			add(func() contact { return s.savedContact(now, r) })
		}
	}
	c.json(contactsAnswer{MemberCount: len(page), MemberList: page, Seq: next})
}

// savedContact is a room in the contact list: never with members.
func (s *Server) savedContact(now *session, r *room) contact {
	k := s.roomContact(now, r, 0)
	k.EncryChatRoomId = ""
	return k
}

// wanted asks for one contact. Clients also send whole contacts here, whose
// ChatRoomId is a number.
type wanted struct {
	UserName, EncryChatRoomId string
	ChatRoomId                json.RawMessage
}

// serveBatchGetContact gives the details of up to 50 contacts: rooms with all
// members, friends, and members of the room named with them.
func (s *Server) serveBatchGetContact(c *call) {
	var body struct{ List []wanted }
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ret := s.posted(c, &body)
	if ret == retOK && len(body.List) > pageOf {
		ret = retParam
	}
	if ret != retOK {
		c.refuse(ret)
		return
	}
	list := make([]contact, 0, len(body.List))
	for _, want := range body.List {
		list = append(list, s.details(c, now, want))
	}
	c.json(struct {
		BaseResponse baseResponse
		Count        int
		ContactList  []contact
	}{Count: len(list), ContactList: list})
}

// details of what is not to be seen are a contact with nothing but its name.
func (s *Server) details(c *call, now *session, want wanted) contact {
	if r := now.byRoomID[want.UserName]; r != nil {
		return s.roster(c, now, r)
	}
	p := now.byName[want.UserName]
	through := want.EncryChatRoomId
	if through == "" {
		through = text(want.ChatRoomId)
	}
	r := now.byRoomID[through]
	switch {
	case p != nil && r != nil && r.has(p) && r.has(s.world.self):
		k := s.friendContact(now, p)
		k.DisplayName = listName(r.byPerson[p].display)
		k.EncryChatRoomId = now.encryID(r)
		if !p.friend {
			k.ContactFlag = 0
		}
		return k
	case p != nil && (p.friend || p == s.world.self):
		return s.friendContact(now, p)
	}
	return contact{UserName: want.UserName, MemberList: []listed{}}
}

// roster is the member list of a room, incomplete in one of three ways while a
// fault or the first reads after a login want it so: empty, one member, half.
func (s *Server) roster(c *call, now *session, r *room) contact {
	now.reads[r]++
	if c.fault == nil && now.reads[r] > s.options.PartialReads {
		return s.roomContact(now, r, len(r.members))
	}
	turn := s.world.turn("partial", 3)
	size := len(r.present())
	k := s.roomContact(now, r, []int{0, 1, max(1, size/2)}[turn])
	if turn == 1 {
		k.MemberCount = size
	}
	return k
}
