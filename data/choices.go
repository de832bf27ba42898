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

// pickRoom remembers the choice for every member that the person is, since one
// of them may leave.
func (tx *Tx) pickRoom(e decision.PickRoom) error {
	for _, who := range membersOf(e.Person) {
		_, err := tx.exec(`INSERT INTO pick (member, room, at) VALUES (?1, ?2, ?3)
			ON CONFLICT DO UPDATE SET room = excluded.room, at = excluded.at`, who, e.Room, tx.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("store picked room: %w", err)
		}
	}
	return nil
}

// picked returns the room that a person chose last, or 0.
func (tx *Tx) picked(p decision.Person) (chat.RoomID, error) {
	var room chat.RoomID
	var newest int64
	for _, who := range membersOf(p) {
		var r chat.RoomID
		var at int64
		err := tx.queryRow(`SELECT room, at FROM pick WHERE member = ?1`, who).Scan(&r, &at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("read picked room: %w", err)
		}
		if at > newest {
			room, newest = r, at
		}
	}
	return room, nil
}

// membersOf returns the members that a person is; 0 stands for the console.
func membersOf(p decision.Person) []chat.MemberID {
	if p.Console {
		return []chat.MemberID{0}
	}
	return p.As
}
