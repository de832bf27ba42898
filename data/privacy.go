package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

// everyName is a member with the rows that were merged into it, and into those.
const everyName = `WITH RECURSIVE own(id) AS (SELECT ?1 UNION ALL SELECT o.id FROM own JOIN member o ON o.merged_into = own.id) SELECT id FROM own`

// saidBy is the condition of a message of a member. Messages are found by room,
// and a name may be of another room's member.
const saidBy = `room IN (SELECT room FROM member WHERE id IN (` + everyName + `)) AND member IN (` + everyName + `)`

// kept counts what is stored about a member.
func (tx *Tx) kept(id chat.MemberID) (*decision.KeptData, error) {
	var k decision.KeptData
	var first int64
	err := tx.queryRow(`SELECT count(*), count(text), coalesce(min(at), 0),
		(SELECT count(DISTINCT day) FROM activity WHERE member IN (`+everyName+`))
		FROM message WHERE `+saidBy, id).Scan(&k.Messages, &k.Texts, &first, &k.Days)
	if err != nil {
		return nil, fmt.Errorf("count kept data: %w", err)
	}
	k.First = fromMillis(first)
	if k.Names, err = tx.namesOf(id); err != nil {
		return nil, err
	}
	if k.Cases, err = tx.cases(sameMember, id); err != nil {
		return nil, err
	}
	err = tx.queryRow(`SELECT count(*) FROM ledger WHERE (room, member) IN (`+accountsOf+`)`, id).Scan(&k.Postings)
	if err != nil {
		return nil, fmt.Errorf("count postings: %w", err)
	}
	return &k, nil
}

// namesOf returns every name of a member, each once.
func (tx *Tx) namesOf(id chat.MemberID) ([]string, error) {
	all, err := collect(tx, scanOne[string], `WITH row AS (SELECT * FROM member WHERE id IN (`+everyName+`))
		SELECT display FROM row UNION SELECT nick FROM row UNION SELECT remark FROM row UNION SELECT handle FROM row`, id)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return slices.DeleteFunc(all, func(name string) bool { return name == "" }), nil
}

// forget erases texts, evidence, names and statistics of a member. What counts
// stays: numbers and outcomes of cases, postings, and that a message id was
// seen. Names of somebody who is still in the room stay as well, since the
// network shows them there and nobody could be addressed without.
func (tx *Tx) forget(e decision.Forget) error {
	room, err := tx.roomOf(e.Member)
	if errors.Is(err, errNoRow) {
		return fmt.Errorf("member %d: %w", e.Member, err)
	}
	if err != nil {
		return err
	}
	for _, change := range []string{
		`UPDATE message SET text = NULL WHERE ` + saidBy,
		`DELETE FROM activity WHERE member IN (` + everyName + `)`,
		`DELETE FROM choice WHERE member IN (` + everyName + `)`,
		`DELETE FROM pick WHERE member IN (` + everyName + `)`,
		`UPDATE member SET substantive = 0, introduced = 0 WHERE id IN (` + everyName + `)`,
		`UPDATE member SET nick = '', display = '', remark = '', handle = '' WHERE id IN (` + everyName + `) AND present = 0`,
		`UPDATE outbox SET text = '', parts = '[]' WHERE state NOT IN ('pending', 'sending')
			AND (member IN (` + everyName + `) OR case_id IN (SELECT id FROM cases WHERE member IN (` + everyName + `)))`,
	} {
		if _, err := tx.exec(change, e.Member); err != nil {
			return fmt.Errorf("erase member: %w", err)
		}
	}
	// A message tells of several members' orders, from its case on until the
	// next message begins: all of it goes.
	_, err = tx.exec(`UPDATE outbox SET text = '', parts = '[]' WHERE state NOT IN ('pending', 'sending') AND merge_key = ?2
		AND case_id IN (SELECT max(o.case_id) FROM cases c JOIN outbox o ON o.merge_key = ?2 AND o.case_id <= c.id
			WHERE c.kind = 'redemption' AND c.member IN (`+everyName+`) GROUP BY c.id)`, e.Member, decision.Orders(room))
	if err != nil {
		return fmt.Errorf("erase what was said of orders: %w", err)
	}
	if err := tx.stripCases(`member IN (`+everyName+`)`, e.Member); err != nil {
		return err
	}
	if err := tx.EraseMemos(e.Member); err != nil {
		return err
	}
	tx.mem.drop()
	return tx.audit(entry{at: e.At, room: room, actor: e.Actor, member: e.Member, what: "member forget"})
}

// stripCases removes what members wrote from the cases that a condition
// selects; which rule spoke stays.
func (tx *Tx) stripCases(where string, args ...any) error {
	type row struct {
		id       int64
		findings []byte
	}
	rows, err := collect(tx, func(scan func(...any) error) (r row, err error) {
		err = scan(&r.id, &r.findings)
		return r, err
	}, `SELECT id, findings FROM cases WHERE evidence IS NOT NULL AND `+where, args...)
	if err != nil {
		return fmt.Errorf("find texts of cases: %w", err)
	}
	for _, r := range rows {
		findings, err := stripFindings(r.findings)
		if err != nil {
			return fmt.Errorf("findings of case %d: %w", r.id, err)
		}
		_, err = tx.exec(`UPDATE cases SET evidence = NULL, appeal_reason = '', findings = ?2 WHERE id = ?1`, r.id, findings)
		if err != nil {
			return fmt.Errorf("erase texts of case %d: %w", r.id, err)
		}
		if err := tx.seal(r.id); err != nil {
			return err
		}
	}
	return nil
}

// stripFindings leaves of stored findings what the rules said.
func stripFindings(stored []byte) (string, error) {
	var all []moderation.Finding
	if err := json.Unmarshal(stored, &all); err != nil {
		return "", fmt.Errorf("decode: %w", err)
	}
	for i := range all {
		all[i].Text, all[i].Host = "", ""
	}
	return encodeFindings(all)
}
