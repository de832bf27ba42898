package wechatsim_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

func TestLogin(t *testing.T) {
	s := start(t, wechatsim.Options{Poll: 20 * time.Millisecond})
	c := newClient(t, s)
	uuid := c.uuid("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?mod=desktop")
	if got := c.poll(uuid); got != "window.code=408;" {
		t.Errorf("nobody scanned: %q", got)
	}
	if picture := c.get("https://login.weixin.qq.com/qrcode/" + uuid); http.DetectContentType([]byte(picture)) != "image/jpeg" {
		t.Error("the QR code is no picture")
	}
	must(t)(s.Scan(t.Context(), wechatsim.Scanning{Action: "scan"}))
	if got := c.poll(uuid); !strings.HasPrefix(got, "window.code=201;window.userAvatar = 'data:img/jpg;base64,") {
		t.Errorf("scanned: %q", got)
	}
	if got := c.poll(uuid); got != "window.code=408;" {
		t.Errorf("scanned, told already: %q", got)
	}
	must(t)(s.Scan(t.Context(), wechatsim.Scanning{Action: "confirm"}))
	page := find(t, `window.code=200;\nwindow.redirect_uri="(.*?)";`, c.poll(uuid))
	c.open(page)
	if c.status != http.StatusMovedPermanently || c.page.Ret != 0 || c.page.Wxsid == "" || !strings.HasPrefix(c.page.Skey, "@crypt_") {
		t.Errorf("status %d, page %+v", c.status, c.page)
	}
	if c.open(page); c.page.Ret == 0 {
		t.Error("a ticket is good twice")
	}
}

func TestLoginCookies(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{}))
	set := map[string]*http.Cookie{}
	for _, k := range c.cookies {
		set[k.Name] = k
	}
	for name, domain := range map[string]string{
		"wxuin": "wx.qq.com", "wxsid": "wx.qq.com", "wxloadtime": "wx.qq.com", "mm_lang": "wx.qq.com", "webwx_data_ticket": "qq.com",
	} {
		if k := set[name]; k == nil || k.Domain != domain || k.MaxAge != 12*60*60 {
			t.Errorf("%s: %+v, want domain %s for 12 hours", name, k, domain)
		}
	}
	if set["webwxuvid"] == nil || set["webwx_auth_ticket"] == nil {
		t.Error("webwxuvid or webwx_auth_ticket is missing")
	}
}

func TestOtherDomains(t *testing.T) {
	for domain, parent := range map[string]string{"wx2.qq.com": "qq.com", "web.wechat.com": "wechat.com"} {
		s := start(t, wechatsim.Options{Domain: domain})
		c := newClient(t, s)
		c.enter(c.uuid("https://"+domain+"/"), wechatsim.Scanning{})
		for _, k := range c.cookies {
			if want := map[bool]string{true: parent, false: domain}[k.Name == "webwx_data_ticket"]; k.Domain != want {
				t.Errorf("%s: cookie %s of %s", domain, k.Name, k.Domain)
			}
		}
		body, _ := json.Marshal(map[string]any{"BaseRequest": c.base(nil)})
		for host, want := range map[string]int{domain: 0, "wx8.qq.com": 1101} {
			resp, err := c.http.Post("https://"+host+"/cgi-bin/mmwebwx-bin/webwxinit", "application/json", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if a, err := read(resp); err != nil || a.BaseResponse.Ret != want {
				t.Errorf("webwxinit on %s: Ret %d, %v", host, a.BaseResponse.Ret, err)
			}
		}
	}
}

func TestLoginEnds(t *testing.T) {
	tests := []struct{ name, action, want string }{
		{"the code expires", "expire", "window.code=400;"},
		{"the account is refused", "refuse", "1203"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{})
			c := newClient(t, s)
			uuid := c.uuid("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage")
			must(t)(s.Scan(t.Context(), wechatsim.Scanning{Action: tt.action}))
			got := c.poll(uuid)
			if tt.action == "refuse" {
				got = c.get(find(t, `redirect_uri="(.*?)"`, c.poll(uuid)))
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("%q, want %s", got, tt.want)
			}
		})
	}
}

func TestCodeExpiresByItself(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := newClient(t, s)
	uuid := c.uuid("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage")
	must(t)(s.Advance(t.Context(), 5*time.Minute))
	if got := c.poll(uuid); got != "window.code=400;" {
		t.Errorf("after five minutes: %q", got)
	}
}

