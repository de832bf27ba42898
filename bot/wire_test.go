package bot_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"menshen/bot/chat"
)

// delivery is something that the network carried out.
type delivery struct {
	Out chat.Outgoing
	At  time.Time
}

// wire is the network of these tests. Its state outlives the road as a server
// does: what it was told and what it has to tell stay.
type wire struct {
	clock  *handClock
	calls  chan func(context.Context, chat.Intake)
	points *failpoints

	mu sync.Mutex
	wireState
}

// wireState is what the server knows.
type wireState struct {
	can       chat.Capabilities
	batches   [][]chat.Event // what the server has to tell, in order
	said      []delivery
	removed   []chat.MemberID
	recalled  []string
	refreshed int
	// answer decides about a request: nil carries it out. With lost set the
	// request is carried out and answered with the error all the same.
	answer func(chat.Outgoing) error
	lost   bool
	// refuse decides about a removal.
	refuse func(chat.MemberID) error
	// keep decides about taking a message back.
	keep func() error
}

func newWire(clock *handClock) *wire {
	return &wire{
		clock: clock, calls: make(chan func(context.Context, chat.Intake)),
		wireState: wireState{can: chat.Capabilities{Remove: true, Recall: 2 * time.Minute}},
	}
}

// Run implements [chat.Network].
func (w *wire) Run(ctx context.Context, in chat.Intake) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case call := <-w.calls:
			call(ctx, in)
		}
	}
}

// Send implements [chat.Network].
func (w *wire) Send(_ context.Context, out chat.Outgoing) (chat.Receipt, error) {
	w.points.at("before send")
	w.mu.Lock()
	var err error
	if w.answer != nil {
		err = w.answer(out)
	}
	if err == nil || w.lost {
		w.said = append(w.said, delivery{out, w.clock.Now()})
	}
	n := len(w.said)
	w.mu.Unlock()
	if err != nil {
		return chat.Receipt{}, err
	}
	w.points.at("after send")
	return chat.Receipt{MessageID: fmt.Sprint("sent", n)}, nil
}

// Remove implements [chat.Network].
func (w *wire) Remove(_ context.Context, _ chat.RoomID, who chat.MemberID) error {
	if !w.can.Remove {
		return chat.ErrUnsupported
	}
	w.points.at("before remove")
	w.mu.Lock()
	var err error
	if w.refuse != nil {
		err = w.refuse(who)
	}
	if err == nil || w.lost {
		w.removed = append(w.removed, who)
	}
	w.mu.Unlock()
	if err == nil {
		w.points.at("after remove")
	}
	return err
}

// Recall implements [chat.Network].
func (w *wire) Recall(_ context.Context, _ chat.RoomID, id string) error {
	w.points.at("before recall")
	w.mu.Lock()
	var err error
	if w.keep != nil {
		err = w.keep()
	}
	if err == nil || w.lost {
		w.recalled = append(w.recalled, id)
	}
	w.mu.Unlock()
	if err == nil {
		w.points.at("after recall")
	}
	return err
}

// Refresh implements [chat.Network].
func (w *wire) Refresh(chat.RoomID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refreshed++
}

// Capabilities implements [chat.Network].
func (w *wire) Capabilities() chat.Capabilities { return w.can }

// hold adds a batch to what the server has to tell and returns it.
func (w *wire) hold(events []chat.Event) chat.Batch {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.batches = append(w.batches, events)
	return w.batch(len(w.batches) - 1)
}

func (w *wire) batch(i int) chat.Batch {
	return chat.Batch{Session: login, Cursor: binary.BigEndian.AppendUint32(nil, uint32(i+1)), Events: w.batches[i]}
}

// after returns the batches that a cursor does not acknowledge.
func (w *wire) after(cursor []byte) []chat.Batch {
	w.mu.Lock()
	defer w.mu.Unlock()
	from := 0
	if len(cursor) == 4 {
		from = int(binary.BigEndian.Uint32(cursor))
	}
	var rest []chat.Batch
	for i := from; i < len(w.batches); i++ {
		rest = append(rest, w.batch(i))
	}
	return rest
}
