package bot

import (
	"fmt"

	"menshen/bot/decision"
	"menshen/bot/text"
)

// compose makes the text of a row: as it was recorded, or from the parts that
// were merged until now.
func compose(v View, row decision.OutboxRow) (string, error) {
	say := row.Say
	if say.Merge == "" {
		return say.Text, nil
	}
	room, _, err := v.Room(say.Room)
	if err != nil {
		return "", fmt.Errorf("compose outbox row %d: %w", row.ID, err)
	}
	switch say.Kind {
	case decision.SayWelcome:
		return text.Welcome(room, say.Parts), nil
	case decision.SayCheckIn:
		return text.CheckIns(room, say.Parts), nil
	case decision.SayFun, decision.SayAnswer, decision.SayOutcome:
		return text.Together(say.Parts), nil
	case decision.SayInbox:
		if say.OfOrders() {
			return text.Together(say.Parts), nil
		}
		answer, err := v.Query(decision.Query{Case: say.Case})
		if err != nil || answer.Case == nil {
			return say.Text, err
		}
		return text.Joined(*answer.Case, len(say.Parts)), nil
	default:
		return say.Text, nil
	}
}

// onlyFirst leaves a row the first message of its text, and returns what makes
// rows of the rest: a text that was merged can be longer than one message.
func onlyFirst(row *decision.OutboxRow) []decision.Effect {
	first, rest := decision.FirstMessage(row.Say.Text)
	row.Say.Text = first
	if rest == "" {
		return nil
	}
	say := row.Say
	say.Cause, say.Text, say.Merge, say.Parts = fmt.Sprintf("outbox:%d/2", row.ID), rest, "", nil
	return []decision.Effect{decision.Speak{Say: say}}
}
