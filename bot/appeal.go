package bot

import (
	"fmt"
	"slices"

	"menshen/bot/decision"
	"menshen/moderation"
)

// appealed takes out of the verdict on an appeal the words that the appealed
// case is about: a member who contests a warning has to be able to name what
// it was for. Once a case: a second appeal is judged like any other line.
func (p *Pipeline) appealed(tx Tx, i *incident) error {
	call, ok := p.parse(i.message, i.room.BotName)
	if !ok {
		return nil
	}
	id, ok := call.Appeals()
	if !ok {
		return nil
	}
	answer, err := tx.Query(decision.Query{Case: id})
	if err != nil {
		return fmt.Errorf("read the appealed case: %w", err)
	}
	k := answer.Case
	if k == nil || k.Member != i.member.ID || k.Appeal != decision.AppealNone {
		return nil
	}
	i.verdict.Findings = slices.DeleteFunc(i.verdict.Findings, func(f moderation.Finding) bool {
		return slices.ContainsFunc(k.Findings, func(old moderation.Finding) bool {
			return f.Rule == old.Rule && f.Word == old.Word && f.Host == old.Host
		})
	})
	i.verdict.Action = moderation.ActionNone
	for _, f := range i.verdict.Findings {
		i.verdict.Action = max(i.verdict.Action, f.Action)
	}
	return nil
}
