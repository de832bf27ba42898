package wechatsim_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"menshen/bot/wechat/wechatsim"
)

// client speaks the wire by hand, so that tests see every byte of it.
type client struct {
	t    testing.TB
	s    *wechatsim.Server
	http *http.Client
	page struct {
		Ret        int    `xml:"ret"`
		Skey       string `xml:"skey"`
		Wxsid      string `xml:"wxsid"`
		Wxuin      string `xml:"wxuin"`
		PassTicket string `xml:"pass_ticket"`
	}
	cookies []*http.Cookie
	status  int // of webwxnewloginpage
	self    string
	key     syncKey
}

type syncKey struct {
	Count int
	List  []struct{ Key, Val int64 }
}

func (k syncKey) text() string {
	parts := make([]string, 0, len(k.List))
	for _, kv := range k.List {
		parts = append(parts, strconv.FormatInt(kv.Key, 10)+"_"+strconv.FormatInt(kv.Val, 10))
	}
	return strings.Join(parts, "|")
}

// answer is the union of all JSON answers.
type answer struct {
	BaseResponse   struct{ Ret int }
	MsgID, LocalID string
	MediaId        string
	ContactList    []contact
	MemberList     []contact
	MemberCount    int
	Seq            int
	ChatSet        string
	User           contact
	AddMsgCount    int
	AddMsgList     []message
	ModContactList []contact
	DelContactList []contact
	ContinueFlag   int
	SyncKey        *syncKey
	SyncCheckKey   *syncKey
	raw            string
}

type contact struct {
	UserName, NickName, DisplayName, EncryChatRoomId, ChatRoomOwner, HeadImgUrl string
	IsOwner, MemberCount, ContactFlag                                           int
	MemberList                                                                  []contact
}

type message struct {
	MsgId, FromUserName, ToUserName, Content, Url, FileName string
	MsgType, AppMsgType, StatusNotifyCode                   int
	NewMsgId, CreateTime                                    int64
	StatusNotifyUserName                                    string
	RecommendInfo                                           struct{ NickName, Alias string }
}

