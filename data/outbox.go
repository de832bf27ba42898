package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// outboxColumns are what [scanSay] reads, of a table called o.
const outboxColumns = `o.id, o.cause, o.kind, o.room, o.member, o.console, o.priority, o.state, o.text, o.case_id,
	o.merge_key, o.parts, o.attempts, o.created, o.due, o.message`

func (tx *Tx) speak(s decision.Say) error {
	if !s.ToOwners {
		return tx.enqueue(s)
	}
	places, err := tx.ownersOf(s.Room)
	if err != nil {
		return err
	}
	s.ToOwners = false
	for _, p := range places {
		s.Member, s.Console = p.member, p.console
		if err := tx.enqueue(s); err != nil {
			return err
		}
	}
	return nil
}

// place is where somebody reads in private.
type place struct {
	member  chat.MemberID
	console bool
}

// ownersOf returns the places where the owners of a room read, each once. Who
// left the room learns nothing of it. The console stands in for owners who
// cannot be reached, and for the owner of a room that has none: whoever holds the account's phone should know.
func (tx *Tx) ownersOf(room chat.RoomID) ([]place, error) {
	owners, err := tx.members(`m.room = ?1 AND m.role > 0 AND m.role = ?2 AND m.present = 1 AND m.merged_into IS NULL`, room, decision.RoleOwner)
	if err != nil {
		return nil, err
	}
	var all []place
	console := len(owners) == 0
	for _, o := range owners {
		if o.Self || o.Unreachable {
			console = true
			continue
		}
		all = append(all, place{member: o.ID})
	}
	if console {
		all = append(all, place{console: true})
	}
	return all, nil
}

// enqueue adds a row for each message that a sentence takes, or its parts to a
// row of the same merge key and place that is not yet due and was never tried: a
// due row may already be on its way, and one that was put back is as old as what
// it first said. A sentence that is there is there with all its rows.
func (tx *Tx) enqueue(s decision.Say) error {
	if s.Merge != "" && !s.Rehearsed {
		joined, err := tx.mergeSay(s)
		if joined || err != nil {
			return err
		}
	}
	for _, row := range s.Messages() {
		if fresh, err := tx.putSay(row); err != nil || !fresh {
			return err
		}
	}
	return nil
}

