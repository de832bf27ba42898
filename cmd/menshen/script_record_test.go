package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	_ "github.com/mattn/go-sqlite3"
)

// ask settles, then reads the bot's database, which it cannot change.
func (s *story) ask(query string, args []any, dest ...any) error {
	if err := s.advance(0); err != nil {
		return err
	}
	file := url.URL{Scheme: "file", OmitHost: true, Path: s.path("data/menshen.db"), RawQuery: "mode=ro&_query_only=1"}
	db, err := sql.Open("sqlite3", file.String())
	if err != nil {
		return err
	}
	defer db.Close()
	return db.QueryRow(query, args...).Scan(dest...)
}

// person returns the row id of a member of the current room, who may have
// changed names since the bot looked last.
func (s *story) person(handle string) (int64, error) {
	m, err := s.member(handle)
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.ask(`SELECT m.id FROM member m JOIN room r ON r.id = m.room
		WHERE r.name IN (?1, ?2) AND m.merged_into IS NULL AND (m.display IN (?3, ?4) OR m.nick IN (?3, ?4))
		ORDER BY m.seen DESC, m.id DESC LIMIT 1`, []any{s.room, s.roomName(), m.Name, handle}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("the bot does not know %s", handle)
	}
	return id, err
}

// number is what points and warnings have in common: M N.
func (s *story) number(args []string, query string, more ...any) error {
	if len(args) != 2 {
		return errUsage
	}
	want, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	id, err := s.person(args[0])
	if err != nil {
		return err
	}
	var got int
	if err := s.ask(query, append([]any{id}, more...), &got); err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("%s has %d, want %d", args[0], got, want)
	}
	return nil
}

// doPoints: points M N.
func doPoints(s *story, args []string) error {
	return s.number(args, `SELECT coalesce(sum(points), 0) FROM balance WHERE member = ?1`)
}

// doWarnings: warnings M N, those that count now under any name of M.
func doWarnings(s *story, args []string) error {
	now, err := s.now()
	if err != nil {
		return err
	}
	return s.number(args, `WITH RECURSIVE own(id) AS (SELECT ?1 UNION ALL SELECT m.id FROM own JOIN member m ON m.merged_into = own.id)
		SELECT count(*) FROM cases WHERE member IN (SELECT id FROM own) AND kind = 'strike'
		AND state IN ('open', 'warned') AND rehearsed = 0 AND (expires = 0 OR expires > ?2)`, now.UnixMilli())
}

// doCase: case N STATE, where a removal's or an appeal's state fits as well, and
// settled is every way in which a question ends.
func doCase(s *story, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	var state, removal, appeal string
	err := s.ask(`SELECT state, removal, appeal FROM cases WHERE id = ?1`, []any{args[0]}, &state, &removal, &appeal)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("there is no case %s", args[0])
	}
	fits := []string{state, removal, appeal}
	if slices.Contains([]string{"dropped", "agreed", "refused", "expired"}, state) {
		fits = append(fits, "settled")
	}
	if err == nil && !slices.Contains(fits, args[1]) {
		err = fmt.Errorf("case %s is %s (removal %q, appeal %q)", args[0], state, removal, appeal)
	}
	return err
}

// doSQL: sql VALUE QUERY, where the query's one answer has to be VALUE.
func doSQL(s *story, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	var got sql.NullString
	if err := s.ask(args[1], nil, &got); err != nil {
		return err
	}
	if got.String != args[0] {
		return fmt.Errorf("the answer is %q, want %q", got.String, args[0])
	}
	return nil
}

// doKept: kept TEXT yes|no, whether TEXT stands anywhere in the database. What
// is not kept is not in the log either.
func doKept(s *story, args []string) error {
	if len(args) != 2 || args[1] != "yes" && args[1] != "no" {
		return errUsage
	}
	var query sql.NullString // one that counts the places in all columns of all tables
	err := s.ask(`SELECT 'SELECT ' || group_concat('(SELECT count(*) FROM "' || t.name || '" WHERE instr(CAST("' || c.name || '" AS TEXT), ?1))', ' + ')
		FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'`, nil, &query)
	if err != nil {
		return err
	}
	var places int
	if err := s.ask(query.String, []any{args[0]}, &places); err != nil {
		return err
	}
	if kept := places > 0; kept != (args[1] == "yes") {
		return fmt.Errorf("%q is in %d places of the database", args[0], places)
	}
	if said, _ := s.bot.output(); args[1] == "no" && strings.Contains(said, args[0]) {
		return fmt.Errorf("%q is in the log", args[0])
	}
	return nil
}
