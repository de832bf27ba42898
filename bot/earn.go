package bot

import (
	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// earn credits a clean message that says something, and takes the first one of
// a newcomer for the introduction the welcome asked for.
func (p *Pipeline) earn(tx Tx, i incident) error {
	rule := scoring.DefaultSpeakRule()
	if !i.room.Active(i.now) || i.member.Self || i.message.Kind != chat.KindText || !scoring.Substantive(i.message.Text, rule.MinRunes) {
		return nil
	}
	var effects []decision.Effect
	if !i.member.Joined.IsZero() && !i.member.Introduced {
		effects = append(effects, decision.SetMember{Member: i.member.ID, Introduced: ptr(true), At: i.message.Time, Why: "said something"})
	}
	if i.room.Settings.SpeakPoints > 0 && !i.room.Rehearsal {
		effects = append(effects, decision.Points{Op: decision.Speech{
			Room: i.room, Member: i.member.ID, MessageID: i.message.ID, Text: i.message.Text, At: i.message.Time,
		}, Then: nothing})
	}
	return tx.Apply(effects...)
}

// nothing follows from points that are earned by the way.
func nothing(decision.PointsResult, error) []decision.Effect { return nil }
