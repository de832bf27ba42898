package wechat

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"menshen/bot/chat"
)

// watch begins to follow the members of a linked room: it loads who was known
// there before.
func (s *session) watch(ctx context.Context, r *room) error {
	if r.watched {
		return nil
	}
	known, err := s.dir.Members(ctx, s.id, r.id)
	if err != nil {
		return fmt.Errorf("read the members of a room: %w", err)
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	present := 0
	r.known = nil
	for _, k := range known {
		if k.Present {
			present++
		}
		if k.UserName == "" {
			r.known = append(r.known, k)
			continue
		}
		r.restore(k, s.world.contacts[k.UserName])
	}
	r.baseline = r.resumed && present > 0 && !r.wasOff
	r.size = max(r.size, present)
	r.watched = true
	return nil
}

// acquaint finds out who is who in a room that is off, as far as that was known
// before it was switched off: its owner has to be able to switch it on again.
// Nobody new is stored.
func (s *session) acquaint(ctx context.Context, r *room) error {
	if r.watched || r.acquainted || !r.resumed && !r.listed() {
		return nil
	}
	known, err := s.dir.Members(ctx, s.id, r.id)
	if err != nil {
		return fmt.Errorf("read the members of a room: %w", err)
	}
	s.world.mu.Lock()
	r.acquainted, r.known = true, nil
	for _, k := range known {
		if k.UserName == "" {
			r.known = append(r.known, k)
		} else {
			r.restore(k, s.world.contacts[k.UserName])
		}
	}
	links, fresh := s.recogniseMembers(r)
	var sure []chat.MemberLink
	var who []*member
	for i, link := range links {
		if link.ID != 0 {
			sure, who = append(sure, link), append(who, fresh[i])
		}
	}
	s.world.mu.Unlock()
	return s.store(ctx, r, sure, who)
}

// restore puts a member linked earlier in the same login back in place; c is
// what the address book says now.
func (r *room) restore(k chat.KnownMember, c contact) {
	m := r.members[k.UserName]
	if m == nil {
		m = &member{userName: k.UserName, nick: k.Nick, display: k.Display}
		r.members[k.UserName] = m
	}
	m.id, m.present = k.ID, k.Present
	if m.nick != k.Nick || m.display != k.Display {
		was := member{nick: k.Nick, display: k.Display}
		r.renamed[m] = was.name()
	} else if c.remark != "" && c.remark != k.Remark || c.handle != "" && c.handle != k.Handle {
		r.stale(m)
	}
}

// stale makes the next member list store the names of a member anew.
func (r *room) stale(m *member) {
	if _, known := r.renamed[m]; !known {
		r.renamed[m] = m.name()
	}
}

// linkMembers gives every member of the last whole list our id and stores new
// names. It returns the renamings that were stored.
func (s *session) linkMembers(ctx context.Context, r *room, at time.Time) ([]chat.Event, error) {
	s.world.mu.Lock()
	links, subjects := s.recogniseMembers(r)
	renamed, events := s.renamed(r, at)
	for _, m := range renamed {
		links = append(links, s.world.sameMember(r, m))
	}
	s.world.mu.Unlock()
	if err := s.store(ctx, r, links, append(subjects, renamed...)); err != nil {
		return nil, err
	}
	return events, s.setAside(ctx, r, at)
}

// takeNames stores the names that members go by now, outside the reading of a
// whole list.
func (s *session) takeNames(ctx context.Context, r *room, at time.Time) ([]chat.Event, error) {
	s.world.mu.Lock()
	renamed, events := s.renamed(r, at)
	links := make([]chat.MemberLink, len(renamed))
	for i, m := range renamed {
		links[i] = s.world.sameMember(r, m)
	}
	s.world.mu.Unlock()
	if err := s.store(ctx, r, links, renamed); err != nil {
		return nil, err
	}
	return events, nil
}

// sameMember links a member to the id it has, under another name.
func (w *world) sameMember(r *room, m *member) chat.MemberLink {
	return chat.MemberLink{ID: m.id, Seen: w.seen(r, m), Strength: chat.StrengthSame, Evidence: "renamed"}
}

// recogniseMembers matches the members without an id. The others take part,
// because a name is only proof if nobody else in the room has it.
func (s *session) recogniseMembers(r *room) (links []chat.MemberLink, fresh []*member) {
	var all []*member
	var seen []chat.SeenMember
	isFresh := false
	for _, m := range r.members {
		if m.inList {
			all = append(all, m)
			seen = append(seen, s.world.seen(r, m))
			isFresh = isFresh || m.id == 0
		}
	}
	if !isFresh {
		return nil, nil
	}
	for i, link := range Match(r.known, seen, r.trusted) {
		if all[i].id == 0 {
			links = append(links, link)
			fresh = append(fresh, all[i])
		}
	}
	return links, fresh
}

// unsettled reports whether members of an earlier login may still turn up in a
// list that was cut short right after this one.
func (r *room) unsettled() bool { return r.watched && !r.resumed && len(r.known) > 0 }

// setAside ends the search for members of earlier logins.
func (s *session) setAside(ctx context.Context, r *room, at time.Time) error {
	if !r.unsettled() || at.Sub(s.since) < settling || r.aside {
		return nil
	}
	if err := s.dir.SetAside(ctx, s.id, r.id); err != nil {
		return fmt.Errorf("set members aside: %w", err)
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	r.trusted, r.aside = false, true
	for i := range r.known {
		r.known[i].Present = false
	}
	return nil
}

// renamed returns the members whose stored names are old, and the events for
// those the room shows under another name.
func (s *session) renamed(r *room, at time.Time) ([]*member, []chat.Event) {
	var out []*member
	var events []chat.Event
	for m, old := range r.renamed {
		out = append(out, m)
		if old != "" && old != m.name() {
			events = append(events, chat.Renamed{Room: r.id, Member: m.id, Old: old, New: m.name(), Time: at})
		}
	}
	return out, events
}

// store commits links, of which members are the subjects in the same order.
func (s *session) store(ctx context.Context, r *room, links []chat.MemberLink, members []*member) error {
	if len(links) == 0 {
		return nil
	}
	ids, err := s.dir.LinkMembers(ctx, s.id, r.id, links)
	if err != nil {
		return fmt.Errorf("link members: %w", err)
	}
	if len(ids) != len(links) {
		return fmt.Errorf("link members: %d ids for %d links", len(ids), len(links))
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	linked := make(map[chat.MemberID]bool, len(links))
	for i, m := range members {
		m.id = ids[i]
		delete(r.renamed, m)
		linked[m.id] = true
	}
	var rest []chat.KnownMember
	for _, k := range r.known {
		if !linked[k.ID] {
			rest = append(rest, k)
			continue
		}
		for i, m := range members {
			if ids[i] == k.ID {
				m.present = k.Present
			}
		}
	}
	r.known = rest
	s.logLinks(ctx, r, links)
	return nil
}

func (s *session) logLinks(ctx context.Context, r *room, links []chat.MemberLink) {
	count := map[chat.Strength]int{}
	for _, l := range links {
		count[l.Strength]++
	}
	s.log.LogAttrs(ctx, slog.LevelDebug, "members linked", slog.Int64("room", int64(r.id)),
		slog.Int("same", count[chat.StrengthSame]), slog.Int("strong", count[chat.StrengthStrong]),
		slog.Int("medium", count[chat.StrengthMedium]), slog.Int("new", count[chat.StrengthNew]))
}

// linkSender links somebody who speaks before any whole list showed them.
func (s *session) linkSender(ctx context.Context, r *room, userName string) (chat.MemberID, error) {
	s.world.mu.Lock()
	m := r.members[userName]
	if m == nil {
		m = &member{userName: userName}
		r.members[userName] = m
	}
	if m.id != 0 {
		s.world.mu.Unlock()
		return m.id, nil
	}
	link := chat.MemberLink{Seen: s.world.seen(r, m), Strength: chat.StrengthNew, Evidence: "spoke before any member list"}
	if strong := Match(r.known, []chat.SeenMember{link.Seen}, false); strong[0].Strength == chat.StrengthStrong {
		link = strong[0]
	}
	s.world.mu.Unlock()
	if err := s.store(ctx, r, []chat.MemberLink{link}, []*member{m}); err != nil {
		return 0, err
	}
	return m.id, nil
}

// linkRooms gives rooms without an id one: that of the same login, that of a
// known room whose name and roster agree, or a new one.
func (s *session) linkRooms(ctx context.Context, rooms []*room) error {
	links := make([]chat.RoomLink, 0, len(rooms))
	for _, r := range rooms {
		links = append(links, chat.RoomLink{
			UserName: r.userName, Name: r.name, BotOwns: r.botOwns, Strength: chat.StrengthNew, Evidence: "no known room of this name and roster",
		})
	}
	matched, err := s.matchRooms(ctx, rooms)
	if err != nil {
		return err
	}
	for i, id := range matched {
		if id != 0 {
			links[i].ID, links[i].Strength, links[i].Evidence = id, chat.StrengthMedium, "the same name and roster"
		}
	}
	ids, err := s.dir.LinkRooms(ctx, s.id, links)
	if err != nil {
		return fmt.Errorf("link rooms: %w", err)
	}
	if len(ids) != len(rooms) {
		return fmt.Errorf("link rooms: %d ids for %d rooms", len(ids), len(rooms))
	}
	for i, r := range rooms {
		s.world.setID(r, ids[i])
		if known, ok := s.lost[ids[i]]; ok {
			r.trusted = s.server.now().Sub(known.Seen) <= maxGap
			delete(s.lost, ids[i])
			delete(s.lostMembers, ids[i])
		}
	}
	return nil
}

// matchRooms compares rooms with those of earlier logins that are not linked
// in this one. It returns our id for each room, or 0.
func (s *session) matchRooms(ctx context.Context, rooms []*room) ([]chat.RoomID, error) {
	out := make([]chat.RoomID, len(rooms))
	var ids []chat.RoomID
	var known []roomSide
	for id, k := range s.lost {
		if !s.namedLike(rooms, k.Name) {
			continue
		}
		members, err := s.former(ctx, id)
		if err != nil {
			return nil, err
		}
		side := roomSide{name: k.Name}
		for _, m := range members {
			if m.Present {
				side.members = append(side.members, knownIdentity(m))
			}
		}
		ids, known = append(ids, id), append(known, side)
	}
	seen := make([]roomSide, len(rooms))
	for i, r := range rooms {
		seen[i] = s.side(r)
	}
	for i, k := range matchRooms(known, seen) {
		if k >= 0 {
			out[i] = ids[k]
		}
	}
	return out, nil
}

func (s *session) namedLike(rooms []*room, name string) bool {
	for _, r := range rooms {
		if normalName(r.name) == normalName(name) {
			return true
		}
	}
	return false
}

// side is the room as the wire shows it now.
func (s *session) side(r *room) roomSide {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	side := roomSide{name: r.name}
	for _, m := range r.members {
		if m.inList {
			side.members = append(side.members, seenIdentity(s.world.seen(r, m)))
		}
	}
	return side
}
