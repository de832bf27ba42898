package wechatsim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options of a simulator. The zero value is a fair imitation.
type Options struct {
	// Listen is the address of the wire, Control that of the control calls;
	// both have to be loopback. Empty means 127.0.0.1 and a free port.
	Listen, Control string
	// Start is the world's time at the start, by default the present.
	Start time.Time
	// Domain is the base host logins are sent to, by default wx.qq.com.
	Domain string
	// SyncLimit is how many messages one webwxsync brings at most, by default
	// 50. More of them set ContinueFlag.
	SyncLimit int
	// PageSize is how many contacts one webwxgetcontact brings at most, by
	// default 1000.
	PageSize int
	// PartialReads is how many member lists of every room are incomplete after
	// a login, as they often are.
	PartialReads int
	// Poll is how long a long poll waits for news in real time, by default 25 s.
	Poll time.Duration
	// SendBurst is how many messages can be sent at once before 1205, by
	// default 60; one is won back every second of the world's time.
	SendBurst int
	// Picture draws the picture of a text; an image said with an address shows
	// it as a code then. Without it every picture is a grey square.
	Picture func(text string) ([]byte, error)
}

// Server is a running simulator.
type Server struct {
	options Options
	wire    net.Listener
	control net.Listener
	servers [2]*http.Server
	ca      []byte
	pool    *x509.CertPool
	token   string
	picture []byte
	done    chan struct{}
	serving sync.WaitGroup

	mu         sync.Mutex
	changed    chan struct{} // closed and replaced whenever anything changes
	world      *world
	uin        int64
	logins     []*login
	sessions   map[string]*session // by sid, ended ones too
	order      []*session
	faults     []*fault
	bucket     bucket
	requests   map[string]int
	ticks      ticks
	traffic    traffic
	transports []*http.Transport
	closed     bool
}

// Start starts a simulator. Close stops it.
func Start(o Options) (*Server, error) {
	o = o.withDefaults()
	if !slices.Contains(domains, o.Domain) {
		return nil, fmt.Errorf("%q is no WeChat domain", o.Domain)
	}
	cert, ca, err := authority()
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: o, ca: ca, pool: x509.NewCertPool(), token: randomHex(16), picture: greySquare(),
		done: make(chan struct{}), changed: make(chan struct{}), world: newWorld(o.Start, randomSeed()), uin: 2_045_712_930,
		sessions: map[string]*session{}, requests: map[string]int{},
		bucket: bucket{size: o.SendBurst, left: float64(o.SendBurst), at: o.Start},
	}
	s.pool.AppendCertsFromPEM(ca)
	if s.wire, err = listenLoopback(o.Listen); err != nil {
		return nil, fmt.Errorf("listen for the wire: %w", err)
	}
	if s.control, err = listenLoopback(o.Control); err != nil {
		return nil, errors.Join(fmt.Errorf("listen for control: %w", err), s.wire.Close())
	}
	secured := tls.NewListener(s.wire, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}})
	s.serve(0, secured, s.wireHandler())
	s.serve(1, s.control, s.controlHandler())
	return s, nil
}

// withDefaults fills in what was left empty.
func (o Options) withDefaults() Options {
	if o.Start.IsZero() {
		o.Start = time.Now().Truncate(time.Second)
	}
	if o.Domain == "" {
		o.Domain = domains[0]
	}
	for value, standard := range map[*int]int{&o.SyncLimit: 50, &o.PageSize: 1000, &o.SendBurst: 60} {
		if *value == 0 {
			*value = standard
		}
	}
	if o.Poll == 0 {
		o.Poll = 25 * time.Second
	}
	return o
}

// listenLoopback refuses addresses that others could reach: neither side has
// anything to offer to them.
func listenLoopback(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("%s is not a loopback address", address), l.Close())
	}
	return l, nil
}

// serve runs one of the two sides. Handlers are counted so that Close can wait
// for them.
func (s *Server) serve(i int, l net.Listener, h http.Handler) {
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			return
		}
		defer s.serving.Done()
		h.ServeHTTP(w, r)
	})
	s.servers[i] = &http.Server{Handler: counted, ReadHeaderTimeout: 10 * time.Second, ErrorLog: quietLog()}
	s.serving.Go(func() { _ = s.servers[i].Serve(l) }) // ends with ErrServerClosed
}

// enter counts a handler in unless the server is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.serving.Add(1)
	return true
}

// Close stops everything the simulator started and waits for it.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	transports := s.transports
	s.mu.Unlock()
	err := errors.Join(s.servers[0].Close(), s.servers[1].Close())
	for _, t := range transports {
		t.CloseIdleConnections()
	}
	s.serving.Wait()
	return err
}

// Wire is the address of the WeChat side, host:port.
func (s *Server) Wire() string { return s.wire.Addr().String() }

// ControlURL is where the control calls go; it holds the token.
func (s *Server) ControlURL() string { return "http://" + s.control.Addr().String() + "/" + s.token }

// CA is the certificate authority in PEM.
func (s *Server) CA() []byte { return s.ca }

// Transport reaches the simulator under WeChat's host names, and nothing else.
// Close closes its idle connections.
func (s *Server) Transport() http.RoundTripper {
	t := NewTransport(s.Wire(), s.pool)
	s.mu.Lock()
	s.transports = append(s.transports, t)
	s.mu.Unlock()
	return t
}

// NewTransport is a transport that dials wire for WeChat's host names, trusts
// pool only and refuses every other host.
func NewTransport(wire string, pool *x509.CertPool) *http.Transport {
	hosts := Hosts()
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err != nil || !slices.Contains(hosts, host) {
				return nil, fmt.Errorf("%s is no host of the simulator", address)
			}
			var d net.Dialer
			return d.DialContext(ctx, network, wire)
		},
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		MaxIdleConns:    16, IdleConnTimeout: 90 * time.Second,
	}
}

// Now is the world's time.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.now
}

// wake lets everybody who waits look again. The lock is held.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await blocks until ready, called with the lock held, returns true. It is
// false after the time, the context or the server ended.
func (s *Server) await(ctx context.Context, timeout time.Duration, ready func() bool) bool {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		s.mu.Lock()
		ok, changed := ready(), s.changed
		s.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return false
		case <-ctx.Done():
			return false
		case <-s.done:
			return false
		}
	}
}
