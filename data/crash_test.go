package data

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// wreck copies the files as a crash at this moment would leave them and opens
// the copy. Another process copies: closing a descriptor of the database would
// drop the locks that SQLite holds in this one.
func (h *house) wreck(t *testing.T) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "menshen.db")
	for _, suffix := range []string{"", "-wal"} {
		if _, err := os.Stat(h.Path() + suffix); err != nil {
			continue
		}
		if out, err := exec.CommandContext(t.Context(), "cp", h.Path()+suffix, path+suffix).CombinedOutput(); err != nil {
			t.Fatalf("cp: %v: %s", err, out)
		}
	}
	w := &house{t: t, clock: h.clock}
	w.DB = mustOpen(t, path, embedded)
	w.Now = h.Now
	return w
}

// A crash at any step of a batch leaves all of it or nothing, and the replay
// that follows makes what an undisturbed run makes.
func TestCrashInABatch(t *testing.T) {
	t.Parallel()
	b := chat.Batch{Session: login, Cursor: []byte("cursor-1")}
	calm := newHouse(t)
	if err := calm.Record(t.Context(), b, calm.evening); err != nil {
		t.Fatal(err)
	}
	want := calm.dump()
	steps := []struct {
		name  string
		crash func(t *testing.T, h *house) *house
	}{
		{"before anything", func(t *testing.T, h *house) *house { return h.wreck(t) }},
		{"after the first message", func(t *testing.T, h *house) (w *house) {
			err := h.Record(t.Context(), b, func(tx *Tx) error {
				if _, err := tx.Seen(message("1", jia, "有刷单的找我，日结", h.clock), true); err != nil {
					return err
				}
				w = h.wreck(t)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return w
		}},
		{"after all effects", func(t *testing.T, h *house) (w *house) {
			err := h.Record(t.Context(), b, func(tx *Tx) error {
				err := h.evening(tx)
				w = h.wreck(t)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return w
		}},
		{"after the commit", func(t *testing.T, h *house) *house {
			if err := h.Record(t.Context(), b, h.evening); err != nil {
				t.Fatal(err)
			}
			return h.wreck(t)
		}},
	}
	for _, first := range steps {
		for _, second := range steps { // crashes come in pairs
			if testing.Short() && second.name != steps[0].name {
				continue
			}
			t.Run(first.name+", "+second.name, func(t *testing.T) {
				h := second.crash(t, first.crash(t, newHouse(t)))
				if err := h.Record(t.Context(), b, h.evening); err != nil {
					t.Fatal(err)
				}
				if got := h.dump(); got != want {
					t.Errorf("after the replay:\n%s\nwant\n%s", got, want)
				}
				if found, err := h.Verify(t.Context()); err != nil || len(found) != 0 {
					t.Errorf("chain: %v (%v)", found, err)
				}
			})
		}
	}
}

// A crash while a row is sent: nobody knows whether it arrived, so it is not
// sent again.
func TestCrashWhileSending(t *testing.T) {
	h := newHouse(t)
	h.apply(say("m1", decision.SayWarning, 0), say("m2", decision.SayWarning, 0))
	states := []struct {
		name string
		mark decision.MarkSay
		want decision.SayState
		next int64
	}{
		{"before sending", decision.MarkSay{}, decision.SayPending, 1},
		{"while sending", decision.MarkSay{ID: 1, State: decision.SaySending}, decision.SayUnknown, 2},
		{"after sending", decision.MarkSay{ID: 1, State: decision.SaySent, MessageID: "99"}, decision.SaySent, 2},
	}
	for _, tt := range states {
		if tt.mark.ID > 0 {
			h.apply(tt.mark)
		}
		w := h.wreck(t)
		if _, err := w.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := scalar[string](t, w.DB, `SELECT state FROM outbox WHERE id = 1`); got != string(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if row, _ := w.next(); row == nil || row.ID != tt.next {
			t.Errorf("%s: next %+v", tt.name, row)
		}
	}
}
