package wechatsim_test

import (
	"strings"
	"testing"

	"menshen/bot/wechat/wechatsim"
)

func TestText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "你好", "你好"},
		{"lines", "一\n二\r\n三", "一<br/>二<br/>三"},
		{"markup", `a<b>&"'`, `a&lt;b&gt;&amp;"'`},
		{"typed escapes", "&lt;br/&gt;<br/>", "&amp;lt;br/&amp;gt;&lt;br/&gt;"},
		{"the sender's mark", "看:\n这里", "看:<br/>这里"},
		{"emoji", "🌛和😂", `<span class="emoji emoji1f31b"></span>和<span class="emoji emoji1f602"></span>`},
		{"newer emoji", "🤔", "🤔"},
		{"flag", "🇨🇳", `<span class="emoji emoji1f1e81f1f3"></span>`},
		{"control characters", "a\x00\x1fb\\", "a\x00\x1fb\\"},
		{"broken span", `<span class="emoji emoji1f602"></span>`, `&lt;span class="emoji emoji1f602"&gt;&lt;/span&gt;`},
		{"huge", strings.Repeat("长", 20_000), strings.Repeat("长", 20_000)},
	}
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	sender := named(t, c.room("邻里群").MemberList, "甲").UserName
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			say(t, s, "甲", tt.text)
			m := c.next().AddMsgList[0]
			if want := sender + ":<br/>" + tt.want; m.Content != want || m.MsgType != 1 {
				t.Errorf("type %d, content %.200q, want %.200q", m.MsgType, m.Content, want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	tests := []struct {
		kind, text, title, url string
		typ, app               int
		want                   []string // in the content
	}{
		{kind: "image", typ: 3, want: []string{"&lt;img aeskey="}},
		{kind: "sticker", typ: 47, want: []string{`fromusername = "xxx"`}},
		{kind: "voice", typ: 34, want: []string{"&lt;voicemsg "}},
		{kind: "video", typ: 43, want: []string{"&lt;videomsg "}},
		{kind: "file", title: "a&b.pdf", typ: 49, app: 6, want: []string{"&lt;title&gt;a&amp;amp;b.pdf&lt;/title&gt;"}},
		{kind: "link", title: "标题", text: "描述", url: "https://a.example/?x=1&y=2", typ: 49, app: 5, want: []string{
			"&lt;title&gt;标题&lt;/title&gt;", "&lt;des&gt;描述&lt;/des&gt;", "&lt;url&gt;https://a.example/?x=1&amp;amp;y=2&lt;/url&gt;",
		}},
		{kind: "miniprogram", title: "抽奖", typ: 49, app: 33, want: []string{"&lt;weappinfo&gt;"}},
		{kind: "card", title: "点我", url: "https://evil.cn/a", typ: 49, app: 5, want: []string{"&lt;title&gt;点我&lt;/title&gt;", "&lt;url&gt;https://evil.cn/a&lt;/url&gt;"}},
		{kind: "card", title: "小美", text: "wx_id", typ: 42, want: []string{`nickname="小美"`, `alias="wx_id"`}},
		{kind: "forward", text: "加群", typ: 49, app: 19, want: []string{"&lt;recorditem&gt;&lt;![CDATA[", "群聊的聊天记录"}},
		{kind: "channels", title: "号主", text: "视频", typ: 49, app: 51, want: []string{"&lt;nickname&gt;号主", "&lt;desc&gt;视频"}},
		{kind: "location", text: "人民广场", typ: 1, want: []string{"人民广场:<br/>/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?"}},
		{kind: "redpacket", typ: 10000, want: []string{"收到红包，请在手机上查看"}},
		{kind: "unreadable", typ: 49, want: []string{"该类型暂不支持，请在手机上查看"}},
		{kind: "unreadable", typ: 1, want: []string{"[收到一条网页版微信暂不支持的消息类型，请在手机上查看]"}},
		{kind: "raw", text: "<x>&nbsp;", typ: 1, want: []string{":<br/><x>&nbsp;"}},
		{kind: "raw", text: `{"MsgType":10000,"Content":"a<b"}`, typ: 10000, want: []string{"a<b"}},
		{kind: "raw", text: `{"MsgType":49,"AppMsgType":5,"Url":"http://e"}`, typ: 49, app: 5},
	}
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			must(t)(s.Say(wechatsim.Saying{Room: "g", Member: "甲", Kind: tt.kind, Text: tt.text, Title: tt.title, URL: tt.url}))
			m := c.next().AddMsgList[0]
			if m.MsgType != tt.typ || m.AppMsgType != tt.app {
				t.Errorf("type %d and %d, want %d and %d", m.MsgType, m.AppMsgType, tt.typ, tt.app)
			}
			for _, want := range tt.want {
				if !strings.Contains(m.Content, want) {
					t.Errorf("no %q in %q", want, m.Content)
				}
			}
		})
	}
}

