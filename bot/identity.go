package bot

import (
	"fmt"

	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

// askWho asks the owners whether a member who came with a new login is somebody
// known from before it. It is asked when the member first says something, about
// one earlier member at a time, and only where warnings or points hang on it.
func (p *Pipeline) askWho(tx Tx, i incident) error {
	if !i.member.Doubtful {
		return nil
	}
	answer, err := tx.Query(decision.Query{Room: i.room.ID, Member: i.member.ID, Maybe: true})
	if err != nil {
		return fmt.Errorf("ask who a member was: %w", err)
	}
	if len(answer.Maybe) == 0 {
		return nil
	}
	old := answer.Maybe[0]
	question := decision.Case{
		ID: answer.NextCase, Room: i.room.ID, Member: old.ID, Other: i.member.ID, Kind: decision.CaseIdentity,
		State: decision.CaseOpen, Opened: i.message.Time, Hits: 1, Detail: text.Hangs(i.room, old),
	}
	return tx.Apply(
		decision.OpenCase{Case: question},
		sanction.OwnerLine(i.room, fmt.Sprintf("case:%d", question.ID), question.ID, text.SamePerson(old.Member, i.member, question)),
	)
}
