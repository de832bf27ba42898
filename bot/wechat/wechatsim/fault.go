package wechatsim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is a disturbance of the wire. It waits until After is over and then
// hits Times requests that it can hit. The names and what they hit:
//
//	drop           any request: the connection breaks before anything is done
//	delay          any request: it is kept for For of real time (1 s), then served
//	status500      any request: answered with status 500, nothing is done
//	truncate       webwxsync with messages: half of the answer, cut inside the JSON
//	nosynckey      webwxsync with messages: an answer without SyncKey and SyncCheckKey
//	replay         webwxsync with messages: up to 50 messages of before come again, ahead
//	reorder        webwxsync with two messages or more: in the opposite order
//	duplicate      webwxsync with messages: every message twice
//	lostreply      sending: the message is said, then the connection breaks
//	toofast        sending: refused with 1205
//	partialroster  webwxbatchgetcontact of rooms: they come without, with one or with
//	               half of their members, in turn
//
// What a fault does to an answer does not move the client's sync key: a client
// that could not read an answer asks again and gets it whole.
type Fault struct {
	Name string `json:"name"`
	// Times is how many requests are hit: 1 by default, without limit when For
	// is given (but not for delay).
	Times Count `json:"times"`
	// After is how many requests pass first, or for how long in the world's
	// time they do.
	After Span `json:"after"`
	// For is for how long the fault lasts, in the world's time from when After
	// is over; for delay, how long a request is kept, in real time.
	For Span `json:"for"`
	// Clear ends all faults; nothing else may be given then.
	Clear bool `json:"clear"`
}

// Count is a number that may be written as a JSON string.
type Count int

// UnmarshalJSON implements [json.Unmarshaler].
func (c *Count) UnmarshalJSON(b []byte) error {
	n, err := strconv.Atoi(string(bytes.Trim(b, `"`)))
	if err != nil || n < 0 {
		return fmt.Errorf("%s is no number of requests", b)
	}
	*c = Count(n)
	return nil
}

// Span is a number of requests or, written like "30s", a time.
type Span struct {
	Requests int
	Time     time.Duration
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *Span) UnmarshalJSON(b []byte) error {
	var n Count
	if json.Unmarshal(b, &n) == nil {
		*s = Span{Requests: int(n)}
		return nil
	}
	d, err := time.ParseDuration(string(bytes.Trim(b, `"`)))
	if err != nil || d < 0 {
		return fmt.Errorf("%s is neither a number of requests nor a time such as \"30s\"", b)
	}
	*s = Span{Time: d}
	return nil
}

// fault is one that waits or works.
type fault struct {
	name        string
	left        int // -1 without limit
	skip        int
	from, until time.Time // of the world; a zero until is never
	keep        time.Duration
}

// is reports whether f, which may be nil, is the named one.
func (f *fault) is(name string) bool { return f != nil && f.name == name }

// targets names the endpoints each fault hits; all of them when empty.
var targets = map[string][]string{
	"drop": {}, "delay": {}, "status500": {},
	"truncate": {"webwxsync"}, "nosynckey": {"webwxsync"}, "replay": {"webwxsync"}, "reorder": {"webwxsync"}, "duplicate": {"webwxsync"},
	"lostreply": {"webwxsendmsg", "webwxsendmsgimg"}, "toofast": {"webwxsendmsg", "webwxsendmsgimg"},
	"partialroster": {"webwxbatchgetcontact"},
}

