package wechatsim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

func TestSend(t *testing.T) {
	s := start(t, wechatsim.Options{})
	must(t)(s.Join(wechatsim.Joining{Room: "g", Members: []string{"生人"}, By: "甲"}))
	c := login(t, s)
	room := c.room("邻里群")
	tests := []struct {
		name, to, text string
		over           map[string]any
		want           int
		logged         string // result in the transcript, empty for no line
	}{
		{name: "room", to: room.UserName, text: "大家好", logged: "delivered"},
		{name: "friend", to: named(t, room.MemberList, "甲").UserName, text: "你好", logged: "delivered"},
		{name: "own notes", to: "filehelper", text: "在线", logged: "delivered"},
		{name: "no friend", to: named(t, room.MemberList, "生人").UserName, text: "你好", want: 1204, logged: "refused"},
		{name: "nobody", to: "@0123", text: "你好", want: 1},
		{name: "nothing", to: room.UserName, want: 1},
		{name: "as somebody else", to: room.UserName, text: "x", over: map[string]any{"FromUserName": "@x"}, want: 1},
		{name: "ids as numbers", to: room.UserName, text: "数", over: map[string]any{"ClientMsgId": 17, "LocalID": 17}, logged: "delivered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(s.Transcript())
			body := c.outgoing(tt.to, tt.text)
			for k, v := range tt.over {
				body["Msg"].(map[string]any)[k] = v
			}
			a := c.post("webwxsendmsg", body)
			if a.BaseResponse.Ret != tt.want || a.LocalID != "17" || (a.MsgID == "") != (tt.want != 0) {
				t.Errorf("answer %+v, want Ret %d", a, tt.want)
			}
			said := s.Transcript()[before:]
			if tt.logged == "" {
				if len(said) != 0 {
					t.Errorf("said %+v", said)
				}
				return
			}
			if len(said) != 1 || said[0].Result != tt.logged || said[0].From != "self" || said[0].ClientID != "17" || said[0].Text != tt.text {
				t.Errorf("said %+v, want %s", said, tt.logged)
			}
		})
	}
	if got := c.next().AddMsgList; len(got) != 0 {
		t.Errorf("the session hears itself: %q", contents(got))
	}
}

func TestSendLimit(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	burst := func() (taken int) {
		for range 100 {
			if c.send("filehelper", "x").BaseResponse.Ret == 1205 {
				break
			}
			taken++
		}
		return taken
	}
	if got := burst(); got != 60 {
		t.Errorf("%d at once, want 60", got)
	}
	must(t)(s.Advance(t.Context(), 15*time.Second))
	if got := burst(); got != 15 {
		t.Errorf("%d after 15 s, want 15", got)
	}
	said := s.Transcript()
	if last := said[len(said)-1]; last.Result != "refused" || last.ID == "" {
		t.Errorf("the last line is %+v", last)
	}
}

func TestRevoke(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	room := c.room("邻里群").UserName
	revoke := func(id string) int {
		return c.post("webwxrevokemsg", map[string]any{"SvrMsgId": id, "ToUserName": room, "ClientMsgId": "1"}).BaseResponse.Ret
	}
	first, second := c.send(room, "一").MsgID, c.send(room, "二").MsgID
	others := say(t, s, "甲", "三").ID
	for _, step := range []struct {
		name, id string
		want     int
	}{{"own", first, 0}, {"again", first, 1}, {"somebody else's", others, 1}} {
		if got := revoke(step.id); got != step.want {
			t.Errorf("%s: Ret %d, want %d", step.name, got, step.want)
		}
	}
	must(t)(s.Advance(t.Context(), 121*time.Second))
	if got := revoke(second); got != 1 {
		t.Errorf("after two minutes: Ret %d", got)
	}
}

func TestPicture(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	media := c.upload("a.png")
	send := func(id string) answer {
		body := c.outgoing("filehelper", "")
		msg := body["Msg"].(map[string]any)
		msg["Type"], msg["MediaId"] = 3, id
		return c.post("webwxsendmsgimg?fun=async&f=json", body)
	}
	if got := send("@crypt_none").BaseResponse.Ret; got != 1 {
		t.Errorf("an unknown picture: Ret %d", got)
	}
	if got := send(media); got.BaseResponse.Ret != 0 || got.MsgID == "" {
		t.Errorf("a picture: %+v", got)
	}
	said := s.Transcript()
	if last := said[len(said)-1]; last.Kind != "image" || last.Private != "filehelper" {
		t.Errorf("said %+v", last)
	}
}

func (c *client) upload(name string) string {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	request, _ := json.Marshal(map[string]any{"UploadType": 2, "BaseRequest": c.base(nil), "MediaType": 4})
	ticket := ""
	for _, k := range c.cookies {
		if k.Name == "webwx_data_ticket" {
			ticket = k.Value
		}
	}
	for field, value := range map[string]string{"id": "WU_FILE_0", "name": name, "uploadmediarequest": string(request), "webwx_data_ticket": ticket, "pass_ticket": "undefined"} {
		if err := w.WriteField(field, value); err != nil {
			c.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("filename", name)
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = io.WriteString(part, "picture")
	if err := errors.Join(err, w.Close()); err != nil {
		c.t.Fatal(err)
	}
	resp, err := c.http.Post("https://file.wx.qq.com/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json", w.FormDataContentType(), &body)
	if err != nil {
		c.t.Fatal(err)
	}
	a, err := read(resp)
	if err != nil || !strings.HasPrefix(a.MediaId, "@crypt_") {
		c.t.Fatalf("upload: %v, %s", err, a.raw)
	}
	return a.MediaId
}

func TestDownloads(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{}))
	skey := url.QueryEscape(c.page.Skey)
	if got := c.get("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxgetmsgimg?MsgID=1&skey=" + skey); http.DetectContentType([]byte(got)) != "image/jpeg" {
		t.Error("a picture is none")
	}
	req, err := http.NewRequest(http.MethodGet, "https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxgetvideo?msgid=1&skey="+skey, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Range", "bytes=0-")
	resp, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusPartialContent {
		t.Errorf("a video: status %d", resp.StatusCode)
	}
}

func TestOplogAndLogout(t *testing.T) {
	c := login(t, start(t, wechatsim.Options{}))
	if got := c.post("webwxoplog", map[string]any{"CmdId": 3, "OP": 1, "UserName": "filehelper"}).BaseResponse.Ret; got != 0 {
		t.Errorf("pin: Ret %d", got)
	}
	c.get("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1&type=1&skey=" + url.QueryEscape(c.page.Skey))
	if got := c.sync().BaseResponse.Ret; got != 1100 {
		t.Errorf("after the logout: Ret %d", got)
	}
}
