package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"menshen/data"
)

type backupCmd struct {
	configFlags

	To string `help:"Directory for the copy (default: backups in the data directory)." placeholder:"DIR"`
}

// Run makes a checked copy of the database. It may run beside the bot.
func (c backupCmd) Run(ctx context.Context, std streams) error {
	s, db, err := c.database(data.Look)
	if err != nil {
		return err
	}
	dir := c.To
	if dir == "" {
		dir = s.backups()
	}
	m, err := db.Backup(ctx, dir, data.DefaultRotation())
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "%s: %s\n", filepath.Join(dir, m.File), contents(m))
	return nil
}

// backups is where copies are kept.
func (s settings) backups() string { return filepath.Join(s.DataDir, "backups") }

// contents says in one line what a copy holds.
func contents(m data.Manifest) string {
	return fmt.Sprintf("%d rooms, %d members, %d messages, %d cases, %d postings, %d KiB, sha256 %s",
		m.Rooms, m.Members, m.Messages, m.Cases, m.Postings, m.Size/1024, m.SHA256)
}

type restoreCmd struct {
	configFlags

	File string `arg:"" help:"A copy that menshen backup made; its manifest has to stand beside it."`
}

// Run puts a copy where the database belongs, if there is none, and proves it.
func (c restoreCmd) Run(ctx context.Context, std streams) error {
	s, err := c.load(os.Getenv)
	if err != nil {
		return err
	}
	target := s.inDataDir(s.Database, "menshen.db")
	m, err := data.Restore(ctx, c.File, target)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "%s is back as of %s and proved: %s\n", target, m.Created.Format("2006-01-02 15:04 MST"), contents(m))
	fmt.Fprintln(std.Out, "the next start logs in anew; members are recognised again as after any login")
	return nil
}
