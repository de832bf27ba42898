package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"menshen/bot/chat"
)

const (
	// quietSync is how long the server may announce nothing before it is asked
	// all the same: sometimes it forgets to announce.
	quietSync = 5 * time.Minute
	// maxStuck is how many answers in a row may leave the sync key where it
	// was before the loop slows down.
	maxStuck = 2
	// maxRefusals is how many answers with an error code in a row end a login
	// whose code does not say so itself.
	maxRefusals = 10
	// outageOver is how long the network has to hold after it answered again
	// for the next failure to be a new outage, not the old one.
	outageOver = 30 * time.Second
)

// quickPoll is the shortest time a poll may take that brings nothing, and
// maxQuick how many shorter ones in a row are taken before the loop slows down.
const (
	quickPoll = 5 * time.Millisecond
	maxQuick  = 100
)

var errQuick = errors.New("empty polls come back at once")

var errStuck = errors.New("messages are announced and the sync key does not move")

// session is one login in use.
type session struct {
	*Network
	wire  *wire
	id    string
	self  string
	dir   Directory
	in    chat.Intake
	world *world
	// lost are rooms of earlier logins not recognised in this one.
	lost        map[chat.RoomID]chat.KnownRoom
	lostMembers map[chat.RoomID][]chat.KnownMember

	since         time.Time // server time at which this login was taken up
	key, checkKey wireKey
	synced        time.Time // of the last webwxsync
	stuck         int       // answers in a row that did not move the key
	quick         int       // empty polls in a row that came back at once
	seen          sight     // of the batch being made
}

// run receives until ctx or the login ends; it returns why.
func (s *session) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	defer keeper.Wait()
	defer stop()
	begin := make(chan struct{}, 1)
	keeper.Go(func() { s.keep(ctx, begin) })
	// What was missed comes before the lists that it explains; an error comes
	// again below.
	_, _ = s.fetchNews(ctx)
	s.synced, s.stuck = s.clock.Now(), 0
	begin <- struct{}{}
	pause := newPause(s.Network)
	refusals, unreached := 0, false
	for {
		probing := unreached
		unreached = false
		err := s.round(ctx, probing)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !probing {
			pause.polled()
		}
		var ret *retError
		switch {
		case err == nil:
			if probing {
				pause.probed()
			} else {
				pause.over()
			}
			refusals = 0
			s.report(s.in, chat.PhaseOnline, "")
			continue
		case errors.As(err, &ret):
			if refusals++; ret.ended() || refusals >= maxRefusals {
				return err
			}
		case errors.Is(err, errStuck), errors.Is(err, errQuick):
			s.report(s.in, chat.PhaseOnline, err.Error())
		case pause.failures > 0: // one failure alone is nothing to talk about
			s.report(s.in, chat.PhaseOffline, "WeChat cannot be reached")
			unreached = true
		}
		s.log.LogAttrs(ctx, slog.LevelWarn, "sync failed", slog.Any("error", err))
		if err := pause.wait(ctx); err != nil {
			return err
		}
	}
}

// round waits for news once and fetches all of it. Probing, it asks for news
// without waiting: a poll is answered only when something happens, so that a
// network which is back would go unnoticed.
func (s *session) round(ctx context.Context, probing bool) error {
	if probing {
		_, err := s.fetchNews(ctx)
		s.stuck = 0 // nothing was announced
		if errors.Is(err, errStuck) {
			err = nil
		}
		return err
	}
	began := time.Now()
	selector, err := s.wire.check(ctx, s.checkKey)
	if err != nil {
		return err
	}
	if selector == "0" && s.clock.Now().Sub(s.synced) < quietSync {
		// A server that answers an empty poll at once must not make us spin.
		if time.Since(began) > quickPoll {
			s.quick = 0
		} else if s.quick++; s.quick > maxQuick {
			return errQuick
		}
		return nil
	}
	for more := true; more; {
		if more, err = s.fetchNews(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fetchNews handles one webwxsync. more says that the server holds back more.
func (s *session) fetchNews(ctx context.Context) (more bool, err error) {
	answer, err := s.wire.sync(ctx, s.key)
	if err != nil {
		return false, err
	}
	s.synced = s.clock.Now()
	next := s.key
	if len(answer.SyncKey.List) > 0 {
		next = answer.SyncKey
	}
	if err := s.handle(ctx, answer, next); err != nil {
		return false, err
	}
	moved := !next.equal(s.key)
	s.key, s.checkKey = next, next
	if len(answer.SyncCheckKey.List) > 0 {
		s.checkKey = answer.SyncCheckKey
	}
	s.saveCookies(ctx)
	if moved {
		s.stuck = 0
		return answer.ContinueFlag != 0, nil
	}
	if s.stuck++; s.stuck >= maxStuck {
		return false, errStuck
	}
	return false, nil
}

// deliver hands a batch to the road until the road has stored it. While that
// fails nothing else is received: the network keeps it.
func (s *session) deliver(ctx context.Context, b chat.Batch) error {
	pause := newPause(s.Network)
	for {
		err := s.in.Receive(ctx, b)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.LogAttrs(ctx, slog.LevelError, "batch not stored; it is tried again", slog.Any("error", err))
		if err := pause.wait(ctx); err != nil {
			return err
		}
	}
}

func (s *session) saveCookies(ctx context.Context) {
	if err := s.saveLogin(s.wire.cred); err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "session file not written", slog.Any("error", err))
	}
}

// saveLogin writes the session file if its cookies changed. Cookies without
// which there is no login never replace a file with one.
func (n *Network) saveLogin(cred credentials) error {
	cookies, changed := n.guard.held()
	if !changed || lacking(cookies) != "" {
		return nil
	}
	cred.Cookies = cookies
	if err := writePrivate(n.opt.SessionFile, cred); err != nil {
		return err
	}
	n.guard.stored(cookies)
	return nil
}

// resumeKey reads a stored cursor; ok is false if it is none of ours.
func resumeKey(cursor []byte) (key wireKey, ok bool) {
	err := json.Unmarshal(cursor, &key)
	return key, err == nil && len(key.List) > 0
}

// pause spaces out repeated failures: the first is repeated at once, the next
// after about a second, then doubling with jitter up to two minutes.
type pause struct {
	clock    chat.Clock
	failures int
	backoff  *backoff.ExponentialBackOff
	reached  time.Time // by the last probe; zero once a poll has ended after it
}

func newPause(n *Network) *pause {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = time.Second, 2*time.Minute, 2
	return &pause{clock: n.clock, backoff: b}
}

func (p *pause) over() {
	if p.failures > 0 {
		p.failures = 0
		p.backoff.Reset()
	}
}

// probed notes that the network answered a probe. That alone does not end the
// outage: polls may go on failing.
func (p *pause) probed() { p.reached = p.clock.Now() }

// polled notes that a poll ended, however it did: where the network held since
// the probe, what fails now is another outage.
func (p *pause) polled() {
	if !p.reached.IsZero() && p.clock.Now().Sub(p.reached) > outageOver {
		p.over()
	}
	p.reached = time.Time{}
}

func (p *pause) wait(ctx context.Context) error {
	if p.failures++; p.failures == 1 {
		return ctx.Err()
	}
	if err := p.clock.Park(ctx, p.clock.Now().Add(p.backoff.NextBackOff()), nil); err != nil {
		return fmt.Errorf("wait before the next try: %w", err)
	}
	return nil
}
