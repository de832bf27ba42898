package wechat

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"menshen/bot/chat"
)

// tape is a directory in memory that behaves as the interface says.
type tape struct {
	mu       sync.Mutex
	cursors  map[string][]byte
	rooms    []chat.KnownRoom
	members  map[chat.RoomID][]chat.KnownMember
	names    map[string]map[string]chat.RoomID // session → user name → room
	people   map[string]map[chat.MemberID]string
	next     chat.MemberID
	links    []chat.MemberLink
	seen     time.Time
	accounts map[string]bool
}

func newTape() *tape {
	return &tape{
		cursors: map[string][]byte{}, members: map[chat.RoomID][]chat.KnownMember{}, accounts: map[string]bool{},
		names: map[string]map[string]chat.RoomID{}, people: map[string]map[chat.MemberID]string{},
	}
}

func (d *tape) Resume(_ context.Context, account, session string) (chat.Resumed, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accounts[account] = true
	if d.names[session] == nil {
		d.names[session] = map[string]chat.RoomID{}
		d.people[session] = map[chat.MemberID]string{}
	}
	out := chat.Resumed{Cursor: d.cursors[session]}
	for _, r := range d.rooms {
		r.UserName, r.Seen = "", d.seen
		for name, id := range d.names[session] {
			if id == r.ID {
				r.UserName = name
			}
		}
		out.Rooms = append(out.Rooms, r)
	}
	return out, nil
}

func (d *tape) Members(_ context.Context, session string, room chat.RoomID) ([]chat.KnownMember, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := slices.Clone(d.members[room])
	for i := range out {
		out[i].UserName = d.people[session][out[i].ID]
	}
	return out, nil
}

func (d *tape) LinkRooms(_ context.Context, session string, links []chat.RoomLink) ([]chat.RoomID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []chat.RoomID
	for _, l := range links {
		if l.ID == 0 {
			l.ID = chat.RoomID(len(d.rooms) + 1)
			d.rooms = append(d.rooms, chat.KnownRoom{ID: l.ID})
		}
		d.rooms[l.ID-1].Name = l.Name
		d.names[session][l.UserName] = l.ID
		ids = append(ids, l.ID)
	}
	return ids, nil
}

func (d *tape) LinkMembers(_ context.Context, session string, room chat.RoomID, links []chat.MemberLink) ([]chat.MemberID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []chat.MemberID
	for _, l := range links {
		if l.ID == 0 {
			d.next++
			l.ID = d.next
			d.members[room] = append(d.members[room], chat.KnownMember{ID: l.ID})
		}
		i := slices.IndexFunc(d.members[room], func(k chat.KnownMember) bool { return k.ID == l.ID })
		if i < 0 {
			return nil, errors.New("link to a member of another room")
		}
		k := &d.members[room][i]
		if l.Seen.Nick != "" {
			k.Nick, k.Display = l.Seen.Nick, l.Seen.Display
		}
		if l.Seen.Remark != "" {
			k.Remark = l.Seen.Remark
		}
		k.Self = l.Seen.Self
		d.people[session][l.ID] = l.Seen.UserName
		d.links = append(d.links, l)
		ids = append(ids, l.ID)
	}
	return ids, nil
}

// record is what the road's store does with the events that concern presence.
func (d *tape) record(b chat.Batch, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b.Cursor != nil {
		d.cursors[b.Session] = b.Cursor
	}
	d.seen = now
	for _, e := range b.Events {
		switch e := e.(type) {
		case chat.RosterRead:
			for i, k := range d.members[e.Room] {
				d.members[e.Room][i].Present = slices.Contains(e.Present, k.ID)
			}
		case chat.Joined:
			d.presence(e.Room, e.Members, true)
		case chat.Left:
			d.presence(e.Room, e.Members, false)
		}
	}
}

func (d *tape) presence(room chat.RoomID, ids []chat.MemberID, present bool) {
	for i, k := range d.members[room] {
		if slices.Contains(ids, k.ID) {
			d.members[room][i].Present = present
		}
	}
}

// nick returns a member's stored nickname.
func (d *tape) nick(id chat.MemberID) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, list := range d.members {
		for _, k := range list {
			if k.ID == id {
				return k.Nick
			}
		}
	}
	return ""
}

func (d *tape) SetAside(_ context.Context, session string, room chat.RoomID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, k := range d.members[room] {
		if d.people[session][k.ID] == "" {
			d.members[room][i].Present = false
		}
	}
	return nil
}
