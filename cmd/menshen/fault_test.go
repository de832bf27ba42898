package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"menshen/data"
)

// calmSiege is a siege that nobody has attacked yet.
func calmSiege(t *testing.T) *siege {
	t.Helper()
	w := newSiege(quickDir(t), 9)
	t.Cleanup(w.end)
	if err := w.begin(); err != nil {
		t.Fatal(err, w.account())
	}
	return w
}

// mustHold ends the program and fails the test for everything that is wrong.
func (w *siege) mustHold(t *testing.T) {
	t.Helper()
	wrong, err := w.last()
	if err != nil {
		t.Fatal(err, w.account())
	}
	for _, line := range wrong {
		t.Error(line)
	}
}

func TestFaultSecondProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real programs")
	}
	w := calmSiege(t)
	second, err := startProcess(w.dir, "run", "--sim", w.control, "--data-dir", "data", "--config=settings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-second.gone:
	case <-time.After(promptly):
		t.Fatal("a second program runs on the same database")
	}
	said, _ := second.output()
	if code := second.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said, "in use by another menshen process") {
		t.Errorf("exit %d: %s", code, said)
	}
	if err := w.talk(20); err != nil {
		t.Fatal(err)
	}
	w.mustHold(t)
}

// TestFaultFileLimit lets writes to the database fail at a size, as a full
// disk or a quota does: the program stops with a sentence, and when there is
// room again nothing is missing.
func TestFaultFileLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real programs")
	}
	w := calmSiege(t)
	if err := w.bot.terminate(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(w.database())
	if err != nil {
		t.Fatal(err)
	}
	blocks := info.Size()/512 + 64 // what a file may grow to
	limited := fmt.Sprintf(`ulimit -f %d; exec menshen "$@"`, blocks)
	w.bot, err = startCommand(w.dir, "sh", "-c", limited, "sh", "run", "--sim", w.control, "--data-dir", "data", "--config=settings.yaml", "--set=rules=rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.login(); err != nil {
		t.Fatal(err, w.account())
	}
	for range 100 {
		if err := w.talk(20); err != nil {
			t.Fatal(err)
		}
		_ = w.advance(time.Second) // cut short when the program ends
		if w.bot.ended() {
			break
		}
	}
	if !w.bot.ended() {
		t.Fatal("the program does not notice that it cannot write", w.account())
	}
	said, _ := w.bot.output()
	if code := w.bot.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said, "database") {
		t.Errorf("exit %d: %s", code, w.bot.tail(5))
	}
	if err := w.running(); err != nil {
		t.Fatal(err, w.account())
	}
	w.mustHold(t)
}

// TestFaultKillWhileCreating kills programs that make their database: what is
// left is none or a whole one, and the next start goes on from there.
func TestFaultKillWhileCreating(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real programs")
	}
	w := calmSiege(t)
	made := 0
	for i := range 40 {
		dir := filepath.Join(w.dir, fmt.Sprint("fresh", i))
		p, err := startProcess(w.dir, "run", "--sim", w.control, "--data-dir", dir)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Duration(i*4) * time.Millisecond)
		if err := p.kill(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "menshen.db")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		db, err := data.Open(path)
		if err != nil {
			t.Fatalf("killed after %d ms: %v", i*4, err)
		}
		made++
		if err := db.Integrity(t.Context()); err != nil {
			t.Errorf("killed after %d ms: %v", i*4, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d of 40 had begun a database", made)
}

// TestFaultRestoreDrill copies a database in use, restores the copy elsewhere
// and goes on with it.
func TestFaultRestoreDrill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real programs")
	}
	w := calmSiege(t)
	if err := w.talk(60); err != nil {
		t.Fatal(err)
	}
	if err := w.advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	menshen := func(args ...string) {
		t.Helper()
		cmd := exec.Command("menshen", args...)
		cmd.Dir = w.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("menshen %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	menshen("backup", "--data-dir", "data") // while the program runs
	copies, err := filepath.Glob(w.path("data/backups/menshen-*.db"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("backups %v: %v", copies, err)
	}
	if err := w.bot.kill(); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(w.database() + end)
	}
	menshen("restore", "--data-dir", "data", copies[0])
	menshen("verify", "--data-dir", "data")
	w.bot = nil
	if err := w.running(); err != nil {
		t.Fatal(err, w.account())
	}
	if err := w.talk(20); err != nil {
		t.Fatal(err)
	}
	w.mustHold(t)
}
