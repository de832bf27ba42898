package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"menshen/bot/chat"
)

// health is the answer of /healthz: status 200 while the login is good, 503
// otherwise.
type health struct {
	OK     bool      `json:"ok"`
	Login  string    `json:"login"`
	Since  time.Time `json:"since"`
	Detail string    `json:"detail,omitempty"`
}

// health is how the program is now: well while it is logged in, or on the way
// there for the first time.
func (p *program) health() health {
	login := p.road.Login()
	ok := login.Phase == chat.PhaseOnline || login.Phase == chat.PhaseStarting || login.Phase == chat.PhaseScan
	return health{OK: ok, Login: string(login.Phase), Since: login.Since, Detail: login.Detail}
}

// serveHealth answers on a listener until ctx ends.
func (p *program) serveHealth(ctx context.Context, on net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		now := p.health()
		w.Header().Set("Content-Type", "application/json")
		if !now.OK {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(now) // the client's loss
	})
	mux.Handle("GET /metrics", newMetrics(p))
	server := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(on); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve health and metrics: %w", err)
	}
	return nil
}

type healthCmd struct {
	configFlags
}

// Run asks a running menshen how it is; the exit code is 0 while all is well.
func (c healthCmd) Run(ctx context.Context, std streams) error {
	s, err := c.load(os.Getenv)
	if err != nil {
		return err
	}
	if s.Listen == "" {
		return usage("listen is not set, so there is nothing to ask; set it for menshen run too, for example --listen 127.0.0.1:9464")
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Listen+"/healthz", http.NoBody)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask for health: %w; is menshen run up, with the same listen?", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(std.Out, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return fmt.Errorf("read health: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return exitError{code: 1, message: "unhealthy"}
	}
	return nil
}
