package bot_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// handClock is a [chat.Clock] that the test moves. It lets one goroutine of
// the road run at a time, in a fixed order, so that the same story makes the
// same calls in every run.
type handClock struct {
	mu     sync.Mutex
	moved  *sync.Cond
	now    time.Time
	busy   int // goroutines of the road that are not parked
	parked []*sleeper
	over   bool
}

// sleeper is a goroutine in Park.
type sleeper struct {
	name  string
	until time.Time
	wake  <-chan struct{}
	due   chan struct{}
}

func newHandClock(now time.Time) *handClock {
	c := &handClock{now: now}
	c.moved = sync.NewCond(&c.mu)
	return c
}

// Now implements [chat.Clock].
func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Park implements [chat.Clock]. The caller's name orders those who are due at
// the same time.
func (c *handClock) Park(ctx context.Context, until time.Time, wake <-chan struct{}) error {
	s := &sleeper{until: until, wake: wake, due: make(chan struct{})}
	if pc, _, _, ok := runtime.Caller(1); ok {
		s.name = runtime.FuncForPC(pc).Name()
	}
	c.mu.Lock()
	c.parked = append(c.parked, s)
	slices.SortFunc(c.parked, func(a, b *sleeper) int { return strings.Compare(a.name, b.name) })
	c.busy--
	c.moved.Broadcast()
	c.mu.Unlock()
	select {
	case <-s.due:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start says that n goroutines begin to run.
func (c *handClock) start(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy, c.parked, c.over = n, nil, false
}

// end stops every settle: the road is no longer there.
func (c *handClock) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.moved.Broadcast()
}

// settle runs whoever is woken or due until nobody is, and returns when the
// next one becomes due (zero: never).
func (c *handClock) settle() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		for c.busy > 0 && !c.over {
			c.moved.Wait()
		}
		if c.over || !c.release() {
			return c.nextDue()
		}
	}
}

// release lets the first one run that is woken or due.
func (c *handClock) release() bool {
	for i, s := range c.parked {
		woken := false
		select {
		case <-s.wake:
			woken = true
		default:
		}
		if woken || !s.until.IsZero() && !s.until.After(c.now) {
			c.parked = slices.Delete(c.parked, i, i+1)
			c.busy++
			close(s.due)
			return true
		}
	}
	return false
}

func (c *handClock) nextDue() time.Time {
	var next time.Time
	for _, s := range c.parked {
		if !s.until.IsZero() && (next.IsZero() || s.until.Before(next)) {
			next = s.until
		}
	}
	return next
}

// advance moves the time to target, from one deadline to the next. It stays
// where the road ended, if it does.
func (c *handClock) advance(target time.Time) {
	for {
		next := c.settle()
		c.mu.Lock()
		if c.over || !c.now.Before(target) {
			c.mu.Unlock()
			return
		}
		if next.IsZero() || next.After(target) {
			next = target
		}
		c.now = next
		c.mu.Unlock()
	}
}

// jump sets the time without looking at deadlines on the way, as a corrected
// clock does.
func (c *handClock) jump(to time.Time) {
	c.mu.Lock()
	c.now = to
	c.mu.Unlock()
	c.settle()
}
