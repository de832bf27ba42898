package data

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"
)

// each runs a question and hands every answer to do as the driver has it:
// int64, float64, string, []byte or nil. It is for the questions that are
// asked all the time and have many rows: database/sql spends three times as
// much on a row as SQLite. The values are valid during the call only.
func (tx *Tx) each(do func(v []driver.Value) error, query string, args ...driver.Value) error {
	if err := tx.start(); err != nil {
		return err
	}
	return tx.watch(tx.conn.Raw(func(c any) error {
		conn, ok := c.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("the driver is %T", c)
		}
		rows, err := conn.Query(query, args)
		if err != nil {
			return err
		}
		defer rows.Close()
		v := make([]driver.Value, len(rows.Columns()))
		for err = rows.Next(v); err == nil; err = rows.Next(v) {
			if err := do(v); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}))
}

// gather runs a question like each and appends one value for each answer to all.
func gather[T any](tx *Tx, all []T, of func(v []driver.Value) T, query string, args ...driver.Value) ([]T, error) {
	err := tx.each(func(v []driver.Value) error {
		all = append(all, of(v))
		return nil
	}, query, args...)
	return all, err
}

// integer returns an INTEGER column; NULL is 0.
func integer(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}

// text returns a TEXT column; NULL is empty.
func text(v driver.Value) string {
	s, _ := v.(string)
	return s
}

// blob returns a BLOB column; NULL is nil.
func blob(v driver.Value) []byte {
	b, _ := v.([]byte)
	return b
}
