package data

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// crowd adds members to the room of a house and returns their ids.
func (h *house) crowd(n int) []chat.MemberID {
	h.t.Helper()
	ids := make([]chat.MemberID, n)
	h.record(func(tx *Tx) error {
		for i := range ids {
			ids[i] = chat.MemberID(1000 + i)
			if _, err := tx.exec(`INSERT INTO member (id, room, nick, seen) VALUES (?1, 1, ?2, 1)`, ids[i], fmt.Sprint("群友", i)); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

// oneMessage does for a message what the road does: every hundredth is a case.
func (h *house) oneMessage(tx *Tx, n int, from chat.MemberID) error {
	h.clock = h.clock.Add(2 * time.Millisecond)
	m := message(wireID(n), from, "今天晚上一起去跑步的人在这里报名", h.clock)
	if _, err := tx.Seen(m, true); err != nil {
		return err
	}
	if _, _, err := tx.Room(m.Room); err != nil {
		return err
	}
	if _, _, err := tx.Member(m.From); err != nil {
		return err
	}
	if _, err := tx.Query(decision.Query{Room: m.Room, Member: m.From, Past: 40, Since: h.clock.Add(-10 * time.Minute)}); err != nil {
		return err
	}
	if n%100 != 99 {
		return nil
	}
	s, err := tx.Sanctions(m.From, h.clock)
	if err != nil {
		return err
	}
	return tx.Apply(h.strike(s.NextCase, m.From, 1),
		decision.Speak{Say: decision.Say{Cause: m.ID, Kind: decision.SayWarning, Room: theRoom, Case: s.NextCase, Text: "警告 1/3"}})
}

// wireID is an id as the network gives them: 64 bits without any order.
func wireID(n int) string {
	x := uint64(n+1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return fmt.Sprint((x ^ x>>31) >> 1)
}

// BenchmarkRecord records messages in batches; the goal is 6 000 a second at
// 100 a batch.
func BenchmarkRecord(b *testing.B) {
	for _, size := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprint("batch=", size), func(b *testing.B) {
			h := newHouse(b)
			who := h.crowd(500)
			n := 0
			for b.Loop() {
				h.record(func(tx *Tx) error {
					for range size {
						if err := h.oneMessage(tx, n, who[n*7%len(who)]); err != nil {
							return err
						}
						n++
					}
					return nil
				})
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// BenchmarkCommit compares the durable commit of one message with what the
// disk needs for the same in the same run: 32 KiB and fdatasync.
func BenchmarkCommit(b *testing.B) {
	b.Run("message", func(b *testing.B) {
		h := newHouse(b)
		n := 0
		for b.Loop() {
			h.record(func(tx *Tx) error {
				n++
				_, err := tx.Seen(message(fmt.Sprint(n), jia, "今天晚上一起去跑步", h.clock), true)
				return err
			})
		}
	})
	b.Run("disk", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "file"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		block := make([]byte, 32<<10)
		for b.Loop() {
			if _, err := f.Write(block); err != nil {
				b.Fatal(err)
			}
			if err := syscall.Fdatasync(int(f.Fd())); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAdmit looks a room up as is done before every message.
func BenchmarkAdmit(b *testing.B) {
	h := newHouse(b)
	for b.Loop() {
		h.room(theRoom)
	}
}

// BenchmarkSanctions reads the record of a member, as for every hit and every
// command about one.
func BenchmarkSanctions(b *testing.B) {
	h := newHouse(b)
	h.apply(h.strike(1, jia, 1))
	h.record(func(tx *Tx) error {
		for b.Loop() {
			if s, err := tx.Sanctions(jia, h.clock); err != nil || len(s.Live) != 1 {
				b.Fatal(s, err)
			}
		}
		return nil
	})
}

// BenchmarkNextSay asks for the next row while many wait for their time.
func BenchmarkNextSay(b *testing.B) {
	h := newHouse(b)
	h.record(func(tx *Tx) error {
		for i := range 1000 {
			s := say(fmt.Sprint(i), decision.SayAnswer, decision.PriorityAnswer)
			s.Say.Due = h.clock.Add(time.Hour)
			if err := tx.Apply(s); err != nil {
				return err
			}
		}
		return tx.Apply(say("now", decision.SayAnswer, decision.PriorityFun))
	})
	for b.Loop() {
		err := h.Read(context.Background(), func(tx *Tx) error {
			row, _, err := tx.NextSay(h.clock)
			if row == nil {
				b.Fatal("nothing to say")
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
