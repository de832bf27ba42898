// Package wechat connects the bot to WeChat's web protocol. It is the only
// importer of openwechat and uses its Client, its modes and its request
// builders, not its Bot.
//
// The stock Bot sorts all contacts for every message, so its cost per message
// grows with the address book; it stores the sync key before the handlers
// ran, so a crash loses messages; it retries network errors without a pause
// and POSTs blindly; and it drops the fields that tell who left a room. The
// session here keeps its own records, acknowledges a batch only after its
// effects are durable, and reads every answer strictly and boundedly.
package wechat

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

// Options are what a Network needs. SessionFile, Directory and Log are
// required.
type Options struct {
	// SessionFile holds the login between two runs. Whoever reads it owns the
	// account: it is private to the user and never logged.
	SessionFile string
	Directory   Directory
	Log         *slog.Logger
	// Clock defaults to the machine's.
	Clock chat.Clock
	// ShowQR gets the address that the phone has to scan, each time a new one
	// is needed.
	ShowQR func(url string)
	// Normal logs in as the browser page instead of the desktop client; most
	// accounts are refused there.
	Normal bool
	// Again forgets that WeChat refused the account and tries once more.
	Again bool
	// Remove says that removing members is worth trying. WeChat's web protocol
	// answers such requests with an error since 2018.
	Remove bool
	// Codes returns the texts of the codes in a picture; nil means that no
	// picture is ever fetched.
	Codes func(ctx context.Context, file []byte) ([]string, error)
	// Transport carries the requests; nil means an own one that verifies TLS
	// and heeds no proxy variables.
	Transport http.RoundTripper
}

// Network is one WeChat account. It implements [chat.Network].
type Network struct {
	opt    Options
	log    *slog.Logger
	clock  chat.Clock
	server *serverTime
	guard  *guard
	client *openwechat.Client
	own    *ownSends
	wake   chan struct{} // of the roster keeper
	ended  credentials   // of the login before, for one push to the phone; Run's own

	// turn is held while a batch is made and delivered, so that batches reach
	// the road one after the other.
	turn sync.Mutex

	mu    sync.Mutex
	live  *session // nil while not logged in
	phase chat.State
}

// New returns a network that is not logged in yet.
func New(opt Options) (*Network, error) {
	if opt.SessionFile == "" || opt.Directory == nil || opt.Log == nil {
		return nil, errors.New("wechat: session file, directory and log are required")
	}
	if opt.Clock == nil {
		opt.Clock = chat.RealClock{}
	}
	if opt.Transport == nil {
		opt.Transport = directTransport()
	}
	n := &Network{opt: opt, log: opt.Log, clock: opt.Clock, wake: make(chan struct{}, 1)}
	n.server = newServerTime(opt.Clock, opt.Log)
	n.own = newOwnSends(opt.Clock)
	n.guard = newGuard(opt.Transport, n.server.observe)
	n.client = newClient(n.guard, opt.Normal)
	return n, nil
}

// newClient sets up openwechat's client: the mode's headers and hosts, one try
// per request, no redirects followed.
func newClient(rt http.RoundTripper, normal bool) *openwechat.Client {
	c := openwechat.DefaultClient()
	c.MaxRetryTimes = 1 // a second POST may send twice
	c.AddHttpHook(hideQuery{})
	c.HTTPClient().Transport = rt
	c.HTTPClient().Timeout = requestTimeout
	mode := openwechat.Desktop
	if normal {
		mode = openwechat.Normal
	}
	mode.Prepare(&openwechat.Bot{Caller: openwechat.NewCaller(c)})
	return c
}

// Capabilities implements [chat.Network].
func (n *Network) Capabilities() chat.Capabilities {
	return chat.Capabilities{Remove: n.opt.Remove, Recall: recallWithin}
}

// Refresh implements [chat.Network].
func (n *Network) Refresh(room chat.RoomID) {
	if s := n.session(); s != nil {
		s.world.refresh(room, n.clock.Now())
		n.nudge()
	}
}

// nudge wakes the roster keeper.
func (n *Network) nudge() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *Network) session() *session {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.live
}

func (n *Network) setSession(s *session) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.live = s
}

// report tells the road and the log about a change of the login's state.
func (n *Network) report(in chat.Intake, phase chat.Phase, detail string) {
	n.reportCode(in, phase, 0, detail)
}

// reportCode is report with what the network answered.
func (n *Network) reportCode(in chat.Intake, phase chat.Phase, code int, detail string) {
	n.mu.Lock()
	same := n.phase.Phase == phase && n.phase.Detail == detail
	if n.phase.Phase != phase {
		n.phase.Since = n.clock.Now()
	}
	n.phase.Phase, n.phase.Code, n.phase.Detail = phase, code, detail
	state := n.phase
	n.mu.Unlock()
	if same {
		return
	}
	n.log.LogAttrs(context.Background(), slog.LevelInfo, "login state",
		slog.String("phase", string(phase)), slog.String("detail", detail))
	in.State(state)
}
