package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Manifest says what a backup holds. It stands beside the copy as NAME.json.
type Manifest struct {
	File     string    `json:"file"`
	Created  time.Time `json:"created"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Schema   int       `json:"schema"`
	Rooms    int       `json:"rooms"`
	Members  int       `json:"members"`
	Messages int       `json:"messages"`
	Cases    int       `json:"cases"`
	Postings int       `json:"postings"`
	// LedgerHead and CaseHead are the ends of the digest chains: a copy whose
	// chains are whole and end like this holds the same postings and cases.
	LedgerHead string `json:"ledger_head"`
	CaseHead   int64  `json:"case_head"`
}

// The names of backups: they sort by time.
const (
	backupPrefix = "menshen-"
	backupTime   = "20060102T150405Z"
	backupSuffix = ".db"
)

// Backup writes a checked copy of the database into dir and removes copies
// that keep does not name. The copy is made from one read snapshot, so that
// messages are recorded in the meantime, and bears its name only when it is
// whole and durable. The login of the network is not in it.
func (db *DB) Backup(ctx context.Context, dir string, keep Rotation) (Manifest, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Manifest{}, fmt.Errorf("make backup directory: %w", err)
	}
	created := db.Now().UTC()
	target := filepath.Join(dir, backupPrefix+created.Format(backupTime)+backupSuffix)
	part := target + ".part"
	if err := db.copyTo(ctx, part); err != nil {
		return Manifest{}, errors.Join(err, remove(part))
	}
	m, err := prove(ctx, part)
	if err != nil {
		return Manifest{}, errors.Join(fmt.Errorf("check backup: %w", err), remove(part))
	}
	m.File, m.Created = filepath.Base(target), created
	if err := publish(m, part, target); err != nil {
		return Manifest{}, errors.Join(err, remove(part))
	}
	return m, keep.apply(dir)
}

// copyTo writes a compact copy without the remains of deleted rows.
func (db *DB) copyTo(ctx context.Context, part string) error {
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create backup: %w", err)
	}
	defer f.Close()
	source := pool(db.path, asWriter) // it reads, but VACUUM is refused to a reader
	defer source.Close()
	if _, err := source.ExecContext(ctx, `VACUUM INTO ?1`, part); err != nil {
		return fmt.Errorf("copy database: %w", asCorrupt(err))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	return nil
}

// publish stores the manifest and gives the copy its name, in this order: a
// copy without a manifest is never found.
func publish(m Manifest, part, target string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := writeDurably(target+".json", append(text, '\n')); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := os.Rename(part, target); err != nil {
		return fmt.Errorf("name backup: %w", err)
	}
	return syncDir(filepath.Dir(target))
}

// prove reads a database file that nobody uses and says what it holds. It
// fails unless the pages fit together, the ledger adds up and the chains are
// whole.
func prove(ctx context.Context, path string) (Manifest, error) {
	copied := &DB{path: path, reader: pool(path, asProbe), Now: time.Now}
	defer copied.reader.Close()
	if err := wholeCheck(ctx, copied.reader, path); err != nil {
		return Manifest{}, err
	}
	for _, check := range []func(context.Context) ([]Violation, error){copied.Check, copied.Verify} {
		found, err := check(ctx)
		if err != nil {
			return Manifest{}, err
		}
		if len(found) > 0 {
			return Manifest{}, fmt.Errorf("%w: %d violations, the first: %s", ErrCorrupt, len(found), found[0])
		}
	}
	m, err := copied.describe(ctx)
	if err != nil {
		return Manifest{}, err
	}
	m.SHA256, m.Size, err = hashFile(path)
	return m, err
}

// wholeCheck looks at every page, index and constraint.
func wholeCheck(ctx context.Context, pool *sql.DB, path string) error {
	var verdict string
	if err := pool.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("check %s: %w", path, asCorrupt(err))
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s (%s)", ErrCorrupt, path, strings.Join(strings.Fields(verdict), " "))
	}
	return nil
}

// describe counts what a database holds.
func (db *DB) describe(ctx context.Context) (m Manifest, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		err = tx.queryRow(`SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM room),
			(SELECT count(*) FROM member), (SELECT count(*) FROM message), (SELECT count(*) FROM cases), (SELECT count(*) FROM ledger)`).
			Scan(&m.Schema, &m.Rooms, &m.Members, &m.Messages, &m.Cases, &m.Postings)
		if err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		if m.LedgerHead, err = tx.LedgerHead(); err != nil {
			return err
		}
		m.CaseHead, err = tx.CaseHead()
		return err
	})
	return m, err
}

// hashFile returns the sha256 of a file in hex and its size.
func hashFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("hash file: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, fmt.Errorf("hash file: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// writeDurably replaces a small file at once.
func writeDurably(path string, content []byte) error {
	f, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// remove deletes a file that may be missing.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("clean up: %w", err)
	}
	return nil
}
