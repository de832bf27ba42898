package wechat

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// wiretap stands between the network and the simulator: it keeps what was
// asked, and may change what is answered.
type wiretap struct {
	next http.RoundTripper
	// change returns another answer of an endpoint, or the same; nil changes
	// nothing.
	change func(path, answer string) string

	mu    sync.Mutex
	asked []asked
}

// asked is a request as it went out.
type asked struct {
	path, query, body string
	header            http.Header
}

// RoundTrip implements [http.RoundTripper].
func (w *wiretap) RoundTrip(req *http.Request) (*http.Response, error) {
	one := asked{path: req.URL.Path, query: req.URL.RawQuery, header: req.Header.Clone()}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		one.body = string(body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	w.mu.Lock()
	w.asked = append(w.asked, one)
	w.mu.Unlock()
	resp, err := w.next.RoundTrip(req)
	if err != nil || w.change == nil {
		return resp, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := w.change(req.URL.Path, string(answer))
	resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// of are the requests to an endpoint.
func (w *wiretap) of(end string) (all []asked) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.asked {
		if strings.HasSuffix(one.path, end) {
			all = append(all, one)
		}
	}
	return all
}

// tap puts a wiretap into a rig.
func tap(r *rig, change func(path, answer string) string) *wiretap {
	w := &wiretap{next: r.opt.Transport, change: change}
	r.opt.Transport = w
	return w
}

// TestLoginAsTheDesktop: the way that works for most accounts has headers of
// its own, and the other has none of them.
func TestLoginAsTheDesktop(t *testing.T) {
	for name, normal := range map[string]bool{"desktop": false, "normal": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, wechatsim.Options{})
			r.opt.Normal = normal
			w := tap(r, nil)
			r.login(t)
			page := w.of("/webwxnewloginpage")
			if len(page) != 1 {
				t.Fatalf("%d login pages", len(page))
			}
			version, spam := page[0].header.Get("client-version"), page[0].header.Get("extspam")
			if desktop := version == "2.0.0" && len(spam) > 100; desktop == normal || normal && version+spam != "" {
				t.Errorf("client-version %q, %d bytes of extspam", version, len(spam))
			}
			if asks := w.of("/jslogin")[0].query; strings.Contains(asks, "mod%3Ddesktop") == normal {
				t.Errorf("asked for a login with %s", asks)
			}
		})
	}
}

// TestTextGoesOutUnescaped: a server that is sent \u escapes shows them.
func TestTextGoesOutUnescaped(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	w := tap(r, nil)
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	if _, err := r.net.Send(t.Context(), chat.Outgoing{ID: 1, Room: 1, Text: "@甲\u2005警告 1/3 <a&b>"}); err != nil {
		t.Fatal(err)
	}
	if sent := w.of("/webwxsendmsg"); len(sent) != 1 || !strings.Contains(sent[0].body, "@甲\u2005警告 1/3 <a&b>") {
		t.Errorf("sent %+v", sent)
	}
}

// TestEveryAnnouncementIsFetched: any selector but 0 brings news, whatever it
// means; and a server that forgets to announce is asked after a while.
func TestEveryAnnouncementIsFetched(t *testing.T) {
	announced := regexp.MustCompile(`selector:"[1-9]"`)
	for _, selector := range []string{"1", "3", "4", "6", "7", "0"} {
		t.Run(selector, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wechatsim.Options{})
			tap(r, func(path, answer string) string {
				if strings.HasSuffix(path, "/synccheck") {
					return announced.ReplaceAllString(answer, `selector:"`+selector+`"`)
				}
				return answer
			})
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "在吗"}))
			limit := time.Minute
			if selector == "0" {
				limit = 2*quietSync + time.Minute // the time may jump while an answer is under way
			}
			if m := later[chat.Message](t, r, limit); m.Text != "在吗" {
				t.Errorf("heard %+v", m)
			}
		})
	}
}

// TestOddSyncAnswers: keys that do not fit their number, none at all, and codes
// that do not end a login lose nothing and stop nothing.
func TestOddSyncAnswers(t *testing.T) {
	count := regexp.MustCompile(`"SyncKey":\{"Count":\d+`)
	key := regexp.MustCompile(`"SyncKey":\{"Count":\d+,"List":\[[^\]]*\]\}`)
	ret := regexp.MustCompile(`"Ret":0`)
	for name, change := range map[string]func(string) string{
		"more keys announced":  func(a string) string { return count.ReplaceAllString(a, `"SyncKey":{"Count":99`) },
		"fewer keys announced": func(a string) string { return count.ReplaceAllString(a, `"SyncKey":{"Count":1`) },
		"an empty key":         func(a string) string { return key.ReplaceAllString(a, `"SyncKey":{"Count":0,"List":[]}`) },
		"a null key":           func(a string) string { return key.ReplaceAllString(a, `"SyncKey":null`) },
		"a ticket error":       func(a string) string { return ret.ReplaceAllString(a, `"Ret":-14`) },
		"a system error":       func(a string) string { return ret.ReplaceAllString(a, `"Ret":-1`) },
		"a logic error":        func(a string) string { return ret.ReplaceAllString(a, `"Ret":-2`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wechatsim.Options{})
			odd := 0
			tap(r, func(path, answer string) string {
				if odd > 0 && strings.HasSuffix(path, "/webwxsync") {
					odd--
					return change(answer)
				}
				return answer
			})
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			w := r.opt.Transport.(*wiretap)
			w.mu.Lock()
			odd = 1
			w.mu.Unlock()
			said := []string{"一", "二"}
			for _, text := range said {
				r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: text}))
			}
			var heard []string
			for len(slices.Compact(heard)) < len(said) {
				heard = append(heard, later[chat.Message](t, r, 10*time.Minute).Text)
				slices.Sort(heard)
				heard = slices.Compact(heard)
			}
		})
	}
}

// TestPollsWithTheirOwnKey: where the server gives a key for polls, they carry
// it, and the fetches carry the other.
func TestPollsWithTheirOwnKey(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	polls := regexp.MustCompile(`"SyncCheckKey":\{"Count":\d+,"List":\[`)
	w := tap(r, func(path, answer string) string {
		if strings.HasSuffix(path, "/webwxsync") {
			return polls.ReplaceAllString(answer, `"SyncCheckKey":{"Count":99,"List":[{"Key":777,"Val":4242},`)
		}
		return answer
	})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "在吗"}))
	r.ear.said(t, "在吗")
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "在"}))
	r.ear.said(t, "在")
	all := w.of("/synccheck")
	if last := all[len(all)-1].query; !strings.Contains(last, "777_4242") {
		t.Errorf("polled with %s", last)
	}
	for _, one := range w.of("/webwxsync") {
		if strings.Contains(one.body, "4242") {
			t.Errorf("fetched with the key of a poll: %s", one.body)
		}
	}
}

// TestLimitIsTheSystemsWord: the text by which WeChat says that the account
// sends too often pauses it; a member who writes the same does not.
func TestLimitIsTheSystemsWord(t *testing.T) {
	for _, text := range limited {
		t.Run(text, func(t *testing.T) {
			r := newRig(t, wechatsim.Options{})
			r.login(t)
			r.roster(t, time.Minute, "老王", "甲", "乙")
			r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: text}))
			r.ear.said(t, text)
			r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Kind: "raw", Text: `{"MsgType":10000,"Content":"` + text + `"}`}))
			if e := later[chat.Limited](t, r, time.Minute); e.Time.IsZero() {
				t.Errorf("%+v", e)
			}
			r.ear.mu.Lock()
			defer r.ear.mu.Unlock()
			if more, ok := take[chat.Limited](r.ear); ok {
				t.Errorf("a member's text is taken for WeChat's: %+v", more)
			}
		})
	}
}
