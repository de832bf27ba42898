package chat

import "time"

// Event is something that happened on the network: one of the types below.
type Event interface{ event() }

// JoinVia says how a newcomer came in.
type JoinVia string

// The ways into a room.
const (
	ViaInvite  JoinVia = "invite"
	ViaQR      JoinVia = "qr"
	ViaUnknown JoinVia = ""
)

// Joined reports members who are in the room now and were not before. It is
// made from the member list; a system message only adds By and Via.
type Joined struct {
	Room    RoomID
	Members []MemberID
	By      MemberID // 0 when unknown or ambiguous
	Via     JoinVia
	Time    time.Time
}

// Left reports members missing in two whole rosters at least 20 seconds apart.
type Left struct {
	Room    RoomID
	Members []MemberID
	Time    time.Time // of the second roster
}

// RosterRead reports that a whole member list was read. Everybody in Present
// is in the room at Time; removals are judged by it.
type RosterRead struct {
	Room    RoomID
	Present []MemberID
	Time    time.Time
}

// Renamed reports a new name of a member.
type Renamed struct {
	Room     RoomID
	Member   MemberID
	Old, New string
	Time     time.Time
}

// RoomRenamed reports a new name of a room.
type RoomRenamed struct {
	Room     RoomID
	Old, New string
	Time     time.Time
}

// OwnerChanged reports whom the network shows as the room's owner: for the
// first time in this run of the program (First), or somebody else than before.
// It gives nobody rights over the bot.
type OwnerChanged struct {
	Room  RoomID
	Owner MemberID
	First bool
	Time  time.Time
}

// Recalled reports that a member took back a message.
type Recalled struct {
	Room      RoomID
	MessageID string
	Time      time.Time
}

// BotRemoved reports that the bot's account is no longer in the room.
type BotRemoved struct {
	Room RoomID
	Time time.Time
}

// RequestKind is what somebody asks of the bot's account.
type RequestKind string

// The requests. None is ever granted by the bot.
const (
	RequestFriend RequestKind = "friend" // to become a friend
	RequestRoom   RequestKind = "room"   // to come into a room
)

// Requested reports that somebody asks something of the bot's account which
// only its owner can grant, on the phone.
type Requested struct {
	What RequestKind
	Time time.Time
}

// Limited reports that the network itself said that the account sends too
// often. The outbox pauses.
type Limited struct{ Time time.Time }

func (Message) event()      {}
func (Joined) event()       {}
func (Left) event()         {}
func (RosterRead) event()   {}
func (Renamed) event()      {}
func (RoomRenamed) event()  {}
func (OwnerChanged) event() {}
func (Recalled) event()     {}
func (BotRemoved) event()   {}
func (Limited) event()      {}
func (Requested) event()    {}

// Batch is what one exchange with the network brought. Cursor acknowledges it:
// it has to be stored in the transaction that stores the batch's effects.
type Batch struct {
	// Session names the login that Cursor belongs to.
	Session string
	// Cursor is opaque; nil when the batch acknowledges nothing (events made
	// from a member list).
	Cursor []byte
	Events []Event
}
