package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"menshen/data"
)

type verifyCmd struct {
	configFlags
}

// Run proves the database: every page, every digest, every balance. It may run
// beside the bot.
func (c verifyCmd) Run(ctx context.Context, std streams) error {
	db, err := c.inspect()
	if err != nil {
		return err
	}
	found, err := prove(ctx, db)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	for _, v := range found {
		fmt.Fprintln(std.Out, v)
	}
	if len(found) > 0 {
		return exitError{code: 1, message: fmt.Sprintf("%d places do not hold; keep the file and restore a backup", len(found))}
	}
	fmt.Fprintln(std.Out, "pages, ledger and cases hold: every balance adds up and every digest is right")
	fmt.Fprintln(std.Out, "(this sees accidents and edits by hand, not somebody who rewrites the whole chain)")
	return nil
}

// prove runs every check there is and returns what does not hold.
func prove(ctx context.Context, db *data.DB) ([]data.Violation, error) {
	if err := db.Integrity(ctx); err != nil {
		return nil, err
	}
	sums, err := db.Check(ctx)
	if err != nil {
		return nil, err
	}
	chains, err := db.Verify(ctx)
	return append(sums, chains...), err
}

// inspect opens the database of the settings for reading.
func (f configFlags) inspect() (*data.DB, error) {
	_, db, err := f.database(data.Look)
	return db, err
}

// database opens the database of the settings, which has to exist.
func (f configFlags) database(open func(path string) (*data.DB, error)) (settings, *data.DB, error) {
	s, err := f.load(os.Getenv)
	if err != nil {
		return s, nil, err
	}
	path, err := s.existing()
	if err != nil {
		return s, nil, err
	}
	db, err := open(path)
	return s, db, err
}

// existing is the path of the database, for those who must not make one.
func (s settings) existing() (string, error) {
	path := s.inDataDir(s.Database, "menshen.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no database %s; start menshen run, or name another with --set database=FILE", path)
	}
	return path, nil
}
