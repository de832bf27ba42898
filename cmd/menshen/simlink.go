package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"

	"menshen/bot/wechat/wechatsim"
)

// simTransport asks the simulator at control where its wire is and returns the
// transport that leads there. control must be on this machine.
func simTransport(ctx context.Context, control string) (*http.Transport, error) {
	u, err := url.Parse(control)
	if err != nil || u.Scheme != "http" || !loopback(u.Host) {
		return nil, usage("--sim %q: it takes the control URL that `menshen sim` printed, on this machine", control)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(control, "/"), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask the simulator: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the simulator: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask the simulator: it answered %s", resp.Status)
	}
	var at wechatsim.Address
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&at); err != nil {
		return nil, fmt.Errorf("ask the simulator: %w", err)
	}
	pool := x509.NewCertPool()
	if !loopback(at.Wire) || !pool.AppendCertsFromPEM([]byte(at.CA)) {
		return nil, errors.New("ask the simulator: the answer names no wire on this machine or no certificate")
	}
	return wechatsim.NewTransport(at.Wire, pool), nil
}

// pollsOutside lets the goroutine that waits in a long poll count as waiting
// for the simulator: see [simClock.leave]. It does from the moment the request
// is written: a connection that is still being made is no wait that the
// simulator sees.
type pollsOutside struct {
	next  http.RoundTripper
	clock *simClock
}

// RoundTrip implements [http.RoundTripper].
func (t pollsOutside) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if !strings.HasSuffix(req.URL.Path, "/synccheck") && !strings.HasSuffix(req.URL.Path, "/login") {
		return t.next.RoundTrip(req)
	}
	written, comeBack := t.clock.leave()
	defer comeBack()
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { written() }}
	return t.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
}
