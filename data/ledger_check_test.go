package data

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"testing"

	"menshen/scoring"
)

// unguarded changes the file behind the back of every guard and opens it again.
func unguarded(t *testing.T, db *DB, edit string) *DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite3", "file:"+db.path)
	if err != nil {
		t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	rows, err := raw.Query(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		t.Fatal(err)
	}
	var drop string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		drop += "DROP TRIGGER " + name + ";"
	}
	rows.Close()
	if _, err := raw.Exec(`PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;` + drop + edit); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	lock, err := lockFile(db.path + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	// Open would refuse some of the edits.
	again := &DB{Now: db.Now, path: db.path, lock: lock, writer: pool(db.path, asWriter), reader: pool(db.path, asReader)}
	t.Cleanup(func() { again.Close() })
	return again
}

func TestCheckSeesEveryViolation(t *testing.T) {
	tests := []struct{ rule, edit string }{
		{"balance is the sum of its postings", `UPDATE balance SET points = points + 1 WHERE member = 11`},
		{"balance is the sum of its postings", `UPDATE ledger SET amount = 1000 WHERE no = 1`},
		{"balance names its last posting", `UPDATE balance SET last = 1 WHERE member = 11`},
		{"balance and digest are those of its last posting", `UPDATE balance SET digest = 7 WHERE member = 11`},
		{"balance and digest are those of its last posting", `UPDATE ledger SET balance = 7 WHERE no = 8`},
		{"postings have a balance", `DELETE FROM balance WHERE member = 12`},
		{"members and accounts of a room sum to zero", `UPDATE ledger SET contra = -1 WHERE no = 3`},
		{"both halves of transfers sum to zero", `DELETE FROM ledger WHERE no = 4`},
		{"numbers of a room have no gap", `DELETE FROM ledger WHERE no = 1`},
		{"numbers of a room have no gap", `UPDATE book SET no = 99 WHERE room = 1`},
		{"no half of a transfer is alone", `UPDATE book SET unpaired = 3 WHERE room = 1`},
		{"held is the sum of open holds", `UPDATE balance SET held = 0 WHERE member = 11`},
		{"held is the sum of open holds", `DELETE FROM hold WHERE id = 1`},
		{"no hold gives more than it holds", `UPDATE hold SET amount = 5 WHERE id = 1`},
		{"free points are not below the floor", `UPDATE balance SET floor = 70 WHERE member = 11`},
		{"reversals are the reverse of a posting", `UPDATE ledger SET src_id = 2 WHERE no = 7`},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.edit, func(t *testing.T) {
			db := newLedger(t)
			if err := guarded(db); err != nil {
				t.Fatal(err)
			}
			found, err := unguarded(t, db, tt.edit).Check(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				if v.Rule == tt.rule && v.Room == 1 {
					seen[tt.rule] = true
					return
				}
			}
			t.Errorf("not seen; found %v", found)
		})
	}
	for _, m := range regexp.MustCompile(`SELECT '([^']+)'`).FindAllStringSubmatch(checkSQL, -1) {
		if !seen[m[1]] {
			t.Errorf("no edit shows the rule %q", m[1])
		}
	}
}

// Every value of a posting is covered by its digest, and the first posting
// that was touched is named.
func TestVerifyLocatesAChange(t *testing.T) {
	tests := []struct {
		name, edit string
		member, no int64
	}{
		{"amount", `UPDATE ledger SET amount = amount + 1 WHERE no = 3`, 11, 3},
		{"balance", `UPDATE ledger SET balance = balance + 1 WHERE no = 5`, 11, 5},
		{"contra", `UPDATE ledger SET contra = 0 WHERE no = 1`, 11, 1},
		{"cause", `UPDATE ledger SET cause = 6 WHERE no = 2`, 12, 2},
		{"cause id", `UPDATE ledger SET src_id = 77 WHERE no = 6`, 12, 6},
		{"time", `UPDATE ledger SET at = at + 1 WHERE no = 7`, 12, 7},
		{"digest", `UPDATE ledger SET digest = digest + 1 WHERE no = 1`, 11, 1},
		{"number", `UPDATE ledger SET no = 99 WHERE no = 8`, 12, 99},
		{"a posting taken out", `DELETE FROM ledger WHERE no = 2`, 12, 4},
		{"the last posting taken out", `DELETE FROM ledger WHERE no = 8`, 12, 7},
		{"all postings taken out", `DELETE FROM ledger WHERE member = 12`, 12, 0},
		{"a posting put in", `INSERT INTO ledger (room, member, no, amount, balance, contra, src_id, cause, at, digest)
			VALUES (1, 11, 9, 5, 85, -1, 99, 4, 0, 0)`, 11, 9},
		{"memo", `UPDATE memo SET text = '别的'`, 11, 1},
		{"commitment", `UPDATE memo SET commitment = zeroblob(32)`, 11, 1},
		{"a memo taken out", `DELETE FROM memo`, 11, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := newLedger(t)
			if err := guarded(db); err != nil {
				t.Fatal(err)
			}
			healthy(t, db)
			found, err := unguarded(t, db, tt.edit).Verify(context.Background())
			if err != nil || len(found) != 1 || found[0].Member != tt.member || found[0].No != tt.no {
				t.Errorf("found %v, %v; want member %d posting %d", found, err, tt.member, tt.no)
			}
		})
	}
}

// longPosting gives member 11 of room 1 a first posting as programs up to
// schema 7 left it, with a digest of 64 bits.
func longPosting(t *testing.T, db *DB) {
	t.Helper()
	e := scoring.Entry{Posting: grant(11, 100, 1), No: 1, Balance: 100}
	write(t, db, `INSERT INTO book (room) VALUES (1)`)
	write(t, db, `INSERT INTO balance (room, member) VALUES (1, 11)`)
	write(t, db, fmt.Sprintf(`INSERT INTO ledger (room, member, no, amount, balance, contra, src_id, cause, at, digest)
		VALUES (1, 11, 1, 100, 100, %d, 1, %d, %d, %d)`,
		e.Contra, causeLeg(e.Posting), e.At.Unix(), int64(entryLink(0, e, nil))))
}

// A chain that began with long digests goes on with short ones, and a change
// is seen on both sides.
func TestVerifyKnowsLongDigests(t *testing.T) {
	tests := []struct {
		name, edit string
		no         int64
	}{
		{"a long one", `UPDATE ledger SET at = at + 1 WHERE no = 1`, 1},
		{"its digest cut", `UPDATE ledger SET digest = digest & 0x7fffffffffff WHERE no = 1`, 1},
		{"a short one", `UPDATE ledger SET at = at + 1 WHERE no = 2`, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := newLedger(t)
			longPosting(t, db)
			do(t, db, func(tx *Tx) error { _, err := tx.Post(grant(11, 5, 2)); return err })
			healthy(t, db)
			found, err := unguarded(t, db, tt.edit).Verify(context.Background())
			if err != nil || len(found) != 1 || found[0].No != tt.no {
				t.Errorf("found %v, %v; want posting %d", found, err, tt.no)
			}
		})
	}
}

func TestLedgerHeadFollowsEveryPosting(t *testing.T) {
	db := newLedger(t)
	seen := map[string]bool{}
	for id := int64(1); id <= 3; id++ {
		do(t, db, func(tx *Tx) error {
			if _, err := tx.Post(grant(11, 5, id)); err != nil {
				return err
			}
			head, err := tx.LedgerHead()
			seen[head] = true
			return err
		})
	}
	if len(seen) != 3 {
		t.Errorf("%d different heads, want 3", len(seen))
	}
}
