package data

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

func TestSharedLedger(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	write(t, db, `INSERT INTO session (id, account, started) VALUES ('s', 1, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (22, 2, '乙', 0)`)
	write(t, db, `INSERT INTO alias (session, name, room, member) VALUES ('s', '@a', 1, 11), ('s', '@a', 2, 21)`)
	do(t, db, func(tx *Tx) error {
		p := grant(21, 7, 1)
		p.Room = 2
		if _, err := tx.Post(p); err != nil {
			return err
		}
		if err := tx.ShareLedger(2, 1); err != nil {
			return err
		}
		if _, err := tx.Grant(2, 21, 3, 2, noon, ""); err != nil {
			return err
		}
		for _, who := range []struct {
			room   chat.RoomID
			member chat.MemberID
		}{{1, 11}, {2, 21}} {
			if b, err := tx.Balance(who.room, who.member); err != nil || b.Points != 60 {
				t.Errorf("member %d has %+v, %v", who.member, b, err)
			}
		}
		// Somebody recognised later brings their points along.
		if _, err := tx.Grant(2, 22, 4, 3, noon, ""); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO alias (session, name, room, member) VALUES ('s', '@b', 1, 12), ('s', '@b', 2, 22)`); err != nil {
			return err
		}
		if _, err := tx.Grant(2, 22, 5, 4, noon, ""); err != nil {
			return err
		}
		if b, err := tx.Balance(1, 12); err != nil || b.Points != 9 {
			t.Errorf("recognised later: %+v, %v", b, err)
		}
		r, err := tx.Ranking(2, 21, Span{}, 5)
		if err != nil || r.Own.Points != 60 {
			t.Errorf("ranking: %+v, %v", r, err)
		}
		for room, ledger := range map[chat.RoomID]chat.RoomID{1: 2, 2: 1, 3: 1} {
			if err := tx.ShareLedger(room, ledger); room < 3 && !errors.Is(err, scoring.ErrShared) {
				t.Errorf("room %d shares again: %v", room, err)
			}
		}
		return nil
	})
	healthy(t, db)
	unshare(t, db)
}

// Who is in one of the rooms only has an account in the shared ledger like
// everybody else: it is ranked, can be given to and corrected, and goes home.
func TestGuestsOfASharedLedger(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	write(t, db, `INSERT INTO session (id, account, started) VALUES ('s', 1, 0)`)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (22, 2, '丁', 0), (23, 2, '戊', 0)`)
	write(t, db, `INSERT INTO alias (session, name, room, member) VALUES ('s', '@a', 1, 11), ('s', '@a', 2, 21)`)
	rule := scoring.DefaultTransferRule()
	rule.On, rule.MinAge, rule.FeePercent = true, 0, 0
	var last int64
	do(t, db, func(tx *Tx) error {
		own := grant(22, 7, 1)
		own.Room = 2
		if _, err := tx.Post(own); err != nil {
			return err
		}
		if err := tx.ShareLedger(2, 1); err != nil {
			return err
		}
		if _, err := tx.Grant(2, 22, 20, 2, noon, ""); err != nil {
			return err
		}
		if _, err := tx.Give(22, 21, 10, 3, noon, rule); err != nil {
			t.Errorf("a guest gives: %v", err)
		}
		if _, err := tx.Give(21, 23, 5, 4, noon, rule); err != nil {
			t.Errorf("a guest is given: %v", err)
		}
		e, err := tx.Grant(2, 23, 30, 5, noon, "手误")
		last = e.No
		return err
	})
	var a decision.Answer
	do(t, db, func(tx *Tx) error { // 22 has 17, 23 has 35, 11 and 21 together 55
		if _, err := tx.Reverse(2, last, noon, ""); err != nil {
			return err
		}
		r, err := tx.Ranking(2, 22, Span{}, 5)
		if err != nil {
			return err
		}
		if len(r.Top) != 3 || r.Own.Rank != 2 || r.Own.Points != 17 || r.Top[2].Points != 5 {
			t.Errorf("ranking: %+v", r)
		}
		a.Members, err = tx.named(nil, ranked(r))
		return err
	})
	if name := a.Members[chat.MemberID(guestOf(t, db, 22))].Name; name != "丁" {
		t.Errorf("the guest is shown as %q", name)
	}
	healthy(t, db)
	write(t, db, `UPDATE member SET present = 0 WHERE id = 23`)
	if n := scalar[int](t, db, `SELECT ranked FROM balance WHERE member = ?1`, guestOf(t, db, 23)); n != 0 {
		t.Error("a guest who left is ranked")
	}
	do(t, db, func(tx *Tx) error { return tx.UnshareLedger(2, noon) })
	for member, want := range map[int64]int64{11: 55, 22: 17, 23: 5} {
		if have := scalar[int64](t, db, `SELECT points FROM balance WHERE member = ?1`, member); have != want {
			t.Errorf("member %d has %d points, want %d", member, have, want)
		}
	}
	if n := scalar[int](t, db, `SELECT count(*) FROM balance WHERE ranked AND member NOT IN (11, 12, 21, 22)`); n != 0 {
		t.Errorf("%d guests are ranked where they are not", n)
	}
	healthy(t, db)
}

// Whom an older schema left out of the ranking of a shared ledger, because they
// left the room of the ledger, is in it after the migration.
func TestMigrationRanksWhoIsInTheOtherRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "menshen.db")
	steps, err := loadMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	older := fstest.MapFS{}
	for _, m := range steps[:4] {
		older["migrations/"+m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	db, err := open(path, older)
	if err != nil {
		t.Fatal(err)
	}
	fillRooms(t, db)
	give(t, db, map[int64]int64{11: 5, 12: 6})
	write(t, db, `INSERT INTO purse (member, room, account) VALUES (21, 1, 11)`)
	write(t, db, `UPDATE member SET present = 0 WHERE id IN (11, 12)`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = mustOpen(t, path, embedded)
	for member, want := range map[int64]int{11: 1, 12: 0} {
		if have := scalar[int](t, db, `SELECT ranked FROM balance WHERE member = ?1`, member); have != want {
			t.Errorf("member %d: ranked %d, want %d", member, have, want)
		}
	}
}

// guestOf returns the account of a guest.
func guestOf(t *testing.T, db *DB, member int64) int64 {
	t.Helper()
	return scalar[int64](t, db, `SELECT id FROM member WHERE merged_into = ?1`, member)
}

// unshare ends the sharing of TestSharedLedger: everybody gets back what they
// brought, as far as it is there, and what was earned since stays.
func unshare(t *testing.T, db *DB) {
	t.Helper()
	do(t, db, func(tx *Tx) error {
		if _, err := tx.Grant(1, 12, -7, 6, noon, ""); err != nil { // of 9, 4 of which were brought
			return err
		}
		if _, err := tx.Hold(scoring.Hold{Room: 1, Member: 11, Amount: 1, Kind: scoring.HoldPass, KindID: 9, At: noon}); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO pass (room, member, points, at, until, back, state, cause) VALUES (2, 21, 1, 0, 0, 0, 'used', 9)`); err != nil {
			return err
		}
		if err := tx.UnshareLedger(2, noon); !errors.Is(err, scoring.ErrSetAside) {
			t.Errorf("with a pass in use: %v", err)
		}
		if _, err := tx.exec(`UPDATE pass SET state = 'returned'`); err != nil {
			return err
		}
		return tx.UnshareLedger(2, noon)
	})
	for member, want := range map[int64]int64{11: 53, 21: 7, 12: 0, 22: 2} {
		have := scalar[int64](t, db, fmt.Sprintf(`SELECT points FROM balance WHERE member = %d`, member))
		if have != want {
			t.Errorf("member %d has %d points, want %d", member, have, want)
		}
	}
	healthy(t, db)
	do(t, db, func(tx *Tx) error { return tx.ShareLedger(2, 1) }) // and once more
	if b := points(t, db, 11); b.Points != 60 {
		t.Errorf("shared again: %+v, want 60 points", b)
	}
	healthy(t, db)
}
