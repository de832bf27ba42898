package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// clockServer is the simulator's side of the clock, moved by hand.
type clockServer struct {
	*httptest.Server
	t     *testing.T
	start time.Time
	seq   uint64
	ticks chan tick
	idle  chan idleReport
}

func newClockServer(t *testing.T) *clockServer {
	s := &clockServer{
		t: t, start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		ticks: make(chan tick), idle: make(chan idleReport, 10),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock/stream", func(w http.ResponseWriter, r *http.Request) {
		out := json.NewEncoder(w)
		_ = out.Encode(tick{Time: s.start})
		for {
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case t, ok := <-s.ticks:
				if !ok {
					return
				}
				_ = out.Encode(t)
			}
		}
	})
	mux.HandleFunc("POST /clock/idle", func(_ http.ResponseWriter, r *http.Request) {
		var report idleReport
		_ = json.NewDecoder(r.Body).Decode(&report)
		s.idle <- report
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.CloseClientConnections)
	return s
}

// tick moves the clock to after past its start.
func (s *clockServer) tick(after time.Duration) {
	s.t.Helper()
	s.seq++
	select {
	case s.ticks <- tick{Seq: s.seq, Time: s.start.Add(after)}:
	case <-time.After(5 * time.Second):
		s.t.Fatal("the clock does not read its ticks")
	}
}

// wantIdle waits for a report; after is when the bot has to be called next, a
// negative one means never.
func (s *clockServer) wantIdle(after time.Duration) {
	s.t.Helper()
	want := idleReport{Seq: s.seq}
	if after >= 0 {
		want.Next = s.start.Add(after).Format(time.RFC3339Nano)
	}
	for {
		select {
		case got := <-s.idle:
			if got == want {
				return
			}
			if got.Seq == want.Seq {
				s.t.Fatalf("idle says %+v, want %+v", got, want)
			}
		case <-time.After(5 * time.Second):
			s.t.Fatalf("no idle report, want %+v", want)
		}
	}
}

// wantBusy says that there is no report for the present tick.
func (s *clockServer) wantBusy() {
	s.t.Helper()
	select {
	case got := <-s.idle:
		if got.Seq == s.seq {
			s.t.Fatalf("idle was reported: %+v", got)
		}
	case <-time.After(50 * time.Millisecond):
	}
}

// sleeper parks in a goroutine of its own; returned has a value each time it
// was released, and it parks again after a receive from again.
type sleeper struct {
	wake     chan struct{}
	released chan error
	again    chan time.Time
}

func startSleeper(ctx context.Context, c *simClock, until time.Time) sleeper {
	s := sleeper{wake: make(chan struct{}, 1), released: make(chan error, 1), again: make(chan time.Time)}
	go func() {
		for {
			s.released <- c.Park(ctx, until, s.wake)
			var more bool
			if until, more = <-s.again; !more {
				return
			}
		}
	}()
	return s
}

func (s sleeper) wantReleased(t *testing.T, want error) {
	t.Helper()
	select {
	case err := <-s.released:
		if !errors.Is(err, want) {
			t.Fatalf("Park returned %v, want %v", err, want)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Park does not return")
	}
}

func dial(t *testing.T, s *clockServer) (context.Context, *simClock) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	ctx, c, err := dialSimClock(ctx, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return ctx, c
}

func TestSimClockMovesByTicksOnly(t *testing.T) {
	server := newClockServer(t)
	ctx, c := dial(t, server)
	if !c.Now().Equal(server.start) {
		t.Fatalf("the time is %v", c.Now())
	}
	early := startSleeper(ctx, c, server.start.Add(time.Second))
	server.wantIdle(time.Second)
	late := startSleeper(ctx, c, server.start.Add(time.Hour))
	server.tick(0)
	server.wantIdle(time.Second)
	server.tick(time.Second)
	early.wantReleased(t, nil)
	server.wantBusy()
	early.again <- time.Time{}
	server.wantIdle(time.Hour)
	server.tick(2 * time.Hour)
	late.wantReleased(t, nil)
	late.again <- time.Time{}
	server.wantIdle(-1)
}

func TestSimClockWake(t *testing.T) {
	server := newClockServer(t)
	ctx, c := dial(t, server)
	s := startSleeper(ctx, c, time.Time{})
	server.wantIdle(-1)
	s.wake <- struct{}{} // noticed without a tick
	s.wantReleased(t, nil)
	server.tick(0)
	server.wantBusy()
	s.wake <- struct{}{} // waits while the goroutine works
	s.again <- time.Time{}
	s.wantReleased(t, nil)
	server.wantBusy()
	s.again <- time.Time{}
	server.wantIdle(-1)
}

func TestSimClockForgetsWhoEnded(t *testing.T) {
	for name, end := range map[string]func(sleeper, context.CancelFunc){
		"by its context while parked": func(s sleeper, cancel context.CancelFunc) { cancel(); <-s.released },
		"by its context while busy": func(s sleeper, cancel context.CancelFunc) {
			s.wake <- struct{}{}
			<-s.released
			cancel()
		},
		"without a word": func(s sleeper, _ context.CancelFunc) {
			s.wake <- struct{}{}
			<-s.released
			close(s.again)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newClockServer(t)
			ctx, c := dial(t, server)
			startSleeper(ctx, c, time.Time{})
			server.wantIdle(-1)
			own, cancel := context.WithCancel(ctx)
			defer cancel()
			s := startSleeper(own, c, server.start.Add(time.Minute))
			server.tick(0)
			end(s, cancel)
			server.tick(0)
			server.wantIdle(-1)
		})
	}
}

func TestSimClockLongPoll(t *testing.T) {
	server := newClockServer(t)
	ctx, c := dial(t, server)
	connecting, connected, inside := make(chan struct{}), make(chan struct{}), make(chan struct{})
	answered, back := make(chan struct{}), make(chan struct{})
	go func() {
		_ = c.Park(ctx, server.start.Add(time.Second), nil)
		away, comeBack := c.leave()
		close(connecting)
		<-connected
		away()
		close(inside)
		<-answered
		comeBack()
		away() // a late word changes nothing
		close(back)
		<-ctx.Done()
	}()
	server.wantIdle(time.Second)
	server.tick(time.Second)
	<-connecting
	server.wantBusy()
	close(connected)
	<-inside
	server.wantIdle(-1)
	server.tick(time.Second)
	server.wantIdle(-1)
	close(answered)
	<-back
	server.tick(time.Second)
	server.wantBusy()
}

func TestSimClockLost(t *testing.T) {
	server := newClockServer(t)
	ctx, c := dial(t, server)
	s := startSleeper(ctx, c, time.Time{})
	server.wantIdle(-1)
	close(server.ticks)
	s.wantReleased(t, context.Canceled)
	if cause := context.Cause(ctx); !errors.Is(cause, errClockLost) {
		t.Errorf("the cause is %v", cause)
	}
}

func TestSimClockRefused(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"wrong token": http.NotFound,
		"no clock":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") },
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			if _, _, err := dialSimClock(t.Context(), server.URL); err == nil {
				t.Error("no error")
			}
		})
	}
}
