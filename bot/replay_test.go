package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// evening is an hour of talk: clean lines, hits, commands, private lines.
func evening(s *stage) [][]chat.Event {
	var batches [][]chat.Event
	for i := range 12 {
		at := s.clock.Now().Add(time.Duration(i) * 2 * time.Minute)
		events := []chat.Event{
			s.line(jia, fmt.Sprint("今天晚上一起去跑步吧，第 ", i, " 次")), s.line(yi, "快来加群"), s.line(bing, "签到"),
			s.line(jia, "有人要兼职吗"), s.line(wang, "加分 @甲 10 帮忙"),
		}
		for j, e := range events {
			m := e.(chat.Message)
			m.Time = at.Add(time.Duration(j) * time.Second)
			events[j] = m
		}
		batches = append(batches, events)
	}
	return batches
}

// tellAll gives the road batches, each n times in a row, two minutes apart.
func tellAll(s *stage, batches [][]chat.Event, n int) {
	s.t.Helper()
	for _, events := range batches {
		for range n {
			s.comes(events...)
		}
		s.pass(2 * time.Minute)
	}
}

func TestFaultReplays(t *testing.T) {
	calm := newStage(t)
	tellAll(calm, evening(calm), 1)
	calm.pass(25 * time.Hour)
	want, said := records(t, calm.path), len(calm.wire.said)
	for n := 2; n <= 5; n++ {
		t.Run(fmt.Sprint(n, " times"), func(t *testing.T) {
			s := newStage(t)
			batches := evening(s)
			tellAll(s, batches, n)
			s.restart()
			s.pass(24 * time.Hour)
			for _, events := range batches { // and all of it once more, a day later
				s.comes(events...)
			}
			s.pass(time.Hour)
			if got := records(t, s.path); !slices.Equal(got, want) {
				t.Errorf("replays changed\n  %s\nto\n  %s", strings.Join(want, "\n  "), strings.Join(got, "\n  "))
			}
			if len(s.wire.said) != said {
				t.Errorf("%d sentences, want %d", len(s.wire.said), said)
			}
			s.sound()
		})
	}
	t.Run("control: a store that forgets", func(t *testing.T) {
		s := prepared(t, t.TempDir()+"/menshen.db")
		s.wrap = func(b bot.Store) bot.Store { return forgetful{b} }
		s.start()
		defer s.close()
		tellAll(s, evening(s), 2)
		if slices.Equal(records(t, s.path), want) {
			t.Error("a store that forgets what it saw is not noticed: this experiment proves nothing")
		}
	})
}

// forgetful is a store that takes every message for a new one.
type forgetful struct{ bot.Store }

// Record implements [bot.Store].
func (s forgetful) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return s.Store.Record(ctx, b, func(tx bot.Tx) error { return fn(forgetfulTx{tx}) })
}

type forgetfulTx struct{ bot.Tx }

// Seen implements [bot.Tx].
func (t forgetfulTx) Seen(m chat.Message, keep bool) (bool, error) {
	_, err := t.Tx.Seen(m, keep)
	return false, err
}

func TestFaultOldMessagesOnlyCount(t *testing.T) {
	s := newStage(t)
	hit, sign, private := s.line(jia, "快来加群"), s.line(yi, "签到"), s.line(wang, "待办")
	private.Room, private.From, private.As = 0, 0, []chat.MemberID{wang}
	var events []chat.Event
	for _, m := range []chat.Message{hit, sign, private} {
		m.Age = 10*time.Minute + time.Second
		events = append(events, m)
	}
	s.comes(events...)
	s.pass(time.Hour)
	s.want("messages", `SELECT count(*) FROM message`, "3")
	s.want("activity", `SELECT sum(messages) FROM activity`, "2")
	s.want("cases", `SELECT count(*) FROM cases`, "0")
	s.want("postings", `SELECT count(*) FROM ledger`, "0")
	s.wantCount(s.heard(true), "", 0)
	fresh := s.line(jia, "快来加群")
	fresh.Age = 10 * time.Minute
	s.comes(fresh)
	s.pass(time.Minute)
	s.wantHeard("警告 1/3", 1)
}

