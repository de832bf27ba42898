package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"menshen/bot/decision"
)

// TestFaultFileTakenAway opens a database under another name while somebody
// writes it, where the lock beside the file does not help. Only who opened it
// last writes, and nothing that either has recorded is lost.
func TestFaultFileTakenAway(t *testing.T) {
	for _, tt := range []struct {
		name string
		take func(from, to string) error
	}{
		{"moved with its journal", func(from, to string) error { return eachFile(from, to, os.Rename) }},
		{"linked with its journal", func(from, to string) error { return eachFile(from, to, os.Link) }},
		{"the lock file removed", func(from, _ string) error { return os.Remove(from + ".lock") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := lived(t)
			to := h.Path()
			if tt.name != "the lock file removed" {
				to = filepath.Join(t.TempDir(), "moved.db")
			}
			if err := tt.take(h.Path(), to); err != nil {
				t.Fatal(err)
			}
			h.apply(decision.Note{What: "before the other"})
			other := mustOpen(t, to, embedded)
			for range 2 {
				err := h.refused(decision.Note{What: "after the other"})
				if !errors.Is(err, ErrStopped) || !errors.Is(err, ErrInUse) {
					t.Errorf("a write of who lost the lease: %v", err)
				}
			}
			second := &house{DB: other, t: t}
			second.apply(decision.Note{What: "of the other"})
			for what, want := range map[string]int{"before the other": 1, "after the other": 0, "of the other": 1} {
				if n := scalar[int](t, other, `SELECT count(*) FROM audit WHERE what = ?1`, what); n != want {
					t.Errorf("%d notes %q, want %d", n, what, want)
				}
			}
			if err := other.Integrity(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// eachFile does something with a database and what SQLite keeps beside it.
func eachFile(from, to string, do func(from, to string) error) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := do(from+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// TestACopyHasALeaseOfItsOwn: who writes a copy does not stop who writes the
// file it was made of.
func TestACopyHasALeaseOfItsOwn(t *testing.T) {
	h := lived(t)
	dir := t.TempDir()
	m, err := h.Backup(t.Context(), dir, DefaultRotation())
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "menshen.db")
	if _, err := Restore(t.Context(), filepath.Join(dir, m.File), target); err != nil {
		t.Fatal(err)
	}
	second := &house{DB: mustOpen(t, target, embedded), t: t}
	second.apply(decision.Note{What: "in the copy"})
	h.apply(decision.Note{What: "in the original"})
}
