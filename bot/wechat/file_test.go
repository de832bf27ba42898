package wechat

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

func TestSessionFileIsPrivate(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.end(t)
	info, err := os.Stat(r.opt.SessionFile)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("session file %v, %v", info, err)
	}
	if dir, err := os.Stat(filepath.Dir(r.opt.SessionFile)); err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("its directory %v, %v", dir, err)
	}
	cred, err := loadCredentials(r.opt.SessionFile)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range cred.Cookies {
		names[c.Name] = true
	}
	if !names["wxsid"] || !names["wxuin"] || !names["webwx_data_ticket"] {
		t.Errorf("cookies kept: %v", names)
	}
	if strings.Contains(cred.sessionID(), cred.Sid) {
		t.Error("the session id gives the login away")
	}
}

func TestSessionFilesThatAreRefused(t *testing.T) {
	good := `{"Host":"wx.qq.com","Uin":1,"Sid":"x"}`
	for name, c := range map[string]struct {
		make func(path string) error
		ok   bool
	}{
		"good":       {func(p string) error { return os.WriteFile(p, []byte(good), 0o600) }, true},
		"for others": {func(p string) error { return os.WriteFile(p, []byte(good), 0o640) }, false},
		"damaged":    {func(p string) error { return os.WriteFile(p, []byte(good[:20]), 0o600) }, false},
		"wrong host": {func(p string) error {
			return os.WriteFile(p, []byte(`{"Host":"qq.com.evil.com","Uin":1,"Sid":"x"}`), 0o600)
		}, false},
		"empty":       {func(p string) error { return os.WriteFile(p, nil, 0o600) }, false},
		"a directory": {func(p string) error { return os.Mkdir(p, 0o700) }, false},
		"a link": {func(p string) error {
			if err := os.WriteFile(p+".elsewhere", []byte(good), 0o600); err != nil {
				return err
			}
			return os.Symlink(p+".elsewhere", p)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "session.json")
			if err := c.make(path); err != nil {
				t.Fatal(err)
			}
			_, err := loadCredentials(path)
			if (err == nil) != c.ok || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "Sid") {
				t.Errorf("the error shows the file: %v", err)
			}
		})
	}
}

func TestOnlyWeChatIsReached(t *testing.T) {
	reached := 0
	g := newGuard(roundTrip(func(*http.Request) (*http.Response, error) {
		reached++
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody}, nil
	}), func(time.Time) {})
	for address, ok := range map[string]bool{
		"https://wx.qq.com/": true, "https://web.wechat.com/x": true, "https://WX2.QQ.com/": true,
		"http://wx.qq.com/": false, "https://wx.qq.com:8443/": false, "https://wx.qq.com.evil.com/": false,
		"https://evilqq.com/": false, "https://u@wx.qq.com/": false, "https://127.0.0.1/": false, "ftp://wx.qq.com/": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		before := reached
		resp, err := g.RoundTrip(&http.Request{URL: u, Header: http.Header{}})
		if err == nil {
			resp.Body.Close()
		}
		if (err == nil) != ok || (reached > before) != ok {
			t.Errorf("%s: error %v", address, err)
		}
	}
}

// TestForeignCookiesAreNotKept: a host sets cookies for itself and for what it
// lies in; one for another host would take the place of that host's own.
func TestForeignCookiesAreNotKept(t *testing.T) {
	answers := map[string]string{
		"web.wechat.com":  "wxsid=theirs; Domain=web.wechat.com",
		"wx.qq.com":       "wxsid=stolen; Domain=web.wechat.com",
		"wx2.qq.com":      "wxsid=evil; Domain=evil.example",
		"file.wx.qq.com":  "ticket=shared; Domain=.qq.com",
		"login.wx.qq.com": "page=own",
	}
	g := newGuard(roundTrip(func(req *http.Request) (*http.Response, error) {
		header := http.Header{"Set-Cookie": {answers[req.URL.Host]}}
		return &http.Response{StatusCode: http.StatusOK, Header: header, Body: http.NoBody}, nil
	}), func(time.Time) {})
	for _, host := range []string{"web.wechat.com", "wx.qq.com", "wx2.qq.com", "file.wx.qq.com", "login.wx.qq.com"} {
		resp, err := g.RoundTrip(&http.Request{URL: &url.URL{Scheme: "https", Host: host, Path: "/"}, Header: http.Header{}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	kept := map[string]bool{}
	cookies, _ := g.held()
	for _, c := range cookies {
		kept[c.Value] = true
	}
	if want := map[string]bool{"theirs": true, "shared": true, "own": true}; !maps.Equal(kept, want) {
		t.Errorf("kept %v, want %v", kept, want)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestTransportIgnoresTheEnvironment(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	tr := directTransport()
	if tr.Proxy != nil || tr.TLSClientConfig.InsecureSkipVerify {
		t.Error("the transport can be redirected")
	}
}

func TestErrorsHideSecrets(t *testing.T) {
	down := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("down") })
	w := &wire{client: newClient(down, false), cred: credentials{Host: "wx.qq.com", Uin: 1, Sid: "geheim", SKey: "geheim", PassTicket: "geheim"}}
	w.client.Domain = "wx.qq.com"
	_, checked := w.check(t.Context(), wireKey{})
	_, synced := w.sync(t.Context(), wireKey{})
	_, booked := w.contacts(t.Context())
	for _, err := range []error{checked, synced, booked} {
		if err == nil || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "down") {
			t.Errorf("error %v", err)
		}
	}
}

func TestEndlessAnswerIsCutOff(t *testing.T) {
	b := boundedBody{ReadCloser: io.NopCloser(endless{}), left: maxBody}
	n, err := io.Copy(io.Discard, &b)
	if !errors.Is(err, errBodyTooLong) || n != maxBody {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

// A small compressed answer that unpacks to a huge one is given up on at the
// same length, and is never held in memory whole.
func TestCompressedBombIsCutOff(t *testing.T) {
	const size = 8 * maxBody
	bomb := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		_, _ = io.WriteString(z, `{"BaseResponse":{"Ret":0},"AddMsgList":[{"Content":"`)
		for zeros, n := make([]byte, 1<<20), 0; n < size; n += len(zeros) {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
	}))
	defer bomb.Close()
	to := bomb.Client().Transport.(*http.Transport).Clone()
	to.TLSClientConfig.ServerName = "example.com" // the name in the server's certificate
	to.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, bomb.Listener.Addr().String())
	}
	defer to.CloseIdleConnections()
	w := &wire{client: newClient(newGuard(to, func(time.Time) {}), false), cred: credentials{Host: "wx.qq.com", Uin: 1}}
	w.client.Domain = "wx.qq.com"
	var before, after runtime.MemStats
	for name, ask := range map[string]func() error{
		"sync":     func() error { _, err := w.sync(t.Context(), wireKey{}); return err },
		"check":    func() error { _, err := w.check(t.Context(), wireKey{}); return err },
		"contacts": func() error { _, err := w.contacts(t.Context()); return err },
	} {
		runtime.ReadMemStats(&before)
		err := ask()
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: a bomb is an answer", name)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 6*maxBody {
			t.Errorf("%s: %d MiB allocated", name, used>>20)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
