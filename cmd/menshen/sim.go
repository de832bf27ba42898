package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"rsc.io/qr"

	"menshen/bot/wechat/wechatsim"
)

type simCmd struct {
	Listen    string    `default:"127.0.0.1:0" placeholder:"ADDR" help:"Loopback address of the WeChat side."`
	Control   string    `default:"127.0.0.1:0" placeholder:"ADDR" help:"Loopback address of the control calls."`
	CA        string    `placeholder:"FILE" help:"Write the certificate authority here instead of a private temporary directory."`
	Start     time.Time `placeholder:"RFC3339" help:"The simulated time at the start; the present by default."`
	Domain    string    `default:"wx.qq.com" placeholder:"HOST" help:"WeChat host that logins lead to: wx.qq.com, wx2.qq.com, wx8.qq.com or web.wechat.com."`
	SyncLimit int       `default:"50" placeholder:"N" help:"Messages in one answer at most."`
	Partial   int       `placeholder:"N" help:"Member lists of each room that are incomplete after a login."`
}

// Run serves a simulated WeChat until ctx ends. The first line on stdout tells
// where.
func (c simCmd) Run(ctx context.Context, std streams) error {
	server, err := wechatsim.Start(wechatsim.Options{
		Listen: c.Listen, Control: c.Control, Start: c.Start,
		Domain: c.Domain, SyncLimit: c.SyncLimit, PartialReads: c.Partial,
		Picture: drawCode,
	})
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	return errors.Join(c.serve(ctx, server, std.Out), server.Close())
}

// drawCode draws text as a QR code.
func drawCode(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw a code: %w", err)
	}
	return code.PNG(), nil
}

// serve tells where server is and waits for the end of ctx.
func (c simCmd) serve(ctx context.Context, server *wechatsim.Server, out io.Writer) error {
	if c.CA != "" {
		return c.announce(ctx, server, out)
	}
	dir, err := os.MkdirTemp("", "menshen-sim-")
	if err != nil {
		return fmt.Errorf("make a directory for the CA: %w", err)
	}
	c.CA = filepath.Join(dir, "ca.pem")
	return errors.Join(c.announce(ctx, server, out), os.RemoveAll(dir))
}

func (c simCmd) announce(ctx context.Context, server *wechatsim.Server, out io.Writer) error {
	if err := os.WriteFile(c.CA, server.CA(), 0o600); err != nil {
		return fmt.Errorf("write the CA: %w", err)
	}
	line := wechatsim.Address{Wire: server.Wire(), CA: c.CA, Control: server.ControlURL()}
	if err := json.NewEncoder(out).Encode(line); err != nil {
		return fmt.Errorf("print the addresses: %w", err)
	}
	<-ctx.Done()
	return nil
}
