package wechat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"menshen/bot/chat"
)

const (
	// rosterGap is how far apart two member lists have to be to confirm that
	// somebody is gone.
	rosterGap = 20 * time.Second
	// keepShare is the share of the last whole list that a new one needs to
	// count as whole: right after a login lists are often cut short.
	keepShare = 0.8
	// shrunkReads and shrunkSpan are how often and how long a list has to stay
	// the same to be believed although it lost more than that.
	shrunkReads = 3
	shrunkSpan  = time.Minute
	// settling is how long after a login lists may still be incomplete without
	// showing it.
	settling = 2 * time.Minute
	// claimLife is how long a system text waits for its newcomers to appear.
	claimLife = 2 * time.Minute
)

// shrunk follows a list that lost too many to be believed at once.
type shrunk struct {
	since time.Time
	reads int
	names map[string]bool
}

// absorb takes a member list over into r and reports whether it is whole: as
// long as announced, with the own account inside, and not much shorter than
// the last one.
func (w *world) absorb(r *room, c wireContact, at time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.EncryChatRoomId != "" {
		r.encry = c.EncryChatRoomId
	}
	if c.ChatRoomOwner != "" {
		r.owner = c.ChatRoomOwner
	}
	r.botOwns = c.IsOwner == 1
	if r.botOwns {
		r.owner = w.self
	}
	names := make(map[string]bool, len(c.MemberList))
	for _, m := range c.MemberList {
		if isUserName(m.UserName) {
			names[m.UserName] = true
		}
	}
	r.selfInside = names[w.self]
	complete := c.MemberCount > 0 && len(c.MemberList) == c.MemberCount && len(names) == c.MemberCount && names[w.self]
	if !complete {
		r.shrunk = shrunk{}
	}
	whole := complete && r.believe(names, at)
	for _, m := range c.MemberList {
		if names[m.UserName] {
			r.put(m, whole)
		}
	}
	if whole {
		r.size = len(names)
		r.drop(names)
	}
	return whole
}

// believe decides about a complete list that may have lost members. One may
// always be missing: in a room of four that is a quarter. A room of which
// nothing is known yet has to show the same list twice.
func (r *room) believe(names map[string]bool, at time.Time) bool {
	size, reads, span := cmp.Or(r.size, r.hint), shrunkReads, shrunkSpan
	if size == 0 {
		reads, span = 2, 0
	} else if size-len(names) <= 1 || float64(len(names)) >= keepShare*float64(size) {
		r.shrunk = shrunk{}
		return true
	}
	if !sameNames(r.shrunk.names, names) {
		r.shrunk = shrunk{since: at, names: names}
	}
	r.shrunk.reads++
	if r.shrunk.reads < reads || at.Sub(r.shrunk.since) < span {
		return false
	}
	r.shrunk = shrunk{}
	return true
}

func sameNames(a, b map[string]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if !b[name] {
			return false
		}
	}
	return true
}

// put takes one row of a member list over. Rows without names occur; they
// change nothing that is known.
func (r *room) put(c wireMember, whole bool) {
	m := r.members[c.UserName]
	if m == nil {
		m = &member{userName: c.UserName}
		r.members[c.UserName] = m
	}
	nick, display := decodeName(c.NickName), decodeName(c.DisplayName)
	if nick != "" && (nick != m.nick || display != m.display) {
		if _, noted := r.renamed[m]; m.id != 0 && !noted {
			r.renamed[m] = m.name()
		}
		m.nick, m.display = nick, display
	}
	m.inList = m.inList || whole
}

// drop marks who is not in a whole list and forgets those of whom nothing is
// recorded.
func (r *room) drop(names map[string]bool) {
	for name, m := range r.members {
		if names[name] {
			continue
		}
		m.inList = false
		if m.id == 0 {
			delete(r.members, name)
		}
	}
}

// rename takes a new name of the room over.
func (s *session) rename(ctx context.Context, r *room, name string, at time.Time) ([]chat.Event, error) {
	if name == r.name || name == "" {
		return nil, nil
	}
	old := r.name
	if r.id == 0 {
		s.world.call(r, name)
		return nil, nil
	}
	link := chat.RoomLink{ID: r.id, UserName: r.userName, Name: name, BotOwns: r.botOwns, Strength: chat.StrengthSame, Evidence: "renamed"}
	if _, err := s.dir.LinkRooms(ctx, s.id, []chat.RoomLink{link}); err != nil {
		return nil, fmt.Errorf("store a room's name: %w", err)
	}
	s.world.call(r, name)
	if !r.watched || old == "" {
		return nil, nil
	}
	return []chat.Event{chat.RoomRenamed{Room: r.id, Old: old, New: name, Time: at}}, nil
}

