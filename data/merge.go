package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// moveCauses is where the causes of moved points begin that come from merges:
// above those of shared ledgers.
const moveCauses = 1 << 32

// merge makes a member who is gone another name of a second one in the same
// room. Rows stay as they are and are read through the name, so that a split
// finds them.
func (tx *Tx) merge(e decision.Merge) error {
	return tx.Nested(func() error {
		res, err := tx.exec(`UPDATE member SET merged_into = ?2 WHERE id = ?1 AND id <> ?2 AND merged_into IS NULL AND present = 0 AND self = 0
			AND EXISTS (SELECT 1 FROM member n WHERE n.id = ?2 AND n.room = member.room AND n.merged_into IS NULL AND n.self = 0)`, e.Old, e.New)
		if err := oneRow(res, err); err != nil {
			return fmt.Errorf("merge members: %w", err)
		}
		if err := tx.bring(e.Old, e.New, e.At); err != nil {
			return err
		}
		if err := tx.countOnce(e.Old, e.New, e.At); err != nil {
			return err
		}
		return tx.told(e.Old, e.New, entry{at: e.At, actor: e.Actor, caseID: e.Case, member: e.Old, what: "member merge"})
	})
}

// split takes a merge back.
func (tx *Tx) split(e decision.Split) error {
	return tx.Nested(func() error {
		if err := tx.giveBack(e.Old, e.At); err != nil {
			return err
		}
		res, err := tx.exec(`UPDATE member SET merged_into = NULL, brought = 0 WHERE id = ?1 AND merged_into = ?2`, e.Old, e.New)
		if err := oneRow(res, err); err != nil {
			return fmt.Errorf("split members: %w", err)
		}
		return tx.told(e.Old, e.New, entry{at: e.At, actor: e.Actor, caseID: e.Case, member: e.Old, what: "member split"})
	})
}

// told writes the audit row of a merge or split and forgets what was
// remembered of both.
func (tx *Tx) told(old, other chat.MemberID, row entry) error {
	tx.mem.forgetMember(old)
	tx.mem.forgetMember(other)
	if err := tx.queryRow(`SELECT room FROM member WHERE id = ?1`, old).Scan(&row.room); err != nil {
		return fmt.Errorf("find room of a merged member: %w", err)
	}
	row.detail = fmt.Sprintf("with %d", other)
	return tx.audit(row)
}

