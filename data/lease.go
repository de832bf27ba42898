package data

import (
	"context"
	"fmt"
)

// takeLease makes this process the one that may write. Whoever opened the file
// before writes no more, if there still is such a process: the lock beside the
// file keeps others away as long as all go by one name, and does not find a
// process whose file was moved away under it. The lease belongs to no version
// of the schema: whoever opens the file makes it.
func (db *DB) takeLease() error {
	return db.Write(context.Background(), func(tx *Tx) error {
		_, err := tx.exec(`CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL) STRICT`)
		if err == nil {
			err = tx.queryRow(`INSERT INTO lease (one, epoch) VALUES (1, 1)
				ON CONFLICT (one) DO UPDATE SET epoch = epoch + 1 RETURNING epoch`).Scan(&db.epoch)
		}
		if err != nil {
			return fmt.Errorf("take the lease: %w", asCorrupt(err))
		}
		return nil
	})
}

// holdsLease returns an error that ends a write of a process that is no longer
// the last one to have opened the file. It is asked inside the transaction,
// so nobody can open the file before the commit.
func (tx *Tx) holdsLease(epoch int64) error {
	var now int64
	if err := tx.queryRow(`SELECT epoch FROM lease WHERE one = 1`).Scan(&now); err != nil {
		return fmt.Errorf("read the lease: %w", err)
	}
	if now != epoch {
		return fmt.Errorf("%w (lease %d, ours is %d)", ErrInUse, now, epoch)
	}
	return nil
}
