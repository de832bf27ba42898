package bot

import (
	"context"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Store is the durable side of the road.
type Store interface {
	// Record runs fn in one write transaction and stores the batch's cursor in
	// it. When fn or the commit fails nothing of it is stored. fn must not call
	// the network or block.
	Record(ctx context.Context, b chat.Batch, fn func(Tx) error) error
	// Read runs fn on one consistent snapshot.
	Read(ctx context.Context, fn func(View) error) error
}

// View reads.
type View interface {
	// Room returns a room; ok is false for unknown ids.
	Room(id chat.RoomID) (r decision.Room, ok bool, err error)
	Rooms() ([]decision.Room, error)
	// Member returns a member; ok is false for unknown ids.
	Member(id chat.MemberID) (m decision.Member, ok bool, err error)
	// Standing returns the sanctions of a member and the number the next case
	// gets.
	Sanctions(id chat.MemberID, now time.Time) (decision.Sanctions, error)
	Query(q decision.Query) (decision.Answer, error)
	// NextSay returns the pending outbox row to be sent first at now, or nil
	// and the time at which one becomes due (zero: none waits).
	NextSay(now time.Time) (*decision.OutboxRow, time.Time, error)
}

// Tx reads and writes.
type Tx interface {
	View
	// Seen stores the message's id and reports whether it was stored before.
	// keep says whether the text may be kept for the room's retention time.
	Seen(m chat.Message, keep bool) (bool, error)
	// Apply carries out effects in order.
	Apply(effects ...decision.Effect) error
	// Nested runs fn so that its effects vanish if it returns an error, while
	// the transaction goes on.
	Nested(fn func() error) error
}
