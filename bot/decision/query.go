package decision

import (
	"time"

	"menshen/bot/chat"
	"menshen/moderation"
)

// Query names what a command has to read before it can run. Unset fields ask
// for nothing.
type Query struct {
	Room   chat.RoomID
	Member chat.MemberID
	// NamePrefix is the text after an @: the members of Room with the longest
	// name that the text starts with are the answer's Targets.
	NamePrefix string
	Case       int64
	Sanctions  bool // of Member and of every target
	Inbox      []chat.RoomID
	Warned     bool // members of Room with live strikes
	Barred     bool // members of Room on the black list
	Removals   bool // cases of Room with an open removal
	Words      bool
	Choice     Actor // the open choice of this actor in Room
}

// Answer is what a query found.
type Answer struct {
	Targets   []Member
	Case      *Case
	Sanctions map[chat.MemberID]Sanctions
	Inbox     []Case
	Warned    []Warned
	Barred    []Member
	Removals  []Case
	Words     Words
	Choice    *Choice
	NextCase  int64
}

// Warned is one line of the list of warned members.
type Warned struct {
	Member  Member
	Strikes int
	Expires time.Time // when the next strike stops counting
}

// Words is what a room judges by, apart from the shared rules file.
type Words struct {
	Keywords []moderation.Keyword
	Phrases  []string
	Hosts    []string
}

// Choice is an open question with numbered answers.
type Choice struct {
	Options []string
	Until   time.Time
}

// Past is an earlier message of the same member, newest last.
type Past struct {
	ID   string
	Time time.Time
	Text string // empty when text is not kept
	Kind chat.Kind
}
