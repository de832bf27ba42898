package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// waiting is the condition of the index of cases that are not over; a query
// uses the index only if it repeats it word for word.
const waiting = `(c.state = 'open' OR c.removal IN ('requested', 'sent', 'asked', 'failed') OR c.appeal = 'open')`

// sameMember selects the rows of a member and of those merged into them.
const sameMember = `c.member IN (` + everyName + `)`

// ownCases is the condition of the cases of member ?1, under every name. Most
// members have one, and a question that walks through names makes SQLite set up
// tables for them, which takes a hundred times as long. The sum keeps SQLite from
// planning by the value, which it does anew for every other one.
func (tx *Tx) ownCases(id chat.MemberID) (string, error) {
	var several bool
	err := tx.queryRow(`SELECT EXISTS (SELECT 1 FROM member WHERE merged_into = ?1)`, id).Scan(&several)
	if err != nil {
		return "", fmt.Errorf("look for further names: %w", err)
	}
	if several {
		return sameMember, nil
	}
	return `c.member = ?1 + 0`, nil
}

// standing is the condition of a strike that counts at ?2, or would if it were
// not rehearsed; liveStrike is that of one that does count.
const (
	standing   = `c.kind = 'strike' AND c.state IN ('open', 'warned') AND (c.expires = 0 OR c.expires > ?2)`
	liveStrike = standing + ` AND c.rehearsed = 0`
)

// Sanctions returns a member's record at now and the number the next case
// gets.
func (tx *Tx) Sanctions(id chat.MemberID, now time.Time) (decision.Sanctions, error) {
	var s decision.Sanctions
	whose, err := tx.ownCases(id)
	if err != nil {
		return s, err
	}
	all, err := tx.cases(whose+` AND `+standing, id, now.UnixMilli())
	if err != nil {
		return s, err
	}
	for _, c := range all {
		if c.Rehearsed {
			s.Rehearsed = append(s.Rehearsed, c)
		} else {
			s.Live = append(s.Live, c)
		}
	}
	if s.Last, err = tx.lastStrike(whose, id, false); err != nil {
		return s, err
	}
	if s.LastRehearsed, err = tx.lastStrike(whose, id, true); err != nil {
		return s, err
	}
	removals, err := tx.cases(whose+` AND c.removal IN ('requested', 'sent', 'asked', 'failed')`, id)
	if err != nil {
		return s, err
	}
	if n := len(removals); n > 0 {
		s.Removal = &removals[n-1]
	}
	s.NextCase, err = tx.nextCase()
	return s, err
}

// lastStrike returns the newest strike of a member with the state of its
// newest notice, or nil; whose is what ownCases returned. Rehearsed strikes
// follow one another apart from those that count.
func (tx *Tx) lastStrike(whose string, id chat.MemberID, rehearsed bool) (*decision.LastStrike, error) {
	c, err := scanCase(tx.queryRow(`SELECT `+caseColumns+` FROM cases c WHERE `+whose+` AND c.kind = 'strike'
		AND c.rehearsed = ?2 + 0 ORDER BY c.id DESC LIMIT 1`, id, rehearsed).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read last strike: %w", err)
	}
	last := &decision.LastStrike{Case: c.Case, LastAt: c.lastHit}
	err = tx.queryRow(`SELECT state FROM outbox WHERE case_id = ?1 AND case_id > 0 AND kind = ?2 ORDER BY id DESC LIMIT 1`,
		c.ID, string(decision.SayWarning)).Scan(&last.Notice)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read notice of last strike: %w", err)
	}
	return last, nil
}

// inbox returns what waits for the owner of rooms: reviews, questions, open
// appeals, and removals that need a hand.
func (tx *Tx) inbox(rooms []chat.RoomID) ([]decision.Case, error) {
	var all []decision.Case
	for _, room := range rooms {
		some, err := tx.cases(waiting+` AND c.room = ?1 AND c.rehearsed = 0 AND (c.appeal = 'open' OR c.removal IN ('asked', 'failed')
			OR (c.state = 'open' AND c.kind NOT IN ('strike', 'removal')))`, room)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// warned returns the members of a room with strikes that count at now.
func (tx *Tx) warned(room chat.RoomID, now time.Time) ([]decision.Warned, error) {
	type line struct {
		id      chat.MemberID
		strikes int
		expires int64
	}
	lines, err := collect(tx, func(scan func(...any) error) (l line, err error) {
		err = scan(&l.id, &l.strikes, &l.expires)
		return l, err
	}, `WITH RECURSIVE name(id, whose) AS (
			SELECT id, id FROM member WHERE room = ?1 AND merged_into IS NULL
			UNION ALL SELECT m.id, n.whose FROM name n JOIN member m ON m.merged_into = n.id)
		SELECT n.whose, count(*), coalesce(min(nullif(c.expires, 0)), 0)
		FROM name n JOIN cases c ON c.member = n.id AND `+liveStrike+`
		GROUP BY 1 ORDER BY 2 DESC, 3, 1`, room, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read warned members: %w", err)
	}
	all := make([]decision.Warned, len(lines))
	for i, l := range lines {
		m, _, err := tx.Member(l.id)
		if err != nil {
			return nil, err
		}
		all[i] = decision.Warned{Member: m, Strikes: l.strikes, Expires: fromMillis(l.expires)}
	}
	return all, nil
}
