package data

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// What a warning or a link pass cost comes back to where the member has their
// points by now, also when the room has begun or ended to share a ledger since.
func TestRefundFindsTheMember(t *testing.T) {
	share := func(tx *Tx) error { return tx.ShareLedger(2, 1) }
	part := func(tx *Tx) error { return tx.UnshareLedger(2, noon) }
	recognise := func(tx *Tx) error {
		if _, err := tx.exec(`INSERT INTO alias (session, name, room, member) VALUES ('s', '@b', 1, 12), ('s', '@b', 2, 22)`); err != nil {
			return err
		}
		_, err := tx.purseOf(2, 22)
		return err
	}
	nothing := func(*Tx) error { return nil }
	tests := []struct {
		name          string
		before, since func(tx *Tx) error
		who           chat.MemberID
		want          int64 // of 30, of which 20 were taken, in their room
	}{
		{"nothing changed", nothing, nothing, 21, 30},
		{"taken before sharing, in both rooms", nothing, share, 21, 80}, // 50 of theirs are in the other room
		{"taken before sharing, a guest", nothing, share, 22, 30},
		{"taken while shared, in both rooms", share, part, 21, 50}, // what they brought was 30
		{"taken while shared, a guest", share, part, 22, 30},
		{"a guest who was recognised since", share, recognise, 22, 30},
	}
	for _, tt := range tests {
		for name, take := range map[string]func(tx *Tx) (again func(tx *Tx) (int64, error), err error){
			"fine": func(tx *Tx) (func(tx *Tx) (int64, error), error) {
				_, err := tx.Fine(2, tt.who, 20, 17, noon)
				return func(tx *Tx) (int64, error) { return tx.Unfine(2, tt.who, 17, noon) }, err
			},
			"pass": func(tx *Tx) (func(tx *Tx) (int64, error), error) {
				rule := scoring.PassRule{On: true, Points: 20, Window: time.Hour, Keep: time.Hour}
				p, err := tx.BuyPass(2, tt.who, 1, noon, rule)
				if err == nil {
					_, _, err = tx.UsePass(tt.who, "m", noon, rule)
				}
				if err == nil {
					_, err = tx.ForfeitPass(p.ID, noon)
				}
				return func(tx *Tx) (int64, error) { return tx.UnforfeitPass(tt.who, "m", noon) }, err
			},
		} {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				db := sharedRooms(t)
				do(t, db, func(tx *Tx) error {
					if err := tt.before(tx); err != nil {
						return err
					}
					giveBack, err := take(tx)
					if err != nil {
						return err
					}
					if err := tt.since(tx); err != nil {
						return err
					}
					for _, want := range []int64{20, 0} {
						if back, err := giveBack(tx); err != nil || back != want {
							t.Errorf("gave %d back (%v), want %d", back, err, want)
						}
					}
					if b, err := tx.Balance(2, tt.who); err != nil || b.Points != tt.want {
						t.Errorf("has %+v (%v), want %d points", b, err, tt.want)
					}
					return nil
				})
				healthy(t, db)
			})
		}
	}
}

// sharedRooms is a database with two rooms that can share a ledger: member 21
// of room 2, with 30 points, is 11 of room 1, with 50; 22 is in room 2 only.
func sharedRooms(t *testing.T) *DB {
	t.Helper()
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	write(t, db, `INSERT INTO session (id, account, started) VALUES ('s', 1, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (22, 2, '丁', 0)`)
	write(t, db, `INSERT INTO alias (session, name, room, member) VALUES ('s', '@a', 1, 11), ('s', '@a', 2, 21)`)
	do(t, db, func(tx *Tx) error {
		for i, who := range []int64{21, 22} {
			p := grant(who, 30, int64(i)+1)
			p.Room = 2
			if _, err := tx.Post(p); err != nil {
				return err
			}
		}
		return nil
	})
	return db
}