func TestPushLogin(t *testing.T) {
	s := start(t, wechatsim.Options{})
	push := func(c *client) string {
		return c.get("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxpushloginurl?uin=" + c.page.Wxuin)
	}
	if got := push(newClient(t, s)); strings.Contains(got, `"ret":"0"`) {
		t.Errorf("a stranger can push: %s", got)
	}
	c := login(t, s)
	old := c.page.Wxsid
	uuid := find(t, `"uuid":"(.+?)"`, push(c))
	must(t)(s.Scan(t.Context(), wechatsim.Scanning{Action: "confirm"}))
	c.open(find(t, `redirect_uri="(.*?)"`, c.poll(uuid)))
	if c.page.Ret != 0 || c.page.Wxsid == old {
		t.Errorf("the page after a push: %+v", c.page)
	}
}

func TestSessionChecks(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	tests := []struct {
		name   string
		base   map[string]any
		query  string
		cookie string
		want   int
	}{
		{name: "everything right"},
		{name: "Uin as text", base: map[string]any{"Uin": c.page.Wxuin}},
		{name: "wrong Uin", base: map[string]any{"Uin": 7}, want: 1},
		{name: "wrong Sid", base: map[string]any{"Sid": "x"}, want: 1},
		{name: "wrong Skey", base: map[string]any{"Skey": "x"}, want: 1},
		{name: "no device", base: map[string]any{"DeviceID": ""}, want: 1},
		{name: "pass ticket as on the page", query: "?pass_ticket=" + c.page.PassTicket},
		{name: "pass ticket encoded once more", query: "?pass_ticket=" + url.QueryEscape(c.page.PassTicket)},
		{name: "wrong pass ticket", query: "?pass_ticket=x", want: -14},
		{name: "wrong sid cookie", cookie: "wxsid", want: 1101},
		{name: "wrong data ticket", cookie: "webwx_data_ticket", want: 1101},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.cookie != "" {
				c := stolen(t, c, tt.cookie)
				if got := c.post("webwxinit", nil).BaseResponse.Ret; got != tt.want {
					t.Errorf("Ret %d, want %d", got, tt.want)
				}
				return
			}
			got := c.post("webwxinit"+tt.query, map[string]any{"BaseRequest": c.base(tt.base)}).BaseResponse.Ret
			if got != tt.want {
				t.Errorf("Ret %d, want %d", got, tt.want)
			}
		})
	}
}

// stolen is a client with everything of c, but one cookie wrong.
func stolen(t *testing.T, c *client, wrong string) *client {
	t.Helper()
	other := newClient(t, c.s)
	other.page = c.page
	set := make([]*http.Cookie, 0, len(c.cookies))
	for _, k := range c.cookies {
		k := *k
		if k.Name == wrong {
			k.Value = "x"
		}
		set = append(set, &k)
	}
	other.http.Jar.SetCookies(&url.URL{Scheme: "https", Host: "wx.qq.com", Path: "/"}, set)
	return other
}

func TestSessionEnds(t *testing.T) {
	for _, code := range []int{1100, 1101, 1102} {
		s := start(t, wechatsim.Options{})
		c := login(t, s)
		must(t)(s.EndSession(wechatsim.Ending{End: code}))
		if got := c.sync().BaseResponse.Ret; got != code {
			t.Errorf("webwxsync after %d answers %d", code, got)
		}
		if got := c.send("filehelper", "x").BaseResponse.Ret; got != code {
			t.Errorf("webwxsendmsg after %d answers %d", code, got)
		}
		if _, err := s.EndSession(wechatsim.Ending{End: code}); err == nil {
			t.Error("a session ends twice")
		}
	}
}

func TestNewLoginNewNames(t *testing.T) {
	s := start(t, wechatsim.Options{})
	first := login(t, s)
	before := first.room("邻里群")
	second := login(t, s)
	after := second.room("邻里群")
	if before.UserName == after.UserName || before.EncryChatRoomId == after.EncryChatRoomId || first.self == second.self {
		t.Error("a name survived the login")
	}
	old := map[string]bool{}
	for _, m := range before.MemberList {
		old[m.UserName] = true
	}
	for _, m := range after.MemberList {
		if old[m.UserName] {
			t.Errorf("%s kept its user name", m.NickName)
		}
	}
	if got := first.check(); got != `window.synccheck={retcode:"1101",selector:"0"}` {
		t.Errorf("the older login hears %q", got)
	}
}
