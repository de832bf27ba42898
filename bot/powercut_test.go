package bot_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"menshen/data"
)

var (
	faultCuts   = flag.Int("fault.cuts", 200, "how often TestFaultPowerCut cuts the power")
	faultErrors = flag.Int("fault.errors", 20, "how many requests to the disk TestFaultDiskErrors makes fail, one in each run; at most all")
)

// damage is what a power cut did to a database.
type damage struct {
	lost    int // commits that were relied on and are not there
	corrupt []string
}

// look opens what a cut left as the program does. What it finds has to be
// exactly the content after some commit, none of those relied on missing.
func (r *road) look(t testing.TB, path string, relied int) (found damage) {
	t.Helper()
	db, err := data.Open(path)
	if err != nil {
		return damage{corrupt: []string{err.Error()}}
	}
	defer db.Close()
	if err := db.Integrity(t.Context()); err != nil {
		found.corrupt = append(found.corrupt, err.Error())
	}
	found.corrupt = append(found.corrupt, unsound(db)...)
	digest, err := content(path)
	n, known := r.commits[digest]
	switch {
	case err != nil:
		found.corrupt = append(found.corrupt, err.Error())
	case !known:
		found.corrupt = append(found.corrupt, "the content is that of no commit")
	default:
		found.lost = max(0, relied-n)
	}
	return found
}

// setting is how often a database syncs.
type setting struct {
	name  string
	syncs func(r *road, i int) bool // whether the i-th request, a sync, would be made
}

// settings are the program's own and two controls. SQLite makes the same
// writes under all three: OFF never syncs, NORMAL syncs the journal only
// before pages go from it into the database, and its head when it begins anew.
func settings() []setting {
	return []setting{
		{"FULL", func(*road, int) bool { return true }},
		{"NORMAL", func(r *road, i int) bool {
			if r.requests[i].file != 'j' {
				return true
			}
			head := i > 0 && r.requests[i-1].at == 0
			return head || i+1 < len(r.requests) && r.requests[i+1].file == 'd'
		}},
		{"OFF", func(*road, int) bool { return false }},
	}
}

// tally counts what cuts did.
type tally struct {
	sync.Mutex
	cuts, losing, corrupt int
	examples              []string
}

func (c *tally) add(d damage, what string) {
	c.Lock()
	defer c.Unlock()
	c.cuts++
	if d.lost > 0 {
		c.losing++
	}
	if len(d.corrupt) > 0 {
		c.corrupt++
	}
	if d.lost > 0 || len(d.corrupt) > 0 {
		c.examples = append(c.examples, fmt.Sprintf("%s: %d commits lost; %s", what, d.lost, strings.Join(d.corrupt, "; ")))
	}
}

// upTo carries out the requests from one to another, as a setting would.
func (r *road) upTo(d *disk, s setting, from, to int) {
	for i := from; i < to; i++ {
		if q := r.requests[i]; q.kind != 'S' || s.syncs(r, i) {
			d.take(q)
		}
	}
}

// cut cuts the power before the n-th request, to which the disk has come.
func (r *road) cut(t testing.TB, d *disk, s setting, n int, end fate, lots *rand.Rand, path string) (damage, string) {
	t.Helper()
	d.land(t, path, lots, end.keep)
	defer scrap(path)
	return r.look(t, path, r.relied[max(0, n-1)]), fmt.Sprintf("%s, cut before request %d of %d, %s", s.name, n, len(r.requests), end.name)
}

// TestFaultPowerCut cuts the power between any two requests of a process to
// its disk. What was not synced is lost, kept or torn; what was relied on has
// to be there. The same cuts under weaker settings are the control: they have
// to show losses, and damage where nothing is synced.
func TestFaultPowerCut(t *testing.T) {
	t.Parallel()
	r := newRoad(t, recorder(t), talesTemplate(t), "")
	r.know(t, 0)
	for _, s := range settings() {
		var all tally
		t.Run(s.name, func(t *testing.T) {
			for hand := range 2 {
				t.Run(fmt.Sprint(hand), func(t *testing.T) {
					t.Parallel()
					lots := rand.New(rand.NewPCG(7, uint64(hand)))
					path := filepath.Join(r.dir, fmt.Sprintf("%s-%d.db", s.name, hand))
					d, at := r.disk(), 0
					for _, n := range someOf(lots, len(r.requests), cuts(s.name)/2) {
						r.upTo(d, s, at, n)
						all.add(r.cut(t, d, s, n, fates()[lots.IntN(len(fates()))], lots, path))
						at = n
					}
				})
			}
		})
		t.Logf("%s: %d cuts of a road of %d commits and %d requests: %d lost what was relied on, %d were damaged",
			s.name, all.cuts, slices.Max(r.made), len(r.requests), all.losing, all.corrupt)
		all.judge(t, s.name)
	}
}

