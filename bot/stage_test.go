package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
	"menshen/data"
	"menshen/moderation"
)

// The people of the test room, in the order in which they were linked. In the
// second room, which is off, nobody but the bot and 丁 is.
const (
	theBot chat.MemberID = iota + 1
	wang                 // the owner
	li                   // the deputy
	jia
	yi
	bing
	botOutside
	ding
)

const (
	theRoom chat.RoomID = 1
	outside chat.RoomID = 2 // off
	account             = "123"
	login               = "login"
)

// noon is the time at which the stories begin: 12:00 in Shanghai.
var noon = time.Date(2026, 9, 30, 4, 0, 0, 0, time.UTC)

// roadStore gives the road a database.
type roadStore struct{ db *data.DB }

func (s roadStore) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return s.db.Record(ctx, b, func(tx *data.Tx) error { return fn(tx) })
}

func (s roadStore) Read(ctx context.Context, fn func(bot.View) error) error {
	return s.db.Read(ctx, func(tx *data.Tx) error { return fn(tx) })
}

// stage is the road on a real database, between a clock that is moved by hand
// and a network that remembers.
type stage struct {
	t      testing.TB
	path   string
	clock  *handClock
	wire   *wire
	db     *data.DB
	road   *bot.Pipeline
	limits bot.SendLimits
	// wrap puts something between the road and the database, and points are
	// where the program may die; both may be nil.
	wrap   func(bot.Store) bot.Store
	points *failpoints
	// resend makes a start send again whatever was being sent.
	resend bool
	said   int // messages so far
	stop   context.CancelFunc
	done   chan error
}

// newStage makes a room as a login would, with its owner bound, and starts the
// road.
func newStage(t testing.TB) *stage {
	t.Helper()
	s := prepared(t, filepath.Join(t.TempDir(), "menshen.db"))
	s.start()
	t.Cleanup(s.close)
	return s
}

// thePrepared is the database of a stage whose road does not run yet. It is the
// same for all of them, and takes longer to make than most tests do.
var thePrepared struct {
	sync.Mutex
	content []byte
}

// prepared is a stage whose road does not run yet.
func prepared(t testing.TB, path string) *stage {
	t.Helper()
	s := &stage{t: t, path: path, clock: newHandClock(noon), limits: steadyLimits()}
	s.wire = newWire(s.clock)
	thePrepared.Lock()
	defer thePrepared.Unlock()
	if thePrepared.content != nil {
		s.must(os.WriteFile(path, thePrepared.content, 0o600))
		return s
	}
	s.open()
	s.fill()
	s.must(s.db.Close())
	content, err := os.ReadFile(path)
	s.must(err)
	thePrepared.content = content
	return s
}

