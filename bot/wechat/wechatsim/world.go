package wechatsim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The two ways a call can be wrong.
var (
	// ErrUnknown means that a name in the call stands for nothing in the world.
	ErrUnknown = errors.New("unknown")
	// ErrRefused means that the call makes no sense as it is.
	ErrRefused = errors.New("refused")
)

// selfHandle is the handle of the bot's account.
const selfHandle = "self"

// fileHelper is the handle and the user name of the account's own notes.
const fileHelper = "filehelper"

// manyMembers is the size of a room above which its members are no friends.
const manyMembers = 100

// person is somebody with an account.
type person struct {
	handle  string
	name    string
	friend  bool
	remark  string // set on the account's phone
	alias   string // 微信号, shown of friends
	special bool   // of the service: its user name is its handle
	verify  int    // VerifyFlag, not 0 for official accounts
	number  int    // order of appearance
}

// member is a person in a room.
type member struct {
	person  *person
	display string // the name in this room, empty when there is none
	present bool
}

// shown is the name the room shows.
func (m *member) shown() string {
	if m.display != "" {
		return m.display
	}
	return m.person.name
}

// room keeps everybody who was ever in it, in the order they came.
type room struct {
	handle, name string
	owner        *person
	saved        bool
	removeWorks  bool
	spoken       int // position in the feed after its latest message
	members      []*member
	byPerson     map[*person]*member
}

// present lists who is in the room now.
func (r *room) present() []*member {
	in := make([]*member, 0, len(r.members))
	for _, m := range r.members {
		if m.present {
			in = append(in, m)
		}
	}
	return in
}

// has reports whether p is in the room now.
func (r *room) has(p *person) bool {
	m := r.byPerson[p]
	return m != nil && m.present
}

// admit brings p in.
func (r *room) admit(p *person) {
	m := r.byPerson[p]
	if m == nil {
		m = &member{person: p}
		r.byPerson[p] = m
		r.members = append(r.members, m)
	}
	m.present = true
}

// world is everything that is true whoever is logged in. It knows no HTTP and
// no session and is not safe for concurrent use.
type world struct {
	now        time.Time
	self       *person
	people     map[string]*person
	order      []*person
	rooms      map[string]*room
	roomOrder  []*room
	feed       []item
	transcript []Entry
	byID       map[string]*message // by the test's id and by the wire's
	numbers    uint64              // the seed of the latest message id
	variants   map[string]int      // how often each wording was used
}

// item is one thing the bot's account learns: a message, a change of a room or
// a person, or that a room is gone.
type item struct {
	message *message
	room    *room
	person  *person
	gone    bool
}

// newWorld makes the world at now. Message ids follow from seed, so that two
// worlds do not give the same ones.
func newWorld(now time.Time, seed uint64) *world {
	w := &world{
		now: now, numbers: seed, people: map[string]*person{}, rooms: map[string]*room{},
		byID: map[string]*message{}, variants: map[string]int{},
	}
	w.self = w.meet(selfHandle)
	w.self.name = "小助手"
	w.service(fileHelper, "文件传输助手", 0)
	w.service("weixin", "微信团队", 56)
	w.service("fmessage", "朋友推荐消息", 0)
	return w
}

// service adds an account that belongs to WeChat itself.
func (w *world) service(handle, name string, verify int) {
	p := w.meet(handle)
	p.name, p.friend, p.special, p.verify = name, true, true, verify
}

// meet returns the person with the handle and makes one when there is none.
func (w *world) meet(handle string) *person {
	if p := w.people[handle]; p != nil {
		return p
	}
	p := &person{handle: handle, name: handle, number: len(w.order)}
	w.people[handle] = p
	w.order = append(w.order, p)
	return p
}

// person finds somebody; the error is [ErrUnknown].
func (w *world) person(handle string) (*person, error) {
	if p := w.people[handle]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%w: member %q", ErrUnknown, handle)
}

// room finds a room; the error is [ErrUnknown].
func (w *world) room(handle string) (*room, error) {
	if r := w.rooms[handle]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%w: room %q", ErrUnknown, handle)
}

// inside returns the room and the person, who has to be in it.
func (w *world) inside(roomHandle, handle string) (*room, *person, error) {
	r, err := w.room(roomHandle)
	if err != nil {
		return nil, nil, err
	}
	p, err := w.person(handle)
	if err != nil {
		return nil, nil, err
	}
	if !r.has(p) {
		return nil, nil, fmt.Errorf("%w: member %q in room %q", ErrUnknown, handle, roomHandle)
	}
	return r, p, nil
}

