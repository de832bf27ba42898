package wechat

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// TestKinds has every kind of message come over the wire.
func TestKinds(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	for name, c := range map[string]struct {
		say  wechatsim.Saying
		want chat.Message
	}{
		"text":      {wechatsim.Saying{Text: "看 <这里>: https://example.com/?a=1&b=2"}, chat.Message{Kind: chat.KindText, Text: "看 <这里>: https://example.com/?a=1&b=2"}},
		"two lines": {wechatsim.Saying{Text: "名单:\n@甲 <br/> &lt;"}, chat.Message{Kind: chat.KindText, Text: "名单:\n@甲 <br/> &lt;"}},
		"emoji":     {wechatsim.Saying{Text: "好🇨🇳😂1️⃣ 的"}, chat.Message{Kind: chat.KindText, Text: "好🇨🇳😂1️⃣ 的"}},
		"image":     {wechatsim.Saying{Kind: "image"}, chat.Message{Kind: chat.KindImage}},
		"sticker":   {wechatsim.Saying{Kind: "sticker"}, chat.Message{Kind: chat.KindSticker}},
		"voice":     {wechatsim.Saying{Kind: "voice"}, chat.Message{Kind: chat.KindVoice}},
		"video":     {wechatsim.Saying{Kind: "video"}, chat.Message{Kind: chat.KindVideo}},
		"file":      {wechatsim.Saying{Kind: "file", Title: "返利表 <1>.xlsx"}, chat.Message{Kind: chat.KindFile, Title: "返利表 <1>.xlsx"}},
		"link": {
			wechatsim.Saying{Kind: "link", Title: "快来 & 看", Text: "一本万利", URL: "https://evil.example/a?x=1&y=2"},
			chat.Message{Kind: chat.KindLink, Title: "快来 & 看", Text: "一本万利", URLs: []string{"https://evil.example/a?x=1&y=2"}},
		},
		"mini-program": {
			wechatsim.Saying{Kind: "miniprogram", Title: "拼单", Text: "点我", URL: "https://mp.example/"},
			chat.Message{Kind: chat.KindMiniProgram, Title: "拼单", Text: "点我\n拼单", URLs: []string{"https://mp.example/"}},
		},
		"card":                      {wechatsim.Saying{Kind: "card", Title: "客服小美", Text: "wx_mei88"}, chat.Message{Kind: chat.KindCard, Title: "客服小美", Text: "wx_mei88"}},
		"forward":                   {wechatsim.Saying{Kind: "forward", Text: "甲: 加群"}, chat.Message{Kind: chat.KindForward, Title: "群聊的聊天记录", Text: "甲: 加群"}},
		"channels":                  {wechatsim.Saying{Kind: "channels", Title: "某号", Text: "某视频"}, chat.Message{Kind: chat.KindChannels, Title: "某号", Text: "某视频"}},
		"quote":                     {wechatsim.Saying{Kind: "quote", Text: "不对", Quote: "加群 <吗>"}, chat.Message{Kind: chat.KindQuote, Text: "不对", Quoted: "加群 <吗>"}},
		"location":                  {wechatsim.Saying{Kind: "location", Text: "人民广场"}, chat.Message{Kind: chat.KindLocation, Text: "人民广场"}},
		"red packet":                {wechatsim.Saying{Kind: "redpacket"}, chat.Message{Kind: chat.KindRedPacket}},
		"unreadable":                {wechatsim.Saying{Kind: "unreadable"}, chat.Message{Kind: chat.KindUnreadable}},
		"unreadable, other wording": {wechatsim.Saying{Kind: "unreadable"}, chat.Message{Kind: chat.KindUnreadable}},
	} {
		c.say.Room, c.say.Member = "g", "甲"
		r.do(t)(r.sim.Say(c.say))
		m := next[chat.Message](t, r.ear)
		if c.want.Kind != chat.KindRedPacket && r.dir.nick(m.From) != "甲" {
			t.Errorf("%s: from %q", name, r.dir.nick(m.From))
		}
		c.want.ID, c.want.Room, c.want.From, c.want.Time, c.want.Age = m.ID, m.Room, m.From, m.Time, m.Age
		if diff := cmp.Diff(c.want, m); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOddMessagesDoNotStopTheOthers(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	long := strings.Repeat("长", 20_000)
	for name, raw := range map[string]string{
		"xml cut short":     `{"MsgType":49,"Content":"&lt;msg&gt;&lt;appmsg&gt;&lt;title&gt;x"}`,
		"xml nested":        `{"MsgType":49,"Content":"` + strings.Repeat("&lt;a&gt;", 5000) + `"}`,
		"xml with entity":   `{"MsgType":49,"Content":"&lt;!DOCTYPE x [&lt;!ENTITY a \"b\"&gt;]&gt;&lt;msg&gt;&amp;a;&lt;/msg&gt;"}`,
		"no id":             `{"MsgType":1,"MsgId":"","NewMsgId":0,"Content":"x"}`,
		"id as text":        `{"MsgType":1,"MsgId":"abc","NewMsgId":0,"Content":"x"}`,
		"id out of range":   `{"MsgType":1,"MsgId":"99999999999999999999999","NewMsgId":99999999999999999999999,"Content":"x"}`,
		"id as a float":     `{"MsgType":1,"MsgId":"1e30","NewMsgId":1e30,"Content":"x"}`,
		"id below zero":     `{"MsgType":1,"MsgId":"-9223372036854775808","NewMsgId":-9223372036854775808,"Content":"x"}`,
		"time out of range": `{"MsgType":1,"CreateTime":9223372036854775807,"Content":"x"}`,
		"wrong types":       `{"MsgType":1,"CreateTime":"soon","Content":7}`,
		"unknown type":      `{"MsgType":777,"Content":"x"}`,
		"status":            `{"MsgType":51,"Content":""}`,
		"recall of nobody":  `{"MsgType":10002,"Content":"&lt;sysmsg type='revokemsg'&gt;"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Kind: "raw", Text: raw}))
			r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: name}))
			r.ear.said(t, name)
		})
	}
	r.do(t)(r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: long}))
	r.ear.said(t, long)
}

func TestRecalledMessage(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.login(t)
	r.roster(t, time.Minute, "老王", "甲", "乙")
	done, err := r.sim.Say(wechatsim.Saying{Room: "g", Member: "甲", Text: "加群"})
	r.do(t)(done, err)
	m := r.ear.said(t, "加群")
	r.do(t)(r.sim.Recall(wechatsim.Recalling{Room: "g", ID: done.ID}))
	if e := next[chat.Recalled](t, r.ear); e.MessageID != m.ID || e.Room != m.Room {
		t.Errorf("recalled %+v, said %+v", e, m)
	}
}

func TestPrivateTextAndOwnPhone(t *testing.T) {
	r := newRig(t, wechatsim.Options{})
	r.do(t)(r.sim.Room(wechatsim.NewRoom{Room: "h", Name: "第二群", Owner: "老王", Members: []string{"甲"}}))
	r.login(t)
	for range 2 {
		later[chat.RosterRead](t, r, time.Minute)
	}
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "甲", Text: "我的数据"}))
	if m := r.ear.said(t, "我的数据"); len(m.As) != 2 || !m.Private() || m.Self || m.Console {
		t.Errorf("private %+v", m)
	}
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "filehelper", Text: "待办"}))
	if m := r.ear.said(t, "待办"); !m.Console || m.Room != 0 {
		t.Errorf("console %+v", m)
	}
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "self", Room: "g", Text: "大家好"}))
	if m := r.ear.said(t, "大家好"); !m.Self || m.Room == 0 || r.dir.nick(m.From) != "小助手" {
		t.Errorf("typed on the phone %+v", m)
	}
	// What the bot said itself is not heard again, even under another id.
	if _, err := r.net.Send(t.Context(), chat.Outgoing{ID: 1, Room: 1, Text: "第1次警告"}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"第1次警告", "真的是我"} {
		r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "self", Room: "g", Text: text}))
	}
	if m := next[chat.Message](t, r.ear); m.Text != "真的是我" {
		t.Errorf("the bot hears itself: %+v", m)
	}
	r.clock.advance(t, 2*time.Hour)
	r.do(t)(r.sim.Private(wechatsim.Whisper{Member: "self", Room: "g", Text: "第1次警告"}))
	r.ear.said(t, "第1次警告")
}

func TestDecodeText(t *testing.T) {
	for in, want := range map[string]string{
		`a<br/>b`:                                       "a\nb",
		`&lt;br/&gt;`:                                   "<br/>",
		`&amp;lt;`:                                      "&lt;",
		`&lt;span class="emoji emoji1f31b"&gt;`:         `<span class="emoji emoji1f31b">`,
		`<span class="emoji emoji1f31b"></span>`:        "🌛",
		`<span class="emoji emoji1f31b"</span>x`:        "🌛x",
		`<span class="emoji emoji1f1e81f1f3"></span>`:   "🇨🇳",
		`<span class="emoji emoji2320e3"></span>`:       "#\u20e3",
		`<span class="emoji emojiffffff1f31b0"></span>`: "",
		`<span class="emoji emojid800"></span>`:         "",
		`<span class="emoji emoji"></span>`:             "",
		`<span class="x">`:                              `<span class="x">`,
		`AT&T &nbsp;&quot;&#39;&unknown; &`:             "AT&T  \"'&unknown; &",
		"kaputt\xff<br/>":                               "kaputt\n",
	} {
		if got := decodeText(in); got != want {
			t.Errorf("decodeText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCutSender(t *testing.T) {
	for in, want := range map[string][2]string{
		"@a1b2:<br/>你好":                {"@a1b2", "你好"},
		"@a1b2:<br/>名单:<br/>@ff:<br/>": {"@a1b2", "名单:<br/>@ff:<br/>"},
		"@甲:<br/>你好":                   {"", "@甲:<br/>你好"},
		"你好:<br/>x":                    {"", "你好:<br/>x"},
		"@a1b2 你好":                     {"", "@a1b2 你好"},
	} {
		if sender, rest := cutSender(in); sender != want[0] || rest != want[1] {
			t.Errorf("cutSender(%q) = %q, %q", in, sender, rest)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(1, "@ab:<br/>x&lt;<span class=\"emoji emoji1f1e81f1f3\"></span>")
	f.Add(49, "&lt;msg&gt;&lt;appmsg&gt;&lt;title&gt;x&lt;/title&gt;")
	f.Add(10000, `"a"邀请"b"加入了群聊`)
	f.Fuzz(func(t *testing.T, kind int, content string) {
		_, rest := cutSender(content)
		b := decodeBody(wireMessage{MsgType: kind}, rest)
		if !utf8.ValidString(b.text) || !utf8.ValidString(b.title) {
			t.Errorf("invalid UTF-8 from %q", content)
		}
		for _, c := range joinClaims(content) {
			if c.names == "" {
				t.Errorf("a claim without names from %q", content)
			}
		}
		if name := decodeName(content); utf8.RuneCountInString(name) > maxName || strings.ContainsAny(name, "\r\n") {
			t.Errorf("name %q", name)
		}
	})
}

// TestLongInputIsLinear: four times the text must not take much more than four
// times as long, whatever it repeats.
func TestLongInputIsLinear(t *testing.T) {
	work := func(text string) time.Duration {
		began := time.Now()
		for _, kind := range []int{typeText, typeApp, typeCard, typeSystem, typeRecalled} {
			decodeBody(wireMessage{MsgType: kind}, text)
		}
		cutSender(text)
		decodeName(text)
		removedBot(text)
		aboutMembers(text)
		joinClaims(text)
		return time.Since(began)
	}
	for _, part := range []string{"&lt;a b='c' ", "&lt;a&gt;", "<br/>", `<span class="emoji emoji`, "撤回", "<a </a>", `"邀请"`, "&", "@", "&lt;![CDATA[", "&lt;!--", "、"} {
		// A thousandfold quadratic cost would be minutes; this leaves room for
		// a busy machine.
		if d := work(strings.Repeat(part, 1<<20/len(part))); d > 20*time.Second {
			t.Errorf("1 MiB of %q took %v", part, d)
		}
	}
}

// What a document makes the program remember must not be many times as long as
// the document.
func TestXMLFieldsAreBounded(t *testing.T) {
	long := strings.Repeat("a", 60<<10)
	var attrs, children strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&attrs, " x%d='1'", i)
		fmt.Fprintf(&children, "<x%d>1</x%d>", i, i)
	}
	for name, doc := range map[string]string{
		"children of a long name":   "<" + long + ">" + children.String(),
		"attributes of a long name": "<" + long + attrs.String() + "/>",
		"a path of long names":      strings.Repeat("<"+long[:8<<10]+">", 7) + children.String(),
		"attributes far down":       strings.Repeat("<"+long[:100]+">", 23) + "<y" + attrs.String() + "/>",
	} {
		size := 0
		for path, text := range parseXML(doc) {
			size += len(path) + len(text)
		}
		if size > 16*len(doc) {
			t.Errorf("%s: %d bytes of fields from a document of %d", name, size, len(doc))
		}
	}
}
