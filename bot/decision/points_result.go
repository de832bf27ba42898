package decision

import (
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// PointsResult is what came of an action; fields that do not apply are zero.
type PointsResult struct {
	CheckIn scoring.CheckIn
	Entries []scoring.Entry          // postings made, the acting member's first
	Members map[chat.MemberID]Member // of a reversal: whose postings they are, by account
	Balance scoring.Balance          // of the member acted on, afterwards
	// Amount is the points of a grabbed share, a redemption's price, a
	// transfer's fee or a pass's stake.
	Amount int64
	Member chat.MemberID // whose redemption, or whose packet it was
	Item   string        // of a redemption
	Code   string        // handed out with an approved redemption, for its member only
	Left   int64         // shares of the packet or pieces of the item still there
	Until  time.Time     // when the packet, draw or pass ends
	// OneWay is set the first time that nearly all points a member ever earned
	// have gone to one other member. Payer is that member then.
	OneWay bool
	Payer  Member
	// Commitment is what a draw publishes when it opens.
	Commitment string
	Ended      []Ended
}

// EndedKind says what came to its end.
type EndedKind string

// What can come to its end by the clock.
const (
	EndedPacket     EndedKind = "packet"
	EndedDraw       EndedKind = "draw"
	EndedPass       EndedKind = "pass"
	EndedRedemption EndedKind = "redemption"
	EndedInvite     EndedKind = "invite"
)

// Ended is one thing whose time had come.
type Ended struct {
	Kind   EndedKind
	ID     int64
	Room   chat.RoomID
	Member chat.MemberID // whose packet, pass or redemption it was, or the inviter
	Amount int64         // points that went back to Member, or were credited
	Count  int           // how many invitations of Member it stands for; 0 is one
	Void   bool          // a draw that too few entered; the newcomer had left
	Case   int64         // of a redemption
	Item   string        // of a redemption
	// Proof is what a draw publishes at its end, and Winners are its winners,
	// the first prize first.
	Proof   string
	Winners []Winner
}

// Winner is one winner of a draw.
type Winner struct {
	Member chat.MemberID
	Name   string // as entered
	Points int64
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
	Until time.Time // of the ranking's time; zero: now
	Proof bool
	Items bool
	// Redeemed asks for the newest redemptions, at most so many: those of
	// Query.Member, or of all members when that is 0.
	Redeemed int
	Ends     bool // when the next packet, draw, pass, redemption or invitation ends
}

// PointsAnswer is what the ledger showed.
type PointsAnswer struct {
	Balance   scoring.Balance
	Statement []scoring.Entry // Answer.Members holds who has the other halves
	Ranking   scoring.Ranking // Answer.Members holds its members
	Proof     scoring.Proof
	Items     []scoring.Item
	Redeemed  []Redeemed // newest first; Answer.Members holds their members
	Ends      time.Time  // zero: nothing waits
}

// Redeemed is one redemption of the past.
type Redeemed struct {
	Case   int64
	Member chat.MemberID
	Item   string
	State  string // open, approved, declined or expired
	At     time.Time
	Code   string // handed out with it, for its member only
}
