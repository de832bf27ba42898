package data

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// ofPoints are two rows in each table of what members do with points, as the
// program writes them; pointEdits change them to what it never writes.
var ofPoints = []string{
	`INSERT INTO member (id, room, nick, seen) VALUES (22, 2, '丁', 0), (23, 2, '戊', 0)`,
	`INSERT INTO checkin (id, room, member, day, at, streak, points) VALUES (1, 1, 11, 20260901, 0, 1, 5), (2, 1, 12, 20260901, 0, 1, 5)`,
	`INSERT INTO invite (newcomer, room, inviter, due, until, points, state) VALUES (12, 1, 11, 0, 0, 5, 'waiting')`,
	`INSERT INTO packet (id, room, sponsor, total, shares, equal, seed, at, expires, state, cause)
		VALUES (1, 1, 11, 10, 2, 0, zeroblob(32), 0, 0, 'open', 1), (2, 1, 12, 10, 2, 1, zeroblob(32), 0, 0, 'empty', 2)`,
	`INSERT INTO packet_grab (packet, n, member, amount, at) VALUES (1, 1, 11, 5, 0), (1, 2, 12, 5, 0)`,
	`INSERT INTO item (id, room, name, price, stock) VALUES (1, 1, '券', 20, 5), (2, 1, '书', 20, 5)`,
	`INSERT INTO redemption (id, room, member, item, price, state, at, expires, cause)
		VALUES (1, 1, 11, 1, 20, 'approved', 0, 0, 1), (2, 1, 12, 1, 20, 'open', 0, 0, 2)`,
	`INSERT INTO item_code (id, item, code, redemption) VALUES (1, 1, 'A', 1), (2, 1, 'B', NULL)`,
	`INSERT INTO draw (id, room, stake, winners, prize, least, seed, at, closes, state, cause)
		VALUES (1, 1, 10, 1, 10, 2, zeroblob(32), 0, 0, 'open', 1), (2, 1, 0, 1, 0, 2, zeroblob(32), 0, 0, 'drawn', 2)`,
	`INSERT INTO draw_entry (id, draw, n, member, name) VALUES (1, 1, 1, 11, '甲'), (2, 1, 2, 12, '乙')`,
	`INSERT INTO pass (id, room, member, points, at, until, back, state, cause)
		VALUES (1, 1, 11, 20, 0, 0, 0, 'open', 1), (2, 1, 12, 20, 0, 0, 0, 'used', 2)`,
	`INSERT INTO shared_ledger (room, ledger) VALUES (2, 1)`,
	`INSERT INTO purse (id, member, room, account) VALUES (1, 21, 1, 11), (2, 22, 1, 12)`,
	`INSERT INTO member (id, room, present, seen, merged_into) VALUES (15, 1, 0, 0, 23)`,
	`INSERT INTO book (room) VALUES (1)`,
	`INSERT INTO balance (room, member) VALUES (1, 11), (1, 12), (1, 13), (1, 15)`,
}

