// Package decision holds what the road carries: the standing that is read
// before judging, the decision that is recorded, and the effects it is made
// of. Plain types; no I/O.
package decision

import (
	"time"

	"menshen/bot/chat"
)

// Room is a room as the road sees it, with its switches and settings.
type Room struct {
	ID   chat.RoomID
	Name string
	// On is false until an owner is bound or says 启用; nothing that is said in
	// a room that is off is judged, stored or counted.
	On          bool
	PausedUntil time.Time // zero when not paused
	Silent      bool      // 静默: judged and recorded, never spoken in the room
	Rehearsal   bool      // 演习: outbox rows are born rehearsed
	Bot         chat.MemberID
	BotName     string // the bot's name in this room
	BotOwns     bool   // the bot's account owns the room on the network
	// NetworkOwner is whom the network showed last as the room's owner, 0 while
	// it showed nobody. It gives no right: it says who can remove by hand.
	NetworkOwner     chat.MemberID
	NetworkOwnerName string
	// Ledger is the room in whose ledger the points of this one are kept; 0: in
	// its own.
	Ledger chat.RoomID
	// Unseen is set while a room known from earlier logins was not met in this
	// one: it may be gone, or have changed too much to be recognised.
	Unseen bool
	Rules  RulesText
	// WordsVersion grows with every change of words, allow-phrases and hosts,
	// in the room or shared.
	WordsVersion int64
	Settings     Settings
}

// RulesText is the room's written rules (群规).
type RulesText struct {
	Version int // 0: none were set
	Text    string
}

// Active reports whether the room is judged and answered at now.
func (r Room) Active(now time.Time) bool {
	return r.On && !now.Before(r.PausedUntil)
}

// Role is what a member may do in one room.
type Role uint8

// The roles, ordered by rights.
const (
	RoleMember Role = iota
	RoleDeputy
	RoleOwner
)

// Member is one person in one room.
type Member struct {
	ID      chat.MemberID
	Room    chat.RoomID
	Name    string // group nickname, else nickname; untrusted
	Nick    string // the account's own nickname; untrusted
	Role    Role
	Trusted bool // 免检
	Self    bool // the bot's own account
	Present bool
	// Joined is when the member came in; zero for those who were there before
	// the bot.
	Joined      time.Time
	Substantive int // messages that say something, ever
	Introduced  bool
	RulesRead   int  // version of the rules the member acknowledged
	Barred      bool // 黑名单: removed once, reported when back
	// ByName is set while the member was recognised after a login by names
	// alone: their removal needs the owner's yes.
	ByName bool
	// MergedInto is whose other name this row is; 0: it stands for itself.
	MergedInto chat.MemberID
	// Doubtful is set while a member who came with a login may be somebody who
	// was known before it; see Query.Maybe.
	Doubtful bool
	// Unreachable is set after the network refused a private message.
	Unreachable bool
}

// Exempt reports whether rules do not apply to m.
func (m Member) Exempt() bool {
	return m.Self || m.Trusted || m.Role >= RoleDeputy
}
