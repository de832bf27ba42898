package data

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations
var embedded embed.FS

// applicationID marks the file as ours, in the header that file(1) reads: "MnSh".
const applicationID = 0x4d6e5368

// migration is one step of the schema.
type migration struct {
	number int
	name   string
	sql    string
}

// loadMigrations reads migrations/NNNN_name.sql in order and refuses gaps, so
// that user_version says exactly what has run.
func loadMigrations(fsys fs.FS) ([]migration, error) {
	names, err := fs.Glob(fsys, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var all []migration
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		digits, _, _ := strings.Cut(path.Base(name), "_")
		n, err := strconv.Atoi(digits)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		all = append(all, migration{n, path.Base(name), string(text)})
	}
	slices.SortFunc(all, func(a, b migration) int { return cmp.Compare(a.number, b.number) })
	for i, m := range all {
		if m.number != i+1 {
			return nil, fmt.Errorf("migration %s is out of order: number %d expected", m.name, i+1)
		}
	}
	return all, nil
}

// migrate brings the schema up to date. A step and its number commit together:
// killed at any moment, the file has the old schema or the new one.
func (db *DB) migrate(steps []migration) error {
	have, err := db.schemaVersion()
	if err != nil {
		return err
	}
	for _, m := range steps[have:] {
		if err := db.apply(m); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

// schemaVersion returns the number of the last migration that has run.
func (db *DB) schemaVersion() (int, error) {
	var have int
	if err := db.writer.QueryRow(`PRAGMA user_version`).Scan(&have); err != nil {
		return 0, fmt.Errorf("read schema version: %w", asCorrupt(err))
	}
	return have, nil
}

// apply runs one step. Pragmas take no placeholders; both numbers are ours.
func (db *DB) apply(m migration) error {
	return db.Write(context.Background(), func(tx *Tx) error {
		mark := fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", m.number, applicationID)
		for _, text := range []string{m.sql, mark} {
			if _, err := tx.exec(text); err != nil {
				return err
			}
		}
		return nil
	})
}
