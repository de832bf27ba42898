package data

import (
	"context"
	"fmt"
)

// Totals are counts over the whole database. They are read from row numbers
// and small indexes, so asking for them every few seconds costs nothing.
type Totals struct {
	Messages int64 // recorded, ever
	Cases    int64 // opened, ever
	Open     int64 // cases that wait for somebody
	Postings int64 // in all ledgers, ever
	Points   int64 // in all balances now
	Pending  int64 // sentences that are not sent yet
}

// Totals returns the counts of now.
func (db *DB) Totals(ctx context.Context) (Totals, error) {
	var t Totals
	err := db.Read(ctx, func(tx *Tx) error {
		return tx.queryRow(`SELECT (SELECT coalesce(max(n), 0) FROM message), (SELECT coalesce(max(id), 0) FROM cases),
			(SELECT count(*) FROM cases c WHERE `+waiting+`), (SELECT coalesce(sum(no), 0) FROM book),
			(SELECT coalesce(sum(points), 0) FROM balance), (SELECT count(*) FROM outbox WHERE state = 'pending')`).
			Scan(&t.Messages, &t.Cases, &t.Open, &t.Postings, &t.Points, &t.Pending)
	})
	if err != nil {
		return t, fmt.Errorf("count: %w", err)
	}
	return t, nil
}
