package command

import (
	"strconv"

	"menshen/bot/decision"
	"menshen/bot/text"
)

// join answers yes to the question whether two members are one, also after it
// was answered otherwise; split takes that back.
func join(c *Context) {
	k, ok := c.identityCase()
	switch {
	case !ok:
	case k.State == decision.CaseAgreed:
		c.stale(k)
	default:
		c.merge(k)
	}
}

// split makes two members of one again. Only an agreed question can be taken
// back.
func split(c *Context) {
	k, ok := c.identityCase()
	switch {
	case !ok:
	case k.State != decision.CaseAgreed:
		c.stale(k)
	default:
		c.add(
			decision.Split{Old: k.Member, New: k.Other, Case: k.ID, At: c.Now, Actor: c.Actor},
			decision.ChangeCase{Case: k.ID, State: decision.CaseRefused, At: c.Now, Actor: c.Actor, Why: "split"},
		)
		c.told("split", k)
	}
}

// identityCase is the question that the line names.
func (c *Context) identityCase() (decision.Case, bool) {
	id, _ := c.number()
	k := c.Answer.Case
	if k == nil || k.Room != c.Room.ID || k.Kind != decision.CaseIdentity {
		c.line("case.unknown", text.Fields{"case": strconv.FormatInt(id, 10)})
		return decision.Case{}, false
	}
	return *k, true
}

// merge carries out the yes.
func (c *Context) merge(k decision.Case) {
	c.add(
		decision.Merge{Old: k.Member, New: k.Other, Case: k.ID, At: c.Now, Actor: c.Actor},
		decision.ChangeCase{Case: k.ID, State: decision.CaseAgreed, At: c.Now, Actor: c.Actor},
	)
	c.told("merged", k)
}

// told confirms a merge or split with both names.
func (c *Context) told(key string, k decision.Case) {
	c.line(key, text.Fields{
		"case": strconv.FormatInt(k.ID, 10), "name": text.Name(c.Answer.Members[k.Member].Name), "other": text.Name(c.Answer.Members[k.Other].Name),
	})
}
