package wechat

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// TestFaultsLoseNothing disturbs the wire in every way while people speak. All
// is heard, what came twice under the same id.
func TestFaultsLoseNothing(t *testing.T) {
	for _, fault := range []wechatsim.Fault{
		{Name: "drop", Times: 3},
		{Name: "status500", Times: 3},
		{Name: "truncate", Times: 2},
		{Name: "nosynckey", Times: 1},
		{Name: "nosynckey", Times: 4},
		{Name: "replay", Times: 2},
		{Name: "reorder", Times: 2},
		{Name: "duplicate", Times: 2},
	} {
		t.Run(fmt.Sprintf("%s %d", fault.Name, fault.Times), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wechatsim.Options{SyncLimit: 3})
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			ids := map[string]string{}
			for i := range 12 {
				if i == 4 {
					r.do(t)(r.sim.Fault(fault))
				}
				r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: fmt.Sprint(i)}))
			}
			for len(ids) < 12 {
				m := later[chat.Message](t, r, 10*time.Minute)
				if id, ok := ids[m.Text]; ok && id != m.ID {
					t.Errorf("%q came as %s and as %s", m.Text, id, m.ID)
				}
				ids[m.Text] = m.ID
			}
		})
	}
}

// TestNothingIsAcknowledgedBeforeItIsStored: the road fails to store, then the
// process ends; the messages come again.
func TestNothingIsAcknowledgedBeforeItIsStored(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.ear.mu.Lock()
	r.ear.fail = 1000
	r.ear.mu.Unlock()
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "wichtig"}))
	r.clock.step(t, time.Minute)
	r.end(t)
	r.ear.mu.Lock()
	r.ear.fail = 0
	r.ear.mu.Unlock()
	r.begin(t)
	r.ear.said(t, "wichtig")
}

// What was said while the bot was away comes in several answers, each of which
// says that there is more: they are fetched one after the other, in order, and
// no long poll stands between them.
func TestABacklogIsFetchedWithoutPolling(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.end(t)
	const said = 230 // five answers
	for i := range said {
		r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: fmt.Sprintf("第%d句", i)}))
	}
	before := r.sim.World().Requests
	r.begin(t)
	for i := range said {
		if m := next[chat.Message](t, r.ear); m.Text != fmt.Sprintf("第%d句", i) {
			t.Fatalf("message %d is %q", i, m.Text)
		}
	}
	after := r.sim.World().Requests
	if n := after["webwxsync"] - before["webwxsync"]; n < 5 {
		t.Errorf("%d answers for %d messages: nothing was held back", n, said)
	}
	if n := after["synccheck"] - before["synccheck"]; n > 2 {
		t.Errorf("%d polls while there was more to fetch", n)
	}
}

func TestStorageComesBack(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.ear.mu.Lock()
	r.ear.fail = 3
	r.ear.mu.Unlock()
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "wichtig"}))
	if m := later[chat.Message](t, r, time.Minute); m.Text != "wichtig" {
		t.Errorf("heard %+v", m)
	}
}

// A message of which the road cannot say for now whether it may come in is not
// dropped: it comes again, and with it what else its answer brought. What a
// member list showed meanwhile does not, and is not lost either.
func TestWhatCannotBeAskedAboutComesAgain(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.clock.advance(t, minReread+time.Second) // a stranger who speaks has the list read again
	asked, hold := 0, make(chan struct{})
	r.ear.mu.Lock()
	r.ear.dark = func(m chat.Message) bool {
		switch m.Text {
		case "halt":
			<-hold // so that what follows comes in one answer
		case "wichtig":
			asked++
		}
		return m.Text == "wichtig" && asked <= 3
	}
	r.ear.mu.Unlock()
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "halt"}))
	r.do(t)(r.sim.Join(wechatsim.Joining{Room: "g", Members: []string{"新人"}}))
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "新人", Text: "da"}))
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "wichtig"}))
	close(hold)
	for _, text := range []string{"halt", `"老王"邀请"新人"加入了群聊`, "da", "wichtig"} {
		if m := later[chat.Message](t, r, time.Minute); m.Text != text {
			t.Errorf("heard %+v, want %s", m, text)
		}
	}
	if j := later[chat.Joined](t, r, time.Minute); !slices.Equal(r.nicks(j.Members), []string{"新人"}) {
		t.Errorf("joined %q", r.nicks(j.Members))
	}
}