// Fault disturbs the wire, or ends all disturbances.
func (s *Server) Fault(f Fault) (Done, error) {
	if f.Clear && f.Name == "" {
		return s.act(func(w *world) (Done, error) {
			s.faults = nil
			return w.done("clear"), nil
		})
	}
	if _, ok := targets[f.Name]; !ok || f.Clear {
		return Done{}, fmt.Errorf("%w: fault %q", ErrUnknown, f.Name)
	}
	if f.For.Requests > 0 {
		return Done{}, fmt.Errorf("%w: for is a time such as \"30s\"", ErrRefused)
	}
	return s.act(func(w *world) (Done, error) {
		made := &fault{name: f.Name, left: int(f.Times), skip: f.After.Requests, from: w.now.Add(f.After.Time)}
		switch {
		case f.Name == "delay":
			if made.keep = f.For.Time; made.keep == 0 {
				made.keep = time.Second
			}
		case f.For.Time > 0:
			made.until = made.from.Add(f.For.Time)
			if f.Times == 0 {
				made.left = -1
			}
		}
		if made.left == 0 {
			made.left = 1
		}
		s.faults = append(s.faults, made)
		return w.done(f.Name), nil
	})
}

// disturb applies the faults that hit before an endpoint does anything. proceed
// is false when the endpoint must not see the request; otherwise found is the
// fault it has to apply to its answer.
func (s *Server) disturb(ctx context.Context, c *call, name string) (found *fault, proceed bool) {
	s.mu.Lock()
	if found = s.pick(func(f *fault) bool { return len(targets[f.name]) == 0 }); found == nil {
		found = s.pick(func(f *fault) bool { return slices.Contains(targets[f.name], name) && s.applies(f, c) })
	}
	s.mu.Unlock()
	switch {
	case found.is("drop"):
		c.hangUp()
		return nil, false
	case found.is("status500"):
		http.Error(c.w, "", http.StatusInternalServerError)
		return nil, false
	case found.is("delay"):
		s.await(ctx, found.keep, func() bool { return false })
	}
	return found, true
}

// applies reports whether a request is one f can hit: a webwxsync has to bring
// what f needs. The lock is held.
func (s *Server) applies(f *fault, c *call) bool {
	switch targets[f.name][0] {
	case "webwxsync":
	case "webwxbatchgetcontact":
		return bytes.Contains(c.body, []byte(`"@@`))
	default:
		return true
	}
	var body struct{ SyncKey syncKey }
	now, ret := s.posted(c, &body)
	if ret != retOK {
		return false
	}
	position, ok := now.position(body.SyncKey.List, len(s.world.feed))
	if !ok {
		return false
	}
	batch, _ := s.batch(position)
	n := len(messagesOf(batch))
	switch f.name {
	case "reorder":
		return n >= 2
	case "replay":
		return n >= 1 && len(s.before(now, position)) > 0
	}
	return n >= 1
}

// pick finds the first fault that is due and fits, and uses it up by one.
func (s *Server) pick(fits func(*fault) bool) *fault {
	now := s.world.now
	s.faults = slices.DeleteFunc(s.faults, func(f *fault) bool {
		return f.left == 0 || !f.until.IsZero() && !now.Before(f.until)
	})
	for _, f := range s.faults {
		if now.Before(f.from) || !fits(f) {
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return f
	}
	return nil
}

// hangUp breaks the connection inside the first line of an answer: a client
// that saw nothing at all may repeat a request without telling anybody.
func (c *call) hangUp() {
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 2") // breaking it is the purpose
	_ = conn.Close()
}

// messagesOf leaves out what is no message.
func messagesOf(batch []item) []*message {
	list := make([]*message, 0, len(batch))
	for _, one := range batch {
		if one.message != nil {
			list = append(list, one.message)
		}
	}
	return list
}

// before is what replay brings again.
func (s *Server) before(now *session, position int) []*message {
	list := messagesOf(s.world.feed[now.start:position])
	return list[max(0, len(list)-50):]
}

// distort renders what a fault makes of the messages of a batch.
func (s *Server) distort(f *fault, now *session, position int, batch []item) []*message {
	list := messagesOf(batch)
	switch {
	case f.is("replay"):
		return append(s.before(now, position), list...)
	case f.is("reorder"):
		slices.Reverse(list)
	case f.is("duplicate"):
		twice := make([]*message, 0, 2*len(list))
		for _, m := range list {
			twice = append(twice, m, m)
		}
		return twice
	}
	return list
}
