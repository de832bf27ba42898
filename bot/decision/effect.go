package decision

import (
	"time"

	"menshen/bot/chat"
	"menshen/moderation"
)

// Effect is one change that a decision makes: one of the types below. The
// store applies the effects of a decision in order, in one transaction, and
// writes the audit row of each.
type Effect interface{ effect() }

// Actor says who caused an effect; the zero value is the bot itself.
type Actor struct {
	Member  chat.MemberID
	Console bool // whoever holds the account's phone
}

// OpenCase opens Case, whose ID must be the next free number.
type OpenCase struct {
	Case  Case
	Actor Actor
}

// JoinCase merges another message of the same burst into a case.
type JoinCase struct {
	Case      int64
	MessageID string
	At        time.Time
	Findings  []moderation.Finding
}

// ChangeCase moves a case. Empty fields stay as they are.
type ChangeCase struct {
	Case         int64
	Kind         CaseKind
	State        CaseState
	Removal      RemovalState
	Appeal       AppealState
	AppealReason string
	Reason       string
	Strike       int
	Expires      time.Time
	At           time.Time
	Actor        Actor
	Why          string // for the audit row
}

// Speak puts a row into the outbox. A second row of the same cause and kind
// changes nothing.
type Speak struct{ Say Say }

// CancelSays cancels the rows of a case that are still pending.
type CancelSays struct {
	Case int64
	Kind SayKind // empty: all kinds
}

// MoveSays says at To what a room was to hear at From and is still pending.
type MoveSays struct {
	Room     chat.RoomID
	From, To time.Time
}

// TakeBack asks the network to take back what the room was told of a case since
// a time: one AskRecall row for each sentence that was sent.
type TakeBack struct {
	Case  int64
	Since time.Time
}

// MarkSay moves an outbox row.
type MarkSay struct {
	ID        int64
	State     SayState
	MessageID string    // the network's id, when sent
	Text      string    // what is being sent, when it was made of parts
	NotBefore time.Time // when it went back to pending
	At        time.Time
	Why       string
}

// SetMember changes what is known of a member. Nil fields stay as they are.
type SetMember struct {
	Member      chat.MemberID
	Role        *Role
	Trusted     *bool
	Present     *bool
	Joined      *time.Time
	InvitedBy   *chat.MemberID
	Introduced  *bool
	RulesRead   *int
	Barred      *bool
	Unreachable *bool
	Name        *string
	At          time.Time
	Actor       Actor
	Why         string
}

// SetPresent records that members are in the room, as a whole roster showed;
// those who were known to be there are left alone.
type SetPresent struct {
	Room    chat.RoomID
	Members []chat.MemberID
	At      time.Time
}

// SetRoom changes a room's switches. Nil fields stay as they are.
type SetRoom struct {
	Room        chat.RoomID
	On          *bool
	PausedUntil *time.Time
	Silent      *bool
	Rehearsal   *bool
	Name        *string
	Rules       *string // a new text is a new version
	// NetworkOwner is whom the network shows as owner.
	NetworkOwner *chat.MemberID
	At           time.Time
	Actor        Actor
}

// SetSetting changes one setting of a room; an empty value restores the
// default.
type SetSetting struct {
	Room  chat.RoomID
	Key   string
	Value string
	At    time.Time
	Actor Actor
}

// PutWord adds a keyword to a room or replaces it.
type PutWord struct {
	Room    chat.RoomID
	Keyword moderation.Keyword
	At      time.Time
	Actor   Actor
}

// DropWord removes a keyword from a room.
type DropWord struct {
	Room  chat.RoomID
	Word  string
	At    time.Time
	Actor Actor
}

// Allow adds or removes an allow-phrase or an allowed host of a room.
type Allow struct {
	Room   chat.RoomID
	Host   bool // a host, else a phrase
	Value  string
	Remove bool
	At     time.Time
	Actor  Actor
}

// OpenChoice keeps a question with numbered answers that only Actor can
// answer, until Until; it replaces the actor's earlier one.
type OpenChoice struct {
	Room    chat.RoomID
	Actor   Actor
	Options []string // what the command becomes when option i+1 is chosen
	Until   time.Time
}

// CloseChoice forgets the actor's open question.
type CloseChoice struct {
	Room  chat.RoomID
	Actor Actor
}

// PickRoom keeps the room that a person's private commands are about until
// they choose another.
type PickRoom struct {
	Person Person
	Room   chat.RoomID
}

// Merge makes Old another name of New: warnings of Old count for New from now
// on, and the free points move there. Rights never do.
type Merge struct {
	Old, New chat.MemberID // of one room
	Case     int64         // that asked for it
	At       time.Time
	Actor    Actor
}

// Split takes a merge back: Old is a person of its own again, and gets back
// what moved of the points, as far as it is still there.
type Split struct {
	Old, New chat.MemberID
	Case     int64
	At       time.Time
	Actor    Actor
}

// TakeAfter gives New the settings, words and rules that Old has and New has
// not, or with Undo takes away those that are still as they came.
type TakeAfter struct {
	Old, New chat.RoomID
	Undo     bool
	Case     int64
	At       time.Time
	Actor    Actor
}

// Forget erases what is kept about a member as far as it identifies them:
// texts, evidence, names and statistics. Numbers of cases and postings stay.
type Forget struct {
	Member chat.MemberID
	At     time.Time
	Actor  Actor
}

// Note writes an audit row for something that changed nothing, such as a
// command without the right to it.
type Note struct {
	Room   chat.RoomID
	At     time.Time
	Actor  Actor
	What   string
	Detail string
}

func (OpenCase) effect()    {}
func (JoinCase) effect()    {}
func (ChangeCase) effect()  {}
func (Speak) effect()       {}
func (MoveSays) effect()    {}
func (CancelSays) effect()  {}
func (TakeBack) effect()    {}
func (MarkSay) effect()     {}
func (SetMember) effect()   {}
func (SetPresent) effect()  {}
func (SetRoom) effect()     {}
func (SetSetting) effect()  {}
func (PutWord) effect()     {}
func (DropWord) effect()    {}
func (Allow) effect()       {}
func (OpenChoice) effect()  {}
func (CloseChoice) effect() {}
func (PickRoom) effect()    {}
func (Merge) effect()       {}
func (Split) effect()       {}
func (TakeAfter) effect()   {}
func (Forget) effect()      {}
func (Note) effect()        {}

// Decision is everything that follows from one message or event.
type Decision struct{ Effects []Effect }

// Add appends effects.
func (d *Decision) Add(effects ...Effect) { d.Effects = append(d.Effects, effects...) }
