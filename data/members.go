package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// memberColumns are what [scanMember] reads, of a table called m.
const memberColumns = `m.id, m.room, coalesce(nullif(m.display, ''), m.nick), m.nick, m.role, m.trusted, m.self, m.present,
	m.joined, m.substantive, m.introduced, m.rules_read, ` + barred + `, m.unreachable, m.by_name, coalesce(m.merged_into, 0),
	EXISTS (SELECT 1 FROM link l WHERE l.member = m.id AND l.maybe <> '[]')`

// barred is whether a member is on the black list, under any name.
const barred = `(m.barred OR EXISTS (SELECT 1 FROM member o WHERE o.merged_into = m.id) AND EXISTS (
	WITH RECURSIVE own(id, barred) AS (SELECT o.id, o.barred FROM member o WHERE o.merged_into = m.id
		UNION ALL SELECT o.id, o.barred FROM own JOIN member o ON o.merged_into = own.id)
	SELECT 1 FROM own WHERE own.barred))`

// Member returns a member; ok is false for unknown ids.
func (tx *Tx) Member(id chat.MemberID) (m decision.Member, ok bool, err error) {
	if tx.mem != nil {
		if m, ok = tx.mem.members[id]; ok {
			return m, true, nil
		}
	}
	m, err = scanMember(tx.queryRow(`SELECT `+memberColumns+` FROM member m WHERE m.id = ?1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return decision.Member{}, false, nil
	}
	if err != nil {
		return decision.Member{}, false, fmt.Errorf("read member: %w", err)
	}
	if tx.mem != nil {
		remember(&tx.mem.members, id, m)
	}
	return m, true, nil
}

func scanMember(scan func(...any) error) (decision.Member, error) {
	var m decision.Member
	var joined int64
	err := scan(&m.ID, &m.Room, &m.Name, &m.Nick, &m.Role, &m.Trusted, &m.Self, &m.Present,
		&joined, &m.Substantive, &m.Introduced, &m.RulesRead, &m.Barred, &m.Unreachable, &m.ByName, &m.MergedInto, &m.Doubtful)
	m.Joined = fromMillis(joined)
	return m, err
}

// members returns the members that a condition on m selects.
func (tx *Tx) members(where string, args ...any) ([]decision.Member, error) {
	all, err := collect(tx, scanMember, `SELECT `+memberColumns+` FROM member m WHERE `+where+` ORDER BY m.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return all, nil
}

func (tx *Tx) setMember(e decision.SetMember) error {
	var joined, left any
	if e.Joined != nil {
		joined = toMillis(*e.Joined)
	}
	if e.Present != nil {
		left = int64(0)
		if !*e.Present {
			left = tx.at(e.At)
		}
	}
	res, err := tx.exec(`UPDATE member SET role = coalesce(?2, role), trusted = coalesce(?3, trusted),
		present = coalesce(?4, present), left_at = coalesce(?5, left_at), joined = coalesce(?6, joined),
		invited_by = coalesce(?7, invited_by), introduced = coalesce(?8, introduced), rules_read = coalesce(?9, rules_read),
		barred = coalesce(?10, barred), unreachable = coalesce(?11, unreachable), display = coalesce(?12, display) WHERE id = ?1`,
		e.Member, e.Role, e.Trusted, e.Present, left, joined, e.InvitedBy, e.Introduced, e.RulesRead, e.Barred, e.Unreachable, e.Name)
	if err := oneRow(res, err); err != nil {
		return err
	}
	if e.Barred != nil && !*e.Barred { // under every name
		if _, err := tx.exec(`UPDATE member SET barred = 0 WHERE id IN (`+everyName+`)`, e.Member); err != nil {
			return fmt.Errorf("take names off the black list: %w", err)
		}
	}
	tx.mem.forgetMember(e.Member)
	m, _, err := tx.Member(e.Member)
	if err != nil {
		return err
	}
	if m.Self { // the room carries the bot's own name
		tx.mem.forgetRoom(m.Room)
	}
	return tx.audit(entry{at: e.At, room: m.Room, actor: e.Actor, member: e.Member, what: "member change", detail: memberChanges(e)})
}

// setPresent brings presence up to a whole roster. The roster comes often and
// rarely says anything new, so only those who were away are touched.
func (tx *Tx) setPresent(e decision.SetPresent) error {
	ids, err := json.Marshal(e.Members)
	if err != nil {
		return err
	}
	res, err := tx.exec(`UPDATE member SET present = 1, left_at = 0, seen = ?3
		WHERE room = ?1 AND present = 0 AND id IN (SELECT value FROM json_each(?2))`, e.Room, string(ids), tx.at(e.At))
	if err != nil {
		return fmt.Errorf("store who is there: %w", err)
	}
	_, err = tx.exec(`UPDATE member SET seen = ?2 WHERE room = ?1 AND present = 1 AND seen < ?2 - 3600000`, e.Room, tx.at(e.At))
	if err != nil {
		return fmt.Errorf("store when members were seen: %w", err)
	}
	back, err := res.RowsAffected()
	if err != nil || back == 0 {
		return err
	}
	for _, id := range e.Members {
		tx.mem.forgetMember(id)
	}
	return tx.audit(entry{at: e.At, room: e.Room, what: "members present", detail: fmt.Sprintf("%d more", back)})
}

// roomOf returns the room of a member.
func (tx *Tx) roomOf(id chat.MemberID) (chat.RoomID, error) {
	m, ok, err := tx.Member(id)
	if err == nil && !ok {
		err = errNoRow
	}
	return m.Room, err
}

// memberChanges says what a SetMember changes, for the audit. Names stay out:
// the audit outlives them.
func memberChanges(e decision.SetMember) string {
	var c changes
	note(&c, "role", e.Role)
	note(&c, "trusted", e.Trusted)
	note(&c, "present", e.Present)
	if e.Joined != nil {
		c.add("joined", toMillis(*e.Joined))
	}
	note(&c, "invited by", e.InvitedBy)
	note(&c, "introduced", e.Introduced)
	note(&c, "rules read", e.RulesRead)
	note(&c, "barred", e.Barred)
	note(&c, "unreachable", e.Unreachable)
	if e.Name != nil {
		c.add("name", "new")
	}
	if e.Why != "" {
		c.add("why", e.Why)
	}
	return c.String()
}
