package command

import (
	"maps"
	"slices"

	"menshen/bot/decision"
)

// The answers of one line are decided together, before any of them is stored:
// what an earlier answer made of a case is laid over what was read.

// overlay shows the case and the record of everybody it is about as the earlier
// answers of the line left them.
func (c *Context) overlay(decided map[int64]decision.Case) {
	if k, ok := decided[c.Answer.Case.ID]; ok {
		c.Answer.Case = &k
	}
	if len(decided) == 0 {
		return
	}
	all := maps.Clone(c.Answer.Sanctions)
	for id, s := range all {
		s.Live = slices.DeleteFunc(slices.Clone(s.Live), func(k decision.Case) bool { return decidedIn(decided, k.ID) })
		if s.Removal != nil && decidedIn(decided, s.Removal.ID) {
			s.Removal = nil
		}
		for _, n := range slices.Sorted(maps.Keys(decided)) {
			k := decided[n]
			if k.Member != id {
				continue
			}
			if counts(k) && (!k.Rehearsed || c.Room.Rehearsal) {
				s.Live = append(s.Live, k)
			}
			if leaving(k) {
				s.Removal = &k
			}
		}
		all[id] = s
	}
	c.Answer.Sanctions = all
}

func decidedIn(decided map[int64]decision.Case, id int64) bool {
	_, ok := decided[id]
	return ok
}

// counts reports whether a case that the line decided is a strike that stands.
func counts(k decision.Case) bool {
	return k.Kind == decision.CaseStrike && (k.State == decision.CaseOpen || k.State == decision.CaseWarned)
}

// leaving reports whether the member of a case is on the way out. A rehearsed
// removal asks nobody, so it has no state of its own.
func leaving(k decision.Case) bool {
	return k.Removal.Open() || k.Kind == decision.CaseRemoval && k.State == decision.CaseOpen && k.Removal == decision.RemovalNone
}

// noteDecided notes what an answer made of every case that it opened or changed.
func (c *Context) noteDecided(decided map[int64]decision.Case) {
	for _, e := range c.out.Effects {
		switch e := e.(type) {
		case decision.OpenCase:
			decided[e.Case.ID] = e.Case
		case decision.ChangeCase:
			k, ok := decided[e.Case]
			if !ok {
				k, ok = c.whatWasRead(e.Case)
			}
			if ok {
				decided[e.Case] = changed(k, e)
			}
		}
	}
}

// whatWasRead returns a case that was read for this answer.
func (c *Context) whatWasRead(id int64) (decision.Case, bool) {
	if c.Answer.Case.ID == id {
		return *c.Answer.Case, true
	}
	for _, s := range c.Answer.Sanctions {
		if s.Removal != nil && s.Removal.ID == id {
			return *s.Removal, true
		}
		for _, k := range s.Live {
			if k.ID == id {
				return k, true
			}
		}
	}
	return decision.Case{}, false
}

// changed is the case after a change.
func changed(k decision.Case, e decision.ChangeCase) decision.Case {
	if e.Kind != "" {
		k.Kind = e.Kind
	}
	if e.State != "" {
		k.State = e.State
	}
	if e.Removal != "" {
		k.Removal = e.Removal
	}
	if e.Appeal != "" {
		k.Appeal = e.Appeal
	}
	if e.Strike != 0 {
		k.Strike = e.Strike
	}
	return k
}
