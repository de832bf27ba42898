// Package scoring is the rules of points: what is earned, spent, transferred
// and drawn. It is pure: plain values in, plain values out, no storage, no
// clock, no logger. Points are whole numbers.
package scoring

import "time"

// Bounds of the ledger.
const (
	MaxAmount  = 1_000_000_000     // points in one posting
	MaxBalance = 1_000_000_000_000 // points of one member, either way
)

// Contra is the other side of a posting: a positive value is the member who
// has the other half, anything else an account of the room itself. The values
// are stored.
type Contra int64

// The accounts of a room.
const (
	ContraEarn   Contra = 0  // speaking, check-ins, invitations
	ContraGrant  Contra = -1 // given or taken by the owner
	ContraFine   Contra = -2 // the cost of a strike
	ContraShop   Contra = -3 // redeemed
	ContraPrize  Contra = -4 // stakes and prizes of draws
	ContraFee    Contra = -5 // the fee of a transfer
	ContraPass   Contra = -6 // forfeited link passes
	ContraExpiry Contra = -7 // points that ran out
	ContraMove   Contra = -8 // moved to or from another ledger
)

// Cause is the kind of thing that made a posting. The values are stored.
type Cause int64

// The causes. In brackets: what CauseID is.
const (
	CauseSpeech   Cause = 1  // a message that earned points (message number)
	CauseCheckIn  Cause = 2  // a check-in (its row)
	CauseInvite   Cause = 3  // an invitation (the newcomer)
	CauseGrant    Cause = 4  // 加分 or 扣分 (number of the command's message)
	CauseTransfer Cause = 5  // 转账 (number of the command's message)
	CauseStrike   Cause = 6  // a strike (case number)
	CauseHold     Cause = 7  // captured from a hold (hold)
	CauseReversal Cause = 8  // a reversal (the posting's number)
	CauseDraw     Cause = 9  // the prize of a draw (draw)
	CauseExpiry   Cause = 10 // points ran out (day and member)
	CauseMove     Cause = 11 // moved between ledgers (the move's row)
)

// Posting is one change of one member's points. (Room, Cause, CauseID, Leg) is
// its key: posting it again changes nothing.
type Posting struct {
	Room   int64
	Member int64
	// Amount is not 0 and at most MaxAmount either way.
	Amount  int64
	Contra  Contra
	Cause   Cause
	CauseID int64
	// Leg tells the postings of one cause apart. Postings against the room's
	// accounts have even legs; the halves of a transfer have 2k and 2k+1.
	Leg int64
	At  time.Time // kept to the second
	// Memo is a reason somebody wrote; it can be erased later.
	Memo string
}

// Entry is a posting in the ledger.
type Entry struct {
	Posting
	No       int64 // 流水号: its number in the room, from 1 without gaps
	Balance  int64 // of the member after it
	Digest   uint64
	Replayed bool // it was there before
}

// HoldKind is what points are set aside for. The values are stored.
type HoldKind int64

// The kinds of holds.
const (
	HoldPacket HoldKind = 1 // 红包
	HoldDraw   HoldKind = 2 // 抽奖
	HoldPass   HoldKind = 3 // 通行证
	HoldRedeem HoldKind = 4 // 兑换
)

// Hold is points set aside until they are captured or released.
type Hold struct {
	ID     int64
	Room   int64
	Member int64
	Amount int64
	Left   int64 // neither captured nor released
	Kind   HoldKind
	KindID int64 // the packet, draw entry, pass or redemption
	At     time.Time
}

// Balance is what a member has in a room.
type Balance struct {
	Points int64
	Held   int64 // of Points, set aside
	Floor  int64 // what Points less Held never falls below; 0 or negative
}

// Free returns the points that can be spent.
func (b Balance) Free() int64 { return b.Points - b.Held - b.Floor }
