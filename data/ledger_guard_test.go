package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"menshen/scoring"
)

// edit is something done to the tables by hand: refused with an error that
// contains want, or accepted with the effect that probe, a condition, then
// holds.
type edit struct {
	name  string
	sql   string
	want  string
	probe string
}

// posting writes the INSERT of one row of the ledger of room 1.
func posting(member, no, amount, balance, contra, id, cause int64) string {
	return fmt.Sprintf(`INSERT OR REPLACE INTO ledger (room, member, no, amount, balance, contra, src_id, cause, at, digest)
		VALUES (1, %d, %d, %d, %d, %d, %d, %d, 0, 0);`, member, no, amount, balance, contra, id, cause)
}

// edits are tried on the ledger that guarded makes: member 11 has 80 points,
// 20 of them in hold 1; member 12 has 60; the next number is 9.
var edits = []edit{
	{"a posting", posting(11, 9, 5, 85, -1, 99, 4), "", `SELECT points = 85 AND last = 9 FROM balance WHERE member = 11`},
	{"a posting moves the room's number", posting(11, 9, 5, 85, -1, 99, 4), "", `SELECT no = 9 AND member = 11 FROM book WHERE room = 1`},
	{"a number left out", posting(11, 10, 5, 85, -1, 99, 4), "not the next number", ""},
	{"a number again", posting(11, 8, 5, 85, -1, 99, 4), "not the next number", ""},
	{"a room without a book", strings.Replace(posting(21, 1, 5, 5, -1, 99, 4), "(1, 21", "(2, 21", 1), "balance does not follow", ""},
	{"a balance that does not follow", posting(11, 9, 5, 84, -1, 99, 4), "balance does not follow", ""},
	{"a member without a balance", posting(13, 9, 5, 5, -1, 99, 4), "balance does not follow", ""},
	{"a cause again", posting(11, 9, 5, 85, -1, 1, 4), "cause was posted before", ""},
	{"no amount", posting(11, 9, 0, 80, -1, 99, 4), "ledger_amount", ""},
	{"too large an amount", posting(11, 9, 2000000000, 2000000080, -1, 99, 4), "ledger_amount", ""},
	{"an unknown account", posting(11, 9, 5, 85, -9, 99, 4), "ledger_contra", ""},
	{"to oneself", posting(11, 9, 5, 85, 11, 99, 4), "ledger_contra", ""},
	{"an unknown cause", posting(11, 9, 5, 85, -1, 99, 12), "ledger_src", ""},
	{"no cause", posting(11, 9, 5, 85, -1, 0, 4), "ledger_src_id", ""},
	{"an odd leg against the room", posting(11, 9, 5, 85, -1, 99, 4+16), "ledger_leg", ""},
	{"before 1970", strings.Replace(posting(11, 9, 5, 85, -1, 99, 4), "4, 0, 0)", "4, -1, 0)", 1), "ledger_at", ""},
	{"below the floor", posting(11, 9, -61, 19, -1, 99, 4), "balance_floor", ""},
	{"a thousand times the most", `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
		INSERT INTO ledger (room, member, no, amount, balance, contra, src_id, cause, at, digest)
		SELECT 1, 12, 8 + i, 1000000000, 60 + i * 1000000000, -1, 5000 + i, 4, 0, 0 FROM n`, "balance_bounds", ""},
	{"the second half alone", posting(12, 9, 5, 65, 11, 99, 5+16), "not the other half", ""},
	{"another posting between the halves", posting(11, 9, -5, 75, 12, 99, 5) + posting(12, 10, 5, 65, -1, 98, 4), "not the other half", ""},
	{"a second half of another amount", posting(11, 9, -5, 75, 12, 99, 5) + posting(12, 10, 6, 66, 11, 99, 5+16), "not the other half", ""},
	{"both halves", posting(11, 9, -5, 75, 12, 99, 5) + posting(12, 10, 5, 65, 11, 99, 5+16), "", `SELECT unpaired IS NULL FROM book WHERE room = 1`},
	{"a reversal of another amount", posting(11, 9, -99, -19, -1, 1, 8), "not the reverse", ""},
	{"a reversal of somebody else's posting", posting(11, 9, -51, 29, -1, 2, 8), "not the reverse", ""},
	{"a reversal of a reversal", posting(12, 9, 5, 65, -1, 7, 8), "not the reverse", ""},
	{"a second reversal by another leg", posting(12, 9, -5, 55, -1, 4, 8+32), "not the reverse", ""},
	{"more than a hold has", posting(11, 9, -21, 59, -3, 1, 7+32), "more than the hold has left", ""},
	{"a capture that gives", posting(11, 9, 1, 81, -3, 1, 7+32), "more than the hold has left", ""},
	{"somebody else's hold", posting(12, 9, -5, 55, -3, 1, 7+32), "more than the hold has left", ""},
	{"a capture", posting(11, 9, -20, 60, -3, 1, 7+32), "", `SELECT held = 0 AND points = 60 FROM balance WHERE member = 11`},
	{"a changed posting", `UPDATE ledger SET at = 1 WHERE no = 1`, "postings are never changed", ""},
	{"a deleted posting", `DELETE FROM ledger WHERE no = 8`, "postings are never deleted", ""},

	{"points by hand", `UPDATE balance SET points = points + 1 WHERE member = 11`, "balance: changes only by a posting", ""},
	{"a floor by hand", `UPDATE balance SET floor = -50 WHERE member = 11`, "balance: changes only by a posting", ""},
	{"a digest by hand", `UPDATE balance SET digest = 0 WHERE member = 11`, "balance: changes only by a posting", ""},
	{"an earlier posting", `UPDATE balance SET last = 1, points = 100 WHERE member = 11`, "balance: changes only by a posting", ""},
	{"a balance of somebody else", `UPDATE balance SET member = 13 WHERE member = 11`, "balance: changes only by a posting", ""},
	{"held points by hand", `UPDATE balance SET held = 0 WHERE member = 11`, "held points change only by a hold", ""},
	{"a deleted balance", `DELETE FROM balance WHERE member = 12`, "balance: is never deleted", ""},
	{"a balance with points", `INSERT INTO balance (room, member, points) VALUES (1, 13, 5)`, "balance: starts once and empty", ""},
	{"a second balance", `INSERT OR REPLACE INTO balance (room, member) VALUES (1, 12)`, "balance: starts once and empty", ""},
	{"a member of another room", `INSERT INTO balance (room, member) VALUES (1, 21)`, "the member is of another room", ""},
	{"a floor above nothing", `INSERT INTO balance (room, member, floor) VALUES (1, 13, 5)`, "balance_floor_bounds", ""},
	{"half a rank", `UPDATE balance SET ranked = 2 WHERE member = 11`, "balance_ranked", ""},
	{"the bot is not ranked", `INSERT INTO balance (room, member) VALUES (1, 13)`, "", `SELECT ranked = 0 FROM balance WHERE member = 13`},
	{"who leaves is not ranked", `UPDATE member SET present = 0 WHERE id = 11`, "", `SELECT ranked = 0 FROM balance WHERE member = 11`},

	{"a number by hand", `UPDATE book SET no = 9 WHERE room = 1`, "book: changes only by a posting", ""},
	{"a missing half by hand", `UPDATE book SET unpaired = 8 WHERE room = 1`, "book: changes only by a posting", ""},
	{"a deleted book", `DELETE FROM book WHERE room = 1`, "book: is never deleted", ""},
	{"a book that starts late", `INSERT INTO book (room, no) VALUES (2, 5)`, "book: starts once and empty", ""},
	{"a second book", `INSERT OR REPLACE INTO book (room) VALUES (1)`, "book: starts once and empty", ""},
	{"a row where there is none", `INSERT INTO unpaired_leg VALUES (9)`, "unpaired_leg_is_empty", ""},
	{"a row without a number", `INSERT INTO unpaired_leg VALUES (NULL)`, "unpaired_leg_is_empty", ""},

	{"a changed memo", `UPDATE memo SET text = '别的' WHERE no = 1`, "memo: can only be erased", ""},
	{"a memo half erased", `UPDATE memo SET text = NULL WHERE no = 1`, "memo_erased", ""},
	{"a memo erased", `UPDATE memo SET text = NULL, salt = NULL WHERE no = 1`, "", `SELECT text IS NULL FROM memo WHERE no = 1`},
	{"a deleted memo", `DELETE FROM memo WHERE no = 1`, "memo: its commitment stays", ""},
	{"a memo for an old posting", `INSERT INTO memo (room, member, no, commitment) VALUES (1, 12, 2, zeroblob(32))`, "memo: belongs to a posting just made", ""},
	{"a short commitment", `INSERT INTO memo (room, member, no, commitment) VALUES (1, 12, 8, zeroblob(31))`, "memo_commitment", ""},

	{"a hold", `INSERT INTO hold (room, member, amount, src, src_id, at) VALUES (1, 11, 60, 1, 9, 0)`, "", `SELECT held = 80 FROM balance WHERE member = 11`},
	{"a hold of more than is free", `INSERT INTO hold (room, member, amount, src, src_id, at) VALUES (1, 11, 61, 1, 9, 0)`, "balance_floor", ""},
	{"a hold of nothing", `INSERT INTO hold (room, member, amount, src, src_id, at) VALUES (1, 11, 0, 1, 9, 0)`, "hold_amount", ""},
	{"a hold for an unknown thing", `INSERT INTO hold (room, member, amount, src, src_id, at) VALUES (1, 11, 1, 5, 9, 0)`, "hold_src", ""},
	{"a hold for nothing", `INSERT INTO hold (room, member, amount, src, src_id, at) VALUES (1, 11, 1, 1, 0, 0)`, "hold_src_id", ""},
	{"the same hold", `INSERT OR REPLACE INTO hold (room, member, amount, src, src_id, at) VALUES (1, 11, 1, 4, 1, 0)`, "hold: was made before", ""},
	{"a changed hold", `UPDATE hold SET amount = 1 WHERE id = 1`, "hold: is never changed", ""},
	{"a deleted hold", `DELETE FROM hold WHERE id = 1`, "hold: is never deleted", ""},
	{"a release", `INSERT INTO hold_release VALUES (1, 20, 0)`, "", `SELECT held = 0 FROM balance WHERE member = 11`},
	{"a release of more", `INSERT INTO hold_release VALUES (1, 30, 0)`, "hold: is resolved once", ""},
	{"a release of nothing", `INSERT INTO hold_release VALUES (2, 0, 0)`, "hold: is resolved once", ""},
	{"a second release", `INSERT OR REPLACE INTO hold_release VALUES (2, 5, 0)`, "hold: is resolved once", ""},
	{"a changed release", `UPDATE hold_release SET at = 1`, "a release is never changed", ""},
	{"a deleted release", `DELETE FROM hold_release`, "a release is never deleted", ""},
}

