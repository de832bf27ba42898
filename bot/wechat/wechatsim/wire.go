package wechatsim

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds a request on the wire, uploads included.
const maxBody = 32 << 20

// role is which of WeChat's hosts a request came to.
type role int

const (
	roleBase role = 1 << iota
	roleLogin
	rolePush
	roleFile
)

// call is one request on the wire.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	role   role
	domain string // the base host
	body   []byte
	fault  *fault // what happens to its answer, or nil
}

// endpoint is one of WeChat's addresses.
type endpoint struct {
	roles role
	serve func(*Server, *call)
}

// endpoints by the last element of the path below /cgi-bin/mmwebwx-bin/.
func endpoints() map[string]endpoint {
	return map[string]endpoint{
		"jslogin":           {roleLogin, (*Server).serveJSLogin},
		"qrcode":            {roleLogin, (*Server).serveQRCode},
		"login":             {roleLogin, (*Server).serveLogin},
		"webwxnewloginpage": {roleBase, (*Server).serveNewLoginPage},
		"webwxpushloginurl": {roleBase, (*Server).servePushLogin},
		"webwxlogout":       {roleBase, (*Server).serveLogout},

		"webwxinit":            {roleBase, (*Server).serveInit},
		"webwxstatusnotify":    {roleBase, (*Server).serveStatusNotify},
		"webwxgetcontact":      {roleBase, (*Server).serveGetContact},
		"webwxbatchgetcontact": {roleBase, (*Server).serveBatchGetContact},
		"synccheck":            {rolePush, (*Server).serveSyncCheck},
		"webwxsync":            {roleBase, (*Server).serveSync},

		"webwxsendmsg":        {roleBase, (*Server).serveSendMsg},
		"webwxsendmsgimg":     {roleBase, (*Server).serveSendImage},
		"webwxrevokemsg":      {roleBase, (*Server).serveRevoke},
		"webwxoplog":          {roleBase, (*Server).serveOplog},
		"webwxupdatechatroom": {roleBase, (*Server).serveUpdateRoom},

		"webwxuploadmedia": {roleFile, (*Server).serveUpload},
		"webwxcheckupload": {roleBase, (*Server).serveCheckUpload},
		"webwxgetmsgimg":   {roleBase, (*Server).serveMessagePicture},
		"webwxgeticon":     {roleBase, (*Server).servePicture},
		"webwxgetheadimg":  {roleBase, (*Server).servePicture},
		"webwxgetvoice":    {roleBase, (*Server).serveSound},
		"webwxgetvideo":    {roleBase, (*Server).serveSound},
		"webwxgetmedia":    {roleFile, (*Server).serveSound},
	}
}

// wireHandler routes by host and path, counts, and lets the faults in.
func (s *Server) wireHandler() http.Handler {
	table := endpoints()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := endpointName(r.URL.Path)
		c := &call{w: w, r: r}
		c.role, c.domain = hostRole(r.Host)
		e, ok := table[name]
		if !ok || c.role&e.roles == 0 {
			http.NotFound(w, r)
			return
		}
		defer s.beginRequest(name)()
		var err error
		if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			return
		}
		c.date(s.Now())
		if c.fault, ok = s.disturb(r.Context(), c, name); ok {
			e.serve(s, c)
		}
	})
}

// date says when the answer begins; a long poll says it once more at its end.
func (c *call) date(now time.Time) {
	c.w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
}

// endpointName is the last element of a path WeChat has, empty for others.
func endpointName(path string) string {
	if rest, ok := strings.CutPrefix(path, "/cgi-bin/mmwebwx-bin/"); ok {
		return strings.TrimSuffix(rest, "/")
	}
	if path == "/jslogin" {
		return "jslogin"
	}
	if strings.HasPrefix(path, "/qrcode/") {
		return "qrcode"
	}
	return ""
}

// hostRole tells what a host name is for and to which base host it belongs.
func hostRole(host string) (role, string) {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "login.weixin.qq.com" {
		return roleLogin, domains[0]
	}
	for _, d := range domains {
		switch host {
		case d:
			return roleBase, d
		case "login." + d:
			return roleLogin, d
		case "webpush." + d:
			return rolePush, d
		case "file." + d:
			return roleFile, d
		}
	}
	return 0, ""
}

// baseResponse is in every JSON answer.
type baseResponse struct {
	Ret    int
	ErrMsg string
}

// Values of Ret and retcode.
const (
	retOK          = 0
	retParam       = 1
	retTicket      = -14
	retSession     = 1101
	retNotFriend   = 1204
	retTooFast     = 1205
	retRoomInvite  = -23
	retEnvironment = 1203
)

type plainAnswer struct{ BaseResponse baseResponse }

// json answers with v as the service does: text/plain, nothing escaped.
func (c *call) json(v any) { c.bytes("text/plain", encode(v)) }

// refuse answers with a Ret and nothing else.
func (c *call) refuse(ret int) { c.json(plainAnswer{baseResponse{Ret: ret}}) }

// bytes answers with a body of known length, as every client expects.
func (c *call) bytes(contentType string, b []byte) {
	c.w.Header().Set("Content-Type", contentType)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = c.w.Write(b) // the client's loss
}

// encode is JSON without escapes for HTML; everything here can be encoded.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// quietLog drops what net/http has to say about broken connections.
func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }
