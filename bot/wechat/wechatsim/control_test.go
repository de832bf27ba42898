package wechatsim_test

import (
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// call makes a control call; a body of "" is a GET.
func call(t *testing.T, s *wechatsim.Server, path, body string) (int, string) {
	t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequest(method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	own := &http.Transport{}
	defer own.CloseIdleConnections()
	resp, err := own.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestControlCalls(t *testing.T) {
	tests := []struct {
		path, body string
		status     int
	}{
		{"/room", `{"room":"h","name":"新","owner":"丙","members":["甲"],"bot_owner":false,"saved":true}`, 200},
		{"/room", `{"room":"g","owner":"丙"}`, 400},
		{"/room", `{"room":"i"}`, 400},
		{"/room", `{"room":"i","owner":"丙","colour":"red"}`, 400},
		{"/room", `{"room":7}`, 400},
		{"/room", `{"room":"i","owner":"丙"} {}`, 400},
		{"/room", `nonsense`, 400},
		{"/say", `{"room":"g","member":"甲","text":"在吗"}`, 200},
		{"/say", `{"room":"g","member":"甲","kind":"quote","text":"a","quote":"b","at":["乙"],"id":"q"}`, 200},
		{"/say", `{"room":"x","member":"甲","text":"在吗"}`, 404},
		{"/say", `{"room":"g","member":"谁","text":"在吗"}`, 404},
		{"/say", `{"room":"g","member":"甲","kind":"smell"}`, 404},
		{"/say", `{"room":"g","member":"甲","at":["谁"]}`, 404},
		{"/private", `{"member":"甲","text":"你好"}`, 200},
		{"/private", `{"member":"filehelper","text":"状态"}`, 200},
		{"/private", `{"member":"self","text":"我","room":"g"}`, 200},
		{"/private", `{"member":"谁","text":"你好"}`, 404},
		{"/join", `{"room":"g","members":["丁"],"by":"甲","via":"qr","lang":"en","forged":false}`, 200},
		{"/join", `{"room":"g","members":["丁"]}`, 400},
		{"/join", `{"room":"g","members":["戊"],"via":"bus"}`, 400},
		{"/join", `{"room":"g","members":["戊"],"by":"谁"}`, 404},
		{"/leave", `{"room":"g","member":"丁"}`, 200},
		{"/leave", `{"room":"g","member":"丁"}`, 404},
		{"/remove", `{"room":"g","member":"乙","by":"老王"}`, 200},
		{"/rename", `{"member":"甲","name":"甲甲"}`, 200},
		{"/rename", `{"room":"g","name":"改名"}`, 200},
		{"/rename", `{"name":"改名"}`, 400},
		{"/recall", `{"room":"g","id":"q"}`, 200},
		{"/recall", `{"room":"g","id":"none"}`, 404},
		{"/friend", `{"member":"甲","friend":false}`, 200},
		{"/scan", `{"action":"dance"}`, 404},
		{"/session", `{"end":1102}`, 400},
		{"/session", `{"end":7}`, 400},
		{"/fault", `{"name":"drop","times":3,"after":2,"for":"30s"}`, 200},
		{"/fault", `{"name":"flood"}`, 404},
		{"/fault", `{"name":"drop","times":-1}`, 400},
		{"/fault", `{"name":"drop","for":7}`, 400},
		{"/fault", `{"clear":true}`, 200},
		{"/clock", `{"advance":"2h"}`, 200},
		{"/clock", `{"advance":"-2h"}`, 400},
		{"/clock", `{"advance":"soon"}`, 400},
		{"/clock/idle", `{"seq":1,"next":"never"}`, 400},
		{"/nothing", `{}`, 404},
		{"/transcript", ``, 200},
		{"/world", ``, 200},
		{"/say", ``, 404},
	}
	s := start(t, wechatsim.Options{})
	for _, tt := range tests {
		status, body := call(t, s, tt.path, tt.body)
		var got struct {
			ID    string
			Time  time.Time
			Error string
		}
		if tt.body != "" || tt.status != 200 {
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Errorf("%s %s: %q: %v", tt.path, tt.body, body, err)
			}
		}
		if status != tt.status || (got.Error != "") != (status != 200) || tt.body != "" && status == 200 && (got.ID == "" || got.Time.IsZero()) {
			t.Errorf("%s %s: %d %s, want %d", tt.path, tt.body, status, body, tt.status)
		}
	}
}

func TestControlIsPrivate(t *testing.T) {
	s := start(t, wechatsim.Options{})
	tests := []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"a program", func(*http.Request) {}, 200},
		{"a page", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		{"a page of nowhere", func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"a rebound name", func(r *http.Request) { r.Host = "evil.example" }, 403},
		{"without the token", func(r *http.Request) { r.URL.Path = "/world" }, 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodGet, s.ControlURL()+"/world", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			tt.change(req)
			if status, body := do(t, req); status != tt.status {
				t.Errorf("%d %s, want %d", status, body, tt.status)
			}
		})
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	for _, o := range []wechatsim.Options{{Listen: "0.0.0.0:0"}, {Control: "0.0.0.0:0"}} {
		if s, err := wechatsim.Start(o); err == nil {
			s.Close()
			t.Errorf("listens on %+v", o)
		}
	}
}

func TestTranscript(t *testing.T) {
	s := start(t, wechatsim.Options{Start: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)})
	must(t)(s.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "早 <b>", ID: "m1"}))
	must(t)(s.Private(wechatsim.Whisper{Member: "乙", Text: "在吗"}))
	_, body := call(t, s, "/transcript", "")
	want := `[{"n":1,"time":"2026-03-01T08:00:00Z","room":"g","from":"甲","kind":"text","text":"早 <b>","id":"m1","result":"delivered"},` +
		`{"n":2,"time":"2026-03-01T08:00:00Z","private":"乙","from":"乙","to":"self","kind":"text","text":"在吗","id":"` + s.Transcript()[1].ID + `","result":"delivered"}]`
	if strings.TrimSpace(body) != want {
		t.Errorf("%s\nwant %s", body, want)
	}
}

// TestAddress: another process finds the wire by the control URL alone.
func TestAddress(t *testing.T) {
	s := start(t, wechatsim.Options{})
	status, body := call(t, s, "", "")
	var at wechatsim.Address
	if err := json.Unmarshal([]byte(body), &at); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(at.CA)) || at.Control != s.ControlURL() {
		t.Errorf("address %+v", at)
	}
	transport := wechatsim.NewTransport(at.Wire, pool)
	defer transport.CloseIdleConnections()
	c := newClient(t, s)
	c.http.Transport = transport
	if uuid := c.uuid("https://wx.qq.com/"); uuid == "" {
		t.Error("no login through it")
	}
	if _, err := c.try("https://example.com/"); err == nil || !strings.Contains(err.Error(), "no host of the simulator") {
		t.Errorf("another host: %v", err)
	}
}

func TestDateIsTheWorlds(t *testing.T) {
	s := start(t, wechatsim.Options{Start: time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)})
	c := newClient(t, s)
	resp, err := c.http.Get("https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := resp.Header.Get("Date"); got != "Thu, 02 Jan 2031 03:04:05 GMT" {
		t.Errorf("Date %q", got)
	}
}
