package data

import (
	"context"
	"encoding/json"
	"fmt"

	"menshen/bot/chat"
)

// LinkMembers stores which members of a room the user names of a session stand
// for, with the names they show, and returns their ids. A login brings a
// hundred thousand, so a room is stored with a few statements.
func (d Directory) LinkMembers(ctx context.Context, session string, room chat.RoomID, links []chat.MemberLink) (ids []chat.MemberID, err error) {
	err = d.db.Write(ctx, func(tx *Tx) error {
		if ids, err = tx.numbered(links); err != nil {
			return err
		}
		rows, err := json.Marshal(linkRows(ids, links))
		if err != nil {
			return fmt.Errorf("encode links: %w", err)
		}
		for _, one := range linkSteps() {
			if _, err := tx.exec(one.sql, string(rows), session, room, tx.now.UnixMilli()); err != nil {
				return fmt.Errorf("%s: %w", one.what, err)
			}
		}
		for _, id := range ids {
			tx.mem.forgetMember(id)
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

// linkRow is a link as the statements below read it.
type linkRow struct {
	ID       chat.MemberID   `json:"id"`
	New      bool            `json:"new"`
	UserName string          `json:"user"`
	Nick     string          `json:"nick"`
	Display  string          `json:"display"`
	Remark   string          `json:"remark"`
	Handle   string          `json:"handle"`
	Self     bool            `json:"self"`
	Strength chat.Strength   `json:"strength"`
	Evidence string          `json:"evidence"`
	Maybe    []chat.MemberID `json:"maybe"`
}

func linkRows(ids []chat.MemberID, links []chat.MemberLink) []linkRow {
	rows := make([]linkRow, len(links))
	for i, l := range links {
		rows[i] = linkRow{
			ID: ids[i], New: l.ID == 0, UserName: l.Seen.UserName, Nick: l.Seen.Nick, Display: l.Seen.Display, Remark: l.Seen.Remark,
			Handle: l.Seen.Handle, Self: l.Seen.Self, Strength: l.Strength, Evidence: l.Evidence, Maybe: append([]chat.MemberID{}, l.Maybe...),
		}
	}
	return rows
}

type linkStep struct{ what, sql string }

// linkSteps store links: ?1 is their JSON, ?2 the session, ?3 the room, ?4 the
// time. Names are taken whole or not at all: a row without a nickname shows
// none. Names alone end a member's rights.
func linkSteps() []linkStep {
	return []linkStep{
		{"make members", `INSERT INTO member (id, room, self, present, seen)
		SELECT value ->> 'id', ?3, value ->> 'self', 0, ?4 FROM json_each(?1) WHERE value ->> 'new'`},
		{"store names", `UPDATE member SET seen = ?4, self = v.self,
			nick    = CASE WHEN v.nick = '' THEN member.nick ELSE v.nick END,
			display = CASE WHEN v.nick = '' THEN member.display ELSE v.display END,
			remark  = coalesce(nullif(v.remark, ''), member.remark),
			handle  = coalesce(nullif(v.handle, ''), member.handle),
			role    = CASE WHEN v.strength = 'medium' THEN 0 ELSE member.role END,
			trusted = CASE WHEN v.strength = 'medium' THEN 0 ELSE member.trusted END,
			by_name = CASE WHEN v.strength = 'same' THEN member.by_name ELSE v.strength = 'medium' END
		FROM (SELECT value ->> 'id' AS id, value ->> 'self' AS self, value ->> 'nick' AS nick, value ->> 'display' AS display,
			value ->> 'remark' AS remark, value ->> 'handle' AS handle, value ->> 'strength' AS strength FROM json_each(?1)) v
		WHERE member.id = v.id`},
		{"store user names", `INSERT INTO alias (session, name, room, member)
		SELECT ?2, value ->> 'user', ?3, value ->> 'id' FROM json_each(?1) WHERE true
		ON CONFLICT (session, name, room) DO UPDATE SET member = excluded.member`},
		{"store evidence", `INSERT INTO link (session, room, member, strength, evidence, maybe, at)
		SELECT ?2, ?3, value ->> 'id', value ->> 'strength', value ->> 'evidence', value ->> 'maybe', ?4
		FROM json_each(?1) WHERE value ->> 'strength' <> 'same'`},
	}
}
