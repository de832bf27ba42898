package data

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// moveCauses is where the causes of moved points begin that come from merges:
// above those of shared ledgers.
const moveCauses = 1 << 32

// merge makes a member another name of a second one in the same room. Names
// that were merged into the first come along.
func (tx *Tx) merge(e decision.Merge) error {
	return tx.Nested(func() error {
		res, err := tx.exec(`UPDATE member SET merged_into = ?2, present = 0 WHERE id = ?1 AND id <> ?2 AND merged_into IS NULL
			AND EXISTS (SELECT 1 FROM member n WHERE n.id = ?2 AND n.room = member.room AND n.merged_into IS NULL)`, e.Old, e.New)
		if err := oneRow(res, err); err != nil {
			return fmt.Errorf("merge members: %w", err)
		}
		if _, err := tx.exec(`UPDATE member SET merged_into = ?2 WHERE merged_into = ?1`, e.Old, e.New); err != nil {
			return fmt.Errorf("merge members: %w", err)
		}
		cause, err := tx.moveCause()
		if err != nil {
			return err
		}
		if err := tx.MovePoints(e.Old, e.New, cause, e.At); err != nil {
			return err
		}
		return tx.told(e.Old, e.New, entry{at: e.At, actor: e.Actor, caseID: e.Case, member: e.Old, what: "member merge"})
	})
}

// split takes a merge back.
func (tx *Tx) split(e decision.Split) error {
	return tx.Nested(func() error {
		moved, err := tx.movedOut(e.Old)
		if err != nil {
			return err
		}
		res, err := tx.exec(`UPDATE member SET merged_into = NULL WHERE id = ?1 AND merged_into = ?2`, e.Old, e.New)
		if err := oneRow(res, err); err != nil {
			return fmt.Errorf("split members: %w", err)
		}
		if err := tx.giveBack(e.New, e.Old, moved, e.At); err != nil {
			return err
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

// moveCause is a number that no move of points was made by.
func (tx *Tx) moveCause() (n int64, err error) {
	if err := tx.queryRow(`SELECT ?1 + coalesce(max(id), 0) + 1 FROM audit`, int64(moveCauses)).Scan(&n); err != nil {
		return 0, fmt.Errorf("number a move: %w", err)
	}
	return n, nil
}

// movedOut returns the points that the last move took out of a member's
// account.
func (tx *Tx) movedOut(member chat.MemberID) (points int64, err error) {
	err = tx.queryRow(`SELECT coalesce((SELECT -amount FROM ledger WHERE member = ?1 AND src = ?2 AND amount < 0
		AND room = (SELECT room FROM member WHERE id = ?1) ORDER BY no DESC LIMIT 1), 0)`, member, int64(scoring.CauseMove)).Scan(&points)
	if err != nil {
		return 0, fmt.Errorf("find moved points: %w", err)
	}
	return points, nil
}

// giveBack moves at most so many free points from one member to another.
func (tx *Tx) giveBack(from, to chat.MemberID, points int64, at time.Time) error {
	var room int64
	if err := tx.queryRow(`SELECT room FROM member WHERE id = ?1`, from).Scan(&room); err != nil {
		return fmt.Errorf("find room of a merged member: %w", err)
	}
	b, err := tx.balanceOf(purse{room, int64(from)})
	if err != nil {
		return err
	}
	cause, err := tx.moveCause()
	if err != nil {
		return err
	}
	return tx.movePart(purse{room, int64(from)}, purse{room, int64(to)}, min(points, b.Free()), cause, at)
}

// maybe returns who a member may have been before a login: absent members with
// warnings that count, points, an open removal or a place on the black list,
// about whom the owner was not asked.
func (tx *Tx) maybe(member chat.MemberID) ([]decision.Member, error) {
	return tx.members(`m.id IN (SELECT j.value FROM link l, json_each(l.maybe) j WHERE l.member = ?1)
		AND m.merged_into IS NULL AND m.present = 0 AND m.id <> ?1
		AND NOT EXISTS (SELECT 1 FROM cases q WHERE q.kind = 'identity' AND q.member = m.id AND q.other = ?1)
		AND (m.barred = 1 OR EXISTS (SELECT 1 FROM balance b WHERE b.room = m.room AND b.member = m.id AND b.points <> 0)
			OR EXISTS (SELECT 1 FROM cases c WHERE c.member = m.id AND (c.removal IN ('requested', 'sent', 'asked', 'failed')
				OR `+liveStrike+`)))`, member, tx.now.UnixMilli())
}
