package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// notes is a schema of two steps for the tests of the ground.
func notes() fstest.MapFS {
	return fstest.MapFS{
		"migrations/0001_note.sql": {Data: []byte(`CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;`)},
		"migrations/0002_seen.sql": {Data: []byte(`ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; CREATE INDEX note_seen ON note(seen);`)},
	}
}

// mustOpen opens a database that is closed at the end of the test.
func mustOpen(t testing.TB, path string, migrations fs.FS) *DB {
	t.Helper()
	db, err := open(path, migrations)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// scalar reads one value.
func scalar[T any](t testing.TB, db *DB, query string, args ...any) T {
	t.Helper()
	var v T
	err := db.Read(context.Background(), func(tx *Tx) error { return tx.queryRow(query, args...).Scan(&v) })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func TestOpenCreatesPrivateFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "menshen.db")
	db := mustOpen(t, path, notes())
	write(t, db, `INSERT INTO note(text) VALUES('a')`)
	for name, want := range map[string]fs.FileMode{"": 0o600, "-wal": 0o600, "-shm": 0o600, ".lock": 0o600} {
		info, err := os.Stat(path + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s%s has mode %o, want %o", filepath.Base(path), name, got, want)
		}
	}
	if info, _ := os.Stat(filepath.Dir(path)); info.Mode().Perm() != 0o700 {
		t.Errorf("directory has mode %o", info.Mode().Perm())
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, path string)
		want    error
	}{
		{"another process", func(t *testing.T, path string) { mustOpen(t, path, notes()) }, ErrInUse},
		{"newer schema", func(t *testing.T, path string) {
			more := notes()
			more["migrations/0003_more.sql"] = &fstest.MapFile{Data: []byte(`CREATE TABLE more(id INTEGER PRIMARY KEY) STRICT`)}
			closeDB(t, path, more)
		}, ErrNewerSchema},
		{"somebody else's database", func(t *testing.T, path string) {
			other, err := sql.Open("sqlite3", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := other.Exec(`CREATE TABLE t(a)`); err != nil {
				t.Fatal(err)
			}
			other.Close()
			chmod(t, path, 0o600)
		}, ErrNotOurs},
		{"not a database", func(t *testing.T, path string) {
			text := strings.Repeat("群规：不发广告\n", 1000)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}, ErrCorrupt},
		{"a page of zeros", func(t *testing.T, path string) {
			closeDB(t, path, notes())
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteAt(make([]byte, pageSize), pageSize); err != nil {
				t.Fatal(err)
			}
		}, ErrCorrupt},
		{"readable by others", func(t *testing.T, path string) {
			closeDB(t, path, notes())
			chmod(t, path, 0o640)
		}, ErrUnsafeFile},
		{"a symbolic link", func(t *testing.T, path string) {
			closeDB(t, path+".real", notes())
			if err := os.Symlink(path+".real", path); err != nil {
				t.Fatal(err)
			}
		}, ErrUnsafeFile},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "menshen.db")
			tt.prepare(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			db, err := open(path, notes())
			if !errors.Is(err, tt.want) {
				t.Fatalf("open: %v, want %v", err, tt.want)
			}
			if db != nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("want no database and one line, got %v and %q", db, err)
			}
			after, err := os.ReadFile(path)
			if err != nil || string(before) != string(after) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// closeDB makes a database and closes it.
func closeDB(t *testing.T, path string, migrations fs.FS) {
	t.Helper()
	db, err := open(path, migrations)
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, `INSERT INTO note(text) VALUES('kept')`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// write runs one statement in a transaction of its own.
func write(t testing.TB, db *DB, query string, args ...any) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *Tx) error {
		_, err := tx.exec(query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestEveryConnectionHasThePragmas(t *testing.T) {
	db := mustOpen(t, filepath.Join(t.TempDir(), "menshen.db"), notes())
	ctx := context.Background()
	for i := range readers {
		conn, err := db.reader.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() // held open, so that the next one is another
		var sync, only int
		if err := conn.QueryRowContext(ctx, `SELECT (SELECT synchronous FROM pragma_synchronous),
			(SELECT query_only FROM pragma_query_only)`).Scan(&sync, &only); err != nil {
			t.Fatal(err)
		}
		if sync != 2 || only != 1 {
			t.Errorf("reader %d: synchronous %d, query_only %d", i, sync, only)
		}
	}
}

func TestMigrationsAreWholeOrNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "menshen.db")
	closeDB(t, path, fstest.MapFS{"migrations/0001_note.sql": notes()["migrations/0001_note.sql"]})
	broken := notes()
	broken["migrations/0002_seen.sql"] = &fstest.MapFile{Data: []byte(
		`ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; CREATE INDEX note_seen ON nowhere(seen);`)}
	if _, err := open(path, broken); err == nil || !strings.Contains(err.Error(), "0002_seen.sql") {
		t.Fatalf("open with a broken step: %v", err)
	}
	db := mustOpen(t, path, notes())
	if n := scalar[int](t, db, `SELECT count(*) FROM note WHERE seen = 0`); n != 1 {
		t.Errorf("%d rows after the migration, want 1", n)
	}
	if v, err := db.schemaVersion(); err != nil || v != 2 {
		t.Errorf("schema version %d (%v), want 2", v, err)
	}
}

func TestMigrationsHaveNoGaps(t *testing.T) {
	gap := fstest.MapFS{"migrations/0002_seen.sql": notes()["migrations/0002_seen.sql"]}
	if _, err := loadMigrations(gap); err == nil {
		t.Error("a missing first migration was accepted")
	}
	if _, err := loadMigrations(embedded); err != nil {
		t.Errorf("our own migrations: %v", err)
	}
}

func TestWriteIsWholeOrNothing(t *testing.T) {
	db := mustOpen(t, filepath.Join(t.TempDir(), "menshen.db"), notes())
	boom := errors.New("boom")
	add := func(tx *Tx, text string) error {
		_, err := tx.exec(`INSERT INTO note(text) VALUES(?1)`, text)
		return err
	}
	err := db.Write(context.Background(), func(tx *Tx) error {
		if err := add(tx, "lost"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("write: %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = db.Write(context.Background(), func(tx *Tx) error {
			_ = add(tx, "lost as well")
			panic("in the middle")
		})
	}()
	err = db.Write(context.Background(), func(tx *Tx) error {
		nested := tx.Nested(func() error { return errors.Join(add(tx, "inner"), boom) })
		if !errors.Is(nested, boom) {
			t.Errorf("nested: %v", nested)
		}
		return add(tx, "outer")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := scalar[string](t, db, `SELECT group_concat(text) FROM note`); got != "outer" {
		t.Errorf("stored %q, want %q", got, "outer")
	}
}

func TestReadIsOneView(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	err := db.Read(t.Context(), func(tx *Tx) error {
		if top, err := tx.Top(1, Span{}, 20); err != nil || len(top) != 1 { // by way of each
			return fmt.Errorf("first look: %v, %w", top, err)
		}
		give(t, db, map[int64]int64{12: 60})
		top, err := tx.Top(1, Span{}, 20)
		if len(top) != 1 {
			t.Errorf("what was committed meanwhile is seen: %v", top)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A question with LIMIT ?1 is compiled at each use, see [Tx.query].
func TestLimitsAreNotPlannedBy(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	bare := regexp.MustCompile(`DESC LIMIT \?\d+( \+)?|member LIMIT \?\d+( \+)?`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range bare.FindAllString(string(source), -1) {
			if !strings.HasSuffix(limit, "+") {
				t.Errorf("%s: %s", file, limit)
			}
		}
	}
}

func TestReadCannotWrite(t *testing.T) {
	db := mustOpen(t, filepath.Join(t.TempDir(), "menshen.db"), notes())
	err := db.Read(context.Background(), func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO note(text) VALUES('x')`)
		return err
	})
	if err == nil {
		t.Error("a reader wrote")
	}
}

// A statement after SQLite's own rollback would be committed alone.
func TestNothingRunsAfterARollbackBySQLite(t *testing.T) {
	db := mustOpen(t, filepath.Join(t.TempDir(), "menshen.db"), notes())
	err := db.Write(context.Background(), func(tx *Tx) error {
		if _, err := tx.exec(`INSERT OR ROLLBACK INTO note(id, text) VALUES(1, 'a'), (1, 'b')`); err == nil {
			t.Error("duplicate row was accepted")
		}
		_, err := tx.exec(`INSERT INTO note(text) VALUES('alone')`)
		return err
	})
	if err == nil {
		t.Error("the transaction went on")
	}
	if n := scalar[int](t, db, `SELECT count(*) FROM note`); n != 0 {
		t.Errorf("%d rows stored, want 0", n)
	}
}
