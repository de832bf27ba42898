package data

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"
)

// faultMigrations kills at every request instead of at some.
var faultMigrations = flag.Bool("fault.migrations", false, "kill a migration at each request to the disk, which takes minutes")

// schemas are our own migrations up to each number, and what the schema is
// after them; 0 is an empty file.
func schemas(t *testing.T, dir string) (steps []fstest.MapFS, want []string) {
	t.Helper()
	all, err := loadMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	steps, want = []fstest.MapFS{{}}, []string{""}
	for i := range all {
		some := fstest.MapFS{}
		for _, m := range all[:i+1] {
			some["migrations/"+m.name] = &fstest.MapFile{Data: []byte(m.sql)}
		}
		path := filepath.Join(dir, fmt.Sprint("version", i+1, ".db"))
		db, err := open(path, some)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, schema := schemaOf(t, path)
		steps, want = append(steps, some), append(want, schema)
	}
	return steps, want
}

// schemaOf reads the number and the text of a schema past everything. The lease
// belongs to no version.
func schemaOf(t *testing.T, path string) (version int, text string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRow(`SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT coalesce(group_concat(type || name || coalesce(sql, ''), char(10)), '') FROM (SELECT * FROM sqlite_schema WHERE name <> 'lease' ORDER BY type, name))`).Scan(&version, &text)
	if err != nil {
		t.Fatal(err)
	}
	return version, text
}

// TestMigratesInAProcess is what dies in TestFaultMigrationKills.
func TestMigratesInAProcess(t *testing.T) {
	path := os.Getenv("RECORD_DB")
	if path == "" {
		t.Skip("runs in a process of its own")
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// recorder compiles the library that kills a process at a request to the disk.
func recorder(t *testing.T) string {
	t.Helper()
	library := filepath.Join(t.TempDir(), "recorder.so")
	out, err := exec.CommandContext(t.Context(), "cc", "-shared", "-fPIC", "-o", library, "testdata/recorder.c", "-ldl").CombinedOutput()
	if err != nil {
		t.Skipf("the recorder cannot be built here: %v\n%s", err, out)
	}
	return library
}

// diesAt opens a database in another process that dies before its n-th request
// to the disk. It returns false when there was no such request.
func diesAt(t *testing.T, library, path string, n int) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMigratesInAProcess$")
	cmd.Env = append(os.Environ(), "LD_PRELOAD="+library, "RECORD_DB="+path, "RECORD_LOG=/dev/null", fmt.Sprint("RECORD_KILL=", n))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL:
		return true
	default:
		t.Fatalf("killed at %d: %v\n%s", n, err, &said)
		return false
	}
}

// killStride says of how many requests one is killed at. The way from the
// newest versions is short, and they are those that people have.
func killStride(from int) int {
	switch {
	case *faultMigrations:
		return 1
	case testing.Short():
		return 25
	case from >= 5:
		return 5
	default:
		return 10
	}
}

// TestFaultMigrationKills kills processes that bring a database up to date,
// each before another request to the disk: the file has a whole old schema or a
// whole newer one, what was in it is there, and the next start goes on.
func TestFaultMigrationKills(t *testing.T) {
	library := recorder(t)
	steps, want := schemas(t, t.TempDir())
	for from := range len(steps) - 1 {
		t.Run(fmt.Sprint("from version ", from), func(t *testing.T) {
			t.Parallel()
			dir := quickDir(t)
			template := filepath.Join(dir, "template.db")
			older(t, template, steps[from])
			kills, between := 0, map[int]int{}
			for n := 1; ; n += killStride(from) {
				path := filepath.Join(dir, fmt.Sprint("killed", n, ".db"))
				copyWhole(t, template, path)
				if !diesAt(t, library, path, n) {
					break
				}
				kills++
				version, schema := schemaOf(t, path)
				if version < from || schema != want[version] {
					t.Errorf("killed at request %d: version %d, and the schema is not that of it", n, version)
				}
				between[version]++
				mustGoOn(t, path, want[len(want)-1], from)
				// What comes after the next version is the way from there, and the
				// oldest content goes all of it.
				if !*faultMigrations && from != 1 && version > from+1 {
					break
				}
			}
			if kills == 0 {
				t.Skip("no request to the disk was seen: the library cannot be preloaded here")
			}
			t.Logf("%d kills; versions found afterwards: %v", kills, between)
		})
	}
}

// older makes a database as an older program left it.
func older(t *testing.T, path string, steps fs.FS) {
	t.Helper()
	db, err := open(path, steps)
	if err != nil {
		t.Fatal(err)
	}
	if version, err := db.schemaVersion(); err != nil || version > 0 {
		write(t, db, `INSERT INTO account (id, uin, simulated, created) VALUES (7, '123', 1, 1)`)
		write(t, db, `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 300)
			INSERT INTO message (account, id, room, member, kind, at, text) SELECT 7, n, 1, 3, 'text', 1, '早' FROM i`)
		write(t, db, `DELETE FROM message WHERE n = 300`) // its number never comes again
		write(t, db, `INSERT INTO room (id, account, name, created) VALUES (1, 7, '甲群', 0)`)
		write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (11, 1, '甲', 0)`)
		if version > 1 {
			longPosting(t, db)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// mustGoOn starts the program on what a kill left.
func mustGoOn(t *testing.T, path, schema string, from int) {
	t.Helper()
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Integrity(context.Background()); err != nil {
		t.Error(err)
	}
	if _, got := schemaOf(t, path); got != schema {
		t.Error("the schema is not the newest")
	}
	if n := scalar[int](t, db, `SELECT count(*) FROM account WHERE uin = '123'`); n != min(from, 1) {
		t.Errorf("%d accounts, want %d", n, min(from, 1))
	}
	if n := scalar[int](t, db, `SELECT count(*) FROM message WHERE text = '早' AND id = n`); n != 299*min(from, 1) {
		t.Errorf("%d messages, want %d", n, 299*min(from, 1))
	}
	if n := scalar[int](t, db, `SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'message'`); n != 300*min(from, 1) {
		t.Errorf("the next message would get number %d", n+1)
	}
	if from > 1 {
		do(t, db, func(tx *Tx) error { _, err := tx.Post(grant(11, 5, 2)); return err })
		healthy(t, db)
	}
}

// copyWhole copies a database at rest.
func copyWhole(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// quickDir is a directory in memory if there is one: what a kill leaves in a
// file does not depend on the disk.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "menshen-fault-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
