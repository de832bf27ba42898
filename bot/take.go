package bot

import (
	"context"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// take marks a row as being sent and makes its text, if it is still the first:
// since it was looked for, it may have been cancelled, joined by another part
// or overtaken. It returns nil when there is nothing to send.
func (o *Outbox) take(ctx context.Context, id int64, now time.Time) (row *decision.OutboxRow, err error) {
	err = o.store.Record(ctx, chat.Batch{}, func(tx Tx) error {
		first, _, err := tx.NextSay(now)
		if err != nil || first == nil || first.ID != id {
			return err
		}
		if first.Say.Text, err = compose(tx, *first); err != nil {
			return err
		}
		why, err := o.pointless(tx, *first, now)
		if err != nil {
			return err
		}
		if why != "" {
			return tx.Apply(append(unsaid(*first), decision.MarkSay{ID: id, State: decision.SayCancelled, At: now, Why: why})...)
		}
		gone, err := unreachable(tx, first.Say)
		if err != nil {
			return err
		}
		if gone {
			return tx.Apply(outcome(*first, chat.Receipt{}, chat.ErrNotReachable, now, decision.Silence{})...)
		}
		row = first
		rest := onlyFirst(row)
		// The text is kept to be known again as the bot's own.
		return tx.Apply(append(rest, decision.MarkSay{ID: id, State: decision.SaySending, At: now, Text: row.Say.Text})...)
	})
	if err != nil {
		return nil, err
	}
	return row, nil
}

// pointless says why a row is not worth sending any more: it is stale, or the
// removal it asks for was settled while it waited, as by the member's leaving.
func (o *Outbox) pointless(tx Tx, row decision.OutboxRow, now time.Time) (why string, err error) {
	if o.isStale(row, now) {
		return "stale", nil
	}
	if row.Say.Kind != decision.AskRemove {
		return "", nil
	}
	answer, err := tx.Query(decision.Query{Case: row.Say.Case})
	if err != nil || answer.Case == nil || answer.Case.Removal == decision.RemovalRequested {
		return "", err
	}
	return "the removal is " + string(answer.Case.Removal), nil
}

// unsaid tells the owners of an outcome that the room will not hear of; of
// several that were to be said together, one by one.
func unsaid(row decision.OutboxRow) []decision.Effect {
	if row.Say.Kind != decision.SayOutcome {
		return nil
	}
	lines := row.Say.Parts
	if len(lines) == 0 {
		lines = []string{row.Say.Text}
	}
	effects := make([]decision.Effect, len(lines))
	for i, words := range lines {
		effects[i] = decision.Speak{Say: decision.Say{
			Cause: fmt.Sprintf("outbox:%d:%d", row.ID, i), Kind: decision.SayInbox, Room: row.Say.Room, ToOwners: true,
			Priority: decision.PriorityAnswer, Text: text.Unsaid(words),
		}}
	}
	return effects
}

// unreachable reports whether a row is for somebody who could not be written to,
// as the row before it showed: that is not tried again.
func unreachable(tx Tx, s decision.Say) (bool, error) {
	if s.Member == 0 || s.Kind == decision.AskRemove {
		return false, nil
	}
	m, _, err := tx.Member(s.Member)
	return m.Unreachable, err
}
