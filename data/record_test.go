package data

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func message(id string, from chat.MemberID, text string, at time.Time) chat.Message {
	return chat.Message{ID: id, Room: theRoom, From: from, Kind: chat.KindText, Text: text, Time: at}
}

// evening is a batch of which every message has effects.
func (h *house) evening(tx *Tx) error {
	for i, m := range []chat.Message{
		message("1", jia, "有刷单的找我，日结", h.clock),
		message("2", yi, "大家晚上好呀", h.clock),
		message("3", bing, "签到", h.clock),
	} {
		old, err := tx.Seen(m, true)
		if err != nil || old {
			return err
		}
		next, err := tx.nextCase()
		if err != nil {
			return err
		}
		open := h.strike(next, m.From, 1)
		err = tx.Apply(open,
			decision.Speak{Say: decision.Say{Cause: m.ID, Kind: decision.SayWarning, Room: theRoom, Case: next, Text: "警告"}},
			decision.Speak{Say: decision.Say{Cause: m.ID, Kind: decision.SayInbox, Room: theRoom, ToOwners: true, Text: fmt.Sprint(i)}},
			decision.SetMember{Member: m.From, Introduced: ptr(true)})
		if err != nil {
			return err
		}
	}
	return nil
}

// dump returns every row of every table that the road writes.
func (h *house) dump() string {
	h.t.Helper()
	var all string
	for _, table := range []string{"message", "activity", "cases", "outbox", "audit", "member", "room", "session"} {
		h.view(func(tx *Tx) error {
			rows, err := tx.query(`SELECT * FROM ` + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new(any)
				}
				if err := rows.Scan(values...); err != nil {
					return err
				}
				all += table
				for i, v := range values {
					if columns[i] != "salt" && columns[i] != "commitment" { // these are drawn by lot
						all += fmt.Sprintf(" %v", *v.(*any))
					}
				}
				all += "\n"
			}
			return rows.Err()
		})
	}
	return all
}

