package wechat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"menshen/bot/chat"
)

// handle turns one sync answer into a batch, together with the member lists
// that its messages call for, and returns when the road has stored it.
func (s *session) handle(ctx context.Context, a syncAnswer, next wireKey) error {
	changed := s.noteChanges(a)
	s.noteClaims(a.AddMsgList)
	need := s.unknown(a.AddMsgList)
	var lists []wireContact
	if len(need) > 0 {
		var err error
		if lists, err = s.fetch(ctx, need); err != nil {
			return fmt.Errorf("read who speaks: %w", err)
		}
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	s.seen = sight{}
	events, err := s.newNames(ctx, changed)
	if err != nil {
		return s.salvage(ctx, events, err)
	}
	if len(need) > 0 {
		read, err := s.take(ctx, need, lists)
		events = append(events, read...)
		if err != nil {
			return s.salvage(ctx, events, err)
		}
	}
	for _, m := range a.AddMsgList {
		more, err := s.receive(ctx, m)
		events = append(events, more...)
		if err != nil {
			return s.salvage(ctx, events, err)
		}
	}
	if len(events) == 0 && next.equal(s.key) {
		return nil
	}
	return s.deliver(ctx, chat.Batch{Session: s.id, Cursor: next.cursor(), Events: events})
}

// salvage hands over what member lists showed before err stopped the rest: the
// messages come again with their answer, but a list that was taken over shows
// nothing new a second time.
func (s *session) salvage(ctx context.Context, events []chat.Event, err error) error {
	shown := slices.DeleteFunc(events, func(e chat.Event) bool {
		switch e.(type) {
		case chat.Joined, chat.Left, chat.RosterRead, chat.Renamed, chat.RoomRenamed, chat.OwnerChanged, chat.BotRemoved:
			return false
		default:
			return true
		}
	})
	if len(shown) == 0 {
		return err
	}
	return errors.Join(err, s.deliver(ctx, chat.Batch{Session: s.id, Events: shown}))
}

// noteChanges takes over what the answer says about contacts. Rows about rooms
// are partial: they say that the member list is worth reading, and how those
// who are known already are called now. It returns the rooms with new names.
func (s *session) noteChanges(a syncAnswer) (changed []*room) {
	if len(a.ModContactList)+len(a.DelContactList) == 0 {
		return nil
	}
	now := s.clock.Now().Add(hearsay)
	for _, c := range a.ModContactList {
		if r := s.world.note(c); r != nil {
			changed = append(changed, r)
		}
		if isRoomName(c.UserName) {
			s.look(c.UserName, now, func(r *room) {
				if c.ChatRoomOwner != "" {
					r.owner = c.ChatRoomOwner
				}
			})
		}
	}
	for _, c := range a.DelContactList {
		if isRoomName(c.UserName) {
			s.look(c.UserName, now, func(r *room) { r.told, r.plan.reads = true, 2 })
		} else {
			s.world.forget(c.UserName)
		}
	}
	s.nudge()
	return changed
}

// newNames stores the names that changed in rooms, before what is said there
// under them. The turn is held.
func (s *session) newNames(ctx context.Context, rooms []*room) ([]chat.Event, error) {
	var events []chat.Event
	for _, r := range rooms {
		more, err := s.takeNames(ctx, r, s.server.now())
		if err != nil {
			return events, fmt.Errorf("take names over: %w", err)
		}
		events = append(events, more...)
	}
	return events, nil
}

// look plans to read a room's list soon, after changing what is known of it.
func (s *session) look(userName string, now time.Time, change func(*room)) {
	r := s.world.room(userName)
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	change(r)
	r.plan.soon(now)
}

// noteClaims reads the system texts of watched rooms for newcomers, before the
// lists that may confirm them.
func (s *session) noteClaims(list []wireMessage) {
	now := s.clock.Now()
	noted := false
	for _, m := range list {
		if m.MsgType != typeSystem || !s.world.watches(m.FromUserName) {
			continue
		}
		text := decodeText(m.Content)
		claims := joinClaims(text)
		gone := removedBot(text)
		if len(claims) == 0 && !gone && !aboutMembers(text) {
			continue
		}
		noted = true
		s.look(m.FromUserName, now, func(r *room) {
			for _, c := range claims {
				r.claims = append(r.claims, timedClaim{c, s.server.now().Add(claimLife)})
			}
			if gone {
				r.told, r.plan.reads = true, 2
			}
		})
	}
	if noted {
		s.nudge()
	}
}

// unknown returns the rooms that speak for the first time in this login.
func (s *session) unknown(list []wireMessage) []*room {
	var need []*room
	for _, m := range list {
		name := roomOf(m)
		if name == "" {
			continue
		}
		if r := s.world.room(name); r.id == 0 && !slices.Contains(need, r) {
			need = append(need, r)
		}
	}
	return need
}

// roomOf returns the user name of the room a message was said in.
func roomOf(m wireMessage) string {
	for _, name := range []string{m.FromUserName, m.ToUserName} {
		if isRoomName(name) && isUserName(name) {
			return name
		}
	}
	return ""
}

// receive turns one message into events. What the road does not admit leaves
// no trace. With an error come the events of lists that were taken over.
func (s *session) receive(ctx context.Context, m wireMessage) ([]chat.Event, error) {
	id := m.id()
	if id == "" {
		s.log.LogAttrs(ctx, slog.LevelWarn, "message without an id skipped", slog.Int("type", m.MsgType))
		return nil, nil
	}
	self := m.FromUserName == s.self
	sender, content := "", m.Content
	roomName := roomOf(m)
	switch {
	case self:
		sender = s.self
	case roomName != "":
		if m.MsgType != typeSystem && m.MsgType != typeRecalled {
			sender, content = cutSender(content)
		} else {
			_, content = cutSender(content)
		}
	}
	b, ok := s.decodeSafely(ctx, m, content)
	if !ok || b.kind == "" && m.MsgType != typeFriend {
		return nil, nil
	}
	msg := chat.Message{
		ID: id, Kind: b.kind, Text: b.text, Title: b.title, URLs: b.urls, Quoted: b.quoted,
		Self: sender == s.self, Time: time.Unix(m.CreateTime, 0).UTC(),
	}
	msg.Age = max(0, s.server.now().Sub(msg.Time))
	if msg.Self && s.own.sent(id, b.text) {
		return nil, nil
	}
	if m.MsgType == typeSystem && slices.Contains(limited, strings.TrimSpace(b.text)) {
		return []chat.Event{chat.Limited{Time: msg.Time}}, nil
	}
	if roomName == "" {
		return s.private(ctx, m, b, msg)
	}
	return s.inRoom(ctx, m, roomName, sender, b, msg)
}

// decodeSafely keeps one message that the decoder cannot bear from stopping
// the others.
func (s *session) decodeSafely(ctx context.Context, m wireMessage, content string) (b body, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			s.log.LogAttrs(ctx, slog.LevelError, "message not decoded", slog.String("id", m.id()), slog.Int("type", m.MsgType))
			ok = false
		}
	}()
	return decodeBody(m, content), true
}

