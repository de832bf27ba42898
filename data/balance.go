package data

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// The ledger of a room ?1 and the account of its member ?2: their own, unless
// the room shares another's.
const (
	ledgerOf  = `coalesce((SELECT ledger FROM shared_ledger WHERE room = ?1), ?1)`
	accountIn = `room = coalesce((SELECT room FROM purse WHERE member = ?2), ?1)
		AND member = coalesce((SELECT account FROM purse WHERE member = ?2), ?2)`
	// accountsOf are all accounts of a member ?1: their own, and the one in a
	// ledger that their room shares.
	accountsOf = `SELECT room, id FROM member WHERE id = ?1 UNION ALL SELECT room, account FROM purse WHERE member = ?1`
)

// page is for how many lines room is made at once; what is shown in a chat has
// fewer.
const page = 32

// Balance returns what a member has; a member without postings has nothing.
func (tx *Tx) Balance(room chat.RoomID, member chat.MemberID) (scoring.Balance, error) {
	var b scoring.Balance
	err := tx.queryRow(`SELECT points, held, floor FROM balance WHERE `+accountIn, int64(room), int64(member)).
		Scan(&b.Points, &b.Held, &b.Floor)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return b, fmt.Errorf("read balance: %w", err)
	}
	return b, nil
}

// Statement returns a member's last postings, newest first.
func (tx *Tx) Statement(room chat.RoomID, member chat.MemberID, limit int) ([]scoring.Entry, error) {
	all, err := gather(tx, make([]scoring.Entry, 0, min(limit, page)), entryOf, `SELECT `+entryColumns+` FROM ledger l
		LEFT JOIN memo m USING (room, member, no)
		WHERE `+accountIn+` ORDER BY no DESC LIMIT ?3 + 0`,
		int64(room), int64(member), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read statement: %w", err)
	}
	return all, nil
}

// Ranking returns the first limit members of a room and where own stands
// (Rank 0: own is not ranked). The bot, departed members and merged names are
// left out. Members with equal points are ordered by who reached them first,
// that is by the number of their last posting.
//
// With an empty span it ranks by balance; otherwise by what was earned or
// granted in it, corrections included, and leaves out who earned nothing.
func (tx *Tx) Ranking(room chat.RoomID, own chat.MemberID, in Span, limit int) (r scoring.Ranking, err error) {
	if r.Top, err = tx.Top(room, in, limit); err != nil {
		return r, err
	}
	places, args := places(room, in)
	var last int64
	err = tx.queryRow(`SELECT member, points, last FROM (`+places+`)
		WHERE member = coalesce((SELECT account FROM purse WHERE member = ?4), ?4)`, append(args, int64(own))...).
		Scan(&r.Own.Member, &r.Own.Points, &last)
	if errors.Is(err, sql.ErrNoRows) && in == (Span{}) {
		// Who has no posting yet comes after all who had nothing before.
		last = math.MaxInt64
		err = tx.queryRow(`SELECT id FROM member WHERE id = ?1 AND present AND NOT self`, int64(own)).Scan(&r.Own.Member)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("read own place: %w", err)
	}
	args = append(args, r.Own.Points, last, r.Own.Member)
	const before = `(points, -last, -member) > (?4, -?5, -?6)`
	err = tx.queryRow(`SELECT count(*), 1 + coalesce(sum(`+before+`), 0) FROM (`+places+`)`, args...).
		Scan(&r.Total, &r.Own.Rank)
	if err != nil {
		return r, fmt.Errorf("read own rank: %w", err)
	}
	err = tx.queryRow(`SELECT member, points FROM (`+places+`) WHERE `+before+`
		ORDER BY points, last DESC, member DESC LIMIT 1`, args...).Scan(&r.Ahead.Member, &r.Ahead.Points)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("read who is ahead: %w", err)
	}
	r.Ahead.Rank = r.Own.Rank - 1
	return r, nil
}

// Span is a time at From or later and before To; a zero To is now.
type Span struct{ From, To time.Time }

// Top returns the first limit places of a room; see [Tx.Ranking].
func (tx *Tx) Top(room chat.RoomID, in Span, limit int) ([]scoring.Place, error) {
	places, args := places(room, in)
	rank := 0
	top, err := gather(tx, make([]scoring.Place, 0, min(limit, page)), func(v []driver.Value) scoring.Place {
		rank++
		return scoring.Place{Member: integer(v[0]), Points: integer(v[1]), Rank: rank}
	}, `SELECT member, points FROM (`+places+`) ORDER BY points DESC, last, member LIMIT ?4 + 0`, args[0], args[1], args[2], int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read ranking: %w", err)
	}
	return top, nil
}

// places is the question for all places of a room, with its arguments. Over a
// time it reads each member's postings from the newest back: no index on time
// is needed, a member's postings are stored in order.
func places(room chat.RoomID, in Span) (query string, args []any) {
	if in.From.IsZero() {
		return `SELECT member, points, last FROM balance WHERE room = ` + ledgerOf + ` AND ranked AND ?2 = ?3`, []any{int64(room), int64(0), int64(0)}
	}
	until := int64(math.MaxInt64)
	if !in.To.IsZero() {
		until = in.To.Unix()
	}
	return `SELECT * FROM (SELECT b.member, b.last, (SELECT coalesce(sum(l.amount), 0) FROM ledger l
		WHERE l.room = b.room AND l.member = b.member AND l.contra IN (0, -1) AND l.at < ?3
		AND l.no > coalesce((SELECT x.no FROM ledger x WHERE x.room = b.room AND x.member = b.member AND x.at < ?2
			ORDER BY x.no DESC LIMIT 1), 0)) AS points
	FROM balance b WHERE b.room = ` + ledgerOf + ` AND b.ranked) WHERE points > 0`, []any{int64(room), in.From.Unix(), until}
}

// Proof returns what a room's ledger adds up to: its members' points on one
// side, the accounts of the room on the other.
func (tx *Tx) Proof(room chat.RoomID) (scoring.Proof, error) {
	p := scoring.Proof{Accounts: map[scoring.Contra]int64{}}
	rows, err := tx.query(`SELECT contra > 0, min(contra, 0), sum(amount), count(*)
		FROM ledger WHERE room = `+ledgerOf+` GROUP BY 1, 2`, int64(room))
	if err != nil {
		return p, fmt.Errorf("read accounts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var between bool
		var contra scoring.Contra
		var sum, n int64
		if err := rows.Scan(&between, &contra, &sum, &n); err != nil {
			return p, fmt.Errorf("read accounts: %w", err)
		}
		p.Postings += n
		if between {
			p.Between = sum
		} else {
			p.Accounts[contra] = -sum
		}
	}
	if err := rows.Err(); err != nil {
		return p, fmt.Errorf("read accounts: %w", err)
	}
	err = tx.queryRow(`SELECT coalesce(sum(points), 0), coalesce(sum(held), 0), count(*) FROM balance
		WHERE room = `+ledgerOf, int64(room)).Scan(&p.Members, &p.Held, &p.Count)
	if err != nil {
		return p, fmt.Errorf("read accounts: %w", err)
	}
	return p, nil
}
