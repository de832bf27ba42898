package wechatsim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// composers make the message of one kind, without room and sender. Payloads
// are XML escaped once more, as the service puts them into Content.
var composers = map[string]func(*world, Saying) (*message, error){
	"text":        func(w *world, s Saying) (*message, error) { return w.text(s.Text), nil },
	"image":       composeImage,
	"sticker":     composeSticker,
	"voice":       composeVoice,
	"video":       composeVideo,
	"file":        composeFile,
	"link":        composeLink,
	"miniprogram": composeMiniProgram,
	"card":        composeCard,
	"forward":     composeForward,
	"channels":    composeChannels,
	"quote":       composeQuote,
	"location":    composeLocation,
	"redpacket":   composeRedPacket,
	"unreadable":  composeUnreadable,
	"raw":         composeRaw,
}

// compose makes the message s asks for.
func (w *world) compose(s Saying) (*message, error) {
	composer, ok := composers[s.kind()]
	if !ok {
		return nil, fmt.Errorf("%w: kind %q", ErrUnknown, s.Kind)
	}
	m, err := composer(w, s)
	if err != nil {
		return nil, err
	}
	if m.plain == "" {
		m.plain = strings.TrimSpace(s.Title + " " + s.Text)
	}
	return m, nil
}

// payload is a message whose content is the XML document in xml.
func payload(typ int, xml string, x *extra) *message {
	return &message{typ: typ, content: spans(escapes.Replace(xml), 0), extra: x}
}

// attr writes s as the value of an XML attribute or element.
func attr(s string) string { return xmlEscapes.Replace(s) }

// composeImage: the keys are the same for all, nobody can load by them.
func composeImage(_ *world, s Saying) (*message, error) {
	return payload(typeImage, `<?xml version="1.0"?>`+"\n"+`<msg>`+"\n\t"+
		`<img aeskey="6d6f64656c" encryver="1" cdnthumblength="2310" cdnthumbheight="68" cdnthumbwidth="120" length="18310" md5="0f343b0931126a20f133d67c2b018a3b" />`+
		"\n</msg>\n", &extra{imgHeight: 68, imgWidth: 120, shows: s.URL}), nil
}

// composeSticker masks the ids as the service does since about 2018.
func composeSticker(*world, Saying) (*message, error) {
	return payload(typeSticker, `<msg><emoji fromusername = "xxx" tousername = "xxx" type="2" md5="9e3f303561566dc9342a3ea41e6552a6" len = "8326" productid="" width="240" height="240" ></emoji> </msg>`,
		&extra{imgHeight: 120, imgWidth: 120}), nil
}

// composeVoice: the length is in milliseconds.
func composeVoice(*world, Saying) (*message, error) {
	return payload(typeVoice, `<msg><voicemsg endflag="1" cancelflag="0" forwardflag="0" voiceformat="4" voicelength="2120" length="3211" bufid="0" /></msg>`,
		&extra{voiceLength: 2120}), nil
}

// composeVideo: WeChat sends the preview's size, the file has to be asked for.
func composeVideo(*world, Saying) (*message, error) {
	return payload(typeVideo, `<?xml version="1.0"?>`+"\n"+`<msg>`+"\n\t"+`<videomsg length="251920" playlength="6" isad="0" />`+"\n</msg>\n",
		&extra{playLength: 6, imgHeight: 288, imgWidth: 162}), nil
}

// app is a MsgType 49 with an appmsg payload of the given type; inner is what
// the type adds.
func app(typ int, s Saying, inner string) *message {
	xml := `<msg><appmsg appid="" sdkver="0"><title>` + attr(s.Title) + `</title><des>` + attr(s.Text) +
		`</des><action>view</action><type>` + strconv.Itoa(typ) + `</type><showtype>0</showtype><content></content><url>` +
		attr(s.URL) + `</url>` + inner + `</appmsg><fromusername>xxx</fromusername><scene>0</scene></msg>`
	return payload(typeApp, xml, &extra{appType: typ, url: escapes.Replace(s.URL), fileName: escape(s.Title)})
}

// composeFile: the title is the file's name, the text if there is no title.
func composeFile(_ *world, s Saying) (*message, error) {
	if s.Title == "" {
		s.Title, s.Text = s.Text, ""
	}
	s.URL = ""
	m := app(6, s, `<appattach><totallen>18310</totallen><attachid>@cdn_file</attachid><fileext>bin</fileext></appattach>`)
	m.extra.fileSize, m.extra.mediaID = "18310", "@crypt_f11e"
	return m, nil
}

// composeLink is the card of a web page.
func composeLink(_ *world, s Saying) (*message, error) {
	return app(5, s, `<thumburl></thumburl>`), nil
}

// composeMiniProgram: its page opens on phones only, so there is no address
// unless the test gives one.
func composeMiniProgram(_ *world, s Saying) (*message, error) {
	return app(33, s, `<sourcedisplayname>`+attr(s.Title)+
		`</sourcedisplayname><weappinfo><username>gh_5f3e@app</username><pagepath>pages/index.html</pagepath><appid>wx5f3e</appid></weappinfo>`), nil
}

