package chat

import (
	"context"
	"time"
)

// Clock is the bot's time. The real one is the machine's; a simulated one
// stands still until its server advances it.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Park blocks until the time is not before until, a value arrives on wake
	// (which Park consumes), or ctx ends, whose error it returns. A zero until
	// means no deadline. A goroutine with timed work spends its idle time in
	// Park and nowhere else: a simulated clock advances only while every
	// parked goroutine waits for a later time.
	Park(ctx context.Context, until time.Time, wake <-chan struct{}) error
}

// RealClock is the machine's clock.
type RealClock struct{}

// Now returns the machine's time with its monotonic reading.
func (RealClock) Now() time.Time { return time.Now() }

// Park implements [Clock].
func (c RealClock) Park(ctx context.Context, until time.Time, wake <-chan struct{}) error {
	var due <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(until.Sub(c.Now()))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wake:
	case <-due:
	}
	return nil
}