// open opens the database as the program does.
func (s *stage) open() {
	s.t.Helper()
	db, err := data.Open(s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	db.Now = s.clock.Now
	s.db = db
}

func (s *stage) fill() {
	s.t.Helper()
	directory, err := s.db.Directory(s.t.Context(), true)
	s.must(err)
	_, err = directory.Resume(s.t.Context(), account, login)
	s.must(err)
	_, err = directory.LinkRooms(s.t.Context(), login, []chat.RoomLink{
		{UserName: "@@1", Name: "读书群", Strength: chat.StrengthNew}, {UserName: "@@2", Name: "跑步群", Strength: chat.StrengthNew},
	})
	s.must(err)
	for room, names := range [][]string{{"小助手", "老王", "小李", "甲", "乙", "丙"}, {"小助手", "丁"}} {
		var links []chat.MemberLink
		for i, name := range names {
			seen := chat.SeenMember{UserName: fmt.Sprintf("@%d.%d", room, i), Nick: name, Self: i == 0}
			links = append(links, chat.MemberLink{Seen: seen, Strength: chat.StrengthNew})
		}
		_, err = directory.LinkMembers(s.t.Context(), login, chat.RoomID(room+1), links)
		s.must(err)
	}
	owner, deputy, on := decision.RoleOwner, decision.RoleDeputy, true
	s.apply(
		decision.SetPresent{Room: theRoom, Members: []chat.MemberID{theBot, wang, li, jia, yi, bing}, At: noon.Add(-time.Hour)},
		decision.SetPresent{Room: outside, Members: []chat.MemberID{botOutside, ding}, At: noon.Add(-time.Hour)},
		decision.SetMember{Member: wang, Role: &owner}, decision.SetMember{Member: li, Role: &deputy},
		decision.SetRoom{Room: theRoom, On: &on},
	)
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// apply carries out effects past the road, as a preparation.
func (s *stage) apply(effects ...decision.Effect) {
	s.t.Helper()
	s.must(s.db.Record(s.t.Context(), chat.Batch{}, func(tx *data.Tx) error { return tx.Apply(effects...) }))
}

// set changes settings of the room.
func (s *stage) set(pairs ...string) {
	s.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		s.apply(decision.SetSetting{Room: theRoom, Key: pairs[i], Value: pairs[i+1], At: s.clock.Now()})
	}
}

// testRules are the words of the room: one is a strike, one is only reviewed.
func testRules() moderation.Rules {
	word := func(w string, a moderation.Action) moderation.Keyword {
		return moderation.Keyword{Word: w, Action: a, Disguised: moderation.ActionReview, Variants: moderation.DefaultVariants()}
	}
	return moderation.Rules{Keywords: []moderation.Keyword{word("加群", moderation.ActionStrike), word("兼职", moderation.ActionReview)}}
}

// steadyLimits never hold anything up for long and draw no lots.
func steadyLimits() bot.SendLimits {
	limits := bot.DefaultSendLimits()
	limits.MinGap, limits.MaxGap = time.Second, time.Second
	limits.PerMinute, limits.PerHour, limits.PerDay = 1000, 10000, 10000
	return limits
}

// run starts the road as the program does after a start of any kind. It
// returns the error of a start that did not succeed.
func (s *stage) run() error {
	s.open()
	var store bot.Store = roadStore{s.db}
	if s.wrap != nil {
		store = s.wrap(store)
	}
	if err := s.begin(store); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

// begin starts the road on an open database.
func (s *stage) begin(store bot.Store) error {
	if err := s.recover(); err != nil {
		return err
	}
	judges, err := bot.NewJudges(testRules())
	s.must(err)
	s.road, err = bot.New(s.t.Context(), bot.Options{
		Store: store, Network: s.wire, Clock: s.clock, Log: slog.New(slog.DiscardHandler),
		Judges: judges, Code: &command.Code{}, Limits: s.limits, KeepDays: 7,
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop, s.done = stop, make(chan error, 1)
	s.clock.start(2) // the outbox and the jobs
	go func() {
		s.done <- s.road.Run(ctx)
		s.clock.end()
	}()
	s.clock.settle()
	s.call(func(_ context.Context, in chat.Intake) { in.State(chat.State{Phase: chat.PhaseOnline}) })
	return nil
}

// recover settles what the last run left open.
func (s *stage) recover() error {
	s.points.at("before recover")
	if s.resend {
		s.again()
	} else if _, err := s.db.Recover(s.t.Context()); err != nil {
		return err
	}
	s.points.at("after recover")
	return nil
}

// again puts what was being sent back into the outbox.
func (s *stage) again() {
	s.t.Helper()
	for _, id := range s.read(`SELECT id FROM outbox WHERE state = 'sending'`) {
		row, err := strconv.ParseInt(id, 10, 64)
		s.must(err)
		s.apply(decision.MarkSay{ID: row, State: decision.SayPending, NotBefore: s.clock.Now()})
	}
}

// start is run for stages where nothing fails.
func (s *stage) start() {
	s.t.Helper()
	s.must(s.run())
}

// call runs something in the network's goroutine and waits until the road is
// at rest. It returns why the road is no longer there.
func (s *stage) call(f func(context.Context, chat.Intake)) error {
	done := make(chan struct{})
	select {
	case s.wire.calls <- func(ctx context.Context, in chat.Intake) { f(ctx, in); close(done) }:
		<-done
		s.clock.settle()
		return nil
	case err := <-s.done:
		s.done <- err
		return fmt.Errorf("the road ended: %w", err)
	}
}

// end stops the road and returns its error.
func (s *stage) end() error {
	if s.done == nil {
		return nil
	}
	s.stop()
	err := <-s.done
	s.done = nil
	return errors.Join(err, s.db.Close())
}

func (s *stage) close() {
	if err := s.end(); err != nil {
		s.t.Error(err)
	}
}

// restart ends the program and starts it again; the server resends what was
// not acknowledged.
func (s *stage) restart() {
	s.t.Helper()
	s.close()
	s.start()
	s.deliver()
}

// deliver gives the road whatever its cursor does not acknowledge.
func (s *stage) deliver() {
	s.t.Helper()
	for {
		rest := s.wire.after(s.cursor())
		if len(rest) == 0 {
			return
		}
		s.must(s.take(rest[0]))
	}
}

// pass lets time pass.
func (s *stage) pass(d time.Duration) {
	s.clock.advance(s.clock.Now().Add(d))
}

// cursor is what the database acknowledges.
func (s *stage) cursor() []byte {
	s.t.Helper()
	directory, err := s.db.Directory(s.t.Context(), true)
	s.must(err)
	past, err := directory.Resume(s.t.Context(), account, login)
	s.must(err)
	return past.Cursor
}

// take gives the road one batch.
func (s *stage) take(b chat.Batch) error {
	var err error
	gone := s.call(func(ctx context.Context, in chat.Intake) { err = in.Receive(ctx, b) })
	return errors.Join(gone, err)
}

// comes is a batch of events on its usual way.
func (s *stage) comes(events ...chat.Event) {
	s.t.Helper()
	s.wire.hold(events)
	s.deliver()
}

// line is the next message of a member.
func (s *stage) line(from chat.MemberID, text string) chat.Message {
	s.said++
	return chat.Message{
		ID: fmt.Sprint("m", s.said), Room: theRoom, From: from, Kind: chat.KindText, Text: text,
		Time: s.clock.Now().Truncate(time.Second),
	}
}

// says is one message in a batch of its own, and what happens within d.
func (s *stage) says(from chat.MemberID, text string, d time.Duration) {
	s.t.Helper()
	s.comes(s.line(from, text))
	s.pass(d)
}

// roomChange is what a test changes of its room.
type roomChange = decision.SetRoom

func (s *stage) applyRoom(change func(*roomChange)) {
	s.t.Helper()
	e := roomChange{Room: theRoom, At: s.clock.Now()}
	change(&e)
	s.apply(e)
}

// state is the login as the network reports it.
func (s *stage) state(phase chat.Phase) {
	s.call(func(_ context.Context, in chat.Intake) { in.State(chat.State{Phase: phase, Since: s.clock.Now()}) })
}

// roster is a whole member list of the room.
func (s *stage) roster(present ...chat.MemberID) {
	s.t.Helper()
	s.comes(chat.RosterRead{Room: theRoom, Present: present, Time: s.clock.Now()})
	s.pass(time.Minute)
}

// failures answers the first n requests with an error.
func failures(n int, err error) func(chat.Outgoing) error {
	return func(chat.Outgoing) error {
		if n == 0 {
			return nil
		}
		n--
		return err
	}
}
