package data

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
	"menshen/scoring"
)

// Seen stores the message's id and reports whether it was stored before; only
// a new message counts for the activity of its sender. keep says whether the
// text may be kept for the room's retention time, with personal data masked.
func (tx *Tx) Seen(m chat.Message, keep bool) (bool, error) {
	if m.ID == "" {
		return false, errors.New("store message: it has no id")
	}
	counted := m
	m.Text = moderation.Redact(m.Text)
	var text any
	if keep && m.Text != "" {
		text = m.Text
	}
	res, err := tx.exec(`INSERT INTO message (account, id, room, member, kind, at, text)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account, id) DO NOTHING`,
		tx.account, storedID(m.ID), m.Room, m.From, string(m.Kind), m.Time.UnixMilli(), text)
	if err != nil {
		return false, fmt.Errorf("store message: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("store message: %w", err)
	}
	if n == 0 {
		return true, nil
	}
	tx.mem.saw(m, text != nil)
	if m.Room == 0 || m.From == 0 || m.Self {
		return false, nil
	}
	return false, tx.countActivity(counted)
}

// storedID is how the network's id of a message is stored: as a number if it is
// the plain text of one, which takes half the room.
func storedID(id string) any {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil && strconv.FormatInt(n, 10) == id {
		return n
	}
	return id
}

// countActivity counts a message for its sender's day in the room's zone.
func (tx *Tx) countActivity(m chat.Message) error {
	r, ok, err := tx.Room(m.Room)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("count message: room: %w", errNoRow)
	}
	says := substantive(m)
	_, err = tx.exec(`INSERT INTO activity (member, day, messages, substantive) VALUES (?1, ?2, 1, ?3)
		ON CONFLICT DO UPDATE SET messages = messages + 1, substantive = substantive + excluded.substantive`,
		m.From, localDay(m.Time, tx.zone(r.Settings)), says)
	if err != nil {
		return fmt.Errorf("count message: %w", err)
	}
	if !says {
		return nil
	}
	if _, err := tx.exec(`UPDATE member SET substantive = substantive + 1 WHERE id = ?1`, m.From); err != nil {
		return fmt.Errorf("count message: %w", err)
	}
	if who, ok := tx.mem.members[m.From]; ok {
		who.Substantive++
		tx.mem.members[m.From] = who
	}
	return nil
}

// localDay is a date as yyyymmdd.
func localDay(t time.Time, zone *time.Location) int {
	y, m, d := t.In(zone).Date()
	return y*10_000 + int(m)*100 + d
}

// substantive reports whether a message says something.
func substantive(m chat.Message) bool {
	const least = 4 // letters; nearly all bare commands are shorter
	return (m.Kind == chat.KindText || m.Kind == chat.KindQuote) && scoring.Substantive(m.Text, least)
}

// past returns the last messages of a member since a time, newest last. It is
// asked for every message, so the writer remembers what it saw.
func (tx *Tx) past(who chat.MemberID, since time.Time, most int) ([]decision.Past, error) {
	if tx.mem == nil {
		return tx.pastStored(who, since, most)
	}
	r, ok := tx.mem.recent[who]
	if !ok || since.Before(r.since) || most > mostRecent {
		all, err := tx.pastStored(who, since, max(most, mostRecent))
		if err != nil {
			return nil, err
		}
		r = recent{since: since, all: all}
	}
	r.since = since
	r.all = slices.DeleteFunc(r.all, func(p decision.Past) bool { return p.Time.Before(since) })
	tx.mem.keep(who, r)
	return slices.Clone(r.all[max(0, len(r.all)-most):]), nil
}

// pastOf selects the last ?3 messages of a member ?1 since ?2, oldest first.
const pastOf = `SELECT * FROM (SELECT id, member, at, coalesce(text, ''), kind, n FROM message
	WHERE room = (SELECT room FROM member WHERE id = ?1) AND at >= ?2 AND member = ?1 ORDER BY at DESC, n DESC LIMIT ?3 + 0) ORDER BY at, n`

func (tx *Tx) pastStored(who chat.MemberID, since time.Time, most int) ([]decision.Past, error) {
	all, err := collect(tx, scanPast, pastOf, who, toMillis(since), most)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return all, nil
}

// texts returns the kept texts of a room's ordinary members since a time,
// newest last: what others say is not judged.
func (tx *Tx) texts(room chat.RoomID, since time.Time, most int) ([]decision.Past, error) {
	all, err := collect(tx, scanPast, `SELECT * FROM (SELECT id, member, at, text, kind, n FROM message
		WHERE room = ?1 AND at >= ?2 AND text IS NOT NULL
			AND member NOT IN (SELECT id FROM member WHERE room = ?1 AND (role > 0 OR trusted OR self)) ORDER BY at DESC, n DESC LIMIT ?3 + 0) ORDER BY at, n`, room, toMillis(since), most)
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	return all, nil
}

func scanPast(scan func(...any) error) (decision.Past, error) {
	var p decision.Past
	var at, n int64
	err := scan(&p.ID, &p.Member, &at, &p.Text, &p.Kind, &n)
	p.Time = fromMillis(at)
	return p, err
}
