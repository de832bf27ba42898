package decision

import (
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Points is an action on a room's ledger. What comes of it is known only in
// the transaction: the store carries it out and then applies the effects that
// Then makes of the result, or of the refusal (a [scoring.Refusal] or
// [scoring.AmountError]; the action has then left no trace). Any other error
// fails the transaction and is never given to Then.
type Points struct {
	Op   PointsOp
	Then func(PointsResult, error) []Effect
}

func (Points) effect() {}

// PointsOp is one of the actions below. MessageID is the message that asked for
// it: its number makes the action happen once.
type PointsOp interface{ pointsOp() }

// CheckIn is 签到 by the room's rule, in the room's zone.
type CheckIn struct {
	Room      Room
	Member    chat.MemberID
	MessageID string
	At        time.Time
}

// Speech is a message that may earn points by the room's rule; one that earns
// nothing is no refusal.
type Speech struct {
	Room      Room
	Member    chat.MemberID
	MessageID string
	Text      string
	At        time.Time
}

// Grant gives points by hand, or takes them when Amount is negative.
type Grant struct {
	Room      chat.RoomID
	Member    chat.MemberID
	Amount    int64
	Memo      string
	MessageID string
	At        time.Time
	Actor     Actor
}

// Transfer is 转账, by the room's rule.
type Transfer struct {
	Room      Room
	From, To  Member
	Amount    int64
	MessageID string
	At        time.Time
}

// Reverse is 撤销 of the posting with a number.
type Reverse struct {
	Room  chat.RoomID
	No    int64
	At    time.Time
	Actor Actor
}

// Redeem sets the price of an item aside and reserves one piece. Case is the
// number of the redemption's case, opened in the same decision.
type Redeem struct {
	Room   chat.RoomID
	Member chat.MemberID
	Item   string
	Case   int64
	At     time.Time
}

// SettleRedemption captures what a redemption set aside, or releases it.
type SettleRedemption struct {
	Room    chat.RoomID
	Case    int64
	Approve bool
	At      time.Time
	Actor   Actor
}

// PutItem is 上架: a new item, or a new price and stock of one.
type PutItem struct {
	Room  chat.RoomID
	Item  scoring.Item
	At    time.Time
	Actor Actor
}

// DropItem is 下架.
type DropItem struct {
	Room  chat.RoomID
	Name  string
	At    time.Time
	Actor Actor
}

// OpenPacket is 发红包, by the room's rule.
type OpenPacket struct {
	Room          Room
	From          Member
	Total, Shares int64
	Equal         bool // equal shares, else random ones
	MessageID     string
	At            time.Time
}

// GrabPacket is 抢: a share of the newest open packet of the room.
type GrabPacket struct {
	Room      Room
	Member    Member
	MessageID string
	At        time.Time
}

// OpenDraw is 抽奖开: Fee points a ticket, so many winners, until Closes.
type OpenDraw struct {
	Room      Room
	Fee       int64
	Winners   int64
	Prize     int64 // of each winner, from the room; 0: they share the stakes
	Closes    time.Time
	MessageID string
	At        time.Time
	Actor     Actor
}

// EnterDraw is 参加抽奖: the newest open draw of the room.
type EnterDraw struct {
	Room      Room
	Member    Member
	MessageID string
	At        time.Time
}

// BuyPass is 通行证, by the room's rule.
type BuyPass struct {
	Room      Room
	Member    Member
	MessageID string
	At        time.Time
}

// Fine takes what a strike costs, at most what the member has free.
type Fine struct {
	Room   chat.RoomID
	Member chat.MemberID
	Amount int64
	Case   int64
	At     time.Time
}

// Unfine gives back what the strike of a case cost, once.
type Unfine struct {
	Room   chat.RoomID
	Member chat.MemberID
	Case   int64
	At     time.Time
}

// UsePass uses the member's open link pass for a message; the result's Until is
// when its points come back, and zero when there is no pass.
type UsePass struct {
	Room      Room
	Member    chat.MemberID
	MessageID string
	At        time.Time
}

// ForfeitPass takes the points of the pass that a message used.
type ForfeitPass struct {
	Member    chat.MemberID
	MessageID string
	At        time.Time
}

// UnforfeitPass gives back the points of the pass that a message forfeited, once.
type UnforfeitPass struct {
	Member    chat.MemberID
	MessageID string
	At        time.Time
}

// NoteInvite remembers who brought a newcomer: the inviter is credited when
// the newcomer has stayed long enough.
type NoteInvite struct {
	Room              Room
	Inviter, Newcomer chat.MemberID
	At                time.Time
}

// NewcomerLeft takes back what somebody was credited for a member who left
// early.
type NewcomerLeft struct {
	Newcomer chat.MemberID
	At       time.Time
}

// Sweep ends whatever has come to its end: packets, draws, passes,
// redemptions, invitations. The result lists them in Ended.
type Sweep struct{ At time.Time }

// ShareLedger lets Room keep its points in another room's ledger; 0: in its own
// again.
type ShareLedger struct {
	Room, Ledger chat.RoomID
	At           time.Time
	Actor        Actor
}

func (ShareLedger) pointsOp()      {}
func (Fine) pointsOp()             {}
func (Unfine) pointsOp()           {}
func (UsePass) pointsOp()          {}
func (ForfeitPass) pointsOp()      {}
func (UnforfeitPass) pointsOp()    {}
func (NoteInvite) pointsOp()       {}
func (NewcomerLeft) pointsOp()     {}
func (Sweep) pointsOp()            {}
func (CheckIn) pointsOp()          {}
func (Speech) pointsOp()           {}
func (Grant) pointsOp()            {}
func (Transfer) pointsOp()         {}
func (Reverse) pointsOp()          {}
func (Redeem) pointsOp()           {}
func (SettleRedemption) pointsOp() {}
func (PutItem) pointsOp()          {}
func (DropItem) pointsOp()         {}
func (OpenPacket) pointsOp()       {}
func (GrabPacket) pointsOp()       {}
func (OpenDraw) pointsOp()         {}
func (EnterDraw) pointsOp()        {}
func (BuyPass) pointsOp()          {}
