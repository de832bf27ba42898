package chat

import "time"

// Strength says how sure it is that a room or member is one known before.
type Strength string

// The strengths of a link. Rights survive only StrengthSame and
// StrengthStrong; warnings and balances also survive StrengthMedium.
const (
	StrengthSame   Strength = "same"   // the same user name in the same login
	StrengthStrong Strength = "strong" // the account itself, or a remark name unique on both sides
	StrengthMedium Strength = "medium" // names unique on both sides in a room whose roster agrees
	StrengthNew    Strength = "new"    // nobody known before
)

// KnownRoom is a room that the directory holds.
type KnownRoom struct {
	ID   RoomID
	Name string
	// UserName is the room's name on the wire in the asked login; empty when it
	// was not linked in that login.
	UserName string
	// Seen is when its roster or a message of it was last recorded.
	Seen time.Time
}

// KnownMember is a member that the directory holds, also one who left.
type KnownMember struct {
	ID MemberID
	// UserName is the member's name on the wire in the asked login; empty when
	// the member was not linked in that login.
	UserName string
	Nick     string
	Display  string // the name in this room
	Remark   string // set on the account's phone
	// Handle is what the network lets others find the person by, unique while it
	// lasts; empty where it is not shown. On WeChat the 微信号 of a friend.
	Handle string
	Self   bool
	// Present is what the last recorded RosterRead, Joined or Left said.
	Present bool
}

// SeenMember is a member as the wire shows one, names decoded.
type SeenMember struct {
	UserName string
	Nick     string
	Display  string
	Remark   string
	Handle   string
	Self     bool
	Owner    bool // owns the room; false also when the wire did not say
}

// RoomLink says which known room a room on the wire is.
type RoomLink struct {
	ID       RoomID // 0: a new room
	UserName string
	Name     string
	BotOwns  bool // the bot's own account owns the room
	Strength Strength
	Evidence string // one English clause without names
}

// MemberLink says which known member a member on the wire is.
type MemberLink struct {
	ID       MemberID // 0: a new member
	Seen     SeenMember
	Strength Strength
	Evidence string // one English clause without names
	// Maybe lists known members who could be the same person but for whom the
	// evidence is too weak; only a person may decide that.
	Maybe []MemberID
}

// Resumed is what the directory knows when a login begins.
type Resumed struct {
	// Cursor is the one of the last recorded batch of the session; nil when
	// there was none.
	Cursor []byte
	Rooms  []KnownRoom
}
