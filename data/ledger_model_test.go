package data

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"menshen/bot/chat"
	"menshen/scoring"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		if err := flag.Set("rapid.checks", "30"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

// model is the reference: what a ledger is, without any of its machinery.
type model struct {
	points  map[chat.MemberID]int64
	held    map[chat.MemberID]int64
	entries []scoring.Entry // of room 1, by number
	undone  map[int64]bool
	packets map[int64]*modelPacket
	redeems map[int64]Redemption
	stakes  map[chat.MemberID]int64 // in the open draw
	draw    int64
	stock   int64
	day     map[chat.MemberID]int
	spoken  map[chat.MemberID]spoken
	passes  map[int64]*modelPass
	invites map[chat.MemberID]*modelInvite // by newcomer
	ranOut  map[expiryDay]bool
}

// modelPacket is an open packet.
type modelPacket struct {
	sponsor chat.MemberID
	left    int64
	taken   map[chat.MemberID]bool
	shares  int64
	expires time.Time
}

// machine drives the ledger and the model side by side.
type machine struct {
	db    *DB
	dir   string
	files int
	m     model
	now   time.Time
	cause int64
	// again repeats the last command that succeeded.
	again func(tx *Tx) error
}

var players = []chat.MemberID{11, 12, 14, 15}

func newMachine(t *rapid.T, dir string) *machine {
	db, err := Open(filepath.Join(dir, "0.db"))
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{db: db, dir: dir, now: noon, m: model{
		points: map[chat.MemberID]int64{}, held: map[chat.MemberID]int64{}, undone: map[int64]bool{},
		packets: map[int64]*modelPacket{}, redeems: map[int64]Redemption{}, stakes: map[chat.MemberID]int64{},
		day: map[chat.MemberID]int{}, stock: 3, spoken: map[chat.MemberID]spoken{}, passes: map[int64]*modelPass{},
		invites: map[chat.MemberID]*modelInvite{}, ranOut: map[expiryDay]bool{},
	}}
	m.write(t, func(tx *Tx) error {
		for _, q := range []string{
			`INSERT INTO account (id, uin, simulated, created) VALUES (1, '1', 1, 0)`,
			`INSERT INTO room (id, account, name, created) VALUES (1, 1, '甲群', 0)`,
			`INSERT INTO member (id, room, seen) VALUES (11, 1, 0), (12, 1, 0), (14, 1, 0), (15, 1, 0)`,
		} {
			if _, err := tx.exec(q); err != nil {
				return err
			}
		}
		return tx.PutItem(1, scoring.Item{Name: "咖啡券", Price: 20, Stock: 3})
	})
	return m
}

func (m *machine) write(t *rapid.T, fn func(tx *Tx) error) {
	if err := m.db.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// run carries out a command whose outcome the model foretold.
func (m *machine) run(t *rapid.T, want error, fn func(tx *Tx) error) bool {
	err := m.db.Write(context.Background(), fn)
	if !errors.Is(err, want) || (want == nil && err != nil) {
		t.Fatalf("got %v, want %v", err, want)
	}
	if err == nil {
		m.again = fn
	}
	return err == nil
}

func (m *machine) free(who chat.MemberID) int64 { return m.m.points[who] - m.m.held[who] }

func (m *machine) nextCause() int64 { m.cause++; return m.cause }

func player(t *rapid.T, name string) chat.MemberID { return rapid.SampledFrom(players).Draw(t, name) }

// Wait moves the clock and sweeps.
func (m *machine) Wait(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour)
	var s Swept
	m.write(t, func(tx *Tx) (err error) { s, err = tx.Sweep(m.now); return err })
	for _, p := range s.Packets {
		if want := m.m.packets[p.ID].left; p.Left != want {
			t.Fatalf("packet gave back %d, want %d", p.Left, want)
		}
		m.m.held[p.Sponsor] -= p.Left
		delete(m.m.packets, p.ID)
	}
	m.sweptLosses(t, s)
	for _, r := range s.Redemptions {
		m.endRedemption(r, false)
	}
	for _, d := range s.Draws {
		for who, stake := range m.m.stakes {
			m.m.held[who] -= stake
			if !d.Void {
				m.m.points[who] -= stake
			}
		}
		for _, e := range d.Winners() {
			m.m.points[e.Member] += e.Won
		}
		if d.Void != (len(m.m.stakes) < 2) {
			t.Fatalf("draw of %d void: %v", len(m.m.stakes), d.Void)
		}
		m.m.stakes, m.m.draw = map[chat.MemberID]int64{}, 0
	}
	m.again = nil
}

// Replay repeats the last command: nothing may change.
func (m *machine) Replay(t *rapid.T) {
	if m.again == nil {
		t.Skip("nothing to repeat")
	}
	m.write(t, m.again)
}

// Concurrently gives one command to several at once: it happens once.
func (m *machine) Concurrently(t *rapid.T) {
	who, cause, now := player(t, "who"), m.nextCause(), m.now
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			err := m.db.Write(context.Background(), func(tx *Tx) error {
				_, err := tx.Grant(1, who, 3, cause, now, "")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	m.m.points[who] += 3
}

// Abort fails in the middle of a batch: nothing of it stays.
func (m *machine) Abort(t *rapid.T) {
	who, cause, boom := player(t, "who"), m.nextCause(), errors.New("boom")
	err := m.db.Write(context.Background(), func(tx *Tx) error {
		if _, err := tx.Grant(1, who, 9, cause, m.now, "作废"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
}

// Crash goes on from a copy of the files as a killed process leaves them.
func (m *machine) Crash(t *rapid.T) {
	m.files++
	path := filepath.Join(m.dir, fmt.Sprintf("%d.db", m.files))
	for _, part := range []string{"", "-wal"} {
		content, err := os.ReadFile(m.db.path + part)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+part, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	m.db = db
}

// Check compares ledger and model after every step.
func (m *machine) Check(t *rapid.T) {
	ctx := context.Background()
	for name, check := range map[string]func(context.Context) ([]Violation, error){"check": m.db.Check, "verify": m.db.Verify} {
		if found, err := check(ctx); err != nil || len(found) > 0 {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
	}
	err := m.db.Read(ctx, func(tx *Tx) error {
		proof, err := tx.Proof(1)
		if err != nil || proof.Sum() != 0 || proof.Between != 0 {
			t.Fatalf("proof: %+v, %v", proof, err)
		}
		for _, who := range players {
			b, err := tx.Balance(1, who)
			if want := (scoring.Balance{Points: m.m.points[who], Held: m.m.held[who]}); err != nil || b != want {
				t.Fatalf("member %d has %+v, %v, want %+v", who, b, err, want)
			}
		}
		for no := int64(len(m.m.entries)) + 1; no <= proof.Postings; no++ {
			e, err := tx.Entry(1, no)
			if err != nil {
				return err
			}
			m.m.entries = append(m.m.entries, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Random commands, replays, crashes and clocks: the ledger is always what the
// model says, sums to zero and verifies.
func TestLedgerFollowsTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "ledger")
		if err != nil {
			t.Fatal(err)
		}
		m := newMachine(t, dir)
		defer func() {
			m.db.Close()
			os.RemoveAll(dir)
		}()
		t.Repeat(map[string]func(*rapid.T){
			"grant": m.Grant, "grant again": m.Grant, "give": m.Give, "check in": m.CheckIn, "reverse": m.Reverse,
			"packet": m.OpenPacket, "grab": m.Grab, "redeem": m.Redeem, "settle": m.Settle, "enter": m.Enter,
			"speak": m.Speak, "fine": m.Fine, "buy pass": m.BuyPass, "use pass": m.UsePass, "forfeit pass": m.ForfeitPass,
			"invite": m.Invite, "leave": m.Leave, "run out": m.RunOut,
			"wait": m.Wait, "replay": m.Replay, "concurrently": m.Concurrently, "abort": m.Abort, "crash": m.Crash,
			"": m.Check,
		})
	})
}
