package wechat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits in real time for what has to happen.
const patience = 10 * time.Second

// tape is a directory in memory that behaves as the interface says.
type tape struct {
	mu       sync.Mutex
	cursors  map[string][]byte
	rooms    []chat.KnownRoom
	members  map[chat.RoomID][]chat.KnownMember
	names    map[string]map[string]chat.RoomID // session → user name → room
	people   map[string]map[chat.MemberID]string
	next     chat.MemberID
	links    []chat.MemberLink
	seen     time.Time
	accounts map[string]bool
}

func newTape() *tape {
	return &tape{
		cursors: map[string][]byte{}, members: map[chat.RoomID][]chat.KnownMember{}, accounts: map[string]bool{},
		names: map[string]map[string]chat.RoomID{}, people: map[string]map[chat.MemberID]string{},
	}
}

func (d *tape) Resume(_ context.Context, account, session string) (chat.Resumed, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accounts[account] = true
	if d.names[session] == nil {
		d.names[session] = map[string]chat.RoomID{}
		d.people[session] = map[chat.MemberID]string{}
	}
	out := chat.Resumed{Cursor: d.cursors[session]}
	for _, r := range d.rooms {
		r.UserName, r.Seen = "", d.seen
		for name, id := range d.names[session] {
			if id == r.ID {
				r.UserName = name
			}
		}
		out.Rooms = append(out.Rooms, r)
	}
	return out, nil
}

func (d *tape) Members(_ context.Context, session string, room chat.RoomID) ([]chat.KnownMember, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := slices.Clone(d.members[room])
	for i := range out {
		out[i].UserName = d.people[session][out[i].ID]
	}
	return out, nil
}

func (d *tape) LinkRooms(_ context.Context, session string, links []chat.RoomLink) ([]chat.RoomID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []chat.RoomID
	for _, l := range links {
		if l.ID == 0 {
			l.ID = chat.RoomID(len(d.rooms) + 1)
			d.rooms = append(d.rooms, chat.KnownRoom{ID: l.ID})
		}
		d.rooms[l.ID-1].Name = l.Name
		d.names[session][l.UserName] = l.ID
		ids = append(ids, l.ID)
	}
	return ids, nil
}

func (d *tape) LinkMembers(_ context.Context, session string, room chat.RoomID, links []chat.MemberLink) ([]chat.MemberID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []chat.MemberID
	for _, l := range links {
		if l.ID == 0 {
			d.next++
			l.ID = d.next
			d.members[room] = append(d.members[room], chat.KnownMember{ID: l.ID})
		}
		i := slices.IndexFunc(d.members[room], func(k chat.KnownMember) bool { return k.ID == l.ID })
		if i < 0 {
			return nil, errors.New("link to a member of another room")
		}
		k := &d.members[room][i]
		if l.Seen.Nick != "" {
			k.Nick, k.Display = l.Seen.Nick, l.Seen.Display
		}
		if l.Seen.Remark != "" {
			k.Remark = l.Seen.Remark
		}
		k.Self = l.Seen.Self
		d.people[session][l.ID] = l.Seen.UserName
		d.links = append(d.links, l)
		ids = append(ids, l.ID)
	}
	return ids, nil
}

// record is what the road's store does with the events that concern presence.
func (d *tape) record(b chat.Batch, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b.Cursor != nil {
		d.cursors[b.Session] = b.Cursor
	}
	d.seen = now
	for _, e := range b.Events {
		switch e := e.(type) {
		case chat.RosterRead:
			for i, k := range d.members[e.Room] {
				d.members[e.Room][i].Present = slices.Contains(e.Present, k.ID)
			}
		case chat.Joined:
			d.presence(e.Room, e.Members, true)
		case chat.Left:
			d.presence(e.Room, e.Members, false)
		}
	}
}

func (d *tape) presence(room chat.RoomID, ids []chat.MemberID, present bool) {
	for i, k := range d.members[room] {
		if slices.Contains(ids, k.ID) {
			d.members[room][i].Present = present
		}
	}
}

// nick returns a member's stored nickname.
func (d *tape) nick(id chat.MemberID) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, list := range d.members {
		for _, k := range list {
			if k.ID == id {
				return k.Nick
			}
		}
	}
	return ""
}

