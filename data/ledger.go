package data

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// account is what a posting has to know of the ledger before it: the room's
// last number and the member's balance.
type account struct {
	scoring.Balance
	no     int64
	digest uint64
}

// Post adds a posting to the ledger. A posting with the same key and content
// returns the first one with Replayed set; with other content it is refused
// with [scoring.ErrIdempotencyConflict]. One that would leave less than the
// floor is refused with [scoring.ErrInsufficient].
func (tx *Tx) Post(p scoring.Posting) (scoring.Entry, error) {
	if p.Contra > 0 {
		return scoring.Entry{}, fmt.Errorf("post: a transfer has two halves: %w", scoring.ErrAmount)
	}
	return tx.post(p)
}

// Transfer moves points from p.Member to the member p.Contra: a posting with
// p.Leg, which is even, and its other half. p.Amount is positive here. It
// returns the payer's entry and the payee's.
func (tx *Tx) Transfer(p scoring.Posting) (from, to scoring.Entry, err error) {
	if p.Amount <= 0 || p.Contra <= 0 || p.Leg%2 != 0 {
		return from, to, fmt.Errorf("transfer: %w", scoring.ErrAmount)
	}
	p.Amount = -p.Amount
	return tx.postPair(p)
}

// postPair posts both halves or none.
func (tx *Tx) postPair(p scoring.Posting) (first, second scoring.Entry, err error) {
	other := p
	other.Member, other.Contra = int64(p.Contra), scoring.Contra(p.Member)
	other.Amount, other.Leg = -p.Amount, p.Leg+1
	err = tx.Nested(func() (err error) {
		if first, err = tx.post(p); err != nil {
			return err
		}
		second, err = tx.post(other)
		return err
	})
	return first, second, err
}

// post adds one row after looking whether it is there already.
func (tx *Tx) post(p scoring.Posting) (scoring.Entry, error) {
	acc, found, err := tx.lookUp(p)
	if err != nil {
		return scoring.Entry{}, fmt.Errorf("post: %w", err)
	}
	if found != nil {
		return replay(p, *found)
	}
	e, err := next(p, acc)
	if err != nil {
		return scoring.Entry{}, err
	}
	return e, tx.insertEntry(e, acc.digest)
}

// replay answers a posting whose key exists.
func replay(p scoring.Posting, old scoring.Entry) (scoring.Entry, error) {
	if old.Member != p.Member || old.Amount != p.Amount || old.Contra != p.Contra {
		return old, &scoring.Refusal{Err: scoring.ErrIdempotencyConflict, Have: old.Amount, No: old.No}
	}
	old.Replayed = true
	return old, nil
}

// next makes the entry that follows an account's state.
func next(p scoring.Posting, acc account) (scoring.Entry, error) {
	if p.Amount == 0 || p.Amount > scoring.MaxAmount || p.Amount < -scoring.MaxAmount {
		return scoring.Entry{}, &scoring.Refusal{Err: scoring.ErrAmount, Limit: scoring.MaxAmount}
	}
	free := acc.Free()
	if p.Cause == scoring.CauseHold {
		free += max(0, -p.Amount) // a capture spends what it held; the hold says how much
	}
	if p.Amount < 0 && free+p.Amount < 0 {
		return scoring.Entry{}, &scoring.Refusal{Err: scoring.ErrInsufficient, Need: -p.Amount, Have: free}
	}
	e := scoring.Entry{Posting: p, No: acc.no + 1, Balance: acc.Points + p.Amount}
	if e.Balance > scoring.MaxBalance || e.Balance < -scoring.MaxBalance {
		return scoring.Entry{}, &scoring.Refusal{Err: scoring.ErrBounds, Limit: scoring.MaxBalance}
	}
	return e, nil
}

// lookUp reads the member's account and the entry with the posting's key, if
// there is one, and opens the account when it is the first posting.
func (tx *Tx) lookUp(p scoring.Posting) (acc account, found *scoring.Entry, err error) {
	acc, found, err = tx.readAccount(p)
	if errors.Is(err, sql.ErrNoRows) {
		if err := tx.openAccount(p.Room, p.Member); err != nil {
			return acc, nil, err
		}
		acc, found, err = tx.readAccount(p)
	}
	return acc, found, err
}

