package data

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"menshen/scoring"
)

// Verify recomputes the digest chains of every member's postings and of the
// cases and returns where one is broken: the first posting of a member that
// was changed, taken out or put in, and every such case. It sees accidents and hand edits, not somebody who rewrites
// the whole chain.
func (db *DB) Verify(ctx context.Context) ([]Violation, error) {
	var v verifier
	err := db.Read(ctx, func(tx *Tx) error {
		if err := v.run(tx); err != nil {
			return fmt.Errorf("verify ledger: %w", err)
		}
		cases, err := tx.verifyCases()
		v.found = append(v.found, cases...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return v.found, nil
}

// LedgerHead returns one digest over the state of all chains, for the manifest
// of a backup: a restored ledger has the same one.
func (tx *Tx) LedgerHead() (string, error) {
	hash := sha256.New()
	err := tx.each(func(c []driver.Value) error {
		return binary.Write(hash, binary.BigEndian, []int64{integer(c[0]), integer(c[1]), integer(c[2]), integer(c[3])})
	}, `SELECT room, member, last, digest FROM balance ORDER BY room, member`)
	if err != nil {
		return "", fmt.Errorf("read heads: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// owner is a member in a room: the owner of one chain.
type owner struct{ room, member int64 }

// head is where a chain should end.
type head struct {
	no     int64
	digest uint64
}

// verifier walks the ledger in the order in which it is stored: member by
// member, oldest first.
type verifier struct {
	found  []Violation
	heads  map[owner]head // of the chains not yet walked to their end
	now    owner
	last   head
	points int64
	broken bool // this chain; one report is enough
}

func (v *verifier) run(tx *Tx) error {
	if err := v.readHeads(tx); err != nil {
		return err
	}
	err := tx.each(func(c []driver.Value) error {
		v.step(entryOf(c), blob(c[11]), blob(c[12]))
		return nil
	}, `SELECT `+entryColumns+`, m.commitment, m.salt
		FROM ledger l LEFT JOIN memo m ON m.room = l.room AND m.member = l.member AND m.no = l.no
		ORDER BY l.room, l.member, l.no`)
	if err != nil {
		return err
	}
	v.finish()
	for o, h := range v.heads {
		v.found = append(v.found, Violation{Rule: "all postings are there", Room: o.room, Member: o.member, Want: h.no})
	}
	return nil
}

// readHeads reads where each chain should end.
func (v *verifier) readHeads(tx *Tx) error {
	v.heads = map[owner]head{}
	return tx.each(func(c []driver.Value) error {
		v.heads[owner{integer(c[0]), integer(c[1])}] = head{integer(c[2]), uint64(integer(c[3]))}
		return nil
	}, `SELECT room, member, last, digest FROM balance WHERE last > 0`)
}

// step looks at one posting.
func (v *verifier) step(e scoring.Entry, commitment, salt []byte) {
	if o := (owner{e.Room, e.Member}); o != v.now {
		v.finish()
		v.now, v.last, v.points, v.broken = o, head{}, 0, false
	}
	v.points += e.Amount
	digest := entryDigest(v.last.digest, e, commitment)
	switch {
	case digest != e.Digest && entryLink(v.last.digest, e, commitment) != e.Digest:
		v.report("the digest of its content", e.No, int64(e.Digest), int64(digest))
	case v.points != e.Balance:
		v.report("the balance of the postings so far", e.No, e.Balance, v.points)
	case salt != nil && string(commitment32(salt, e.Memo)) != string(commitment):
		v.report("the memo that was committed to", e.No, 0, 0)
	}
	v.last = head{e.No, e.Digest}
}

// finish compares the end of a chain with the balance.
func (v *verifier) finish() {
	if v.now == (owner{}) {
		return
	}
	if want := v.heads[v.now]; want != v.last {
		v.report("the last posting", v.last.no, v.last.no, want.no)
	}
	delete(v.heads, v.now)
}

// report notes the first break of a chain.
func (v *verifier) report(rule string, no, have, want int64) {
	if v.broken {
		return
	}
	v.broken = true
	v.found = append(v.found, Violation{Rule: rule, Room: v.now.room, Member: v.now.member, No: no, Have: have, Want: want})
}
