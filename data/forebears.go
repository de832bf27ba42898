package data

import (
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// The share of a former room's members that has to be in another one by name
// for the two to be taken for the same: where the names of the rooms are equal,
// and where they are not. Somebody is asked in any case.
const (
	sharedOfNamesake = 0.3
	sharedOfOther    = 0.6
)

// forebears returns the rooms that a room may have been before the last login.
// Two rooms that one login saw side by side are not the same, however many
// members they share.
func (tx *Tx) forebears(room chat.RoomID) ([]decision.Room, error) {
	all, err := collect(tx, scanRoom, selectRoom+` JOIN room o ON o.id = ?1 AND o.account = r.account
		WHERE r.present = 1 AND r.id <> ?1 AND `+unseen+` AND NOT `+seenTogether+`
		AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.room = ?1 AND c.kind = 'room' AND c.detail = CAST(r.id AS TEXT))
		AND `+sharedNames+` > CASE WHEN o.name = r.name THEN ?2 ELSE ?3 END * `+formerSize+`
		ORDER BY `+sharedNames+` DESC, r.id DESC`, room, sharedOfNamesake, sharedOfOther)
	if err != nil {
		return nil, fmt.Errorf("read what a room may have been: %w", err)
	}
	return all, nil
}

// seenTogether reports whether one login knew both room r and room ?1.
const seenTogether = `EXISTS (SELECT 1 FROM session s
	CROSS JOIN alias theirs ON theirs.session = s.id AND theirs.room = r.id AND theirs.member = 0
	CROSS JOIN alias own ON own.session = s.id AND own.room = ?1 AND own.member = 0 WHERE s.account = r.account)`

// formerSize counts the members of a room r as the last login left it, and
// sharedNames those of them whose nickname somebody in room ?1 has.
const (
	formerSize  = `(SELECT count(*) FROM member f WHERE f.room = r.id AND f.present = 1 AND f.self = 0)`
	sharedNames = `(SELECT count(*) FROM member f WHERE f.room = r.id AND f.present = 1 AND f.self = 0 AND f.nick <> ''
		AND f.nick IN (SELECT n.nick FROM member n WHERE n.room = ?1 AND n.present = 1 AND n.self = 0))`
)

// takenSettings is the setting of a room that names those copied from the room
// ?1, by which they are told from those that were the same before.
const takenSettings = `'taken.' || ?1`

// takeAfter copies what a former room has and the new one has not, or takes
// away what is still as it was copied. What the new room was told itself stays.
func (tx *Tx) takeAfter(e decision.TakeAfter) error {
	steps, what := []string{
		`INSERT INTO setting (room, name, value) SELECT ?2, ` + takenSettings + `, json_group_array(o.name) FROM setting o
			WHERE o.room = ?1 AND o.name NOT GLOB 'taken.*' AND NOT EXISTS (SELECT 1 FROM setting n WHERE n.room = ?2 AND n.name = o.name)
			ON CONFLICT DO UPDATE SET value = excluded.value`,
		`INSERT INTO setting (room, name, value) SELECT ?2, name, value FROM setting WHERE room = ?1 AND name NOT GLOB 'taken.*' ON CONFLICT DO NOTHING`,
		`INSERT INTO word (room, word, action, disguised, variants, category, at)
			SELECT ?2, word, action, disguised, variants, category, at FROM word WHERE room = ?1 ON CONFLICT DO NOTHING`,
		`INSERT INTO allow (room, kind, value, at) SELECT ?2, kind, value, at FROM allow WHERE room = ?1 ON CONFLICT DO NOTHING`,
		`INSERT INTO rules_text (room, version, text, at) SELECT ?2, version, text, at FROM rules_text WHERE room = ?1
			AND NOT EXISTS (SELECT 1 FROM rules_text WHERE room = ?2)`,
		`UPDATE room SET present = 0 WHERE id = ?1`,
	}, "room takes after"
	if e.Undo {
		steps, what = []string{
			`DELETE FROM setting WHERE room = ?2 AND (name, value) IN (SELECT name, value FROM setting WHERE room = ?1)
				AND name IN (SELECT j.value FROM setting t, json_each(t.value) j WHERE t.room = ?2 AND t.name = ` + takenSettings + `)`,
			`DELETE FROM setting WHERE room = ?2 AND name = ` + takenSettings,
			`DELETE FROM word WHERE room = ?2 AND (word, action, disguised, variants, category, at) IN
				(SELECT word, action, disguised, variants, category, at FROM word WHERE room = ?1)`,
			`DELETE FROM allow WHERE room = ?2 AND (kind, value, at) IN (SELECT kind, value, at FROM allow WHERE room = ?1)`,
			`DELETE FROM rules_text WHERE room = ?2 AND (version, text, at) IN (SELECT version, text, at FROM rules_text WHERE room = ?1)`,
			`UPDATE room SET present = 1 WHERE id = ?1`,
		}, "room stands alone"
	}
	for _, step := range steps {
		if _, err := tx.exec(step, e.Old, e.New); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	tx.mem.forgetRoom(e.Old)
	if err := tx.newWords(e.New); err != nil {
		return err
	}
	return tx.audit(entry{at: e.At, room: e.New, actor: e.Actor, caseID: e.Case, what: what, detail: fmt.Sprintf("of %d", e.Old)})
}
