package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// staleAfter is how old a sentence for the room may get before it is no longer
// worth saying. It is the pause after the network said "too frequent".
const staleAfter = 10 * time.Minute

// outcomeLife is how old an outcome may get: the longest pause after "too
// frequent" is six hours, and the next day nobody knows what it is about.
const outcomeLife = 24 * time.Hour

// Outbox delivers committed rows at the pace the budget allows and appends
// what became of each.
type Outbox struct {
	store   Store
	network chat.Network
	clock   chat.Clock
	log     *slog.Logger
	mu      sync.Mutex // guards budget and outage
	budget  *budget
	outage  outage
	wake    chan struct{}
	online  func() bool // whether the login can send
}

// Wake makes the outbox look for new rows; it never blocks.
func (o *Outbox) Wake() { wake(o.wake) }

// reached makes the outbox try again at once: the login is online.
func (o *Outbox) reached() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.outage.over()
}

// limited pauses sending because the network said so in the chat.
func (o *Outbox) limited(now time.Time) decision.Silence {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.budget.refuse(now)
}

// Run delivers until ctx ends. A row that is being sent when ctx ends is
// finished first.
func (o *Outbox) Run(ctx context.Context) error {
	for {
		next, err := o.step(context.WithoutCancel(ctx))
		if err != nil {
			return fmt.Errorf("deliver the outbox: %w", err)
		}
		if ctx.Err() != nil {
			return nil
		}
		if !next.IsZero() && !next.After(o.clock.Now()) {
			continue
		}
		if err := o.clock.Park(ctx, next, o.wake); err != nil {
			return nil // the end of ctx is how the outbox is stopped
		}
	}
}

// step delivers at most one row. It returns when to look again: now when there
// may be more, zero when nothing waits.
func (o *Outbox) step(ctx context.Context) (time.Time, error) {
	now := o.clock.Now()
	if !o.online() {
		return time.Time{}, nil
	}
	row, due, err := o.next(ctx, now)
	if err != nil || row == nil {
		return due, err
	}
	if at := o.earliest(row.Say.Priority, now); at.After(now) && !o.isStale(*row, now) {
		return at, nil
	}
	row, err = o.take(ctx, row.ID, now)
	if err != nil || row == nil {
		return now, err
	}
	return now, o.deliver(ctx, *row)
}

// next looks for the row to be sent first. Looking does not hold up whoever
// writes, and most looks find nothing.
func (o *Outbox) next(ctx context.Context, now time.Time) (row *decision.OutboxRow, due time.Time, err error) {
	err = o.store.Read(ctx, func(v View) error {
		row, due, err = v.NextSay(now)
		return err
	})
	return row, due, err
}

// isStale reports whether a public sentence waited too long to still make
// sense. What the owner has to know and removals never get stale.
func (o *Outbox) isStale(row decision.OutboxRow, now time.Time) bool {
	switch row.Say.Kind {
	case decision.AskRecall:
		return now.Sub(row.Created) > o.network.Capabilities().Recall
	case decision.SayInbox, decision.SayDigest, decision.SayAnnounce, decision.AskRemove:
		return false
	case decision.SayOutcome:
		return now.Sub(later(row.Created, row.Say.Due)) > outcomeLife
	case decision.SayWhisper:
		// A code that somebody paid for waits as long as it must.
		return row.Say.Case == 0 && now.Sub(later(row.Created, row.Say.Due)) > staleAfter
	case decision.SayWarning:
		// One that was refused as too frequent is not said ten minutes late,
		// whatever the moment, and the next one names both.
		return now.Sub(later(row.Created, row.Say.Due)) >= staleAfter
	default:
		return now.Sub(later(row.Created, row.Say.Due)) > staleAfter
	}
}

