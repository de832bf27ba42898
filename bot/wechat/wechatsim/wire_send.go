package wechatsim

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// revokeLimit is how long an account can take back its own message.
const revokeLimit = 2 * time.Minute

// bucket limits sending: size at once, one more every second. Measured were 60
// at once, about 120 at two a second, and no end at one a second.
type bucket struct {
	size int
	left float64
	at   time.Time
}

// take reports whether one more message may go at now.
func (b *bucket) take(now time.Time) bool {
	b.left = min(float64(b.size), b.left+now.Sub(b.at).Seconds())
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// outgoing is Msg in webwxsendmsg and its relatives. ClientMsgId is a string or
// a number.
type outgoing struct {
	Type                                       int
	Content, FromUserName, ToUserName, MediaId string
	LocalID, ClientMsgId                       json.RawMessage
}

type sendAnswer struct {
	BaseResponse baseResponse
	MsgID        string
	LocalID      string
}

func (s *Server) serveSendMsg(c *call) { s.serveSend(c, typeText, "text") }

// serveSendImage sends what was uploaded before.
func (s *Server) serveSendImage(c *call) { s.serveSend(c, typeImage, "image") }

// serveSend says what the client sends.
func (s *Server) serveSend(c *call, typ int, kind string) {
	var body struct{ Msg outgoing }
	s.mu.Lock()
	now, ret := s.posted(c, &body)
	answer := sendAnswer{LocalID: text(body.Msg.LocalID)}
	lost := false
	if ret == retOK {
		answer.MsgID, ret = s.send(c.fault, now, body.Msg, typ, kind)
		lost = ret == retOK && c.fault.is("lostreply")
	}
	answer.BaseResponse.Ret = ret
	s.mu.Unlock()
	if lost {
		c.hangUp()
		return
	}
	c.json(answer)
}

// text reads a JSON string or number as text.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// send checks one message and says it. The lock is held.
func (s *Server) send(f *fault, now *session, o outgoing, typ int, kind string) (id string, ret int) {
	if o.Type != typ || o.FromUserName != now.userName(s.world.self) {
		return "", retParam
	}
	m := &message{typ: typ, from: s.world.self, plain: o.Content}
	e := Entry{From: selfHandle, Kind: kind, Text: o.Content, ClientID: text(o.ClientMsgId), Result: "delivered"}
	if ret := s.address(now, o, m, &e); ret != retOK {
		return "", ret
	}
	if typ == typeImage && !now.media[o.MediaId] || typ == typeText && o.Content == "" {
		return "", retParam
	}
	m.id = s.world.nextNumber()
	e.ID = strconv.FormatInt(m.id, 10)
	switch {
	case m.peer != nil && !m.peer.friend:
		e.Result, ret = "refused", retNotFriend
	case f.is("toofast") || !s.bucket.take(s.world.now):
		e.Result, ret = "refused", retTooFast
	case f.is("lostreply"):
		e.Result = "lost"
	}
	m.at = s.world.now.Unix()
	s.world.log(m, e)
	s.wake()
	if ret != retOK {
		return "", ret
	}
	s.world.byID[e.ID] = m
	if m.room != nil {
		m.room.spoken = max(1, len(s.world.feed))
	}
	return e.ID, retOK
}

// address finds who a message is for.
func (s *Server) address(now *session, o outgoing, m *message, e *Entry) (ret int) {
	if r := now.byRoomID[o.ToUserName]; r != nil && strings.HasPrefix(o.ToUserName, "@@") {
		if !r.has(s.world.self) {
			return retParam
		}
		m.room, e.Room = r, r.handle
		return retOK
	}
	p := now.byName[o.ToUserName]
	if p == nil {
		p = s.world.people[o.ToUserName] // filehelper before its first use
		if p == nil || !p.special {
			return retParam
		}
	}
	m.peer, e.Private, e.To = p, p.handle, p.handle
	return retOK
}

// serveRevoke takes back an own message within two minutes.
func (s *Server) serveRevoke(c *call) {
	var body struct{ SvrMsgId, ToUserName string }
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ret := s.posted(c, &body)
	if ret != retOK {
		c.refuse(ret)
		return
	}
	m := s.world.byID[body.SvrMsgId]
	switch {
	case m == nil || m.from != s.world.self || m.recalled,
		m.room != nil && now.roomName(m.room) != body.ToUserName,
		m.peer != nil && now.userName(m.peer) != body.ToUserName,
		s.world.now.Unix()-m.at > int64(revokeLimit.Seconds()):
		c.refuse(retParam)
		return
	}
	s.world.takeBack(m)
	s.wake()
	c.json(struct {
		BaseResponse baseResponse
		Introduction string
		SysWording   string
	}{Introduction: "你可以撤回2分钟内发送的消息（部分旧版本微信不支持这个功能）。", SysWording: "已撤回"})
}

// serveOplog takes remarks and pins. A remark has had no effect for years.
func (s *Server) serveOplog(c *call) {
	var body struct{ CmdId int }
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ret := s.posted(c, &body)
	if ret == retOK && body.CmdId != 2 && body.CmdId != 3 {
		ret = retParam
	}
	c.refuse(ret)
}
