package wechatsim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrNotSettled means that clients did not come to rest within 30 s of real
// time.
var ErrNotSettled = errors.New("the clients did not come to rest within 30 s")

const (
	settleLimit = 30 * time.Second
	// quiet is how long the wire has to be silent where no long poll proves
	// that the client waits.
	quiet = 150 * time.Millisecond
	// quietLogin is the same between a scan and the first long poll, when a
	// client reads its contacts: until it was silent that long once. It waits by
	// the clock then, and from there on its own word says when it is idle.
	quietLogin = 2 * time.Second
	// quietAnswer is the same after a long poll was answered: the client is
	// going to ask for the news, or for a new poll, as soon as it gets to run.
	quietAnswer = 5 * time.Second
)

// traffic is what the wire is doing.
type traffic struct {
	inFlight int       // requests being served, parked polls excepted
	begun    int       // requests ever begun
	last     time.Time // when inFlight became 0, real time
	waits    *session  // whose login was silent for quietLogin
	answered bool      // a long poll was, and nothing was asked since
}

// ticks connects the world's clock with a client that follows it: every tick
// has a number, and the client reports the number of the tick it is idle in.
type ticks struct {
	seq     int
	streams int
	idle    int
	next    time.Time // the client's earliest deadline, zero for none
}

// Tick is a line of the clock's stream.
type Tick struct {
	Seq  int       `json:"seq"`
	Time time.Time `json:"time"`
}

// Idle reports that a client which follows the clock waits in tick Seq, for
// nothing but Next (or for nothing at all when it is empty).
type Idle struct {
	Seq  int    `json:"seq"`
	Next string `json:"next"`
}

// beginRequest counts a request in; the function returned counts it out.
func (s *Server) beginRequest(name string) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[name]++
	s.traffic.inFlight++
	s.traffic.begun++
	s.traffic.answered = false
	s.wake()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.leaveWire()
	}
}

// leaveWire counts a request out. The lock is held.
func (s *Server) leaveWire() {
	s.traffic.inFlight--
	if s.traffic.inFlight == 0 {
		s.traffic.last = time.Now()
	}
	s.wake()
}

// park counts a long poll as waiting, at a position in the feed if it belongs
// to a session.
func (s *Server) park(now *session, position int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now != nil {
		now.polls++
		now.polled = true
		now.pollPos = position
	}
	s.leaveWire()
}

// unpark counts a long poll back in: it is about to be answered, to somebody
// who asks on if goesOn.
func (s *Server) unpark(now *session, goesOn bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now != nil {
		now.polls--
	}
	s.traffic.inFlight++
	s.traffic.answered = goesOn
}

// rested reports whether no client has anything to do on the wire: the living
// session waits in a long poll with nothing undelivered, or else the wire was
// quiet for a while. The lock is held.
func (s *Server) rested() bool {
	if s.traffic.inFlight > 0 {
		return false
	}
	if now := s.alive(); now != nil && now.polls > 0 {
		return now.pollPos == len(s.world.feed)
	}
	silence, now := time.Since(s.traffic.last), s.alive()
	if s.traffic.answered && silence < quietAnswer {
		return false
	}
	if !s.loggingIn() || now != nil && s.traffic.waits == now {
		return silence >= quiet
	}
	if silence < quietLogin {
		return false
	}
	s.traffic.waits = now
	return true
}

// loggingIn reports whether a client is on its way from a confirmed scan to
// its first long poll. The lock is held.
func (s *Server) loggingIn() bool {
	if n := len(s.logins); n > 0 && s.logins[n-1].ticket != "" {
		return true
	}
	now := s.alive()
	return now != nil && !now.polled
}

// awaitRest waits for rested; silence has no event, so it looks again.
func (s *Server) awaitRest(ctx context.Context) bool {
	for ctx.Err() == nil {
		if s.await(ctx, quiet/3, s.rested) {
			return true
		}
		select {
		case <-s.done:
			return false
		default:
		}
	}
	return false
}