// deliver makes the request and records its outcome.
func (o *Outbox) deliver(ctx context.Context, row decision.OutboxRow) error {
	receipt, err := o.request(ctx, row)
	now := o.clock.Now()
	silence := o.count(err, now)
	if err != nil {
		o.log.Info("outbox", slog.Int64("row", row.ID), slog.String("kind", string(row.Say.Kind)), slog.Any("error", err))
	}
	if err := o.settle(ctx, row, outcome(row, receipt, err, now, silence)); err != nil {
		return err
	}
	if row.Say.Kind == decision.AskRemove {
		o.network.Refresh(row.Say.Room)
	}
	return nil
}

// request makes the one request that a row stands for.
func (o *Outbox) request(ctx context.Context, row decision.OutboxRow) (chat.Receipt, error) {
	switch row.Say.Kind {
	case decision.AskRemove:
		return chat.Receipt{}, o.network.Remove(ctx, row.Say.Room, row.Say.Member)
	case decision.AskRecall:
		return chat.Receipt{}, o.network.Recall(ctx, row.Say.Room, row.MessageID)
	default:
		return o.network.Send(ctx, chat.Outgoing{
			ID: row.ID, Room: publicRoom(row.Say), Member: row.Say.Member, Console: row.Say.Console,
			Courtesy: row.Say.Kind == decision.SayWelcome, Text: row.Say.Text,
		})
	}
}

// settle records an outcome; a removal that failed goes to the owner in the
// same transaction. One that was called off or confirmed by the roster while the
// network was asked is not turned back.
func (o *Outbox) settle(ctx context.Context, row decision.OutboxRow, effects []decision.Effect) error {
	return o.store.Record(ctx, chat.Batch{}, func(tx Tx) error {
		if row.Say.Kind != decision.AskRemove {
			return tx.Apply(effects...)
		}
		answer, err := tx.Query(decision.Query{Case: row.Say.Case})
		if err != nil {
			return err
		}
		if answer.Case != nil && answer.Case.Removal != decision.RemovalRequested {
			return tx.Apply(withoutCase(effects)...)
		}
		if err := tx.Apply(effects...); err != nil {
			return err
		}
		return handOverFailed(tx, row.Say.Case, o.clock.Now())
	})
}

// withoutCase leaves the changes of cases out of what an outcome leads to.
func withoutCase(effects []decision.Effect) []decision.Effect {
	return slices.DeleteFunc(effects, func(e decision.Effect) bool {
		_, is := e.(decision.ChangeCase)
		return is
	})
}

// earliest is when a row may be sent, by the budget and the state of the
// network.
func (o *Outbox) earliest(p decision.Priority, now time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return later(o.budget.nextFor(p, now), o.outage.next(now))
}

// count charges the budget for a request and returns the silence that the
// network wants, if it said so.
func (o *Outbox) count(err error, now time.Time) (silence decision.Silence) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if errors.Is(err, chat.ErrOffline) {
		o.outage.failed(now)
		return silence
	}
	o.outage.over()
	o.budget.spend(now)
	if errors.Is(err, chat.ErrTooFast) {
		return o.budget.refuse(now)
	}
	return silence
}

// left returns how many messages may still be sent in this hour.
func (o *Outbox) left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	hour, day := o.budget.left(o.clock.Now())
	return min(hour, day)
}

// publicRoom is the room a row is said in, or 0 for private ones.
func publicRoom(s decision.Say) chat.RoomID {
	if s.Public() {
		return s.Room
	}
	return 0
}