// someOf draws numbers below a limit, in order.
func someOf(lots *rand.Rand, limit, count int) []int {
	all := make([]int, count)
	for i := range all {
		all[i] = lots.IntN(limit)
	}
	slices.Sort(all)
	return all
}

// cuts is how often the power is cut; the controls show what they have to
// soon.
func cuts(setting string) int {
	n := *faultCuts
	if setting != "FULL" {
		n /= 4
	}
	if testing.Short() {
		n = min(n, 60)
	}
	return n
}

// judge says whether cuts did what they have to under a setting.
func (c *tally) judge(t *testing.T, setting string) {
	t.Helper()
	switch setting {
	case "FULL":
		for _, line := range c.examples {
			t.Error(line)
		}
	case "NORMAL":
		if c.losing == 0 || c.corrupt > 0 {
			t.Errorf("NORMAL has to lose and must not damage: %q", c.examples)
		}
	case "OFF":
		if c.losing+c.corrupt < c.cuts*3/10 || c.corrupt == 0 {
			t.Error("under OFF fewer than three of ten cuts lose or damage: this experiment proves nothing")
		}
	}
}

// TestFaultDiskErrors makes requests to the disk fail, one after the other:
// with an error of the device once, or because there is no room from then on.
// After a failed write or sync of the journal nothing more is acknowledged.
// Then the power is cut, and nothing that was relied on is missing.
func TestFaultDiskErrors(t *testing.T) {
	t.Parallel()
	template, library := talesTemplate(t), recorder(t)
	path := filepath.Join(quickDir(t), "calm.db")
	copyFile(t, template, path)
	calm, _ := recordedRoad(t, library, path, "")
	requests := 0
	for _, q := range calm {
		if strings.IndexByte("WTS", q.kind) >= 0 {
			requests++
		}
	}
	count := min(*faultErrors, requests)
	if testing.Short() {
		count = min(count, 4)
	}
	t.Run("at", func(t *testing.T) {
		for i := range count {
			n := 1 + (i*requests+requests/2)/count
			fail := fmt.Sprintf("%d %d 1", n, syscall.EIO)
			if i%2 == 1 {
				fail = fmt.Sprintf("%d %d 1000000", n, syscall.ENOSPC)
			}
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				r := newRoad(t, library, template, fail)
				r.mustStop(t)
				r.know(t, r.relied[len(r.relied)-1])
				lots, full, end := rand.New(rand.NewPCG(uint64(n), 0)), settings()[0], len(r.requests)
				d := r.disk()
				r.upTo(d, full, 0, end)
				for _, fate := range fates() {
					found, what := r.cut(t, d, full, end, fate, lots, filepath.Join(r.dir, "cut.db"))
					if found.lost > 0 || len(found.corrupt) > 0 {
						t.Errorf("%s: %d commits lost; %q", what, found.lost, found.corrupt)
					}
				}
			})
		}
	})
	t.Logf("%d of %d requests were made to fail", count, requests)
}

// mustStop checks that nothing is relied on after a commit failed, and that
// the program says why it ends.
func (r *road) mustStop(t *testing.T) {
	t.Helper()
	failed := false
	for i, q := range r.requests {
		if q.kind == 'A' && failed {
			t.Fatalf("a commit was relied on after request %d failed: %s", i, r.said)
		}
		failed = failed || r.failsCommit(i)
	}
	if failed && !strings.Contains(r.said, "disk") {
		t.Errorf("the program does not say why it ended: %s", r.said)
	}
}

// failsCommit reports whether the i-th request is one of a commit, and failed:
// a write of the journal or the sync after it. The sync with which pages begin
// to go from the journal into the database follows another sync; when it fails
// they stay in the journal.
func (r *road) failsCommit(i int) bool {
	q := r.requests[i]
	return q.kind == 'X' && q.file == 'j' && (q.at == 'W' || q.at == 'S' && r.requests[i-1].kind == 'W')
}