func TestReplayOfABatchChangesNothing(t *testing.T) {
	h := newHouse(t)
	b := chat.Batch{Session: login, Cursor: []byte("cursor-1")}
	if err := h.Record(t.Context(), b, h.evening); err != nil {
		t.Fatal(err)
	}
	first := h.dump()
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM cases`); n != 3 {
		t.Fatalf("%d cases, want 3", n)
	}
	for range 3 {
		if err := h.Record(t.Context(), b, h.evening); err != nil {
			t.Fatal(err)
		}
		h.mem.drop() // as after a restart
	}
	if again := h.dump(); again != first {
		t.Errorf("a replay changed the record:\n%s\nwas\n%s", again, first)
	}
}

func TestCursorIsStoredWithTheEffects(t *testing.T) {
	h := newHouse(t)
	boom := errors.New("boom")
	b := chat.Batch{Session: login, Cursor: []byte("cursor-1")}
	err := h.Record(t.Context(), b, func(tx *Tx) error { return errors.Join(h.evening(tx), boom) })
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM message`); n != 0 {
		t.Errorf("%d messages of a failed batch stored", n)
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM session WHERE cursor IS NOT NULL`); n != 0 {
		t.Error("the cursor of a failed batch was stored")
	}
	if err := h.Record(t.Context(), b, h.evening); err != nil {
		t.Fatal(err)
	}
	if got := scalar[string](t, h.DB, `SELECT CAST(cursor AS TEXT) FROM session`); got != "cursor-1" {
		t.Errorf("cursor %q", got)
	}
	b.Session = "somebody else's"
	if err := h.Record(t.Context(), b, h.evening); !errors.Is(err, ErrNoSession) {
		t.Errorf("a batch of an unknown session: %v", err)
	}
}

func TestMessageIDsAreScopedByAccount(t *testing.T) {
	h := newHouse(t)
	write(t, h.DB, `INSERT INTO account (id, uin, simulated, created) VALUES (8, '456', 1, 1)`)
	write(t, h.DB, `INSERT INTO session (id, account, started) VALUES ('session-b', 8, 1)`)
	for _, tt := range []struct {
		session string
		want    bool
	}{{login, false}, {login, true}, {"session-b", false}} {
		err := h.Record(t.Context(), chat.Batch{Session: tt.session}, func(tx *Tx) error {
			old, err := tx.Seen(message("1", jia, "早", midday), false)
			if old != tt.want {
				t.Errorf("%s: seen before: %v", tt.session, old)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSeenCountsPerLocalDay(t *testing.T) {
	h := newHouse(t)
	late := time.Date(2026, 9, 1, 15, 59, 59, 0, time.UTC) // 23:59:59 in Shanghai
	h.record(func(tx *Tx) error {
		for i, m := range []chat.Message{
			message("1", jia, "早", late), message("2", jia, "今天的书真好看", late), message("3", jia, "good morning all", late.Add(time.Second)),
		} {
			if _, err := tx.Seen(m, i != 1); err != nil {
				return err
			}
		}
		m, _, err := tx.Member(jia)
		if m.Substantive != 2 {
			t.Errorf("%d substantive messages in the transaction, want 2", m.Substantive)
		}
		return err
	})
	for day, want := range map[int]string{20260901: "2/1", 20260902: "1/1"} {
		if got := scalar[string](t, h.DB, `SELECT messages || '/' || substantive FROM activity WHERE day = ?1`, day); got != want {
			t.Errorf("day %d: %s, want %s", day, got, want)
		}
	}
	if got := scalar[string](t, h.DB, `SELECT group_concat(coalesce(text, '-')) FROM message`); got != "早,-,good morning all" {
		t.Errorf("kept %q", got)
	}
}

func TestPastAndTexts(t *testing.T) {
	h := newHouse(t)
	h.record(func(tx *Tx) error {
		for i := range 6 {
			m := message(fmt.Sprint(i), jia, fmt.Sprint("第", i), h.clock.Add(time.Duration(i)*time.Second))
			if i == 5 {
				m.From = yi
			}
			if _, err := tx.Seen(m, i != 4); err != nil {
				return err
			}
		}
		return nil
	})
	a := h.ask(decision.Query{Room: theRoom, Member: jia, Past: 3, Texts: 10, Since: h.clock.Add(time.Second)})
	if len(a.Past) != 3 || a.Past[0].ID != "2" || a.Past[2].ID != "4" || a.Past[2].Text != "" {
		t.Errorf("past: %+v", a.Past)
	}
	if len(a.Texts) != 4 || a.Texts[0].ID != "1" || a.Texts[3].Member != yi {
		t.Errorf("texts: %+v", a.Texts)
	}
}

func TestMemoryForgetsWhatWasRolledBack(t *testing.T) {
	h := newHouse(t)
	h.refused(decision.SetMember{Member: jia, Trusted: ptr(true)}, decision.SetMember{Member: 99, Trusted: ptr(true)})
	h.record(func(tx *Tx) error {
		m, _, err := tx.Member(jia)
		if m.Trusted {
			t.Error("a rolled back change was remembered")
		}
		return err
	})
}

// Readers remember rooms; a change is seen by the next reader all the same.
func TestReadersSeeAChangedRoom(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		limit := i + 1
		h.apply(decision.SetSetting{Room: theRoom, Key: "warning_limit", Value: fmt.Sprint(limit)})
		for range 2 {
			if got := h.room(theRoom).Settings.WarningLimit; got != limit {
				t.Fatalf("limit %d, want %d", got, limit)
			}
		}
		h.refused(decision.SetSetting{Room: theRoom, Key: "warning_limit", Value: "9"}, decision.SetRoom{Room: 99})
	}
	h.apply(decision.SetMember{Member: theBot, Name: ptr("新门神")})
	if got := h.room(theRoom).BotName; got != "新门神" {
		t.Errorf("name %q", got)
	}
}

// The writer remembers what members said lately; it must say what is stored.
func TestPastIsRememberedAsStored(t *testing.T) {
	h := newHouse(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		at := h.clock.Add(time.Duration(i*7+rng.IntN(20)) * time.Second) // sometimes out of order
		since := at.Add(-10 * time.Minute)
		who := []chat.MemberID{jia, yi}[rng.IntN(2)]
		err := h.Record(t.Context(), chat.Batch{Session: login}, func(tx *Tx) error {
			if _, err := tx.Seen(message(fmt.Sprint(i), who, fmt.Sprint("第", i), at), rng.IntN(3) > 0); err != nil {
				return err
			}
			got, err := tx.past(who, since, 40)
			if err != nil {
				return err
			}
			want, err := tx.pastStored(who, since, 40)
			if err != nil {
				return err
			}
			if !slices.Equal(got, want) {
				t.Fatalf("message %d: remembered\n%v\nstored\n%v", i, got, want)
			}
			if rng.IntN(20) == 0 {
				return errNoRow // rolled back: nobody said it
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNoRow) {
			t.Fatal(err)
		}
	}
}