// makeRoom makes a room and the people in it.
func (w *world) makeRoom(n NewRoom) (Done, error) {
	if n.Room == "" || n.Owner == "" {
		return Done{}, fmt.Errorf("%w: a room needs room and owner", ErrRefused)
	}
	if w.rooms[n.Room] != nil {
		return Done{}, fmt.Errorf("%w: room %q exists", ErrRefused, n.Room)
	}
	if err := w.claimOwner(n); err != nil {
		return Done{}, err
	}
	r := &room{
		handle: n.Room, name: n.Name, saved: n.Saved == nil || *n.Saved,
		removeWorks: n.RemoveWorks, byPerson: map[*person]*member{},
	}
	if r.name == "" {
		r.name = n.Room
	}
	r.owner = w.meet(n.Owner)
	w.makeFriend(r.owner)
	r.admit(r.owner)
	r.admit(w.self)
	for _, handle := range n.Members {
		p := w.meet(handle)
		if len(n.Members) <= manyMembers {
			w.makeFriend(p)
		}
		r.admit(p)
	}
	w.rooms[r.handle] = r
	w.roomOrder = append(w.roomOrder, r)
	w.touch(r)
	return w.done(r.handle), nil
}

// makeFriend makes somebody a friend of the account and tells it.
func (w *world) makeFriend(p *person) {
	if p.friend || p == w.self {
		return
	}
	p.friend = true
	w.feed = append(w.feed, item{person: p})
}

// claimOwner makes the owner's handle one of the bot's account if that owns
// the room. The account takes the owner's name once, while it has none.
func (w *world) claimOwner(n NewRoom) error {
	for _, handle := range append(n.Members, n.Owner) {
		if handle == "" || (w.people[handle] != nil && w.people[handle].special) {
			return fmt.Errorf("%w: %q cannot be a member", ErrRefused, handle)
		}
	}
	if !n.BotOwner || n.Owner == selfHandle {
		return nil
	}
	if p := w.people[n.Owner]; p != nil && p != w.self {
		return fmt.Errorf("%w: %q is somebody else already", ErrRefused, n.Owner)
	}
	if w.people[n.Owner] == nil && w.self.name == "小助手" {
		w.self.name = n.Owner
	}
	w.people[n.Owner] = w.self
	return nil
}

// touch tells the bot's account that r's name, owner or list changed.
func (w *world) touch(r *room) {
	if r.has(w.self) {
		w.feed = append(w.feed, item{room: r})
	}
}

func (w *world) done(id string) Done { return Done{ID: id, Time: w.now} }

// nextNumber returns a message id as the real service's are: 19 digits at most,
// more than a float holds, no order.
func (w *world) nextNumber() int64 {
	w.numbers++
	return mix(w.numbers)
}

// mix is the splitmix64 finaliser, cut to 62 bits with the highest one set.
func mix(n uint64) int64 {
	n *= 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return int64((n^n>>31)>>2 | 1<<61)
}

// number turns a test's id into one for the wire: numbers stay.
func number(id string) int64 {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil && n > 0 {
		return n
	}
	hash := uint64(14695981039346656037)
	for _, b := range []byte(id) {
		hash = (hash ^ uint64(b)) * 1099511628211
	}
	return mix(hash)
}

// befriend makes or ends a friendship and tells the account.
func (w *world) befriend(b Befriending) (Done, error) {
	p, err := w.person(b.Member)
	if err != nil {
		return Done{}, err
	}
	if p.special || p == w.self {
		return Done{}, fmt.Errorf("%w: %q", ErrRefused, b.Member)
	}
	p.friend, p.remark, p.alias = b.Friend, b.Remark, b.Alias
	w.feed = append(w.feed, item{person: p, gone: !b.Friend})
	return w.done(p.handle), nil
}

// recent lists the rooms somebody spoke in, the latest first.
func (w *world) recent(limit int) []*room {
	spoken := make([]*room, 0, len(w.roomOrder))
	for _, r := range w.roomOrder {
		if r.spoken > 0 && r.has(w.self) {
			spoken = append(spoken, r)
		}
	}
	slices.SortFunc(spoken, func(a, b *room) int { return b.spoken - a.spoken })
	return spoken[:min(limit, len(spoken))]
}

// state renders the world for [Server.World].
func (w *world) state() []RoomState {
	rooms := make([]RoomState, 0, len(w.roomOrder))
	for _, r := range w.roomOrder {
		s := RoomState{Room: r.handle, Name: r.name, Owner: r.owner.handle, Saved: r.saved}
		for _, m := range r.members {
			s.Members = append(s.Members, MemberState{m.person.handle, m.shown(), m.present})
		}
		rooms = append(rooms, s)
	}
	return rooms
}
