package wechat

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
	"menshen/data"
	"menshen/moderation"
)

// standing is a clock that moves when a test moves it.
type standing struct{ now time.Time }

func (c *standing) Now() time.Time { return c.now }

func (*standing) Park(ctx context.Context, _ time.Time, _ <-chan struct{}) error {
	<-ctx.Done()
	return ctx.Err()
}

// onDisk is the store of the road.
type onDisk struct{ db *data.DB }

func (s onDisk) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return s.db.Record(ctx, b, func(tx *data.Tx) error { return fn(tx) })
}

func (s onDisk) Read(ctx context.Context, fn func(bot.View) error) error {
	return s.db.Read(ctx, func(tx *data.Tx) error { return fn(tx) })
}

// census is the adapter, the road and the record without a wire: what the wire
// would bring is handed in as lists.
type census struct {
	t     *testing.T
	clock *standing
	db    *data.DB
	dir   data.Directory
	net   *Network
	road  *bot.Pipeline
}

func newCensus(t *testing.T) *census {
	t.Helper()
	c := &census{t: t, clock: &standing{time.Date(2026, 9, 1, 4, 0, 0, 0, time.UTC)}}
	var err error
	c.db, err = data.Open(filepath.Join(t.TempDir(), "menshen.db"))
	c.must(err)
	t.Cleanup(func() { c.db.Close() })
	c.db.Now = c.clock.Now
	c.dir, err = c.db.Directory(t.Context(), true)
	c.must(err)
	silent := slog.New(slog.DiscardHandler)
	c.net, err = New(Options{SessionFile: filepath.Join(t.TempDir(), "s"), Directory: c.dir, Log: silent, Clock: c.clock})
	c.must(err)
	judges, err := bot.NewJudges(moderation.Rules{})
	c.must(err)
	c.road, err = bot.New(t.Context(), bot.Options{
		Store: onDisk{c.db}, Network: c.net, Clock: c.clock, Log: silent, Judges: judges, Code: &command.Code{}, Limits: bot.DefaultSendLimits(),
	})
	c.must(err)
	return c
}

func (c *census) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// open begins a login that shows rooms, and does what [session.open] does with
// what the wire tells.
func (c *census) open(id string, lists []wireContact, book []wireContact) (*session, []*room) {
	s := &session{
		Network: c.net, id: id, self: "@5e1f", dir: c.dir, in: c.road,
		lost: map[chat.RoomID]chat.KnownRoom{}, lostMembers: map[chat.RoomID][]chat.KnownMember{},
	}
	s.world, s.since = newWorld(s.self), c.clock.now
	past, err := c.dir.Resume(c.t.Context(), "1234", id)
	c.must(err)
	for _, k := range past.Rooms {
		s.lost[k.ID] = k
	}
	for _, b := range book {
		s.world.note(b)
	}
	rooms := make([]*room, len(lists))
	for i, l := range lists {
		rooms[i] = s.world.room(l.UserName)
		rooms[i].name = l.NickName
	}
	if len(past.Rooms) == 0 {
		c.must(s.linkRooms(c.t.Context(), rooms))
		return s, rooms
	}
	for i, r := range rooms {
		size, err := s.knownSize(c.t.Context(), r)
		c.must(err)
		r.size = size
		s.world.absorb(r, lists[i], c.clock.now)
	}
	c.must(s.introduce(c.t.Context(), rooms))
	return s, rooms
}

// read hands lists in as the keeper does, after a while.
func (c *census) read(s *session, rooms []*room, lists []wireContact) {
	c.clock.now = c.clock.now.Add(settling + time.Second)
	for i := range rooms {
		events, err := s.take(c.t.Context(), rooms[i:i+1], lists[i:i+1])
		c.must(err)
		c.must(s.deliver(c.t.Context(), chat.Batch{Session: s.id, Events: events}))
	}
}

// lists is what the wire shows of rooms in one login.
func lists(n names, streets []*street, of func(*neighbour) wireMember) (rooms, book []wireContact) {
	for _, s := range streets {
		c := wireContact{UserName: "@" + n.userName(), NickName: s.name, MemberList: []wireMember{{UserName: "@5e1f", NickName: "门神"}}}
		for _, p := range s.people {
			m := of(p)
			if m.UserName == "" {
				continue
			}
			c.MemberList = append(c.MemberList, m)
			if p.remark != "" {
				book = append(book, wireContact{UserName: m.UserName, NickName: m.NickName, RemarkName: p.remark})
			}
		}
		c.MemberCount = len(c.MemberList)
		rooms = append(rooms, c)
	}
	return rooms, book
}

