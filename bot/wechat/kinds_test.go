package wechat

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"menshen/bot/chat"
)

// TestAppMessages: what is sent as an app message, by the inner type that the
// wire names in the message or in its XML, becomes its kind; an unknown one is a
// link if it shows anything, else unreadable.
func TestAppMessages(t *testing.T) {
	app := func(inner string) string { return "&lt;msg&gt;&lt;appmsg&gt;" + inner + "&lt;/appmsg&gt;&lt;/msg&gt;" }
	tests := []struct {
		name string
		m    wireMessage
		want body
	}{
		{"transfer", wireMessage{AppMsgType: 2000, FileName: "微信转账", Content: app("")}, body{kind: chat.KindRedPacket}},
		{"transfer, named in the XML", wireMessage{FileName: "微信转账", Content: app("&lt;type&gt;2000&lt;/type&gt;")}, body{kind: chat.KindRedPacket}},
		{"red packet", wireMessage{AppMsgType: 2001, FileName: "恭喜发财"}, body{kind: chat.KindRedPacket}},
		{"packet cover", wireMessage{AppMsgType: 2003, Url: "https://a.example/"}, body{kind: chat.KindRedPacket}},
		{"text", wireMessage{AppMsgType: 1, FileName: "快来"}, body{kind: chat.KindText, text: "快来"}},
		{"notice of the group", wireMessage{AppMsgType: 87, Content: app("&lt;textannouncement&gt;明天停水&lt;/textannouncement&gt;")}, body{kind: chat.KindText, text: "明天停水"}},
		{"music", wireMessage{AppMsgType: 3, FileName: "歌", Url: "https://a.example/"}, body{kind: chat.KindLink, title: "歌", urls: []string{"https://a.example/"}}},
		{"invitation", wireMessage{AppMsgType: 5, FileName: "邀请你加入群聊", Url: "https://a.example/"}, body{kind: chat.KindLink, title: "邀请你加入群聊", urls: []string{"https://a.example/"}}},
		{"file", wireMessage{AppMsgType: 6, FileName: "表.xlsx"}, body{kind: chat.KindFile, title: "表.xlsx"}},
		{"sticker", wireMessage{AppMsgType: 8, FileName: "x"}, body{kind: chat.KindSticker}},
		{"live location", wireMessage{AppMsgType: 17}, body{kind: chat.KindLocation}},
		{"forward", wireMessage{AppMsgType: 19, FileName: "群聊的聊天记录"}, body{kind: chat.KindForward, title: "群聊的聊天记录"}},
		{"mini-program", wireMessage{AppMsgType: 33, FileName: "拼单"}, body{kind: chat.KindMiniProgram, title: "拼单"}},
		{"mini-program, other type", wireMessage{AppMsgType: 36, FileName: "拼单"}, body{kind: chat.KindMiniProgram, title: "拼单"}},
		{"channels", wireMessage{AppMsgType: 51, Content: app("&lt;finderFeed&gt;&lt;nickname&gt;某号&lt;/nickname&gt;&lt;/finderFeed&gt;")}, body{kind: chat.KindChannels, title: "某号"}},
		{"channels live", wireMessage{AppMsgType: 63}, body{kind: chat.KindChannels}},
		{"quote", wireMessage{AppMsgType: 57, FileName: "不对", Content: app("&lt;refermsg&gt;&lt;content&gt;加群&lt;/content&gt;&lt;/refermsg&gt;")}, body{kind: chat.KindQuote, text: "不对", quoted: "加群"}},
		{"unknown with a title", wireMessage{AppMsgType: 9001, FileName: "新玩意"}, body{kind: chat.KindLink, title: "新玩意"}},
		{"unknown without one", wireMessage{AppMsgType: 9001}, body{kind: chat.KindUnreadable}},
		{"to be seen on the phone", wireMessage{AppMsgType: 19, FileName: "x", Content: "该类型暂不支持，请在手机上查看"}, body{kind: chat.KindUnreadable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.m.MsgType = typeApp
			if diff := cmp.Diff(tt.want, decodeBody(tt.m, tt.m.Content), cmp.AllowUnexported(body{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestSystemMessages: what WeChat itself says is money, a message that only the
// phone shows, a message taken back, or a system text.
func TestSystemMessages(t *testing.T) {
	recalled := "&lt;sysmsg type='revokemsg'&gt;&lt;revokemsg&gt;&lt;msgid&gt;77&lt;/msgid&gt;&lt;replacemsg&gt;&lt;![CDATA[\"甲\" 撤回了一条消息]]&gt;&lt;/replacemsg&gt;&lt;/revokemsg&gt;&lt;/sysmsg&gt;"
	for name, tt := range map[string]struct {
		typ     int
		content string
		want    body
	}{
		"packet came":   {typeSystem, "收到红包，请在手机上查看", body{kind: chat.KindRedPacket}},
		"packet sent":   {typeSystem, "发出红包，请在手机上查看", body{kind: chat.KindRedPacket}},
		"only on phone": {typeSystem, "[收到一条网页版微信暂不支持的消息类型，请在手机上查看]", body{kind: chat.KindUnreadable}},
		"taken back":    {typeRecalled, recalled, body{kind: chat.KindSystem, recall: "77"}},
		"a pat":         {typeSystem, `"甲" 拍了拍 "乙"`, body{kind: chat.KindSystem, text: `"甲" 拍了拍 "乙"`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, decodeBody(wireMessage{MsgType: tt.typ}, tt.content), cmp.AllowUnexported(body{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