// readAccount is one question, because every posting asks it.
func (tx *Tx) readAccount(p scoring.Posting) (acc account, found *scoring.Entry, err error) {
	const q = `SELECT k.no, b.points, b.held, b.floor, b.digest,
		coalesce(l.no, 0), coalesce(l.member, 0), coalesce(l.amount, 0), coalesce(l.contra, 0),
		coalesce(l.balance, 0), coalesce(l.at, 0), coalesce(l.digest, 0)
	FROM book k JOIN balance b ON b.room = k.room AND b.member = ?2
	LEFT JOIN ledger l ON l.room = k.room AND l.src_id = ?3 AND l.cause = ?4
	WHERE k.room = ?1`
	old := scoring.Entry{Posting: p}
	var digest, oldDigest, at int64
	err = tx.queryRow(q, p.Room, p.Member, p.CauseID, causeLeg(p)).Scan(
		&acc.no, &acc.Points, &acc.Held, &acc.Floor, &digest,
		&old.No, &old.Member, &old.Amount, &old.Contra, &old.Balance, &at, &oldDigest)
	if err != nil {
		return acc, nil, err
	}
	acc.digest = uint64(digest)
	if old.No == 0 {
		return acc, nil, nil
	}
	old.At, old.Digest = time.Unix(at, 0), uint64(oldDigest)
	return acc, &old, nil
}