func TestSendErrors(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	if _, err := New(Options{}); err == nil {
		t.Error("New without a session file")
	}
	n, err := New(r.opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Send(t.Context(), chat.Outgoing{ID: 1, Room: 1, Text: "x"}); !errors.Is(err, chat.ErrOffline) {
		t.Errorf("before the login: %v", err)
	}
	r.login(t)
	read := r.roster(t, time.Minute, "老王", "甲", "乙")
	var jia chat.MemberID
	for _, id := range read.Present {
		if r.dir.nick(id) == "甲" {
			jia = id
		}
	}
	for _, c := range []struct {
		name  string
		fault string
		out   chat.Outgoing
		want  error
	}{
		{"room", "", chat.Outgoing{Room: 1}, nil},
		{"console", "", chat.Outgoing{Console: true}, nil},
		{"friend", "", chat.Outgoing{Member: jia}, nil},
		{"too fast", "toofast", chat.Outgoing{Room: 1}, chat.ErrTooFast},
		{"lost reply", "lostreply", chat.Outgoing{Room: 1}, chat.ErrUnknownOutcome},
		{"unknown room", "", chat.Outgoing{Room: 99}, chat.ErrNotReachable},
		{"unknown member", "", chat.Outgoing{Member: 99}, chat.ErrNotReachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.fault != "" {
				r.do(t)(r.sim.Fault(wechatsim.Fault{Name: c.fault}))
			}
			c.out.ID, c.out.Text = 7, c.name
			before := len(r.sim.Transcript())
			got, err := r.net.Send(t.Context(), c.out)
			if !errors.Is(err, c.want) || err == nil && got.MessageID == "" {
				t.Errorf("receipt %+v, error %v, want %v", got, err, c.want)
			}
			if said := len(r.sim.Transcript()) - before; said > 1 {
				t.Errorf("said %d times", said)
			}
		})
	}
	r.do(t)(r.sim.Befriend(wechatsim.Befriending{Member: "甲"}))
	if _, err := r.net.Send(t.Context(), chat.Outgoing{ID: 8, Member: jia, Text: "x"}); !errors.Is(err, chat.ErrNotReachable) {
		t.Errorf("to a stranger: %v", err)
	}
}

// broken answers one endpoint by itself.
type broken struct {
	next   http.RoundTripper
	path   string
	answer func() (*http.Response, error)
}

func (b broken) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, b.path) {
		return b.answer()
	}
	return b.next.RoundTrip(req)
}

// TestSendAnswers goes through the answers the simulator does not give.
func TestSendAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		err    error
		want   error
	}{
		"server error":  {status: 500, want: chat.ErrUnknownOutcome},
		"cut short":     {status: 200, body: `{"BaseResponse":{"Ret":0`, want: chat.ErrUnknownOutcome},
		"not JSON":      {status: 200, body: `<html>`, want: chat.ErrUnknownOutcome},
		"no connection": {err: errors.New("refused"), want: chat.ErrOffline},
		"logged out":    {status: 200, body: `{"BaseResponse":{"Ret":1101}}`, want: chat.ErrOffline},
		"other code":    {status: 200, body: `{"BaseResponse":{"Ret":-1}}`, want: chat.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wechatsim.Options{})
			r.opt.Transport = broken{r.opt.Transport, "/webwxsendmsg", func() (*http.Response, error) {
				if c.err != nil {
					return nil, c.err
				}
				return &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(c.body))}, nil
			}}
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			if _, err := r.net.Send(t.Context(), chat.Outgoing{ID: 1, Room: 1, Text: "x"}); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

