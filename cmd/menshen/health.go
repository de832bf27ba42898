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
)

// health is the answer of /healthz: status 200 while the login is good, 503
// otherwise.
type health struct {
	OK     bool      `json:"ok"`
	Login  string    `json:"login"`
	Since  time.Time `json:"since"`
	Detail string    `json:"detail,omitempty"`
}

// watched is what the health endpoint shows.
type watched struct {
	health  func() health
	metrics http.Handler
}

// serve answers on a loopback address until ctx ends.
func (w watched) serve(ctx context.Context, address string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) {
		now := w.health()
		rw.Header().Set("Content-Type", "application/json")
		if !now.OK {
			rw.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(rw).Encode(now) // the client has gone
	})
	mux.Handle("GET /metrics", w.metrics)
	server := &http.Server{
		Addr: address, Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
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
		return usage("listen is not set, so there is nothing to ask")
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Listen+"/healthz", http.NoBody)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
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
