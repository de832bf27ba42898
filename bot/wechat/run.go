package wechat

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

const (
	// refusedWithin is how soon after a scan 1102 means that WeChat refuses the
	// account on the web; later the same code ends an old login.
	refusedWithin = time.Minute
	// matchTries is how often the lists of rooms known from an earlier login
	// are asked for before messages are taken in; after a login they are often
	// cut short, and who is not recognised then becomes a new member.
	matchTries = 6
	// maxRefused is how often a call that is answered with an error code is
	// repeated at the start of a login before the login is given up.
	maxRefused = 3
)

// refusal is what is stored when WeChat refuses the account. Every further
// login makes it worse, so none is tried until the owner says so.
type refusal struct {
	Code int
	At   time.Time
}

func (n *Network) refusalFile() string { return n.opt.SessionFile + ".refused" }

// explain says in words why the account is refused.
func (r refusal) explain() string {
	why := "WeChat ended the login right after it began (1102): it refuses this account on the web"
	if r.Code == retNotAllowed {
		why = "WeChat does not let this account log in on the web (1203)"
	}
	return why + "; nothing is tried again until told to, because each try makes it worse"
}

// Run implements [chat.Network].
func (n *Network) Run(ctx context.Context, in chat.Intake) error {
	n.report(in, chat.PhaseStarting, "")
	if n.opt.Again {
		if err := os.Remove(n.refusalFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget the refusal: %w", err)
		}
	}
	var past refusal
	switch err := readPrivate(n.refusalFile(), &past); {
	case err == nil:
		return n.stayRefused(ctx, in, past)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read whether the account was refused: %w", err)
	}
	for ctx.Err() == nil {
		err := n.login(ctx, in)
		n.setSession(nil)
		var ret *retError
		switch {
		case ctx.Err() != nil:
			return nil
		case !errors.As(err, &ret):
			return err
		case n.refused(ret):
			return n.refuse(ctx, in, ret.ret)
		}
		n.log.LogAttrs(ctx, slog.LevelWarn, "login ended", slog.Any("error", err))
		if ended, err := loadCredentials(n.opt.SessionFile); err == nil && ret.ret != retRefused && ended.Normal == n.opt.Normal {
			n.ended = ended
		}
		n.reportCode(in, chat.PhaseEnded, ret.ret, fmt.Sprintf("logged out (%d); a new login is needed", ret.ret))
		if err := os.Remove(n.opt.SessionFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the ended login: %w", err)
		}
	}
	return nil
}

// refused reports whether an answer means that the account itself is not
// wanted, rather than that one login is over.
func (n *Network) refused(ret *retError) bool {
	if ret.ret == retNotAllowed {
		return true
	}
	cred, err := loadCredentials(n.opt.SessionFile)
	return ret.ret == retRefused && err == nil && n.server.now().Sub(cred.LoggedIn) < refusedWithin
}

// refuse stores the refusal and waits for the end.
func (n *Network) refuse(ctx context.Context, in chat.Intake, code int) error {
	r := refusal{Code: code, At: n.server.now()}
	if err := writePrivate(n.refusalFile(), r); err != nil {
		n.log.LogAttrs(ctx, slog.LevelError, "the refusal is not stored", slog.Any("error", err))
	}
	if err := os.Remove(n.opt.SessionFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		n.log.LogAttrs(ctx, slog.LevelError, "the refused login is not removed", slog.Any("error", err))
	}
	return n.stayRefused(ctx, in, r)
}

// stayRefused keeps the process alive and visibly unwell: a restart policy
// must not turn a refusal into a hundred logins.
func (n *Network) stayRefused(ctx context.Context, in chat.Intake, r refusal) error {
	n.reportCode(in, chat.PhaseRefused, r.Code, r.explain())
	_ = n.clock.Park(ctx, time.Time{}, nil) // ends with ctx
	return nil
}

