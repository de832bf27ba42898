package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/wechat/wechatsim"
	"menshen/data"
)

var (
	townRooms  = flag.Int("town.rooms", 4, "rooms of 500 members for TestLoginsOfATown, such as 200")
	townPoints = flag.Int("town.points", 3, "how many of ten people have points in TestLoginsOfATown")
)

// town is the program and a simulated WeChat that it reaches over TLS, with
// streets of people who speak in both logins.
type town struct {
	t       *testing.T
	s       settings
	st      *stage
	lots    *rand.Rand
	streets []*street
	leave   func() // takes the program off the simulator's clock
}

func newTown(t *testing.T, rooms int) *town {
	t.Helper()
	begin, err := time.Parse(time.RFC3339, demoStart)
	must(t, err)
	sim, err := wechatsim.Start(wechatsim.Options{Start: begin, SyncLimit: 500})
	must(t, err)
	w := &town{t: t, s: defaultSettings(), lots: rand.New(rand.NewPCG(7, 7))}
	w.s.DataDir, w.s.Log.Level, w.s.Backups = t.TempDir(), "error", false
	w.s.Rooms.SpeakPoints = 0 // else everybody would have points by speaking, and something to settle
	w.st = &stage{out: io.Discard, sim: sim, term: &lockedBuffer{}, ended: make(chan error, 1), zone: w.s.Rooms.Location()}
	n := names{w.lots}
	for i := range rooms {
		w.streets = append(w.streets, n.street(i, 500))
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// do fails the test when a change of the world failed.
func (w *town) do(_ wechatsim.Done, err error) {
	w.t.Helper()
	must(w.t, err)
}

// wait lets time pass. A town can keep a busy machine longer than the simulator
// waits for the program to come to rest.
func (w *town) wait(d time.Duration) {
	w.t.Helper()
	err := w.st.wait(w.t.Context(), d)
	for range 20 {
		if err == nil || !errors.Is(err, wechatsim.ErrNotSettled) {
			break
		}
		err = w.st.wait(w.t.Context(), d)
	}
	must(w.t, err)
}

// settleIn makes the rooms and names everybody.
func (w *town) settleIn() {
	for _, st := range w.streets {
		var handles []string
		for _, p := range st.people {
			if p.before.Nick != "" {
				handles = append(handles, p.handle)
			}
		}
		w.do(w.st.sim.Room(wechatsim.NewRoom{Room: st.handle, Name: st.name, Owner: handles[0], Members: handles[1:]}))
		for _, p := range st.people {
			if p.before.Nick != "" {
				w.call(st, p, villager{}, p.before)
			}
		}
	}
}

// call gives a person names.
func (w *town) call(st *street, p *neighbour, old, now villager) {
	if now.Nick != old.Nick {
		w.do(w.st.sim.Rename(wechatsim.Renaming{Member: p.handle, Name: now.Nick}))
	}
	if now.Display != old.Display {
		w.do(w.st.sim.Rename(wechatsim.Renaming{Room: st.handle, Member: p.handle, Name: now.Display}))
	}
	if p.remark != "" && old.Nick == "" {
		w.do(w.st.sim.Befriend(wechatsim.Befriending{Member: p.handle, Friend: true, Remark: p.remark, Alias: p.alias()}))
	}
}

// goOn lets happen what happens between the logins.
func (w *town) goOn() {
	for _, st := range w.streets {
		for _, p := range st.people {
			switch {
			case p.after.Nick == "":
				w.do(w.st.sim.Leave(wechatsim.Leaving{Room: st.handle, Member: p.handle}))
			case p.before.Nick == "":
				w.do(w.st.sim.Join(wechatsim.Joining{Room: st.handle, Members: []string{p.handle}, By: st.people[0].handle}))
				fallthrough
			default:
				w.call(st, p, p.before, p.after)
			}
		}
	}
}

// switchOn switches every room on, as owners would, and lets its list be read.
func (w *town) switchOn() {
	var ids []chat.RoomID
	must(w.t, w.st.bot.db.Record(w.t.Context(), chat.Batch{}, func(tx *data.Tx) error {
		rooms, err := tx.Rooms()
		on := true
		for _, r := range rooms {
			ids = append(ids, r.ID)
			if err := tx.Apply(decision.SetRoom{Room: r.ID, On: &on}); err != nil {
				return err
			}
		}
		return err
	}))
	if len(ids) != len(w.streets) {
		w.t.Fatalf("the login found %d rooms of %d", len(ids), len(w.streets))
	}
	for _, id := range ids {
		w.st.bot.network.Refresh(id)
	}
}

// speak lets everybody say something and returns as whom the program knows
// them: by handle, their member and room.
func (w *town) speak() map[string][2]int64 {
	said := map[string]string{}
	for _, st := range w.streets {
		for _, p := range st.people {
			done, err := w.st.sim.Say(wechatsim.Saying{Room: st.handle, Member: p.handle, Text: idle(w.lots)})
			if err == nil { // who is not there cannot speak
				said[done.ID] = p.handle
			}
		}
		w.wait(10 * time.Second)
	}
	db, err := sql.Open("sqlite3", "file:"+w.s.inDataDir(w.s.Database, "menshen.db")+"?mode=ro")
	must(w.t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT id, member, room FROM message`)
	must(w.t, err)
	defer rows.Close()
	known := map[string][2]int64{}
	for rows.Next() {
		var id string
		var who [2]int64
		must(w.t, rows.Scan(&id, &who[0], &who[1]))
		if handle, ok := said[id]; ok {
			known[handle] = who
		}
	}
	must(w.t, rows.Err())
	if len(known) != len(said) {
		w.t.Errorf("%d of %d messages are recorded", len(known), len(said))
	}
	return known
}

// settle gives three of ten people points and one of fifty a warning, and
// makes two people of each room its owner and deputy.
func (w *town) settle() {
	now := w.st.sim.Now()
	for _, st := range w.streets {
		must(w.t, w.st.bot.db.Record(w.t.Context(), chat.Batch{}, func(tx *data.Tx) error {
			for i, role := range []decision.Role{decision.RoleOwner, decision.RoleDeputy} {
				if err := tx.Apply(decision.SetMember{Member: st.people[i].was, Role: &role, At: now}); err != nil {
					return err
				}
			}
			for _, p := range st.people {
				if err := w.give(tx, st, p, now); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func (w *town) give(tx *data.Tx, st *street, p *neighbour, now time.Time) error {
	if p.was != 0 && w.lots.IntN(50) == 0 {
		before, err := tx.Sanctions(p.was, now)
		if err != nil {
			return err
		}
		err = tx.Apply(decision.OpenCase{Case: decision.Case{
			ID: before.NextCase, Room: st.was, Member: p.was, Kind: decision.CaseStrike, State: decision.CaseWarned, Strike: 1,
			Opened: now, Expires: now.AddDate(0, 0, 30), Hits: 1,
		}})
		if err != nil {
			return err
		}
	}
	if p.was == 0 {
		return nil
	}
	if w.lots.IntN(10) < *townPoints {
		if _, err := tx.Grant(st.was, p.was, int64(w.lots.IntN(300)+1), int64(p.was), now, ""); err != nil {
			return err
		}
	}
	b, err := tx.Balance(st.was, p.was)
	p.points = b.Points
	return err
}

// recount is what a second login made of everybody.
type recount struct{ people, linked, wrong, unique, uniqueLinked, rightsByName, lost, questions int }

func (w *town) count(now map[string][2]int64) (t recount) {
	for _, st := range w.streets {
		known := map[chat.MemberID]bool{}
		for _, p := range st.people {
			known[p.was] = p.was != 0
		}
		for _, p := range st.people {
			who, ok := now[p.handle]
			if !ok {
				continue
			}
			t.people++
			p.is = chat.MemberID(who[0])
			switch {
			case chat.RoomID(who[1]) != st.was:
				t.wrong++
			case p.is == p.was:
				t.linked++
			case known[p.is]:
				t.wrong++
			}
		}
		for _, p := range st.unique() {
			t.unique++
			if p.is == p.was {
				t.uniqueLinked++
			}
		}
		w.keeps(st, &t)
	}
	return t
}

// keeps looks whether everybody still has their points, recognised or not, and
// whether names alone gave rights.
func (w *town) keeps(st *street, t *recount) {
	must(w.t, w.st.bot.db.Read(w.t.Context(), func(tx *data.Tx) error {
		for _, p := range st.people {
			if p.was == 0 {
				continue
			}
			b, err := tx.Balance(st.was, p.was)
			if err != nil {
				return err
			}
			m, _, err := tx.Member(p.was)
			if err != nil {
				return err
			}
			if b.Points < p.points { // what is said now earns more
				t.lost++
			}
			if p.is == p.was && p.remark == "" && m.Role != decision.RoleMember {
				t.rightsByName++
			}
		}
		answer, err := tx.Query(decision.Query{Inbox: []chat.RoomID{st.was}})
		for _, k := range answer.Inbox {
			if k.Kind == decision.CaseIdentity {
				t.questions++
				w.t.Logf("asked in %s: %s", st.name, st.tell(k))
			}
		}
		return err
	}))
}

// tell says whom a question is about, and whether the answer is yes.
func (s *street) tell(k decision.Case) string {
	find := func(id func(*neighbour) chat.MemberID, want chat.MemberID) *neighbour {
		for _, p := range s.people {
			if id(p) == want {
				return p
			}
		}
		return &neighbour{}
	}
	old := find(func(p *neighbour) chat.MemberID { return p.was }, k.Member)
	now := find(func(p *neighbour) chat.MemberID { return p.is }, k.Other)
	return fmt.Sprintf("%+v (now %+v) = %+v (was %+v)? %v", old.before, old.after, now.after, now.before, old == now)
}

// login starts the program and returns how long it took until it was online
// and until it had stored every list.
func (w *town) login() (online, stored time.Duration) {
	began := time.Now()
	ctx, leave := context.WithCancel(w.t.Context())
	w.leave = leave
	// Many rooms keep a busy machine longer than the simulator waits.
	if err := w.st.connect(ctx, w.s); !errors.Is(err, wechatsim.ErrNotSettled) {
		must(w.t, err)
	}
	online = time.Since(began)
	w.wait(10 * time.Minute)
	return online, time.Since(began)
}

// TestLoginsOfATown measures who is recognised after a login that changed every
// name on the wire. The whole program reads contacts, member lists and messages
// from the simulator over TLS; who it takes people for is read from what it
// recorded of their messages. How the people are named is said in town_test.go;
// the questions are those of a town in which everybody speaks.
func TestLoginsOfATown(t *testing.T) {
	rooms := *townRooms
	if testing.Short() {
		rooms = 1
	}
	w := newTown(t, rooms)
	w.settleIn()
	online, stored := w.login()
	t.Logf("first login: online after %v, everything read after %v", online, stored)
	w.switchOn()
	began := time.Now()
	w.wait(3 * time.Minute)
	t.Logf("switched on: all lists stored after %v", time.Since(began))
	for handle, who := range w.speak() {
		w.person(handle).was = chat.MemberID(who[0])
	}
	for _, st := range w.streets {
		st.was = w.roomOf(st.people[0].was)
	}
	w.settle()
	must(t, w.st.end())
	w.leave()
	must(t, os.Remove(w.s.inDataDir(w.s.Session, "wechat.session")))
	w.goOn()
	_, err := w.st.sim.Advance(t.Context(), 48*time.Hour)
	must(t, err)
	online, stored = w.login()
	t.Logf("second login: online after %v, everything stored after %v", online, stored)
	got := w.count(w.speak())
	t.Logf("%d rooms: %+v", rooms, got)
	w.judge(got)
	must(t, w.st.close())
	w.leave()
}

func (w *town) judge(got recount) {
	if got.wrong != 0 || got.lost != 0 || got.rightsByName != 0 {
		w.t.Errorf("%d wrong links, %d balances lost, %d kept rights by name", got.wrong, got.lost, got.rightsByName)
	}
	if got.uniqueLinked*100 < got.unique*99 {
		w.t.Errorf("%d of %d members with names of their own recognised", got.uniqueLinked, got.unique)
	}
	if most := got.people / 1000; got.questions > most && (*townRooms >= 20 || got.questions > 2*most+2) {
		w.t.Errorf("%d questions about %d members", got.questions, got.people)
	}
	if bad, err := w.st.bot.db.Check(w.t.Context()); err != nil || len(bad) > 0 {
		w.t.Errorf("the ledger: %v %v", bad, err)
	}
}
