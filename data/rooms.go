package data

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// selectRoom reads a room with the bot's own member row and the newest rules.
const selectRoom = `SELECT r.id, r.name, r.active, r.paused_until, r.silent, r.rehearsal, r.bot_owns, r.words_version,
	coalesce(b.id, 0), coalesce(nullif(b.display, ''), b.nick, ''), coalesce(t.version, 0), coalesce(t.text, ''), ` + unseen + `,
	coalesce((SELECT ledger FROM shared_ledger WHERE room = r.id), 0),
	coalesce(holder.id, 0), coalesce(nullif(holder.display, ''), holder.nick, '')
	FROM room r LEFT JOIN member holder ON holder.id = r.network_owner LEFT JOIN member b ON b.room = r.id AND b.self = 1
	LEFT JOIN rules_text t ON t.room = r.id AND t.version = (SELECT max(version) FROM rules_text WHERE room = r.id)`

// unseen is whether a room r was met in an earlier login of its account and not
// in the newest.
// (CROSS JOIN keeps the order of the tables: SQLite would else read all names of
// all logins for each room.)
const unseen = `EXISTS (SELECT 1 FROM session s CROSS JOIN alias a ON a.session = s.id AND a.room = r.id AND a.member = 0 WHERE s.account = r.account)
	AND NOT EXISTS (SELECT 1 FROM alias a WHERE a.room = r.id AND a.member = 0
		AND a.session = (SELECT s.id FROM session s WHERE s.account = r.account ORDER BY s.started DESC LIMIT 1))`

// Room returns a room; ok is false for unknown ids.
func (tx *Tx) Room(id chat.RoomID) (r decision.Room, ok bool, err error) {
	if r, ok = tx.remembered(id); ok {
		return r, true, nil
	}
	r, err = scanRoom(tx.queryRow(selectRoom+` WHERE r.id = ?1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return decision.Room{}, false, nil
	}
	if err == nil {
		r.Settings, err = tx.settings(id)
	}
	if err != nil {
		return decision.Room{}, false, fmt.Errorf("read room: %w", err)
	}
	if tx.mem != nil {
		remember(&tx.mem.rooms, id, r)
	} else {
		tx.shared.put(r, tx.generation)
	}
	return r, true, nil
}

// remembered returns a room without asking the database. Its settings are
// shared: nobody changes those of a room in place.
func (tx *Tx) remembered(id chat.RoomID) (r decision.Room, ok bool) {
	if tx.mem != nil {
		r, ok = tx.mem.rooms[id]
		return r, ok
	}
	return tx.shared.room(id, tx.generation)
}

// Rooms returns the rooms that the bot is in, in the order in which it met
// them.
func (tx *Tx) Rooms() ([]decision.Room, error) {
	rooms, err := collect(tx, scanRoom, selectRoom+` WHERE r.present = 1 ORDER BY r.id`)
	if err != nil {
		return nil, fmt.Errorf("read rooms: %w", err)
	}
	for i := range rooms {
		if rooms[i].Settings, err = tx.settings(rooms[i].ID); err != nil {
			return nil, fmt.Errorf("read rooms: %w", err)
		}
	}
	return rooms, nil
}

// Unbound returns the rooms that the bot is in and of which no member is owner.
// Owners who left, or were not recognised after a login, do not count.
func (tx *Tx) Unbound() ([]decision.Room, error) {
	all, err := collect(tx, scanRoom, selectRoom+` WHERE r.present = 1 AND NOT (`+unseen+`)
		AND NOT EXISTS (SELECT 1 FROM member m WHERE m.room = r.id AND m.role > 0 AND m.role = ?1 AND m.left_at = 0 AND m.merged_into IS NULL) ORDER BY r.id`,
		decision.RoleOwner)
	if err != nil {
		return nil, fmt.Errorf("read rooms without an owner: %w", err)
	}
	return all, nil
}

// namesakes returns the rooms of the same name that were not met in this login.
func (tx *Tx) namesakes(room chat.RoomID) ([]decision.Room, error) {
	all, err := collect(tx, scanRoom, selectRoom+` WHERE r.present = 1 AND r.id <> ?1 AND `+unseen+`
		AND EXISTS (SELECT 1 FROM room o WHERE o.id = ?1 AND o.account = r.account AND o.name = r.name) ORDER BY r.id`, room)
	if err != nil {
		return nil, fmt.Errorf("read rooms of one name: %w", err)
	}
	return all, nil
}

func scanRoom(scan func(...any) error) (decision.Room, error) {
	var r decision.Room
	var paused int64
	err := scan(&r.ID, &r.Name, &r.On, &paused, &r.Silent, &r.Rehearsal, &r.BotOwns, &r.WordsVersion,
		&r.Bot, &r.BotName, &r.Rules.Version, &r.Rules.Text, &r.Unseen, &r.Ledger,
		&r.NetworkOwner, &r.NetworkOwnerName)
	r.PausedUntil = fromMillis(paused)
	return r, err
}

func (tx *Tx) setRoom(e decision.SetRoom) error {
	var paused any
	if e.PausedUntil != nil {
		paused = toMillis(*e.PausedUntil)
	}
	res, err := tx.exec(`UPDATE room SET active = coalesce(?2, active), paused_until = coalesce(?3, paused_until),
		silent = coalesce(?4, silent), rehearsal = coalesce(?5, rehearsal), name = coalesce(?6, name),
		network_owner = coalesce(?7, network_owner) WHERE id = ?1`,
		e.Room, e.On, paused, e.Silent, e.Rehearsal, e.Name, e.NetworkOwner)
	if err := oneRow(res, err); err != nil {
		return err
	}
	if e.Rules != nil {
		if err := tx.putRules(e); err != nil {
			return err
		}
	}
	tx.mem.forgetRoom(e.Room)
	return tx.audit(entry{at: e.At, room: e.Room, actor: e.Actor, what: "room change", detail: roomChanges(e)})
}

// putRules stores a new version of the rules' text.
func (tx *Tx) putRules(e decision.SetRoom) error {
	_, err := tx.exec(`INSERT INTO rules_text (room, version, text, at)
		SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3 FROM rules_text WHERE room = ?1`, e.Room, *e.Rules, tx.at(e.At))
	if err != nil {
		return fmt.Errorf("store rules: %w", err)
	}
	return nil
}

// roomChanges says what a SetRoom changes, for the audit.
func roomChanges(e decision.SetRoom) string {
	var c changes
	note(&c, "on", e.On)
	if e.PausedUntil != nil {
		c.add("paused until", toMillis(*e.PausedUntil))
	}
	note(&c, "silent", e.Silent)
	note(&c, "rehearsal", e.Rehearsal)
	if e.Name != nil {
		c.add("name", "new")
	}
	note(&c, "network owner", e.NetworkOwner)
	if e.Rules != nil {
		c.add("rules", "new version")
	}
	return c.String()
}

// changes collects "field value" pairs for an audit row.
type changes []string

func (c *changes) add(field string, value any) {
	*c = append(*c, fmt.Sprint(field, " ", value))
}

func (c *changes) String() string { return strings.Join(*c, ", ") }

// note adds a field that was set.
func note[T any](c *changes, field string, value *T) {
	if value != nil {
		c.add(field, *value)
	}
}

// errNoRow means that an effect names something that does not exist.
var errNoRow = errors.New("there is no such row")

// oneRow turns a change that met no row into an error.
func oneRow(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = errNoRow
	}
	return err
}