// login brings one login up, from the session file or by a scan, and receives
// until it ends.
func (n *Network) login(ctx context.Context, in chat.Intake) error {
	client := newClient(n.guard, n.opt.Normal)
	cred, err := loadCredentials(n.opt.SessionFile)
	switch {
	case err == nil:
		client = newClient(n.guard, cred.Normal)
		n.guard.restore(client, cred.Cookies)
	case errors.Is(err, fs.ErrNotExist):
		if cred, err = n.scan(ctx, in, client); err != nil {
			return err
		}
	default:
		return err
	}
	s := &session{
		Network: n, wire: &wire{client: client, cred: cred}, id: cred.sessionID(), dir: n.opt.Directory, in: in,
		lost: map[chat.RoomID]chat.KnownRoom{}, lostMembers: map[chat.RoomID][]chat.KnownMember{},
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	n.setSession(s)
	n.report(in, chat.PhaseOnline, "")
	return s.run(ctx)
}

// open loads contacts and rooms and recognises them.
func (s *session) open(ctx context.Context) error {
	s.wire.client.Domain = openwechat.WechatDomain(s.wire.cred.Host)
	var first initAnswer
	err := s.retry(ctx, func() (err error) { first, err = s.wire.init(ctx); return err })
	if err != nil {
		return err
	}
	if first.User.UserName == "" {
		return fmt.Errorf("webwxinit: no account in it: %w", errGarbled)
	}
	s.self = first.User.UserName
	s.world = newWorld(s.self)
	s.since = s.server.now()
	if err := s.wire.notify(ctx, s.self); err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "the phone was not told of the login", slog.Any("error", err))
	}
	var book []wireContact
	err = s.retry(ctx, func() (err error) { book, err = s.wire.contacts(ctx); return err })
	if err != nil {
		return err
	}
	for _, c := range append(book, first.ContactList...) {
		s.world.note(c)
		if isRoomName(c.UserName) {
			s.world.room(c.UserName).name = decodeName(c.NickName)
		}
	}
	for _, name := range chatSet(first.ChatSet) {
		s.world.room(name)
	}
	s.saveCookies(ctx)
	return s.resume(ctx, first.SyncKey)
}

// resume takes up what the directory knows: the cursor and the rooms.
func (s *session) resume(ctx context.Context, fresh wireKey) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	past, err := s.dir.Resume(ctx, s.wire.cred.account(), s.id)
	if err != nil {
		return fmt.Errorf("read what is known of the account: %w", err)
	}
	key, ok := resumeKey(past.Cursor)
	if !ok {
		key = fresh
	}
	s.key, s.checkKey = key, key
	for _, k := range past.Rooms {
		if k.UserName == "" {
			s.lost[k.ID] = k
			continue
		}
		r := s.world.room(k.UserName)
		if r.name == "" {
			r.name = k.Name
		}
		r.resumed = true
		s.world.setID(r, k.ID)
	}
	if !ok {
		// The first cursor, so that a crash before the first message loses none.
		if err := s.deliver(ctx, chat.Batch{Session: s.id, Cursor: key.cursor()}); err != nil {
			return err
		}
	}
	return s.recognise(ctx)
}

// recognise links the rooms seen so far. Rooms that may be known from an
// earlier login wait until their member lists can prove it.
func (s *session) recognise(ctx context.Context) error {
	now := s.clock.Now()
	var plain, maybe []*room
	for _, r := range s.world.all() {
		r.plan.due = now
		if r.id != 0 {
			on, err := s.admits(ctx, r)
			if err != nil {
				return err
			}
			if r.wasOff = !on; r.wasOff {
				continue
			}
			if err := s.watch(ctx, r); err != nil {
				return err
			}
			continue
		}
		size, err := s.knownSize(ctx, r)
		if err != nil {
			return err
		}
		if size > 0 || r.name == "" && len(s.lost) > 0 {
			maybe = append(maybe, r)
		} else {
			plain = append(plain, r)
		}
	}
	if len(plain) > 0 {
		if err := s.linkRooms(ctx, plain); err != nil {
			return err
		}
	}
	return s.recogniseAgain(ctx, maybe)
}

