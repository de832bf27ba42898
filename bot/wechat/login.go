package wechat

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/eatmoreapple/openwechat"

	"menshen/bot/chat"
)

// qrAddress is what the phone scans; the login's id follows.
const qrAddress = "https://login.weixin.qq.com/l/"

// errExpired says that nobody confirmed the QR code in time.
var errExpired = errors.New("the QR code expired")

// scan shows QR codes until one is confirmed on the phone. Only the end of ctx
// or a refusal of the account ends it.
func (n *Network) scan(ctx context.Context, in chat.Intake, client *openwechat.Client) (credentials, error) {
	pause := newPause(n)
	n.guard.restore(client, nil)
	for {
		cred, err := n.scanOnce(ctx, in, client)
		var ret *retError
		switch {
		case err == nil || errors.As(err, &ret) || ctx.Err() != nil:
			return cred, err
		case errors.Is(err, errExpired):
			pause.over()
			n.report(in, chat.PhaseScan, "the QR code expired; a new one is shown")
			continue
		}
		n.log.LogAttrs(ctx, slog.LevelWarn, "login failed; it is tried again", slog.Any("error", err))
		n.report(in, chat.PhaseOffline, "WeChat cannot be reached for the login")
		if err := pause.wait(ctx); err != nil {
			return credentials{}, err
		}
	}
}

// scanOnce shows one QR code and waits for the phone.
func (n *Network) scanOnce(ctx context.Context, in chat.Intake, client *openwechat.Client) (credentials, error) {
	caller := openwechat.NewCaller(client)
	uuid, err := caller.GetLoginUUID(ctx)
	if err != nil {
		return credentials{}, fmt.Errorf("ask for a QR code: %w", err)
	}
	if n.opt.ShowQR != nil {
		n.opt.ShowQR(qrAddress + uuid)
	}
	n.report(in, chat.PhaseScan, "waiting for the QR code to be scanned")
	quick := 0
	for {
		began := time.Now()
		answer, err := caller.CheckLogin(ctx, uuid, "0")
		if err != nil {
			return credentials{}, fmt.Errorf("wait for the scan: %w", err)
		}
		code, err := answer.Code()
		if err != nil {
			return credentials{}, fmt.Errorf("wait for the scan: %w", errGarbled)
		}
		switch code {
		case openwechat.LoginCodeSuccess:
			return n.confirmed(ctx, client, answer)
		case openwechat.LoginCodeScanned:
			n.report(in, chat.PhaseScan, "scanned; waiting for the confirmation on the phone")
		case openwechat.LoginCodeTimeout:
			return credentials{}, errExpired
		case openwechat.LoginCodeWait:
		default:
			return credentials{}, fmt.Errorf("wait for the scan: code %d: %w", atoi(string(code)), errGarbled)
		}
		// These polls are long; a server that answers at once wants a pause.
		if time.Since(began) > quickPoll {
			quick = 0
		} else if quick++; quick > maxQuick {
			return credentials{}, fmt.Errorf("wait for the scan: answers come at once: %w", errGarbled)
		}
	}
}

// loginPage is what webwxnewloginpage answers.
type loginPage struct {
	Ret        int    `xml:"ret"`
	SKey       string `xml:"skey"`
	Sid        string `xml:"wxsid"`
	Uin        int64  `xml:"wxuin"`
	PassTicket string `xml:"pass_ticket"`
}

// confirmed fetches the login that the phone allowed.
func (n *Network) confirmed(ctx context.Context, client *openwechat.Client, answer openwechat.CheckLoginResponse) (credentials, error) {
	target, err := answer.RedirectURL()
	if err != nil {
		return credentials{}, fmt.Errorf("read the redirect: %w", errGarbled)
	}
	if err := allowedURL(target); err != nil {
		return credentials{}, fmt.Errorf("follow the redirect: %w", err)
	}
	page, err := n.loginPage(ctx, client, target)
	if err != nil {
		return credentials{}, err
	}
	client.Domain = openwechat.WechatDomain(target.Hostname())
	cred := credentials{
		Host: target.Hostname(), Uin: page.Uin, Sid: page.Sid, SKey: page.SKey, PassTicket: page.PassTicket,
		DeviceID: newDeviceID(), Normal: n.opt.Normal, LoggedIn: n.server.now(),
	}
	if cred.Sid == "" || cred.Uin == 0 {
		return credentials{}, fmt.Errorf("webwxnewloginpage: no login in it: %w", errGarbled)
	}
	if err := n.saveLogin(cred); err != nil {
		return credentials{}, fmt.Errorf("keep the login: %w", err)
	}
	return cred, nil
}

func (n *Network) loginPage(ctx context.Context, client *openwechat.Client, target *url.URL) (loginPage, error) {
	var page loginPage
	query := target.Query()
	query.Set("fun", "new")
	query.Set("version", "v2")
	address := *target
	address.RawQuery = query.Encode()
	resp, err := client.GetLoginInfo(ctx, &address)
	if err != nil {
		return page, fmt.Errorf("webwxnewloginpage: %w", err)
	}
	b, err := readSmall(resp)
	if err != nil {
		return page, fmt.Errorf("webwxnewloginpage: %w", err)
	}
	if err := xml.NewDecoder(bytes.NewReader(b)).Decode(&page); err != nil {
		return page, fmt.Errorf("webwxnewloginpage: %w", errGarbled)
	}
	if page.Ret != 0 {
		return page, &retError{call: "webwxnewloginpage", ret: page.Ret}
	}
	return page, nil
}