// private handles what is said outside rooms: the account's own console and
// people who share a room with it.
func (s *session) private(ctx context.Context, m wireMessage, b body, msg chat.Message) ([]chat.Event, error) {
	if asks := request(m, b); asks != "" && !msg.Self {
		return []chat.Event{chat.Requested{What: asks, Time: msg.Time}}, nil
	}
	switch {
	case msg.Self && m.ToUserName != fileHelper, b.recall != "", b.kind == chat.KindSystem:
		return nil, nil // the owner's own conversations, and notices in them
	case msg.Self:
		msg.Console = true
	case m.FromUserName == fileHelper || !isUserName(m.FromUserName):
		return nil, nil
	default:
		msg.As = s.world.membersOf(m.FromUserName)
	}
	if admitted, err := s.in.Admit(ctx, msg); err != nil || !admitted {
		return nil, err
	}
	return []chat.Event{msg}, nil
}

// invitations are the titles of the card that invites into a room.
var invitations = []string{"邀请你加入群聊", "Group Chat Invitation"}

// request returns what somebody asks of the account, or "". It is never
// granted by itself; the asker's name stays out, anybody can choose one.
func request(m wireMessage, b body) chat.RequestKind {
	switch {
	case m.MsgType == typeFriend:
		return chat.RequestFriend
	case m.MsgType == typeApp && slices.Contains(invitations, b.title):
		return chat.RequestRoom
	default:
		return ""
	}
}

func (s *session) inRoom(ctx context.Context, m wireMessage, roomName, sender string, b body, msg chat.Message) ([]chat.Event, error) {
	r := s.world.lookup(roomName)
	if r == nil || r.id == 0 {
		return nil, fmt.Errorf("message %s: its room is not linked", msg.ID)
	}
	if err := s.acquaint(ctx, r); err != nil {
		return nil, err
	}
	msg.Room = r.id
	msg.From = s.world.memberID(r, sender)
	if b.recall != "" {
		if !r.watched {
			return nil, nil
		}
		return []chat.Event{chat.Recalled{Room: r.id, MessageID: b.recall, Time: msg.Time}}, nil
	}
	if admitted, err := s.in.Admit(ctx, msg); err != nil || !admitted {
		return nil, err
	}
	events, err := s.opened(ctx, r)
	if err != nil {
		return events, err
	}
	if sender != "" {
		met, err := s.meet(ctx, r, sender)
		events = append(events, met...)
		if err != nil {
			return events, err
		}
		if msg.From, err = s.linkSender(ctx, r, sender); err != nil {
			return events, err
		}
	}
	msg.URLs = append(msg.URLs, s.pictured(ctx, m, msg)...)
	return append(events, msg), nil
}

// meet reads the member list when somebody speaks whom it has not shown yet.
func (s *session) meet(ctx context.Context, r *room, sender string) ([]chat.Event, error) {
	s.world.mu.Lock()
	m := r.members[sender]
	stranger := m == nil || m.id == 0 && m.nick == ""
	recent := !r.plan.last.IsZero() && s.clock.Now().Sub(r.plan.last) < minReread
	s.world.mu.Unlock()
	if !stranger || recent {
		return nil, nil
	}
	lists, err := s.fetch(ctx, []*room{r})
	if err != nil {
		return nil, fmt.Errorf("read who speaks: %w", err)
	}
	return s.take(ctx, []*room{r}, lists)
}

// opened begins to watch a room when its first message is admitted.
func (s *session) opened(ctx context.Context, r *room) ([]chat.Event, error) {
	if r.watched {
		return nil, nil
	}
	hasList := r.size > 0
	if err := s.watch(ctx, r); err != nil {
		return nil, err
	}
	s.world.mu.Lock()
	r.plan.soon(s.clock.Now())
	s.world.mu.Unlock()
	s.nudge()
	if !hasList {
		return nil, nil
	}
	return s.settle(ctx, r, s.server.now())
}

// memberID returns our id of a user name, or 0.
func (w *world) memberID(r *room, userName string) chat.MemberID {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m := r.members[userName]; m != nil {
		return m.id
	}
	return 0
}
