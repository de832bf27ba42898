package data

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed check.sql
var checkSQL string

// Violation is one thing in the ledger or the cases that does not hold.
type Violation struct {
	Rule       string // what should hold, in English
	Room       int64
	Member     int64 // 0: the room as a whole
	No         int64 // the posting, where it is known
	Case       int64 // the case, for violations in cases
	Have, Want int64
}

// String says it in one line without names.
func (v Violation) String() string {
	at := fmt.Sprintf("room %d member %d", v.Room, v.Member)
	if v.Case > 0 {
		at = fmt.Sprintf("case %d", v.Case)
	}
	if v.No > 0 {
		at += fmt.Sprintf(" posting %d", v.No)
	}
	if v.Have == v.Want { // it is not about a number
		return fmt.Sprintf("%s: not %s", at, v.Rule)
	}
	return fmt.Sprintf("%s: not %s (have %d, want %d)", at, v.Rule, v.Have, v.Want)
}

// Check proves that the ledger adds up; the answer is empty when it does. It
// reads every posting once, a million in about a quarter of a second.
func (db *DB) Check(ctx context.Context) ([]Violation, error) {
	var all []Violation
	err := db.Read(ctx, func(tx *Tx) (err error) {
		all, err = collect(tx, func(scan func(...any) error) (v Violation, err error) {
			return v, scan(&v.Rule, &v.Room, &v.Member, &v.Have, &v.Want)
		}, checkSQL)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("check ledger: %w", err)
	}
	return all, nil
}
