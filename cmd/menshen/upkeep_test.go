package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot/text"
	"menshen/data"
)

// jumper is a clock that is at once wherever somebody waits for, until its end.
type jumper struct {
	now, end time.Time
	stop     context.CancelFunc
}

func (j *jumper) Now() time.Time { return j.now }

func (j *jumper) Park(ctx context.Context, until time.Time, _ <-chan struct{}) error {
	if until.After(j.end) {
		j.stop()
		return context.Canceled
	}
	j.now = until
	return ctx.Err()
}

// household is what a test of upkeep looks at afterwards.
type household struct {
	db   *data.DB
	dir  string
	told []string // causes and words
}

// keptFor lets upkeep work for so long on the database of [kept], which prepare
// may change first. Copies go into a directory of that name, none if it is
// empty.
func keptFor(t *testing.T, life time.Duration, backups string, prepare func(dir string)) household {
	t.Helper()
	dir := kept(t)
	if prepare != nil {
		prepare(dir)
	}
	db, err := data.Open(filepath.Join(dir, "menshen.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	start := time.Now()
	clock := &jumper{now: start, end: start.Add(life), stop: stop}
	db.Now = clock.Now
	u := upkeep{
		db: db, clock: clock, log: slog.New(slog.DiscardHandler), zone: time.FixedZone("UTC+8", 8*60*60), keep: defaultSettings().retention(),
	}
	if backups != "" {
		u.backups = filepath.Join(dir, backups)
	}
	h := household{db: db, dir: dir}
	u.tell = func(_ context.Context, cause, words string) error {
		h.told = append(h.told, cause+" "+words)
		return nil
	}
	if err := u.run(ctx); err != nil {
		t.Fatal(err)
	}
	return h
}

// TestUpkeepTells: whoever looks after the bot hears in the chat, once a day,
// that there is no copy or that the database was changed, and hears nothing
// while all is well.
func TestUpkeepTells(t *testing.T) {
	for _, tt := range []struct {
		name    string
		prepare func(dir string)
		backups string
		want    string // "" for silence
	}{
		{name: "all is well"},
		{
			name: "no place for a copy", backups: "menshen.db", want: text.BackupFailed(), // a file, no directory
		},
		{name: "an edited case", want: text.Changed(1), prepare: func(dir string) {
			file, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "menshen.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if _, err := file.ExecContext(t.Context(), `UPDATE cases SET evidence = 'something else' WHERE id = 1`); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := keptFor(t, 29*time.Hour, tt.backups, tt.prepare)
			slices.Sort(h.told)
			told := slices.Compact(h.told)
			if tt.want == "" && len(told) > 0 {
				t.Errorf("told %q for nothing", told)
			}
			if tt.want != "" && (len(told) < 1 || len(told) > 3) {
				t.Errorf("told %q in 29 hours, want one sentence for each day", told)
			}
			for _, one := range told {
				if !strings.HasSuffix(one, tt.want) {
					t.Errorf("told %q, want %q", one, tt.want)
				}
			}
		})
	}
}

func TestUpkeepPurgesAtNight(t *testing.T) {
	h := keptFor(t, 8*24*time.Hour, "", nil)
	var out bytes.Buffer
	if err := h.db.Export(context.Background(), &out, 2); err != nil {
		t.Fatal(err)
	}
	var member data.Export
	if err := json.Unmarshal(out.Bytes(), &member); err != nil || len(member.Messages) != 1 {
		t.Fatalf("export: %v, %d messages", err, len(member.Messages))
	}
	if member.Messages[0].Text != "" {
		t.Error("a text is still there after its seven days")
	}
	if len(member.Cases) != 1 || member.Cases[0].Evidence == "" {
		t.Error("the evidence of a case is gone before its thirty days")
	}
}

func TestUpkeepCopiesByTheHour(t *testing.T) {
	if testing.Short() {
		t.Skip("thirty copies take a while")
	}
	h := keptFor(t, 30*time.Hour, "backups", nil)
	copies, err := filepath.Glob(filepath.Join(h.dir, "backups", "menshen-*.db"))
	if err != nil || len(copies) < 24 || len(copies) > 24+3 {
		t.Errorf("%d copies after thirty hours, %v; want those of the last day and one for each day before", len(copies), err)
	}
	if len(h.told) > 0 {
		t.Errorf("told %q for nothing", h.told)
	}
}
