package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

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

// keptFor lets upkeep work for so long on the database of [kept].
func keptFor(t *testing.T, life time.Duration, backups bool) (*data.DB, string) {
	t.Helper()
	dir := kept(t)
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
	if backups {
		u.backups = filepath.Join(dir, "backups")
	}
	if err := u.run(ctx); err != nil {
		t.Fatal(err)
	}
	return db, dir
}

func TestUpkeepPurgesAtNight(t *testing.T) {
	db, _ := keptFor(t, 8*24*time.Hour, false)
	var out bytes.Buffer
	if err := db.Export(context.Background(), &out, 2); err != nil {
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
	_, dir := keptFor(t, 30*time.Hour, true)
	copies, err := filepath.Glob(filepath.Join(dir, "backups", "menshen-*.db"))
	if err != nil || len(copies) < 24 || len(copies) > 24+3 {
		t.Errorf("%d copies after thirty hours, %v; want those of the last day and one for each day before", len(copies), err)
	}
}
