// Package chat is the vocabulary that the road, the networks and the store
// share. It knows no network, no database and no rule.
package chat

import "time"

// RoomID is our own row id of a room; 0 means no room.
type RoomID int64

// MemberID is our own row id of one person in one room; 0 means nobody. The
// same person in two rooms is two members.
type MemberID int64

// Kind is what sort of message arrived.
type Kind string

// The kinds of messages. A network maps everything it receives to one of them.
const (
	KindText        Kind = "text"
	KindImage       Kind = "image"
	KindSticker     Kind = "sticker"
	KindVoice       Kind = "voice"
	KindVideo       Kind = "video"
	KindFile        Kind = "file"
	KindLink        Kind = "link"
	KindMiniProgram Kind = "miniprogram"
	KindCard        Kind = "card"
	KindForward     Kind = "forward"
	KindChannels    Kind = "channels"
	KindQuote       Kind = "quote"
	KindLocation    Kind = "location"
	KindRedPacket   Kind = "redpacket"
	KindUnreadable  Kind = "unreadable" // the network shows it on the phone only
	KindSystem      Kind = "system"     // the network itself speaks
)

// Message is one message as its sender wrote it, decoded once by the adapter.
type Message struct {
	// ID is the network's id, unique for the bot's account. It is the key that
	// makes a replay harmless.
	ID string
	// Room is 0 for private messages.
	Room RoomID
	// From is the sender in Room; 0 in private.
	From MemberID
	// As lists who a private sender is, one member for each room shared with
	// the bot; empty for strangers.
	As []MemberID
	// Console is set for text typed into the account's own console (on WeChat
	// 文件传输助手) by whoever holds the account's phone.
	Console bool
	// Self is set for messages of the bot's own account that the bot did not
	// send: typed on its phone.
	Self bool

	Kind   Kind
	Text   string
	Title  string   // of a card, file or mini-program
	URLs   []string // of a card, or what the codes in a picture say
	Quoted string   // somebody else's words

	// Time is the server's time of creation, to the second on WeChat.
	Time time.Time
	// Age is how old the message was by server time when it was received; never
	// measured with the local clock. Negative values are clamped to 0.
	Age time.Duration
}

// Private reports whether m was said outside any room.
func (m Message) Private() bool { return m.Room == 0 }
