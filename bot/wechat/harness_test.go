package wechat

import (
	"context"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits in real time for what has to happen.
const patience = 10 * time.Second

// rig is a network on a simulator.
type rig struct {
	sim   *wechatsim.Server
	clock *simTime
	dir   *tape
	ear   *ear
	net   *Network
	opt   Options
	qrs   chan string
	stop  func()
	done  chan error
}

// newRig starts a simulator with one room: 老王 owns it, 甲 and 乙 are in it.
func newRig(t *testing.T, o wechatsim.Options) *rig {
	t.Helper()
	if o.Poll == 0 {
		o.Poll = 5 * time.Second
	}
	sim, err := wechatsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{sim: sim, clock: newSimTime(sim), dir: newTape(), qrs: make(chan string, 16)}
	r.ear = &ear{dir: r.dir, clock: r.clock, changed: make(chan struct{})}
	r.opt = Options{
		SessionFile: filepath.Join(t.TempDir(), "private", "session.json"), Directory: r.dir, Clock: r.clock,
		Log: slog.New(slog.DiscardHandler), Transport: sim.Transport(),
		ShowQR: func(url string) { r.qrs <- url },
	}
	if testing.Verbose() {
		r.opt.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	t.Cleanup(func() {
		r.end(t)
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	r.do(t)(sim.Room(wechatsim.NewRoom{Room: "g", Name: "邻里群", Owner: "老王", Members: []string{"甲", "乙"}}))
	return r
}

// do fails the test when a call to the simulator failed.
func (r *rig) do(t *testing.T) func(wechatsim.Done, error) {
	return func(_ wechatsim.Done, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// begin starts a network with the rig's options.
func (r *rig) begin(t *testing.T) {
	t.Helper()
	var err error
	if r.net, err = New(r.opt); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.stop, r.done = cancel, make(chan error, 1)
	go func() { r.done <- r.net.Run(ctx, r.ear) }()
}

// end stops the network.
func (r *rig) end(t *testing.T) {
	t.Helper()
	if r.stop == nil {
		return
	}
	r.stop()
	r.stop = nil
	select {
	case err := <-r.done:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("Run does not end")
	}
	r.ear.mu.Lock()
	r.ear.states = nil
	r.ear.mu.Unlock()
}

// login brings the network online by a scan and waits for the first roster.
func (r *rig) login(t *testing.T) {
	t.Helper()
	r.begin(t)
	r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
	r.ear.phase(t, chat.PhaseOnline)
}

// roster waits for a member list with exactly these nicknames, the bot's
// account left out, moving the time as far as limit.
func (r *rig) roster(t *testing.T, limit time.Duration, want ...string) chat.RosterRead {
	t.Helper()
	slices.Sort(want)
	for {
		read := later[chat.RosterRead](t, r, limit)
		if slices.Equal(r.nicks(read.Present), want) {
			return read
		}
	}
}

func (r *rig) nicks(ids []chat.MemberID) []string {
	out := map[string]bool{}
	for _, id := range ids {
		if nick := r.dir.nick(id); nick != "小助手" {
			out[nick] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}