// settle waits until every client has dealt with everything that was sent to
// it. Without a client that follows the clock there is nobody to ask.
func (s *Server) settle(ctx context.Context) error {
	for {
		if !s.followed() {
			return nil
		}
		if !s.awaitRest(ctx) {
			return ErrNotSettled
		}
		s.mu.Lock()
		if s.ticks.idle >= s.ticks.seq { // else the client still owes a word on this tick
			s.ticks.seq++
			s.wake()
		}
		seq, begun, feed := s.ticks.seq, s.traffic.begun, len(s.world.feed)
		s.mu.Unlock()
		if !s.await(ctx, settleLimit, func() bool { return s.ticks.idle >= seq || s.ticks.streams == 0 }) {
			return ErrNotSettled
		}
		s.mu.Lock()
		same := begun == s.traffic.begun && feed == len(s.world.feed) && s.rested()
		s.mu.Unlock()
		if same {
			return nil
		}
	}
}

// followed reports whether a client follows the clock.
func (s *Server) followed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ticks.streams > 0
}

// Advance moves the world's clock by d, from deadline to deadline of the
// client that follows it, and waits in between until that client is idle. 0
// only waits. The error is [ErrNotSettled] or that of ctx.
func (s *Server) Advance(ctx context.Context, d time.Duration) (Done, error) {
	return s.advance(ctx, d, false)
}

// Step is Advance that stops at the first deadline, if there is one before d.
func (s *Server) Step(ctx context.Context, d time.Duration) (Done, error) {
	return s.advance(ctx, d, true)
}

// advance settles before every jump, so that nothing that was due earlier can
// be done at the later time, and once more at the end.
func (s *Server) advance(ctx context.Context, d time.Duration, step bool) (Done, error) {
	if d < 0 {
		return Done{}, fmt.Errorf("%w: the clock does not go back", ErrRefused)
	}
	target := s.Now().Add(d)
	for {
		if err := s.settleWithin(ctx); err != nil {
			return Done{}, err
		}
		if !s.jump(target) {
			break
		}
		if step {
			if err := s.settleWithin(ctx); err != nil {
				return Done{}, err
			}
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.done("clock"), nil
}

// settleWithin is settle with its limit in real time; the caller's own end is
// told apart from it.
func (s *Server) settleWithin(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	err := s.settle(limited)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// jump sets the clock to the client's next deadline, target at the latest. It
// is false when the clock is at target already.
func (s *Server) jump(target time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.world.now.Before(target) {
		return false
	}
	to := target
	if next := s.ticks.next; s.ticks.streams > 0 && next.After(s.world.now) && next.Before(target) {
		to = next
	}
	s.world.now = to.In(s.world.now.Location()) // a client may report in another zone
	// A client without a poll has just been woken to open one, or to try again:
	// the silence of before the jump says nothing about it.
	s.traffic.last = time.Now()
	s.ticks.seq++
	s.wake()
	return true
}

// follow sends ticks to send, at once and then at every change, until ctx or
// the server ends or send fails.
func (s *Server) follow(ctx context.Context, send func(Tick) error) {
	s.mu.Lock()
	s.ticks.streams++
	s.wake()
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.ticks.streams--
		s.wake()
		s.mu.Unlock()
	}()
	sent := -1
	for ctx.Err() == nil {
		var tick Tick
		if !s.await(ctx, time.Hour, func() bool {
			tick = Tick{s.ticks.seq, s.world.now}
			return tick.Seq != sent
		}) {
			return
		}
		if send(tick) != nil {
			return
		}
		sent = tick.Seq
	}
}

// idle takes a client's report.
func (s *Server) idle(i Idle) (Done, error) {
	var next time.Time
	if i.Next != "" {
		var err error
		if next, err = time.Parse(time.RFC3339Nano, i.Next); err != nil {
			return Done{}, fmt.Errorf("%w: next is no RFC 3339 time", ErrRefused)
		}
	}
	return s.act(func(w *world) (Done, error) {
		if i.Seq >= s.ticks.idle {
			s.ticks.idle, s.ticks.next = i.Seq, next
		}
		return w.done("idle"), nil
	})
}
