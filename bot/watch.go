package bot

import (
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

// watchBack is how far back a message is compared, and watchMost with how many
// messages at most.
const (
	watchBack = 10 * time.Minute
	watchMost = 40
)

// watched adds to a verdict what only several messages show: floods, repeats,
// campaigns and split words. What is a strike already is not looked at again.
func (p *Pipeline) watched(tx Tx, judge *moderation.Judge, i *incident) error {
	if i.verdict.Action == moderation.ActionStrike {
		return nil
	}
	history := moderation.History{Newcomer: newcomer(i.room, i.member, i.message.Time)}
	ask := decision.Query{Room: i.room.ID, Member: i.member.ID, Past: watchMost, Since: i.message.Time.Add(-watchBack)}
	if history.Newcomer {
		ask.Texts = watchMost
	}
	answer, err := tx.Query(ask)
	if err != nil {
		return err
	}
	history.Own = lines(answer.Past, i.message.ID)
	if history.Newcomers, err = newcomersOf(tx, i, lines(answer.Texts, i.message.ID)); err != nil {
		return err
	}
	m := words(i.message)
	m.Text, m.Title = moderation.Redact(m.Text), moderation.Redact(m.Title) // as the store has the others
	_, command := p.parse(i.message, i.room.BotName)
	for _, f := range judge.Watch(moderation.DefaultWatch(), m, i.message.Time, history) {
		if command && (f.Rule == moderation.RuleRepeat || f.Rule == moderation.RuleCampaign) {
			continue // commands are repeated, by one and by many; they still count for floods
		}
		if f.Rule == moderation.RuleCampaign {
			f.With = append(f.With, int64(i.member.ID))
		}
		i.find(f)
	}
	if i.message.Kind == chat.KindUnreadable {
		i.find(moderation.Finding{Rule: moderation.RuleUnreadable, In: moderation.FieldText})
	}
	if f, ok := moderation.Probation(m, i.verdict); ok && history.Newcomer {
		i.find(f)
	}
	return nil
}

// find adds a finding with the action the room gave its rule.
func (i *incident) find(f moderation.Finding) {
	if name, ok := i.room.Settings.RuleActions[f.Rule]; ok && f.Rule != moderation.RuleKeyword {
		f.Action, _ = moderation.ParseAction(name)
	}
	if f.Action == moderation.ActionNone {
		return
	}
	i.verdict.Findings = append(i.verdict.Findings, f)
	i.verdict.Action = max(i.verdict.Action, f.Action)
}

// lines are the messages of a history without the one being judged, which the
// store knows already.
func lines(past []decision.Past, judged string) []moderation.Line {
	out := make([]moderation.Line, 0, len(past))
	for _, m := range past {
		if m.ID != judged {
			out = append(out, moderation.Line{From: int64(m.Member), At: m.Time, Text: m.Text})
		}
	}
	return out
}

// newcomersOf keeps the lines of other newcomers.
func newcomersOf(v View, i *incident, all []moderation.Line) ([]moderation.Line, error) {
	known := map[int64]bool{int64(i.member.ID): false}
	var out []moderation.Line
	for _, l := range all {
		is, ok := known[l.From]
		if !ok {
			m, found, err := v.Member(chat.MemberID(l.From))
			if err != nil {
				return nil, err
			}
			is = found && !m.Exempt() && newcomer(i.room, m, i.message.Time)
			known[l.From] = is
		}
		if is {
			out = append(out, l)
		}
	}
	return out, nil
}

// newcomer reports whether a member is on probation in its room.
func newcomer(r decision.Room, m decision.Member, at time.Time) bool {
	return moderation.Newcomer(m.Joined, at, r.Settings.NewcomerDays, r.Settings.NewcomerMessages, m.Substantive)
}
