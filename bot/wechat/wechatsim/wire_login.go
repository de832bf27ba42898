package wechatsim

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// qrLife is how long a QR code can be scanned.
const qrLife = 5 * time.Minute

// The states of a login, and what the poll has told of it.
type loginState int

const (
	loginWaiting loginState = iota
	loginScanned
	loginConfirmed
	loginExpired
)

// login is one QR code, or one push to the phone.
type login struct {
	uuid    string
	made    time.Time
	state   loginState
	told    loginState
	refused bool
	desktop bool
	ticket  string // for webwxnewloginpage, once
}

// act does what the phone does.
func (l *login) act(action string) {
	switch action {
	case "scan":
		l.state = loginScanned
	case "expire":
		l.state = loginExpired
	default:
		l.state, l.refused = loginConfirmed, action == "refuse"
		l.ticket = randomToken(18) + "@qrticket_0"
	}
}

// openLogin is the newest login the phone can still act on. The lock is held.
func (s *Server) openLogin() *login {
	if n := len(s.logins); n > 0 && s.logins[n-1].state < loginConfirmed && !s.expired(s.logins[n-1]) {
		return s.logins[n-1]
	}
	return nil
}

// expired reports whether nobody can scan the code any more.
func (s *Server) expired(l *login) bool {
	return l.state == loginExpired || l.state != loginConfirmed && s.world.now.Sub(l.made) >= qrLife
}

// newLogin opens a login and wakes whoever waits to scan it.
func (s *Server) newLogin(desktop bool) *login {
	l := &login{uuid: strings.NewReplacer("+", "-", "/", "_").Replace(randomToken(7)), made: s.world.now, desktop: desktop}
	s.logins = append(s.logins, l)
	s.wake()
	return l
}

// findLogin returns nil for a uuid that was never given.
func (s *Server) findLogin(uuid string) *login {
	for _, l := range s.logins {
		if l.uuid == uuid {
			return l
		}
	}
	return nil
}

// serveJSLogin makes a QR code. WeChat's UOS client names itself by mod=desktop
// inside redirect_uri.
func (s *Server) serveJSLogin(c *call) {
	q := c.r.URL.Query()
	if c.r.Method == http.MethodPost {
		if form, err := url.ParseQuery(string(c.body)); err == nil && len(form) > 0 {
			q = form
		}
	}
	if q.Get("appid") != "wx782c26e4c19acffb" {
		c.bytes("text/javascript", []byte(`window.QRLogin.code = 400; window.QRLogin.error = "invalid appid";`))
		return
	}
	s.mu.Lock()
	l := s.newLogin(strings.Contains(q.Get("redirect_uri"), "mod=desktop"))
	s.mu.Unlock()
	c.bytes("text/javascript", []byte(`window.QRLogin.code = 200; window.QRLogin.uuid = "`+l.uuid+`";`))
}

// serveQRCode answers with a picture that is no code: what a phone would scan
// is https://login.weixin.qq.com/l/ and the uuid.
func (s *Server) serveQRCode(c *call) {
	s.mu.Lock()
	known := s.findLogin(strings.TrimPrefix(c.r.URL.Path, "/qrcode/")) != nil
	s.mu.Unlock()
	if !known {
		http.NotFound(c.w, c.r)
		return
	}
	c.bytes("image/jpeg", s.picture)
}

// serveLogin is the poll for what the phone did. Every state is told once, in
// order; between them the poll waits.
func (s *Server) serveLogin(c *call) {
	uuid, answer := c.r.URL.Query().Get("uuid"), ""
	s.park(nil, 0)
	s.await(c.r.Context(), s.options.Poll, func() bool {
		answer = s.loginAnswer(uuid)
		return answer != ""
	})
	s.unpark(nil, c.r.Context().Err() == nil)
	if answer == "" {
		answer = "window.code=408;"
	}
	c.bytes("text/javascript", []byte(answer))
}

// loginAnswer is empty while there is nothing new. The lock is held.
func (s *Server) loginAnswer(uuid string) string {
	l := s.findLogin(uuid)
	switch {
	case l == nil || s.expired(l):
		return "window.code=400;"
	case l.state >= loginScanned && l.told == loginWaiting:
		l.told = loginScanned
		return "window.code=201;window.userAvatar = 'data:img/jpg;base64," + base64.StdEncoding.EncodeToString(s.picture) + "';"
	case l.state == loginConfirmed:
		q := "ticket=" + url.QueryEscape(l.ticket) + "&uuid=" + url.QueryEscape(l.uuid) + "&lang=zh_CN&scan=" + strconv.FormatInt(s.world.now.Unix(), 10)
		if l.desktop {
			q = "mod=desktop&" + q
		}
		return "window.code=200;\nwindow.redirect_uri=\"https://" + s.options.Domain + "/cgi-bin/mmwebwx-bin/webwxnewloginpage?" + q + `";`
	}
	return ""
}

