package data

import (
	"context"
	"errors"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// give posts opening balances.
func give(t testing.TB, db *DB, points map[int64]int64) {
	t.Helper()
	do(t, db, func(tx *Tx) error {
		for member, amount := range points {
			if _, err := tx.Post(grant(member, amount, 1_000_000+member)); err != nil {
				return err
			}
		}
		return nil
	})
}

// points reads a balance in room 1.
func points(t testing.TB, db *DB, member chat.MemberID) scoring.Balance {
	t.Helper()
	var b scoring.Balance
	err := db.Read(context.Background(), func(tx *Tx) (err error) { b, err = tx.Balance(1, member); return err })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestCheckInAroundMidnight(t *testing.T) {
	db := newLedger(t)
	zone := shanghai(t)
	late := time.Date(2026, 11, 23, 23, 59, 59, 0, zone)
	do(t, db, func(tx *Tx) error {
		first, err := tx.CheckIn(1, 11, late, scoring.DefaultCheckInRule())
		if err != nil || first.Streak != 1 {
			t.Errorf("before midnight: %+v, %v", first, err)
		}
		second, err := tx.CheckIn(1, 11, late.Add(2*time.Second), scoring.DefaultCheckInRule())
		if err != nil || second.Streak != 2 || second.Day != 20261124 {
			t.Errorf("after midnight: %+v, %v", second, err)
		}
		var refusal *scoring.Refusal
		_, err = tx.CheckIn(1, 11, late.Add(8*time.Hour), scoring.DefaultCheckInRule())
		if !errors.Is(err, scoring.ErrAlreadyDone) || !errors.As(err, &refusal) || !refusal.Until.Equal(time.Date(2026, 11, 25, 0, 0, 0, 0, zone)) {
			t.Errorf("again on the same date: %v", err)
		}
		return nil
	})
	if b := points(t, db, 11); b.Points != 10 {
		t.Errorf("%d points, want 10", b.Points)
	}
	healthy(t, db)
}

func TestSpeechEarnsOnceAMinuteUpToACap(t *testing.T) {
	db := newLedger(t)
	rule := scoring.SpeakRule{Points: 2, Every: time.Minute, PerDay: 5, MinRunes: 4}
	want := []int64{2, 0, 2, 1, 0}
	do(t, db, func(tx *Tx) error {
		for i, after := range []time.Duration{0, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute} {
			got, err := tx.EarnSpeech(1, 11, int64(i+1), "今天天气真好", noon.Add(after), rule)
			if err != nil || got != want[i] {
				t.Errorf("message %d earned %d (%v), want %d", i+1, got, err, want[i])
			}
		}
		if got, err := tx.EarnSpeech(1, 12, 99, "哈哈哈哈哈哈", noon, rule); err != nil || got != 0 {
			t.Errorf("laughter earned %d (%v)", got, err)
		}
		return nil
	})
	healthy(t, db)
}

func TestFineStopsAtTheFloorAndComesBackOnce(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 7})
	do(t, db, func(tx *Tx) error {
		if took, err := tx.Fine(1, 11, 10, 17, noon); err != nil || took != 7 {
			t.Errorf("fine: %d, %v", took, err)
		}
		if took, err := tx.Fine(1, 12, 10, 18, noon); err != nil || took != 0 {
			t.Errorf("fine of somebody without points: %d, %v", took, err)
		}
		for _, want := range []int64{7, 0} {
			if back, err := tx.Unfine(1, 11, 17, noon); err != nil || back != want {
				t.Errorf("giving it back: %d, %v, want %d", back, err, want)
			}
		}
		return nil
	})
	healthy(t, db)
}

// reopen crashes the database, as far as a process can do that to itself, and
// opens it again.
func reopen(t testing.TB, db *DB) *DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(db.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	return again
}

func TestInviteIsCreditedAndTakenBack(t *testing.T) {
	db := newLedger(t)
	rule := scoring.DefaultInviteRule()
	rule.Points = 10
	due := noon.Add(rule.After)
	do(t, db, func(tx *Tx) error {
		if err := tx.NoteInvite(1, 11, 12, noon, rule); err != nil {
			return err
		}
		if s, err := tx.Sweep(due.Add(-time.Second)); err != nil || len(s.Invites) != 0 {
			t.Errorf("early: %+v, %v", s, err)
		}
		if s, err := tx.Sweep(due); err != nil || len(s.Invites) != 1 || !s.Invites[0].Credited {
			t.Errorf("due: %+v, %v", s, err)
		}
		if b, err := tx.Balance(1, 11); err != nil || b.Points != 10 {
			t.Errorf("balance %+v, %v", b, err)
		}
		for _, want := range []int64{10, 0} {
			if back, err := tx.NewcomerLeft(12, due.Add(time.Hour)); err != nil || back != want {
				t.Errorf("taken back %d, %v, want %d", back, err, want)
			}
		}
		return nil
	})
	healthy(t, db)
}

