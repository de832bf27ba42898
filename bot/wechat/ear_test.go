package wechat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"menshen/bot/chat"
)

// ear is a road that writes everything down.
type ear struct {
	dir   *tape
	clock chat.Clock

	mu      sync.Mutex
	changed chan struct{}
	off     bool                    // admit nothing from rooms
	dark    func(chat.Message) bool // whether it cannot be said if a message may come in
	look    bool                    // let pictures be read
	asked   []chat.Message
	events  []chat.Event
	states  []chat.State
	fail    int // Receive calls that fail first
	refused int // Receive calls with a message in them that fail first
	batches int
}

func (e *ear) Admit(_ context.Context, m chat.Message) (bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.dark != nil && e.dark(m) {
		return false, errors.New("disk unreadable")
	}
	e.asked = append(e.asked, m)
	e.ring()
	return m.Console || len(m.As) > 0 || m.Room != 0 && !e.off, nil
}

func (e *ear) LookInto(_ context.Context, m chat.Message) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.look && m.Room != 0
}

func (e *ear) Receive(_ context.Context, b chat.Batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail > 0 {
		e.fail--
		return errors.New("disk full")
	}
	if e.refused > 0 && slices.ContainsFunc(b.Events, func(one chat.Event) bool { _, ok := one.(chat.Message); return ok }) {
		e.refused--
		return errors.New("disk full")
	}
	e.dir.record(b, e.clock.Now())
	e.batches++
	e.events = append(e.events, b.Events...)
	e.ring()
	return nil
}

func (e *ear) State(s chat.State) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.states = append(e.states, s)
	e.ring()
}

func (e *ear) ring() {
	close(e.changed)
	e.changed = make(chan struct{})
}

// until waits for a condition on what was heard.
func (e *ear) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		e.mu.Lock()
		done, changed := ok(), e.changed
		e.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			e.mu.Lock()
			defer e.mu.Unlock()
			t.Fatalf("no %s; heard %.2000s, states %+v", what, fmt.Sprint(e.events), e.states)
		}
	}
}

// phase waits for a phase of the login.
func (e *ear) phase(t *testing.T, want chat.Phase) chat.State {
	t.Helper()
	var got chat.State
	e.until(t, "phase "+string(want), func() bool {
		if len(e.states) > 0 {
			got = e.states[len(e.states)-1]
		}
		return got.Phase == want
	})
	return got
}

// take removes the first event of a type and returns it.
func take[E chat.Event](e *ear) (got E, ok bool) {
	for i, event := range e.events {
		if got, ok = event.(E); ok {
			e.events = slices.Delete(e.events, i, i+1)
			return got, true
		}
	}
	return got, false
}

// next waits for the next event of a type that was not returned yet.
func next[E chat.Event](t *testing.T, e *ear) E {
	t.Helper()
	var got E
	e.until(t, "event", func() (ok bool) { got, ok = take[E](e); return ok })
	return got
}

// quiet is how long nothing has to happen, in real time, before the time is
// moved.
const quiet = 200 * time.Millisecond

// later is next with the time moved from deadline to deadline, at most by
// limit, whenever nothing happens. Where all deadlines are further away
// somebody may still be at work, slowly, and wait for an earlier one soon: it
// gives up only after [patience].
func later[E chat.Event](t *testing.T, r *rig, limit time.Duration) E {
	t.Helper()
	end, still := r.clock.Now().Add(limit), time.Duration(0)
	for {
		r.ear.mu.Lock()
		got, ok := take[E](r.ear)
		changed := r.ear.changed
		r.ear.mu.Unlock()
		if ok {
			return got
		}
		select {
		case <-changed:
			continue
		case <-time.After(quiet):
		}
		still += quiet
		if r.clock.step(t, end.Sub(r.clock.Now())) {
			still = 0
		}
		if still >= patience {
			t.Fatalf("no %T within %v; heard %.2000s", got, limit, fmt.Sprint(r.ear.events))
		}
	}
}

// heard returns the events of a type that were not taken by next.
func heard[E chat.Event](e *ear) []E {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []E
	for _, event := range e.events {
		if match, ok := event.(E); ok {
			out = append(out, match)
		}
	}
	return out
}

// said waits for the next message with that text.
func (e *ear) said(t *testing.T, text string) chat.Message {
	t.Helper()
	for {
		if m := next[chat.Message](t, e); m.Text == text {
			return m
		}
	}
}
