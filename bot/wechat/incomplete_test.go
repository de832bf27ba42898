package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// without is a transport that takes something out of the answers that are
// confirmed logins, as long as it is set.
type without struct {
	next  http.RoundTripper
	strip func(*http.Response)
	off   atomic.Bool
}

// RoundTrip implements [http.RoundTripper].
func (w *without) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	if err == nil && !w.off.Load() && strings.HasSuffix(req.URL.Path, "/webwxnewloginpage") {
		w.strip(resp)
	}
	return resp, err
}

// TestLoginThatIsNone: the phone confirmed and a part of the login does not
// come. That is said in words, nothing is stored, and the next scan works.
func TestLoginThatIsNone(t *testing.T) {
	cookie := func(name string) func(*http.Response) {
		return func(resp *http.Response) {
			resp.Header["Set-Cookie"] = slices.DeleteFunc(resp.Header["Set-Cookie"], func(c string) bool { return strings.HasPrefix(c, name+"=") })
		}
	}
	element := func(name string) func(*http.Response) {
		return func(resp *http.Response) {
			page, err := readSmall(resp)
			if err != nil {
				t.Error(err)
			}
			page = regexp.MustCompile(`<`+name+`>[^<]*</`+name+`>`).ReplaceAll(page, nil)
			resp.ContentLength = int64(len(page))
			resp.Body = readCloser{bytes.NewReader(page)}
		}
	}
	for name, strip := range map[string]func(*http.Response){
		"wxsid": element("wxsid"), "wxuin": element("wxuin"), "skey": element("skey"),
		"wxsid cookie": cookie("wxsid"), "wxuin cookie": cookie("wxuin"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wechatsim.Options{})
			broken := &without{next: r.opt.Transport, strip: strip}
			r.opt.Transport = broken
			r.begin(t)
			<-r.qrs
			r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
			<-r.qrs // another code is shown
			said := ""
			r.ear.until(t, "explanation", func() bool {
				for _, s := range r.ear.states {
					if strings.Contains(s.Detail, "sent no ") {
						said = s.Detail
					}
				}
				return said != ""
			})
			if part, _, _ := strings.Cut(name, " "); !strings.Contains(said, "sent no "+part+",") || !strings.Contains(said, "scan again") {
				t.Errorf("said %q", said)
			}
			if left, err := filepath.Glob(filepath.Dir(r.opt.SessionFile) + "/*"); err != nil || len(left) > 0 {
				t.Errorf("stored %v, %v", left, err)
			}
			if len(r.dir.accounts) > 0 {
				t.Errorf("accounts known: %v", r.dir.accounts)
			}
			broken.off.Store(true)
			r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
			r.ear.phase(t, chat.PhaseOnline)
		})
	}
}

type readCloser struct{ *bytes.Reader }

// Close implements io.Closer.
func (readCloser) Close() error { return nil }

// TestAnEmptyJarReplacesNoLogin: a server that takes cookies back, or a jar
// that lost them, must not cost the login that is stored.
func TestAnEmptyJarReplacesNoLogin(t *testing.T) {
	for name, set := range map[string][]string{
		"none":               {},
		"all taken back":     {"wxsid=; Max-Age=-1; Domain=wx.qq.com; Path=/", "wxuin=; Max-Age=0; Domain=wx.qq.com; Path=/"},
		"one taken back":     {"wxsid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=wx.qq.com; Path=/"},
		"one set to nothing": {"wxsid=; Domain=wx.qq.com; Path=/"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "session.json")
			n := &Network{opt: Options{SessionFile: path}}
			var answer []string
			n.guard = newGuard(roundTrip(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Set-Cookie": answer}, Body: http.NoBody}, nil
			}), func(time.Time) {})
			cred := credentials{Host: "wx.qq.com", Uin: 1, Sid: "x"}
			ask := func(cookies ...string) {
				t.Helper()
				answer = cookies
				req, err := http.NewRequest(http.MethodGet, "https://wx.qq.com/", nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := n.guard.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if err := n.saveLogin(cred); err != nil {
					t.Fatal(err)
				}
			}
			good := []string{"wxsid=s; Domain=wx.qq.com; Path=/; Max-Age=43200", "wxuin=1; Domain=wx.qq.com; Path=/", "webwx_data_ticket=d; Domain=.qq.com; Path=/"}
			ask(good...)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if name == "none" {
				clear(n.guard.cookies)
				n.guard.changed = true
			}
			ask(set...)
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
				t.Errorf("the stored login became %s, %v", after, err)
			}
			ask("wxsid=new; Domain=wx.qq.com; Path=/", good[1], good[2])
			kept, err := loadCredentials(path)
			if err != nil || !slices.ContainsFunc(kept.Cookies, func(c savedCookie) bool { return c.Value == "new" }) {
				t.Errorf("afterwards %+v is stored, %v", kept.Cookies, err)
			}
		})
	}
}