func TestPointsRunOutOldestFirst(t *testing.T) {
	db := newLedger(t)
	old := grant(11, 30, 1)
	old.At = noon.AddDate(-1, 0, 0)
	do(t, db, func(tx *Tx) error {
		for _, p := range []scoring.Posting{old, grant(11, 20, 2), grant(11, -12, 3)} {
			if _, err := tx.Post(p); err != nil {
				return err
			}
		}
		later := noon.Add(time.Hour)
		for _, run := range []struct {
			before, now time.Time
			want        int64
		}{
			{noon.AddDate(0, -6, 0), noon, 18},
			{noon.AddDate(0, -6, 0), noon, 0},     // again
			{later, later, 0},                     // more is due on the same date
			{later, noon.Add(24 * time.Hour), 20}, // and waits for the next
		} {
			gone, err := tx.ExpirePoints(1, run.before, run.now)
			if err != nil || gone[11] != run.want {
				t.Errorf("ran out: %v, %v, want %d", gone, err, run.want)
			}
		}
		return nil
	})
	if b := points(t, db, 11); b.Points != 0 {
		t.Errorf("%d points, want 0", b.Points)
	}
	healthy(t, db)
}

// What cannot be ended stays and keeps nothing else.
func TestSweepGoesOnPastAFailure(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50, 12: 50})
	due := noon.Add(24 * time.Hour)
	do(t, db, func(tx *Tx) error {
		for cause, who := range []chat.MemberID{11, 12} {
			if _, err := tx.OpenPacket(who, 20, 2, true, int64(cause+1), noon, packetRule()); err != nil {
				return err
			}
		}
		_, err := tx.exec(`CREATE TEMP TRIGGER stuck BEFORE UPDATE ON main.packet WHEN NEW.id = 1 BEGIN SELECT RAISE(ABORT, 'stuck'); END`)
		return err
	})
	do(t, db, func(tx *Tx) error {
		s, err := tx.Sweep(due)
		if err != nil || len(s.Failed) != 1 || len(s.Packets) != 1 || s.Packets[0].ID != 2 {
			t.Errorf("sweep: %+v, %v", s, err)
		}
		_, err = tx.exec(`DROP TRIGGER stuck`)
		return err
	})
	if a, b := points(t, db, 11), points(t, db, 12); a.Held != 20 || b.Held != 0 {
		t.Errorf("held %d and %d, want 20 and 0", a.Held, b.Held)
	}
	do(t, db, func(tx *Tx) error {
		if s, err := tx.Sweep(due); err != nil || len(s.Packets) != 1 {
			t.Errorf("sweep again: %+v, %v", s, err)
		}
		return nil
	})
	healthy(t, db)
}

// A number that came again would be taken for a replay of the old cause.
func TestMessageNumbersNeverComeAgain(t *testing.T) {
	db := newLedger(t)
	const add = `INSERT INTO message (account, id, room, member, kind, at) VALUES (1, ?1, 1, 11, 'text', 0)`
	write(t, db, add, "a")
	write(t, db, `DELETE FROM message`)
	write(t, db, add, "b")
	if n := scalar[int](t, db, `SELECT n FROM message`); n != 2 {
		t.Errorf("number %d, want 2", n)
	}
}

func TestPointsRunOutOnlyWhereTheRoomSaysSo(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO setting (room, name, value) VALUES (2, 'points_days', '180')`)
	do(t, db, func(tx *Tx) error {
		for _, member := range []int64{11, 21} {
			p := grant(member, 30, member)
			p.Room, p.At = map[int64]int64{11: 1, 21: 2}[member], noon.AddDate(-1, 0, 0)
			if _, err := tx.Post(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err := db.expireAll(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if kept, gone := points(t, db, 11), scalar[int64](t, db, `SELECT points FROM balance WHERE member = 21`); kept.Points != 30 || gone != 0 {
		t.Errorf("points %d and %d, want 30 and 0", kept.Points, gone)
	}
	healthy(t, db)
}
