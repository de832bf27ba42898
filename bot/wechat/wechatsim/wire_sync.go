package wechatsim

import (
	"slices"
	"strconv"
)

// Selectors of synccheck.
const (
	selectNone    = 0
	selectMessage = 2
	selectContact = 4
	selectGone    = 6
)

// serveSyncCheck waits until there is something behind the client's key, the
// session ended, or the poll's time is over.
func (s *Server) serveSyncCheck(c *call) {
	s.mu.Lock()
	now, ret := s.asked(c)
	position, ok := 0, false
	if ret == retOK {
		position, ok = now.position(parseKey(c.r.URL.Query().Get("synckey")), len(s.world.feed))
	}
	s.mu.Unlock()
	if ret == retOK && !ok {
		ret = retSession
	}
	if ret != retOK {
		c.syncCheck(ret, selectNone)
		return
	}
	selector := selectNone
	s.park(now, position)
	s.await(c.r.Context(), s.options.Poll, func() bool {
		ret, selector = now.end, s.selector(position)
		return ret != retOK || selector != selectNone
	})
	s.unpark(now, ret == retOK && c.r.Context().Err() == nil)
	c.date(s.Now())
	c.syncCheck(ret, selector)
}

// syncCheck answers a long poll in JavaScript, 43 bytes for no news.
func (c *call) syncCheck(ret, selector int) {
	c.bytes("text/javascript", []byte(`window.synccheck={retcode:"`+strconv.Itoa(ret)+`",selector:"`+strconv.Itoa(selector)+`"}`))
}

// selector says what kind of news comes first. The lock is held.
func (s *Server) selector(position int) int {
	if position >= len(s.world.feed) {
		return selectNone
	}
	for _, one := range s.world.feed[position:min(len(s.world.feed), position+s.options.SyncLimit)] {
		if one.message != nil {
			return selectMessage
		}
	}
	if s.world.feed[position].gone {
		return selectGone
	}
	return selectContact
}

type syncProfile struct {
	BitFlag  int
	UserName struct{ Buff string }
}

type removedContact struct {
	UserName    string
	ContactFlag int
}

// changedContact is a contact in ModContactList: for a room without
// EncryChatRoomId and IsOwner, but with its owner.
type changedContact struct {
	UserName, NickName           string
	Sex, HeadImgUpdateFlag       int
	ContactType                  int
	Alias, ChatRoomOwner         string
	HeadImgUrl                   string
	ContactFlag, MemberCount     int
	MemberList                   []listed
	HideInputBarFlag             int
	Signature                    string
	VerifyFlag                   int
	RemarkName                   string
	Statues, AttrStatus, SnsFlag int
	Province, City, KeyWord      string
}

// syncTail is what follows AddMsgList in webwxsync, which is itself
// rendered by hand.
type syncTail struct {
	ModContactCount        int
	ModContactList         []changedContact
	DelContactCount        int
	DelContactList         []removedContact
	ModChatRoomMemberCount int
	ModChatRoomMemberList  []struct{}
	Profile                syncProfile
	ContinueFlag           int
	SyncKey                *syncKey `json:",omitempty"`
	SKey                   string
	SyncCheckKey           *syncKey `json:",omitempty"`
}

// serveSync brings what is behind the client's key. The key is the client's
// acknowledgement: who sends the same one again gets the same again.
func (s *Server) serveSync(c *call) {
	var body struct{ SyncKey syncKey }
	s.mu.Lock()
	now, ret := s.posted(c, &body)
	position, ok := 0, true
	if ret == retOK {
		position, ok = now.position(body.SyncKey.List, len(s.world.feed))
	}
	if ret == retOK && !ok {
		ret = retParam
	}
	if ret != retOK {
		s.mu.Unlock()
		c.json(struct {
			BaseResponse baseResponse
			AddMsgList   []struct{}
			syncTail
		}{BaseResponse: baseResponse{Ret: ret}, AddMsgList: []struct{}{}, syncTail: emptyTail()})
		return
	}
	now.synced = true
	s.refreshCookies(c, now)
	answer := s.syncAnswer(c.fault, now, position)
	s.mu.Unlock()
	if c.fault.is("truncate") {
		answer = answer[:len(answer)/2]
	}
	c.bytes("text/plain", answer)
}

