package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// faultSoak is how long the mixed load lasts; 10m shows the slope.
var faultSoak = flag.Duration("fault.soak", 0, "how long TestFaultSoak talks to the program")

// soakRate is how many messages a second the soak says.
const soakRate = 50

// sample is what a process costs at one moment.
type sample struct {
	at         time.Duration
	rss        float64 // MiB
	goal       float64 // MiB at which memory is collected: what is in use, half as much again
	goroutines float64
	wal        float64 // MiB
	goHolds    float64 // MiB that the Go runtime has of the system, in use or not
	live       float64 // MiB of objects on the heap, dead ones included
	threads    float64 // of the system; malloc gives each an arena of its own
}

// sampler reads what the program under siege costs.
type sampler struct {
	w      *siege
	listen string
	begin  time.Time
	all    []sample
}

// take reads one sample.
func (s *sampler) take() error {
	one := sample{at: time.Since(s.begin)}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.w.bot.cmd.Process.Pid))
	if err != nil {
		return err
	}
	for name, value := range map[string]*float64{"VmRSS:": &one.rss, "Threads:": &one.threads} {
		_, rest, _ := strings.Cut(string(status), name)
		if _, err := fmt.Sscan(rest, value); err != nil {
			return fmt.Errorf("read %s %w", name, err)
		}
	}
	one.rss /= 1024
	if one.goroutines, err = s.metric("go_goroutines"); err != nil {
		return err
	}
	if one.goal, err = s.metric("go_memstats_next_gc_bytes"); err != nil {
		return err
	}
	one.goal /= 1 << 20
	sys, err := s.metric("go_memstats_sys_bytes")
	if err != nil {
		return err
	}
	released, err := s.metric("go_memstats_heap_released_bytes")
	if err != nil {
		return err
	}
	one.goHolds = (sys - released) / (1 << 20)
	if one.live, err = s.metric("go_memstats_heap_alloc_bytes"); err != nil {
		return err
	}
	one.live /= 1 << 20
	if info, err := os.Stat(s.w.database() + "-wal"); err == nil {
		one.wal = float64(info.Size()) / (1 << 20)
	}
	s.all = append(s.all, one)
	return nil
}

// metric reads one value from the program's metrics.
func (s *sampler) metric(name string) (float64, error) {
	resp, err := http.Get("http://" + s.listen + "/metrics")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("no metric %s", name)
}

// slope is how much a figure grows in an hour, by least squares over the
// samples from a time on, and the standard error of that. What is in use says
// it best: the resident memory goes up and down by a MiB as it is collected.
func (s *sampler) slope(from time.Duration, of func(sample) float64) (slope, deviation float64) {
	late := slices.DeleteFunc(slices.Clone(s.all), func(one sample) bool { return one.at < from })
	var n, x, y, xx, xy float64
	for _, one := range late {
		h, v := one.at.Hours(), of(one)
		n, x, y, xx, xy = n+1, x+h, y+v, xx+h*h, xy+h*v
	}
	spread := xx - x*x/n
	slope = (xy - x*y/n) / spread
	var rest float64
	for _, one := range late {
		d := of(one) - y/n - slope*(one.at.Hours()-x/n)
		rest += d * d
	}
	return slope, math.Sqrt(rest / (n - 2) / spread)
}

// freePort is an address nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// soak talks for d of real time, with faults, and lets the simulated time pass
// at the same pace.
func (s *sampler) soak(d time.Duration) error {
	beat := time.NewTicker(time.Second)
	defer beat.Stop()
	for second := 0; time.Since(s.begin) < d; second++ {
		if err := s.w.talk(soakRate); err != nil {
			return err
		}
		if err := s.w.advance(time.Second); err != nil {
			return err
		}
		if err := s.w.disturb(); err != nil {
			return err
		}
		if second%5 == 0 {
			if err := s.take(); err != nil {
				return err
			}
		}
		<-beat.C
	}
	return nil
}

// TestFaultSoak is a mixed load with faults: memory does not grow, no
// goroutine is left, the journal stays small, and nothing is lost.
func TestFaultSoak(t *testing.T) {
	if *faultSoak == 0 {
		t.Skip("takes as long as -fault.soak says")
	}
	listen, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("MENSHEN_LISTEN", listen)
	w := newSiege(t.TempDir(), 1)
	w.calm = 500 // the network refuses more than a few answers a minute
	defer w.end()
	if err := w.begin(); err != nil {
		t.Fatal(err, w.account())
	}
	s := &sampler{w: w, listen: listen, begin: time.Now()}
	if err := s.soak(*faultSoak); err != nil {
		t.Fatal(err, w.account())
	}
	quarter := s.all[len(s.all)/4:]
	first, last := quarter[0], s.all[len(s.all)-1]
	wal := slices.MaxFunc(s.all, func(a, b sample) int { return cmp.Compare(a.wal, b.wal) }).wal
	t.Logf("%d messages in %v: resident %.1f → %.1f MiB; goroutines %.0f → %.0f; journal at most %.1f MiB",
		len(w.said), *faultSoak, first.rss, last.rss, first.goroutines, last.goroutines, wal)
	for _, from := range []time.Duration{*faultSoak / 4, *faultSoak / 2, *faultSoak * 3 / 4} {
		resident, error1 := s.slope(from, func(one sample) float64 { return one.rss })
		used, error2 := s.slope(from, func(one sample) float64 { return one.goal / 1.5 })
		outside, error3 := s.slope(from, func(one sample) float64 { return one.rss - one.goHolds })
		t.Logf("from %v on: resident %+.1f ± %.1f MiB/h, of what is in use %+.1f ± %.1f, outside of Go %+.1f ± %.1f",
			from, resident, error1, used, error2, outside, error3)
	}
	for _, one := range s.all {
		t.Logf("%v: resident %.1f MiB, %.1f of it Go's, %.1f on the heap, collected at %.1f MiB, %.0f goroutines, %.0f threads, journal %.1f MiB",
			one.at.Round(time.Second), one.rss, one.goHolds, one.live, one.goal, one.goroutines, one.threads, one.wal)
	}
	if last.rss > first.rss+8 || last.goroutines > first.goroutines+8 || wal > 96 {
		t.Error("something grows")
	}
	wrong, err := w.last()
	if err != nil {
		t.Fatal(err, w.account())
	}
	for _, line := range wrong {
		t.Error(line)
	}
}
