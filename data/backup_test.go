package data

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot/decision"
	"menshen/scoring"
)

// lived is a house with cases, messages and postings.
func lived(t *testing.T) *house {
	h := newHouse(t)
	h.record(h.evening)
	h.record(func(tx *Tx) error {
		_, err := tx.Post(scoring.Posting{Room: int64(theRoom), Member: int64(jia), Amount: 5, Cause: scoring.CauseCheckIn, CauseID: 20260901, At: h.clock})
		return err
	})
	return h
}

func TestBackupAndRestore(t *testing.T) {
	h := lived(t)
	dir := filepath.Join(t.TempDir(), "backups")
	m, err := h.Backup(t.Context(), dir, DefaultRotation())
	if err != nil {
		t.Fatal(err)
	}
	if m.Cases != 3 || m.Messages != 3 || m.Postings != 1 || m.CaseHead == 0 || m.LedgerHead == "" || m.File != "menshen-20260901T040000Z.db" {
		t.Errorf("manifest %+v", m)
	}
	h.apply(h.strike(4, jia, 2)) // after the backup: not in it
	copied := filepath.Join(dir, m.File)
	for _, name := range []string{copied, copied + ".json"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v (%v)", name, info.Mode(), err)
		}
	}
	target := filepath.Join(t.TempDir(), "new", "menshen.db")
	restored, err := Restore(t.Context(), copied, target)
	if err != nil || restored != m {
		t.Fatalf("restored %+v (%v), want %+v", restored, err, m)
	}
	if looked, err := Look(target); err != nil { // before any start of the program
		t.Errorf("looking at what was restored: %v", err)
	} else if err := looked.Close(); err != nil {
		t.Error(err)
	}
	again := mustOpen(t, target, embedded)
	if n := scalar[int](t, again, `SELECT count(*) FROM cases`); n != 3 {
		t.Errorf("%d cases restored, want 3", n)
	}
	if _, err := Restore(t.Context(), copied, target); !errors.Is(err, ErrExists) {
		t.Errorf("restoring over a database: %v", err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, path string)
	}{
		{"a flipped bit", func(t *testing.T, path string) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2] ^= 1
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"a short file", func(t *testing.T, path string) {
			if err := os.Truncate(path, 8192); err != nil {
				t.Fatal(err)
			}
		}},
		{"another head", func(t *testing.T, path string) {
			text, err := os.ReadFile(path + ".json")
			if err != nil {
				t.Fatal(err)
			}
			changed := strings.Replace(string(text), `"cases": 3`, `"cases": 4`, 1)
			if err := os.WriteFile(path+".json", []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"no manifest", func(t *testing.T, path string) {
			if err := os.Remove(path + ".json"); err != nil {
				t.Fatal(err)
			}
		}},
		{"a newer version's", func(t *testing.T, path string) {
			db, err := sql.Open("sqlite3", "file:"+path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(`PRAGMA user_version = 99`); err != nil {
				t.Fatal(err)
			}
			m, err := prove(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+".json", text, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"a broken manifest", func(t *testing.T, path string) {
			if err := os.WriteFile(path+".json", []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := lived(t)
			dir := t.TempDir()
			m, err := h.Backup(t.Context(), dir, DefaultRotation())
			if err != nil {
				t.Fatal(err)
			}
			tt.spoil(t, filepath.Join(dir, m.File))
			target := filepath.Join(t.TempDir(), "menshen.db")
			if _, err := Restore(t.Context(), filepath.Join(dir, m.File), target); err == nil {
				t.Error("it was restored")
			}
			left, err := os.ReadDir(filepath.Dir(target))
			if err != nil || len(left) != 0 {
				t.Errorf("left behind: %v (%v)", left, err)
			}
		})
	}
}

func TestBackupRefusesADamagedRecord(t *testing.T) {
	h := lived(t)
	write(t, h.DB, `UPDATE cases SET state = 'reversed' WHERE id = 1`)
	dir := t.TempDir()
	if _, err := h.Backup(t.Context(), dir, DefaultRotation()); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "case 1") {
		t.Errorf("backup of an edited case: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestRotation(t *testing.T) {
	var names []string
	for i := range 24 * 60 { // two months of hours
		names = append(names, backupPrefix+midday.Add(-time.Duration(i)*time.Hour).Format(backupTime)+backupSuffix)
	}
	stay := DefaultRotation().keep(names)
	var kept []string
	for name := range stay {
		kept = append(kept, name)
	}
	slices.Sort(kept)
	if len(kept) < 24+5+2 || len(kept) > 24+7+4 {
		t.Errorf("%d backups stay", len(kept))
	}
	oldest, err := backupDate(kept[0])
	if err != nil || midday.Sub(oldest) < 14*24*time.Hour || midday.Sub(oldest) > 28*24*time.Hour {
		t.Errorf("the oldest is of %v (%v)", oldest, err)
	}
	if none := (Rotation{}).keep(names); len(none) != 1 || !none[names[0]] {
		t.Errorf("without limits %v stays, want the newest", none)
	}
}

func TestRotationOnDisk(t *testing.T) {
	h := lived(t)
	dir := t.TempDir()
	for _, name := range []string{"notes.txt", "menshen-x.db", "menshen-20260101T000000Z.db.part"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		h.clock = h.clock.Add(time.Minute)
		if _, err := h.Backup(t.Context(), dir, Rotation{Hours: 2, Days: 1, Weeks: 1}); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{"menshen-20260901T040300Z.db", "menshen-20260901T040300Z.db.json", "menshen-x.db", "notes.txt"}
	if !slices.Equal(names, want) {
		t.Errorf("in the directory: %v, want %v", names, want)
	}
}

// writerStall is how long a backup may keep the writer waiting.
const writerStall = 400 * time.Millisecond

// TestBackupLetsTheWriterGoOn records messages while copies are made. A busy
// machine makes everybody wait now and then, so a wait counts only when it
// comes again: the shortest of the longest waits of three copies is what a copy
// itself costs.
func TestBackupLetsTheWriterGoOn(t *testing.T) {
	h := lived(t)
	messages := 20_000
	if testing.Short() {
		messages = 4_000
	}
	n := 0
	for range messages / 1000 {
		h.record(func(tx *Tx) error {
			for range 1000 {
				n++
				m := message(fmt.Sprint("b", n), jia, strings.Repeat("今天晚上一起去跑步", 20), h.clock)
				if _, err := tx.Seen(m, true); err != nil {
					return err
				}
			}
			return nil
		})
	}
	dir := t.TempDir()
	least := time.Hour
	for try := 0; try < 3 && least > writerStall/4; try++ {
		h.clock = h.clock.Add(time.Minute)
		at := h.clock
		waits := h.beside(&n, func() error {
			copied := &DB{path: h.path, Now: func() time.Time { return at }}
			_, err := copied.Backup(t.Context(), dir, DefaultRotation())
			return err
		})
		if len(waits) < 3 {
			t.Errorf("%d messages were recorded during the backup: it kept the writer away", len(waits))
		}
		t.Logf("%d messages recorded during the backup, longest wait %v", len(waits), slices.Max(waits))
		least = min(least, slices.Max(waits))
	}
	if least > writerStall {
		t.Errorf("the writer waited %v at least, want %v at most", least, writerStall)
	}
	h.apply(decision.Note{What: "after the backup"})
	t.Run("control: a copy that locks", func(t *testing.T) {
		waits := h.beside(&n, func() error {
			return h.Write(t.Context(), func(*Tx) error { // as a copy made by the writer would
				<-time.After(2 * writerStall)
				return nil
			})
		})
		if longest := slices.Max(waits); longest < writerStall {
			t.Errorf("the longest wait is %v: this experiment sees nothing", longest)
		}
	})
}

// beside records messages while do runs and returns how long each took.
func (h *house) beside(n *int, do func() error) (waits []time.Duration) {
	h.t.Helper()
	begun, done := make(chan struct{}), make(chan error, 1)
	go func() {
		close(begun)
		done <- do()
	}()
	<-begun
	for {
		*n++
		began := time.Now()
		h.record(func(tx *Tx) error {
			_, err := tx.Seen(message(fmt.Sprint("b", *n), jia, "早", h.clock), true)
			return err
		})
		waits = append(waits, time.Since(began))
		select {
		case err := <-done:
			if err != nil {
				h.t.Fatal(err)
			}
			return waits
		default:
		}
	}
}
