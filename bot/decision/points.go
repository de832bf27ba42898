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

// PointsResult is what came of an action; fields that do not apply are zero.
type PointsResult struct {
	CheckIn scoring.CheckIn
	Entries []scoring.Entry // postings made, the acting member's first
	Balance scoring.Balance // of the member acted on, afterwards
	// Amount is the points of a grabbed share, a redemption's price, a
	// transfer's fee or a pass's stake.
	Amount int64
	Member chat.MemberID // whose redemption, or whose packet it was
	Item   string        // of a redemption
	Code   string        // handed out with an approved redemption, for its member only
	Left   int64         // shares of the packet or pieces of the item still there
	Until  time.Time     // when the packet, draw or pass ends
	// Commitment is what a draw publishes when it opens.
	Commitment string
}

// PointsQuery names what a command reads of a room's ledger. Unset fields ask
// for nothing.
type PointsQuery struct {
	Balance   bool // of Query.Member
	Statement int  // the member's newest postings, at most so many
	// Top asks for the ranking of points earned since Since (zero: of
	// balances), its first members and the own place of Query.Member.
	Top   int
	Since time.Time
	Proof bool
	Items bool
}

// PointsAnswer is what the ledger showed.
type PointsAnswer struct {
	Balance   scoring.Balance
	Statement []scoring.Entry
	Ranking   scoring.Ranking // Answer.Members holds its members
	Proof     scoring.Proof
	Items     []scoring.Item
}
