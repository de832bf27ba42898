package data

import (
	"context"
	"fmt"
	"os"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Vitals is the health of a database in figures.
type Vitals struct {
	Rooms    []RoomVitals
	Pending  int // outbox rows that wait
	Unknown  int // sentences of the last day of which nobody knows whether they were said
	Recalls  int // sentences of the last day of which nobody knows whether they were taken back
	LastSaid time.Time
	Size     int64 // bytes of the file and its journal
	Journal  int64 // bytes of the journal alone
}

// RoomVitals is the health of one room.
type RoomVitals struct {
	ID      chat.RoomID
	Name    string
	On      bool
	Present bool // the bot is in it
	Owners  int
	Members int // present
	Waiting int // cases that wait for the owner
	// Retired counts the rules that are only recorded, being wrong too often.
	Retired     int
	LastMessage time.Time
	// NetworkOwner is the name of whom the network shows as owner, "" while it
	// showed nobody; NetworkOwnerBound says that the bot obeys them, too.
	NetworkOwner      string
	NetworkOwnerBound bool
}

// Vitals reads the health of the database.
func (db *DB) Vitals(ctx context.Context) (v Vitals, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var said int64
		err := tx.queryRow(`SELECT count(*) FILTER (WHERE state IN ('pending', 'sending')),
				count(*) FILTER (WHERE state = 'unknown' AND settled > ?1 AND kind NOT IN (?2, ?3)),
				count(*) FILTER (WHERE state = 'unknown' AND settled > ?1 AND kind = ?2),
				coalesce(max(settled) FILTER (WHERE state = 'sent'), 0) FROM outbox`,
			db.Now().Add(-24*time.Hour).UnixMilli(), string(decision.AskRecall), string(decision.AskRemove)).Scan(&v.Pending, &v.Unknown, &v.Recalls, &said)
		if err != nil {
			return fmt.Errorf("count the outbox: %w", err)
		}
		v.LastSaid = fromMillis(said)
		v.Rooms, err = collect(tx, scanVitals, `SELECT r.id, r.name, r.active, r.present,
			(SELECT count(*) FROM member m WHERE m.room = r.id AND m.role > 0 AND m.role = 2),
			(SELECT count(*) FROM member m WHERE m.room = r.id AND m.present = 1),
			(SELECT count(*) FROM setting s WHERE s.room = r.id AND s.name GLOB 'record.*'),
			coalesce((SELECT max(m.at) FROM message m WHERE m.room = r.id), 0),
			coalesce(nullif(o.display, ''), o.nick, ''), coalesce(o.role = 2 OR o.self, 0)
			FROM room r LEFT JOIN member o ON o.id = r.network_owner ORDER BY r.id`)
		for i := range v.Rooms {
			inbox, failed := tx.inbox([]chat.RoomID{v.Rooms[i].ID})
			if failed != nil {
				return failed
			}
			v.Rooms[i].Waiting = len(inbox)
		}
		return err
	})
	if err != nil {
		return v, fmt.Errorf("read vitals: %w", err)
	}
	v.Journal = db.Journal()
	v.Size = v.Journal
	if info, err := os.Stat(db.path); err == nil {
		v.Size += info.Size()
	}
	return v, nil
}

func scanVitals(scan func(...any) error) (r RoomVitals, err error) {
	var last int64
	err = scan(&r.ID, &r.Name, &r.On, &r.Present, &r.Owners, &r.Members, &r.Retired, &last, &r.NetworkOwner, &r.NetworkOwnerBound)
	r.LastMessage = fromMillis(last)
	return r, err
}

// MembersOf returns everybody who is or was in a room, by number.
func (db *DB) MembersOf(ctx context.Context, room chat.RoomID) (all []decision.Member, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		all, err = tx.members(`m.room = ?1`, room)
		return err
	})
	return all, err
}

// Integrity asks SQLite whether the whole file fits together. It reads every
// page: about a second for 500 MiB.
func (db *DB) Integrity(ctx context.Context) error {
	var verdict string
	if err := db.reader.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("check %s: %w", db.path, asCorrupt(err))
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s (%s)", ErrCorrupt, db.path, verdict)
	}
	return nil
}
