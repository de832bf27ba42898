package data

import (
	"sync"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// memory is what the writer keeps of the rows that every message needs. Only
// write transactions use it, which follow each other; it is dropped whenever
// something is rolled back, so it never knows more than the database.
type memory struct {
	rooms    map[chat.RoomID]decision.Room
	members  map[chat.MemberID]decision.Member
	sessions map[string]int64 // their accounts
	zones    map[string]*time.Location
	recent   map[chat.MemberID]recent
	asked    map[int64]asked // of accounts
	lines    int             // messages in recent
	nextCase int64           // 0: not known
	// changed is set when a room changed in the transaction, so that readers
	// forget theirs after the commit.
	changed bool
}

// recent is what a member said since a time, oldest first, at most mostRecent
// messages.
type recent struct {
	since time.Time
	all   []decision.Past
}

const mostRecent = 64

// mostMembers and mostLines bound the memory to a few megabytes: who said
// nothing more is remembered until there is too much. What a member said is
// read anew from all that the room said in the time asked about, so a full
// memory forgets a quarter and not everything.
const (
	mostMembers = 10_000
	mostLines   = 40_000
)

// drop forgets everything. Zones are facts of the world and stay.
func (m *memory) drop() {
	if m != nil {
		*m = memory{zones: m.zones, changed: true}
	}
}

// remember puts a value into a map of the memory that may not exist yet.
func remember[K comparable, V any](to *map[K]V, key K, value V) {
	if *to == nil || len(*to) >= mostMembers {
		*to = make(map[K]V)
	}
	(*to)[key] = value
}

// forgetRoom is called when a room or its settings changed.
func (m *memory) forgetRoom(id chat.RoomID) {
	if m != nil {
		delete(m.rooms, id)
		m.changed = true
	}
}

// forgetMember is called when a member changed.
func (m *memory) forgetMember(id chat.MemberID) {
	if m != nil {
		delete(m.members, id)
	}
}

// saw adds a new message to what is remembered of its sender. The network
// delivers in order, as a rule; otherwise the order is left to the database.
func (m *memory) saw(msg chat.Message, kept bool) {
	r, ok := m.recent[msg.From]
	if !ok {
		return
	}
	at := fromMillis(msg.Time.UnixMilli())
	if n := len(r.all); n > 0 && at.Before(r.all[n-1].Time) {
		m.lines -= len(r.all)
		delete(m.recent, msg.From)
		return
	}
	p := decision.Past{ID: msg.ID, Member: msg.From, Time: at, Kind: msg.Kind}
	if kept {
		p.Text = msg.Text
	}
	r.all = append(r.all, p)
	if n := len(r.all); n > mostRecent {
		r.all = r.all[n-mostRecent:]
	}
	m.keep(msg.From, r)
}

// keep remembers what a member said.
func (m *memory) keep(who chat.MemberID, r recent) {
	m.lines += len(r.all) - len(m.recent[who].all)
	if m.recent == nil {
		m.recent = make(map[chat.MemberID]recent)
	}
	m.recent[who] = r
	if m.lines > mostLines || len(m.recent) > mostMembers {
		m.forgetSome(who)
	}
}

// forgetSome makes room by forgetting what others than a member said, as the
// map gives them.
func (m *memory) forgetSome(but chat.MemberID) {
	for who, r := range m.recent {
		if m.lines <= mostLines*3/4 && len(m.recent) <= mostMembers*3/4 {
			return
		}
		if who != but {
			m.lines -= len(r.all)
			delete(m.recent, who)
		}
	}
}

// shared is what readers remember of rooms, which are asked for before every
// message. An entry is as new as the generation it bears: a reader takes the
// generation before its first look at the database, and it is raised after
// each commit that changed a room.
type shared struct {
	mu         sync.Mutex
	generation int64
	rooms      map[chat.RoomID]decision.Room
}

// raise is called after a commit that changed a room.
func (s *shared) raise() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	s.rooms = nil
}

// current returns the generation that a reader starting now sees at least.
func (s *shared) current() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generation
}

func (s *shared) room(id chat.RoomID, generation int64) (decision.Room, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if generation != s.generation {
		return decision.Room{}, false
	}
	r, ok := s.rooms[id]
	return r, ok
}

func (s *shared) put(r decision.Room, generation int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if generation == s.generation {
		remember(&s.rooms, r.ID, r)
	}
}

// zone returns the location of a room's settings; loading one reads a file.
func (tx *Tx) zone(s decision.Settings) *time.Location {
	if tx.mem == nil {
		return s.Location()
	}
	loc, ok := tx.mem.zones[s.Zone]
	if !ok {
		loc = s.Location()
		remember(&tx.mem.zones, s.Zone, loc)
	}
	return loc
}
