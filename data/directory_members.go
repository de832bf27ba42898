package data

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"menshen/bot/chat"
)

// LinkMembers stores which members of a room the user names of a session stand
// for, with the names they show, and returns their ids. A login brings a
// hundred thousand, so new rows are stored many at a time.
func (d Directory) LinkMembers(ctx context.Context, session string, room chat.RoomID, links []chat.MemberLink) (ids []chat.MemberID, err error) {
	err = d.db.Write(ctx, func(tx *Tx) error {
		if ids, err = tx.numbered(links); err != nil {
			return err
		}
		if err := tx.storeNames(room, ids, links); err != nil {
			return err
		}
		if err := tx.storeAliases(session, room, ids, links); err != nil {
			return err
		}
		tx.mem.asked = nil
		for i, l := range links {
			tx.mem.forgetMember(ids[i])
			if l.Seen.Self { // the room carries the bot's own name
				tx.mem.forgetRoom(room)
			}
		}
		return nil
	})
	return ids, err
}

// numbered returns the ids of links; new members get the next ones.
func (tx *Tx) numbered(links []chat.MemberLink) ([]chat.MemberID, error) {
	var last chat.MemberID
	if err := tx.queryRow(`SELECT coalesce(max(id), 0) FROM member`).Scan(&last); err != nil {
		return nil, fmt.Errorf("number new members: %w", err)
	}
	ids := make([]chat.MemberID, len(links))
	for i, l := range links {
		if ids[i] = l.ID; l.ID == 0 {
			last++
			ids[i] = last
		}
	}
	return ids, nil
}

// storeNames stores the names of members. Somebody nobody knew is not present
// until an event says so.
func (tx *Tx) storeNames(room chat.RoomID, ids []chat.MemberID, links []chat.MemberLink) error {
	var fresh [][]any
	for i, l := range links {
		if l.ID == 0 {
			fresh = append(fresh, []any{
				ids[i], room, l.Seen.Self, tx.now.UnixMilli(), l.Seen.Nick, shownIn(l.Seen), l.Seen.Remark, l.Seen.Handle,
			})
		} else if err := tx.nameMember(ids[i], l); err != nil {
			return err
		}
	}
	err := tx.execMany(`INSERT INTO member (id, room, self, seen, nick, display, remark, handle, present)
		VALUES `, `(?, ?, ?, ?, ?, ?, ?, ?, 0)`, "", fresh)
	if err != nil {
		return fmt.Errorf("make members: %w", err)
	}
	return nil
}

// storeAliases stores which user names of a session stand for members, and how
// those were recognised.
func (tx *Tx) storeAliases(session string, room chat.RoomID, ids []chat.MemberID, links []chat.MemberLink) error {
	aliases := make([][]any, len(links))
	for i, l := range links {
		aliases[i] = []any{session, l.Seen.UserName, room, ids[i]}
	}
	err := tx.execMany(`INSERT INTO alias (session, name, room, member) VALUES `, `(?, ?, ?, ?)`,
		` ON CONFLICT (session, room, name) DO UPDATE SET member = excluded.member`, aliases)
	if err != nil {
		return fmt.Errorf("link members: %w", err)
	}
	for i, l := range links {
		if err := tx.noteLink(session, room, ids[i], l.Strength, l.Evidence, l.Maybe); err != nil {
			return fmt.Errorf("link member: %w", err)
		}
	}
	return nil
}

// rowsAtOnce is how many rows a statement of execMany stores. More are hardly
// faster, and each statement is kept prepared.
const rowsAtOnce = 50

// execMany runs a statement that stores rows: rowsAtOnce at a time, the rest
// one by one, so that there are no more than two statements to prepare. row
// are the placeholders of a row, in plain order.
func (tx *Tx) execMany(before, row, after string, rows [][]any) error {
	one := before + row + after
	if len(rows) >= rowsAtOnce {
		many := before + strings.Repeat(row+", ", rowsAtOnce-1) + row + after
		for ; len(rows) >= rowsAtOnce; rows = rows[rowsAtOnce:] {
			if _, err := tx.exec(many, slices.Concat(rows[:rowsAtOnce]...)...); err != nil {
				return err
			}
		}
	}
	for _, args := range rows {
		if _, err := tx.exec(one, args...); err != nil {
			return err
		}
	}
	return nil
}

// shownIn is a member's name in the room. Names are taken whole or not at all:
// a row without a nickname shows none.
func shownIn(m chat.SeenMember) string {
	if m.Nick == "" {
		return ""
	}
	return m.Display
}

// nameMember stores the names that somebody known goes by now.
func (tx *Tx) nameMember(id chat.MemberID, l chat.MemberLink) error {
	_, err := tx.exec(`UPDATE member SET seen = ?2, self = ?3,
			nick    = CASE WHEN ?4 = '' THEN nick ELSE ?4 END,
			display = CASE WHEN ?4 = '' THEN display ELSE ?5 END,
			remark  = coalesce(nullif(?6, ''), remark),
			handle  = coalesce(nullif(?9, ''), handle),
			role    = CASE WHEN ?7 THEN 0 ELSE role END,
			trusted = CASE WHEN ?7 THEN 0 ELSE trusted END,
			by_name = CASE WHEN ?8 THEN by_name ELSE ?7 END
		WHERE id = ?1`, id, tx.now.UnixMilli(), l.Seen.Self, l.Seen.Nick, l.Seen.Display, l.Seen.Remark,
		l.Strength == chat.StrengthMedium, l.Strength == chat.StrengthSame, l.Seen.Handle)
	if err != nil {
		return fmt.Errorf("store names: %w", err)
	}
	return nil
}