// outcome turns the network's answer into effects.
func outcome(row decision.OutboxRow, receipt chat.Receipt, err error, now time.Time, silence decision.Silence) []decision.Effect {
	mark := decision.MarkSay{ID: row.ID, At: now, MessageID: receipt.MessageID}
	switch {
	case err == nil:
		mark.State = decision.SaySent
		return slices.Concat([]decision.Effect{mark}, afterSent(row, now), whispered(row, true))
	case errors.Is(err, chat.ErrOffline):
		mark.State, mark.NotBefore, mark.Why = decision.SayPending, now, "offline"
	case errors.Is(err, chat.ErrTooFast):
		mark.State, mark.NotBefore, mark.Why = decision.SayPending, silence.Until, "too fast"
		return []decision.Effect{mark, silence.Keep(now)}
	case errors.Is(err, chat.ErrNotReachable) && row.Say.Kind != decision.AskRemove:
		mark.State, mark.Why = decision.SayFailed, "not reachable"
		return slices.Concat([]decision.Effect{mark}, afterUnreachable(row, now), whispered(row, false))
	case errors.Is(err, chat.ErrRefused), errors.Is(err, chat.ErrUnsupported), errors.Is(err, chat.ErrNotReachable):
		mark.State, mark.Why = decision.SayFailed, "refused"
		return append([]decision.Effect{mark}, afterRefused(row, now)...)
	default:
		// Anything else may have been carried out.
		mark.State, mark.Why = decision.SayUnknown, "no answer"
		return append([]decision.Effect{mark}, afterSent(row, now)...)
	}
	return []decision.Effect{mark}
}

// afterSent moves the case that a delivered row belongs to.
func afterSent(row decision.OutboxRow, now time.Time) []decision.Effect {
	switch {
	case row.Say.Case == 0:
		return nil
	case row.Say.Kind == decision.AskRemove:
		return []decision.Effect{decision.ChangeCase{Case: row.Say.Case, Removal: decision.RemovalSent, At: now, Why: "the network took the request"}}
	case row.Say.Kind == decision.SayWarning && row.Say.Public():
		return []decision.Effect{decision.ChangeCase{Case: row.Say.Case, State: decision.CaseWarned, At: now, Why: "the notice was sent"}}
	default:
		return nil
	}
}

// afterUnreachable remembers that the member cannot be written to, and says
// what an owner has to know on the account's console instead.
func afterUnreachable(row decision.OutboxRow, now time.Time) []decision.Effect {
	if row.Say.Member == 0 { // a room or the console: there is nobody to remember it of
		return nil
	}
	effects := []decision.Effect{decision.SetMember{Member: row.Say.Member, Unreachable: ptr(true), At: now, Why: "no private messages"}}
	if row.Say.Kind == decision.SayInbox || row.Say.Kind == decision.SayDigest {
		say := row.Say
		say.Member, say.Console, say.Cause = 0, true, fmt.Sprintf("outbox:%d", row.ID)
		effects = append(effects, decision.Speak{Say: say})
	}
	if row.Say.Kind == decision.SayWhisper && row.Say.Case != 0 { // a code that somebody paid for
		effects = append(effects, decision.Speak{Say: decision.Say{
			Cause: fmt.Sprintf("outbox:%d", row.ID), Kind: decision.SayInbox, Room: row.Say.Room, ToOwners: true,
			Priority: decision.PriorityAnswer, Case: row.Say.Case, Text: text.HandOn(row.Say.Case, row.Say.Text),
		}})
	}
	return effects
}

// afterRefused hands a refused removal to the owner.
func afterRefused(row decision.OutboxRow, now time.Time) []decision.Effect {
	if row.Say.Kind != decision.AskRemove {
		return nil
	}
	return []decision.Effect{
		decision.ChangeCase{Case: row.Say.Case, Removal: decision.RemovalFailed, At: now, Why: "the network refused"},
	}
}

func ptr[T any](v T) *T { return &v }

// whispered tells the room that an answer went to its asker in private, or
// that it could not: never before it is known.
func whispered(row decision.OutboxRow, arrived bool) []decision.Effect {
	if row.Say.Kind != decision.SayWhisper || len(row.Say.Parts) != 2 {
		return nil
	}
	words := row.Say.Parts[1]
	if arrived {
		words = row.Say.Parts[0]
	}
	return []decision.Effect{decision.Speak{Say: decision.Say{
		Cause: fmt.Sprintf("outbox:%d", row.ID), Kind: decision.SayAnswer, Room: row.Say.Room, Priority: decision.PriorityAnswer, Text: words,
	}}}
}
