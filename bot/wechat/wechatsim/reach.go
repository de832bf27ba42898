package wechatsim

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Reach asks the simulator behind a control URL, in whatever process, for the
// transport to its wire. It refuses URLs that do not lead to this machine.
func Reach(ctx context.Context, control string) (*http.Transport, error) {
	u, err := url.Parse(control)
	if err != nil || u.Scheme != "http" || !loopback(u.Host) {
		return nil, errors.New("the control URL is not one of this machine")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, control, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask the simulator: %w", err)
	}
	own := &http.Transport{} // heeds no proxy settings
	defer own.CloseIdleConnections()
	resp, err := own.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("ask the simulator: %w", err)
	}
	defer resp.Body.Close()
	var found Address
	if resp.StatusCode != http.StatusOK || json.NewDecoder(resp.Body).Decode(&found) != nil || !loopback(found.Wire) {
		return nil, fmt.Errorf("ask the simulator: it answered %s and no address", resp.Status)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(found.CA)) {
		return nil, errors.New("ask the simulator: it sent no certificate authority")
	}
	return NewTransport(found.Wire, pool), nil
}