// guarded makes the ledger that the edits are tried on.
func guarded(db *DB) error {
	return db.Write(context.Background(), func(tx *Tx) error {
		reason := grant(11, 100, 1)
		reason.Memo = "活动"
		steps := []func() error{
			func() error { _, err := tx.Post(reason); return err },
			func() error { _, err := tx.Post(grant(12, 51, 2)); return err },
			func() error {
				_, _, err := tx.Transfer(scoring.Posting{Room: 1, Member: 11, Amount: 10, Contra: 12, Cause: scoring.CauseTransfer, CauseID: 3, At: noon})
				return err
			},
			func() error {
				h, err := tx.Hold(scoring.Hold{Room: 1, Member: 11, Amount: 30, Kind: scoring.HoldRedeem, KindID: 1, At: noon})
				if err != nil {
					return err
				}
				_, err = tx.Capture(h, 10, scoring.ContraShop, 0, noon)
				return err
			},
			func() error { _, err := tx.Post(grant(12, 5, 4)); return err },
			func() error { _, err := tx.Reverse(1, 6, noon, ""); return err },
			func() error {
				h, err := tx.Hold(scoring.Hold{Room: 1, Member: 12, Amount: 5, Kind: scoring.HoldRedeem, KindID: 2, At: noon})
				if err != nil {
					return err
				}
				_, err = tx.Release(h.ID, noon)
				return err
			},
			func() error { _, err := tx.Fine(1, 12, 1, 1, noon); return err },
		}
		for i, step := range steps {
			if err := step(); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
		}
		return nil
	})
}