// ear is a road that writes everything down.
type ear struct {
	dir   *tape
	clock chat.Clock

	mu      sync.Mutex
	changed chan struct{}
	off     bool // admit nothing from rooms
	look    bool // let pictures be read
	asked   []chat.Message
	events  []chat.Event
	states  []chat.State
	fail    int // Receive calls that fail first
	refused int // Receive calls with a message in them that fail first
	batches int
}

func (e *ear) Admit(m chat.Message) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, m)
	e.ring()
	return m.Console || len(m.As) > 0 || m.Room != 0 && !e.off
}

func (e *ear) LookInto(m chat.Message) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.look && m.Room != 0
}

func (e *ear) Receive(_ context.Context, b chat.Batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail > 0 {
		e.fail--
		return errors.New("disk full")
	}
	if e.refused > 0 && slices.ContainsFunc(b.Events, func(one chat.Event) bool { _, ok := one.(chat.Message); return ok }) {
		e.refused--
		return errors.New("disk full")
	}
	e.dir.record(b, e.clock.Now())
	e.batches++
	e.events = append(e.events, b.Events...)
	e.ring()
	return nil
}

func (e *ear) State(s chat.State) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.states = append(e.states, s)
	e.ring()
}

func (e *ear) ring() {
	close(e.changed)
	e.changed = make(chan struct{})
}

// until waits for a condition on what was heard.
func (e *ear) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		e.mu.Lock()
		done, changed := ok(), e.changed
		e.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			e.mu.Lock()
			defer e.mu.Unlock()
			t.Fatalf("no %s; heard %.2000s, states %+v", what, fmt.Sprint(e.events), e.states)
		}
	}
}

// phase waits for a phase of the login.
func (e *ear) phase(t *testing.T, want chat.Phase) chat.State {
	t.Helper()
	var got chat.State
	e.until(t, "phase "+string(want), func() bool {
		if len(e.states) > 0 {
			got = e.states[len(e.states)-1]
		}
		return got.Phase == want
	})
	return got
}

// take removes the first event of a type and returns it.
func take[E chat.Event](e *ear) (got E, ok bool) {
	for i, event := range e.events {
		if got, ok = event.(E); ok {
			e.events = slices.Delete(e.events, i, i+1)
			return got, true
		}
	}
	return got, false
}

// next waits for the next event of a type that was not returned yet.
func next[E chat.Event](t *testing.T, e *ear) E {
	t.Helper()
	var got E
	e.until(t, "event", func() (ok bool) { got, ok = take[E](e); return ok })
	return got
}

// quiet is how long nothing has to happen, in real time, before the time is
// moved.
const quiet = 200 * time.Millisecond

// later is next with the time moved from deadline to deadline, at most by
// limit, whenever nothing happens. Where all deadlines are further away
// somebody may still be at work, slowly, and wait for an earlier one soon: it
// gives up only after [patience].
func later[E chat.Event](t *testing.T, r *rig, limit time.Duration) E {
	t.Helper()
	end, still := r.clock.Now().Add(limit), time.Duration(0)
	for {
		r.ear.mu.Lock()
		got, ok := take[E](r.ear)
		changed := r.ear.changed
		r.ear.mu.Unlock()
		if ok {
			return got
		}
		select {
		case <-changed:
			continue
		case <-time.After(quiet):
		}
		still += quiet
		if r.clock.step(t, end.Sub(r.clock.Now())) {
			still = 0
		}
		if still >= patience {
			t.Fatalf("no %T within %v; heard %.2000s", got, limit, fmt.Sprint(r.ear.events))
		}
	}
}

// heard returns the events of a type that were not taken by next.
func heard[E chat.Event](e *ear) []E {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []E
	for _, event := range e.events {
		if match, ok := event.(E); ok {
			out = append(out, match)
		}
	}
	return out
}

// said waits for the next message with that text.
func (e *ear) said(t *testing.T, text string) chat.Message {
	t.Helper()
	for {
		if m := next[chat.Message](t, e); m.Text == text {
			return m
		}
	}
}

// simTime is the simulator's clock inside one process.
type simTime struct {
	sim *wechatsim.Server

	mu     sync.Mutex
	moved  chan struct{}
	parked map[int]time.Time // deadlines of those who wait
	serial int
}

func newSimTime(sim *wechatsim.Server) *simTime {
	return &simTime{sim: sim, moved: make(chan struct{}), parked: map[int]time.Time{}}
}

func (c *simTime) Now() time.Time { return c.sim.Now() }

