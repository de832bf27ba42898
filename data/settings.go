package data

import (
	"fmt"
	"strings"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// settings returns the program's defaults with what the room's owner changed.
func (tx *Tx) settings(room chat.RoomID) (decision.Settings, error) {
	s := tx.defaults.Clone()
	rows, err := tx.query(`SELECT name, value FROM setting WHERE room = ?1`, room)
	if err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return s, fmt.Errorf("read settings: %w", err)
		}
		putSetting(&s, key, value)
	}
	return s, tx.watch(rows.Err())
}

// putSetting applies one stored setting. A value that is out of range since a
// newer version narrowed it leaves the default: a room must not become mute
// for it.
func putSetting(s *decision.Settings, key, value string) {
	if _, typed := decision.FindSetting(key); typed {
		_ = s.Set(key, value)
		return
	}
	if s.Values == nil {
		s.Values = make(map[string]string)
	}
	s.Values[key] = value
}

func (tx *Tx) setSetting(e decision.SetSetting) error {
	if def, typed := decision.FindSetting(e.Key); typed {
		e.Key = def.Key
		probe := tx.defaults.Clone()
		if err := probe.Set(e.Key, e.Value); err != nil {
			return err
		}
	}
	var err error
	if e.Value == "" {
		_, err = tx.exec(`DELETE FROM setting WHERE room = ?1 AND name = ?2`, e.Room, e.Key)
	} else {
		_, err = tx.exec(`INSERT INTO setting (room, name, value) VALUES (?1, ?2, ?3)
			ON CONFLICT DO UPDATE SET value = excluded.value`, e.Room, e.Key, e.Value)
	}
	if err != nil {
		return fmt.Errorf("store setting: %w", err)
	}
	if strings.HasPrefix(e.Key, "rule_") || strings.HasPrefix(e.Key, decision.CategoryKey) { // the room's judge is compiled from it
		if err := tx.newWords(e.Room); err != nil {
			return err
		}
	}
	tx.mem.forgetRoom(e.Room)
	return tx.audit(entry{at: e.At, room: e.Room, actor: e.Actor, what: "setting", detail: e.Key + " " + e.Value})
}
