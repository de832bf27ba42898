package data

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"menshen/bot/decision"

	"github.com/mattn/go-sqlite3"
)

// Tx is a transaction. It belongs to the goroutine it was given to and ends
// when that function returns.
type Tx struct {
	conn *sql.Conn
	// now is the time the transaction began, by the database's clock.
	now      time.Time
	defaults *decision.Settings
	// mem is what the writer remembers; nil in a transaction that only reads,
	// which looks into shared instead.
	mem        *memory
	shared     *shared
	generation int64
	// begin is the statement that starts the transaction, until it ran. Reading
	// what is remembered needs none.
	begin string
	// account scopes message ids; 0 when the batch names no session.
	account int64
	// over is set once SQLite has rolled back by itself: no later statement of
	// the transaction may run, it would commit alone.
	over error
}

// Write runs do in the one write transaction and returns after it is durable.
// If do returns an error nothing of it is stored, and that error is returned.
// ctx limits only the wait for the writer. After a disk error, and after another
// process took the file over, Write returns [ErrStopped] for good; [ErrFull],
// [ErrReadOnly] and [ErrCorrupt] say why a write could not be made, and the next
// one is tried again.
func (db *DB) Write(ctx context.Context, do func(*Tx) error) error {
	if db.writer == nil {
		return ErrReadOnly
	}
	if why := db.stopped.Load(); why != nil {
		return *why
	}
	err := db.transact(ctx, db.writer, "BEGIN IMMEDIATE", &db.mem, db.leased(do))
	if errors.Is(err, ErrInUse) {
		return db.stop("another process opened it after this one", err)
	}
	if err == nil {
		db.watchJournal()
		return nil
	}
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case sqlite3.ErrIoErr:
		return db.stop("a disk error; restart menshen", err)
	case sqlite3.ErrFull:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case sqlite3.ErrReadonly:
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	return asCorrupt(err)
}

// stop ends all writing and returns why.
func (db *DB) stop(why string, err error) error {
	err = fmt.Errorf("%w after %s: %w", ErrStopped, why, err)
	db.stopped.Store(&err)
	return err
}

// leased is do for the process that holds the lease alone.
func (db *DB) leased(do func(*Tx) error) func(*Tx) error {
	if db.epoch == 0 { // it is being opened
		return do
	}
	return func(tx *Tx) error {
		if err := tx.holdsLease(db.epoch); err != nil {
			return err
		}
		return do(tx)
	}
}

// Read runs do on one unchanging view of what is committed. A write in it is
// refused by SQLite.
func (db *DB) Read(ctx context.Context, do func(*Tx) error) error {
	return db.transact(ctx, db.reader, "BEGIN DEFERRED", nil, do)
}

// transact runs do between begin and COMMIT. It takes a connection of its own rather than a sql.Tx, which would
// start a goroutine for the transaction and one for every query in it.
func (db *DB) transact(ctx context.Context, pool *sql.DB, begin string, mem *memory, do func(*Tx) error) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("get connection: %w", err)
	}
	defer conn.Close()
	tx := &Tx{
		conn: conn, now: db.Now(), defaults: &db.Defaults, mem: mem,
		shared: &db.shared, generation: db.shared.current(), begin: begin,
	}
	done := false
	defer func() {
		if !done {
			tx.rollback()
		}
	}()
	if mem != nil { // whoever writes waits here, with ctx
		if err := tx.start(); err != nil {
			return err
		}
	}
	if err := do(tx); err != nil {
		return err
	}
	if tx.begin == "" {
		if _, err := tx.exec("COMMIT"); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
	}
	done = true
	if mem != nil && mem.changed {
		mem.changed = false
		db.shared.raise()
	}
	return nil
}

// start begins the transaction unless it began before.
func (tx *Tx) start() error {
	if tx.over != nil || tx.begin == "" {
		return tx.over
	}
	begin := tx.begin
	tx.begin = ""
	if _, err := tx.conn.ExecContext(context.Background(), begin); err != nil {
		tx.over = fmt.Errorf("begin: %w", err)
	}
	return tx.over
}

// rollback ends a transaction that did not commit. A connection that cannot
// roll back is thrown away, which rolls back as well.
func (tx *Tx) rollback() {
	tx.mem.drop()
	_ = tx.conn.Raw(func(c any) error {
		conn, ok := c.(*sqlite3.SQLiteConn)
		if !ok || conn.AutoCommit() {
			return nil
		}
		if _, err := conn.Exec("ROLLBACK", nil); err != nil {
			return driver.ErrBadConn
		}
		return nil
	})
}

// Nested runs do so that its effects vanish if it returns an error, while the
// transaction goes on. It makes an action of several statements whole.
func (tx *Tx) Nested(do func() error) error {
	if _, err := tx.exec("SAVEPOINT nested"); err != nil {
		return fmt.Errorf("set savepoint: %w", err)
	}
	err := do()
	if err != nil {
		tx.mem.drop()
		if _, back := tx.exec("ROLLBACK TO nested"); back != nil {
			return errors.Join(err, fmt.Errorf("roll back to savepoint: %w", back))
		}
	}
	if _, rel := tx.exec("RELEASE nested"); rel != nil {
		return errors.Join(err, fmt.Errorf("release savepoint: %w", rel))
	}
	return err
}

// exec runs a statement. Placeholders are ?1, ?2, …: the driver binds $1 by
// order of appearance. Statements with arguments are prepared once a
// connection. The context never ends: a write that is interrupted half-way
// would be rolled back behind its owner's back.
func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	if err := tx.start(); err != nil {
		return nil, err
	}
	res, err := tx.conn.ExecContext(context.Background(), query, args...)
	return res, tx.watch(err)
}

// query runs a question with several answers. A limit that is bound is written
// as ?3 + 0: SQLite plans by the value of a bare LIMIT ?3, so it would compile
// the question anew each time.
func (tx *Tx) query(query string, args ...any) (*sql.Rows, error) {
	if err := tx.start(); err != nil {
		return nil, err
	}
	rows, err := tx.conn.QueryContext(context.Background(), query, args...)
	return rows, tx.watch(err)
}

// queryRow runs a question with at most one answer.
func (tx *Tx) queryRow(query string, args ...any) row {
	if tx.start() != nil {
		return row{tx: tx}
	}
	return row{tx, tx.conn.QueryRowContext(context.Background(), query, args...)}
}

// row is a sql.Row whose error is watched.
type row struct {
	tx  *Tx
	row *sql.Row
}

// Scan copies the answer into dest; without one it returns [sql.ErrNoRows].
func (r row) Scan(dest ...any) error {
	if r.row == nil {
		return r.tx.over
	}
	err := r.row.Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return r.tx.watch(err)
}

// watch notices that an error made SQLite roll back the whole transaction, as
// a full disk does.
func (tx *Tx) watch(err error) error {
	if err == nil {
		return nil
	}
	_ = tx.conn.Raw(func(c any) error {
		if conn, ok := c.(*sqlite3.SQLiteConn); ok && conn.AutoCommit() {
			tx.over = fmt.Errorf("transaction was rolled back: %w", err)
		}
		return nil
	})
	return err
}

// collect runs a question and returns one value for each answer.
func collect[T any](tx *Tx, scan func(scan func(dest ...any) error) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, tx.watch(rows.Err())
}
