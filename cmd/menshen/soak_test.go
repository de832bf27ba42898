package main

import (
	"bufio"
	"flag"
	"fmt"
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
	goroutines float64
	wal        float64 // MiB
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
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscan(rest, &one.rss); err != nil {
		return fmt.Errorf("read VmRSS: %w", err)
	}
	one.rss /= 1024
	if one.goroutines, err = s.metric("go_goroutines"); err != nil {
		return err
	}
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

// slope is how much the resident memory grows in MiB an hour, by least squares
// over the second half.
func (s *sampler) slope() float64 {
	half := s.all[len(s.all)/2:]
	var n, x, y, xx, xy float64
	for _, one := range half {
		h := one.at.Hours()
		n, x, y, xx, xy = n+1, x+h, y+one.rss, xx+h*h, xy+h*one.rss
	}
	return (n*xy - x*y) / (n*xx - x*x)
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
	wal := slices.MaxFunc(s.all, func(a, b sample) int { return int(a.wal - b.wal) }).wal
	t.Logf("%d messages in %v: resident %.1f → %.1f MiB, slope %.1f MiB/h; goroutines %.0f → %.0f; journal at most %.1f MiB",
		len(w.said), *faultSoak, first.rss, last.rss, s.slope(), first.goroutines, last.goroutines, wal)
	for _, one := range s.all {
		t.Logf("%v: resident %.1f MiB, %.0f goroutines, journal %.1f MiB", one.at.Round(time.Second), one.rss, one.goroutines, one.wal)
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
