package data

import (
	"context"
	"fmt"
	"time"
)

// Retention says how long things are kept. Zero keeps nothing.
type Retention struct {
	Text      time.Duration // of messages
	Evidence  time.Duration // of cases; also ids of messages and sentences
	Decisions time.Duration // all of a case but its number, dates, outcome and digest
}

// Purged says what a purge removed. Left counts what is older than its limit
// and still there: a purge that did its work leaves nothing.
type Purged struct {
	Texts     int // of messages
	Messages  int // ids
	Evidence  int // cases whose texts were removed
	Decisions int // cases of which number, dates and outcome stay
	Sentences int // texts of outbox rows
	Names     int // members who left long ago
	Left      int
}

// purgeLot bounds the rows changed in one transaction, so that messages are
// recorded in between.
const purgeLot = 2000

// Purge removes what is older than the limits at now and proves it, and lets
// the points run out that are older than their rooms allow. Cases that
// wait for somebody and strikes that count are kept until they are over; their
// texts are not.
func (db *DB) Purge(ctx context.Context, now time.Time, keep Retention) (Purged, error) {
	text, evidence := now.Add(-keep.Text).UnixMilli(), now.Add(-keep.Evidence).UnixMilli()
	decisions := now.Add(-keep.Decisions).UnixMilli()
	var p Purged
	steps := []struct {
		what   string
		count  *int
		purge  func(tx *Tx, before int64) (int, error)
		before int64
	}{
		{"message ids", &p.Messages, purgeRows(`DELETE FROM message WHERE n IN
			(SELECT n FROM message WHERE n < (SELECT coalesce(min(n), 9e18) FROM message WHERE at >= ?1) AND at < ?1 LIMIT ?2)`), min(text, evidence)},
		{"evidence", &p.Evidence, purgeEvidence, evidence},
		{"sentences", &p.Sentences, purgeRows(`UPDATE outbox SET text = '', parts = '[]' WHERE id IN
			(SELECT id FROM outbox WHERE created < ?1 AND state NOT IN ('pending', 'sending') AND (text <> '' OR parts <> '[]') LIMIT ?2)`), evidence},
		{"decisions", &p.Decisions, purgeDecisions, decisions},
		{"outbox rows", new(int), purgeRows(`DELETE FROM outbox WHERE id IN
			(SELECT id FROM outbox WHERE created < ?1 AND state NOT IN ('pending', 'sending') LIMIT ?2)`), decisions},
		{"activity", new(int), purgeRows(`DELETE FROM activity WHERE (member, day) IN
			(SELECT member, day FROM activity WHERE day < CAST(strftime('%Y%m%d', ?1 / 1000, 'unixepoch') AS INTEGER) LIMIT ?2)`), decisions},
		{"names of old logins", new(int), purgeRows(`DELETE FROM alias WHERE (session, name, room) IN (SELECT a.session, a.name, a.room
			FROM session s CROSS JOIN alias a ON a.session = s.id WHERE s.started < ?1
			AND EXISTS (SELECT 1 FROM session later WHERE later.account = s.account AND later.started > s.started) LIMIT ?2)`), text},
		{"names", &p.Names, purgeRows(`UPDATE member SET nick = '', display = '', remark = '', handle = '' WHERE id IN
			(SELECT id FROM member WHERE present = 0 AND left_at BETWEEN 1 AND ?1 - 1 AND nick || display || remark || handle <> '' LIMIT ?2)`), decisions},
	}
	var err error
	if p.Texts, err = db.purgeTexts(ctx, text); err != nil {
		return p, fmt.Errorf("purge texts: %w", err)
	}
	for _, s := range steps {
		n, err := db.purgeAll(ctx, s.purge, s.before)
		if err != nil {
			return p, fmt.Errorf("purge %s: %w", s.what, err)
		}
		*s.count = n
	}
	if err := db.expireAll(ctx, now); err != nil {
		return p, err
	}
	p.Left, err = db.overdue(ctx, text, evidence, decisions, now.UnixMilli())
	if err != nil {
		return p, err
	}
	return p, db.forgetPages(ctx, p)
}

