package wechat

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"menshen/bot/chat"
)

const (
	// confirmAfter is when a list is read again to confirm what the last one
	// showed; a little more than rosterGap, whatever the clocks round.
	confirmAfter = rosterGap + time.Second
	// minReread keeps changes that anybody can cause from asking too often:
	// WeChat punishes clients that do.
	minReread = 5 * time.Second
	// hearsay is how long a changed contact waits for the system text that
	// says more about the change.
	hearsay = 2 * time.Second
	// pollEvery is how often a quiet room's list is read to find those who
	// left without a word. Rooms are spread over pollSpread.
	pollEvery  = 30 * time.Minute
	pollSpread = 10 * time.Minute
	// maxTries is how often the list of a room that is not watched is asked
	// for when it comes in parts.
	maxTries = 5
	// roomLot is how many rooms' lists are asked for at once: less than the
	// server allows, because ten big rooms are 5 000 members in memory.
	roomLot = 10
	// maxDetails bounds the members whose names are asked for one by one.
	maxDetails = 500
)

// plan says when a room's member list is read next.
type plan struct {
	due   time.Time // zero: never
	last  time.Time // of the last read
	reads int       // whole lists still wanted after this one
	tries int       // lists in a row that were not whole
}

// soon asks for a list at a time, or as soon after it as the last one is old
// enough.
func (p *plan) soon(at time.Time) {
	if earliest := p.last.Add(minReread); at.Before(earliest) {
		at = earliest
	}
	if p.due.IsZero() || at.Before(p.due) {
		p.due = at
	}
}

// done plans the next read after one at now.
func (p *plan) done(now time.Time, r *room, whole bool) {
	p.last = now
	switch {
	case !whole && r.shrunk.reads == 1 && cmp.Or(r.size, r.hint) == 0:
		p.due = now // the first list is good if a second one agrees
	case !whole:
		p.tries++
		delay := min(time.Second<<min(p.tries, 9), 5*time.Minute)
		p.due = now.Add(delay)
		if !r.watched && p.tries >= maxTries && p.reads == 0 {
			p.due = time.Time{}
		}
	case p.reads > 0 || len(r.claims) > 0:
		p.tries = 0
		p.reads = max(p.reads-1, 0)
		p.due = now.Add(confirmAfter)
	case r.unsettled() && !r.aside:
		p.tries = 0
		p.due = now.Add(settling)
	case r.watched:
		p.tries = 0
		spread := time.Duration(r.id) * 7919 * time.Second % pollSpread
		p.due = now.Add(pollEvery + spread)
	default:
		p.tries, p.due = 0, time.Time{}
	}
}

// refresh asks for two whole lists of a room.
func (w *world) refresh(id chat.RoomID, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.byID[id]; r != nil {
		r.plan.reads = 2
		r.plan.due = now
	}
}

// due returns the rooms to read now, roomLot at most, and when the next one is
// due if there is none.
func (w *world) due(now time.Time) (rooms []*room, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.rooms {
		switch at := r.plan.due; {
		case at.IsZero():
		case !at.After(now):
			if len(rooms) < roomLot {
				rooms = append(rooms, r)
			}
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	return rooms, next
}

// keep reads member lists when they are due, from a value on begin until ctx
// ends.
func (s *session) keep(ctx context.Context, begin <-chan struct{}) {
	if s.clock.Park(ctx, time.Time{}, begin) != nil {
		return
	}
	for ctx.Err() == nil {
		rooms, next := s.world.due(s.clock.Now())
		if len(rooms) == 0 {
			if s.clock.Park(ctx, next, s.wake) != nil {
				return
			}
			continue
		}
		if err := s.readRooms(ctx, rooms); err != nil && ctx.Err() == nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "member lists not read", slog.Int("rooms", len(rooms)), slog.Any("error", err))
			s.postpone(rooms)
		}
	}
}

