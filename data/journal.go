package data

import "os"

const (
	// LongJournal is the size of the journal in bytes from which on somebody
	// must hold a view of the database for too long: SQLite cuts it back to
	// less as soon as it can. An open view alone makes it grow.
	LongJournal = 64 << 20
	// journalLook is how many commits pass between two looks at it.
	journalLook = 64
)

// Journal returns the size of the journal in bytes.
func (db *DB) Journal() int64 {
	info, err := os.Stat(db.path + "-wal")
	if err != nil {
		return 0 // there is none while nobody writes
	}
	return info.Size()
}

// watchJournal is called after each commit. It tells OnLongJournal once when
// the journal has become long, and again only after it was short in between.
func (db *DB) watchJournal() {
	if db.OnLongJournal == nil || db.commits.Add(1)%journalLook != 0 {
		return
	}
	size := db.Journal()
	if long := size > LongJournal; db.long.Swap(long) != long && long {
		db.OnLongJournal(size)
	}
}