// call notes how a room is called.
func (w *world) call(r *room, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r.name = name
}

// settle turns the last whole list of a watched room into events: who is new,
// who is gone, who goes by another name, and the list itself.
func (s *session) settle(ctx context.Context, r *room, at time.Time) ([]chat.Event, error) {
	renamed, err := s.linkMembers(ctx, r, at)
	if err != nil {
		return renamed, err
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	var newcomers []*member
	var left, present []chat.MemberID
	suspect := false
	for _, m := range r.members {
		switch {
		case m.inList:
			delete(r.missing, m)
			present = append(present, m.id)
			if !m.present {
				m.present = true
				newcomers = append(newcomers, m)
			}
		case m.present && r.missing[m].IsZero():
			r.missing[m], suspect = at, true
		case m.present && at.Sub(r.missing[m]) >= rosterGap:
			m.present = false
			delete(r.missing, m)
			left = append(left, m.id)
		case m.present:
			suspect = true
		}
	}
	if suspect {
		r.plan.reads = max(r.plan.reads, 1)
	}
	slices.Sort(present)
	events := renamed
	if r.baseline {
		events = append(events, s.joined(r, newcomers, at)...)
	}
	r.baseline = true
	if m := r.members[r.owner]; m != nil && m.id != 0 && r.owned != r.owner {
		events = append(events, chat.OwnerChanged{Room: r.id, Owner: m.id, First: r.owned == "", Time: at})
		r.owned = r.owner
	}
	if len(left) > 0 {
		slices.Sort(left)
		events = append(events, chat.Left{Room: r.id, Members: left, Time: at})
	}
	return append(events, chat.RosterRead{Room: r.id, Present: present, Time: at}), nil
}

// joined reports newcomers, those together whom one system text names. The own
// account is not a newcomer.
func (s *session) joined(r *room, newcomers []*member, at time.Time) []chat.Event {
	newcomers = slices.DeleteFunc(newcomers, func(m *member) bool { return m.userName == s.self })
	slices.SortFunc(newcomers, func(a, b *member) int { return int(a.id - b.id) })
	r.claims = slices.DeleteFunc(r.claims, func(c timedClaim) bool { return at.After(c.until) })
	var events []chat.Event
	for len(newcomers) > 0 {
		named, by, via := s.explain(r, newcomers)
		if named == nil {
			if s.lateList(r, len(newcomers), at) {
				break
			}
			named = slices.Clone(newcomers)
		}
		event := chat.Joined{Room: r.id, By: by, Via: via, Time: at}
		for _, m := range named {
			event.Members = append(event.Members, m.id)
		}
		r.claims = slices.DeleteFunc(r.claims, func(c timedClaim) bool { return c.covers(named) != nil })
		newcomers = slices.DeleteFunc(newcomers, func(m *member) bool { return slices.Contains(named, m) })
		events = append(events, event)
	}
	return events
}

// lateList reports whether people nobody announced are no newcomers but the
// rest of a list that was cut short right after the login.
func (s *session) lateList(r *room, unexplained int, at time.Time) bool {
	return at.Sub(s.since) < settling && unexplained > 1 && float64(unexplained) > (1-keepShare)*float64(r.size)
}

// explain finds a claim that names some of the newcomers; named is nil when
// there is none. Two readings that fit the same people and disagree about the
// inviter prove nothing about the inviter.
func (s *session) explain(r *room, newcomers []*member) (named []*member, by chat.MemberID, via chat.JoinVia) {
	inviters := map[*member]bool{}
	for _, c := range r.claims {
		fits := c.covers(newcomers)
		if fits == nil || named != nil && fits[0] != named[0] {
			continue
		}
		named = fits
		if c.via != chat.ViaUnknown {
			via = c.via
		}
		if who := r.inviter(c.claim, s.self); who != nil {
			inviters[who] = true
		}
	}
	if len(inviters) > 1 {
		return named, 0, chat.ViaUnknown
	}
	for who := range inviters {
		by = who.id
	}
	return named, by, via
}

// inviter finds who the claim says brought the newcomers: exactly one present
// member of that name.
func (r *room) inviter(c claim, self string) *member {
	if c.byBot {
		return r.members[self]
	}
	var found *member
	for _, m := range r.members {
		if c.by == "" || !m.inList {
			continue
		}
		if quoteName(m.name()) == quoteName(c.by) || quoteName(m.nick) == quoteName(c.by) {
			if found != nil {
				return nil
			}
			found = m
		}
	}
	return found
}

// listed reports whether a whole list of the room was read in this login.
func (r *room) listed() bool {
	for _, m := range r.members {
		if m.inList {
			return true
		}
	}
	return false
}
