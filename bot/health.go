package bot

import (
	"fmt"

	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/moderation"
)

// learn looks at the rules behind the cases that somebody just decided: a rule
// that is wrong too often is only recorded from now on, and a keyword whose
// disguises were breaches often enough strikes them without asking.
func (p *Pipeline) learn(tx Tx, effects []decision.Effect) error {
	for _, e := range effects {
		change, ok := e.(decision.ChangeCase)
		if !ok || !decides(change) {
			continue
		}
		answer, err := tx.Query(decision.Query{Case: change.Case})
		if err != nil || answer.Case == nil {
			return err
		}
		if err := p.learnFrom(tx, *answer.Case); err != nil {
			return fmt.Errorf("learn from case %d: %w", change.Case, err)
		}
	}
	return nil
}

// decides reports whether a change says that a case was right or wrong.
func decides(c decision.ChangeCase) bool {
	switch c.State {
	case decision.CaseReversed, decision.CaseDropped, decision.CaseSettled:
		return true
	default:
		return c.Kind == decision.CaseStrike
	}
}

// learnFrom draws the conclusions for the rules and keywords behind a case.
func (p *Pipeline) learnFrom(tx Tx, k decision.Case) error {
	room, ok, err := tx.Room(k.Room)
	if err != nil || !ok || len(k.Findings) == 0 {
		return err
	}
	answer, err := tx.Query(decision.Query{Room: room.ID, Health: true})
	if err != nil {
		return err
	}
	for n, h := range answer.Health {
		if !behind(k, h) || room.Settings.RecordOnly(h.Rule, h.Word) {
			continue
		}
		cause := fmt.Sprintf("health:%d:%d", k.ID, n)
		switch {
		case h.Failing():
			effects := decision.Retire(room.ID, h.Rule, h.Word, p.opts.Clock.Now())
			err = tx.Apply(append(effects, sanction.OwnerLine(room, cause, k.ID, text.Retired(h)))...)
		case h.Guesses >= decision.GuessesToTrust:
			err = p.trust(tx, room, h, cause)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// behind reports whether a rule or keyword is among the findings of a case.
func behind(k decision.Case, h decision.RuleHealth) bool {
	for _, f := range k.Findings {
		if f.Rule == h.Rule && f.Word == h.Word && f.Action >= moderation.ActionReview {
			return true
		}
	}
	return false
}

// trust makes the disguises of a keyword strike, and tells the owner. A word
// that itself is only reviewed stays so.
func (p *Pipeline) trust(tx Tx, r decision.Room, h decision.RuleHealth, cause string) error {
	judge, err := p.judgeOf(tx, r)
	if err != nil {
		return err
	}
	k, ok := judge.Keyword(h.Word)
	if !ok || k.Action != moderation.ActionStrike || k.Disguised == moderation.ActionStrike {
		return nil
	}
	k.Disguised = moderation.ActionStrike
	return tx.Apply(
		decision.PutWord{Room: r.ID, Keyword: k, At: p.opts.Clock.Now()},
		sanction.OwnerLine(r, cause, 0, text.Trusted(h)),
	)
}

// mute takes the actions out of findings that the room only records.
func (p *Pipeline) mute(tx Tx, i *incident) error {
	for _, f := range i.room.Settings.Mute(&i.verdict) {
		err := tx.Apply(decision.Note{
			Room: i.room.ID, At: i.message.Time, What: "recorded only", Detail: f.Rule + " " + f.Word + " in message " + i.message.ID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
