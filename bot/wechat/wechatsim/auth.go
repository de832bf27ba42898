package wechatsim

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// baseRequest is what every POST carries. Uin is a number in most clients and
// a string in WeChat's own page.
type baseRequest struct {
	BaseRequest struct {
		Uin                 json.RawMessage
		Sid, Skey, DeviceID string
	}
}

// posted checks a POST with a BaseRequest and decodes its body into v, which
// may be nil. The lock is held.
func (s *Server) posted(c *call, v any) (*session, int) {
	var b baseRequest
	if json.Unmarshal(c.body, &b) != nil || v != nil && json.Unmarshal(c.body, v) != nil {
		return nil, retParam
	}
	base := b.BaseRequest
	now, ret := s.session(c)
	if ret != retOK {
		return nil, ret
	}
	uin := strings.Trim(string(base.Uin), `"`)
	if uin != s.uinText() || base.Sid != now.sid || base.Skey != now.skey || !strings.HasPrefix(base.DeviceID, "e") {
		return nil, retParam
	}
	return now, retOK
}

// asked checks a GET: the cookies, and skey, sid and uin where they are given.
func (s *Server) asked(c *call) (*session, int) {
	now, ret := s.session(c)
	if ret != retOK {
		return nil, ret
	}
	q := c.r.URL.Query()
	for key, want := range map[string]string{"skey": now.skey, "sid": now.sid, "uin": s.uinText()} {
		if got := q.Get(key); got != "" && got != want {
			return nil, retParam
		}
	}
	return now, retOK
}

// session finds the login by its cookies and checks the pass ticket, which not
// every client sends everywhere.
func (s *Server) session(c *call) (*session, int) {
	now := s.sessions[cookie(c, "wxsid")]
	switch {
	case now == nil:
		return nil, retSession
	case now.end != 0:
		return nil, now.end
	case now.domain != c.domain || cookie(c, "wxuin") != s.uinText() || cookie(c, "webwx_data_ticket") != now.dataTicket:
		return nil, retSession
	}
	ticket := c.r.URL.Query().Get("pass_ticket")
	if decoded, err := url.QueryUnescape(ticket); ticket == "" || ticket == "undefined" || ticket == now.passTicket || err == nil && decoded == now.passTicket {
		return now, retOK
	}
	return nil, retTicket
}

// uinText is the account's uin, the only name of it that outlives a login.
func (s *Server) uinText() string { return strconv.FormatInt(s.uin, 10) }

// cookie returns the value of a cookie, empty when it was not sent.
func cookie(c *call, name string) string {
	found, err := c.r.Cookie(name)
	if err != nil {
		return ""
	}
	return found.Value
}
