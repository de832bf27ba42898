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
	points   map[wallet]int64
	held     map[wallet]int64
	entries  map[chat.RoomID][]scoring.Entry // of each ledger, by number
	undone   map[numbered]bool
	people   map[chat.MemberID]*modelMember
	shared   bool // room 2 keeps its points in the ledger of room 1
	known    map[chat.MemberID]wallet
	packets  map[int64]*modelPacket
	items    map[string]*modelItem
	redeems  map[int64]Redemption
	stakes   map[chat.MemberID]int64 // in the open draw
	draw     int64
	checkIns []*modelCheckIn
	spoken   map[chat.MemberID]spoken
	passes   map[int64]*modelPass
	forfeits []*modelPass
	fines    []modelFine
	invites  map[chat.MemberID]*modelInvite // by newcomer
	ranOut   map[expiryDay]bool
}

// numbered is a posting by its number in a ledger.
type numbered struct {
	ledger chat.RoomID
	no     int64
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
	// guests are the accounts of guests, by the member row that holds them.
	guests map[int64]wallet
}

// The players: of room 1, and of room 2.
var players = []chat.MemberID{11, 12, 14, 15, 21, 22, 24}

// roomOf is the room that somebody plays in.
func roomOf(who chat.MemberID) chat.RoomID { return chat.RoomID(who / 10) }

func newMachine(t *rapid.T, dir string) *machine {
	m := &machine{dir: dir, now: noon, guests: map[int64]wallet{}, m: model{
		points: map[wallet]int64{}, held: map[wallet]int64{}, undone: map[numbered]bool{},
		entries: map[chat.RoomID][]scoring.Entry{}, people: map[chat.MemberID]*modelMember{}, known: map[chat.MemberID]wallet{21: 11},
		packets: map[int64]*modelPacket{}, items: map[string]*modelItem{}, redeems: map[int64]Redemption{}, stakes: map[chat.MemberID]int64{},
		spoken: map[chat.MemberID]spoken{}, passes: map[int64]*modelPass{},
		invites: map[chat.MemberID]*modelInvite{}, ranOut: map[expiryDay]bool{},
	}}
	m.open(t)
	m.write(t, func(tx *Tx) error {
		for _, q := range []string{
			`INSERT INTO account (id, uin, simulated, created) VALUES (1, '1', 1, 0)`,
			`INSERT INTO session (id, account, started) VALUES ('s', 1, 0)`,
			`INSERT INTO room (id, account, name, created) VALUES (1, 1, '甲群', 0), (2, 1, '乙群', 0)`,
			`INSERT INTO alias (session, name, room, member) VALUES ('s', '@a', 1, 11), ('s', '@a', 2, 21)`,
		} {
			if _, err := tx.exec(q); err != nil {
				return err
			}
		}
		for _, who := range players {
			m.m.people[who] = &modelMember{}
			if _, err := tx.exec(`INSERT INTO member (id, room, seen) VALUES (?1, ?2, 0)`, who, roomOf(who)); err != nil {
				return err
			}
		}
		m.m.items["咖啡券"] = &modelItem{price: 20, stock: 3, shown: true, had: map[string]bool{}}
		return tx.PutItem(1, scoring.Item{Name: "咖啡券", Price: 20, Stock: 3})
	})
	return m
}

// open opens the newest copy of the files.
func (m *machine) open(t *rapid.T) {
	path := filepath.Join(m.dir, fmt.Sprintf("%d.db", m.files))
	if err := putNewest(path); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	db.Now = func() time.Time { return m.now }
	m.db = db
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

func (m *machine) nextCause() int64 { m.cause++; return m.cause }

// Wait moves the clock and sweeps.
func (m *machine) Wait(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour)
	var s Swept
	m.write(t, func(tx *Tx) (err error) { s, err = tx.Sweep(m.now); return err })
	if len(s.Failed) > 0 {
		t.Fatalf("not swept: %v", s.Failed)
	}
	for _, p := range s.Packets {
		if want := m.m.packets[p.ID].left; p.Left != want {
			t.Fatalf("packet gave back %d, want %d", p.Left, want)
		}
		m.release(p.Sponsor, p.Left)
		delete(m.m.packets, p.ID)
	}
	for _, d := range s.Draws {
		m.drawn(t, d)
	}
	m.sweptLosses(t, s)
	for _, r := range s.Redemptions {
		m.endRedemption(r, false)
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
	who, cause, now := m.player(t, "who"), m.nextCause(), m.now
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			err := m.db.Write(context.Background(), func(tx *Tx) error {
				_, err := tx.Grant(roomOf(who), who, 3, cause, now, "")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	m.add(who, 3)
}

// Abort fails in the middle of a batch: nothing of it stays.
func (m *machine) Abort(t *rapid.T) {
	who, cause, boom := m.player(t, "who"), m.nextCause(), errors.New("boom")
	err := m.db.Write(context.Background(), func(tx *Tx) error {
		if _, err := tx.Grant(roomOf(who), who, 9, cause, m.now, "作废"); err != nil {
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
	m.open(t)
}

// Check compares ledgers and model after every step.
func (m *machine) Check(t *rapid.T) {
	ctx := context.Background()
	for name, check := range map[string]func(context.Context) ([]Violation, error){"check": m.db.Check, "verify": m.db.Verify} {
		if found, err := check(ctx); err != nil || len(found) > 0 {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
	}
	err := m.db.Read(ctx, func(tx *Tx) error {
		var between int64
		for ledger := chat.RoomID(1); ledger <= 2; ledger++ {
			proof, err := tx.Proof(ledger)
			if err != nil || proof.Sum() != 0 || proof.Between != 0 {
				t.Fatalf("proof of room %d: %+v, %v", ledger, proof, err)
			}
			if err := m.readEntries(tx, ledger); err != nil {
				return err
			}
			between += m.moved(ledger)
		}
		if between != 0 {
			t.Fatalf("%d points came out of moving", between)
		}
		for _, who := range players {
			b, err := tx.Balance(roomOf(who), who)
			if want := m.balance(who); err != nil || b != want {
				t.Fatalf("member %d has %+v, %v, want %+v", who, b, err, want)
			}
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
	t.Parallel()
	all := quickDir(t)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(all, "ledger")
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
			"speak": m.Speak, "fine": m.Fine, "buy pass": m.BuyPass, "use pass": m.UsePass, "forfeit pass": m.ForfeitPass, "unforfeit": m.Unforfeit,
			"invite": m.Invite, "leave": m.Leave, "run out": m.RunOut, "unfine": m.Unfine,
			"put": m.PutItem, "drop": m.DropItem, "grab at once": m.GrabAtOnce,
			"merge": m.Merge, "split": m.Split, "share": m.Share, "part": m.Part, "recognise": m.Recognise,
			"wait": m.Wait, "replay": m.Replay, "concurrently": m.Concurrently, "abort": m.Abort, "crash": m.Crash,
			"": m.Check,
		})
	})
}
