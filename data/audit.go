package data

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// entry is one audit row: who did what, when and why.
type entry struct {
	at     time.Time
	room   chat.RoomID
	actor  decision.Actor
	caseID int64
	member chat.MemberID
	what   string // noun and act, such as "case open"
	detail string
}

// audit adds a row. The table is only ever added to.
func (tx *Tx) audit(e entry) error {
	_, err := tx.exec(`INSERT INTO audit (at, room, actor, console, case_id, member, what, detail)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
		tx.at(e.at), e.room, e.actor.Member, e.actor.Console, e.caseID, e.member, e.what, e.detail)
	if err != nil {
		return fmt.Errorf("write audit row: %w", err)
	}
	return nil
}

func (tx *Tx) note(e decision.Note) error {
	return tx.audit(entry{at: e.At, room: e.Room, actor: e.Actor, what: e.What, detail: e.Detail})
}
