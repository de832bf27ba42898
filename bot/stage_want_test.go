package bot_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"menshen/bot/chat"
	"menshen/data"
)

// heard is what the room heard, and with private what anybody heard, as lines.
func (s *stage) heard(private bool) []string {
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	var all []string
	for _, d := range s.wire.said {
		if d.Out.Room == theRoom || private {
			all = append(all, d.Out.Text)
		}
	}
	return all
}

// wantHeard checks how many sentences with a part the room heard.
func (s *stage) wantHeard(part string, want int) {
	s.t.Helper()
	s.wantCount(s.heard(false), part, want)
}

func (s *stage) wantCount(all []string, part string, want int) {
	s.t.Helper()
	n := 0
	for _, line := range all {
		if strings.Contains(line, part) {
			n++
		}
	}
	if n != want {
		s.t.Errorf("%q was said %d times, want %d, in\n  %s", part, n, want, strings.Join(all, "\n  "))
	}
}

// read asks the database file past everything, one line a row.
func (s *stage) read(query string, args ...any) []string {
	s.t.Helper()
	return readFile(s.t, s.path, query, args...)
}

func readFile(t testing.TB, path, query string, args ...any) []string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return lines(t, db, query, args...)
}

func lines(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		cells, into := make([]string, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &sql.NullString{}
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i := range cells {
			cells[i] = into[i].(*sql.NullString).String
		}
		all = append(all, strings.Join(cells, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// want compares the answer of a query.
func (s *stage) want(what, query string, want ...string) {
	s.t.Helper()
	if got := s.read(query); strings.Join(got, "; ") != strings.Join(want, "; ") {
		s.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// sound checks what has to hold after every story.
func (s *stage) sound() {
	s.t.Helper()
	for _, wrong := range unsound(s.db) {
		s.t.Error(wrong)
	}
}

// unsound is what the checks of a database find.
func unsound(db *data.DB) []string {
	var wrong []string
	for _, check := range []func(context.Context) ([]data.Violation, error){db.Check, db.Verify} {
		found, err := check(context.Background())
		if err != nil {
			wrong = append(wrong, err.Error())
		}
		for _, v := range found {
			wrong = append(wrong, v.String())
		}
	}
	return wrong
}

// wantRemoved checks whom the network was asked to remove, each time.
func (s *stage) wantRemoved(want ...chat.MemberID) {
	s.t.Helper()
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	if !slices.Equal(s.wire.removed, want) {
		s.t.Errorf("removed %v, want %v", s.wire.removed, want)
	}
}

// wantOrder checks that the room heard exactly these, in this order.
func (s *stage) wantOrder(parts ...string) {
	s.t.Helper()
	heard := s.heard(false)
	ok := len(heard) == len(parts)
	for i := 0; ok && i < len(parts); i++ {
		ok = strings.Contains(heard[i], parts[i])
	}
	if !ok {
		s.t.Errorf("heard %q, want %q", heard, parts)
	}
}

// wantTimes compares times with a second of tolerance: the budget's own gap.
func wantTimes(s *stage, got []time.Duration, want ...time.Duration) {
	s.t.Helper()
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = (got[i] - want[i]).Abs() < 5*time.Second
	}
	if !ok {
		s.t.Errorf("at %v, want %v", got, want)
	}
}
