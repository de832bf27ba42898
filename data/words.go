package data

import (
	"fmt"
	"strings"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

// sharedRoom holds the words and allowances that count in every room.
const sharedRoom chat.RoomID = 0

func (tx *Tx) putWord(e decision.PutWord) error {
	variants := make([]string, len(e.Keyword.Variants))
	for i, v := range e.Keyword.Variants {
		variants[i] = string(v)
	}
	_, err := tx.exec(`INSERT INTO word (room, word, action, disguised, variants, category, at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET action = excluded.action,
		disguised = excluded.disguised, variants = excluded.variants, category = excluded.category, at = excluded.at`,
		e.Room, e.Keyword.Word, e.Keyword.Action, e.Keyword.Disguised, strings.Join(variants, ","), e.Keyword.Category, tx.at(e.At))
	if err != nil {
		return fmt.Errorf("store word: %w", err)
	}
	if err := tx.newWords(e.Room); err != nil {
		return err
	}
	return tx.audit(entry{at: e.At, room: e.Room, actor: e.Actor, what: "word put", detail: e.Keyword.Word})
}

func (tx *Tx) dropWord(e decision.DropWord) error {
	if _, err := tx.exec(`DELETE FROM word WHERE room = ?1 AND word = ?2`, e.Room, e.Word); err != nil {
		return fmt.Errorf("delete word: %w", err)
	}
	if err := tx.newWords(e.Room); err != nil {
		return err
	}
	return tx.audit(entry{at: e.At, room: e.Room, actor: e.Actor, what: "word drop", detail: e.Word})
}

func (tx *Tx) allow(e decision.Allow) error {
	kind, act := "phrase", "put"
	if e.Host {
		kind = "host"
	}
	change := `INSERT INTO allow (room, kind, value, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`
	args := []any{e.Room, kind, e.Value, tx.at(e.At)}
	if e.Remove {
		act, change, args = "drop", `DELETE FROM allow WHERE room = ?1 AND kind = ?2 AND value = ?3`, args[:3]
	}
	if _, err := tx.exec(change, args...); err != nil {
		return fmt.Errorf("store allowance: %w", err)
	}
	if err := tx.newWords(e.Room); err != nil {
		return err
	}
	return tx.audit(entry{at: e.At, room: e.Room, actor: e.Actor, what: "allow " + kind + " " + act, detail: e.Value})
}

// newWords makes the judge of a room, or of all rooms, out of date.
func (tx *Tx) newWords(room chat.RoomID) error {
	_, err := tx.exec(`UPDATE room SET words_version = words_version + 1 WHERE id = ?1 OR ?1 = 0`, room)
	if err != nil {
		return fmt.Errorf("count version of words: %w", err)
	}
	if room == sharedRoom {
		tx.mem.drop()
	}
	tx.mem.forgetRoom(room)
	return nil
}

// words returns what a room judges by: its own and the shared words; of a word
// that is in both the room's own.
func (tx *Tx) words(room chat.RoomID) (w decision.Words, err error) {
	w.Keywords, err = collect(tx, scanWord, `SELECT word, action, disguised, variants, category FROM word
		WHERE room = ?1 OR (room = 0 AND word NOT IN (SELECT word FROM word WHERE room = ?1)) ORDER BY word`, room)
	if err != nil {
		return w, fmt.Errorf("read words: %w", err)
	}
	if w.Phrases, err = tx.allowed(room, "phrase"); err != nil {
		return w, err
	}
	w.Hosts, err = tx.allowed(room, "host")
	return w, err
}

// allowed returns the allow-phrases or hosts of a room with the shared ones.
func (tx *Tx) allowed(room chat.RoomID, kind string) ([]string, error) {
	all, err := collect(tx, scanOne[string], `SELECT DISTINCT value FROM allow WHERE room IN (0, ?1) AND kind = ?2 ORDER BY value`, room, kind)
	if err != nil {
		return nil, fmt.Errorf("read allowances: %w", err)
	}
	return all, nil
}

func scanWord(scan func(...any) error) (moderation.Keyword, error) {
	var k moderation.Keyword
	var variants string
	err := scan(&k.Word, &k.Action, &k.Disguised, &variants, &k.Category)
	for v := range strings.SplitSeq(variants, ",") {
		if v != "" {
			k.Variants = append(k.Variants, moderation.Variant(v))
		}
	}
	return k, err
}

// scanOne scans an answer of one column.
func scanOne[T any](scan func(...any) error) (v T, err error) {
	err = scan(&v)
	return v, err
}
