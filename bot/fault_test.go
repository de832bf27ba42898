package bot_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
)

// faultFull runs every pair of crashes of a longer story, which takes minutes.
var faultFull = flag.Bool("fault.full", false, "crash twice at every pair of steps of a longer story")

// tale is a stage on which people come and go.
type tale struct {
	*stage
	wrong   []string        // what the checks of the database found at the end
	onPhone []chat.MemberID // removed by hand
	told    []chat.MemberID // whose leaving the network reported
}

// quickDir is a directory in memory if there is one: what a crash of the
// program leaves in a file does not depend on the disk.
func quickDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "menshen-fault-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// look reads a whole member list and, for who is missing in it and in the one
// before, reports that they left.
func (s *tale) look() {
	s.t.Helper()
	gone := append(slices.Clone(s.onPhone), s.wire.removed...)
	present := slices.DeleteFunc([]chat.MemberID{theBot, wang, li, jia, yi, bing}, func(id chat.MemberID) bool {
		return slices.Contains(gone, id)
	})
	at := s.clock.Now()
	s.comes(chat.RosterRead{Room: theRoom, Present: present, Time: at})
	s.pass(time.Minute)
	for _, id := range gone {
		if !slices.Contains(s.told, id) {
			s.told = append(s.told, id)
			s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{id}, Time: s.clock.Now()})
		}
	}
	s.pass(time.Minute)
}

// pairTale is a single hit that leads to a removal.
func pairTale(s *tale) {
	s.comes(s.line(bing, "签到"), s.line(jia, "快来加群"))
	s.pass(2 * time.Minute)
	s.look()
	s.look()
	s.look()
}

// shortTale is a warning, a removal and what goes on beside them.
func shortTale(s *tale) {
	s.comes(s.line(jia, "快来加群"), s.line(bing, "今天晚上一起去跑步吧"), s.line(yi, "有人要兼职吗"))
	s.pass(2 * time.Minute)
	s.comes(s.line(jia, "快来加群"), s.line(bing, "签到"))
	s.pass(2 * time.Minute)
	s.look()
	s.look()
	s.look()
}

// longTale adds a removal that is refused, newcomers and an owner at work.
func longTale(s *tale) {
	s.comes(chat.Joined{Room: theRoom, Members: []chat.MemberID{yi, bing}, Time: s.clock.Now()}, s.line(jia, "签到"))
	s.pass(2 * time.Minute)
	shortTale(s)
	s.wire.refuse = func(chat.MemberID) error { return chat.ErrRefused }
	for range 2 {
		s.comes(s.line(yi, "快来加群"))
		s.pass(2 * time.Minute)
	}
	s.look()
	s.onPhone = append(s.onPhone, yi)
	s.look()
	s.look()
	s.comes(s.private(wang, "待办"), s.private(wang, "2放过"))
	s.pass(2 * time.Minute)
}

// private is the next message of a member to the bot alone.
func (s *tale) private(from chat.MemberID, text string) chat.Message {
	m := s.line(from, text)
	m.Room, m.From, m.As = 0, 0, []chat.MemberID{from}
	return m
}

// records are the effects of a story without what a crash may change: whether
// the outcome of a request is known, how often it took, and when.
func records(t testing.TB, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all []string
	for _, q := range []string{
		`SELECT 'message', id, room, member, kind, at, text FROM message ORDER BY id`,
		`SELECT 'activity', member, day, messages, substantive FROM activity ORDER BY member, day`,
		`SELECT 'case', id, room, member, kind, CASE state WHEN 'open' THEN 'warned' ELSE state END, removal, appeal, strike,
			opened, last_hit, expires, message, evidence, hits, findings, reason FROM cases ORDER BY id`,
		`SELECT 'posting', room, member, amount, cause FROM ledger ORDER BY room, member, no`,
		`SELECT 'say', cause, kind, room, member, console, CASE WHEN cause LIKE 'removed:%' THEN '' ELSE text END, case_id, parts,
			CASE state WHEN 'unknown' THEN 'sent' ELSE state END FROM outbox ORDER BY cause, kind, room, member, console`,
		`SELECT 'member', id, role, present, substantive, introduced, barred, unreachable FROM member ORDER BY id`,
	} {
		all = append(all, lines(t, db, q)...)
	}
	return all
}

// run tells a story on a fresh copy of the database, with crashes at steps.
func (f *faults) run(t testing.TB, name string, at ...int) *tale {
	path := filepath.Join(f.dir, name)
	copyFile(t, f.template, path)
	clock := newHandClock(noon)
	s := &tale{stage: &stage{t: t, path: path, clock: clock, limits: steadyLimits(), crashes: &crashes{clock: clock, at: at}, resend: f.resend}}
	s.wire = newWire(clock)
	s.wire.crashes = s.crashes
	s.wrap = func(store bot.Store) bot.Store {
		if f.cursorFirst {
			store = cursorFirst{store, s.crashes}
		}
		return crashStore{store, s.crashes, f.within}
	}
	if err := s.stage.run(); err != nil && !s.crashes.died() {
		t.Fatal(err)
	}
	s.revive()
	f.tell(s)
	s.wrong = unsound(s.db)
	s.close()
	return s
}

