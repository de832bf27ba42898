package data

import (
	"context"
	"fmt"

	"menshen/bot/chat"
)

// LinkMembers stores which members of a room the user names of a session stand
// for, with the names they show, and returns their ids. A login brings a
// hundred thousand: it is three statements for each, none of which has to
// answer.
func (d Directory) LinkMembers(ctx context.Context, session string, room chat.RoomID, links []chat.MemberLink) (ids []chat.MemberID, err error) {
	err = d.db.Write(ctx, func(tx *Tx) error {
		if ids, err = tx.numbered(links); err != nil {
			return err
		}
		for i, l := range links {
			if err := tx.linkMember(session, room, ids[i], l); err != nil {
				return fmt.Errorf("link member: %w", err)
			}
		}
		tx.mem.forgetRoom(room) // it carries the bot's own name
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

func (tx *Tx) linkMember(session string, room chat.RoomID, id chat.MemberID, l chat.MemberLink) error {
	store := tx.nameMember
	if l.ID == 0 {
		store = tx.makeMember
	}
	if err := store(room, id, l); err != nil {
		return err
	}
	tx.mem.forgetMember(id)
	return tx.link(session, l.Seen.UserName, room, id, l.Strength, l.Evidence, l.Maybe)
}

// makeMember stores somebody nobody knew, who is not present until an event
// says so.
func (tx *Tx) makeMember(room chat.RoomID, id chat.MemberID, l chat.MemberLink) error {
	_, err := tx.exec(`INSERT INTO member (id, room, self, present, seen, nick, display, remark, handle)
		VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8)`,
		id, room, l.Seen.Self, tx.now.UnixMilli(), l.Seen.Nick, shownIn(l.Seen), l.Seen.Remark, l.Seen.Handle)
	if err != nil {
		return fmt.Errorf("make member: %w", err)
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
func (tx *Tx) nameMember(_ chat.RoomID, id chat.MemberID, l chat.MemberLink) error {
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
