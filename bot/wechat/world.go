package wechat

import (
	"cmp"
	"strings"
	"sync"
	"time"

	"menshen/bot/chat"
)

// world is what one login knows: contacts, rooms and their members by the user
// names of that login. Whoever changes it holds the network's turn; mu guards
// it against those who only look something up.
type world struct {
	self string // the account's own user name

	mu       sync.Mutex
	rooms    map[string]*room
	byID     map[chat.RoomID]*room
	contacts map[string]contact
}

// contact is a person in the account's address book.
type contact struct{ nick, remark, handle string }

type room struct {
	id       chat.RoomID // 0 until linked
	userName string
	name     string
	encry    string // gives access to members' details
	owner    string // user name; empty until the wire says
	owned    string // the owner that the road knows of
	botOwns  bool
	// watched: the road admits the room's messages, so its members are linked
	// and stored. Of other rooms nothing leaves this process.
	watched bool
	members map[string]*member
	renamed map[*member]string    // whose stored name is this older one
	missing map[*member]time.Time // when they were first absent from a whole list
	// known are members of earlier logins who were not recognised yet.
	known []chat.KnownMember
	// trusted: the room itself was recognised after a new login, so that names
	// may prove who is who. Aside ends that.
	trusted bool
	aside   bool // members not recognised were set aside
	resumed bool // linked before in the same login
	wasOff  bool // was off in this login: who came meanwhile is no newcomer
	// acquainted: who was known in a room that is off has been looked up.
	acquainted bool
	baseline   bool // a whole member list was recorded, so differences mean something
	size       int  // of the last whole list, also of an earlier login; 0: none
	hint       int  // what other answers say the size is; they may be late

	claims []timedClaim
	plan   plan
	shrunk shrunk
	// told: something said that the account was removed; gone is when its list
	// first lacked the account since.
	told       bool
	selfInside bool
	gone       time.Time
}

type timedClaim struct {
	claim
	until time.Time
}

// member is one person in one room. There may be 100 000 of them.
type member struct {
	id       chat.MemberID // 0 until linked
	userName string
	nick     string
	display  string
	inList   bool // in the last whole list
	present  bool // as recorded by the road
}

// name is how the room shows the member.
func (m *member) name() string {
	if m.display != "" {
		return m.display
	}
	return m.nick
}

func newWorld(self string) *world {
	return &world{self: self, rooms: map[string]*room{}, byID: map[chat.RoomID]*room{}, contacts: map[string]contact{}}
}

// note remembers a contact of the address book, or that a room exists and what
// those in it who are known are called now. It returns the room if any of them
// goes by another name than is stored.
func (w *world) note(c wireContact) (renamed *room) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !isRoomName(c.UserName) {
		if c.UserName != "" {
			w.meet(c.UserName, contact{nick: decodeName(c.NickName), remark: decodeName(c.RemarkName), handle: decodeName(c.Alias)})
		}
		return nil
	}
	r := w.roomLocked(c.UserName)
	if c.MemberCount > 0 && c.MemberCount == len(c.MemberList) {
		r.hint = c.MemberCount
	}
	for _, row := range c.MemberList {
		if m := r.members[row.UserName]; r.watched && m != nil && m.id != 0 {
			r.put(row, false)
		}
	}
	if len(r.renamed) == 0 {
		return nil
	}
	return r
}

// meet remembers a contact. A new remark or handle is stored with the next
// member list: the next login knows the person by it. Rows of changes may lack
// the handle. The lock is held.
func (w *world) meet(userName string, c contact) {
	old := w.contacts[userName]
	c.handle = cmp.Or(c.handle, old.handle)
	if old.remark != c.remark || old.handle != c.handle {
		for _, r := range w.rooms {
			if m := r.members[userName]; m != nil && m.id != 0 {
				r.stale(m)
			}
		}
	}
	w.contacts[userName] = c
}

// knows reports whether somebody is in the address book.
func (w *world) knows(userName string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.contacts[userName]
	return ok
}

func (w *world) forget(userName string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.contacts, userName)
}

// room returns the room with that user name, made when new.
func (w *world) room(userName string) *room {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.roomLocked(userName)
}

func (w *world) roomLocked(userName string) *room {
	r := w.rooms[userName]
	if r == nil {
		r = &room{
			userName: userName, members: map[string]*member{},
			renamed: map[*member]string{}, missing: map[*member]time.Time{},
		}
		w.rooms[userName] = r
	}
	return r
}

func (w *world) lookup(userName string) *room {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rooms[userName]
}

// watches reports whether the room's members are followed.
func (w *world) watches(userName string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.rooms[userName]
	return r != nil && r.watched
}

// all returns the rooms, in no order.
func (w *world) all() []*room {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]*room, 0, len(w.rooms))
	for _, r := range w.rooms {
		out = append(out, r)
	}
	return out
}

// setID links r to our row.
func (w *world) setID(r *room, id chat.RoomID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r.id = id
	w.byID[id] = r
}

// names returns the user names of a room and, unless it is 0, of a member in
// it; empty when this login does not know them.
func (w *world) names(id chat.RoomID, who chat.MemberID) (roomName, userName string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.byID[id]
	if r == nil {
		return "", ""
	}
	for name, m := range r.members {
		if who != 0 && m.id == who {
			return r.userName, name
		}
	}
	return r.userName, ""
}

// memberName returns the user name of a member of any room.
func (w *world) memberName(who chat.MemberID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.byID {
		for name, m := range r.members {
			if m.id == who {
				return name
			}
		}
	}
	return ""
}

// membersOf returns who a private sender is in the rooms that are watched.
func (w *world) membersOf(userName string) []chat.MemberID {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []chat.MemberID
	for _, r := range w.byID {
		if m := r.members[userName]; m != nil && m.id != 0 {
			out = append(out, m.id)
		}
	}
	return out
}

// seen is m with what the address book adds.
func (w *world) seen(r *room, m *member) chat.SeenMember {
	c := w.contacts[m.userName]
	return chat.SeenMember{
		UserName: m.userName, Nick: m.nick, Display: m.display, Remark: c.remark, Handle: c.handle,
		Self: m.userName == w.self, Owner: r.owner != "" && m.userName == r.owner,
	}
}

// chatSet returns the rooms of webwxinit's list of recent chats.
func chatSet(list string) []string {
	var out []string
	for _, name := range strings.Split(list, ",") {
		if isRoomName(name) && isUserName(name) {
			out = append(out, name)
		}
	}
	return out
}