func (c *simTime) Park(ctx context.Context, until time.Time, wake <-chan struct{}) error {
	c.mu.Lock()
	c.serial++
	id := c.serial
	c.parked[id] = until
	c.ring()
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.parked, id)
		c.ring()
	}()
	for {
		c.mu.Lock()
		moved := c.moved
		c.mu.Unlock()
		if !until.IsZero() && !until.After(c.Now()) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			return nil
		case <-moved:
		}
	}
}

func (c *simTime) ring() {
	close(c.moved)
	c.moved = make(chan struct{})
}

// step moves the time to the next deadline anybody waits for, at most limit
// ahead, and reports false when there is none.
func (c *simTime) step(t *testing.T, limit time.Duration) bool {
	t.Helper()
	var next time.Time
	deadline := time.After(patience)
	for next.IsZero() {
		c.mu.Lock()
		for _, at := range c.parked {
			if at.After(c.Now()) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		moved := c.moved
		c.mu.Unlock()
		if !next.IsZero() {
			break
		}
		select {
		case <-moved:
		case <-deadline:
			t.Fatal("nobody waits for a later time")
		}
	}
	ahead := next.Sub(c.Now())
	if ahead > limit {
		return false
	}
	c.advance(t, ahead)
	return true
}

func (c *simTime) advance(t *testing.T, d time.Duration) {
	t.Helper()
	if _, err := c.sim.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ring()
}

// rig is a network on a simulator.
type rig struct {
	sim   *wechatsim.Server
	clock *simTime
	dir   *tape
	ear   *ear
	net   *Network
	opt   Options
	qrs   chan string
	stop  func()
	done  chan error
}

// newRig starts a simulator with one room: 老王 owns it, 甲 and 乙 are in it.
func newRig(t *testing.T, o wechatsim.Options) *rig {
	t.Helper()
	if o.Poll == 0 {
		o.Poll = 5 * time.Second
	}
	sim, err := wechatsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{sim: sim, clock: newSimTime(sim), dir: newTape(), qrs: make(chan string, 16)}
	r.ear = &ear{dir: r.dir, clock: r.clock, changed: make(chan struct{})}
	r.opt = Options{
		SessionFile: filepath.Join(t.TempDir(), "private", "session.json"), Directory: r.dir, Clock: r.clock,
		Log: slog.New(slog.DiscardHandler), Transport: sim.Transport(),
		ShowQR: func(url string) { r.qrs <- url },
	}
	if testing.Verbose() {
		r.opt.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	t.Cleanup(func() {
		r.end(t)
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	r.do(t)(sim.Room(wechatsim.NewRoom{Room: "g", Name: "邻里群", Owner: "老王", Members: []string{"甲", "乙"}}))
	return r
}

// do fails the test when a call to the simulator failed.
func (r *rig) do(t *testing.T) func(wechatsim.Done, error) {
	return func(_ wechatsim.Done, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// begin starts a network with the rig's options.
func (r *rig) begin(t *testing.T) {
	t.Helper()
	var err error
	if r.net, err = New(r.opt); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.stop, r.done = cancel, make(chan error, 1)
	go func() { r.done <- r.net.Run(ctx, r.ear) }()
}

// end stops the network.
func (r *rig) end(t *testing.T) {
	t.Helper()
	if r.stop == nil {
		return
	}
	r.stop()
	r.stop = nil
	select {
	case err := <-r.done:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("Run does not end")
	}
	r.ear.mu.Lock()
	r.ear.states = nil
	r.ear.mu.Unlock()
}

// login brings the network online by a scan and waits for the first roster.
func (r *rig) login(t *testing.T) {
	t.Helper()
	r.begin(t)
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
	r.ear.phase(t, chat.PhaseOnline)
}

// roster waits for a member list with exactly these nicknames, the bot's
// account left out, moving the time as far as limit.
func (r *rig) roster(t *testing.T, limit time.Duration, want ...string) chat.RosterRead {
	t.Helper()
	slices.Sort(want)
	for {
		read := later[chat.RosterRead](t, r, limit)
		if slices.Equal(r.nicks(read.Present), want) {
			return read
		}
	}
}

func (r *rig) nicks(ids []chat.MemberID) []string {
	out := map[string]bool{}
	for _, id := range ids {
		if nick := r.dir.nick(id); nick != "小助手" {
			out[nick] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}

func (d *tape) SetAside(_ context.Context, session string, room chat.RoomID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, k := range d.members[room] {
		if d.people[session][k.ID] == "" {
			d.members[room][i].Present = false
		}
	}
	return nil
}