// emptyTail has empty lists where there are none: the service never says null.
func emptyTail() syncTail {
	return syncTail{ModContactList: []changedContact{}, DelContactList: []removedContact{}, ModChatRoomMemberList: []struct{}{}}
}

// syncAnswer renders the batch at position. The lock is held.
func (s *Server) syncAnswer(f *fault, now *session, position int) []byte {
	batch, end := s.batch(position)
	tail := emptyTail()
	if end < len(s.world.feed) {
		tail.ContinueFlag = 1
	}
	key := now.keyAt(end)
	tail.SyncKey, tail.SyncCheckKey = &key, &key
	if f.is("nosynckey") {
		tail.SyncKey, tail.SyncCheckKey = nil, nil
	}
	s.addContacts(now, &tail, batch)
	messages := s.distort(f, now, position, batch)
	b := make([]byte, 0, 1024+1300*len(messages))
	b = append(b, `{"BaseResponse":{"Ret":0,"ErrMsg":""},"AddMsgCount":`...)
	b = append(appendInt(b, len(messages)), `,"AddMsgList":[`...)
	for i, m := range messages {
		if i > 0 {
			b = append(b, ',')
		}
		b = m.append(b, now, s.world.self)
	}
	b = append(b, `],`...)
	return append(b, encode(tail)[1:]...)
}

// batch is what one answer holds: as many messages as allowed and everything
// between them.
func (s *Server) batch(position int) (items []item, end int) {
	messages := 0
	for end = position; end < len(s.world.feed); end++ {
		if s.world.feed[end].message != nil {
			if messages == s.options.SyncLimit {
				break
			}
			messages++
		}
	}
	return s.world.feed[position:end], end
}

// addContacts renders every changed room and person of the batch once, as it
// is now.
func (s *Server) addContacts(now *session, tail *syncTail, batch []item) {
	seen := map[any]bool{nil: true}
	for _, one := range slices.Backward(batch) {
		switch {
		case one.room != nil && !seen[one.room]:
			seen[one.room] = true
			if one.gone {
				tail.DelContactList = append(tail.DelContactList, removedContact{now.roomName(one.room), 0})
			} else {
				tail.ModContactList = append(tail.ModContactList, s.changedRoom(now, one.room))
			}
		case one.person != nil && !seen[one.person]:
			seen[one.person] = true
			if one.gone {
				tail.DelContactList = append(tail.DelContactList, removedContact{now.userName(one.person), 0})
			} else {
				tail.ModContactList = append(tail.ModContactList, s.changedPerson(now, one.person))
			}
		}
	}
	tail.ModContactCount, tail.DelContactCount = len(tail.ModContactList), len(tail.DelContactList)
}

// changedRoom is partial on purpose: see [changedContact].
func (s *Server) changedRoom(now *session, r *room) changedContact {
	full := s.roomContact(now, r, len(r.members))
	return changedContact{
		UserName: full.UserName, NickName: full.NickName, HeadImgUpdateFlag: 1, HeadImgUrl: full.HeadImgUrl,
		ContactFlag: full.ContactFlag, MemberCount: full.MemberCount, MemberList: full.MemberList,
		ChatRoomOwner: now.userName(r.owner),
	}
}

// changedPerson renders a friend who is new or has another name.
func (s *Server) changedPerson(now *session, p *person) changedContact {
	full := s.friendContact(now, p)
	return changedContact{
		UserName: full.UserName, NickName: full.NickName, RemarkName: full.RemarkName, HeadImgUpdateFlag: 1, HeadImgUrl: full.HeadImgUrl,
		ContactFlag: full.ContactFlag, MemberList: full.MemberList, VerifyFlag: full.VerifyFlag, SnsFlag: full.SnsFlag,
	}
}
