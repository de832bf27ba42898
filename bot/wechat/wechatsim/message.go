package wechatsim

import (
	"encoding/json"
	"strconv"
)

// WeChat's numbers for what a message is (MsgType).
const (
	typeText     = 1
	typeImage    = 3
	typeVoice    = 34
	typeCard     = 42
	typeVideo    = 43
	typeSticker  = 47
	typeApp      = 49
	typeNotify   = 51
	typeSystem   = 10000
	typeRecalled = 10002
)

// message is one entry of AddMsgList, without the user names, which every
// session has its own of.
type message struct {
	id       int64
	entry    int // index in the transcript, -1 for what nobody said
	at       int64
	room     *room   // nil in private
	peer     *person // the other end in private
	from     *person // nil when the service speaks
	typ      int
	content  string // as in JSON, without the sender's prefix
	plain    string // the words, for quoting
	recalled bool
	extra    *extra // nil for most
}

// extra are the fields that only some messages fill.
type extra struct {
	url, fileName, fileSize, mediaID string
	appType, voiceLength, playLength int
	imgWidth, imgHeight              int
	notifyCode                       int
	notifyRooms                      []*room
	oriContent                       string
	recommend                        *recommend
	shows                            string                     // what a picture's code says, not on the wire
	over                             map[string]json.RawMessage // raw: laid over everything
}

// recommend is RecommendInfo, the person on a card.
type recommend struct {
	UserName, NickName, Alias, Province, City, Content, Signature, Ticket string
	Scene, QQNum, Sex, AttrStatus, VerifyFlag, OpCode                     int
}

// names gives the user names of one session.
type names interface {
	userName(p *person) string
	roomName(r *room) string
}

var noExtra = &extra{}

// append renders m for one session. It is on the path of every message, so it
// appends instead of reflecting.
func (m *message) append(b []byte, n names, self *person) []byte {
	from, to := m.ends(n, self)
	x := m.extra
	if x == nil {
		x = noExtra
	}
	content := m.content
	if m.room != nil && m.from != nil && m.from != self && m.typ < typeSystem {
		content = n.userName(m.from) + ":<br/>" + content
	}
	if x.over != nil {
		return appendOver(b, m, from, to, content, x.over)
	}
	id := strconv.FormatInt(m.id, 10)
	b = append(append(b, `{"MsgId":"`...), id...)
	b = append(append(b, `","FromUserName":"`...), from...)
	b = append(append(b, `","ToUserName":"`...), to...)
	b = appendInt(append(b, `","MsgType":`...), m.typ)
	b = appendString(append(b, `,"Content":`...), content)
	b = appendInt(append(b, `,"Status":3,"ImgStatus":`...), m.imgStatus())
	b = strconv.AppendInt(append(b, `,"CreateTime":`...), m.at, 10)
	if m.extra == nil {
		b = append(b, plainFields...)
	} else {
		b = x.append(b, n)
	}
	return append(append(append(b, `"NewMsgId":`...), id...), '}')
}

// plainFields is what x.append writes for no extra at all.
const plainFields = `,"VoiceLength":0,"PlayLength":0,"FileName":"","FileSize":"","MediaId":"","Url":"","AppMsgType":0,` +
	`"StatusNotifyCode":0,"StatusNotifyUserName":"","ImgHeight":0,"ImgWidth":0,"OriContent":"","RecommendInfo":` +
	`{"UserName":"","NickName":"","Alias":"","Province":"","City":"","Content":"","Signature":"","Ticket":"",` +
	`"Scene":0,"QQNum":0,"Sex":0,"AttrStatus":0,"VerifyFlag":0,"OpCode":0}` + plainTail

const plainTail = `,"ForwardFlag":0,"AppInfo":{"AppID":"","Type":0},"HasProductId":0,"Ticket":"","SubMsgType":0,"EncryFileName":"",`

// append writes the fields between CreateTime and NewMsgId.
func (x *extra) append(b []byte, n names) []byte {
	b = appendInt(append(b, `,"VoiceLength":`...), x.voiceLength)
	b = appendInt(append(b, `,"PlayLength":`...), x.playLength)
	b = appendString(append(b, `,"FileName":`...), x.fileName)
	b = appendString(append(b, `,"FileSize":`...), x.fileSize)
	b = appendString(append(b, `,"MediaId":`...), x.mediaID)
	b = appendString(append(b, `,"Url":`...), x.url)
	b = appendInt(append(b, `,"AppMsgType":`...), x.appType)
	b = appendInt(append(b, `,"StatusNotifyCode":`...), x.notifyCode)
	b = append(b, `,"StatusNotifyUserName":"`...)
	for i, r := range x.notifyRooms {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, n.roomName(r)...)
	}
	b = appendInt(append(b, `","ImgHeight":`...), x.imgHeight)
	b = appendInt(append(b, `,"ImgWidth":`...), x.imgWidth)
	b = appendString(append(b, `,"OriContent":`...), x.oriContent)
	who := x.recommend
	if who == nil {
		who = &recommend{}
	}
	b = append(append(b, `,"RecommendInfo":`...), encode(who)...)
	return append(b, plainTail...)
}

// ends returns FromUserName and ToUserName: the room or the peer is one of
// them and the bot's account the other.
func (m *message) ends(n names, self *person) (from, to string) {
	me := n.userName(self)
	other := me
	switch {
	case m.room != nil:
		other = n.roomName(m.room)
	case m.peer != nil:
		other = n.userName(m.peer)
	}
	if m.from == self {
		return me, other
	}
	return other, me
}

// imgStatus is 2 for pictures and 1 for everything else.
func (m *message) imgStatus() int {
	if m.typ == typeImage {
		return 2
	}
	return 1
}

// appendOver renders a raw message: its own fields win, everything else is
// that of a text. Numbers pass as they were written.
func appendOver(b []byte, m *message, from, to, content string, over map[string]json.RawMessage) []byte {
	if raw, ok := over["Content"]; ok {
		var own string
		if json.Unmarshal(raw, &own) == nil {
			content = own
		}
	}
	fields := map[string]any{
		"MsgId": strconv.FormatInt(m.id, 10), "NewMsgId": m.id, "FromUserName": from, "ToUserName": to,
		"MsgType": typeText, "Content": content, "Status": 3, "ImgStatus": 1, "CreateTime": m.at,
	}
	for k, v := range over {
		if k != "Content" {
			fields[k] = v
		}
	}
	return append(b, encode(fields)...)
}

func appendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

const hexDigits = "0123456789abcdef"

// appendString writes s as a JSON string without escaping what JSON does not
// ask for, as the service does.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, '\\', c)
		}
	}
	return append(append(b, s[start:]...), '"')
}