// try makes an edit in a transaction that is rolled back and says what was
// not as expected.
func try(db *DB, e edit) error {
	over := errors.New("over")
	err := db.Write(context.Background(), func(tx *Tx) error {
		if _, err := tx.exec(e.sql); err != nil {
			return err
		}
		if e.probe != "" {
			var holds bool
			if err := tx.queryRow(e.probe).Scan(&holds); err != nil || !holds {
				return fmt.Errorf("effect is missing (%w)", err)
			}
		}
		return over
	})
	switch {
	case e.want == "" && errors.Is(err, over):
		return nil
	case e.want != "" && err != nil && strings.Contains(err.Error(), e.want):
		return nil
	}
	return fmt.Errorf("%s: got %w, want %q", e.name, err, e.want)
}

func TestHandEditsAreRefused(t *testing.T) {
	db := newLedger(t)
	if err := guarded(db); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			if err := try(db, e); err != nil {
				t.Error(err)
			}
		})
	}
	err := db.Write(context.Background(), func(tx *Tx) error {
		_, err := tx.exec(posting(11, 9, -5, 75, 12, 99, 5))
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") {
		t.Errorf("half a transfer was committed: %v", err)
	}
	healthy(t, db)
}

// A schema without one of its guards must be seen by the edits above: else
// nothing shows that the guard does anything.
func TestEveryGuardIsNeeded(t *testing.T) {
	const name = "migrations/0002_ledger.sql"
	schema, err := fs.ReadFile(embedded, name)
	if err != nil {
		t.Fatal(err)
	}
	guards := regexp.MustCompile(`(?s)CREATE TRIGGER (\w+) .*?END;|\s*CONSTRAINT (\w+) CHECK `).
		FindAllStringSubmatchIndex(string(schema), -1)
	all := strings.Count(string(schema), "CREATE TRIGGER") + strings.Count(string(schema), "CHECK (")
	if len(guards) != all || all < 46 {
		t.Fatalf("found %d of %d guards in the schema", len(guards), all)
	}
	// What a later migration makes anew is tried there.
	later, err := fs.ReadFile(embedded, "migrations/0005_guest.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range guards {
		var guard, mutant string
		if at[2] >= 0 {
			guard, mutant = string(schema[at[2]:at[3]]), string(schema[:at[0]])+string(schema[at[1]:])
		} else {
			guard = string(schema[at[4]:at[5]])
			mutant = string(schema[:at[0]]) + string(schema[at[1]+parenthesis(string(schema[at[1]:])):])
			// A table's own constraint follows a comma that would be left over.
			mutant = regexp.MustCompile(`,\s*\) STRICT`).ReplaceAllString(mutant, ") STRICT")
		}
		if strings.Contains(string(later), "DROP TRIGGER "+guard+";") {
			continue
		}
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			db := mustOpen(t, filepath.Join(t.TempDir(), "menshen.db"), embeddedWith(t, name, mutant))
			fillRooms(t, db)
			if err := guarded(db); err != nil {
				return // caught: the ledger does not even work
			}
			for _, e := range edits {
				if try(db, e) != nil {
					return
				}
			}
			t.Error("no edit sees that this guard is gone")
		})
	}
}

// parenthesis returns the length of the parenthesised text at the start of s.
func parenthesis(s string) int {
	depth := 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}
