package data

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// Export is everything that is kept about one member.
type Export struct {
	Member   decision.Member       `json:"member"`
	Names    []string              `json:"names"`
	Messages []decision.Past       `json:"messages"`
	Activity map[int]DayOfActivity `json:"activity"` // by date, yyyymmdd in the room's zone
	Cases    []decision.Case       `json:"cases"`
	Postings []scoring.Entry       `json:"postings"`
}

// DayOfActivity is what a member said on one date.
type DayOfActivity struct {
	Messages    int `json:"messages"`
	Substantive int `json:"substantive"`
}

// everything is more rows than a member has.
const everything = 1 << 30

// Export writes everything that is kept about a member as JSON.
func (db *DB) Export(ctx context.Context, w io.Writer, id chat.MemberID) error {
	var e Export
	if err := db.Read(ctx, func(tx *Tx) error { return tx.export(id, &e) }); err != nil {
		return fmt.Errorf("export member %d: %w", id, err)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	if err := out.Encode(e); err != nil {
		return fmt.Errorf("export member %d: %w", id, err)
	}
	return nil
}

func (tx *Tx) export(id chat.MemberID, e *Export) error {
	m, ok, err := tx.Member(id)
	if err != nil {
		return err
	}
	if !ok {
		return errNoRow
	}
	e.Member = m
	if e.Names, err = tx.namesOf(id); err != nil {
		return err
	}
	if e.Messages, err = tx.past(id, fromMillis(0), everything); err != nil {
		return err
	}
	if e.Cases, err = tx.cases(sameMember, id); err != nil {
		return err
	}
	if e.Postings, err = tx.Statement(m.Room, id, everything); err != nil {
		return err
	}
	e.Activity, err = tx.activityOf(id)
	return err
}

// activityOf returns a member's messages by date.
func (tx *Tx) activityOf(id chat.MemberID) (map[int]DayOfActivity, error) {
	rows, err := tx.query(`SELECT day, messages, substantive FROM activity WHERE member = ?1`, id)
	if err != nil {
		return nil, fmt.Errorf("read activity: %w", err)
	}
	defer rows.Close()
	days := make(map[int]DayOfActivity)
	for rows.Next() {
		var day int
		var d DayOfActivity
		if err := rows.Scan(&day, &d.Messages, &d.Substantive); err != nil {
			return nil, fmt.Errorf("read activity: %w", err)
		}
		days[day] = d
	}
	return days, tx.watch(rows.Err())
}
