package bot_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/data"
)

// recordedRoad lets another process live through the long tale, with a restart
// in it, on the database at path, and returns what it asked of its disk. The
// process is this test with a library in front of libc; where none can be
// loaded the test is skipped.
func recordedRoad(t testing.TB, library, path, fail string) ([]request, string) {
	t.Helper()
	record := path + ".record"
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRecordedRoad$")
	cmd.Env = append(os.Environ(), "LD_PRELOAD="+library, "RECORD_LOG="+record, "RECORD_FAIL="+fail, "RECORD_DB="+path)
	said, err := cmd.CombinedOutput()
	if fail == "" && err != nil {
		t.Fatalf("the recorded road: %v\n%s", err, said)
	}
	all := readRequests(t, record)
	if !slices.ContainsFunc(all, func(r request) bool { return r.kind == 'W' || r.kind == 'X' }) {
		t.Skip("the writes of SQLite pass a preloaded library by: it is linked statically, or the loader forbids preloading")
	}
	return all, string(said)
}

// recorder compiles the library.
func recorder(t testing.TB) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("there is no C compiler to build the recorder with")
	}
	library := filepath.Join(t.TempDir(), "recorder.so")
	if out, err := exec.CommandContext(t.Context(), cc, "-shared", "-fPIC", "-o", library, "../data/testdata/recorder.c", "-ldl").CombinedOutput(); err != nil {
		t.Skipf("the recorder cannot be built here: %v\n%s", err, out)
	}
	return library
}

// TestRecordedRoad is what the other process does.
func TestRecordedRoad(t *testing.T) {
	path := os.Getenv("RECORD_DB")
	if path == "" {
		t.Skip("runs in a process of its own, started by the experiments with the disk")
	}
	record, err := os.OpenFile(os.Getenv("RECORD_LOG"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	s := &tale{stage: &stage{t: t, path: path, clock: newHandClock(noon), limits: steadyLimits()}, steps: longTale()}
	s.wire = newWire(s.clock)
	s.wrap = func(b bot.Store) bot.Store { return relying{b, record} }
	s.start()
	s.tell()
	for range 2 { // the journal is emptied twice: by the purge of the night and by the end of the program
		_, err = s.db.Purge(t.Context(), s.clock.Now(), data.Retention{})
		s.must(err)
		s.must(acknowledge(record))
		s.more(shortTale())
		s.restart()
	}
	s.close()
}

// relying is a store whose commits are relied on as soon as they return: the
// network is told that a batch arrived, or asked to say something.
type relying struct {
	bot.Store
	record *os.File
}

// Record implements [bot.Store].
func (s relying) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if err := s.Store.Record(ctx, b, fn); err != nil {
		return err
	}
	return acknowledge(s.record)
}

// road is what a recorded process asked of its disk, and everything it
// committed.
type road struct {
	dir      string
	begin    []byte // the database before
	requests []request
	said     string         // what the process printed
	commits  map[string]int // the number of the last commit after which the content was this
	made     []int          // how many commits were made up to a request
	relied   []int          // and how many of them the program relied on
}

// newRoad records one process; fail makes some of its requests fail.
func newRoad(t testing.TB, library, template, fail string) *road {
	t.Helper()
	r := &road{dir: quickDir(t), commits: map[string]int{}}
	path := filepath.Join(r.dir, "road.db")
	copyFile(t, template, path)
	var err error
	if r.begin, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	r.requests, r.said = recordedRoad(t, library, path, fail)
	r.count()
	return r
}

// count finds the commits, and which of them the program relied on.
func (r *road) count() {
	made, relied, last := 0, 0, false
	for _, q := range r.requests {
		switch {
		case q.kind == 'A':
			relied = made
		case q.kind == 'W' && last: // the page that belongs to the head before
			made++
		}
		last = q.endsTransaction()
		r.made, r.relied = append(r.made, made), append(r.relied, relied)
	}
}

// know remembers what the database contains after each commit from a first on.
func (r *road) know(t testing.TB, first int) {
	t.Helper()
	seen := r.disk()
	if first == 0 {
		r.note(t, 0, seen)
	}
	for i, q := range r.requests {
		if q.kind != 'X' { // what a failed sync may lose, the process itself still sees
			seen.take(q)
		}
		if n := r.made[i]; n >= max(first, 1) && (i == 0 || n > r.made[i-1]) {
			r.note(t, n, seen)
		}
	}
}

// note remembers what the database contains after the n-th commit.
func (r *road) note(t testing.TB, n int, seen *disk) {
	t.Helper()
	path := filepath.Join(r.dir, "commit.db")
	defer scrap(path)
	seen.kept(t, path)
	digest, err := content(path)
	if err != nil {
		t.Fatal(err)
	}
	r.commits[digest] = n
}

// disk is the disk before the process began.
func (r *road) disk() *disk {
	return &disk{db: file{exists: true, durable: slices.Clone(r.begin)}}
}

// endsTransaction reports whether a request writes the head of a frame of the
// journal that is the last of a transaction; see sqlite.org/walformat.html.
func (r request) endsTransaction() bool {
	return r.kind == 'W' && r.file == 'j' && len(r.data) == 24 && r.at >= 32 && binary.BigEndian.Uint32(r.data[4:]) > 0
}

// content is a digest of everything in a database but the lease, of which every
// start takes another.
func content(path string) (string, error) {
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		return "", err
	}
	defer db.Close()
	names, err := column(db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'lease' ORDER BY name`)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, name := range names {
		if err := tableInto(sum, db, name); err != nil {
			return "", err
		}
	}
	return string(sum.Sum(nil)), nil
}

// tableInto writes all rows of a table into a digest.
func tableInto(sum io.Writer, db *sql.DB, name string) error {
	rows, err := db.Query(`SELECT * FROM "` + name + `"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	into := make([]any, len(cols))
	for i := range into {
		into[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for _, cell := range into {
			fmt.Fprintf(sum, "%q ", []byte(*cell.(*sql.RawBytes)))
		}
	}
	return rows.Err()
}

func column(db *sql.DB, query string) (all []string, err error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// scrap removes a database.
func scrap(path string) {
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		_ = os.Remove(path + end)
	}
}

// talesTemplate is a database on which the long tale can begin.
func talesTemplate(t testing.TB) string {
	t.Helper()
	path := filepath.Join(quickDir(t), "template.db")
	s := prepared(t, path)
	s.open()
	s.set("warning_limit", "2")
	s.must(s.db.Close())
	return path
}

// copyFile copies a database that no process has open.
func copyFile(t testing.TB, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
