package decision

import (
	"fmt"
	"strings"
	"time"

	"menshen/bot/chat"
)

// Priority orders the outbox; smaller is sent first.
type Priority uint8

// The priorities.
const (
	PriorityEnforce Priority = iota
	PriorityAnswer
	PriorityWelcome
	PriorityFun
)

// SayState is where an outbox row stands.
type SayState string

// The states of an outbox row. A row in sending when the process died becomes
// unknown and is never sent again.
const (
	SayPending   SayState = "pending"
	SaySending   SayState = "sending"
	SaySent      SayState = "sent"
	SayFailed    SayState = "failed"
	SayUnknown   SayState = "unknown"
	SayCancelled SayState = "cancelled"
	SayRehearsed SayState = "rehearsed"
)

// SayKind is what a sentence is for; with its cause it makes a row unique.
type SayKind string

// The kinds of sentences and requests in the outbox.
const (
	SayWarning SayKind = "warning"
	SayNotice  SayKind = "notice"
	SayAnswer  SayKind = "answer"
	// SayOutcome tells what became of a member's own matter: a warning that was
	// appealed against or reversed, an order, points set aside, a right. It is
	// worth saying hours late.
	SayOutcome SayKind = "outcome"
	// SayWhisper answers in private what was asked in the room. Its Parts are
	// what the room hears when it arrived, and when it could not.
	SayWhisper  SayKind = "whisper"
	SayRefusal  SayKind = "refusal" // "please try later", once
	SayWelcome  SayKind = "welcome"
	SayCheckIn  SayKind = "checkin"
	SayInbox    SayKind = "inbox" // a numbered line for the owner
	SayRemoval  SayKind = "removal"
	SayDigest   SayKind = "digest"
	SayAnnounce SayKind = "announce"
	SayFun      SayKind = "fun"
	// AskRemove is no sentence: the network is asked to remove Member.
	AskRemove SayKind = "remove"
	// AskRecall is no sentence either: the network is asked to take back the
	// row's MessageID, which the bot said in Room.
	AskRecall SayKind = "recall"
)

// Say is one outbox row to be: a sentence for a room, for one member in
// private, or for the account's console. With ToOwners it becomes one row for
// each place where the room's owners read.
type Say struct {
	Cause    string // what made it: a message, a case, a job run
	Kind     SayKind
	Room     chat.RoomID   // the room it is said in, or that it is about
	Member   chat.MemberID // in private to this member, or whom AskRemove is about
	Console  bool
	ToOwners bool
	Priority Priority
	Text     string
	Case     int64 // whose state the outcome moves; 0 for none
	// Merge joins rows of the same key that are not yet sent: Parts are
	// appended, and the text is made when the row is due.
	Merge string
	Parts []string
	// Longest is how many runes the parts of one row may have together, each
	// with a line break; 0: any number. What is more goes into a further row.
	Longest int
	// Due is the earliest time of sending; zero: at once.
	Due time.Time
	// Rehearsed rows are recorded and never sent.
	Rehearsed bool
}

// Joining is the sentence as a part of one message with others of the same key
// that are due with it, as many as a message holds.
func (s Say) Joining(key string, due time.Time) Say {
	s.Merge, s.Due, s.Parts, s.Longest = key, due, []string{s.Text}, Longest
	return s
}

// orders begins the key by which what owners read of orders is merged.
const orders = "orders:"

// Orders is the key by which what the owners of a room read of members' orders
// is merged.
func Orders(r chat.RoomID) string { return fmt.Sprintf("%s%d", orders, r) }

// OfOrders reports whether a row tells owners of orders, maybe of several.
func (s Say) OfOrders() bool { return strings.HasPrefix(s.Merge, orders) }

// Public reports whether the row is said in the room for all to read.
func (s Say) Public() bool {
	return s.Kind != AskRemove && s.Kind != AskRecall && s.Member == 0 && !s.Console && !s.ToOwners
}

// OutboxRow is a stored Say on its way.
type OutboxRow struct {
	ID       int64
	Say      Say
	State    SayState
	Attempts int
	Created  time.Time
	// MessageID is the network's id of what was sent, or of what an AskRecall
	// takes back.
	MessageID string
}
