package data

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"menshen/bot/decision"
)

// The reasons for which a database is not opened. A caller shows the error's
// text: it is one sentence that names the file and the remedy.
var (
	ErrInUse       = errors.New("the database is in use by another menshen process")
	ErrNewerSchema = errors.New("the database was written by a newer version of menshen")
	ErrNotOurs     = errors.New("the file is not a menshen database")
	ErrUnsafeFile  = errors.New("the database file is not private")
	ErrCorrupt     = errors.New("the database is damaged")
)

// The reasons for which a write is refused while the program runs. Nothing of
// it is stored; the caller stops acting until a write succeeds again.
var (
	ErrFull     = errors.New("the disk is full; make room for the database")
	ErrReadOnly = errors.New("the database can only be read; give menshen the right to write it")
)

// ErrStopped is returned by [DB.Write] after the disk failed once, or another
// process took the file over; the error it wraps says which. What a
// failed fsync left behind is unknown, so nothing more is acknowledged until
// the program was started again and has checked the file.
var ErrStopped = errors.New("the database takes nothing more")

// readers is the number of connections that answer questions while the single
// writer works.
const readers = 4

// startCheckLimit is the size in bytes up to which the whole file is checked
// at start; it keeps a start under a second. Larger files are checked by the
// nightly check alone.
const startCheckLimit = 256 << 20

// DB is one database file, held by one process. Its methods may be called from
// any goroutine.
type DB struct {
	// Defaults are the settings of a room whose owner changed nothing, and Now
	// is the clock; set them before the first use.
	Defaults decision.Settings
	Now      func() time.Time
	// OnLongJournal is told when the journal grew past [LongJournal]; it may be
	// nil and must not write.
	OnLongJournal func(bytes int64)

	path    string
	lock    *os.File
	epoch   int64 // of our lease; 0 until it is taken
	writer  *sql.DB
	reader  *sql.DB
	stopped atomic.Pointer[error] // why nothing more is written
	commits atomic.Int64
	long    atomic.Bool // the journal, at the last look
	mem     memory      // of the writer alone
	shared  shared
}

// Open opens the database at path, creates it if there is none (the file 0600,
// a missing directory 0700), brings its schema up to date and checks it. The
// file stays locked against other processes until Close.
//
// The errors a caller branches on are [ErrInUse], [ErrNewerSchema],
// [ErrNotOurs], [ErrUnsafeFile] and [ErrCorrupt]; the file is unchanged then.
func Open(path string) (*DB, error) {
	return open(path, embedded)
}

// open is Open with the migrations of a test.
func open(path string, migrations fs.FS) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find database: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make database directory: %w", err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, lock: lock, Defaults: decision.DefaultSettings(), Now: time.Now}
	if err := db.start(migrations); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// start does what Open promises once the lock is held.
func (db *DB) start(migrations fs.FS) error {
	steps, err := loadMigrations(migrations)
	if err != nil {
		return err
	}
	if err := secureFile(db.path); err != nil {
		return err
	}
	if err := db.probe(len(steps)); err != nil {
		return err
	}
	if err := shapeFile(db.path); err != nil {
		return err
	}
	db.writer = pool(db.path, asWriter)
	if err := db.migrate(steps); err != nil {
		return err
	}
	if len(steps) > 0 { // without a schema it is nobody's file
		if err := db.takeLease(); err != nil {
			return err
		}
	}
	db.reader = pool(db.path, asReader)
	return db.reader.Ping()
}

// pool makes a pool of connections that are all opened for the same role.
func pool(path string, as role) *sql.DB {
	q := url.Values{
		"_synchronous":     {"FULL"},
		"_txlock":          {"immediate"},
		"_busy_timeout":    {"5000"},
		"_foreign_keys":    {"1"},
		"_secure_delete":   {"on"},
		"_stmt_cache_size": {"256"},
		"mode":             {"rw"},
	}
	n := 1
	switch as {
	case asWriter:
		q.Set("_journal_mode", "WAL")
	case asReader:
		n = readers
		fallthrough
	case asProbe:
		q.Set("_query_only", "1")
		q.Set("_txlock", "deferred")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	pool := sql.OpenDB(connector{dsn: u.String(), as: as})
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	return pool
}

// probe refuses a file that is damaged, newer or not ours before a connection
// that could change it is opened: setting the journal mode alone would.
func (db *DB) probe(known int) error {
	probe := pool(db.path, asProbe)
	defer probe.Close()
	var app, version, tables int
	err := probe.QueryRow(`SELECT (SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&app, &version, &tables)
	switch {
	case err != nil:
		return fmt.Errorf("open %s: %w", db.path, asCorrupt(err))
	case app != applicationID && tables > 0:
		return fmt.Errorf("%w: %s; name another file or move this one away", ErrNotOurs, db.path)
	case version > known:
		return fmt.Errorf("%w: %s has schema %d, this program knows %d; install the newer version",
			ErrNewerSchema, db.path, version, known)
	}
	return quickCheck(probe, db.path)
}

// quickCheck asks SQLite whether the pages of the file fit together.
func quickCheck(pool *sql.DB, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if info.Size() > startCheckLimit {
		return nil
	}
	var verdict string
	if err := pool.QueryRow(`PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("check %s: %w", path, asCorrupt(err))
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s (%s); keep the file and restore a backup",
			ErrCorrupt, path, strings.Join(strings.Fields(verdict), " "))
	}
	return nil
}

// Path returns the absolute path of the file.
func (db *DB) Path() string { return db.path }

// Close waits for the transactions under way, closes the file and gives the
// lock back.
func (db *DB) Close() error {
	var errs []error
	for _, p := range []*sql.DB{db.reader, db.writer} {
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	if db.lock != nil { // a database that is only looked at has none
		errs = append(errs, unlockFile(db.lock))
	}
	return errors.Join(errs...)
}
