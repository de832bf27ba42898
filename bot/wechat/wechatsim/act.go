package wechatsim

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// act runs one change of the world and wakes the long polls. A call that is
// wrong changes nothing.
func (s *Server) act(change func(*world) (Done, error)) (Done, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	done, err := change(s.world)
	if err == nil {
		s.wake()
	}
	return done, err
}

// The methods below are the control calls of the same names. Their errors are
// [ErrUnknown] and [ErrRefused].

// Room makes a room.
func (s *Server) Room(r NewRoom) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.makeRoom(r) })
}

// Say lets a member speak. It returns when the server has taken the message,
// not when a client has read it.
func (s *Server) Say(m Saying) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.say(m) })
}

// Private sends private text to the bot's account or types it there.
func (s *Server) Private(m Whisper) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.whisper(m) })
}

// Join brings members into a room.
func (s *Server) Join(j Joining) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.join(j) })
}

// Leave takes a member out of a room without a word.
func (s *Server) Leave(l Leaving) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.leave(l) })
}

// Remove removes a member on somebody's phone.
func (s *Server) Remove(c Removal) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.remove(c) })
}

// Rename renames a room or a person.
func (s *Server) Rename(c Renaming) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.rename(c) })
}

// Recall takes back a message.
func (s *Server) Recall(c Recalling) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.recall(c) })
}

// Befriend makes or ends a friendship with the bot's account.
func (s *Server) Befriend(b Befriending) (Done, error) {
	return s.act(func(w *world) (Done, error) { return w.befriend(b) })
}

// Scan lets the phone act on the newest login, for which it waits up to 10 s
// of real time.
func (s *Server) Scan(ctx context.Context, c Scanning) (Done, error) {
	if !slices.Contains([]string{"", "scan", "confirm", "expire", "refuse"}, c.Action) {
		return Done{}, fmt.Errorf("%w: action %q", ErrUnknown, c.Action)
	}
	var open *login
	if !s.await(ctx, 10*time.Second, func() bool { open = s.openLogin(); return open != nil }) {
		return Done{}, fmt.Errorf("%w: nobody wants to log in", ErrRefused)
	}
	return s.act(func(w *world) (Done, error) {
		open.act(c.Action)
		return w.done(open.uuid), nil
	})
}

// EndSession ends the living session.
func (s *Server) EndSession(c Ending) (Done, error) {
	if c.End < 1100 || c.End > 1102 {
		return Done{}, fmt.Errorf("%w: end %d", ErrRefused, c.End)
	}
	return s.act(func(w *world) (Done, error) {
		now := s.alive()
		if now == nil {
			return Done{}, fmt.Errorf("%w: nobody is logged in", ErrRefused)
		}
		now.end = c.End
		return w.done(now.sid), nil
	})
}

// alive is the living session or nil. The lock is held.
func (s *Server) alive() *session {
	if n := len(s.order); n > 0 && s.order[n-1].end == 0 {
		return s.order[n-1]
	}
	return nil
}

// Transcript is everything that was said, in order.
func (s *Server) Transcript() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Entry{}, s.world.transcript...)
}

// World is the state of everything.
func (s *Server) World() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{Time: s.world.now, Rooms: s.world.state(), Sessions: []SessionState{}, Requests: map[string]int{}}
	for _, one := range s.order {
		state.Sessions = append(state.Sessions, SessionState{ID: one.sid[:6], Since: one.started, End: one.end})
	}
	for endpoint, n := range s.requests {
		state.Requests[endpoint] = n
	}
	return state
}