// putSay stores one row and reports whether it is new.
func (tx *Tx) putSay(s decision.Say) (fresh bool, err error) {
	parts, err := encodeParts(s.Parts)
	if err != nil {
		return false, err
	}
	state := decision.SayPending
	if s.Rehearsed {
		state = decision.SayRehearsed
	}
	res, err := tx.exec(`INSERT INTO outbox (cause, kind, room, member, console, priority, state, text, case_id, merge_key, parts, created, due, not_before)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13) ON CONFLICT (cause, kind, room, member, console) DO NOTHING`,
		s.Cause, string(s.Kind), s.Room, s.Member, s.Console, s.Priority, string(state), s.Text, s.Case, s.Merge, parts,
		tx.at(time.Time{}), toMillis(s.Due))
	if err != nil {
		return false, fmt.Errorf("store outbox row: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// mergeSay appends parts to a waiting row and reports whether there was one.
func (tx *Tx) mergeSay(s decision.Say) (bool, error) {
	var id int64
	var cause string
	var old []byte
	err := tx.queryRow(`SELECT id, cause, parts FROM outbox WHERE merge_key = ?1 AND state = 'pending' AND merge_key <> ''
		AND room = ?2 AND member = ?3 AND console = ?4 AND attempts = 0 AND not_before > ?5 ORDER BY id DESC LIMIT 1`,
		s.Merge, s.Room, s.Member, s.Console, tx.now.UnixMilli()).Scan(&id, &cause, &old)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find row to merge with: %w", err)
	}
	if cause == s.Cause { // a replay
		return true, nil
	}
	var all []string
	if err := json.Unmarshal(old, &all); err != nil {
		return false, fmt.Errorf("decode parts of outbox row %d: %w", id, err)
	}
	all = append(all, s.Parts...)
	if s.Longest > 0 && utf8.RuneCountInString(strings.Join(all, "\n")) > s.Longest {
		return false, nil
	}
	parts, err := encodeParts(all)
	if err != nil {
		return false, err
	}
	if _, err := tx.exec(`UPDATE outbox SET parts = ?2 WHERE id = ?1`, id, parts); err != nil {
		return false, fmt.Errorf("merge outbox row: %w", err)
	}
	return true, nil
}

func encodeParts(parts []string) (string, error) {
	if len(parts) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(parts)
	if err != nil {
		return "", fmt.Errorf("encode parts: %w", err)
	}
	return string(text), nil
}

func (tx *Tx) cancelSays(e decision.CancelSays) error {
	res, err := tx.exec(`UPDATE outbox SET state = 'cancelled', settled = ?3 WHERE case_id = ?1 AND case_id > 0 AND state = 'pending' AND (?2 = '' OR kind = ?2)`,
		e.Case, string(e.Kind), tx.now.UnixMilli())
	if err != nil {
		return fmt.Errorf("cancel outbox rows: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	return tx.audit(entry{caseID: e.Case, what: "outbox cancel", detail: fmt.Sprintf("%d rows", n)})
}

func (tx *Tx) moveSays(e decision.MoveSays) error {
	res, err := tx.exec(`UPDATE outbox SET due = ?3, not_before = ?3 WHERE room = ?1 AND state = 'pending' AND due = ?2 AND member = 0 AND console = 0`,
		e.Room, toMillis(e.From), toMillis(e.To))
	if err != nil {
		return fmt.Errorf("move outbox rows: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	return tx.audit(entry{room: e.Room, what: "outbox move", detail: fmt.Sprintf("%d rows", n)})
}

// takeBack puts one row into the outbox for every warning or word of a removal
// that the room was told of a case, and that it can still be spared. The row
// is as old as those words: the network counts from when they were said.
func (tx *Tx) takeBack(e decision.TakeBack) error {
	res, err := tx.exec(`INSERT INTO outbox (cause, kind, room, member, priority, state, text, case_id, created, message)
		SELECT 'outbox:' || o.id, ?3, o.room, 0, ?4, 'pending', '', o.case_id, o.settled, o.message FROM outbox o
		WHERE o.case_id = ?1 AND o.case_id > 0 AND o.kind IN ('warning', 'removal') AND o.member = 0 AND o.console = 0
			AND o.state = 'sent' AND o.message <> '' AND o.settled >= ?2
		ON CONFLICT (cause, kind, room, member, console) DO NOTHING`,
		e.Case, toMillis(e.Since), string(decision.AskRecall), decision.PriorityEnforce)
	if err != nil {
		return fmt.Errorf("take back what was said: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	return tx.audit(entry{caseID: e.Case, what: "outbox recall", detail: fmt.Sprintf("%d rows", n)})
}

// markSay moves a row. A row is taken for sending only while it is pending,
// so nothing is sent twice; what was sent, cancelled or rehearsed is over.
func (tx *Tx) markSay(e decision.MarkSay) error {
	from := `'pending', 'sending', 'unknown', 'failed'`
	if e.State == decision.SaySending {
		from = `'pending'`
	}
	settled := tx.at(e.At)
	if e.State == decision.SayPending || e.State == decision.SaySending {
		settled = 0
	}
	res, err := tx.exec(`UPDATE outbox SET state = ?2, attempts = attempts + (?2 = 'sending'), settled = ?3, why = ?4,
		message = coalesce(nullif(?5, ''), message), text = coalesce(nullif(?7, ''), text), not_before = CASE ?2 WHEN 'pending' THEN ?6 ELSE not_before END
		WHERE id = ?1 AND state IN (`+from+`)`,
		e.ID, string(e.State), settled, e.Why, e.MessageID, toMillis(e.NotBefore), e.Text)
	if err := oneRow(res, err); err != nil {
		return fmt.Errorf("mark outbox row %d %s: %w", e.ID, e.State, err)
	}
	switch e.State {
	case decision.SayFailed, decision.SayUnknown, decision.SayCancelled:
		return tx.audit(entry{at: e.At, what: "outbox " + string(e.State), detail: fmt.Sprintf("row %d: %s", e.ID, e.Why)})
	}
	return nil
}

// nextSay selects the row to be sent first: by priority, then by age. A row
// that was put back for later holds up the younger ones of its priority for
// the same place, so that they keep their order.
const nextSay = `SELECT ` + outboxColumns + ` FROM outbox o WHERE o.state = 'pending' AND o.not_before <= ?1
	AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'pending' AND e.priority = o.priority AND e.id < o.id
		AND e.attempts > 0 AND e.not_before > ?1 AND e.room = o.room AND e.member = o.member AND e.console = o.console)
	ORDER BY o.priority, o.id LIMIT 1`

// NextSay returns the pending row to be sent first at now. Without one it
// returns nil and the time at which one becomes due; zero: none waits.
func (tx *Tx) NextSay(now time.Time) (*decision.OutboxRow, time.Time, error) {
	row, err := scanSay(tx.queryRow(nextSay, now.UnixMilli()).Scan)
	if err == nil {
		return &row, time.Time{}, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, fmt.Errorf("find next outbox row: %w", err)
	}
	var due int64
	err = tx.queryRow(`SELECT coalesce(min(not_before), 0) FROM outbox WHERE state = 'pending' AND not_before > ?1`, now.UnixMilli()).Scan(&due)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("find next due time: %w", err)
	}
	return nil, fromMillis(due), nil
}

// sent returns when messages went out since a time; those whose outcome is
// unknown count, since the network may have counted them.
func (tx *Tx) sent(since time.Time) ([]time.Time, error) {
	all, err := collect(tx, scanOne[int64], `SELECT settled FROM outbox WHERE state IN ('sent', 'unknown') AND settled >= ?1 ORDER BY settled`, toMillis(since))
	if err != nil {
		return nil, fmt.Errorf("read sending times: %w", err)
	}
	times := make([]time.Time, len(all))
	for i, ms := range all {
		times[i] = fromMillis(ms)
	}
	return times, nil
}

// silence returns the pause that the network asked for last.
func (tx *Tx) silence() (decision.Silence, error) {
	const ofNoRoom = 0
	s, err := tx.settings(ofNoRoom)
	return decision.SilenceOf(s.Values), err
}

// newestSays are the rows in which own words are looked for: many times what
// the budget lets out in an hour, few to look through.
const newestSays = 10_000

// said reports whether the bot said a message itself: it has the id of a row, or
// the words of one that went out since a time, or may have. Older rows are not
// asked: what comes back is new.
func (tx *Tx) said(m chat.Message, since time.Time) (own bool, err error) {
	err = tx.queryRow(`SELECT EXISTS (SELECT 1 FROM outbox WHERE id > (SELECT max(id) FROM outbox) - ?5 AND (
		message <> '' AND message = ?1 AND kind <> ?4
		OR text <> '' AND text = ?2 AND (state = 'sending' OR state IN ('sent', 'unknown') AND settled >= ?3)))`,
		m.ID, m.Text, toMillis(since), string(decision.AskRecall), newestSays).Scan(&own)
	if err != nil {
		return false, fmt.Errorf("look for own words: %w", err)
	}
	return own, nil
}

func scanSay(scan func(...any) error) (decision.OutboxRow, error) {
	var r decision.OutboxRow
	var parts []byte
	var created, due int64
	err := scan(&r.ID, &r.Say.Cause, &r.Say.Kind, &r.Say.Room, &r.Say.Member, &r.Say.Console, &r.Say.Priority, &r.State,
		&r.Say.Text, &r.Say.Case, &r.Say.Merge, &parts, &r.Attempts, &created, &due, &r.MessageID)
	if err != nil {
		return r, err
	}
	r.Created, r.Say.Due, r.Say.Rehearsed = fromMillis(created), fromMillis(due), r.State == decision.SayRehearsed
	if err := json.Unmarshal(parts, &r.Say.Parts); err != nil {
		return r, fmt.Errorf("decode parts of outbox row %d: %w", r.ID, err)
	}
	return r, nil
}

// Recover is called once at start, before anything is sent. Whether a row that
// was being sent arrived is unknown for ever: a sentence is not repeated, and
// a removal is decided anew when the member list was read. It returns how many
// rows became unknown.
func (db *DB) Recover(ctx context.Context) (int, error) {
	var n int64
	err := db.Write(ctx, func(tx *Tx) error {
		res, err := tx.exec(`UPDATE outbox SET state = 'unknown', settled = ?1, why = 'the program ended while it was sent' WHERE state = 'sending'`,
			tx.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("settle interrupted outbox rows: %w", err)
		}
		if n, err = res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return tx.audit(entry{what: "outbox unknown", detail: fmt.Sprintf("%d rows after a restart", n)})
	})
	return int(n), err
}