func newClient(t testing.TB, s *wechatsim.Server) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, s: s, http: &http.Client{
		Transport: s.Transport(), Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// login goes the whole way to a first webwxinit.
func login(t testing.TB, s *wechatsim.Server) *client {
	t.Helper()
	c := newClient(t, s)
	c.enter(c.uuid("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?mod=desktop"), wechatsim.Scanning{})
	a := c.post("webwxinit", nil)
	c.self, c.key = a.User.UserName, *a.SyncKey
	return c
}

func (c *client) uuid(redirect string) string {
	c.t.Helper()
	text := c.get("https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb&fun=new&redirect_uri=" + url.QueryEscape(redirect))
	return find(c.t, `uuid = "(.*?)"`, text)
}

// enter scans the code and opens the page it leads to.
func (c *client) enter(uuid string, action wechatsim.Scanning) {
	c.t.Helper()
	if _, err := c.s.Scan(c.t.Context(), action); err != nil {
		c.t.Fatal(err)
	}
	if text := c.poll(uuid); !strings.Contains(text, "window.code=201;") {
		c.t.Fatalf("the first poll says %q", text)
	}
	c.open(find(c.t, `redirect_uri="(.*?)"`, c.poll(uuid)))
}

func (c *client) poll(uuid string) string {
	c.t.Helper()
	return c.get("https://login.wx.qq.com/cgi-bin/mmwebwx-bin/login?loginicon=true&tip=0&uuid=" + url.QueryEscape(uuid))
}

func (c *client) open(page string) {
	c.t.Helper()
	resp, err := c.http.Get(page + "&fun=new&version=v2")
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := xml.NewDecoder(resp.Body).Decode(&c.page); err != nil {
		c.t.Fatal(err)
	}
	c.cookies, c.status = resp.Cookies(), resp.StatusCode
}

func (c *client) get(address string) string {
	c.t.Helper()
	text, err := c.try(address)
	if err != nil {
		c.t.Fatal(err)
	}
	return text
}

func (c *client) try(address string) (string, error) {
	resp, err := c.http.Get(address)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// base is a correct BaseRequest with fields laid over it.
func (c *client) base(over map[string]any) map[string]any {
	b := map[string]any{"Uin": json.Number(c.page.Wxuin), "Sid": c.page.Wxsid, "Skey": c.page.Skey, "DeviceID": "e123456789012345"}
	for k, v := range over {
		b[k] = v
	}
	return b
}

// post calls an endpoint of the base host; call may hold ? and a query.
func (c *client) post(call string, body map[string]any) answer {
	c.t.Helper()
	a, err := c.tryPost(call, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *client) tryPost(call string, body map[string]any) (answer, error) {
	if body == nil {
		body = map[string]any{}
	}
	if body["BaseRequest"] == nil {
		body["BaseRequest"] = c.base(nil)
	}
	b, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	resp, err := c.http.Post("https://wx.qq.com/cgi-bin/mmwebwx-bin/"+call, "application/json", bytes.NewReader(b))
	if err != nil {
		return answer{}, err
	}
	return read(resp)
}

func read(resp *http.Response) (answer, error) {
	defer resp.Body.Close()
	var a answer
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return a, err
	}
	a.raw = string(b)
	return a, json.Unmarshal(b, &a)
}

// sync asks for what is behind the key without taking it over.
func (c *client) sync() answer {
	c.t.Helper()
	return c.post("webwxsync?pass_ticket="+url.QueryEscape(c.page.PassTicket), map[string]any{"SyncKey": c.key})
}

// next asks and acknowledges.
func (c *client) next() answer {
	c.t.Helper()
	a := c.sync()
	if a.BaseResponse.Ret != 0 {
		c.t.Fatalf("webwxsync answers %d", a.BaseResponse.Ret)
	}
	c.key = *a.SyncKey
	return a
}

func (c *client) check() string {
	c.t.Helper()
	return c.get(c.checkURL())
}

func (c *client) checkURL() string {
	return "https://webpush.wx.qq.com/cgi-bin/mmwebwx-bin/synccheck?" + url.Values{
		"sid": {c.page.Wxsid}, "uin": {c.page.Wxuin}, "skey": {c.page.Skey}, "deviceid": {"e123456789012345"}, "synckey": {c.key.text()},
	}.Encode()
}

func (c *client) send(to, text string) answer {
	c.t.Helper()
	return c.post("webwxsendmsg", c.outgoing(to, text))
}

func (c *client) outgoing(to, text string) map[string]any {
	return map[string]any{"Msg": map[string]any{
		"Type": 1, "Content": text, "FromUserName": c.self, "ToUserName": to, "LocalID": "17", "ClientMsgId": "17",
	}}
}

// contacts reads all pages of the contact list.
func (c *client) contacts() []contact {
	c.t.Helper()
	var all []contact
	for seq := 0; ; {
		resp, err := c.http.Get("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxgetcontact?skey=" + url.QueryEscape(c.page.Skey) + "&seq=" + strconv.Itoa(seq))
		if err != nil {
			c.t.Fatal(err)
		}
		a, err := read(resp)
		if err != nil || a.BaseResponse.Ret != 0 {
			c.t.Fatal(a.BaseResponse.Ret, err)
		}
		all = append(all, a.MemberList...)
		if seq = a.Seq; seq == 0 {
			return all
		}
	}
}

func (c *client) batch(userName, encry string) contact {
	c.t.Helper()
	a := c.post("webwxbatchgetcontact?type=ex", map[string]any{
		"Count": 1, "List": []map[string]string{{"UserName": userName, "EncryChatRoomId": encry}},
	})
	if len(a.ContactList) != 1 {
		c.t.Fatalf("%d contacts, Ret %d", len(a.ContactList), a.BaseResponse.Ret)
	}
	return a.ContactList[0]
}

// room finds a saved room by name and reads its members.
func (c *client) room(name string) contact {
	c.t.Helper()
	return c.batch(named(c.t, c.contacts(), name).UserName, "")
}

func named(t testing.TB, list []contact, name string) contact {
	t.Helper()
	for _, one := range list {
		if one.NickName == name {
			return one
		}
	}
	t.Fatalf("no %q among %d contacts", name, len(list))
	return contact{}
}

func find(t testing.TB, pattern, text string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in %q", pattern, text)
	}
	return m[1]
}

// must is for control calls in the middle of a story.
func must(t testing.TB) func(wechatsim.Done, error) wechatsim.Done {
	return func(d wechatsim.Done, err error) wechatsim.Done {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
}