// pointEdits has one row for each guard: only that one refuses it.
var pointEdits = []edit{
	{"a check-in without a streak", `UPDATE checkin SET streak = 0`, "streak > 0", ""},
	{"a check-in that takes points", `UPDATE checkin SET points = -1`, "points >= 0", ""},
	{"a second check-in of a day", `UPDATE checkin SET member = 11`, "checkin.member, checkin.day", ""},

	{"who invited themselves", `UPDATE invite SET inviter = 12`, "inviter <> newcomer", ""},
	{"an invitation for nothing", `UPDATE invite SET points = 0`, "points > 0", ""},
	{"an unknown state of an invitation", `UPDATE invite SET state = 'paid'`, "'credited'", ""},

	{"less points than shares", `UPDATE packet SET total = 1`, "total >= shares", ""},
	{"no shares", `UPDATE packet SET shares = 0`, "shares > 0", ""},
	{"half equal", `UPDATE packet SET equal = 2`, "equal IN", ""},
	{"a short seed of a packet", `UPDATE packet SET seed = zeroblob(31)`, "length(seed)", ""},
	{"an unknown state of a packet", `UPDATE packet SET state = 'lost'`, "'empty'", ""},
	{"two packets of one message", `UPDATE packet SET cause = 1`, "packet.room, packet.cause", ""},

	{"a share before the first", `UPDATE packet_grab SET n = 0 WHERE n = 1`, "n > 0", ""},
	{"an empty share", `UPDATE packet_grab SET amount = 0`, "amount > 0", ""},
	{"two shares for one member", `UPDATE packet_grab SET member = 11`, "packet_grab.packet, packet_grab.member", ""},
	{"one share twice", `UPDATE packet_grab SET n = 1`, "packet_grab.packet, packet_grab.n", ""},

	{"an item for nothing", `UPDATE item SET price = 0`, "price > 0", ""},
	{"more sold than there was", `UPDATE item SET stock = -1`, "stock >= 0", ""},
	{"half shown", `UPDATE item SET shown = 2`, "shown IN", ""},
	{"two items of one name", `UPDATE item SET name = '券'`, "item.room, item.name", ""},
	{"two codes for one redemption", `UPDATE item_code SET redemption = 1`, "item_code.redemption", ""},
	{"a code twice", `UPDATE item_code SET code = 'A'`, "item_code.item, item_code.code", ""},

	{"redeemed for nothing", `UPDATE redemption SET price = 0`, "price > 0", ""},
	{"an unknown state of a redemption", `UPDATE redemption SET state = 'lost'`, "'approved'", ""},
	{"two redemptions of one message", `UPDATE redemption SET cause = 1`, "redemption.room, redemption.cause", ""},

	{"a stake that is paid out", `UPDATE draw SET stake = -1`, "stake >= 0", ""},
	{"no winners", `UPDATE draw SET winners = 0`, "winners > 0", ""},
	{"a prize that is taken", `UPDATE draw SET prize = -1`, "prize >= 0", ""},
	{"everybody wins", `UPDATE draw SET least = 1`, "least > winners", ""},
	{"a short seed of a draw", `UPDATE draw SET seed = zeroblob(31)`, "length(seed)", ""},
	{"an unknown state of a draw", `UPDATE draw SET state = 'lost'`, "'drawn'", ""},
	{"two draws of one message", `UPDATE draw SET cause = 1`, "draw.room, draw.cause", ""},
	{"an entrant before the first", `UPDATE draw_entry SET n = 0 WHERE n = 1`, "n > 0", ""},
	{"one number for two", `UPDATE draw_entry SET n = 1`, "draw_entry.draw, draw_entry.n", ""},
	{"two chances for one member", `UPDATE draw_entry SET member = 11`, "draw_entry.draw, draw_entry.member", ""},

	{"a pass for nothing", `UPDATE pass SET points = 0`, "points > 0", ""},
	{"an unknown state of a pass", `UPDATE pass SET state = 'lost'`, "'forfeited'", ""},
	{"two passes of one message", `UPDATE pass SET cause = 1`, "pass.room, pass.cause", ""},

	{"a ledger shared with itself", `UPDATE shared_ledger SET ledger = 2`, "ledger <> room", ""},
	{"two purses of one member", `UPDATE purse SET member = 21`, "purse.member", ""},
	{"a purse that is its own", `UPDATE purse SET account = 21 WHERE id = 1`, "account <> member", ""},

	{"who left both rooms is not ranked", `UPDATE member SET present = 0 WHERE id IN (11, 21)`, "", `SELECT ranked = 0 FROM balance WHERE member = 11`},
	{"who left one of both is", `UPDATE member SET present = 0 WHERE id = 11`, "", `SELECT ranked = 1 FROM balance WHERE member = 11`},
	{"the bot is not", `UPDATE item SET stock = 4`, "", `SELECT ranked = 0 FROM balance WHERE member = 13`},
	{"a guest is", `INSERT INTO purse (member, room, account) VALUES (23, 1, 15)`, "", `SELECT ranked = 1 FROM balance WHERE member = 15`},
	{"a guest who went home is not", `INSERT INTO purse (member, room, account) VALUES (23, 1, 15); DELETE FROM purse WHERE member = 23`, "", `SELECT ranked = 0 FROM balance WHERE member = 15`},
	{"all as the program writes it", `UPDATE packet SET state = 'expired'`, "", `SELECT count(*) = 2 FROM packet WHERE state = 'expired'`},
}

// withPoints opens a database with those rows.
func withPoints(t *testing.T, migrations fs.FS) *DB {
	t.Helper()
	db := mustOpen(t, filepath.Join(t.TempDir(), "menshen.db"), migrations)
	fillRooms(t, db)
	do(t, db, func(tx *Tx) error {
		for _, q := range ofPoints {
			if _, err := tx.exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	return db
}

func TestHandEditsOfPointsAreRefused(t *testing.T) {
	db := withPoints(t, embedded)
	for _, e := range pointEdits {
		t.Run(e.name, func(t *testing.T) {
			if err := try(db, e); err != nil {
				t.Error(err)
			}
		})
	}
}

// As for the ledger: a schema without one of its guards must be seen by an
// edit.
func TestEveryGuardOfPointsIsNeeded(t *testing.T) {
	all := 0
	for _, name := range []string{"migrations/0003_points.sql", "migrations/0005_guest.sql"} {
		text, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		schema := regexp.MustCompile(`--[^\n]*`).ReplaceAllString(string(text), "")
		for _, at := range regexp.MustCompile(`(?s),?\s*\b(CHECK|UNIQUE)\b( \()?|CREATE TRIGGER .*?END;`).FindAllStringSubmatchIndex(schema, -1) {
			all++
			end := at[1]
			if open := at[4] + 1; open > 0 { // else it is a trigger or belongs to a column
				end = open + parenthesis(schema[open:])
			}
			guard, _, _ := strings.Cut(strings.TrimLeft(schema[at[0]:end], ", \n"), "\n")
			table := "0"
			if before := strings.LastIndex(schema[:at[0]], "CREATE TABLE "); before >= 0 {
				table, _, _ = strings.Cut(schema[before+len("CREATE TABLE "):], " ")
			}
			mutant := schema[:at[0]] + schema[end:]
			t.Run(table+" "+guard, func(t *testing.T) {
				t.Parallel()
				db := withPoints(t, embeddedWith(t, name, mutant))
				for _, e := range pointEdits {
					if try(db, e) != nil {
						return
					}
				}
				t.Error("no edit sees that this guard is gone")
			})
		}
	}
	if all < 44 {
		t.Fatalf("found %d guards in the schema", all)
	}
}

// embeddedWith is the program's migrations with one in another form.
func embeddedWith(t *testing.T, name, form string) fs.FS {
	t.Helper()
	all, err := fs.Glob(embedded, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, file := range all {
		text, err := fs.ReadFile(embedded, file)
		if err != nil {
			t.Fatal(err)
		}
		files[file] = &fstest.MapFile{Data: text}
	}
	files[name] = &fstest.MapFile{Data: []byte(form)}
	return files
}
