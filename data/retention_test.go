package data

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

var keepDefault = Retention{Text: 7 * 24 * time.Hour, Evidence: 30 * 24 * time.Hour, Decisions: 180 * 24 * time.Hour}

// aged is a house in which something happened every 10 days for 200 days.
func aged(t *testing.T) *house {
	h := newHouse(t)
	start := h.clock
	for i := range 20 {
		h.clock = start.AddDate(0, 0, 10*i)
		h.record(func(tx *Tx) error {
			m := message(fmt.Sprint(i), jia, "秘密的话", h.clock)
			if _, err := tx.Seen(m, true); err != nil {
				return err
			}
			open := h.strike(int64(i+1), jia, 1)
			open.Case.Evidence, open.Case.State = "秘密的话", decision.CaseSettled
			return tx.Apply(open, say(m.ID, decision.SayWarning, 0),
				decision.MarkSay{ID: int64(i + 1), State: decision.SayCancelled, At: h.clock})
		})
	}
	h.clock = start.AddDate(0, 0, 200)
	return h
}

func TestPurge(t *testing.T) {
	h := aged(t)
	waiting := h.strike(21, yi, 1) // old, but an appeal is open
	waiting.Case.Opened, waiting.Case.Appeal, waiting.Case.Evidence = midday, decision.AppealOpen, "秘密的话"
	counts := h.strike(22, yi, 2) // old, but it counts for ever
	counts.Case.Opened, counts.Case.Expires = midday, time.Time{}
	h.apply(waiting, counts, decision.SetMember{Member: bing, Present: ptr(false), At: midday})
	p, err := h.Purge(t.Context(), h.clock, keepDefault)
	if err != nil {
		t.Fatal(err)
	}
	want := Purged{Texts: 20, Messages: 17, Evidence: 19, Decisions: 2, Sentences: 17, Names: 1}
	if p != want {
		t.Errorf("purged %+v, want %+v", p, want)
	}
	if again, err := h.Purge(t.Context(), h.clock, keepDefault); err != nil || again != (Purged{}) {
		t.Errorf("a second purge found %+v (%v)", again, err)
	}
	if c := h.ask(decision.Query{Case: 1}).Case; c == nil || c.Member != 0 || c.State != decision.CaseSettled || !c.Opened.Equal(midday) {
		t.Errorf("an old case is %+v", c)
	}
	if c := h.ask(decision.Query{Case: 21}).Case; c.Member != yi || c.Evidence != "" {
		t.Errorf("a waiting case is %+v", c)
	}
	if found, err := h.Verify(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the chain after a purge: %v (%v)", found, err)
	}
}

func TestPurgeForgetsTheNamesOfOldLogins(t *testing.T) {
	h := newHouse(t)
	write(t, h.DB, `INSERT INTO session (id, account, started) VALUES ('session-b', 7, ?1)`, h.clock.UnixMilli())
	write(t, h.DB, `INSERT INTO alias (session, name, room, member) VALUES ('session-a', '@a', 1, 3), ('session-b', '@b', 1, 3)`)
	if _, err := h.Purge(t.Context(), h.clock.AddDate(0, 0, 30), keepDefault); err != nil {
		t.Fatal(err)
	}
	if got := scalar[string](t, h.DB, `SELECT group_concat(session) FROM alias`); got != "session-b" {
		t.Errorf("names are left of %s, want the newest login", got)
	}
}

func TestPurgedTextIsNotInTheFiles(t *testing.T) {
	h := aged(t)
	h.clock = h.clock.AddDate(1, 0, 0)
	p, err := h.Purge(t.Context(), h.clock, keepDefault)
	if err != nil || p.Left != 0 {
		t.Fatalf("purged %+v (%v)", p, err)
	}
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(h.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("秘密的话")) {
			t.Errorf("the text is still in menshen.db%s", suffix)
		}
	}
}

func TestAFullDiskIsATypedError(t *testing.T) {
	h := newHouse(t)
	write(t, h.DB, fmt.Sprintf(`PRAGMA max_page_count = %d`, scalar[int](t, h.DB, `SELECT page_count FROM pragma_page_count`)))
	fill := func(from, n int) error {
		return h.Record(t.Context(), chat.Batch{Session: login, Cursor: []byte("c")}, func(tx *Tx) error {
			for i := range n {
				if _, err := tx.Seen(message(fmt.Sprint(from+i), jia, "今天晚上一起去跑步的人在这里报名", h.clock), true); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := fill(0, 10_000); !errors.Is(err, ErrFull) {
		t.Fatalf("a full disk: %v", err)
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM message`); n != 0 {
		t.Errorf("%d messages of the failed batch stored", n)
	}
	write(t, h.DB, `PRAGMA max_page_count = 1000000`)
	if err := fill(0, 100); err != nil {
		t.Errorf("after room was made: %v", err)
	}
}
