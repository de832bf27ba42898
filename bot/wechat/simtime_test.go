package wechat

import (
	"context"
	"sync"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// simTime is the simulator's clock inside one process.
type simTime struct {
	sim *wechatsim.Server

	mu     sync.Mutex
	moved  chan struct{}
	parked map[int]time.Time // deadlines of those who wait
	serial int
}

func newSimTime(sim *wechatsim.Server) *simTime {
	return &simTime{sim: sim, moved: make(chan struct{}), parked: map[int]time.Time{}}
}

func (c *simTime) Now() time.Time { return c.sim.Now() }

func (c *simTime) Park(ctx context.Context, until time.Time, wake <-chan struct{}) error {
	c.mu.Lock()
	c.serial++
	id := c.serial
	c.parked[id] = until
	c.ring()
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.parked, id)
		c.ring()
	}()
	for {
		c.mu.Lock()
		moved := c.moved
		c.mu.Unlock()
		if !until.IsZero() && !until.After(c.Now()) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			return nil
		case <-moved:
		}
	}
}

func (c *simTime) ring() {
	close(c.moved)
	c.moved = make(chan struct{})
}

// step moves the time to the next deadline anybody waits for, at most limit
// ahead, and reports false when there is none.
func (c *simTime) step(t *testing.T, limit time.Duration) bool {
	t.Helper()
	var next time.Time
	deadline := time.After(patience)
	for next.IsZero() {
		c.mu.Lock()
		for _, at := range c.parked {
			if at.After(c.Now()) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		moved := c.moved
		c.mu.Unlock()
		if !next.IsZero() {
			break
		}
		select {
		case <-moved:
		case <-deadline:
			t.Fatal("nobody waits for a later time")
		}
	}
	ahead := next.Sub(c.Now())
	if ahead > limit {
		return false
	}
	c.advance(t, ahead)
	return true
}

func (c *simTime) advance(t *testing.T, d time.Duration) {
	t.Helper()
	if _, err := c.sim.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ring()
}
