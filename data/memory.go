package data

import (
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
	nextCase int64 // 0: not known
}

// mostMembers bounds the memory to a few megabytes.
const mostMembers = 10_000

// drop forgets everything. Zones are facts of the world and stay.
func (m *memory) drop() {
	if m != nil {
		*m = memory{zones: m.zones}
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
	}
}

// forgetMember is called when a member changed.
func (m *memory) forgetMember(id chat.MemberID) {
	if m != nil {
		delete(m.members, id)
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
