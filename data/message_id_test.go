package data

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"menshen/bot/decision"
)

// manyIDs returns message ids of every kind, all different.
func manyIDs() []string {
	return []string{
		"8213449186428148563", "9223372036854775807", "9223372036854775808", "-5", "17", "017", "+17", " 17", "17.0", "0", "-0", "m1", "１７",
	}
}

// TestMessageIDsStayApart stores an id as a number only where that says the
// same: another spelling is another message.
func TestMessageIDsStayApart(t *testing.T) {
	h := newHouse(t)
	for _, seen := range []bool{false, true} {
		h.wantSeen(seen, manyIDs()...)
	}
	var back []string
	for _, p := range h.ask(decision.Query{Room: theRoom, Member: jia, Past: 64, Since: h.clock}).Past {
		back = append(back, p.ID)
	}
	if !slices.Equal(back, manyIDs()) {
		t.Errorf("stored %q, read %q", manyIDs(), back)
	}
}

// wantSeen delivers messages by their ids.
func (h *house) wantSeen(want bool, ids ...string) {
	h.t.Helper()
	h.record(func(tx *Tx) error {
		for _, id := range ids {
			old, err := tx.Seen(message(id, jia, "早", h.clock), true)
			if err != nil {
				return err
			}
			if old != want {
				h.t.Errorf("message %q was seen before: %v", id, old)
			}
		}
		return nil
	})
}

// TestMigratedMessagesAreKnown brings messages of the schema that stored ids as
// text: a replay is a replay, and their numbers, which cause postings, do not
// come again.
func TestMigratedMessagesAreKnown(t *testing.T) {
	path, older := filepath.Join(t.TempDir(), "menshen.db"), fstest.MapFS{}
	all, err := loadMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all[:5] {
		older["migrations/"+m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	db, err := open(path, older)
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, `INSERT INTO account (id, uin, simulated, created) VALUES (7, '123', 1, 1)`)
	write(t, db, `INSERT INTO session (id, account, started) VALUES ('session-a', 7, 1)`)
	write(t, db, `INSERT INTO room (id, account, name, active, created) VALUES (1, 7, '读书群', 1, 1)`)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (3, 1, '甲', 1)`)
	for _, id := range manyIDs() {
		write(t, db, `INSERT INTO message (account, id, room, member, kind, at, text) VALUES (7, '`+id+`', 1, 3, 'text', 1, '早')`)
	}
	write(t, db, `DELETE FROM message WHERE id = '17'`)
	write(t, db, `INSERT INTO message (account, id, room, member, kind, at) VALUES (7, 'last', 1, 3, 'text', 1)`)
	write(t, db, `DELETE FROM message WHERE id = 'last'`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	h := &house{DB: mustOpen(t, path, embedded), t: t, clock: midday}
	known := slices.DeleteFunc(manyIDs(), func(id string) bool { return id == "17" })
	h.wantSeen(true, known...)
	h.wantSeen(false, "17", "last")
	last := len(manyIDs()) + 1 // was deleted, and replays take no number
	if n := scalar[int](t, h.DB, `SELECT min(n) FROM message WHERE id IN (17, 'last')`); n <= last {
		t.Errorf("a new message got number %d, which %d had before", n, last)
	}
	if got := scalar[int](t, h.DB, `SELECT count(*) FROM message WHERE text = '早'`); got != len(known)+2 {
		t.Errorf("%d texts, want %d", got, len(known)+2)
	}
}

// TestFoundByIndex asks SQLite how it looks for what every message, every look
// at the health and every member in doubt needs.
func TestFoundByIndex(t *testing.T) {
	h := newHouse(t)
	for name, tt := range map[string]struct {
		query, want string
		args        []any
	}{
		"what a member said": {pastOf, "SEARCH message USING INDEX message_room (room=?", []any{jia, 0, 40}},
		"own data":           {`SELECT count(*), count(text) FROM message WHERE ` + saidBy, "SEARCH message USING INDEX message_room (room=?", []any{jia}},
		"who one may be":     {`SELECT 1 FROM member m WHERE ` + mayHaveBeen, "SEARCH l USING INDEX link_member (member=?", []any{jia, 0}},
	} {
		h.view(func(tx *Tx) error {
			plan, err := collect(tx, func(scan func(...any) error) (what string, err error) {
				var id, parent, unused int
				err = scan(&id, &parent, &unused, &what)
				return what, err
			}, `EXPLAIN QUERY PLAN `+tt.query, tt.args...)
			if text := strings.Join(plan, "\n"); !strings.Contains(text, tt.want) || strings.Contains(text, "SCAN l\n") {
				t.Errorf("%s:\n%s", name, text)
			}
			return err
		})
	}
}

// TestPurgeOfManyTexts takes more than one transaction.
func TestPurgeOfManyTexts(t *testing.T) {
	h := newHouse(t)
	const many = 2*purgeLot + 500
	h.record(func(tx *Tx) error {
		_, err := tx.exec(`WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ?1)
			INSERT INTO message (account, id, room, member, kind, at, text) SELECT 7, n, 1, 3, 'text', ?2 + (n % 2) * 86400000, '早' FROM i`,
			many, midday.UnixMilli())
		return err
	})
	p, err := h.Purge(t.Context(), midday.Add(keepDefault.Text).Add(time.Millisecond), keepDefault)
	if err != nil || p.Texts != many/2 || p.Left != 0 {
		t.Errorf("purged %+v (%v), want %d texts", p, err, many/2)
	}
}
