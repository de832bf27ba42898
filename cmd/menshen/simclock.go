package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// errClockLost ends a simulated run whose simulator is gone.
var errClockLost = errors.New("the simulator is gone; start menshen again with the control URL of the new one")

// wakeLag is how long, in real time, a wake may wait between two ticks.
const wakeLag = 2 * time.Millisecond

// simClock is a [chat.Clock] that a simulator moves. For each tick it reports
// idle once every goroutine that ever parked, or waited in a long poll, does so
// again until a later time.
//
// Park does not receive from wake itself: a value handed over that way is
// nowhere to be seen until its receiver runs. The clock takes it under its
// lock, and the goroutine counts as busy from that moment.
type simClock struct {
	control string
	client  *http.Client

	mu       sync.Mutex
	now      time.Time
	seq      uint64
	reported bool // idle was said for seq
	parkers  map[goroutineID]*parker
	reports  chan idleReport
}

// parker is a goroutine that parked at least once.
type parker struct {
	busy  bool
	since time.Time // real time at which it became busy
	until time.Time
	wake  <-chan struct{}
	due   chan struct{} // closed to release it
	stop  func() bool   // forgets the context's end
}

type tick struct {
	Seq  uint64    `json:"seq"`
	Time time.Time `json:"time"`
}

type idleReport struct {
	Seq  uint64 `json:"seq"`
	Next string `json:"next"`
}

// dialSimClock connects to the simulator at control and returns when the time
// is known. When the simulator goes away the returned context ends with
// [errClockLost] as its cause.
func dialSimClock(ctx context.Context, control string) (context.Context, *simClock, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &simClock{
		control: control, client: &http.Client{Transport: &http.Transport{}},
		parkers: map[goroutineID]*parker{}, reports: make(chan idleReport, 1),
	}
	stream, err := c.open(ctx)
	if err != nil {
		cancel(err)
		return nil, nil, fmt.Errorf("connect to the simulator's clock: %w", err)
	}
	ticks := json.NewDecoder(stream)
	if err := c.next(ticks); err != nil {
		err = errors.Join(fmt.Errorf("read the simulator's clock: %w", err), stream.Close())
		cancel(err)
		return nil, nil, err
	}
	go func() {
		defer stream.Close()
		for c.next(ticks) == nil {
		}
		cancel(errClockLost)
	}()
	go c.watchWakes(ctx)
	go c.sendReports(ctx, cancel)
	return ctx, c, nil
}

func (c *simClock) open(ctx context.Context) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.control+"/clock/stream", http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("it answered %s", resp.Status), resp.Body.Close())
	}
	return resp.Body, nil
}

// next takes one tick from the stream.
func (c *simClock) next(from *json.Decoder) error {
	var t tick
	if err := from.Decode(&t); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.seq, c.reported = t.Time, t.Seq, false
	c.sweep()
	return nil
}

// Now implements [chat.Clock].
func (c *simClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Park implements [chat.Clock].
func (c *simClock) Park(ctx context.Context, until time.Time, wake <-chan struct{}) error {
	id := currentGoroutine()
	due := c.park(ctx, id, until, wake)
	select {
	case <-due:
		return nil
	case <-ctx.Done():
		c.forget(id)
		return ctx.Err()
	}
}

func (c *simClock) park(ctx context.Context, id goroutineID, until time.Time, wake <-chan struct{}) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.parker(id)
	p.stop()
	p.busy, p.until, p.wake, p.due = false, until, wake, make(chan struct{})
	p.stop = context.AfterFunc(ctx, func() { c.forget(id) })
	c.sweep()
	return p.due
}

// parker returns the account of a goroutine and opens one if there is none.
// The lock is held.
func (c *simClock) parker(id goroutineID) *parker {
	p := c.parkers[id]
	if p == nil {
		p = &parker{stop: func() bool { return true }}
		c.parkers[id] = p
	}
	return p
}

// forget ends the account of a goroutine that will not park again.
func (c *simClock) forget(id goroutineID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.parkers[id]; p != nil {
		p.stop()
		delete(c.parkers, id)
		c.sweep()
	}
}

// leave is for the goroutine that calls it. From away on, which any goroutine
// may call, it waits for the simulator itself, as in a long poll: the simulator
// sees that wait, so it does not count as work. back ends that for good.
func (c *simClock) leave() (away, back func()) {
	id, ended := currentGoroutine(), false
	mark := func(busy, end bool) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !ended {
			ended = end
			c.set(id, busy)
		}
	}
	mark(true, false)
	return func() { mark(false, false) }, func() { mark(true, true) }
}

// set says whether a goroutine works. The lock is held.
func (c *simClock) set(id goroutineID, busy bool) {
	p := c.parker(id)
	p.busy, p.since, p.until, p.wake = busy, time.Now(), time.Time{}, nil
	c.sweep()
}

// sweep releases whoever is due or woken and reports idle if nobody is busy.
// It is called with the lock held, after every change.
func (c *simClock) sweep() {
	if len(c.parkers) == 0 {
		return
	}
	var next time.Time
	idle := true
	for _, p := range c.parkers {
		if !p.busy && p.ready(c.now) {
			p.busy, p.since = true, time.Now()
			close(p.due)
		}
		if p.busy {
			idle = false
		} else if !p.until.IsZero() && (next.IsZero() || p.until.Before(next)) {
			next = p.until
		}
	}
	if idle && !c.reported {
		c.reported = true
		c.report(next)
	}
}

// ready reports whether a parked goroutine has to run, and takes its wake.
func (p *parker) ready(now time.Time) bool {
	select {
	case <-p.wake:
		return true
	default:
		return !p.until.IsZero() && !p.until.After(now)
	}
}

// report leaves the latest report for the sender.
func (c *simClock) report(next time.Time) {
	r := idleReport{Seq: c.seq}
	if !next.IsZero() {
		r.Next = next.Format(time.RFC3339Nano)
	}
	select {
	case <-c.reports: // of an earlier tick, not sent yet
	default:
	}
	c.reports <- r
}

// watchWakes looks for wakes between ticks, and for goroutines that ended
// without a word while they counted as busy.
func (c *simClock) watchWakes(ctx context.Context) {
	look := time.NewTicker(wakeLag)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		c.mu.Lock()
		c.dropEnded()
		c.sweep()
		c.mu.Unlock()
	}
}

// dropEnded forgets goroutines that no longer exist.
func (c *simClock) dropEnded() {
	const patience = 50 * time.Millisecond
	var alive map[goroutineID]bool
	for id, p := range c.parkers {
		if !p.busy || time.Since(p.since) < patience {
			continue
		}
		if alive == nil {
			alive = liveGoroutines()
		}
		p.since = time.Now()
		if !alive[id] {
			p.stop()
			delete(c.parkers, id)
		}
	}
}

// sendReports posts what sweep reports. A simulator that does not take a
// report is gone.
func (c *simClock) sendReports(ctx context.Context, cancel context.CancelCauseFunc) {
	for {
		var r idleReport
		select {
		case <-ctx.Done():
			return
		case r = <-c.reports:
		}
		if err := c.post(ctx, r); err != nil {
			cancel(fmt.Errorf("%w (%w)", errClockLost, err))
			return
		}
	}
}

func (c *simClock) post(ctx context.Context, r idleReport) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.control+"/clock/idle", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("idle report answered %s", resp.Status)
	}
	return nil
}