// loginPage is the body of webwxnewloginpage.
type loginPage struct {
	XMLName     xml.Name `xml:"error"`
	Ret         int      `xml:"ret"`
	Message     string   `xml:"message"`
	Skey        string   `xml:"skey,omitempty"`
	Wxsid       string   `xml:"wxsid,omitempty"`
	Wxuin       string   `xml:"wxuin,omitempty"`
	PassTicket  string   `xml:"pass_ticket,omitempty"`
	IsGrayScale int      `xml:"isgrayscale,omitempty"`
}

const refusedText = "为了你的帐号安全，此微信号不能登录网页微信。你可以使用Windows微信或Mac微信在电脑端登录。"

// serveNewLoginPage turns a confirmed login into a session. The UOS client gets
// the body with status 301 and without a Location.
func (s *Server) serveNewLoginPage(c *call) {
	q := c.r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.findLogin(q.Get("uuid"))
	if l == nil || l.ticket == "" || l.ticket != q.Get("ticket") || c.domain != s.options.Domain {
		c.xml(loginPage{Ret: retSession, Message: "ticket error"}, http.StatusOK)
		return
	}
	l.ticket = ""
	if l.refused {
		c.xml(loginPage{Ret: retEnvironment, Message: refusedText}, http.StatusOK)
		return
	}
	now := s.open(c.domain, l.desktop)
	s.setCookies(c, now)
	status := http.StatusOK
	if l.desktop {
		status = http.StatusMovedPermanently
	}
	c.xml(loginPage{
		Skey: now.skey, Wxsid: now.sid, Wxuin: s.uinText(), PassTicket: url.QueryEscape(now.passTicket), IsGrayScale: 1,
	}, status)
}

// open starts a session; the one before ends as logged in elsewhere.
func (s *Server) open(domain string, desktop bool) *session {
	if old := s.alive(); old != nil {
		old.end = retSession
	}
	now := newSession(domain, desktop, s.world.now, len(s.world.feed))
	s.sessions[now.sid] = now
	s.order = append(s.order, now)
	s.wake()
	return now
}

// xml answers with the page's body, whatever the status.
func (c *call) xml(p loginPage, status int) {
	body, _ := xml.Marshal(p) // cannot fail
	c.w.Header().Set("Content-Type", "text/xml")
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body)
}

// setCookies sets what a login gives; webwxsync sets the first three again.
func (s *Server) setCookies(c *call, now *session) {
	s.refreshCookies(c, now)
	c.cookie("wxloadtime", strconv.FormatInt(now.started.Unix(), 10), now.domain, 12*time.Hour)
	c.cookie("mm_lang", "zh_CN", now.domain, 12*time.Hour)
	c.cookie("webwxuvid", now.uvid, now.domain, 10*365*24*time.Hour)
	c.cookie("webwx_auth_ticket", now.authTicket, now.domain, 10*365*24*time.Hour)
}

// refreshCookies sets the three that carry the session. The data ticket belongs
// to the parent domain, because the file hosts need it.
func (s *Server) refreshCookies(c *call, now *session) {
	_, parent, _ := strings.Cut(now.domain, ".")
	c.cookie("wxuin", s.uinText(), now.domain, 12*time.Hour)
	c.cookie("wxsid", now.sid, now.domain, 12*time.Hour)
	c.cookie("webwx_data_ticket", now.dataTicket, parent, 12*time.Hour)
}

// cookie sets one with a lifetime in real time.
func (c *call) cookie(name, value, domain string, life time.Duration) {
	c.w.Header().Add("Set-Cookie", fmt.Sprintf("%s=%s; Domain=%s; Path=/; Max-Age=%d; Expires=%s; Secure",
		name, value, domain, int(life.Seconds()), time.Now().Add(life).UTC().Format(http.TimeFormat)))
}

// servePushLogin asks the phone without a QR code, if the account is known.
func (s *Server) servePushLogin(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := map[string]string{"ret": "1", "msg": "not login before", "uuid": ""}
	if c.r.URL.Query().Get("uin") == s.uinText() && cookie(c, "wxuin") == s.uinText() && len(s.order) > 0 {
		l := s.newLogin(c.r.URL.Query().Get("mod") == "desktop")
		l.told = loginScanned
		answer = map[string]string{"ret": "0", "msg": "all ok", "uuid": l.uuid}
	}
	c.json(answer)
}

// serveLogout ends the session.
func (s *Server) serveLogout(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ret := s.asked(c); ret == retOK {
		now.end = 1100
		s.wake()
	}
	c.w.WriteHeader(http.StatusOK)
}