// purgeTexts walks once over all messages, in the order in which they came: an
// index of kept texts would cost every message a page of the journal.
func (db *DB) purgeTexts(ctx context.Context, before int64) (total int, err error) {
	var first, last int64
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.queryRow(`SELECT coalesce(min(n), 0), coalesce(max(n), -1) FROM message`).Scan(&first, &last)
	})
	for ; err == nil && first <= last; first += purgeLot {
		err = db.Write(ctx, func(tx *Tx) error {
			n, err := purgeRows(`UPDATE message SET text = NULL WHERE n >= ?3 AND n < ?3 + ?2 AND at < ?1 AND text IS NOT NULL`, first)(tx, before)
			total += n
			return err
		})
	}
	return total, err
}

// purgeAll repeats a step until it finds nothing more.
func (db *DB) purgeAll(ctx context.Context, step func(*Tx, int64) (int, error), before int64) (total int, err error) {
	for n := purgeLot; n == purgeLot; total += n {
		err = db.Write(ctx, func(tx *Tx) (err error) {
			n, err = step(tx, before)
			return err
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// purgeRows makes a step of a statement on rows before ?1, at most ?2, with
// further arguments from ?3 on.
func purgeRows(change string, args ...any) func(*Tx, int64) (int, error) {
	return func(tx *Tx, before int64) (int, error) {
		res, err := tx.exec(change, append([]any{before, purgeLot}, args...)...)
		if err != nil {
			return 0, err
		}
		n, err := res.RowsAffected()
		if n > 0 {
			tx.mem.drop() // members may have lost their names, and messages their texts
		}
		return int(n), err
	}
}

// purgeEvidence removes texts from old cases.
func purgeEvidence(tx *Tx, before int64) (int, error) {
	ids, err := collect(tx, scanOne[int64], `SELECT id FROM cases WHERE evidence IS NOT NULL AND opened < ?1 LIMIT ?2`, before, purgeLot)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := tx.stripCases(`id = ?1`, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// finished is the condition of a case that nobody waits for and that does not
// count any more at ?2; purged, of one that has nothing left to remove.
const (
	finished = `NOT ` + waiting + ` AND (c.kind <> 'strike' OR c.state NOT IN ('open', 'warned') OR (c.expires > 0 AND c.expires <= ?2))`
	purged   = `c.member = 0 AND c.other = 0 AND c.message || c.reason || c.appeal_reason || c.detail = ''`
)

// purgeDecisions leaves number, room, kind, dates and outcome of old cases.
func purgeDecisions(tx *Tx, before int64) (int, error) {
	ids, err := collect(tx, scanOne[int64], `SELECT c.id FROM cases c WHERE c.opened < ?1 AND NOT (`+purged+`) AND `+finished+` LIMIT ?3`,
		before, tx.now.UnixMilli(), purgeLot)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		for _, change := range []string{
			`UPDATE cases SET member = 0, other = 0, message = '', evidence = NULL, findings = '[]', reason = '', appeal_reason = '', detail = '' WHERE id = ?1`,
			`UPDATE audit SET member = 0, detail = '' WHERE case_id = ?1`,
		} {
			if _, err := tx.exec(change, id); err != nil {
				return 0, err
			}
		}
		if err := tx.seal(id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// overdue counts what should have gone.
func (db *DB) overdue(ctx context.Context, text, evidence, decisions, now int64) (n int, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.queryRow(`SELECT (SELECT count(*) FROM message WHERE at < ?1 AND text IS NOT NULL)
			+ (SELECT count(*) FROM cases WHERE opened < ?3 AND evidence IS NOT NULL)
			+ (SELECT count(*) FROM outbox WHERE created < ?3 AND text <> '' AND state NOT IN ('pending', 'sending'))
			+ (SELECT count(*) FROM cases c WHERE c.opened < ?4 AND NOT (`+purged+`) AND `+finished+`)`,
			text, now, evidence, decisions).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count what is overdue: %w", err)
	}
	return n, nil
}

// forgetPages writes an audit row and empties the journal, where older
// versions of the changed pages would stay.
func (db *DB) forgetPages(ctx context.Context, p Purged) error {
	err := db.Write(ctx, func(tx *Tx) error {
		return tx.audit(entry{what: "purge", detail: fmt.Sprintf("%d texts, %d message ids, %d evidence, %d decisions, %d sentences, %d names; left %d",
			p.Texts, p.Messages, p.Evidence, p.Decisions, p.Sentences, p.Names, p.Left)})
	})
	if err != nil {
		return fmt.Errorf("note purge: %w", err)
	}
	var busy, frames, done int
	if err := db.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done); err != nil {
		return fmt.Errorf("empty journal: %w", err)
	}
	return nil
}
