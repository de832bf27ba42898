package data

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"menshen/bot/chat"
)

// smallDisk is a file system of twelve megabytes in memory.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=12m,mode=700"); err != nil {
		t.Skipf("a file system cannot be mounted here (%v); TestFaultFileLimit and TestFaultDiskErrors show the same by other means", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestFaultDiskFull fills the disk while messages are recorded. A message that
// does not fit is refused as a whole, the file stays whole, a backup that does
// not fit leaves nothing behind, and all goes on once there is room.
func TestFaultDiskFull(t *testing.T) {
	h := houseAt(t, filepath.Join(smallDisk(t), "menshen.db"))
	dir := filepath.Dir(h.Path())
	who, stored := h.crowd(20), 0
	say := func() error {
		err := h.Record(t.Context(), chat.Batch{Session: login}, func(tx *Tx) error { return h.oneOf(tx, stored, who) })
		if err == nil {
			stored++
		}
		return err
	}
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 10<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	var full error
	for full == nil {
		full = say()
	}
	if !errors.Is(full, ErrFull) {
		t.Fatalf("a full disk: %v", full)
	}
	if err := say(); !errors.Is(err, ErrFull) {
		t.Errorf("and again: %v", err)
	}
	if _, err := h.Backup(t.Context(), filepath.Join(dir, "backups"), DefaultRotation()); err == nil {
		t.Error("a backup fits on a full disk")
	}
	if left := ls(t, filepath.Join(dir, "backups")); len(left) > 0 {
		t.Errorf("a backup that failed left %v", left)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if err := say(); err != nil {
			t.Fatalf("there is room again: %v", err)
		}
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM message`); n != stored {
		t.Errorf("%d messages, and %d were stored", n, stored)
	}
	if found, err := h.Verify(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("verify: %v %v", found, err)
	}
	t.Logf("%d messages", stored)
}

// oneOf records the n-th message of a crowd.
func (h *house) oneOf(tx *Tx, n int, who []chat.MemberID) error {
	return h.oneMessage(tx, n*99, who[n%len(who)])
}

func ls(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// TestFaultBrokenFiles cuts a database short, empties a page of it or takes
// its journal away. Either the start refuses with one line and leaves the file
// alone, or the checks say what is wrong, or nothing is missing.
func TestFaultBrokenFiles(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(flipHouse(t))
	if err != nil {
		t.Fatal(err)
	}
	const page = pageSize
	lots := rand.New(rand.NewPCG(3, 3))
	dir := quickDir(t)
	good := filepath.Join(dir, "good.db")
	if err := os.WriteFile(good, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := sealedContent(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{}
	for range 40 {
		at := lots.IntN(len(whole))
		damaged[fmt.Sprint("cut short at ", at)] = whole[:at]
		at = lots.IntN(len(whole)/page) * page
		zero := bytes.Clone(whole)
		clear(zero[at : at+page])
		damaged[fmt.Sprint("page of zeros at ", at)] = zero
	}
	refused, reported := 0, 0
	for name, content := range damaged {
		path := filepath.Join(dir, "broken.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		switch _, err := prove(t.Context(), path); {
		case errors.Is(err, ErrCorrupt):
			refused++
		case err != nil:
			reported++
		default:
			if got, err := sealedContent(path); err != nil || got != want {
				t.Errorf("%s: nobody notices", name)
			}
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
			t.Errorf("%s: the file was changed (%v)", name, err)
		}
	}
	t.Logf("of %d: %d refused as damaged, %d reported by the checks", len(damaged), refused, reported)
}

// TestFaultLostJournal takes the journal of a program that died away: what was
// only in it is gone, and the file is still one that holds together.
func TestFaultLostJournal(t *testing.T) {
	h := newHouse(t)
	h.record(h.evening)
	w := h.wreck(t)
	path := filepath.Join(t.TempDir(), "menshen.db")
	copyWhole(t, w.Path(), path)
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Integrity(t.Context()); err != nil {
		t.Error(err)
	}
	if found, err := db.Verify(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("verify: %v %v", found, err)
	}
}

// faultReader is how many messages come while a reader stays in
// TestFaultLongReader: 10 minutes at 500 a second are 300 000.
var faultReader = flag.Int("fault.reader", 0, "messages beside the reader of TestFaultLongReader")

// TestFaultLongReader leaves a view of the database open while messages are
// recorded: nobody waits for it, the journal grows as far as it must, which is
// less than 1 GiB for all of them, an alarm says so once, and the journal is
// small again when the reader is gone.
func TestFaultLongReader(t *testing.T) {
	messages := 33_000
	if testing.Short() {
		messages = 5_000
	}
	if *faultReader > 0 {
		messages = *faultReader
	}
	const batch = 100
	h := newHouse(t)
	alarms := 0
	h.OnLongJournal = func(bytes int64) {
		if alarms++; bytes <= LongJournal {
			t.Errorf("an alarm at %d bytes", bytes)
		}
	}
	who := h.crowd(20)
	n := 0
	say := func(messages int) (took []time.Duration) {
		for last := n + messages; n < last; n += batch {
			began := time.Now()
			h.record(func(tx *Tx) error {
				for i := range batch {
					if err := h.oneOf(tx, n+i, who); err != nil {
						return err
					}
				}
				return nil
			})
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		return took
	}
	alone := say(2000)
	var before, seen int
	var beside []time.Duration
	h.view(func(tx *Tx) error {
		if err := tx.queryRow(`SELECT count(*) FROM message`).Scan(&before); err != nil {
			return err
		}
		beside = say(messages)
		for h.commits.Load()%journalLook != 0 { // the journal is looked at now and then
			h.record(func(*Tx) error { return nil })
		}
		return tx.queryRow(`SELECT count(*) FROM message`).Scan(&seen)
	})
	grown := h.Journal()
	if perMessage := grown / int64(messages); seen != before || perMessage < 1000 || perMessage > 1<<30/300_000 {
		t.Errorf("the view has %d messages of %d, the journal %d bytes", seen, before, grown)
	}
	if must, may := grown > LongJournal+1<<20, grown > LongJournal; alarms > 1 || must && alarms == 0 || alarms == 1 && !may {
		t.Errorf("%d alarms at a journal of %d bytes", alarms, grown)
	}
	// Somebody who waits for a reader waits for as long as it stays.
	if middle := beside[len(beside)/2]; middle > 10*alone[len(alone)/2]+50*time.Millisecond {
		t.Errorf("%d messages take %v beside a reader, %v alone", batch, middle, alone[len(alone)/2])
	}
	say(1000)
	if after := h.Journal(); after > LongJournal {
		t.Errorf("the journal grew from %d to %d bytes although nobody reads", grown, after)
	}
	if got := scalar[int](t, h.DB, `SELECT count(*) FROM message`); got != n {
		t.Errorf("%d messages of %d", got, n)
	}
	t.Logf("%d messages beside a reader: a journal of %.1f MiB, %d alarms; %d messages took %v alone, %v beside it, at most %v",
		messages, float64(grown)/(1<<20), alarms, batch, alone[len(alone)/2], beside[len(beside)/2], beside[len(beside)-1])
}