// composeForward: the text is what the forwarded messages say.
func composeForward(_ *world, s Saying) (*message, error) {
	if s.Title == "" {
		s.Title = "群聊的聊天记录"
	}
	record := `<recorditem><![CDATA[<recordinfo><title>` + attr(s.Title) + `</title><desc>` + attr(s.Text) +
		`</desc><datalist count="1"><dataitem datatype="1"><datadesc>` + attr(s.Text) + `</datadesc></dataitem></datalist></recordinfo>]]></recorditem>`
	return app(19, s, record), nil
}

// composeChannels puts the title where the app puts it, into the feed's
// description; the appmsg's own title says that the client is too old.
func composeChannels(_ *world, s Saying) (*message, error) {
	feed := `<finderFeed><objectId>14010</objectId><feedType>4</feedType><nickname>` + attr(s.Title) +
		`</nickname><desc>` + attr(s.Text) + `</desc></finderFeed>`
	return app(51, Saying{Title: "当前微信版本不支持展示该内容，请升级至最新版本。", URL: s.URL}, feed), nil
}

// composeQuote quotes a message of the world when there is one with that id or
// text, else the words as they are.
func composeQuote(w *world, s Saying) (*message, error) {
	name, words, id, typ := "", s.Quote, int64(0), typeText
	if m := w.quoted(s); m != nil {
		words, id, typ = m.plain, m.id, m.typ
		if m.from != nil && m.room != nil {
			name = m.room.byPerson[m.from].shown()
		}
	}
	refer := `<refermsg><type>` + strconv.Itoa(typ) + `</type><svrid>` + strconv.FormatInt(id, 10) +
		`</svrid><fromusr>xxx</fromusr><chatusr>xxx</chatusr><displayname>` + attr(name) + `</displayname><content>` +
		attr(words) + `</content></refermsg>`
	m := app(57, Saying{Title: s.Text, URL: s.URL}, refer)
	m.plain = s.Text
	return m, nil
}

// quoteReach is how many lines of the transcript a quote by its text can reach
// back.
const quoteReach = 1000

// quoted finds the message s quotes, the latest of those with the same text.
func (w *world) quoted(s Saying) *message {
	if m := w.byID[s.Quote]; m != nil && m.room != nil && m.room.handle == s.Room {
		return m
	}
	for _, e := range slices.Backward(w.transcript[max(0, len(w.transcript)-quoteReach):]) {
		if e.Room == s.Room && e.Text == s.Quote {
			return w.byID[e.ID]
		}
	}
	return nil
}

// composeCard: the title is the name on the card, the text its WeChat id. A
// person's card has no address: with one it is the card of a web page.
func composeCard(w *world, s Saying) (*message, error) {
	if s.URL != "" {
		return composeLink(w, s)
	}
	name := s.Title
	if name == "" {
		name = s.Text
	}
	user := "@" + fmt.Sprintf("%032x", number(name))
	xml := `<?xml version="1.0"?>` + "\n" + `<msg bigheadimgurl="" smallheadimgurl="" username="` + user + `" nickname="` +
		attr(name) + `"  shortpy="" alias="` + attr(s.Text) + `" imagestatus="3" scene="17" province="" city="" sign="" sex="0" certflag="0" certinfo="" />` + "\n"
	return payload(typeCard, xml, &extra{recommend: &recommend{
		UserName: user, NickName: listName(name), Alias: s.Text, Scene: 17,
	}}), nil
}

// composeLocation is a text with a picture's address below the place's name.
func composeLocation(_ *world, s Saying) (*message, error) {
	place := s.Text
	if place == "" {
		place = s.Title
	}
	m := &message{typ: typeText, plain: place}
	m.content = escape(place) + ":<br/>/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?url=xxx&msgid=0&pictype=location"
	m.extra = &extra{
		url:        "http://apis.map.qq.com/uri/v1/geocoder?coord=31.230400,121.473700",
		oriContent: `<?xml version="1.0"?>` + "\n" + `<msg><location x="31.2304" y="121.4737" scale="16" label="` + attr(place) + `" maptype="0" poiname="[位置]" /></msg>`,
	}
	return m, nil
}

// composeRedPacket is all that the web learns of money: not whose and how much.
func composeRedPacket(w *world, s Saying) (*message, error) {
	if w.people[s.Member] == w.self {
		return w.system("发出红包，请在手机上查看"), nil
	}
	return w.system("收到红包，请在手机上查看"), nil
}

// composeUnreadable alternates between the two wordings for what the web does
// not show.
func composeUnreadable(w *world, _ Saying) (*message, error) {
	if w.turn("unreadable", 2) == 0 {
		return &message{typ: typeApp, content: "该类型暂不支持，请在手机上查看", extra: &extra{}}, nil
	}
	return &message{typ: typeText, content: "[收到一条网页版微信暂不支持的消息类型，请在手机上查看]"}, nil
}

// composeRaw takes the content as it is; a JSON object with MsgType is laid
// over the message field by field.
func composeRaw(_ *world, s Saying) (*message, error) {
	m := &message{typ: typeText, content: s.Text, plain: s.Text}
	var over map[string]json.RawMessage
	_ = json.Unmarshal([]byte(s.Text), &over) // most is no JSON
	if over["MsgType"] == nil {
		return m, nil
	}
	_ = json.Unmarshal(over["MsgType"], &m.typ) // anything may stand there
	m.extra = &extra{over: over}
	if text, ok := over["Content"]; ok {
		_ = json.Unmarshal(text, &m.content)
	}
	return m, nil
}
