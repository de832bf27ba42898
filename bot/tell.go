package bot

import (
	"context"
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Tell says something about the program itself on the account's own console,
// once for every cause.
func (p *Pipeline) Tell(ctx context.Context, cause, words string) error {
	say := decision.Say{Cause: cause, Kind: decision.SayInbox, Console: true, Priority: decision.PriorityAnswer, Text: words}
	err := p.opts.Store.Record(ctx, chat.Batch{}, func(tx Tx) error { return tx.Apply(decision.Speak{Say: say}) })
	if err != nil {
		return fmt.Errorf("tell the console: %w", err)
	}
	p.outbox.Wake()
	return nil
}