// TestNetworkLossIsVisible: while nothing gets through the state says so, the
// tries become rare, and all is well again afterwards.
func TestNetworkLossIsVisible(t *testing.T) {
	r := newRig(t, wechatsim.Options{Poll: 20 * time.Millisecond})
	var down atomic.Bool
	var tries atomic.Int32
	r.opt.Transport = gate{r.opt.Transport, &down, &tries}
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	down.Store(true)
	r.ear.phase(t, chat.PhaseOffline)
	tries.Store(0)
	began := r.clock.Now()
	for r.clock.Now().Sub(began) < 10*time.Minute {
		r.clock.step(t, time.Hour)
	}
	if n := tries.Load(); n > 40 {
		t.Errorf("%d tries in ten minutes", n)
	}
	down.Store(false)
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "wieder da"}))
	if m := later[chat.Message](t, r, time.Hour); m.Text != "wieder da" {
		t.Errorf("heard %+v", m)
	}
	r.ear.phase(t, chat.PhaseOnline)
}

// gate is a network that can be down.
type gate struct {
	next  http.RoundTripper
	down  *atomic.Bool
	tries *atomic.Int32
}

func (g gate) RoundTrip(req *http.Request) (*http.Response, error) {
	g.tries.Add(1)
	if g.down.Load() {
		return nil, errors.New("network is unreachable")
	}
	return g.next.RoundTrip(req)
}

func TestRemove(t *testing.T) {
	for _, works := range []bool{false, true} {
		t.Run(fmt.Sprint("works ", works), func(t *testing.T) {
			r := newRig(t, wechatsim.Options{})
			r.opt.Remove = true
			r.do(t)(r.sim.Room(wechatsim.NewRoom{Room: "h", Name: "自家群", Owner: "boss", BotOwner: true, Members: []string{"丙"}, RemoveWorks: works}))
			r.login(t)
			var read chat.RosterRead
			for len(read.Present) != 2 {
				read = later[chat.RosterRead](t, r, time.Minute)
			}
			target := read.Present[0]
			if r.dir.nick(target) != "丙" {
				target = read.Present[1]
			}
			err := r.net.Remove(t.Context(), read.Room, target)
			if works && err != nil || !works && !errors.Is(err, chat.ErrRefused) {
				t.Errorf("remove: %v", err)
			}
			if works {
				if left := later[chat.Left](t, r, 2*time.Minute); left.Members[0] != target {
					t.Errorf("left %+v", left)
				}
			}
		})
	}
	if err := (&Network{}).Remove(t.Context(), 1, 1); !errors.Is(err, chat.ErrUnsupported) {
		t.Errorf("remove where it is off: %v", err)
	}
}

func TestOldMessagesHaveTheirAge(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.end(t)
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "spät"}))
	r.clock.advance(t, 2*time.Hour)
	r.begin(t)
	if m := r.ear.said(t, "spät"); m.Age.Round(time.Minute) != 2*time.Hour {
		t.Errorf("age %v", m.Age)
	}
}

// TestRecall takes back what the account itself said, within two minutes.
func TestRecall(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	if err := mustNew(t, r.opt).Recall(t.Context(), 1, "1"); !errors.Is(err, chat.ErrOffline) {
		t.Errorf("before the login: %v", err)
	}
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	say := func(text string) string {
		got, err := r.net.Send(t.Context(), chat.Outgoing{ID: 7, Room: 1, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return got.MessageID
	}
	done, err := r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "hallo"})
	r.do(t)(done, err)
	fresh, old := say("frisch"), say("alt")
	for _, c := range []struct {
		name string
		room chat.RoomID
		id   string
		wait time.Duration
		want error
	}{
		{"own", 1, fresh, 0, nil},
		{"twice", 1, fresh, 0, chat.ErrRefused},
		{"somebody else's", 1, done.ID, 0, chat.ErrRefused},
		{"unknown room", 99, old, 0, chat.ErrNotReachable},
		{"after two minutes", 1, old, 3 * time.Minute, chat.ErrRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.clock.advance(t, c.wait)
			if err := r.net.Recall(t.Context(), c.room, c.id); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func mustNew(t *testing.T, opt Options) *Network {
	t.Helper()
	n, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
