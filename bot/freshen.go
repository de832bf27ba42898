package bot

import (
	"context"
	"fmt"
	"slices"

	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
)

// freshen compiles, before the transaction of a batch, the judges that its
// commands will ask: one of many words takes a fraction of a second, in which
// nothing could be recorded. Words that the batch itself changes are compiled
// in it.
func (p *Pipeline) freshen(ctx context.Context, b chat.Batch) error {
	if !slices.ContainsFunc(b.Events, mayAskJudge) {
		return nil
	}
	err := p.opts.Store.Read(ctx, func(v View) error {
		asked, err := anyKeeper(v, b.Events)
		if err != nil || !asked {
			return err
		}
		rooms, err := v.Rooms()
		if err != nil {
			return err
		}
		for _, r := range rooms {
			if p.opts.Judges.Uses(r.ID) {
				// What is wrong with a room's rules is told by whoever asks.
				_, _ = p.judgeOf(v, r)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for changed words: %w", err)
	}
	p.opts.Judges.Wait()
	return nil
}

// mayAskJudge reports whether an event may be a command about a judge.
func mayAskJudge(e chat.Event) bool {
	m, ok := e.(chat.Message)
	return ok && command.MayAskJudge(m.Text)
}

// anyKeeper reports whether somebody who keeps a room, or the console, sent one
// of the messages about a judge: others make nobody wait.
func anyKeeper(v View, events []chat.Event) (bool, error) {
	for _, e := range events {
		m, ok := e.(chat.Message)
		if !ok || !command.MayAskJudge(m.Text) {
			continue
		}
		if m.Console {
			return true, nil
		}
		for _, id := range append(slices.Clone(m.As), m.From) {
			who, ok, err := v.Member(id)
			if err != nil {
				return false, err
			}
			if ok && who.Role >= decision.RoleDeputy {
				return true, nil
			}
		}
	}
	return false, nil
}
