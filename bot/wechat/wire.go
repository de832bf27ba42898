package wechat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/eatmoreapple/openwechat"
)

// The codes an answer may carry in Ret or retcode, as independent clients saw
// them.
const (
	retLoggedOut  = 1100 // logged out on the phone
	retElsewhere  = 1101 // logged in elsewhere, or the login is no longer valid
	retRefused    = 1102 // cookie invalid; soon after a scan: the account is refused
	retNotAllowed = 1203 // this account may not log in on the web
	retNotFriend  = 1204
	retTooFast    = 1205
)

// retError is an answer whose Ret is not 0.
type retError struct {
	call string
	ret  int
}

func (e *retError) Error() string { return fmt.Sprintf("%s answered %d", e.call, e.ret) }

// ended reports whether the code ends the login.
func (e *retError) ended() bool {
	return e.ret == retLoggedOut || e.ret == retElsewhere || e.ret == retRefused
}

// wireID is a message id, which the wire writes as a string or as a number. It
// never passes through a float.
type wireID string

// UnmarshalJSON implements json.Unmarshaler.
func (id *wireID) UnmarshalJSON(b []byte) error {
	s := string(b)
	if len(b) > 1 && b[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return fmt.Errorf("message id: %w", err)
		}
	}
	*id = ""
	if v, err := strconv.ParseInt(s, 10, 64); err == nil && v != 0 {
		*id = wireID(strconv.FormatInt(v, 10))
	} else if v, err := strconv.ParseUint(s, 10, 64); err == nil && v != 0 {
		*id = wireID(strconv.FormatUint(v, 10))
	}
	return nil
}

type wireBase struct{ Ret int }

type wireKeyItem struct{ Key, Val int64 }

// wireKey is a sync key. Its Count is not read: it may differ from the list.
type wireKey struct{ List []wireKeyItem }

func (k wireKey) equal(other wireKey) bool {
	if len(k.List) != len(other.List) {
		return false
	}
	for i, item := range k.List {
		if item != other.List[i] {
			return false
		}
	}
	return true
}

// stock converts the key for openwechat's request builders, whose Count has to
// fit.
func (k wireKey) stock() *openwechat.SyncKey {
	out := &openwechat.SyncKey{Count: len(k.List)}
	for _, item := range k.List {
		out.List = append(out.List, struct{ Key, Val int64 }(item))
	}
	return out
}

func (k wireKey) cursor() []byte {
	b, err := json.Marshal(k)
	if err != nil {
		return nil // integers always encode
	}
	return b
}

// wireContact is a person or a room. Lists in webwxsync fill only some fields.
type wireContact struct {
	UserName        string
	NickName        string
	RemarkName      string
	Alias           string // the 微信号 of a friend
	DisplayName     string
	VerifyFlag      int
	IsOwner         int
	ChatRoomOwner   string
	EncryChatRoomId string
	MemberCount     int
	MemberList      []wireMember
}

// wireMember is a row of a room's member list; there are many of them.
type wireMember struct{ UserName, NickName, DisplayName string }

type wireMessage struct {
	MsgId         wireID
	NewMsgId      wireID
	FromUserName  string
	ToUserName    string
	MsgType       int
	Content       string
	CreateTime    int64
	Url           string
	FileName      string
	AppMsgType    int
	RecommendInfo struct{ NickName, Alias string }
}

func (m wireMessage) id() string {
	if m.MsgId != "" {
		return string(m.MsgId)
	}
	return string(m.NewMsgId)
}

type initAnswer struct {
	BaseResponse wireBase
	ContactList  []wireContact
	SyncKey      wireKey
	User         struct {
		Uin      int64
		UserName string
		NickName string
	}
	ChatSet    string
	SKey       string
	SystemTime int64
}

type contactAnswer struct {
	BaseResponse wireBase
	MemberList   []wireContact
	Seq          int64
}

type roomsAnswer struct {
	BaseResponse wireBase
	ContactList  []wireContact
}

type syncAnswer struct {
	BaseResponse   wireBase
	AddMsgList     []wireMessage
	ModContactList []wireContact
	DelContactList []wireContact
	ContinueFlag   int
	SyncKey        wireKey
	SyncCheckKey   wireKey
}

type sentAnswer struct {
	BaseResponse wireBase
	MsgID        wireID
}

// errGarbled is an answer that is not what it should be: cut short, an error
// page, another type. Its text is never repeated in a log.
var errGarbled = errors.New("the answer is garbled")

// decode reads one JSON answer. A field of a wrong type stays empty and the
// rest is kept, so that one odd message cannot hold up the others.
func decode(resp *http.Response, into any) error {
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %w", resp.StatusCode, errGarbled)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	var mistyped *json.UnmarshalTypeError
	if err := json.Unmarshal(b, into); err != nil && !errors.As(err, &mistyped) {
		return errGarbled
	}
	return nil
}

// maxSmall bounds the answers that are one line of JavaScript or XML; the
// largest carries a portrait.
const maxSmall = 1 << 20

// readSmall reads an answer that is not JSON. The login page answers 301 with
// a body.
func readSmall(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusMovedPermanently {
		return nil, fmt.Errorf("status %d: %w", resp.StatusCode, errGarbled)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxSmall))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return b, nil
}

func checkRet(call string, base wireBase) error {
	if base.Ret != 0 {
		return &retError{call: call, ret: base.Ret}
	}
	return nil
}
