package wechat

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// wall is a clock whose wall part and monotonic part move separately.
type wall struct {
	start time.Time
	mono  time.Duration
}

func (w *wall) Now() time.Time { return w.start.Add(w.mono) }

func (w *wall) Park(context.Context, time.Time, <-chan struct{}) error { return nil }

func TestServerTimeCarriesOn(t *testing.T) {
	clock := &wall{start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	var log bytes.Buffer
	s := newServerTime(clock, slog.New(slog.NewTextHandler(&log, nil)))
	server := clock.start.Add(-3 * time.Hour) // the local clock is wrong
	s.observe(server)
	clock.mono = 90 * time.Second
	if got := s.now(); !got.Equal(server.Add(90 * time.Second)) {
		t.Errorf("now %v", got)
	}
	s.observe(server.Add(89 * time.Second)) // whole seconds and a slow answer
	if got := s.now(); !got.Equal(server.Add(90 * time.Second)) {
		t.Errorf("a late header moved the time to %v", got)
	}
	if strings.Contains(log.String(), "moved") {
		t.Errorf("no jump, yet %s", log.String())
	}
	clock.start = clock.start.Add(time.Hour) // somebody sets the clock
	s.observe(server.Add(91 * time.Second))
	if !strings.Contains(log.String(), "the local clock moved") {
		t.Error("the jump is not reported")
	}
	if got := s.now(); got.Sub(server.Add(91*time.Second)).Abs() > dateSlack {
		t.Errorf("the jump moved the time to %v", got)
	}
}