// recogniseAgain reads the lists of rooms known from an earlier login until
// they are whole, then links these rooms and their members.
func (s *session) recogniseAgain(ctx context.Context, rooms []*room) error {
	for try := range matchTries {
		if len(rooms) == 0 {
			return nil
		}
		var lists []wireContact
		err := s.retry(ctx, func() (err error) { lists, err = s.fetch(ctx, rooms); return err })
		if err != nil {
			return err
		}
		var ready, rest []*room
		for i, r := range rooms {
			r.name = decodeName(lists[i].NickName)
			size, err := s.knownSize(ctx, r)
			if err != nil {
				return err
			}
			r.size = max(r.size, size)
			if s.world.absorb(r, lists[i], s.server.now()) || try == matchTries-1 {
				ready = append(ready, r)
			} else {
				rest = append(rest, r)
			}
		}
		if err := s.introduce(ctx, ready); err != nil {
			return err
		}
		rooms = rest
		if len(rooms) > 0 {
			if err := s.clock.Park(ctx, s.clock.Now().Add(time.Second<<try), nil); err != nil {
				return fmt.Errorf("wait for member lists: %w", err)
			}
		}
	}
	return nil
}

// introduce links rooms whose lists were read and reports who is in them.
func (s *session) introduce(ctx context.Context, rooms []*room) error {
	if len(rooms) == 0 {
		return nil
	}
	if err := s.linkRooms(ctx, rooms); err != nil {
		return err
	}
	at := s.server.now()
	var events []chat.Event
	for _, r := range rooms {
		more, err := s.follow(ctx, r, r.listed(), at)
		events = append(events, more...)
		if err != nil {
			return s.salvage(ctx, events, err)
		}
		r.plan.done(s.clock.Now(), r, r.listed())
	}
	if len(events) == 0 {
		return nil
	}
	return s.deliver(ctx, chat.Batch{Session: s.id, Events: events})
}

// knownSize returns how many members the biggest room of that name had in an
// earlier login; 0 when none of that name is known, at least 1 otherwise.
func (s *session) knownSize(ctx context.Context, r *room) (int, error) {
	size := 0
	for id, k := range s.lost {
		if normalName(k.Name) != normalName(r.name) {
			continue
		}
		members, err := s.former(ctx, id)
		if err != nil {
			return 0, err
		}
		present := 1
		for _, m := range members {
			if m.Present && !m.Self {
				present++
			}
		}
		size = max(size, present)
	}
	return size, nil
}

// former returns the members of a room of an earlier login.
func (s *session) former(ctx context.Context, id chat.RoomID) ([]chat.KnownMember, error) {
	if members, ok := s.lostMembers[id]; ok {
		return members, nil
	}
	members, err := s.dir.Members(ctx, s.id, id)
	if err != nil {
		return nil, fmt.Errorf("read the members of a room: %w", err)
	}
	s.lostMembers[id] = members
	return members, nil
}

// retry repeats a call that reads only, as long as the network fails.
func (s *session) retry(ctx context.Context, call func() error) error {
	pause := newPause(s.Network)
	for {
		err := call()
		var ret *retError
		if err == nil || ctx.Err() != nil {
			return err
		}
		if errors.As(err, &ret) && (ret.ended() || pause.failures >= maxRefused) {
			return err
		}
		s.log.LogAttrs(ctx, slog.LevelWarn, "WeChat not reached; it is tried again", slog.Any("error", err))
		if pause.failures > 0 {
			s.report(s.in, chat.PhaseOffline, "WeChat cannot be reached")
		}
		if err := pause.wait(ctx); err != nil {
			return err
		}
	}
}
