package wechat

import (
	"slices"
	"strings"

	"menshen/bot/chat"
)

// The message types of the wire that mean something here. 51 is the phone's
// own status and 50, 52, 53 are calls; they are not messages.
const (
	typeText     = 1
	typeImage    = 3
	typeVoice    = 34
	typeFriend   = 37 // somebody asks to become a friend
	typeCard     = 42
	typeVideo    = 43
	typeSticker  = 47
	typeLocation = 48
	typeApp      = 49
	typeMicro    = 62
	typeSystem   = 10000
	typeRecalled = 10002
)

// phoneOnly are the texts WeChat shows in place of what the web cannot.
var phoneOnly = []string{
	"该类型暂不支持，请在手机上查看",
	"[收到一条网页版微信暂不支持的消息类型，请在手机上查看]",
	"收到一条网页版微信暂不支持的消息类型，请在手机上查看",
}

// redPackets are the system texts that stand for money.
var redPackets = []string{"收到红包，请在手机上查看", "发出红包，请在手机上查看"}

// limited are the system texts by which WeChat says that the account sends too
// often.
var limited = []string{"操作过于频繁，可稍后再试。", "发送消息过于频繁，可稍后再试。"}

// appKinds sorts the kinds of an app message by its inner type.
var appKinds = map[int]chat.Kind{
	1: chat.KindText, 2: chat.KindImage, 3: chat.KindLink, 4: chat.KindLink, 5: chat.KindLink, 6: chat.KindFile,
	8: chat.KindSticker, 17: chat.KindLocation, 19: chat.KindForward, 24: chat.KindForward,
	33: chat.KindMiniProgram, 36: chat.KindMiniProgram, 51: chat.KindChannels, 57: chat.KindQuote,
	63: chat.KindChannels, 74: chat.KindFile, 87: chat.KindText, 88: chat.KindChannels,
	2000: chat.KindRedPacket, 2001: chat.KindRedPacket, 2003: chat.KindRedPacket,
}

// body is the content of a message, decoded.
type body struct {
	kind   chat.Kind // "" when the message is none
	text   string
	title  string
	urls   []string
	quoted string
	recall string // the id of a recalled message
}

// decodeBody sorts content, which is m's without its sender.
func decodeBody(m wireMessage, content string) body {
	switch m.MsgType {
	case typeText:
		return decodeTyped(m, content)
	case typeImage:
		return body{kind: chat.KindImage}
	case typeVoice:
		return body{kind: chat.KindVoice}
	case typeVideo, typeMicro:
		return body{kind: chat.KindVideo}
	case typeSticker:
		return body{kind: chat.KindSticker}
	case typeCard:
		f := parseXML(unescapeXML(content))
		name := m.RecommendInfo.NickName
		if name == "" {
			name = f.get("msg@nickname")
		}
		text := m.RecommendInfo.Alias
		if text == "" {
			text = f.get("msg@alias")
		}
		return body{kind: chat.KindCard, title: decodeName(name), text: decodeText(text)}
	case typeLocation:
		f := parseXML(unescapeXML(content))
		return body{kind: chat.KindLocation, text: f.get("msg/location@label", "msg/location@poiname")}
	case typeApp:
		return decodeApp(m, content)
	case typeSystem:
		return decodeSystem(content)
	case typeRecalled:
		return decodeRecall(content)
	default:
		return body{}
	}
}

// decodeTyped decodes typed text. A location arrives as text with an address
// of a map.
func decodeTyped(m wireMessage, content string) body {
	if m.Url != "" && strings.Contains(content, "/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg") {
		place, _, _ := strings.Cut(content, senderMark)
		return body{kind: chat.KindLocation, text: decodeText(place)}
	}
	text := decodeText(content)
	if slices.Contains(phoneOnly, strings.TrimSpace(text)) {
		return body{kind: chat.KindUnreadable}
	}
	return body{kind: chat.KindText, text: text}
}

func decodeSystem(content string) body {
	text := strings.TrimSpace(decodeText(content))
	switch {
	case slices.Contains(redPackets, text):
		return body{kind: chat.KindRedPacket}
	case slices.Contains(phoneOnly, text):
		return body{kind: chat.KindUnreadable}
	default:
		return body{kind: chat.KindSystem, text: text}
	}
}

// decodeRecall decodes 10002: the notice that a message was taken back, or
// another system message as XML.
func decodeRecall(content string) body {
	f := parseXML(unescapeXML(content))
	id := f.get("sysmsg/revokemsg/msgid", "sysmsg/revokemsg/newmsgid")
	var wire wireID
	if id != "" && wire.UnmarshalJSON([]byte(id)) == nil && wire != "" {
		return body{kind: chat.KindSystem, recall: string(wire)}
	}
	text := f.get("sysmsg/sysmsgtemplate/content_template/plain", "sysmsg/delchatroommember/plain", "sysmsg/plain")
	return body{kind: chat.KindSystem, text: text}
}

func decodeApp(m wireMessage, content string) body {
	if slices.Contains(phoneOnly, strings.TrimSpace(decodeText(content))) {
		return body{kind: chat.KindUnreadable}
	}
	f := parseXML(unescapeXML(content))
	inner := m.AppMsgType
	if inner == 0 {
		inner = atoi(f.get("msg/appmsg/type"))
	}
	kind, ok := appKinds[inner]
	if !ok {
		kind = chat.KindLink
		if f.get("msg/appmsg/title") == "" && m.FileName == "" {
			kind = chat.KindUnreadable
		}
	}
	b := body{kind: kind, title: f.get("msg/appmsg/title")}
	if b.title == "" {
		b.title = decodeText(m.FileName)
	}
	b.urls = distinct(decodeText(m.Url), f.get("msg/appmsg/url"), f.get("msg/appmsg/lowurl"))
	return b.shape(f)
}

// shape puts the texts of an app message where its kind has them.
func (b body) shape(f xmlFields) body {
	des := f.get("msg/appmsg/des")
	switch b.kind {
	case chat.KindQuote:
		// The reply is the title; the rest is somebody else's words.
		b.text, b.title = b.title, ""
		b.quoted = f.get("msg/appmsg/refermsg/content")
	case chat.KindText:
		b.text = strings.TrimSpace(b.title + "\n" + f.get("msg/appmsg/textannouncement", "msg/appmsg/des"))
		b.title = ""
	case chat.KindChannels:
		// The title of the message itself only says that the client is too old.
		b.title = f.get("msg/appmsg/finderFeed/nickname", "msg/appmsg/finderLive/nickname")
		b.text = f.get("msg/appmsg/finderFeed/desc", "msg/appmsg/finderLive/desc", "msg/appmsg/des")
	case chat.KindMiniProgram:
		b.text = strings.Join(distinct(des, f.get("msg/appmsg/sourcedisplayname")), "\n")
	case chat.KindImage, chat.KindSticker, chat.KindRedPacket:
		b.title, b.urls = "", nil
	default:
		b.text = des
	}
	return b
}

// distinct returns the texts that are neither empty nor repeated.
func distinct(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func atoi(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > 1<<20 {
			return 0
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
