package wechatsim

import (
	"fmt"
	"slices"
)

// join brings members in, or only pretends to.
func (w *world) join(j Joining) (Done, error) {
	r, err := w.room(j.Room)
	if err != nil {
		return Done{}, err
	}
	by, err := w.inviter(r, j)
	if err != nil {
		return Done{}, err
	}
	if len(j.Members) == 0 || !slices.Contains([]string{"", "invite", "qr"}, j.Via) || !slices.Contains([]string{"", "zh", "en"}, j.Lang) {
		return Done{}, fmt.Errorf("%w: a join needs members, via invite or qr, lang zh or en", ErrRefused)
	}
	if j.Forged {
		return w.forge(r, by, j)
	}
	newcomers, err := w.newcomers(r, j)
	if err != nil {
		return Done{}, err
	}
	for _, p := range newcomers {
		r.admit(p)
	}
	w.touch(r)
	for _, text := range w.joinTexts(r, by, newcomers, j) {
		w.announce(r, text)
	}
	return w.done(r.handle), nil
}

// inviter is who brings the newcomers; the owner if nobody is named.
func (w *world) inviter(r *room, j Joining) (*person, error) {
	if j.By == "" {
		return r.owner, nil
	}
	_, p, err := w.inside(j.Room, j.By)
	return p, err
}

// newcomers makes who is new to the world and refuses who is in already.
func (w *world) newcomers(r *room, j Joining) ([]*person, error) {
	for i, handle := range j.Members {
		p := w.people[handle]
		if handle == "" || p != nil && (p.special || r.has(p)) || slices.Contains(j.Members[:i], handle) {
			return nil, fmt.Errorf("%w: %q cannot join room %q", ErrRefused, handle, r.handle)
		}
	}
	people := make([]*person, len(j.Members))
	for i, handle := range j.Members {
		people[i] = w.meet(handle)
	}
	return people, nil
}

// forge says the words of a join twice: as by's own text, and as the service
// would. A nickname with such words in it and a pat with a suffix do the
// latter on a phone.
func (w *world) forge(r *room, by *person, j Joining) (Done, error) {
	strangers := make([]*person, len(j.Members))
	for i, handle := range j.Members {
		strangers[i] = &person{handle: handle, name: handle}
	}
	texts := w.joinTexts(r, by, strangers, j)
	done, err := w.say(Saying{Room: r.handle, Member: by.handle, Text: texts[0]})
	for _, text := range texts {
		w.announce(r, text)
	}
	return done, err
}

// leave takes somebody out without a word.
func (w *world) leave(l Leaving) (Done, error) {
	r, p, err := w.inside(l.Room, l.Member)
	if err != nil {
		return Done{}, err
	}
	w.depart(r, p)
	return w.done(p.handle), nil
}

// depart takes p out of r; an owner is followed by the oldest member.
func (w *world) depart(r *room, p *person) {
	r.byPerson[p].present = false
	if in := r.present(); r.owner == p && len(in) > 0 {
		r.owner = in[0].person
	}
	if p == w.self {
		w.feed = append(w.feed, item{room: r, gone: true})
		return
	}
	w.touch(r)
}

// remove is done on a phone. The bot's account hears of it when it did it or
// when it is the one removed; other removals are silent.
func (w *world) remove(c Removal) (Done, error) {
	r, p, err := w.inside(c.Room, c.Member)
	if err != nil {
		return Done{}, err
	}
	by := r.owner
	if c.By != "" {
		if _, by, err = w.inside(c.Room, c.By); err != nil {
			return Done{}, err
		}
	}
	if by == p {
		return Done{}, fmt.Errorf("%w: %q cannot remove themselves", ErrRefused, c.Member)
	}
	switch {
	case p == w.self:
		w.announce(r, `你被"`+escape(r.byPerson[by].shown())+`"移出群聊`)
	case by == w.self:
		w.announce(r, `你将"`+escape(r.byPerson[p].shown())+`"移出了群聊`)
	}
	w.depart(r, p)
	return w.done(p.handle), nil
}

// rename gives a room, a person, or a person in one room another name.
func (w *world) rename(c Renaming) (Done, error) {
	switch {
	case c.Room == "" && c.Member == "":
		return Done{}, fmt.Errorf("%w: room or member is missing", ErrRefused)
	case c.Room == "":
		return w.renamePerson(c)
	case c.Member == "":
		return w.renameRoom(c)
	}
	r, p, err := w.inside(c.Room, c.Member)
	if err != nil {
		return Done{}, err
	}
	r.byPerson[p].display = c.Name
	w.touch(r)
	return w.done(p.handle), nil
}

// renamePerson is told to nobody: a nickname only changes in the lists, and in
// those of every room the person is in.
func (w *world) renamePerson(c Renaming) (Done, error) {
	p, err := w.person(c.Member)
	if err != nil {
		return Done{}, err
	}
	if p.special || c.Name == "" {
		return Done{}, fmt.Errorf("%w: %q cannot be named %q", ErrRefused, c.Member, c.Name)
	}
	p.name = c.Name
	if p.friend {
		w.feed = append(w.feed, item{person: p})
	}
	for _, r := range w.roomOrder {
		if r.has(p) {
			w.touch(r)
		}
	}
	return w.done(p.handle), nil
}

// renameRoom is done by the owner, and everybody is told.
func (w *world) renameRoom(c Renaming) (Done, error) {
	r, err := w.room(c.Room)
	if err != nil {
		return Done{}, err
	}
	if c.Name == "" {
		return Done{}, fmt.Errorf("%w: a room needs a name", ErrRefused)
	}
	r.name = c.Name
	w.touch(r)
	if r.owner == w.self {
		w.announce(r, "你修改群名为“"+escape(c.Name)+"”")
	} else {
		w.announce(r, `"`+escape(r.byPerson[r.owner].shown())+`"修改群名为“`+escape(c.Name)+"”")
	}
	return w.done(r.handle), nil
}
