package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func (tx *Tx) openChoice(e decision.OpenChoice) error {
	options, err := json.Marshal(e.Options)
	if err != nil {
		return fmt.Errorf("encode choice: %w", err)
	}
	_, err = tx.exec(`INSERT INTO choice (room, member, options, until) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT DO UPDATE SET options = excluded.options, until = excluded.until`,
		e.Room, e.Actor.Member, string(options), toMillis(e.Until))
	if err != nil {
		return fmt.Errorf("store choice: %w", err)
	}
	return tx.audit(entry{room: e.Room, actor: e.Actor, what: "choice open"})
}

func (tx *Tx) closeChoice(e decision.CloseChoice) error {
	if _, err := tx.exec(`DELETE FROM choice WHERE room = ?1 AND member = ?2`, e.Room, e.Actor.Member); err != nil {
		return fmt.Errorf("delete choice: %w", err)
	}
	return tx.audit(entry{room: e.Room, actor: e.Actor, what: "choice close"})
}

// choice returns the open question of an actor, if there is one.
func (tx *Tx) choice(room chat.RoomID, actor decision.Actor) (*decision.Choice, error) {
	var options string
	var until int64
	err := tx.queryRow(`SELECT options, until FROM choice WHERE room = ?1 AND member = ?2`, room, actor.Member).Scan(&options, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read choice: %w", err)
	}
	c := &decision.Choice{Until: fromMillis(until)}
	if err := json.Unmarshal([]byte(options), &c.Options); err != nil {
		return nil, fmt.Errorf("decode choice: %w", err)
	}
	return c, nil
}