// TestStoredAfterAFailure: cookies that could not be written are written with
// the next answer, though nothing changed in between.
func TestStoredAfterAFailure(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a file in the way")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	n := &Network{opt: Options{SessionFile: filepath.Join(dir, "session.json")}, guard: newGuard(nil, nil)}
	for _, name := range []string{"wxsid", "wxuin"} {
		n.guard.put(savedCookie{Host: "wx.qq.com", Name: name, Value: "x"}, false)
	}
	cred := credentials{Host: "wx.qq.com", Uin: 1, Sid: "x"}
	if err := n.saveLogin(cred); err == nil {
		t.Fatal("written into a file")
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := n.saveLogin(cred); err != nil {
		t.Fatal(err)
	}
	if _, err := loadCredentials(n.opt.SessionFile); err != nil {
		t.Error(err)
	}
	if err := os.Remove(n.opt.SessionFile); err != nil {
		t.Fatal(err)
	}
	if err := n.saveLogin(cred); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(n.opt.SessionFile); !os.IsNotExist(err) {
		t.Errorf("what is stored is written again: %v", err)
	}
}

// TestDetailsComeInLots: members whose rows have no names are asked for by the
// room's EncryChatRoomId, at most 50 at once, and rooms too.
func TestDetailsComeInLots(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	members := make([]string, 130)
	for i := range members {
		members[i] = fmt.Sprintf("员%d", i)
	}
	r.do(t)(r.sim.Room(wechatsim.NewRoom{Room: "big", Name: "大群", Owner: "群主", Members: members}))
	var named atomic.Int32
	name := regexp.MustCompile(`"NickName":"员\d+"`)
	w := tap(r, func(path, answer string) string {
		if strings.HasSuffix(path, "/webwxbatchgetcontact") && strings.Contains(answer, `"MemberCount":132`) {
			return name.ReplaceAllString(answer, `"NickName":""`)
		}
		named.Add(int32(strings.Count(answer, `"NickName":"员`)))
		return answer
	})
	r.login(t)
	r.roster(t, time.Minute, append([]string{"群主"}, members...)...)
	asked := map[string]bool{}
	for _, one := range w.of("/webwxbatchgetcontact") {
		var body struct {
			Count int
			List  []struct{ UserName, EncryChatRoomId string }
		}
		if err := json.Unmarshal([]byte(one.body), &body); err != nil {
			t.Fatal(err)
		}
		if len(body.List) > 50 || len(body.List) != body.Count || !strings.Contains(one.query, "type=ex") {
			t.Errorf("asked for %d, Count %d, %s", len(body.List), body.Count, one.query)
		}
		for _, want := range body.List {
			if room := strings.HasPrefix(want.UserName, "@@"); room != (want.EncryChatRoomId == "") {
				t.Errorf("asked for %+v", want)
			} else if !room {
				asked[want.UserName] = true
			}
		}
	}
	if len(asked) < len(members) || named.Load() < int32(len(members)) {
		t.Errorf("%d members asked for, %d named, want %d", len(asked), named.Load(), len(members))
	}
}
