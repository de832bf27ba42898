package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/mattn/go-sqlite3"
)

// pageSize is that of new databases, in bytes. A changed page goes to the
// journal as a whole, and most messages change one for themselves, since their
// ids come in no order; with smaller ones yet the ledger would take more room.
const pageSize = 2048

// shapeFile gives an empty file its page size, which cannot change any more
// once there is a journal.
func shapeFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if info.Size() > 0 {
		return nil
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "mode=rw"}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer db.Close()
	if _, err := db.Exec(fmt.Sprintf("PRAGMA page_size = %d; VACUUM", pageSize)); err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	return nil
}

// connector opens connections that are alike. Pragmas belong to a connection,
// not to a pool: one that was set by a statement would be missing on the
// second connection, so each is set in the DSN and read back here.
type connector struct {
	dsn string
	as  role
}

// role is what a connection is for.
type role int

const (
	asProbe  role = iota // looks at a file that may not be ours; changes nothing
	asWriter             // the only one that writes
	asReader             // answers questions
)

// Connect implements [driver.Connector].
func (c connector) Connect(context.Context) (driver.Conn, error) {
	return c.Driver().Open(c.dsn)
}

// Driver implements [driver.Connector].
func (c connector) Driver() driver.Driver {
	return &sqlite3.SQLiteDriver{ConnectHook: c.prepare}
}

// prepare sets what the DSN cannot say and verifies everything.
func (c connector) prepare(conn *sqlite3.SQLiteConn) error {
	// The schema comes with the file, and the file is not trusted: functions
	// with side effects stay out of its triggers and views. The journal is cut
	// back after a long reader let it grow.
	const rest = `PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864`
	if _, err := conn.Exec(rest, nil); err != nil {
		return fmt.Errorf("set pragmas: %w", err)
	}
	if c.as == asReader { // there are several, and each fills its cache in time
		if _, err := conn.Exec(`PRAGMA cache_size = -768`, nil); err != nil { // KiB
			return fmt.Errorf("set pragmas: %w", err)
		}
	}
	want := []struct{ pragma, value string }{
		{"synchronous", "2"},
		{"foreign_keys", "1"},
		{"busy_timeout", "5000"},
		{"secure_delete", "1"},
		{"trusted_schema", "0"},
		{"query_only", map[role]string{asProbe: "1", asWriter: "0", asReader: "1"}[c.as]},
	}
	if c.as != asProbe {
		want = append(want, struct{ pragma, value string }{"journal_mode", "wal"})
	}
	for _, w := range want {
		got, err := pragma(conn, w.pragma)
		if err != nil {
			return err
		}
		if got != w.value {
			return fmt.Errorf("pragma %s is %s, not %s: refusing to run", w.pragma, got, w.value)
		}
	}
	return nil
}

// pragma reads one pragma as text.
func pragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", fmt.Errorf("read pragma %s: %w", name, err)
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil {
		return "", fmt.Errorf("read pragma %s: %w", name, err)
	}
	return fmt.Sprint(value[0]), nil
}

// asCorrupt marks the errors by which SQLite says that the file is damaged.
func asCorrupt(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		return fmt.Errorf("%w (%w); keep the file and restore a backup", ErrCorrupt, err)
	}
	return err
}
