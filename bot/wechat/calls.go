package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/eatmoreapple/openwechat"
)

// lot is how many contacts one batch request may name.
const lot = 50

// wire makes the requests of one login and checks every answer.
type wire struct {
	client *openwechat.Client
	cred   credentials
}

func (w *wire) init(ctx context.Context) (initAnswer, error) {
	var a initAnswer
	resp, err := w.client.WebInit(ctx, w.cred.request())
	if err != nil {
		return a, fmt.Errorf("webwxinit: %w", err)
	}
	if err := decode(resp, &a); err != nil {
		return a, fmt.Errorf("webwxinit: %w", err)
	}
	return a, checkRet("webwxinit", a.BaseResponse)
}

// notify tells the phone that the login is in use.
func (w *wire) notify(ctx context.Context, self string) error {
	resp, err := w.client.WebWxStatusNotify(ctx, &openwechat.ClientWebWxStatusNotifyOptions{
		BaseRequest:     w.cred.request(),
		LoginInfo:       w.cred.info(),
		WebInitResponse: &openwechat.WebInitResponse{User: &openwechat.User{UserName: self}},
	})
	if err != nil {
		return fmt.Errorf("webwxstatusnotify: %w", err)
	}
	var a sentAnswer
	if err := decode(resp, &a); err != nil {
		return fmt.Errorf("webwxstatusnotify: %w", err)
	}
	return checkRet("webwxstatusnotify", a.BaseResponse)
}

// contacts reads the address book, part by part.
func (w *wire) contacts(ctx context.Context) ([]wireContact, error) {
	var all []wireContact
	seq := int64(0)
	// A server that never ends the list must not hold us forever.
	for range 1000 {
		resp, err := w.client.WebWxGetContact(ctx, w.cred.SKey, seq)
		if err != nil {
			return nil, fmt.Errorf("webwxgetcontact: %w", err)
		}
		var a contactAnswer
		if err := decode(resp, &a); err != nil {
			return nil, fmt.Errorf("webwxgetcontact: %w", err)
		}
		if err := checkRet("webwxgetcontact", a.BaseResponse); err != nil {
			return nil, err
		}
		all = append(all, a.MemberList...)
		if a.Seq == 0 || a.Seq == seq {
			break
		}
		seq = a.Seq
	}
	return all, nil
}

// details reads rooms, or members of one room when room is its
// EncryChatRoomId, in lots the server accepts.
func (w *wire) details(ctx context.Context, userNames []string, room string) ([]wireContact, error) {
	var all []wireContact
	for len(userNames) > 0 {
		n := min(lot, len(userNames))
		var ask openwechat.Members
		for _, u := range userNames[:n] {
			ask = append(ask, &openwechat.User{UserName: u, EncryChatRoomId: room})
		}
		userNames = userNames[n:]
		resp, err := w.client.WebWxBatchGetContact(ctx, ask, w.cred.request())
		if err != nil {
			return nil, fmt.Errorf("webwxbatchgetcontact: %w", err)
		}
		var a roomsAnswer
		if err := decode(resp, &a); err != nil {
			return nil, fmt.Errorf("webwxbatchgetcontact: %w", err)
		}
		if err := checkRet("webwxbatchgetcontact", a.BaseResponse); err != nil {
			return nil, err
		}
		all = append(all, a.ContactList...)
	}
	return all, nil
}

// check waits until the server has something or about 25 seconds passed.
func (w *wire) check(ctx context.Context, key wireKey) (selector string, err error) {
	resp, err := w.client.SyncCheck(ctx, &openwechat.ClientSyncCheckOptions{
		BaseRequest:     w.cred.request(),
		LoginInfo:       w.cred.info(),
		WebInitResponse: &openwechat.WebInitResponse{SyncKey: key.stock()},
	})
	if err != nil {
		return "", fmt.Errorf("synccheck: %w", err)
	}
	body, err := readSmall(resp)
	if err != nil {
		return "", fmt.Errorf("synccheck: %w", err)
	}
	a, err := openwechat.NewSyncCheckResponse(body)
	if err != nil {
		return "", fmt.Errorf("synccheck: %w", errGarbled)
	}
	if a.RetCode != "0" {
		return "", &retError{call: "synccheck", ret: atoi(a.RetCode)}
	}
	return string(a.Selector), nil
}

// sync fetches what is new since key. Asking again with the same key brings
// the same again, so this POST alone may be repeated.
func (w *wire) sync(ctx context.Context, key wireKey) (syncAnswer, error) {
	var a syncAnswer
	resp, err := w.client.WebWxSync(ctx, &openwechat.ClientWebWxSyncOptions{
		BaseRequest:     w.cred.request(),
		LoginInfo:       w.cred.info(),
		WebInitResponse: &openwechat.WebInitResponse{SyncKey: key.stock()},
	})
	if err != nil {
		return a, fmt.Errorf("webwxsync: %w", err)
	}
	if err := decode(resp, &a); err != nil {
		return a, fmt.Errorf("webwxsync: %w", err)
	}
	return a, checkRet("webwxsync", a.BaseResponse)
}

// remove asks to remove a member. openwechat builds this request without its
// query string, so it is built here.
func (w *wire) remove(ctx context.Context, room, member string) (*http.Response, error) {
	query := url.Values{"fun": {"delmember"}, "lang": {"zh_CN"}, "pass_ticket": {w.cred.PassTicket}}
	body, err := json.Marshal(map[string]any{
		"BaseRequest": w.cred.request(), "ChatRoomName": room, "DelMemberList": member,
	})
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost,
		w.client.Domain.BaseHost()+"/cgi-bin/mmwebwx-bin/webwxupdatechatroom?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("build the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	return w.client.Do(req)
}
