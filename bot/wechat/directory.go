package wechat

import (
	"context"

	"menshen/bot/chat"
)

// Directory keeps what has to survive a restart: who is who on the wire. Its
// implementation commits each call before it returns. Calls come one at a time.
type Directory interface {
	// Resume makes account (the decimal Uin) and session known if they are new
	// and returns the session's cursor and all rooms of the account, those of
	// other sessions included, with the user names of this session only.
	Resume(ctx context.Context, account, session string) (chat.Resumed, error)
	// Members returns all members ever linked in room except those merged into
	// another, with the user names of this session only.
	Members(ctx context.Context, session string, room chat.RoomID) ([]chat.KnownMember, error)
	// LinkRooms maps each user name to its room in this session and stores the
	// name; a link with ID 0 makes a room, switched off. It returns the room
	// ids in the order of the links. A link other than
	// [chat.StrengthSame] leaves an audit row.
	LinkRooms(ctx context.Context, session string, links []chat.RoomLink) ([]chat.RoomID, error)
	// LinkMembers does the same for members of room and stores their names. A
	// row without a nickname shows no names and leaves those known; with one,
	// an empty Display means that the member has none in this room. A member
	// made here is not present until an event says so, and leaves an audit row
	// only if it may be somebody known before. [chat.StrengthMedium]
	// ends the member's rights until an owner gives them again.
	LinkMembers(ctx context.Context, session string, room chat.RoomID, links []chat.MemberLink) ([]chat.MemberID, error)
	// SetAside marks the members of room whom this session did not link as not
	// present, without a word to anybody: they were not recognised, or left
	// between two logins. What they have stays theirs.
	SetAside(ctx context.Context, session string, room chat.RoomID) error
}
