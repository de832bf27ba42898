package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"menshen/bot/decision"
)

// ErrOldSchema means that a file waits for a migration, which only a start of
// the program makes.
var ErrOldSchema = errors.New("the database was written by an older version of menshen")

// Look opens a database for reading while another process may have it open;
// [DB.Write] is refused with [ErrReadOnly]. The errors are those of [Open],
// and [fs.ErrNotExist] and [ErrOldSchema].
func Look(path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find database: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("open database: %s is empty: %w", path, fs.ErrNotExist)
	}
	steps, err := loadMigrations(embedded)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, Defaults: decision.DefaultSettings(), Now: time.Now}
	if err := db.probe(len(steps)); err != nil {
		return nil, err
	}
	db.reader = pool(path, asProbe) // a file just restored is not in WAL mode yet
	var have int
	if err := db.reader.QueryRow(`PRAGMA user_version`).Scan(&have); err != nil {
		return nil, errors.Join(fmt.Errorf("read schema version: %w", err), db.Close())
	}
	if have < len(steps) {
		return nil, errors.Join(fmt.Errorf("%w: %s; start menshen run once", ErrOldSchema, path), db.Close())
	}
	return db, nil
}
