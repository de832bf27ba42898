package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

// fileHelper is the user name of 文件传输助手, the account's own console.
const fileHelper = "filehelper"

// Send implements [chat.Network]. The request is made once: an answer that got
// lost is [chat.ErrUnknownOutcome].
func (n *Network) Send(ctx context.Context, out chat.Outgoing) (chat.Receipt, error) {
	s := n.session()
	if s == nil {
		return chat.Receipt{}, chat.ErrOffline
	}
	to, err := s.target(out)
	if err != nil {
		return chat.Receipt{}, err
	}
	n.own.text(out.Text)
	id := strconv.FormatInt(out.ID, 10)
	answer, err := s.post(ctx, "webwxsendmsg", func(ctx context.Context) (*http.Response, error) {
		return s.wire.client.WebWxSendMsg(ctx, &openwechat.ClientWebWxSendMsgOptions{
			LoginInfo: s.wire.cred.info(), BaseRequest: s.wire.cred.request(),
			Message: &openwechat.SendMessage{
				Content: out.Text, FromUserName: s.self, ToUserName: to, LocalID: id, ClientMsgId: id,
			},
		})
	})
	if err != nil {
		return chat.Receipt{}, err
	}
	n.own.id(string(answer.MsgID))
	return chat.Receipt{MessageID: string(answer.MsgID)}, nil
}

// Remove implements [chat.Network]. Unless [Options.Remove] is set it is
// [chat.ErrUnsupported].
func (n *Network) Remove(ctx context.Context, room chat.RoomID, member chat.MemberID) error {
	if !n.opt.Remove {
		return chat.ErrUnsupported
	}
	s := n.session()
	if s == nil {
		return chat.ErrOffline
	}
	roomName, userName := s.world.names(room, member)
	if roomName == "" || userName == "" {
		return fmt.Errorf("member is not known in this login: %w", chat.ErrNotReachable)
	}
	_, err := s.post(ctx, "webwxupdatechatroom", func(ctx context.Context) (*http.Response, error) {
		return s.wire.remove(ctx, roomName, userName)
	})
	return err
}

// recallWithin is how long WeChat lets an account take back its own message,
// less what a request may take on its way.
const recallWithin = 2*time.Minute - 5*time.Second

// Recall implements [chat.Network]. WeChat itself tells the room that a message
// was taken back.
func (n *Network) Recall(ctx context.Context, room chat.RoomID, messageID string) error {
	s := n.session()
	if s == nil {
		return chat.ErrOffline
	}
	roomName, _ := s.world.names(room, 0)
	if roomName == "" {
		return fmt.Errorf("the room is not known in this login: %w", chat.ErrNotReachable)
	}
	_, err := s.post(ctx, "webwxrevokemsg", func(ctx context.Context) (*http.Response, error) {
		return s.wire.client.WebWxRevokeMsg(ctx, &openwechat.SentMessage{
			SendMessage: &openwechat.SendMessage{ToUserName: roomName, ClientMsgId: messageID}, MsgId: messageID,
		}, s.wire.cred.request())
	})
	return err
}

// target returns the user name that out goes to.
func (s *session) target(out chat.Outgoing) (string, error) {
	to := fileHelper
	if out.Room != 0 {
		to, _ = s.world.names(out.Room, 0)
	} else if out.Member != 0 {
		to = s.world.memberName(out.Member)
		if out.Courtesy && !s.world.knows(to) {
			// WeChat would answer 1204, and counts such requests against us. What
			// has to be said is tried: the address book may be incomplete.
			return "", fmt.Errorf("the addressee is not a friend: %w", chat.ErrNotReachable)
		}
	}
	if to == "" {
		return "", fmt.Errorf("the addressee is not known in this login: %w", chat.ErrNotReachable)
	}
	return to, nil
}

// post makes one request that changes something and sorts its failures: never
// sent, refused, or unknown.
func (s *session) post(ctx context.Context, call string, do func(context.Context) (*http.Response, error)) (sentAnswer, error) {
	var a sentAnswer
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	resp, err := do(ctx)
	if err != nil {
		if connected.Load() {
			return a, fmt.Errorf("%s: %w", call, chat.ErrUnknownOutcome)
		}
		return a, fmt.Errorf("%s: no connection: %w", call, chat.ErrOffline)
	}
	if err := decode(resp, &a); err != nil {
		return a, fmt.Errorf("%s: %w: %w", call, err, chat.ErrUnknownOutcome)
	}
	return a, sendError(checkRet(call, a.BaseResponse))
}

func sendError(err error) error {
	var ret *retError
	if !errors.As(err, &ret) {
		return err
	}
	kind := chat.ErrRefused
	switch {
	case ret.ended():
		kind = chat.ErrOffline
	case ret.ret == retTooFast:
		kind = chat.ErrTooFast
	case ret.ret == retNotFriend:
		kind = chat.ErrNotReachable
	}
	return fmt.Errorf("%w: %w", ret, kind)
}

// ownMemory is how long a text the bot sent is taken for its own when it comes
// back as typed on the phone.
const ownMemory = time.Hour

// ownSends remembers what the bot sent, to tell it from what is typed on the
// phone of the same account. The road asks its store the same, which knows it
// after a start too; this one serves whoever uses the adapter by itself, and
// spares the road a transaction for every echo.
type ownSends struct {
	clock chat.Clock

	mu    sync.Mutex
	ids   map[string]time.Time
	texts map[string]time.Time
	swept time.Time
}

func newOwnSends(clock chat.Clock) *ownSends {
	return &ownSends{clock: clock, ids: map[string]time.Time{}, texts: map[string]time.Time{}}
}

func (o *ownSends) id(id string)     { o.put(o.ids, id) }
func (o *ownSends) text(text string) { o.put(o.texts, text) }

func (o *ownSends) put(set map[string]time.Time, key string) {
	now := o.clock.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	set[key] = now
	if now.Sub(o.swept) < time.Minute {
		return
	}
	o.swept = now
	for _, set := range []map[string]time.Time{o.ids, o.texts} {
		for k, at := range set {
			if now.Sub(at) > ownMemory {
				delete(set, k)
			}
		}
	}
}

// sent reports whether the bot itself sent this within the last hour; a send
// whose outcome is unknown counts.
func (o *ownSends) sent(id, text string) bool {
	now := o.clock.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, at := range []time.Time{o.ids[id], o.texts[text]} {
		if !at.IsZero() && now.Sub(at) <= ownMemory {
			return true
		}
	}
	return false
}
