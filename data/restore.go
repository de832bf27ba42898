package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The reasons for which a backup is not restored.
var (
	ErrExists    = errors.New("there is a database already; move it away first")
	ErrBadBackup = errors.New("the backup is not what its manifest says")
)

// Restore copies a backup to path, where no database may be, and proves that
// the copy holds what the manifest says: the same bytes, chains that are whole
// and end alike, a ledger that adds up. Nothing is left at path when it fails.
func Restore(ctx context.Context, backup, path string) (Manifest, error) {
	want, err := readManifest(backup + ".json")
	if err != nil {
		return Manifest{}, err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if _, err := os.Lstat(path + suffix); !errors.Is(err, os.ErrNotExist) {
			return Manifest{}, fmt.Errorf("%w: %s%s", ErrExists, path, suffix)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Manifest{}, fmt.Errorf("make database directory: %w", err)
	}
	part := path + ".part"
	if err := copyFile(backup, part); err != nil {
		return Manifest{}, errors.Join(err, remove(part))
	}
	got, err := prove(ctx, part)
	if err == nil {
		err = want.matches(got)
	}
	if err == nil {
		err = readable(got.Schema)
	}
	if err == nil {
		err = keepJournal(ctx, part)
	}
	if err == nil {
		// A link, unlike a rename, never replaces a file that appeared meanwhile.
		err = os.Link(part, path)
	}
	if err != nil {
		return Manifest{}, errors.Join(fmt.Errorf("restore %s: %w", backup, err), remove(part))
	}
	return want, errors.Join(remove(part), syncDir(filepath.Dir(path)))
}

// readable refuses a copy that this program could not open.
func readable(schema int) error {
	steps, err := loadMigrations(embedded)
	if err == nil && schema > len(steps) {
		err = fmt.Errorf("%w: it has schema %d, this program knows %d; install the newer version", ErrNewerSchema, schema, len(steps))
	}
	return err
}

// keepJournal gives a compact copy the journal mode of a live database, which
// readers beside a writer need.
func keepJournal(ctx context.Context, path string) error {
	p := pool(path, asWriter)
	if err := errors.Join(p.PingContext(ctx), p.Close()); err != nil {
		return fmt.Errorf("set journal mode: %w", err)
	}
	return nil
}

func readManifest(path string) (m Manifest, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return m, fmt.Errorf("read manifest: %w; name a copy that menshen backup made, with its manifest beside it", err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrBadBackup, path, err)
	}
	return m, nil
}

// matches compares a manifest with what was found.
func (m Manifest) matches(got Manifest) error {
	got.File, got.Created = m.File, m.Created
	if got.SHA256 != m.SHA256 || got.Size != m.Size {
		return fmt.Errorf("%w: its bytes were changed", ErrBadBackup)
	}
	if got != m {
		return fmt.Errorf("%w: it holds other rows", ErrBadBackup)
	}
	return nil
}

// copyFile copies a file durably, for this user alone.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return fmt.Errorf("copy backup: %w", err)
	}
	if err := out.Sync(); err != nil {
		return fmt.Errorf("copy backup: %w", err)
	}
	return nil
}