// faults is a story and what an undisturbed run of it leaves behind.
type faults struct {
	dir, template string
	tell          func(*tale)
	within        bool // also crash inside transactions
	cursorFirst   bool // store the cursor before the effects
	resend        bool // send again what was being sent
	want          []string
	said, steps   int
}

func newFaults(t testing.TB, tell func(*tale), limit string, within bool) *faults {
	t.Helper()
	f := &faults{dir: quickDir(t), tell: tell, within: within}
	f.template = filepath.Join(f.dir, "template.db")
	s := prepared(t, f.template)
	s.open()
	s.set("warning_limit", limit)
	s.must(s.db.Close())
	calm := f.run(t, "calm.db")
	f.want, f.said, f.steps = records(t, calm.path), len(calm.wire.said), len(calm.crashes.steps)
	return f
}

// losses tells what is different from the undisturbed run.
func (f *faults) losses(s *tale) []string {
	var wrong []string
	got := records(s.t, s.path)
	for _, line := range f.want {
		if !slices.Contains(got, line) {
			wrong = append(wrong, "lost: "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(f.want, line) {
			wrong = append(wrong, "added: "+line)
		}
	}
	times := map[int64]int{}
	for _, d := range s.wire.said {
		times[d.Out.ID]++
	}
	for id, n := range times {
		if n > 1 {
			wrong = append(wrong, fmt.Sprintf("row %d was said %d times", id, n))
		}
	}
	unknown := len(readFile(s.t, s.path, `SELECT id FROM outbox WHERE state = 'unknown' AND kind <> 'remove'`))
	if len(times)+unknown < f.said {
		wrong = append(wrong, fmt.Sprintf("%d of %d sentences were said, and only %d are unknown", len(times), f.said, unknown))
	}
	return append(wrong, s.wrong...)
}

// try crashes a story and returns what it lost.
func (f *faults) try(t testing.TB, at ...int) []string {
	t.Helper()
	s := f.run(t, fmt.Sprintf("%v.db", at), at...)
	wrong := f.losses(s)
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		_ = os.Remove(s.path + end)
	}
	if len(wrong) > 0 {
		wrong = append(wrong, fmt.Sprintf("after a crash at %v (%s)", at, s.crashes.name(at)))
	}
	return wrong
}

// mustLoseNothing is try for a road that keeps its promises.
func (f *faults) mustLoseNothing(t testing.TB, at ...int) {
	t.Helper()
	if wrong := f.try(t, at...); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n  "))
	}
}

func TestFaultCrashAtEveryStep(t *testing.T) {
	tales := map[string]func(*tale){"short": shortTale}
	if !testing.Short() {
		tales["long"] = longTale
	}
	for name, tell := range tales {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFaults(t, tell, "2", true)
			stride := 1
			if testing.Short() {
				stride = 5
			}
			for i := 1; i <= f.steps; i += stride {
				f.mustLoseNothing(t, i)
			}
			t.Logf("%d crashes, %d records, %d sentences", f.steps, len(f.want), f.said)
		})
	}
}

// TestFaultCrashTwice crashes at every pair of steps between which something
// became durable or was asked of the network, also in the start after the
// first crash.
func TestFaultCrashTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	tell, limit := pairTale, "1"
	if *faultFull {
		tell, limit = shortTale, "2"
	}
	f := newFaults(t, tell, limit, false)
	t.Logf("%d steps", f.steps)
	restart := 10 // steps of a start and of what is delivered again, at most
	for i := 1; i <= f.steps; i++ {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for j := i + 1; j <= f.steps+restart; j++ {
				f.mustLoseNothing(t, i, j)
			}
		})
	}
}

// TestFaultControl breaks the promises on purpose: the same experiment has to
// see it.
func TestFaultControl(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*faults)
		sees  string
	}{
		{"the cursor is stored before the effects", func(f *faults) { f.cursorFirst = true }, "lost: message"},
		{"what was being sent is sent again", func(f *faults) { f.resend = true }, "was said 2 times"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFaults(t, shortTale, "2", false)
			c.spoil(f)
			seen := 0
			for i := 1; i <= f.steps && (seen == 0 || !testing.Short()); i++ {
				if strings.Contains(strings.Join(f.try(t, i), "\n"), c.sees) {
					seen++
				}
			}
			if seen == 0 {
				t.Errorf("%q was never seen in %d crashes: this experiment proves nothing", c.sees, f.steps)
			}
			t.Logf("%q was seen in %d of %d crashes", c.sees, seen, f.steps)
		})
	}
}

// copyFile copies a database that no process has open.
func copyFile(t testing.TB, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
