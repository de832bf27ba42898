package wechat

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eatmoreapple/openwechat"
)

const (
	// requestTimeout bounds a whole exchange; the server holds a long poll for
	// about 25 seconds.
	requestTimeout = 45 * time.Second
	// maxBody bounds a decompressed answer: 50 rooms of 500 members are about
	// 8 MiB, 10 000 contacts about 7 MiB.
	maxBody = 32 << 20
	// cookieSlack is how far an expiry may move before the session file is
	// written again: every sync answer renews its cookies.
	cookieSlack = 30 * time.Minute
)

var errBodyTooLong = errors.New("the answer is longer than any real one")

// directTransport verifies certificates and reads no proxy from the
// environment, so that nothing outside the program can redirect it.
func directTransport() *http.Transport {
	return &http.Transport{
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: requestTimeout,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConnsPerHost:   4,
		ForceAttemptHTTP2:     true,
	}
}

// savedCookie is a cookie with what is needed to set it again.
type savedCookie struct {
	Host    string // the host that set it
	Name    string
	Value   string
	Domain  string
	Path    string
	Expires time.Time // zero: until the session ends
}

type cookieKey struct{ domain, path, name string }

// key tells cookies apart as a jar does.
func (c savedCookie) key() cookieKey {
	domain := c.Domain
	if domain == "" {
		domain = "=" + c.Host
	}
	return cookieKey{domain, c.Path, c.Name}
}

// guard stands between openwechat and the network: it lets requests go to
// WeChat's hosts only, bounds answers, notes the server's time and keeps the
// cookies, which openwechat's own jar loses when it is reloaded.
type guard struct {
	next http.RoundTripper
	date func(time.Time)

	mu      sync.Mutex
	cookies map[cookieKey]savedCookie
	changed bool
}

func newGuard(next http.RoundTripper, date func(time.Time)) *guard {
	return &guard{next: next, date: date, cookies: map[cookieKey]savedCookie{}}
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := allowedURL(req.URL); err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	g.keep(req.URL.Hostname(), resp.Cookies())
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		g.date(at)
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxBody}
	return resp, nil
}

// allowedURL refuses every host that is not WeChat's own.
func allowedURL(u *url.URL) error {
	host := strings.ToLower(u.Hostname())
	if u.Scheme != "https" || u.Port() != "" || u.User != nil || !wechatHost(host) {
		return fmt.Errorf("host %q is not WeChat's", host)
	}
	return nil
}

func wechatHost(host string) bool {
	for _, base := range []string{"qq.com", "wechat.com"} {
		if host == base || strings.HasSuffix(host, "."+base) {
			return true
		}
	}
	return false
}

func (g *guard) keep(host string, set []*http.Cookie) {
	if len(set) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range set {
		if !ownDomain(host, c.Domain) {
			continue // nor does the jar take it
		}
		s := savedCookie{Host: host, Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: c.Expires}
		// The jar counts a cookie's age by the machine's clock; so does this.
		if c.MaxAge > 0 {
			s.Expires = time.Now().Add(time.Duration(c.MaxAge) * time.Second)
		}
		gone := c.MaxAge < 0 || c.MaxAge == 0 && !c.Expires.IsZero() && c.Expires.Before(time.Now())
		g.put(s, gone)
	}
}

// ownDomain reports whether a host may set cookies for a domain: its own, or
// one that it lies in.
func ownDomain(host, domain string) bool {
	host, domain = strings.ToLower(host), strings.TrimPrefix(strings.ToLower(domain), ".")
	return domain == "" || host == domain || strings.HasSuffix(host, "."+domain)
}

func (g *guard) put(s savedCookie, remove bool) {
	key := s.key()
	old, had := g.cookies[key]
	if remove {
		delete(g.cookies, key)
		g.changed = g.changed || had
		return
	}
	moved := s.Expires.Sub(old.Expires)
	if !had || old.Value != s.Value || moved > cookieSlack || moved < -cookieSlack {
		g.cookies[key] = s
		g.changed = true
	}
}

// held returns the cookies and whether they changed since they were stored.
func (g *guard) held() (all []savedCookie, changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.cookies {
		all = append(all, c)
	}
	return all, g.changed
}

// stored notes that cookies are in the session file, unless others came since.
func (g *guard) stored(cookies []savedCookie) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range cookies {
		if g.cookies[c.key()] != c {
			return
		}
	}
	g.changed = len(g.cookies) != len(cookies)
}

// lacking names a cookie that no login can do without and that is not among
// these, or "". webwx_data_ticket is for uploads alone, and comes with later
// answers too.
func lacking(cookies []savedCookie) string {
	for _, name := range []string{"wxuin", "wxsid"} {
		if !slices.ContainsFunc(cookies, func(c savedCookie) bool { return c.Name == name && c.Value != "" }) {
			return name
		}
	}
	return ""
}

// restore replaces all cookies by those of a session file.
func (g *guard) restore(client *openwechat.Client, list []savedCookie) {
	jar := openwechat.NewJar()
	g.mu.Lock()
	clear(g.cookies)
	for _, c := range list {
		g.put(c, false)
		jar.SetCookies(&url.URL{Scheme: "https", Host: c.Host, Path: "/"}, []*http.Cookie{{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: c.Expires, Secure: true,
		}})
	}
	g.changed = false
	g.mu.Unlock()
	client.SetCookieJar(jar)
}

// hideQuery takes the query out of the addresses in errors: it carries what a
// thief needs to take the account over, and errors are logged.
type hideQuery struct{}

func (hideQuery) BeforeRequest(*http.Request) {}

func (hideQuery) AfterRequest(_ *http.Response, err error) {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return
	}
	if u, parseErr := url.Parse(failed.URL); parseErr == nil {
		failed.URL = u.Scheme + "://" + u.Host + u.Path
	}
}

// boundedBody fails when an answer goes on for too long.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBodyTooLong
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}
