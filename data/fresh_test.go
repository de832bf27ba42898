package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// newest is a database with the newest schema and nothing in it. Every test
// that wants one gets a copy: the migrations, run one by one, would take more
// time than most tests do. What they do is the matter of tests of their own.
var newest = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "menshen-newest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "menshen.db")
	db, err := Open(path)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// putNewest leaves a database of the newest schema at path unless there is one.
func putNewest(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	content, err := newest()
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

// mustOpenNewest opens such a database and closes it at the end of the test.
func mustOpenNewest(t testing.TB, path string) *DB {
	t.Helper()
	if err := putNewest(path); err != nil {
		t.Fatal(err)
	}
	return mustOpen(t, path, embedded)
}