// panicky is a store whose transactions panic when a case is opened for one
// message, after the case was stored.
type panicky struct {
	bot.Store
	message string
}

// Record implements [bot.Store].
func (s panicky) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return s.Store.Record(ctx, b, func(tx bot.Tx) error { return fn(panickyTx{tx, s.message}) })
}

type panickyTx struct {
	bot.Tx
	message string
}

// Apply implements [bot.Tx].
func (t panickyTx) Apply(effects ...decision.Effect) error {
	err := t.Tx.Apply(effects...)
	for _, e := range effects {
		if open, ok := e.(decision.OpenCase); ok && open.Case.MessageID == t.message {
			panic("a bug in a rule")
		}
	}
	return err
}

func TestFaultPanicInOneMessage(t *testing.T) {
	s := prepared(t, t.TempDir()+"/menshen.db")
	s.wrap = func(b bot.Store) bot.Store { return panicky{b, "m2"} }
	s.start()
	defer s.close()
	s.comes(s.line(jia, "快来加群"), s.line(yi, "快来加群"), s.line(bing, "快来加群"))
	s.pass(time.Minute)
	s.want("messages", `SELECT id FROM message ORDER BY n`, "m1", "m2", "m3")
	s.want("cases", `SELECT message FROM cases`, "m1", "m3")
	s.want("record", `SELECT what, detail FROM audit WHERE what = 'panic'`, "panic m2")
	s.wantOrder("@甲", "@丙")
	s.comes(s.line(yi, "快来加群"))
	s.pass(time.Minute)
	s.wantHeard("警告 1/3", 3)
	s.sound()
}

// TestFaultClockJumps corrects the local clock by hours and years: what counts
// is the time of the server, and nothing is done twice or gets stuck.
func TestFaultClockJumps(t *testing.T) {
	for name, by := range map[string]time.Duration{
		"an hour ahead": time.Hour, "an hour back": -time.Hour, "ten years back": -10 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.says(yi, "有人要兼职吗", time.Minute)
			server := s.clock.Now()
			s.clock.jump(server.Add(by))
			for i := range 2 {
				m := s.line(jia, "快来加群")
				m.Time = server.Add(time.Duration(i+1) * 2 * time.Minute)
				s.comes(m)
				s.pass(2 * time.Minute)
			}
			s.wantHeard("警告 1/3", 1)
			s.wantHeard("警告 2/3", 1)
			s.clock.jump(server.Add(10 * time.Minute)) // and corrected again
			s.pass(24 * time.Hour)
			s.wantCount(s.heard(true), "1 件", 1) // the digest of the evening
			s.sound()
		})
	}
}

var errFussy = errors.New("the commit failed")

// fussy is a store that fails to commit the first n batches it is given.
type fussy struct {
	bot.Store
	left *int
}

// Record implements [bot.Store].
func (s fussy) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if b.Cursor == nil || *s.left == 0 {
		return s.Store.Record(ctx, b, fn)
	}
	*s.left--
	return s.Store.Record(ctx, b, func(tx bot.Tx) error { return errors.Join(fn(tx), errFussy) })
}

// TestFaultBatchTriedAgain gives the road the same batch until it is stored:
// the answers are those of the first try.
func TestFaultBatchTriedAgain(t *testing.T) {
	s := prepared(t, t.TempDir()+"/menshen.db")
	failures := 3
	s.wrap = func(b bot.Store) bot.Store { return fussy{b, &failures} }
	s.start()
	defer s.close()
	b := s.wire.hold([]chat.Event{s.line(jia, "签到"), s.line(yi, "我的警告")})
	for s.take(b) != nil {
	}
	s.pass(time.Minute)
	s.wantHeard("签到成功", 1)
	s.wantHeard("你没有有效的警告", 1)
	s.wantHeard("稍后", 0)
	s.want("messages", `SELECT count(*) FROM message`, "2")
}