func TestQuote(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	id := say(t, s, "甲", "原话 <1>").ID
	for _, quote := range []string{id, "原话 <1>"} {
		must(t)(s.Say(wechatsim.Saying{Room: "g", Member: "乙", Kind: "quote", Text: "回复", Quote: quote}))
	}
	list := c.next().AddMsgList[1:]
	for _, m := range list {
		for _, want := range []string{"&lt;title&gt;回复&lt;", "&lt;displayname&gt;甲&lt;", "&lt;content&gt;原话 &amp;lt;1&amp;gt;&lt;", "&lt;svrid&gt;" + id} {
			if !strings.Contains(m.Content, want) {
				t.Errorf("no %q in %q", want, m.Content)
			}
		}
	}
}

func TestMention(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	must(t)(s.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "积分", At: []string{"self"}}))
	if got := contents(c.next().AddMsgList); got != "@小助手\u2005积分" {
		t.Errorf("%q", got)
	}
}

func TestOwnPhone(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	must(t)(s.Private(wechatsim.Whisper{Member: "filehelper", Text: "状态"}))
	must(t)(s.Private(wechatsim.Whisper{Member: "self", Text: "大家好", Room: "g"}))
	must(t)(s.Private(wechatsim.Whisper{Member: "甲", Text: "你好"}))
	got := c.next().AddMsgList
	room, friend := c.room("邻里群"), named(t, c.contacts(), "甲")
	for i, want := range []message{
		{FromUserName: c.self, ToUserName: "filehelper", Content: "状态"},
		{FromUserName: c.self, ToUserName: room.UserName, Content: "大家好"},
		{FromUserName: friend.UserName, ToUserName: c.self, Content: "你好"},
	} {
		if m := got[i]; m.FromUserName != want.FromUserName || m.ToUserName != want.ToUserName || m.Content != want.Content {
			t.Errorf("message %d: %+v, want %+v", i, m, want)
		}
	}
}

func TestPrivateKinds(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	must(t)(s.Private(wechatsim.Whisper{Member: "甲", Kind: "link", Title: "邀请你加入群聊", Text: "来", URL: "https://a.example/"}))
	must(t)(s.Private(wechatsim.Whisper{Member: "fmessage", Kind: "raw", Text: `{"MsgType":37,"Content":"&lt;msg/&gt;","RecommendInfo":{"NickName":"生人"}}`}))
	got := c.next().AddMsgList
	if got[0].MsgType != 49 || got[0].FileName != "邀请你加入群聊" || got[0].ToUserName != c.self {
		t.Errorf("an invitation: %+v", got[0])
	}
	if got[1].MsgType != 37 || got[1].FromUserName != "fmessage" || got[1].RecommendInfo.NickName != "生人" {
		t.Errorf("a request: %+v", got[1])
	}
}

// TestStrangerWrites: whoever is no friend becomes one first.
func TestStrangerWrites(t *testing.T) {
	s := start(t, wechatsim.Options{})
	must(t)(s.Join(wechatsim.Joining{Room: "g", Members: []string{"生人"}, By: "甲"}))
	c := login(t, s)
	must(t)(s.Private(wechatsim.Whisper{Member: "生人", Text: "你好"}))
	a := c.next()
	if got := contents(a.AddMsgList); got != "你已添加了生人，现在可以开始聊天了。 你好" || nicknames(a.ModContactList) != "生人" {
		t.Errorf("heard %q, changes %q", got, nicknames(a.ModContactList))
	}
	if got := c.send(named(t, c.contacts(), "生人").UserName, "好").BaseResponse.Ret; got != 0 {
		t.Errorf("answering: Ret %d", got)
	}
}

func TestSameIDTwice(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	for _, id := range []string{"9007199254740993", "m1", "m1"} {
		if got := must(t)(s.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "x", ID: id})).ID; got != id {
			t.Errorf("id %q, want %q", got, id)
		}
	}
	got := c.next().AddMsgList
	if got[0].MsgId != "9007199254740993" || got[0].NewMsgId != 9007199254740993 || got[1].MsgId != got[2].MsgId || got[1].NewMsgId == 0 {
		t.Errorf("ids %s, %s, %s", got[0].MsgId, got[1].MsgId, got[2].MsgId)
	}
}

func TestRecall(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	id := say(t, s, "甲", "加群").ID
	must(t)(s.Recall(wechatsim.Recalling{Room: "g", ID: id}))
	m := c.next().AddMsgList[1]
	if m.MsgType != 10002 || !strings.Contains(m.Content, "&lt;msgid&gt;"+id+"&lt;") || !strings.Contains(m.Content, `"甲" 撤回了一条消息`) {
		t.Errorf("recalled: %+v", m)
	}
	if _, err := s.Recall(wechatsim.Recalling{Room: "g", ID: id}); err == nil {
		t.Error("recalled twice")
	}
}
