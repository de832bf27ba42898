package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

// pushWait is how long the phone is given to confirm before a QR code is shown:
// whoever holds it may not be the one who sits at the terminal.
const pushWait = time.Minute

// errNoPush says that WeChat asks for a QR code all the same.
var errNoPush = errors.New("WeChat does not offer a login without a QR code")

// push logs in again after a login ended, with a confirmation on the phone and
// no QR code. It is tried once for an ended login, never for a refused one.
func (n *Network) push(ctx context.Context, in chat.Intake, client *openwechat.Client) (credentials, error) {
	old := n.ended
	n.ended = credentials{}
	if old.Uin == 0 {
		return credentials{}, errNoPush
	}
	n.guard.restore(client, old.Cookies)
	client.Domain = openwechat.WechatDomain(old.Host)
	resp, err := client.WebWxPushLogin(ctx, old.Uin)
	if err != nil {
		return credentials{}, fmt.Errorf("webwxpushloginurl: %w", err)
	}
	b, err := readSmall(resp)
	if err != nil {
		return credentials{}, fmt.Errorf("webwxpushloginurl: %w", err)
	}
	var answer openwechat.PushLoginResponse
	if err := json.Unmarshal(b, &answer); err != nil || !answer.Ok() {
		return credentials{}, errNoPush
	}
	n.guard.restore(client, nil)
	n.report(in, chat.PhaseScan, "confirm the login on the phone")
	return n.await(ctx, in, client, answer.UUID, n.clock.Now().Add(pushWait))
}

// pushed is push, whose failures other than a refusal of the account only mean
// that a QR code is needed.
func (n *Network) pushed(ctx context.Context, in chat.Intake, client *openwechat.Client) (credentials, bool, error) {
	cred, err := n.push(ctx, in, client)
	var ret *retError
	if err == nil || errors.As(err, &ret) || ctx.Err() != nil {
		return cred, true, err
	}
	if !errors.Is(err, errNoPush) {
		n.log.LogAttrs(ctx, slog.LevelInfo, "no login by the phone alone; a QR code is needed", slog.Any("error", err))
	}
	return credentials{}, false, nil
}
