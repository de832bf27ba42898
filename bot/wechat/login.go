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

// maxPolls is how many polls for one QR code may fail in a row.
const maxPolls = 6

// errExpired says that nobody confirmed the QR code in time.
var errExpired = errors.New("the QR code expired")

// incomplete says that the phone confirmed a login of which a part did not
// come. WeChat does that to accounts it does not trust with one.
type incomplete struct{ part string }

// Error implements error.
func (e incomplete) Error() string {
	return "WeChat confirmed the scan but sent no " + e.part + ", so there is no login and nothing is stored; " +
		"accounts without a verified name or a bank card are treated so: add them on the phone, then scan again"
}

// scan lets the phone confirm a login, by itself if it confirmed one before, or
// by a QR code, shown until one is. Only the end of ctx or a refusal of the
// account ends it.
func (n *Network) scan(ctx context.Context, in chat.Intake, client *openwechat.Client) (credentials, error) {
	pause := newPause(n)
	if cred, done, err := n.pushed(ctx, in, client); done {
		return cred, err
	}
	n.guard.restore(client, nil)
	for {
		cred, err := n.scanOnce(ctx, in, client)
		var ret *retError
		var missing incomplete
		switch {
		case err == nil || errors.As(err, &ret) || ctx.Err() != nil:
			return cred, err
		case errors.Is(err, errExpired):
			pause.over()
			n.report(in, chat.PhaseScan, "the QR code expired; a new one is shown")
			continue
		case errors.As(err, &missing):
			n.log.LogAttrs(ctx, slog.LevelError, "no login", slog.Any("error", err))
			n.report(in, chat.PhaseScan, missing.Error())
		default:
			n.log.LogAttrs(ctx, slog.LevelWarn, "login failed; it is tried again", slog.Any("error", err))
			n.report(in, chat.PhaseOffline, "WeChat cannot be reached for the login")
		}
		if err := pause.wait(ctx); err != nil {
			return credentials{}, err
		}
	}
}

// scanOnce shows one QR code and waits for the phone.
func (n *Network) scanOnce(ctx context.Context, in chat.Intake, client *openwechat.Client) (credentials, error) {
	uuid, err := openwechat.NewCaller(client).GetLoginUUID(ctx)
	if err != nil {
		return credentials{}, fmt.Errorf("ask for a QR code: %w", err)
	}
	if n.opt.ShowQR != nil {
		n.opt.ShowQR(qrAddress + uuid)
	}
	n.report(in, chat.PhaseScan, "waiting for the QR code to be scanned")
	return n.await(ctx, in, client, uuid, time.Time{})
}

// await polls until the phone confirmed, the server gave up, or it is later
// than until; zero: no limit. A poll that fails is repeated: the code on the
// screen may already be scanned.
func (n *Network) await(ctx context.Context, in chat.Intake, client *openwechat.Client, uuid string, until time.Time) (credentials, error) {
	caller := openwechat.NewCaller(client)
	pause, quick := newPause(n), 0
	for {
		began := time.Now()
		answer, code, err := pollScan(ctx, caller, uuid)
		if err != nil && pause.failures >= maxPolls {
			return credentials{}, err
		}
		switch code {
		case openwechat.LoginCodeSuccess:
			return n.confirmed(ctx, client, answer)
		case openwechat.LoginCodeTimeout:
			return credentials{}, errExpired
		case openwechat.LoginCodeScanned:
			n.report(in, chat.PhaseScan, "scanned; waiting for the confirmation on the phone")
		}
		if !until.IsZero() && n.clock.Now().After(until) {
			return credentials{}, errExpired
		}
		// These polls are long; a server that answers at once wants a pause.
		if quick++; time.Since(began) > quickPoll {
			quick = 0
		}
		if err == nil && quick < maxQuick {
			pause.over()
			continue
		}
		if err := pause.wait(ctx); err != nil {
			return credentials{}, err
		}
	}
}

// pollScan asks once what became of a QR code.
func pollScan(ctx context.Context, caller *openwechat.Caller, uuid string) (openwechat.CheckLoginResponse, openwechat.LoginCode, error) {
	answer, err := caller.CheckLogin(ctx, uuid, "0")
	if err != nil {
		return nil, "", fmt.Errorf("wait for the scan: %w", err)
	}
	code, err := answer.Code()
	if err != nil {
		return nil, "", fmt.Errorf("wait for the scan: %w", errGarbled)
	}
	return answer, code, nil
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
	var page loginPage
	for range 3 {
		if page, err = n.loginPage(ctx, client, target); !errors.Is(err, openwechat.NetworkErr) {
			break
		}
	}
	if err != nil {
		return credentials{}, err
	}
	client.Domain = openwechat.WechatDomain(target.Hostname())
	cred := credentials{
		Host: target.Hostname(), Uin: page.Uin, Sid: page.Sid, SKey: page.SKey, PassTicket: page.PassTicket,
		DeviceID: newDeviceID(), Normal: n.opt.Normal, LoggedIn: n.server.now(),
	}
	if part := n.missing(page); part != "" {
		n.guard.restore(client, nil)
		return credentials{}, incomplete{part}
	}
	if err := n.saveLogin(cred); err != nil {
		return credentials{}, fmt.Errorf("keep the login: %w", err)
	}
	return cred, nil
}

// missing names what a login cannot do without and did not get, or "".
func (n *Network) missing(page loginPage) string {
	switch {
	case page.Sid == "":
		return "wxsid"
	case page.Uin == 0:
		return "wxuin"
	case page.SKey == "":
		return "skey"
	}
	cookies, _ := n.guard.held()
	return lacking(cookies)
}

// loginPage is what webwxnewloginpage answers.
type loginPage struct {
	Ret        int    `xml:"ret"`
	SKey       string `xml:"skey"`
	Sid        string `xml:"wxsid"`
	Uin        int64  `xml:"wxuin"`
	PassTicket string `xml:"pass_ticket"`
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
