package data

import (
	"context"
	"errors"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// packetRule switches packets on without an age limit.
func packetRule() scoring.PacketRule {
	r := scoring.DefaultPacketRule()
	r.On = true
	return r
}

func TestPacketRefuses(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	off := packetRule()
	off.On = false
	tests := []struct {
		name          string
		total, shares int64
		rule          scoring.PacketRule
		want          error
	}{
		{"no shares", 10, 0, packetRule(), scoring.ErrAmount},
		{"more shares than points", 10, 20, packetRule(), scoring.ErrAmount},
		{"too many points", 501, 5, packetRule(), scoring.ErrLimit},
		{"too many shares", 60, 51, packetRule(), scoring.ErrLimit},
		{"more than there is", 51, 5, packetRule(), scoring.ErrInsufficient},
		{"switched off", 10, 5, off, scoring.ErrOff},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := db.Write(context.Background(), func(tx *Tx) error {
				_, err := tx.OpenPacket(11, tt.total, tt.shares, false, 1, noon, tt.rule)
				return err
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if b := points(t, db, 11); b != (scoring.Balance{Points: 50}) {
		t.Errorf("something was taken: %+v", b)
	}
}

func TestPacketSurvivesACrashAndComesBack(t *testing.T) {
	db := newLedger(t)
	give(t, db, map[int64]int64{11: 50})
	var shares []int64
	do(t, db, func(tx *Tx) error {
		p, err := tx.OpenPacket(11, 40, 4, false, 1, noon, packetRule())
		shares = scoring.Shares(p.Total, p.Shares, false, p.seed)
		return err
	})
	db = reopen(t, db)
	do(t, db, func(tx *Tx) error {
		if p, err := tx.OpenPacket(11, 40, 4, false, 1, noon, packetRule()); err != nil || p.ID != 1 {
			t.Errorf("the same packet again: %+v, %v", p, err)
		}
		g, err := tx.Grab(1, 12, noon)
		if err != nil || g.N != 1 || g.Amount != shares[0] || g.Packet.Left != 40-shares[0] {
			t.Errorf("grab after the crash: %+v, %v, want %d", g, err, shares[0])
		}
		if _, err := tx.Grab(1, 12, noon); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("grab again: %v", err)
		}
		if _, err := tx.Grab(1, 11, noon); !errors.Is(err, scoring.ErrSelf) {
			t.Errorf("grab one's own: %v", err)
		}
		if _, err := tx.Grab(2, 21, noon); !errors.Is(err, scoring.ErrNotFound) {
			t.Errorf("grab in another room: %v", err)
		}
		return nil
	})
	db = reopen(t, db)
	due := noon.Add(24 * time.Hour)
	do(t, db, func(tx *Tx) error {
		if next, err := tx.NextSweep(); err != nil || !next.Equal(due) {
			t.Errorf("next sweep %v, %v, want %v", next, err, due)
		}
		if _, err := tx.Grab(1, 13, due); !errors.Is(err, scoring.ErrExpired) {
			t.Errorf("grab at the end: %v", err)
		}
		s, err := tx.Sweep(due)
		if err != nil || len(s.Packets) != 1 || s.Packets[0].Left != 40-shares[0] {
			t.Errorf("sweep: %+v, %v", s, err)
		}
		if next, err := tx.NextSweep(); err != nil || !next.IsZero() {
			t.Errorf("next sweep %v, %v, want none", next, err)
		}
		return nil
	})
	if b := points(t, db, 11); b != (scoring.Balance{Points: 50 - shares[0]}) {
		t.Errorf("sponsor has %+v", b)
	}
	healthy(t, db)
}

func TestTwoGrabsForTheLastShare(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (14, 1, '丁', 0)`)
	give(t, db, map[int64]int64{11: 50})
	do(t, db, func(tx *Tx) error { _, err := tx.OpenPacket(11, 10, 1, false, 1, noon, packetRule()); return err })
	results := make(chan error)
	for _, member := range []chat.MemberID{12, 14} {
		go func() {
			results <- db.Write(context.Background(), func(tx *Tx) error { _, err := tx.Grab(1, member, noon); return err })
		}()
	}
	won := 0
	for range 2 {
		switch err := <-results; {
		case err == nil:
			won++
		case !errors.Is(err, scoring.ErrSoldOut):
			t.Errorf("the loser got %v", err)
		}
	}
	if won != 1 || points(t, db, 12).Points+points(t, db, 14).Points != 10 {
		t.Errorf("%d won", won)
	}
	healthy(t, db)
}
