package data

import (
	"fmt"
	"slices"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Query answers what a command has to know before it runs.
func (tx *Tx) Query(q decision.Query) (decision.Answer, error) {
	var a decision.Answer
	for _, ask := range []func(decision.Query, *decision.Answer) error{
		tx.askTargets, tx.askCases, tx.askRemovals, tx.askMembers, tx.askMessages, tx.askRoom, tx.askPeople, tx.askPoints,
	} {
		if err := ask(q, &a); err != nil {
			return decision.Answer{}, fmt.Errorf("query: %w", err)
		}
	}
	return a, nil
}

// askTargets finds members by name, and the sanctions of all who are meant.
func (tx *Tx) askTargets(q decision.Query, a *decision.Answer) (err error) {
	if q.NamePrefix != "" {
		if a.Targets, a.Rest, err = tx.targets(q.Room, q.NamePrefix); err != nil {
			return err
		}
	}
	for _, id := range q.Others {
		m, ok, err := tx.Member(id)
		if err != nil {
			return err
		}
		if ok {
			a.Targets = append(a.Targets, m)
		}
	}
	if !q.Sanctions {
		return nil
	}
	a.Sanctions = make(map[chat.MemberID]decision.Sanctions)
	ids := []chat.MemberID{q.Member}
	for _, t := range a.Targets {
		ids = append(ids, t.ID)
	}
	for _, id := range ids {
		if id == 0 {
			continue
		}
		if a.Sanctions[id], err = tx.Sanctions(id, tx.now); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) askCases(q decision.Query, a *decision.Answer) (err error) {
	if q.Case != 0 {
		if a.Case, err = tx.caseByID(q.Case); err != nil {
			return err
		}
	}
	if a.Inbox, err = tx.inbox(q.Inbox); err != nil {
		return err
	}
	if q.Alerts {
		if a.Alerts, err = tx.cases(`c.member = ?1 AND c.kind = 'alert'`, q.Member); err != nil {
			return err
		}
	}
	if q.Reports {
		if a.Reports, err = tx.cases(`c.kind = 'report' AND c.other = ?1 AND c.opened >= ?2`, q.Member, toMillis(q.Since)); err != nil {
			return err
		}
	}
	if q.Rehearsed {
		if a.Rehearsed, err = tx.cases(`c.rehearsed = 1 AND c.room = ?1 AND c.opened >= ?2`, q.Room, toMillis(q.Since)); err != nil {
			return err
		}
	}
	a.NextCase, err = tx.nextCase()
	return err
}

// askRemovals finds the open removals of a room and what was asked of the
// network for them.
func (tx *Tx) askRemovals(q decision.Query, a *decision.Answer) (err error) {
	if !q.Removals {
		return nil
	}
	a.Removals, err = tx.cases(waiting+` AND c.room = ?1 AND c.removal IN ('requested', 'sent', 'asked', 'failed')`, q.Room)
	if err != nil {
		return err
	}
	a.Asks = make(map[int64]decision.OutboxRow)
	for _, c := range a.Removals {
		rows, err := collect(tx, scanSay, `SELECT `+outboxColumns+` FROM outbox o WHERE o.case_id = ?1 AND o.case_id > 0 AND o.kind = ?2
			ORDER BY o.id DESC LIMIT 1`, c.ID, string(decision.AskRemove))
		if err != nil {
			return fmt.Errorf("read request for removal: %w", err)
		}
		if len(rows) > 0 {
			a.Asks[c.ID] = rows[0]
		}
	}
	return nil
}

func (tx *Tx) askMembers(q decision.Query, a *decision.Answer) (err error) {
	if q.Warned {
		if a.Warned, err = tx.warned(q.Room, tx.now); err != nil {
			return err
		}
	}
	if q.Quiet != 0 {
		if a.Quiet, err = tx.quiet(q.Room, q.Quiet); err != nil {
			return err
		}
	}
	if q.Barred {
		if a.Barred, err = tx.members(`m.room = ?1 AND m.merged_into IS NULL AND `+barred, q.Room); err != nil {
			return err
		}
	}
	if q.Maybe {
		if err = tx.askMaybe(q, a); err != nil {
			return err
		}
	}
	if err = tx.askUnasked(q, a); err != nil {
		return err
	}
	if q.FormerName != "" {
		if a.Formers, err = tx.formers(q.Room, q.FormerName); err != nil {
			return err
		}
	}
	if q.Staff {
		a.Staff, err = tx.members(`m.room = ?1 AND m.role > 0 AND m.merged_into IS NULL`, q.Room)
	}
	return err
}

func (tx *Tx) askMessages(q decision.Query, a *decision.Answer) (err error) {
	if q.Past > 0 {
		if a.Past, err = tx.past(q.Member, q.Since, q.Past); err != nil {
			return err
		}
	}
	if q.Texts > 0 {
		if a.Texts, err = tx.texts(q.Room, q.Since, q.Texts); err != nil {
			return err
		}
	}
	if q.Sent {
		if a.Sent, err = tx.sent(q.Since); err != nil {
			return err
		}
		if a.Silence, err = tx.silence(); err != nil {
			return err
		}
	}
	if q.Own != nil {
		a.Own, err = tx.said(*q.Own, q.Since)
	}
	return err
}

func (tx *Tx) askRoom(q decision.Query, a *decision.Answer) (err error) {
	if q.Words {
		if a.Words, err = tx.words(q.Room); err != nil {
			return err
		}
	}
	if q.Namesakes {
		if a.Namesakes, err = tx.namesakes(q.Room); err != nil {
			return err
		}
	}
	if q.Forebears {
		if a.Forebears, err = tx.forebears(q.Room); err != nil {
			return err
		}
	}
	if q.Health {
		if a.Health, err = tx.health(q.Room); err != nil {
			return err
		}
	}
	if q.Choice != (decision.Actor{}) {
		if a.Choice, err = tx.choice(q.Room, q.Choice); err != nil {
			return err
		}
	}
	if q.Pick != nil {
		a.Picked, err = tx.picked(*q.Pick)
	}
	return err
}

// askPeople adds the members that the cases and texts found so far are about.
func (tx *Tx) askPeople(q decision.Query, a *decision.Answer) (err error) {
	if q.Mine {
		if a.Mine, err = tx.kept(q.Member); err != nil {
			return err
		}
	}
	cases := slices.Concat(a.Inbox, a.Removals, a.Reports, a.Rehearsed)
	if a.Case != nil {
		cases = append(cases, *a.Case)
	}
	people := make([]chat.MemberID, 0, 2*len(cases))
	for _, c := range cases {
		people = append(people, c.Member, c.Other)
	}
	if q.Reports { // who said what a report quotes
		for _, past := range a.Texts {
			people = append(people, past.Member)
		}
	}
	a.Members, err = tx.byID(people)
	return err
}

// byID returns those of the members that are known.
func (tx *Tx) byID(people []chat.MemberID) (map[chat.MemberID]decision.Member, error) {
	found := make(map[chat.MemberID]decision.Member)
	for _, id := range people {
		if _, known := found[id]; known || id == 0 {
			continue
		}
		m, ok, err := tx.Member(id)
		if err != nil {
			return nil, err
		}
		if ok {
			found[id] = m
		}
	}
	return found, nil
}
