package data

import (
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// quiet returns the members of a room who said nothing on a date or later,
// under any name, and were there before it, as the bot was; the longest first.
// The bot and the owners are left out.
func (tx *Tx) quiet(room chat.RoomID, day int) ([]decision.Quiet, error) {
	r, _, err := tx.Room(room)
	if err != nil {
		return nil, err
	}
	midnight := time.Date(day/10_000, time.Month(day/100%100), day%100, 0, 0, 0, 0, tx.zone(r.Settings))
	type line struct {
		id  chat.MemberID
		day int
	}
	lines, err := collect(tx, func(scan func(...any) error) (l line, err error) {
		return l, scan(&l.id, &l.day)
	}, `WITH RECURSIVE name(id, whose) AS (
			SELECT m.id, m.id FROM member m JOIN room r ON r.id = m.room
			WHERE m.room = ?1 AND m.merged_into IS NULL AND m.present AND NOT m.self AND m.role < ?4
				AND max(m.joined, r.created) < ?3
			UNION ALL SELECT m.id, n.whose FROM name n JOIN member m ON m.merged_into = n.id)
		SELECT n.whose, coalesce(max(a.day), 0) AS last FROM name n LEFT JOIN activity a ON a.member = n.id
		GROUP BY 1 HAVING last < ?2 ORDER BY 2, 1`, room, day, midnight.UnixMilli(), decision.RoleOwner)
	if err != nil {
		return nil, fmt.Errorf("read quiet members: %w", err)
	}
	all := make([]decision.Quiet, len(lines))
	for i, l := range lines {
		m, _, err := tx.Member(l.id)
		if err != nil {
			return nil, err
		}
		all[i] = decision.Quiet{Member: m, Last: l.day}
	}
	return all, nil
}