// settle gives three of ten people points and one of fifty a warning, and
// makes two people of each room its owner and deputy.
func (c *census) settle(n names, streets []*street) {
	for _, s := range streets {
		c.must(c.db.Record(c.t.Context(), chat.Batch{}, func(tx *data.Tx) error {
			for i, role := range []decision.Role{decision.RoleOwner, decision.RoleDeputy} {
				if err := tx.Apply(decision.SetMember{Member: s.people[i].id, Role: &role, At: c.clock.now}); err != nil {
					return err
				}
			}
			for _, p := range s.people {
				if err := c.give(n, tx, s, p); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func (c *census) give(n names, tx *data.Tx, s *street, p *neighbour) error {
	if p.id != 0 && n.IntN(50) == 0 {
		before, err := tx.Sanctions(p.id, c.clock.now)
		if err != nil {
			return err
		}
		err = tx.Apply(decision.OpenCase{Case: decision.Case{
			ID: before.NextCase, Room: s.id, Member: p.id, Kind: decision.CaseStrike, State: decision.CaseWarned, Strike: 1,
			Opened: c.clock.now, Expires: c.clock.now.AddDate(0, 0, 30), Hits: 1,
		}})
		if err != nil {
			return err
		}
	}
	if p.id == 0 || n.IntN(10) >= 3 {
		return nil
	}
	p.points = int64(n.IntN(300) + 1)
	_, err := tx.Grant(s.id, p.id, p.points, int64(p.id), c.clock.now, "")
	return err
}

// recount is what a second login made of everybody.
type recount struct{ people, linked, wrong, unique, uniqueLinked, rightsByName, lost, questions int }

func (c *census) count(s *session, rooms []*room, streets []*street) (t recount) {
	for i, st := range streets {
		if rooms[i].id != st.id {
			t.wrong++
		}
		known := map[chat.MemberID]bool{}
		for _, p := range st.people {
			known[p.id] = p.id != 0
		}
		found := map[*neighbour]bool{}
		for _, p := range st.people {
			if p.after.UserName == "" {
				continue
			}
			t.people++
			id := rooms[i].members[p.after.UserName].id
			switch {
			case id == p.id:
				found[p] = true
				t.linked++
			case known[id]:
				t.wrong++
			}
		}
		for _, p := range st.unique() {
			t.unique++
			if found[p] {
				t.uniqueLinked++
			}
		}
		c.keeps(st, found, &t)
	}
	return t
}

// keeps looks whether everybody still has their points, recognised or not, and
// whether names alone gave rights.
func (c *census) keeps(st *street, found map[*neighbour]bool, t *recount) {
	c.must(c.db.Read(c.t.Context(), func(tx *data.Tx) error {
		for _, p := range st.people {
			if p.id == 0 {
				continue
			}
			b, err := tx.Balance(st.id, p.id)
			if err != nil {
				return err
			}
			m, _, err := tx.Member(p.id)
			if err != nil {
				return err
			}
			if b.Points != p.points {
				t.lost++
			}
			if found[p] && p.remark == "" && m.Role != decision.RoleMember {
				t.rightsByName++
			}
		}
		return nil
	}))
}

// speak lets everybody say something and returns how many questions the owners
// are asked.
func (c *census) speak(s *session, rooms []*room) (questions int) {
	var events []chat.Event
	var ids []chat.RoomID
	for _, r := range rooms {
		ids = append(ids, r.id)
		for name, m := range r.members {
			if name != s.self && m.inList {
				id := fmt.Sprintf("%s:%s", r.userName, name)
				events = append(events, chat.Message{ID: id, Room: r.id, From: m.id, Kind: chat.KindText, Text: "大家晚上好呀", Time: c.clock.now})
			}
		}
	}
	for lot := range slices.Chunk(events, 100) {
		c.must(c.road.Receive(c.t.Context(), chat.Batch{Session: s.id, Events: lot}))
	}
	c.must(c.db.Read(c.t.Context(), func(tx *data.Tx) error {
		a, err := tx.Query(decision.Query{Inbox: ids})
		for _, k := range a.Inbox {
			if k.Kind == decision.CaseIdentity {
				questions++
			}
		}
		return err
	}))
	return questions
}

var townFull = flag.Bool("town.full", false, "measure logins with 200 rooms instead of a few")

// TestLoginsOfATown measures who is recognised after a login that changed
// every name on the wire, with the real record on disk: 200 rooms of 500
// members, or a few. How the people are named is said above. The questions are
// those of a town in which everybody speaks.
func TestLoginsOfATown(t *testing.T) {
	count := 12
	switch {
	case *townFull:
		count = 200
	case testing.Short():
		count = 4
	}
	c, n := newCensus(t), names{rand.New(rand.NewPCG(7, 7))}
	streets := make([]*street, count)
	for i := range streets {
		streets[i] = n.street(i, 500)
	}
	shown, book := lists(n, streets, func(p *neighbour) wireMember { return p.before })
	s, rooms := c.open("first", shown, book)
	on := true
	for i, r := range rooms {
		streets[i].id = r.id
		c.must(c.db.Record(t.Context(), chat.Batch{}, func(tx *data.Tx) error {
			return tx.Apply(decision.SetRoom{Room: r.id, On: &on, At: c.clock.now})
		}))
	}
	c.read(s, rooms, shown)
	c.read(s, rooms, shown)
	for i, st := range streets {
		for _, p := range st.people {
			if p.before.UserName != "" {
				p.id = rooms[i].members[p.before.UserName].id
			}
		}
	}
	c.settle(n, streets)

	c.clock.now = c.clock.now.AddDate(0, 0, 2)
	shown, book = lists(n, streets, func(p *neighbour) wireMember { return p.after })
	began := time.Now()
	s, rooms = c.open("second", shown, book)
	took := time.Since(began)
	c.read(s, rooms, shown)
	got := c.count(s, rooms, streets)
	got.questions = c.speak(s, rooms)
	t.Logf("%d rooms, %d members: %+v; recognised in %v", count, got.people, got, took)

	if got.wrong != 0 || got.lost != 0 || got.rightsByName != 0 {
		t.Errorf("%d wrong links, %d balances lost, %d kept rights by name", got.wrong, got.lost, got.rightsByName)
	}
	if got.uniqueLinked*100 < got.unique*99 {
		t.Errorf("%d of %d members with names of their own recognised", got.uniqueLinked, got.unique)
	}
	if most := got.people / 1000; got.questions > most && (*townFull || got.questions > 2*most) {
		t.Errorf("%d questions about %d members", got.questions, got.people)
	}
	if bad, err := c.db.Check(t.Context()); err != nil || len(bad) > 0 {
		t.Errorf("the ledger: %v %v", bad, err)
	}
}
