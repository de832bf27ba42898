package data

import (
	"encoding/json"
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// maybe returns who a member may have been before a login: absent members with
// warnings that count, points, a role, an open removal or a place on the black
// list. A pair is asked about once; of those whose names are confused one
// question is open at a time, and nobody is taken for somebody who was there
// together with one the member is known to be.
func (tx *Tx) maybe(member chat.MemberID) ([]decision.Former, error) {
	return tx.former(mayHaveBeen, member, tx.now.UnixMilli())
}

// mayHaveBeen is the condition of a member m for having been ?1.
const (
	mayHaveBeen = `m.id IN (` + namedBefore + `)
		AND m.merged_into IS NULL AND m.present = 0 AND m.self = 0 AND m.id <> ?1
		AND NOT EXISTS (` + identityCase + `c.member = m.id AND c.other = ?1)
		AND NOT EXISTS (` + identityCase + waiting + ` AND c.state = 'open'
			AND (c.other = ?1 OR c.member IN (` + namedBefore + `)))
		AND NOT EXISTS (SELECT 1 FROM member o WHERE o.merged_into = ?1 AND o.room = m.room AND o.left_at = m.left_at)
		AND (m.role > 0 OR m.barred OR EXISTS (SELECT 1 FROM balance b WHERE b.room = m.room AND b.member = m.id AND b.points <> 0)
			OR EXISTS (SELECT 1 FROM purse p JOIN balance b ON b.room = p.room AND b.member = p.account WHERE p.member = m.id AND b.points <> 0)
			OR EXISTS (SELECT 1 FROM cases c WHERE c.member = m.id AND (c.removal IN ('requested', 'sent', 'asked', 'failed')
				OR ` + liveStrike + `)))`
	// namedBefore are the members that the login's names left open; its last
	// condition is that of the index.
	namedBefore  = `SELECT j.value FROM link l, json_each(l.maybe) j WHERE l.member = ?1 AND l.maybe <> '[]'`
	identityCase = `SELECT 1 FROM cases c WHERE c.kind = 'identity' AND `
)

// askMaybe finds who a member may have been, whether others may have been the
// same, and how much has been asked since the login. It is asked for every
// message of a member in doubt.
func (tx *Tx) askMaybe(q decision.Query, a *decision.Answer) (err error) {
	if a.Maybe, err = tx.maybe(q.Member); err != nil || len(a.Maybe) == 0 {
		return err
	}
	for i, m := range a.Maybe {
		err := tx.queryRow(`SELECT EXISTS (SELECT 1 FROM member o JOIN link l ON l.member = o.id AND l.maybe <> '[]'
			WHERE o.room = ?3 AND o.present = 1 AND o.merged_into IS NULL AND o.id <> ?1
				AND ?2 IN (SELECT j.value FROM json_each(l.maybe) j)
				AND NOT EXISTS (SELECT 1 FROM member w WHERE w.merged_into = o.id AND w.room = o.room))`, q.Member, m.ID, m.Room).Scan(&a.Maybe[i].Shared)
		if err != nil {
			return fmt.Errorf("look who else a member may be: %w", err)
		}
	}
	n, err := tx.asked(a.Maybe[0].Room)
	a.Asked, a.Linked = n.questions, n.members
	return err
}

// asked is how often a login made the bot ask who a member is, and how many
// members it knows.
type asked struct{ questions, members int }

// asked counts for the last login of a room's account. The count goes through
// all names of the login, so the writer remembers it until one of both changes.
func (tx *Tx) asked(room chat.RoomID) (n asked, err error) {
	var account int64
	if err := tx.queryRow(`SELECT account FROM room WHERE id = ?1`, room).Scan(&account); err != nil {
		return n, fmt.Errorf("find the account of a room: %w", err)
	}
	if tx.mem != nil {
		if n, ok := tx.mem.asked[account]; ok {
			return n, nil
		}
	}
	err = tx.queryRow(`WITH login AS (SELECT s.id, s.started FROM session s WHERE s.account = ?1 ORDER BY s.started DESC LIMIT 1)
		SELECT (SELECT count(*) FROM login JOIN room r ON r.account = ?1
				JOIN cases c ON c.room = r.id AND c.kind = 'identity' AND c.opened >= login.started
				AND NOT EXISTS (SELECT 1 FROM audit x WHERE x.case_id = c.id AND x.what = 'case open' AND (x.actor > 0 OR x.console))),
			(SELECT count(*) FROM login JOIN alias a ON a.session = login.id AND a.member > 0)`, account).Scan(&n.questions, &n.members)
	if err != nil {
		return n, fmt.Errorf("count what was asked since the login: %w", err)
	}
	if tx.mem != nil {
		remember(&tx.mem.asked, account, n)
	}
	return n, nil
}

// askUnasked finds who said something, may have been somebody before the login
// and was not asked about.
func (tx *Tx) askUnasked(q decision.Query, a *decision.Answer) error {
	if len(q.Unasked) == 0 {
		return nil
	}
	rooms, err := json.Marshal(q.Unasked)
	if err != nil {
		return fmt.Errorf("encode rooms: %w", err)
	}
	doubtful, err := tx.members(`m.room IN (SELECT value FROM json_each(?1)) AND m.present = 1 AND m.merged_into IS NULL AND m.self = 0
		AND m.id IN (SELECT l.member FROM link l WHERE l.maybe <> '[]') AND EXISTS (SELECT 1 FROM activity d WHERE d.member = m.id)`, string(rooms))
	if err != nil {
		return fmt.Errorf("find members in doubt: %w", err)
	}
	for _, m := range doubtful {
		old, err := tx.maybe(m.ID)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			a.Unasked = append(a.Unasked, decision.Unasked{Now: m, Old: old[0]})
		}
	}
	return nil
}
