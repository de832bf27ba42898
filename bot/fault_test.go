package bot_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"menshen/bot"
)

// faultFull runs every pair of crashes of a longer story, which takes minutes.
var faultFull = flag.Bool("fault.full", false, "crash twice at every pair of steps of a longer story")

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

// faults is a story and what an undisturbed run of it leaves behind.
type faults struct {
	dir         string
	steps       []step
	begin       *wreck // where every story starts
	within      bool   // also crash inside transactions
	cursorFirst bool   // store the cursor before the effects
	resend      bool   // send again what was being sent
	want        []string
	said        int
}

func newFaults(t testing.TB, steps []step, limit string, within bool) *faults {
	t.Helper()
	f := &faults{dir: quickDir(t), steps: steps, within: within}
	path := filepath.Join(f.dir, "template.db")
	s := prepared(t, path)
	s.open()
	s.set("warning_limit", limit)
	s.must(s.db.Close())
	f.begin = (&tale{stage: s}).wreckage(0, "begin")
	calm := f.run(t, "calm", f.begin, nil)
	f.want, f.said = records(t, calm.path), len(calm.wire.said)
	return f
}

// run starts the program on what a crash left behind and tells the rest of the
// story. reach is told every failpoint on the way.
func (f *faults) run(t testing.TB, name string, from *wreck, reach func(s *tale, n int, name string)) *tale {
	t.Helper()
	path := filepath.Join(f.dir, name+".db")
	from.land(t, path)
	clock := newHandClock(from.now)
	points := &failpoints{}
	s := &tale{
		stage:     &stage{t: t, path: path, clock: clock, limits: steadyLimits(), points: points, resend: f.resend},
		taleState: from.tale.clone(), steps: f.steps,
	}
	if reach != nil {
		points.reach = func(n int, name string) { reach(s, n, name) }
	}
	s.wire = newWire(clock)
	s.wire.wireState, s.wire.points = from.wire, points
	s.wrap = func(store bot.Store) bot.Store {
		if f.cursorFirst {
			store = cursorFirst{store, points}
		}
		return crashStore{store, points, f.within}
	}
	s.start()
	s.tell()
	s.wrong = unsound(s.db)
	s.close()
	return s
}

// crashes tells the rest of a story and returns what a crash at each failpoint
// of it leaves behind: failpoints in a row that leave the same share a wreck.
func (f *faults) crashes(t testing.TB, name string, from *wreck) (all []*wreck) {
	t.Helper()
	f.run(t, name, from, func(s *tale, n int, name string) {
		w := s.wreckage(n, name)
		if len(all) > 0 {
			last := all[len(all)-1]
			if w.same(last) {
				last.times++
				return
			}
			w.share(last)
		}
		all = append(all, w)
	})
	return all
}

// points is how many failpoints left these wrecks.
func points(all []*wreck) (n int) {
	for _, w := range all {
		n += w.times
	}
	return n
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

// after goes on after a crash and returns what is lost in the end.
func (f *faults) after(t testing.TB, crash *wreck) []string {
	t.Helper()
	s := f.run(t, fmt.Sprintf("%s-%d", strings.ReplaceAll(t.Name(), "/", "-"), crash.step), crash, nil)
	wrong := f.losses(s)
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		_ = os.Remove(s.path + end)
	}
	return wrong
}

// mustLoseNothing is after for a road that keeps its promises.
func (f *faults) mustLoseNothing(t testing.TB, crashes ...*wreck) {
	t.Helper()
	if wrong := f.after(t, crashes[len(crashes)-1]); len(wrong) > 0 {
		for _, c := range crashes {
			wrong = append(wrong, fmt.Sprintf("after a crash at step %d, %s", c.step, c.name))
		}
		t.Error(strings.Join(wrong, "\n  "))
	}
}

func TestFaultCrashAtEveryStep(t *testing.T) {
	tales := map[string][]step{"short": shortTale()}
	if !testing.Short() {
		tales["long"] = longTale()
	}
	for name, steps := range tales {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFaults(t, steps, "2", true)
			stride := 1
			if testing.Short() {
				stride = 5
			}
			all := f.crashes(t, "watched", f.begin)
			for i := 0; i < len(all); i += stride {
				f.mustLoseNothing(t, all[i])
			}
			t.Logf("%d crashes that leave %d states, %d records, %d sentences", points(all), len(all), len(f.want), f.said)
		})
	}
}

// TestFaultCrashTwice crashes at every pair of steps between which something
// became durable or was asked of the network, also in the start after the
// first crash.
func TestFaultCrashTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	steps, limit := pairTale(), "1"
	if *faultFull {
		steps, limit = shortTale(), "2"
	}
	f := newFaults(t, steps, limit, false)
	var pairs, states atomic.Int64
	t.Cleanup(func() { t.Logf("%d pairs that leave %d states", pairs.Load(), states.Load()) })
	for _, first := range f.crashes(t, "watched", f.begin) {
		t.Run(fmt.Sprint(first.step), func(t *testing.T) {
			t.Parallel()
			all := f.crashes(t, fmt.Sprint("watched", first.step), first)
			for _, second := range all {
				f.mustLoseNothing(t, first, second)
			}
			pairs.Add(int64(first.times * points(all)))
			states.Add(int64(len(all)))
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
			f := newFaults(t, shortTale(), "2", false)
			c.spoil(f)
			seen, all := 0, f.crashes(t, "watched", f.begin)
			for i := 0; i < len(all) && (seen == 0 || !testing.Short()); i++ {
				if strings.Contains(strings.Join(f.after(t, all[i]), "\n"), c.sees) {
					seen += all[i].times
				}
			}
			if seen == 0 {
				t.Errorf("%q was never seen in %d crashes: this experiment proves nothing", c.sees, points(all))
			}
			t.Logf("%q was seen in %d of %d crashes", c.sees, seen, points(all))
		})
	}
}