// readRooms reads the lists of rooms and hands what they show to the road, room
// by room, so that no message waits for more than one.
func (s *session) readRooms(ctx context.Context, rooms []*room) error {
	lists, err := s.fetch(ctx, rooms)
	if err != nil {
		return err
	}
	for i := range rooms {
		if err := s.readRoom(ctx, rooms[i:i+1], lists[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) readRoom(ctx context.Context, rooms []*room, lists []wireContact) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	events, err := s.take(ctx, rooms, lists)
	if err != nil {
		return s.salvage(ctx, events, err)
	}
	if len(events) == 0 {
		return nil
	}
	return s.deliver(ctx, chat.Batch{Session: s.id, Events: events})
}

func (s *session) postpone(rooms []*room) {
	now := s.clock.Now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	for _, r := range rooms {
		r.plan.done(now, r, false)
	}
}

// fetch asks for the member lists of rooms, in their order. A room the server
// leaves out has an empty list.
func (s *session) fetch(ctx context.Context, rooms []*room) ([]wireContact, error) {
	names := make([]string, len(rooms))
	for i, r := range rooms {
		names[i] = r.userName
	}
	answer, err := s.wire.details(ctx, names, "")
	if err != nil {
		return nil, err
	}
	byName := make(map[string]wireContact, len(answer))
	for _, c := range answer {
		byName[c.UserName] = c
	}
	out := make([]wireContact, len(rooms))
	for i, r := range rooms {
		out[i] = byName[r.userName]
		if err := s.fillNames(ctx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fillNames asks for the members whose rows came without a name.
func (s *session) fillNames(ctx context.Context, c *wireContact) error {
	at := map[string]int{}
	var ask []string
	for i, m := range c.MemberList {
		if m.NickName == "" && isUserName(m.UserName) && len(ask) < maxDetails {
			at[m.UserName] = i
			ask = append(ask, m.UserName)
		}
	}
	if len(ask) == 0 || c.EncryChatRoomId == "" {
		return nil
	}
	details, err := s.wire.details(ctx, ask, c.EncryChatRoomId)
	if err != nil {
		return err
	}
	for _, d := range details {
		if i, ok := at[d.UserName]; ok {
			c.MemberList[i].NickName, c.MemberList[i].DisplayName = d.NickName, d.DisplayName
		}
	}
	return nil
}

// take works the lists of rooms in and returns what they show, with an error
// what those before it showed. The turn is held.
func (s *session) take(ctx context.Context, rooms []*room, lists []wireContact) ([]chat.Event, error) {
	at, now := s.server.now(), s.clock.Now()
	var events []chat.Event
	var unlinked []*room
	whole := make([]bool, len(rooms))
	for i, r := range rooms {
		whole[i] = s.world.absorb(r, lists[i], at)
		renamed, err := s.rename(ctx, r, decodeName(lists[i].NickName), at)
		if err != nil {
			return events, err
		}
		events = append(events, renamed...)
		if r.id == 0 {
			unlinked = append(unlinked, r)
		}
	}
	if len(unlinked) > 0 {
		if err := s.linkRooms(ctx, unlinked); err != nil {
			return events, err
		}
	}
	for i, r := range rooms {
		more, err := s.follow(ctx, r, whole[i], at)
		events = append(events, more...)
		if err != nil {
			return events, err
		}
		s.world.mu.Lock()
		r.plan.done(now, r, whole[i])
		s.world.mu.Unlock()
	}
	return events, nil
}

// follow compares a room's new list with what is recorded, if the road admits
// the room.
func (s *session) follow(ctx context.Context, r *room, whole bool, at time.Time) ([]chat.Event, error) {
	on, err := s.admits(ctx, r)
	if err != nil {
		return nil, err
	}
	if !on {
		s.world.mu.Lock()
		r.watched, r.wasOff = false, true
		s.world.mu.Unlock()
		return nil, nil
	}
	if err := s.watch(ctx, r); err != nil {
		return nil, err
	}
	if whole {
		s.world.mu.Lock()
		r.gone, r.told = time.Time{}, false
		s.world.mu.Unlock()
		return s.settle(ctx, r, at)
	}
	return s.botGone(r, at), nil
}

// admits asks the road whether the room is on, with an empty message of the
// network itself.
func (s *session) admits(ctx context.Context, r *room) (bool, error) {
	return s.in.Admit(ctx, chat.Message{Room: r.id, Kind: chat.KindSystem, Time: s.server.now()})
}

// botGone confirms that the account is no longer in the room: something said
// so, and two lists at least rosterGap apart do not have it.
func (s *session) botGone(r *room, at time.Time) []chat.Event {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if !r.told || r.selfInside {
		return nil
	}
	if r.gone.IsZero() {
		r.gone = at
		return nil
	}
	if at.Sub(r.gone) < rosterGap {
		return nil
	}
	r.gone, r.told, r.watched = time.Time{}, false, false
	r.plan.due = time.Time{}
	return []chat.Event{chat.BotRemoved{Room: r.id, Time: at}}
}
