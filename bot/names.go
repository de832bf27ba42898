package bot

import (
	"crypto/sha256"
	"fmt"

	"menshen/bot/decision"
)

// named looks at a member's new name and tells the owner, once a name, when it
// can be taken for a staff member's, claims an office or advertises. No name
// grants anything; this is for the people who read it.
func (p *Pipeline) named(tx Tx, r decision.Room, m decision.Member) error {
	if !r.Active(p.opts.Clock.Now()) || m.Exempt() || m.Name == "" {
		return nil
	}
	judge, err := p.judgeOf(tx, r)
	if err != nil {
		return err
	}
	answer, err := tx.Query(decision.Query{Room: r.ID, Member: m.ID, Staff: true, Alerts: true})
	if err != nil {
		return err
	}
	staff := make([]string, len(answer.Staff))
	for i, s := range answer.Staff {
		staff[i] = s.Name
	}
	v := judge.Name(m.Name, staff)
	if !v.Suspicious() {
		return nil
	}
	sum := sha256.Sum256([]byte(m.Name))
	cause := fmt.Sprintf("name:%d:%x", m.ID, sum[:6])
	for _, c := range answer.Alerts {
		if c.Reason == cause {
			return nil
		}
	}
	switch {
	case v.Like >= 0:
		return p.alert(tx, r, m, answer.Staff[v.Like], cause, decision.AlertLike)
	case v.Role:
		return p.alert(tx, r, m, decision.Member{}, cause, decision.AlertOffice)
	default:
		return p.alert(tx, r, m, decision.Member{}, cause, decision.AlertAdvert)
	}
}
