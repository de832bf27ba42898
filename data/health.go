package data

import (
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// health returns what came of the hits of each rule and keyword of a room, the
// least precise first. Only what asked for more than a notice has a case, and
// what was rehearsed was never judged by anybody.
func (tx *Tx) health(room chat.RoomID) ([]decision.RuleHealth, error) {
	all, err := collect(tx, scanHealth, `WITH hit AS (
			SELECT c.id, c.kind, c.state, c.reason, c.opened, f.value ->> 'Rule' AS rule, coalesce(f.value ->> 'Word', '') AS word,
				f.value ->> 'Tier' = 1 AND f.value ->> 'Action' = 2 AS guess
			FROM cases c, json_each(c.findings) f
			WHERE c.room = ?1 AND c.rehearsed = 0 AND c.kind IN ('strike', 'review')
				AND f.value ->> 'In' <> 'quoted' AND f.value ->> 'Action' >= 2
		), judged AS (
			SELECT id, rule, word, guess AND kind = 'strike' AND state <> 'reversed' AS guessed,
				kind = 'strike' AND state <> 'reversed' OR kind = 'review' AND state = 'settled' AS upheld,
				state = 'dropped' OR state = 'reversed' AND reason <> ?2 AS acquitted
			FROM hit WHERE opened > coalesce((SELECT CAST(value AS INTEGER) FROM setting
				WHERE room = ?1 AND name = 'since.' || rule || CASE word WHEN '' THEN '' ELSE ' ' || word END), 0)
		)
		SELECT rule, word, count(DISTINCT id), count(DISTINCT CASE WHEN upheld THEN id END),
			count(DISTINCT CASE WHEN acquitted THEN id END), count(DISTINCT CASE WHEN guessed THEN id END)
		FROM judged GROUP BY rule, word ORDER BY 5 DESC, 4, rule, word`, room, decision.ReasonLifted)
	if err != nil {
		return nil, fmt.Errorf("read health of rules: %w", err)
	}
	return all, nil
}

func scanHealth(scan func(...any) error) (h decision.RuleHealth, err error) {
	err = scan(&h.Rule, &h.Word, &h.Hits, &h.Right, &h.Wrong, &h.Guesses)
	return h, err
}
