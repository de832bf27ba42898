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
	// Others are members who become targets by their ids.
	Others []chat.MemberID
	Inbox  []chat.RoomID
	Warned bool // members of Room with live strikes
	// Quiet asks for the members of Room who said nothing on this date or later,
	// and were there before it; 0 asks for nothing.
	Quiet     int
	Barred    bool // members of Room on the black list
	Removals  bool // cases of Room with an open removal, with their requests
	Words     bool
	Health    bool  // what came of the hits of Room's rules
	Staff     bool  // owners and deputies of Room
	Reports   bool  // reports by Member, opened at Since or later
	Alerts    bool  // what the owners of Room were told of Member, whatever they answered
	Rehearsed bool  // rehearsed cases of Room, opened at Since or later
	Choice    Actor // the open choice of this actor in Room
	// Pick asks which room a person who is several members last chose in
	// private: the members, or nobody for the console.
	Pick *Person
	// Maybe asks whom Member may have been before the last login: members with
	// something to settle about whom nobody was asked yet.
	Maybe bool
	// Unasked asks for the members of these rooms about whom Maybe still would:
	// they said something, and the login had asked enough.
	Unasked []chat.RoomID
	// Namesakes asks for rooms of the same name that this login has not met.
	Namesakes bool
	// Forebears asks for rooms that this login has not met and that Room may
	// have been before it, by who is in them; the likeliest first. Those that
	// somebody was asked about are left out.
	Forebears bool
	// FormerName asks for members who are gone and had this name.
	FormerName string
	Points     PointsQuery
	Mine       bool // what is kept about Member
	// Past asks for the last messages of Member, at most so many, said at Since
	// or later.
	Past int
	// Texts asks for the kept texts of Room, at most so many, said at Since or
	// later.
	Texts int
	Sent  bool // when messages went out, at Since or later, and the Silence
	// Own asks whether the bot itself said a message: it bears the network's id
	// of an outbox row, or the words of one that went out, or may have, at Since
	// or later.
	Own   *chat.Message
	Since time.Time
}

// Answer is what a query found.
type Answer struct {
	Targets []Member
	// Rest is what follows the name of Targets.
	Rest      string
	Case      *Case
	Sanctions map[chat.MemberID]Sanctions
	Inbox     []Case
	Warned    []Warned
	Quiet     []Quiet // the longest first
	Barred    []Member
	Removals  []Case
	// Asks holds the newest AskRemove row of each of Removals, by case; a
	// removal the owner was asked for has none.
	Asks     map[int64]OutboxRow
	Words    Words
	Health   []RuleHealth // those with the most wrong hits first
	Choice   *Choice
	Mine     *KeptData
	Past     []Past
	Texts    []Past
	Sent     []time.Time // oldest first
	Silence  Silence
	Own      bool
	NextCase int64
	Staff    []Member
	// Reports has the reporter in Other.
	Reports   []Case
	Alerts    []Case
	Rehearsed []Case
	Picked    chat.RoomID // 0: none chosen yet
	Maybe     []Former
	// Asked and Linked come with Maybe: how often this login made somebody ask
	// who a member is, and how many members it knows.
	Asked, Linked int
	Unasked       []Unasked
	Formers       []Former
	Namesakes     []Room
	Forebears     []Room
	Points        PointsAnswer
	// Members holds whom the cases above are about, and their Other; with
	// Reports also who said the Texts.
	Members map[chat.MemberID]Member
}

// Former is somebody known before a login, with what hangs on who they are.
type Former struct {
	Member
	Points  int64
	Strikes int  // that count
	Removal bool // one is open
	// Shared: others in the room may be this person as well. No name tells the
	// owner who it is.
	Shared bool
}

// Unasked is a pair that nobody was asked about: a member who came with a login
// and the likeliest of those it may be.
type Unasked struct {
	Now Member
	Old Former
}

// Grave reports whether more than points hangs on who somebody is.
func (f Former) Grave() bool {
	return f.Strikes > 0 || f.Removal || f.Barred || f.Role > RoleMember
}

// Person is whoever talks in private: one member for each room shared with
// the bot, or the console.
type Person struct {
	As      []chat.MemberID
	Console bool
}

// KeptData is everything that is kept about one member, as counts: enough to
// tell the member, too little to be worth stealing.
type KeptData struct {
	Names    []string // every name that is stored
	First    time.Time
	Messages int // messages that are counted
	Texts    int // of these, with their text
	Days     int // days with activity
	Cases    []Case
	Postings int // rows of the points ledger; they stay after erasing
}

// Warned is one line of the list of warned members.
type Warned struct {
	Member  Member
	Strikes int
	Expires time.Time // when the next strike stops counting
}

// Quiet is a member who has said nothing for long.
type Quiet struct {
	Member Member
	Last   int // the date of the last message that is known; 0: none is
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
	ID     string
	Member chat.MemberID
	Time   time.Time
	Text   string // empty when text is not kept
	Kind   chat.Kind
}
