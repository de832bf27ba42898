package wechatsim

import "time"

// Done is the answer to everything that changes the world.
type Done struct {
	// ID names what was made: a message, or the handle of what was changed.
	ID string `json:"id"`
	// Time is the world's time, see [Server.Now].
	Time time.Time `json:"time"`
}

// NewRoom makes a room. The bot's account is in it.
type NewRoom struct {
	Room string `json:"room"` // the handle, unique
	Name string `json:"name"` // the handle when empty
	// Owner and Members are handles of people, who are made when new. Their
	// names are their handles until [Server.Rename]. They are friends of the
	// bot's account, except that of rooms with more than 100 members only the
	// owner is: nobody has that many.
	Owner   string   `json:"owner"`
	Members []string `json:"members"`
	// BotOwner makes the owner's handle a second handle of the bot's account.
	BotOwner bool `json:"bot_owner"`
	// Saved puts the room into the account's contact list; nil means true.
	Saved *bool `json:"saved"`
	// RemoveWorks lets webwxupdatechatroom remove members if the bot's account
	// owns the room. The real service has refused that since 2018.
	RemoveWorks bool `json:"remove_works"`
}

// Saying is one message of a member into a room.
type Saying struct {
	Room   string `json:"room"`
	Member string `json:"member"`
	// Kind is text (also when empty), image, sticker, voice, video, file, link,
	// miniprogram, card, forward, channels, quote, location, redpacket,
	// unreadable or raw.
	Kind string `json:"kind"`
	// Text is the message itself; for cards the description, for raw the
	// content as it goes over the wire or a JSON object with MsgType that is
	// laid over the fields of the message.
	Text  string `json:"text"`
	Title string `json:"title"`
	URL   string `json:"url"`
	// Quote is the id or the text of the message quoted.
	Quote string `json:"quote"`
	// At lists members whose names are put in front as mentions.
	At []string `json:"at"`
	// ID is the message's id for this test; a number becomes the id on the
	// wire. Saying the same id twice sends the same message twice.
	ID string `json:"id"`
}

// kind is what s is.
func (s Saying) kind() string {
	if s.Kind == "" {
		return "text"
	}
	return s.Kind
}

// Whisper is private text to the bot's account. Member filehelper or self is
// the account's own phone; with Room it types into that room. Member fmessage
// brings requests of strangers (kind raw), weixin what the service itself has
// to say.
type Whisper struct {
	Member string `json:"member"`
	Text   string `json:"text"`
	Room   string `json:"room"`
	Kind   string `json:"kind"` // these three as in Saying
	Title  string `json:"title"`
	URL    string `json:"url"`
}

// Joining brings members into a room. Members who are unknown are made.
type Joining struct {
	Room    string   `json:"room"`
	Members []string `json:"members"`
	By      string   `json:"by"`
	Via     string   `json:"via"`  // invite (also when empty) or qr
	Lang    string   `json:"lang"` // zh (also when empty) or en
	// Forged says the words of a join, once as somebody's text and once as a
	// system message, and nobody joins.
	Forged bool `json:"forged"`
}

// Leaving takes a member out of a room without a word.
type Leaving struct {
	Room   string `json:"room"`
	Member string `json:"member"`
}

// Removal is done by a person on the phone; By is the owner when empty.
type Removal struct {
	Room   string `json:"room"`
	Member string `json:"member"`
	By     string `json:"by"`
}

// Renaming renames a room, a person, or with both set the person's name in
// that room only.
type Renaming struct {
	Room   string `json:"room"`
	Member string `json:"member"`
	Name   string `json:"name"`
}

// Recalling takes back a message; its sender does that.
type Recalling struct {
	Room string `json:"room"`
	ID   string `json:"id"`
}

// Scanning is what the phone does with the newest login. Action is scan,
// confirm, expire or refuse (confirmed, but the account may not use WeChat
// web: 1203); empty means scan, then confirm.
type Scanning struct {
	Action string `json:"action"`
}

// Ending ends the session with 1100 (logged out on the phone), 1101 (logged in
// elsewhere) or 1102 (refused).
type Ending struct {
	End int `json:"end"`
}

// Befriending makes a person a friend of the bot's account, or no longer one.
type Befriending struct {
	Member string `json:"member"`
	Friend bool   `json:"friend"`
	// Remark is what the account's owner calls the friend on the phone.
	Remark string `json:"remark"`
	// Alias is the friend's own 微信号, which most never chose.
	Alias string `json:"alias"`
}

// Entry is one line of the transcript.
type Entry struct {
	N    int       `json:"n"` // from 1, without gaps
	Time time.Time `json:"time"`
	// Room or Private is set: the room's handle, or the handle of the person
	// (or filehelper) at the other end of a private chat.
	Room    string `json:"room,omitempty"`
	Private string `json:"private,omitempty"`
	// From is a handle; "self" is the bot's account, empty the service itself.
	From string `json:"from"`
	To   string `json:"to,omitempty"`
	Kind string `json:"kind"`
	Text string `json:"text"`
	ID   string `json:"id"`
	// ClientID is set for what came over the wire, that is from the bot.
	ClientID string `json:"client_id,omitempty"`
	// Result is delivered, refused (nobody saw it) or lost (everybody saw it,
	// but the answer to the bot got lost).
	Result string `json:"result"`
}

// State is the world at one time.
type State struct {
	Time     time.Time      `json:"time"`
	Rooms    []RoomState    `json:"rooms"`
	Sessions []SessionState `json:"sessions"`
	// Requests counts the requests on the wire by endpoint.
	Requests map[string]int `json:"requests"`
}

// RoomState is one room with everybody who is or was in it.
type RoomState struct {
	Room    string        `json:"room"`
	Name    string        `json:"name"`
	Owner   string        `json:"owner"`
	Saved   bool          `json:"saved"`
	Members []MemberState `json:"members"`
}

// MemberState is one person in one room. The bot's account is "self".
type MemberState struct {
	Handle  string `json:"handle"`
	Name    string `json:"name"` // as the room shows it
	Present bool   `json:"present"`
}

// SessionState is one login. End is 0 while it lives.
type SessionState struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since"`
	End   int       `json:"end"`
}
