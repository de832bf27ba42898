package bot

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/moderation"
)

// sweep ends packets, draws, passes, redemptions and invitations whose time
// has come, and tells whom it concerns.
func (p *Pipeline) sweep(tx Tx, now time.Time) error {
	var ended []decision.Ended
	err := tx.Apply(decision.Points{Op: decision.Sweep{At: now}, Then: func(r decision.PointsResult, _ error) []decision.Effect {
		ended = r.Ended
		return nil
	}})
	if err != nil {
		return err
	}
	for _, e := range inviters(ended) {
		if err := tellEnded(tx, e, now); err != nil {
			return err
		}
	}
	return nil
}

// inviters joins the invitations that were credited to one inviter, who is told
// of all of them at once.
func inviters(ended []decision.Ended) []decision.Ended {
	var out []decision.Ended
	at := map[chat.MemberID]int{}
	for _, e := range ended {
		if e.Kind != decision.EndedInvite || e.Amount == 0 {
			out = append(out, e)
			continue
		}
		e.Count = 1
		if i, ok := at[e.Member]; ok {
			out[i].Amount += e.Amount
			out[i].Count++
			continue
		}
		at[e.Member] = len(out)
		out = append(out, e)
	}
	return out
}

func tellEnded(tx Tx, e decision.Ended, now time.Time) error {
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok {
		return err
	}
	m, _, err := tx.Member(e.Member)
	if err != nil {
		return err
	}
	if e.Case != 0 {
		if err := tx.Apply(decision.ChangeCase{Case: e.Case, State: decision.CaseExpired, At: now, Why: "nobody decided"}); err != nil {
			return err
		}
	}
	lines := []string{text.Ended(room, m, e)}
	if e.Proof != "" { // the proof stands alone, so that it can be copied whole
		lines = append(lines, e.Proof)
	}
	for i, line := range lines {
		if line == "" || !room.On {
			continue
		}
		say := decision.Say{
			Cause: fmt.Sprintf("%s:%d:%d", e.Kind, e.ID, i), Kind: decision.SayOutcome, Room: room.ID, Priority: decision.PriorityFun,
			Text: line, Due: sanction.QuietUntil(room, now), Rehearsed: room.Silent || room.Rehearsal,
		}
		if err := tx.Apply(decision.Speak{Say: say}); err != nil {
			return err
		}
	}
	return nil
}

// nextEnd returns when the next thing on a ledger comes to its end.
func nextEnd(v View) (time.Time, error) {
	answer, err := v.Query(decision.Query{Points: decision.PointsQuery{Ends: true}})
	return answer.Points.Ends, err
}

// passable reports whether a link pass could cover everything that was found.
func passable(v moderation.Verdict) bool {
	for _, f := range v.Findings {
		if f.Action == moderation.ActionStrike && f.Rule != moderation.RuleLink && f.Rule != moderation.RuleShortLink {
			return false
		}
	}
	return v.Action == moderation.ActionStrike
}

// withPass spends the member's link pass on the message, if there is one: the
// owner is asked whether it was an advertisement. Otherwise it ends in a
// strike.
func (p *Pipeline) withPass(tx Tx, i incident, s decision.Sanctions, can chat.Capabilities) error {
	use := decision.UsePass{Room: i.room, Member: i.member.ID, MessageID: i.message.ID, At: i.now}
	return tx.Apply(decision.Points{Op: use, Then: func(r decision.PointsResult, err error) []decision.Effect {
		if err != nil || r.Until.IsZero() {
			return i.strike(s, can)
		}
		c := i.opened(s.NextCase, decision.CaseReview)
		c.Detail = decision.DetailPass
		return []decision.Effect{
			decision.OpenCase{Case: c},
			sanction.OwnerLine(i.room, i.cause(), c.ID, text.PassUsed(i.room, i.member, c)),
		}
	}})
}