// openAccount makes the rows that a first posting or hold needs.
func (tx *Tx) openAccount(room, member int64) error {
	const book = `INSERT INTO book (room) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM book WHERE room = ?1)`
	const balance = `INSERT INTO balance (room, member)
		SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM balance WHERE room = ?1 AND member = ?2)`
	var home int64
	err := tx.queryRow(`SELECT room FROM member WHERE id = ?1`, member).Scan(&home)
	if errors.Is(err, sql.ErrNoRows) {
		return &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	if err == nil && home != room {
		return &scoring.Refusal{Err: scoring.ErrOtherRoom}
	}
	if err == nil {
		_, err = tx.exec(book, room)
	}
	if err == nil {
		_, err = tx.exec(balance, room, member)
	}
	if err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	return nil
}

// insertEntry writes a row, its place in the chain and its memo.
func (tx *Tx) insertEntry(e scoring.Entry, before uint64) error {
	var commitment, salt []byte
	if e.Memo != "" {
		var err error
		if commitment, salt, err = commit(e.Memo); err != nil {
			return err
		}
	}
	e.At = time.Unix(e.At.Unix(), 0)
	const q = `INSERT INTO ledger (room, member, no, amount, balance, contra, src_id, cause, at, digest)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`
	_, err := tx.exec(q, e.Room, e.Member, e.No, e.Amount, e.Balance, int64(e.Contra),
		e.CauseID, causeLeg(e.Posting), e.At.Unix(), int64(entryDigest(before, e, commitment)))
	if err != nil {
		return fmt.Errorf("add posting: %w", err)
	}
	if e.Memo == "" {
		return nil
	}
	_, err = tx.exec(`INSERT INTO memo (room, member, no, commitment, salt, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
		e.Room, e.Member, e.No, commitment, salt, e.Memo)
	if err != nil {
		return fmt.Errorf("add memo: %w", err)
	}
	return nil
}

// entryDigest continues the chain of a member's postings. A posting keeps the
// first 47 bits: SQLite stores them in six bytes, and a million postings have
// to fit 60 MiB. They miss one accident in 10^14.
func entryDigest(before uint64, e scoring.Entry, commitment []byte) uint64 {
	return entryLink(before, e, commitment) >> 17
}

// entryLink is the digest of a posting with all its bits, which postings of
// schema 7 and before keep.
func entryLink(before uint64, e scoring.Entry, commitment []byte) uint64 {
	return link(before, []int64{
		e.Room, e.Member, e.No, e.Amount, e.Balance, int64(e.Contra),
		int64(e.Cause), e.CauseID, e.Leg, e.At.Unix(),
	}, commitment)
}

// causeLeg is the column that holds both cause and leg.
func causeLeg(p scoring.Posting) int64 { return int64(p.Cause) + 16*p.Leg }

// Reverse undoes the posting with a number, both halves of a transfer. It is
// refused when the posting was reversed before ([scoring.ErrAlreadyDone], No
// names the reversal), is a reversal itself or one of several that belong
// together ([scoring.ErrNotReversible]), does not exist ([scoring.ErrNotFound])
// or when the points are spent ([scoring.ErrInsufficient]).
func (tx *Tx) Reverse(room chat.RoomID, no int64, at time.Time, memo string) ([]scoring.Entry, error) {
	e, err := tx.Entry(room, no)
	if err != nil {
		return nil, err
	}
	return tx.reverse(e, at, memo)
}

// reverse is [Tx.Reverse] of a posting in whatever ledger.
func (tx *Tx) reverse(e scoring.Entry, at time.Time, memo string) (back []scoring.Entry, err error) {
	if !reversible(e) {
		return nil, &scoring.Refusal{Err: scoring.ErrNotReversible, No: e.No}
	}
	if e.Leg%2 == 1 { // a transfer is reversed from its first half
		if e, err = tx.entryIn(e.Room, e.No-1); err != nil {
			return nil, err
		}
	}
	p := scoring.Posting{
		Room: e.Room, Member: e.Member, Amount: -e.Amount, Contra: e.Contra,
		Cause: scoring.CauseReversal, CauseID: e.No, At: at, Memo: memo,
	}
	if e.Contra > 0 {
		first, second, pairErr := tx.postPair(p)
		back, err = []scoring.Entry{first, second}, pairErr
	} else {
		first, postErr := tx.post(p)
		back, err = []scoring.Entry{first}, postErr
	}
	if err != nil {
		return nil, err
	}
	if back[0].Replayed {
		return nil, &scoring.Refusal{Err: scoring.ErrAlreadyDone, No: back[0].No}
	}
	return back, tx.nobodysName(back, at)
}

// reversible reports whether a posting stands for itself. A move is half of two
// postings, maybe in two rooms, and a check-in that was corrected is corrected
// again when names are split: one posting taken out would make points.
func reversible(e scoring.Entry) bool {
	corrected := e.Cause == scoring.CauseCheckIn && e.Leg > 0
	return e.Cause != scoring.CauseReversal && e.Cause != scoring.CauseMove && !corrected
}

// nobodysName sends points that came to the account of a merged name on.
func (tx *Tx) nobodysName(entries []scoring.Entry, at time.Time) error {
	for _, e := range entries {
		if e.Amount <= 0 {
			continue
		}
		if err := tx.follow(e.Member, at); err != nil {
			return err
		}
	}
	return nil
}

// Entry returns the posting with a number of the ledger that a room uses.
func (tx *Tx) Entry(room chat.RoomID, no int64) (scoring.Entry, error) {
	var ledger int64
	if err := tx.queryRow(`SELECT `+ledgerOf, int64(room)).Scan(&ledger); err != nil {
		return scoring.Entry{}, fmt.Errorf("find the ledger of a room: %w", err)
	}
	return tx.entryIn(ledger, no)
}

// entryIn returns the posting with a number of a ledger. There is no index on
// the number: a room has few members and each has its postings in order.
func (tx *Tx) entryIn(ledger, no int64) (scoring.Entry, error) {
	all, err := gather(tx, nil, entryOf, `SELECT `+entryColumns+`
		FROM balance b JOIN ledger l ON l.room = b.room AND l.member = b.member AND l.no = ?2
		LEFT JOIN memo m ON m.room = l.room AND m.member = l.member AND m.no = l.no
		WHERE b.room = ?1 AND b.last >= ?2`, ledger, no)
	if err != nil {
		return scoring.Entry{}, fmt.Errorf("read posting: %w", err)
	}
	if len(all) == 0 {
		return scoring.Entry{}, &scoring.Refusal{Err: scoring.ErrNotFound, No: no}
	}
	return all[0], nil
}

// entryColumns are what entryOf reads, of ledger l and memo m.
const entryColumns = `l.room, l.member, l.no, l.amount, l.balance, l.contra, l.src_id, l.cause, l.at, l.digest, m.text`

// entryOf reads one posting.
func entryOf(v []driver.Value) scoring.Entry {
	cause := integer(v[7])
	return scoring.Entry{
		Posting: scoring.Posting{
			Room: integer(v[0]), Member: integer(v[1]), Amount: integer(v[3]),
			Contra: scoring.Contra(integer(v[5])), Cause: scoring.Cause(cause % 16), CauseID: integer(v[6]), Leg: cause / 16,
			At: time.Unix(integer(v[8]), 0), Memo: text(v[10]),
		},
		No: integer(v[2]), Balance: integer(v[4]), Digest: uint64(integer(v[9])),
	}
}

// EraseMemos removes the reasons written for a member's postings, in a shared
// ledger as well, and the name under which they entered draws. The postings
// stay, and their digests still hold.
func (tx *Tx) EraseMemos(member chat.MemberID) error {
	_, err := tx.exec(`UPDATE memo SET text = NULL, salt = NULL
		WHERE (room, member) IN (`+accountsOf+`) AND text IS NOT NULL`, int64(member))
	if err != nil {
		return fmt.Errorf("erase memos: %w", err)
	}
	if _, err := tx.exec(`UPDATE draw_entry SET name = '' WHERE member = ?1`, int64(member)); err != nil {
		return fmt.Errorf("erase names in draws: %w", err)
	}
	return nil
}
