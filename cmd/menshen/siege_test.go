package main

import (
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// faultKills is how often the program is killed in all, by four besiegers.
var faultKills = flag.Int("fault.kills", 200, "how often TestFaultKills kills the program")

const besiegers = 4

// siege kills one program again and again while people talk to it.
type siege struct {
	*story
	lots    *rand.Rand
	members []string
	calm    int            // one line of so many breaks a rule
	said    []string       // every line that was said in the room
	hits    map[string]int // how many of them break a rule, by member
	kills   int
	unready int // kills before the program had logged in
	unknown int // sentences of which nobody knows whether they were heard
}

// hitWord breaks a rule.
const hitWord = "加群"

func newSiege(dir string, seed uint64) *siege {
	w := &siege{
		story: &story{dir: dir, apart: true, read: map[int]bool{}}, lots: rand.New(rand.NewPCG(seed, 4)), calm: 6, hits: map[string]int{},
	}
	for i := range 100 {
		w.members = append(w.members, fmt.Sprintf("成员%03d", i))
	}
	return w
}

// begin starts both programs and makes the room.
func (w *siege) begin() error {
	for name, text := range map[string]string{
		"rules.yaml":    "keywords: [" + hitWord + "]\n",
		"settings.yaml": "log: {level: warn}\nsend: {min_gap: 100ms, max_gap: 200ms, per_minute: 600, per_hour: 10000, per_day: 10000}\n",
	} {
		if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	if err := w.running(); err != nil {
		return err
	}
	w.room = "群"
	if err := w.call("/room", map[string]any{"room": w.room, "owner": "老王", "members": w.members}); err != nil {
		return err
	}
	if err := w.bind("老王", false); err != nil {
		return err
	}
	// What several lines show together depends on when each was read; only what
	// one line shows can be counted.
	for _, rule := range []string{"刷屏", "重复发言", "同一广告"} {
		if err := w.call("/private", map[string]any{"member": "老王", "text": "设置 " + rule + " 关"}); err != nil {
			return err
		}
	}
	return w.advance(time.Minute)
}

// talk says n lines, each unlike all others.
func (w *siege) talk(n int) error {
	for range n {
		who := w.members[w.lots.IntN(len(w.members))]
		line := fmt.Sprintf("今天晚上一起去跑步的第 %d 次", len(w.said))
		if w.lots.IntN(w.calm) == 0 {
			line = fmt.Sprintf("快来%s，第 %d 次", hitWord, len(w.said))
			w.hits[who]++
		}
		if err := w.say(who, map[string]any{"text": line}); err != nil {
			return err
		}
		w.said = append(w.said, line)
	}
	return nil
}

// disturb breaks something on the wire, sometimes.
func (w *siege) disturb() error {
	names := []string{"drop", "status500", "truncate", "nosynckey", "replay", "reorder", "duplicate", "lostreply", "partialroster"}
	if w.lots.IntN(2) == 0 {
		return nil
	}
	return w.call("/fault", map[string]any{"name": names[w.lots.IntN(len(names))]})
}

// strike kills the program at a moment nobody chose and starts it again.
func (w *siege) strike() error {
	moved := make(chan error, 1)
	if w.lots.IntN(4) == 0 { // while it starts
		moved <- nil
	} else if err := w.busy(moved); err != nil {
		return err
	}
	<-time.After(time.Duration(w.lots.IntN(100)) * time.Millisecond)
	if err := w.bot.kill(); err != nil {
		return err
	}
	w.kills++
	if said, _ := w.bot.output(); !strings.Contains(said, "logged in") {
		w.unready++
	}
	<-moved // it may have been cut short
	var err error
	w.bot, err = startProcess(w.dir, "run", "--sim", w.control, "--data-dir", "data", "--config=settings.yaml", "--set=rules=rules.yaml")
	return err
}

// busy gives a program that is logged in something to do, and leaves a value
// in moved when time has passed.
func (w *siege) busy(moved chan<- error) error {
	if err := w.login(); err != nil {
		return err
	}
	if err := w.disturb(); err != nil {
		return err
	}
	if err := w.talk(4 + w.lots.IntN(12)); err != nil {
		return err
	}
	d := time.Duration(1+w.lots.IntN(10)) * time.Second
	go func() { moved <- w.advance(d) }()
	return nil
}

// last lets the program finish what is left, ends it, and returns what is
// wrong.
func (w *siege) last() ([]string, error) {
	if err := w.call("/fault", map[string]any{"clear": true}); err != nil {
		return nil, err
	}
	if err := w.login(); err != nil {
		return nil, err
	}
	if err := w.quieten(); err != nil {
		return nil, err
	}
	all, err := w.heard()
	if err != nil {
		return nil, err
	}
	if err := w.bot.terminate(); err != nil {
		return nil, err
	}
	if code := w.bot.cmd.ProcessState.ExitCode(); code != 0 {
		return nil, fmt.Errorf("the program ended with %d: %s", code, w.bot.tail(5))
	}
	wrong, err := w.wrong(all)
	if out, failed := exec.Command("menshen", "verify", "--data-dir", w.path("data"), "--config", w.path("settings.yaml")).CombinedOutput(); failed != nil {
		wrong = append(wrong, fmt.Sprintf("verify: %v: %s", failed, out))
	}
	return wrong, err
}

// quieten lets time pass until everything is said that is to be said, at most
// a day: the network takes only so much in an hour.
func (w *siege) quieten() error {
	db, err := sql.Open("sqlite3", "file:"+w.database()+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	for range 24 * 12 {
		if err := w.advance(5 * time.Minute); err != nil {
			return err
		}
		waiting, err := column(db, `SELECT id FROM outbox WHERE state = 'pending'`)
		if err != nil || len(waiting) == 0 {
			return err
		}
	}
	return nil
}

// wrong compares what was said and heard with what is recorded.
func (w *siege) wrong(heard []entry) ([]string, error) {
	db, err := sql.Open("sqlite3", "file:"+w.database()+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var wrong []string
	recorded, err := column(db, `SELECT text FROM message WHERE text LIKE '%的第 %' OR text LIKE '快来%' ORDER BY n`)
	if err != nil {
		return nil, err
	}
	slices.Sort(recorded)
	if !slices.Equal(recorded, slices.Sorted(slices.Values(w.said))) {
		wrong = append(wrong, fmt.Sprintf("%d messages are recorded, %d were said", len(recorded), len(w.said)))
	}
	for who, n := range w.hits {
		counted, err := column(db, `SELECT coalesce(sum(hits), 0) FROM cases c JOIN member m ON m.id = c.member WHERE m.nick = ?1 AND c.kind = 'strike'`, who)
		if err != nil {
			return nil, err
		}
		if counted[0] != fmt.Sprint(n) {
			cases, err := column(db, `SELECT c.id || ' ' || c.state || c.removal || ' ' || c.hits || ' ' || c.findings
				FROM cases c JOIN member m ON m.id = c.member WHERE m.nick = ?1`, who)
			if err != nil {
				return nil, err
			}
			wrong = append(wrong, fmt.Sprintf("%s broke a rule %d times, and %s are recorded: %q", who, n, counted[0], cases))
		}
	}
	more, err := w.outboxWrong(db, heard)
	return append(wrong, more...), err
}

// outboxWrong compares what was delivered with the rows it came from.
func (w *siege) outboxWrong(db *sql.DB, heard []entry) ([]string, error) {
	times := map[string]int{}
	for _, e := range heard {
		if e.From == "self" && e.ClientID != "" && e.Result != "refused" {
			times[e.ClientID]++
		}
	}
	var wrong []string
	for id, n := range times {
		if n > 1 {
			wrong = append(wrong, fmt.Sprintf("row %s was said %d times", id, n))
		}
	}
	sent, err := column(db, `SELECT id FROM outbox WHERE state = 'sent'`)
	if err != nil {
		return nil, err
	}
	for _, id := range sent {
		if times[id] != 1 {
			wrong = append(wrong, fmt.Sprintf("row %s is sent, and was heard %d times", id, times[id]))
		}
	}
	unknown, err := column(db, `SELECT id FROM outbox WHERE state = 'unknown'`)
	if err != nil {
		return nil, err
	}
	w.unknown = len(unknown)
	for id := range times {
		if !slices.Contains(sent, id) && !slices.Contains(unknown, id) {
			wrong = append(wrong, fmt.Sprintf("row %s was heard, and is neither sent nor unknown", id))
		}
	}
	left, err := column(db, `SELECT id || ' ' || kind || ' ' || state FROM outbox WHERE state IN ('pending', 'sending', 'failed', 'cancelled')`)
	if len(left) > 0 {
		wrong = append(wrong, fmt.Sprintf("left over: %q", left))
	}
	return wrong, err
}

// column is the first column of an answer.
func column(db *sql.DB, query string, args ...any) (all []string, err error) {
	rows, err := db.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

func (w *siege) database() string { return w.path("data/menshen.db") }

// besiege kills a program n times and says what is wrong afterwards.
func besiege(dir string, seed uint64, n int) (w *siege, wrong []string, err error) {
	w = newSiege(dir, seed)
	defer w.end()
	for err = w.begin(); err == nil && w.kills < n; {
		err = w.strike()
	}
	if err == nil {
		wrong, err = w.last()
	}
	if err != nil {
		err = fmt.Errorf("seed %d after %d kills: %w\n%s", seed, w.kills, err, w.account())
	}
	return w, wrong, err
}

// TestFaultKills kills real programs at random moments while messages flow and
// the wire is disturbed. Afterwards every message is recorded once, every hit
// is in a case, and no sentence was said twice.
func TestFaultKills(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	keepMemory(t)
	if *faultKills <= 200 {
		t.Setenv("GOMAXPROCS", "1") // as in TestScript; the long form has both cores
	}
	var all sync.WaitGroup
	var kills, unready, unknown, messages atomic.Int64
	for i := range besiegers {
		dir := filepath.Join(quickDir(t), fmt.Sprint(i))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			w, wrong, err := besiege(dir, uint64(i)+1, *faultKills/besiegers)
			if err != nil {
				t.Error(err)
			}
			for _, line := range wrong {
				t.Errorf("seed %d: %s", i+1, line)
			}
			kills.Add(int64(w.kills))
			unready.Add(int64(w.unready))
			unknown.Add(int64(w.unknown))
			messages.Add(int64(len(w.said)))
		})
	}
	all.Wait()
	t.Logf("%d kills, %d of them before the login; %d messages, %d sentences of unknown fate",
		kills.Load(), unready.Load(), messages.Load(), unknown.Load())
}
