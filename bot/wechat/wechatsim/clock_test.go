package wechatsim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// follower is a client of the clock whose deadlines the test sets.
type follower struct {
	ticks chan wechatsim.Tick
	stop  func()
}

func follow(t *testing.T, s *wechatsim.Server, next func(wechatsim.Tick) string) follower {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.ControlURL()+"/clock/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	own := &http.Transport{}
	resp, err := own.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	f := follower{ticks: make(chan wechatsim.Tick, 1000)}
	done := make(chan struct{})
	f.stop = func() {
		cancel()
		<-done
		resp.Body.Close()
		own.CloseIdleConnections()
	}
	go func() {
		defer close(done)
		lines := json.NewDecoder(resp.Body)
		for {
			var tick wechatsim.Tick
			if lines.Decode(&tick) != nil {
				return
			}
			f.ticks <- tick
			report, _ := json.Marshal(wechatsim.Idle{Seq: tick.Seq, Next: next(tick)})
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.ControlURL()+"/clock/idle", bytes.NewReader(report))
			if err != nil {
				return
			}
			answer, err := own.RoundTrip(r)
			if err != nil {
				return
			}
			answer.Body.Close()
		}
	}()
	t.Cleanup(f.stop)
	return f
}

func TestClockJumpsFromDeadlineToDeadline(t *testing.T) {
	begin := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	s := start(t, wechatsim.Options{Start: begin})
	f := follow(t, s, func(tick wechatsim.Tick) string {
		return tick.Time.Add(25 * time.Minute).Format(time.RFC3339Nano)
	})
	<-f.ticks
	if got := must(t)(s.Step(t.Context(), time.Hour)).Time; !got.Equal(begin.Add(25 * time.Minute)) {
		t.Errorf("one step leads to %v", got)
	}
	must(t)(s.Advance(t.Context(), time.Hour))
	seen := map[string]bool{}
	for len(f.ticks) > 0 {
		seen[(<-f.ticks).Time.Sub(begin).String()] = true
	}
	for _, want := range []string{"0s", "25m0s", "50m0s", "1h15m0s", "1h25m0s"} {
		if !seen[want] {
			t.Errorf("no tick at %s, only at %v", want, seen)
		}
	}
	if len(seen) != 5 {
		t.Errorf("ticks at %v", seen)
	}
}

// TestAdvanceWaitsForTheReader: the clock does not move while a message is
// behind the client's long poll.
func TestAdvanceWaitsForTheReader(t *testing.T) {
	s := start(t, wechatsim.Options{Poll: 20 * time.Second})
	c := login(t, s)
	follow(t, s, func(wechatsim.Tick) string { return "" })
	var heard []string
	reading := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(reading)
		for ctx.Err() == nil {
			if text, err := c.try(c.checkURL()); err != nil || !strings.Contains(text, `selector:"2"`) {
				return
			}
			a, err := c.tryPost("webwxsync", map[string]any{"SyncKey": c.key})
			if err != nil {
				return
			}
			for _, m := range a.AddMsgList {
				heard = append(heard, m.Content)
			}
			c.key = *a.SyncKey
		}
	}()
	waitParked(t, s)
	for range 20 {
		say(t, s, "甲", "嗯")
		must(t)(s.Advance(t.Context(), time.Second))
	}
	cancel()
	must(t)(s.EndSession(wechatsim.Ending{End: 1100}))
	<-reading
	if len(heard) != 20 {
		t.Errorf("heard %d messages, want 20", len(heard))
	}
}

func TestClockWithoutFollower(t *testing.T) {
	s := start(t, wechatsim.Options{})
	login(t, s)
	say(t, s, "甲", "没人读")
	before := s.Now()
	if got := must(t)(s.Advance(t.Context(), 48*time.Hour)).Time; got.Sub(before) != 48*time.Hour {
		t.Errorf("the clock moved by %v", got.Sub(before))
	}
}
