package data

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"

	"menshen/bot/chat"
)

// ErrOtherWorld means that the database belongs to a real account and is opened
// with a simulated network, or the other way round.
var ErrOtherWorld = errors.New("the database belongs to another kind of account")

// Directory is who is who on the wire, for one kind of account.
type Directory struct {
	db        *DB
	simulated bool
}

// Directory returns the directory of the database. A database that knows a
// real account is refused for a simulated network, and the reverse.
func (db *DB) Directory(ctx context.Context, simulated bool) (Directory, error) {
	var other int
	err := db.Read(ctx, func(tx *Tx) error {
		return tx.queryRow(`SELECT count(*) FROM account WHERE simulated <> ?1`, simulated).Scan(&other)
	})
	if err != nil {
		return Directory{}, fmt.Errorf("read accounts: %w", err)
	}
	if other > 0 {
		return Directory{}, fmt.Errorf("%s: %w; name another one", db.Path(), ErrOtherWorld)
	}
	return Directory{db: db, simulated: simulated}, nil
}

// Resume makes account and session known, and returns the session's cursor and
// the rooms of the account with their names in this session.
func (d Directory) Resume(ctx context.Context, account, session string) (r chat.Resumed, err error) {
	err = d.db.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO account (uin, simulated, created) VALUES (?1, ?2, ?3) ON CONFLICT (uin) DO NOTHING`,
			account, d.simulated, tx.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("store account: %w", err)
		}
		_, err = tx.exec(`INSERT INTO session (id, account, started) SELECT ?1, id, ?3 FROM account WHERE uin = ?2
			ON CONFLICT (id) DO NOTHING`, session, account, tx.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("store session: %w", err)
		}
		tx.mem.drop() // which rooms were met counts anew
		if err := tx.queryRow(`SELECT cursor FROM session WHERE id = ?1`, session).Scan(&r.Cursor); err != nil {
			return fmt.Errorf("read cursor: %w", err)
		}
		r.Rooms, err = tx.knownRooms(account, session)
		return err
	})
	return r, err
}

func (tx *Tx) knownRooms(account, session string) ([]chat.KnownRoom, error) {
	rooms, err := collect(tx, func(scan func(...any) error) (r chat.KnownRoom, err error) {
		var seen int64
		err = scan(&r.ID, &r.Name, &r.UserName, &seen)
		r.Seen = fromMillis(seen)
		return r, err
	}, `SELECT r.id, r.name, coalesce((SELECT min(a.name) FROM alias a WHERE a.session = ?2 AND a.room = r.id AND a.member = 0), ''),
			coalesce((SELECT max(m.seen) FROM member m WHERE m.room = r.id), r.created)
		FROM room r JOIN account c ON c.id = r.account WHERE c.uin = ?1 ORDER BY r.id`, account, session)
	if err != nil {
		return nil, fmt.Errorf("read rooms: %w", err)
	}
	return rooms, nil
}

// Members returns everybody ever linked in a room, except those merged into
// somebody else.
func (d Directory) Members(ctx context.Context, session string, room chat.RoomID) (all []chat.KnownMember, err error) {
	err = d.db.Read(ctx, func(tx *Tx) error {
		all, err = gather(tx, nil, func(v []driver.Value) chat.KnownMember {
			return chat.KnownMember{
				ID: chat.MemberID(integer(v[0])), UserName: text(v[1]), Nick: text(v[2]), Display: text(v[3]),
				Remark: text(v[4]), Handle: text(v[5]), Self: integer(v[6]) != 0, Present: integer(v[7]) != 0,
			}
		}, `SELECT m.id, coalesce((SELECT min(a.name) FROM alias a WHERE a.session = ?1 AND a.room = ?2 AND a.member = m.id), ''),
			m.nick, m.display, m.remark, m.handle, m.self, m.present
			FROM member m WHERE m.room = ?2 AND m.merged_into IS NULL ORDER BY m.id`, session, int64(room))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return all, nil
}

// LinkRooms stores which rooms the user names of a session stand for and
// returns their ids; a link without one makes a room, switched off.
func (d Directory) LinkRooms(ctx context.Context, session string, links []chat.RoomLink) (ids []chat.RoomID, err error) {
	err = d.db.Write(ctx, func(tx *Tx) error {
		ids = make([]chat.RoomID, len(links))
		for i, l := range links {
			if ids[i], err = tx.linkRoom(session, l); err != nil {
				return fmt.Errorf("link room: %w", err)
			}
		}
		return nil
	})
	return ids, err
}

func (tx *Tx) linkRoom(session string, l chat.RoomLink) (chat.RoomID, error) {
	id := l.ID
	if id == 0 {
		err := tx.queryRow(`INSERT INTO room (account, name, bot_owns, created)
			SELECT account, ?2, ?3, ?4 FROM session WHERE id = ?1 RETURNING id`,
			session, l.Name, l.BotOwns, tx.now.UnixMilli()).Scan(&id)
		if err != nil {
			return 0, fmt.Errorf("make room: %w", err)
		}
	}
	_, err := tx.exec(`UPDATE room SET name = coalesce(nullif(?2, ''), name), bot_owns = ?3, present = 1 WHERE id = ?1`, id, l.Name, l.BotOwns)
	if err != nil {
		return 0, err
	}
	tx.mem.forgetRoom(id)
	_, err = tx.exec(`INSERT INTO alias (session, name, room, member) VALUES (?1, ?2, ?3, 0)
		ON CONFLICT (session, room, name) DO UPDATE SET member = 0`, session, l.UserName, id)
	if err != nil {
		return 0, err
	}
	return id, tx.noteLink(session, id, 0, l.Strength, l.Evidence, nil)
}

// noteLink stores how a member or room was recognised. Somebody new who could
// be nobody known before was not, and leaves no row.
func (tx *Tx) noteLink(session string, room chat.RoomID, member chat.MemberID, how chat.Strength, why string, maybe []chat.MemberID) error {
	if how == chat.StrengthSame || how == chat.StrengthNew && member != 0 && len(maybe) == 0 {
		return nil
	}
	candidates, err := json.Marshal(append([]chat.MemberID{}, maybe...))
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO link (session, room, member, strength, evidence, maybe, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
		session, room, member, string(how), why, string(candidates), tx.now.UnixMilli())
	return err
}

// SetAside marks the members of a room whom a session did not link as not
// present. What they have stays theirs.
func (d Directory) SetAside(ctx context.Context, session string, room chat.RoomID) error {
	return d.db.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE member SET present = 0, left_at = ?3 WHERE room = ?2 AND present = 1
			AND NOT EXISTS (SELECT 1 FROM alias a WHERE a.session = ?1 AND a.room = ?2 AND a.member = member.id)`,
			session, room, tx.now.UnixMilli())
		if err != nil {
			return fmt.Errorf("set members aside: %w", err)
		}
		tx.mem.drop()
		return nil
	})
}
