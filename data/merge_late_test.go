package data

import (
	"errors"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// What comes to the old name after a merge, whatever it comes from, is the
// person's like everything else.
func TestPointsThatComeLateFollow(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(h *house, tx *Tx) error
		after  func(h *house, tx *Tx) error
		want   int64 // of the new name, of 20 that the old one had
	}{
		{"an invitation is credited", func(h *house, tx *Tx) error {
			return tx.NoteInvite(theRoom, jia, bing, h.clock, scoring.InviteRule{Points: 10, Keep: time.Hour})
		}, func(h *house, tx *Tx) error { _, err := tx.Sweep(h.clock); return err }, 30},
		{"and taken back", func(h *house, tx *Tx) error {
			err := tx.NoteInvite(theRoom, jia, bing, h.clock, scoring.InviteRule{Points: 10, Keep: time.Hour})
			if err == nil {
				_, err = tx.Sweep(h.clock)
			}
			return err
		}, func(h *house, tx *Tx) error { _, err := tx.NewcomerLeft(bing, h.clock); return err }, 20},
		{
			"a fine is given back", func(h *house, tx *Tx) error { _, err := tx.Fine(theRoom, jia, 5, 1, h.clock); return err },
			func(h *house, tx *Tx) error { _, err := tx.Unfine(theRoom, jia, 1, h.clock); return err }, 20,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.give(jia, 20, 1)
			h.record(func(tx *Tx) error { return tt.before(h, tx) })
			h.leave(jia)
			h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
			h.record(func(tx *Tx) error { return tt.after(h, tx) })
			h.wantPoints("merged", map[chat.MemberID]int64{jia: 0, yi: tt.want})
		})
	}
}

// Each posting of a move is half of it: to take one back would make points out
// of nothing. So would a correction, which a split makes again.
func TestHalfAMoveIsNotReversed(t *testing.T) {
	h := newHouse(t)
	for _, who := range []chat.MemberID{jia, yi} {
		if err := h.checkIn(who); err != nil {
			t.Fatal(err)
		}
	}
	h.leave(jia)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	for no := int64(3); no <= 5; no++ { // out of the old name, into the new one, and one check-in less
		h.record(func(tx *Tx) error {
			if _, err := tx.Reverse(theRoom, no, h.clock, ""); !errors.Is(err, scoring.ErrNotReversible) {
				t.Errorf("posting %d: %v", no, err)
			}
			return nil
		})
	}
	h.wantPoints("merged", map[chat.MemberID]int64{jia: 0, yi: 5})
}

// One person has one share of a packet and one ticket of a draw, whatever they
// were called meanwhile.
func TestOnePersonTakesPartOnce(t *testing.T) {
	h := newHouse(t)
	h.give(boss, 20, 1)
	draw := scoring.DefaultDrawRule()
	draw.On = true
	h.record(func(tx *Tx) error {
		if _, err := tx.OpenPacket(boss, 10, 2, true, 2, h.clock, packetRule()); err != nil {
			return err
		}
		if _, err := tx.Grab(theRoom, jia, h.clock); err != nil {
			return err
		}
		if _, err := tx.OpenDraw(theRoom, scoring.Draw{Winners: 1, Prize: 1, Closes: h.clock.Add(time.Hour)}, 3, h.clock, draw); err != nil {
			return err
		}
		_, _, err := tx.Enter(theRoom, jia, "甲", h.clock)
		return err
	})
	h.leave(jia)
	h.apply(decision.Merge{Old: jia, New: yi, At: h.clock})
	h.record(func(tx *Tx) error {
		if _, err := tx.Grab(theRoom, yi, h.clock); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("a second share: %v", err)
		}
		if _, _, err := tx.Enter(theRoom, yi, "乙", h.clock); !errors.Is(err, scoring.ErrAlreadyDone) {
			t.Errorf("a second ticket: %v", err)
		}
		return nil
	})
}
