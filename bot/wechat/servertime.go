package wechat

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"menshen/bot/chat"
)

const (
	// dateSlack is how far the server's Date may be from the expected time:
	// the header has whole seconds and the answer takes a while.
	dateSlack = 2 * time.Second
	// jumpSlack is how far the local wall clock may move against the server
	// before that is reported.
	jumpSlack = 30 * time.Second
)

// serverTime is the network's time: its last known Date carried on by the
// monotonic part of the local clock. A jump of the local wall clock moves
// nothing here; it is only reported.
type serverTime struct {
	clock chat.Clock
	log   *slog.Logger

	mu     sync.Mutex
	date   time.Time     // zero until a server answered
	local  time.Time     // with its monotonic reading, when date was noted
	offset time.Duration // server minus local wall clock
}

func newServerTime(clock chat.Clock, log *slog.Logger) *serverTime {
	return &serverTime{clock: clock, log: log}
}

// observe notes the Date of an answer.
func (s *serverTime) observe(date time.Time) {
	now := s.clock.Now()
	s.mu.Lock()
	offset := date.Sub(now.Round(0))
	moved := offset - s.offset
	first := s.date.IsZero()
	if drift := date.Sub(s.at(now)); first || drift.Abs() > dateSlack {
		s.date, s.local = date, now
	}
	s.offset = offset
	s.mu.Unlock()
	if !first && moved.Abs() > jumpSlack {
		s.log.LogAttrs(context.Background(), slog.LevelWarn, "the local clock moved against the server's",
			slog.Duration("by", -moved))
	}
}

// now returns the server's time; the local one before any server answered.
func (s *serverTime) now() time.Time {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at(now)
}

func (s *serverTime) at(now time.Time) time.Time {
	if s.date.IsZero() {
		return now.Round(0)
	}
	return s.date.Add(now.Sub(s.local))
}