// bring moves the free points of a merged name to the member it belongs to and
// notes how many went.
func (tx *Tx) bring(old, to chat.MemberID, at time.Time) error {
	from, into, err := tx.twoPurses(old, to)
	if err != nil {
		return err
	}
	b, err := tx.balanceOf(from)
	if err != nil || from == into || b.Free() <= 0 {
		return err
	}
	if err := tx.moveBecauseMerged(from, into, b.Free(), at); err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE member SET brought = brought + ?2 WHERE id = ?1`, old, b.Free())
	if err != nil {
		return fmt.Errorf("note points of a merged member: %w", err)
	}
	return nil
}

// follow moves what came to an account, out of a hold or by a reversal, on to
// the member that its owner's name was merged into, or from the account of a
// guest to the one that the guest has by now.
func (tx *Tx) follow(account int64, at time.Time) error {
	var old chat.MemberID
	var room, ledger chat.RoomID
	var merged bool
	err := tx.queryRow(`SELECT m.id, m.room, a.room, m.merged_into IS NOT NULL FROM member a
		JOIN member m ON m.id = coalesce((SELECT n.id FROM member n WHERE n.id = a.merged_into AND n.room <> a.room), a.id)
		WHERE a.id = ?1 AND a.merged_into IS NOT NULL`, account).
		Scan(&old, &room, &ledger, &merged)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find whose account it is: %w", err)
	}
	if !merged {
		return tx.sendHome(purse{int64(ledger), account}, room, old, scoring.MaxBalance, at)
	}
	whose, err := tx.whose(old)
	if err != nil {
		return err
	}
	if err := tx.bring(old, whose, at); err != nil {
		return err
	}
	return tx.followed(room, old, whose, at)
}

// followed notes that points of a member went on to who that is by now.
func (tx *Tx) followed(room chat.RoomID, old, whose chat.MemberID, at time.Time) error {
	return tx.audit(entry{at: at, room: room, member: old, what: "points follow", detail: fmt.Sprintf("to %d", whose)})
}

// whose returns the member that a name belongs to.
func (tx *Tx) whose(name chat.MemberID) (id chat.MemberID, err error) {
	err = tx.queryRow(`WITH RECURSIVE up(id, whose) AS (SELECT id, merged_into FROM member WHERE id = ?1
		UNION ALL SELECT m.id, m.merged_into FROM up JOIN member m ON m.id = up.whose)
		SELECT id FROM up WHERE whose IS NULL`, name).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("find whose name it is: %w", err)
	}
	return id, nil
}

// giveBack returns what a merged name brought, as far as it is still there.
// Names in between passed it on, so they brought that much less.
func (tx *Tx) giveBack(old chat.MemberID, at time.Time) error {
	whose, err := tx.whose(old)
	if err != nil {
		return err
	}
	if err := tx.countAgain(old, whose, at); err != nil {
		return err
	}
	var brought int64
	if err := tx.queryRow(`SELECT brought FROM member WHERE id = ?1`, old).Scan(&brought); err != nil {
		return fmt.Errorf("find points of a merged member: %w", err)
	}
	from, into, err := tx.twoPurses(whose, old)
	if err != nil {
		return err
	}
	b, err := tx.balanceOf(from)
	if err != nil {
		return err
	}
	back := max(0, min(brought, b.Free()))
	if err := tx.moveBecauseMerged(from, into, back, at); err != nil {
		return err
	}
	return tx.passOn(`SELECT merged_into FROM member WHERE id = ?2`, -back, old)
}

// passOn notes that a merged name and those above it brought so many points
// more. first selects the name, with arguments from ?2 on.
func (tx *Tx) passOn(first string, points int64, args ...any) error {
	_, err := tx.exec(`UPDATE member SET brought = max(0, brought + ?1) WHERE merged_into IS NOT NULL AND id IN (
		WITH RECURSIVE up(id) AS (SELECT * FROM (`+first+`)
			UNION ALL SELECT m.merged_into FROM up JOIN member m ON m.id = up.id WHERE m.merged_into IS NOT NULL) SELECT id FROM up)`,
		append([]any{points}, args...)...)
	if err != nil {
		return fmt.Errorf("note points of a merged member: %w", err)
	}
	return nil
}

// twoPurses finds the purses of two members.
func (tx *Tx) twoPurses(a, b chat.MemberID) (first, second purse, err error) {
	purses := make([]purse, 2)
	for i, m := range []chat.MemberID{a, b} {
		var room chat.RoomID
		if err := tx.queryRow(`SELECT room FROM member WHERE id = ?1`, int64(m)).Scan(&room); err != nil {
			return first, second, fmt.Errorf("find the room of a purse: %w", err)
		}
		if purses[i], err = tx.purseOf(room, m); err != nil {
			return first, second, err
		}
	}
	return purses[0], purses[1], nil
}

// moveBecauseMerged moves points under a number that no move was made by: an
// audit row follows each.
func (tx *Tx) moveBecauseMerged(from, to purse, points int64, at time.Time) error {
	var cause int64
	if err := tx.queryRow(`SELECT ?1 + coalesce(max(id), 0) + 1 FROM audit`, int64(moveCauses)).Scan(&cause); err != nil {
		return fmt.Errorf("number a move: %w", err)
	}
	return tx.movePart(from, to, points, cause, moved, at)
}

// formers returns the members who are gone from a room and had a name.
func (tx *Tx) formers(room chat.RoomID, name string) ([]decision.Former, error) {
	return tx.former(`m.room = ?1 AND m.present = 0 AND m.merged_into IS NULL AND m.self = 0
		AND ?2 IN (trim(m.nick), trim(m.display), trim(m.remark))`, room, name)
}

// former returns the members that a condition on m selects, with what hangs on
// who they are.
func (tx *Tx) former(where string, args ...any) ([]decision.Former, error) {
	all, err := tx.members(where, args...)
	if err != nil {
		return nil, err
	}
	former := make([]decision.Former, len(all))
	for i, m := range all {
		s, err := tx.Sanctions(m.ID, tx.now)
		if err != nil {
			return nil, err
		}
		b, err := tx.Balance(m.Room, m.ID)
		if err != nil {
			return nil, err
		}
		former[i] = decision.Former{Member: m, Strikes: len(s.Live), Points: b.Points, Removal: s.Removal != nil}
	}
	return former, nil
}
