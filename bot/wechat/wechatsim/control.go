package wechatsim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Address is how a simulator is found: the first line of menshen sim, and the
// answer to GET on the control URL itself.
type Address struct {
	Wire    string `json:"wire"`
	CA      string `json:"ca"`      // a file in the former, PEM in the latter
	Control string `json:"control"` // a URL
}

// Moving is the body of /clock. Step stops at the first deadline of the client
// that follows the clock.
type Moving struct {
	Advance string `json:"advance"`
	Step    bool   `json:"step"`
}

// controlHandler serves the control calls below the token: from this machine,
// never for a web page.
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	base := "/" + s.token
	post(mux, base+"/room", func(_ context.Context, v NewRoom) (Done, error) { return s.Room(v) })
	post(mux, base+"/say", func(_ context.Context, v Saying) (Done, error) { return s.Say(v) })
	post(mux, base+"/private", func(_ context.Context, v Whisper) (Done, error) { return s.Private(v) })
	post(mux, base+"/join", func(_ context.Context, v Joining) (Done, error) { return s.Join(v) })
	post(mux, base+"/leave", func(_ context.Context, v Leaving) (Done, error) { return s.Leave(v) })
	post(mux, base+"/remove", func(_ context.Context, v Removal) (Done, error) { return s.Remove(v) })
	post(mux, base+"/rename", func(_ context.Context, v Renaming) (Done, error) { return s.Rename(v) })
	post(mux, base+"/recall", func(_ context.Context, v Recalling) (Done, error) { return s.Recall(v) })
	post(mux, base+"/friend", func(_ context.Context, v Befriending) (Done, error) { return s.Befriend(v) })
	post(mux, base+"/scan", s.Scan)
	post(mux, base+"/session", func(_ context.Context, v Ending) (Done, error) { return s.EndSession(v) })
	post(mux, base+"/fault", func(_ context.Context, v Fault) (Done, error) { return s.Fault(v) })
	post(mux, base+"/clock", s.move)
	post(mux, base+"/clock/idle", func(_ context.Context, v Idle) (Done, error) { return s.idle(v) })
	mux.HandleFunc("GET "+base+"/clock/stream", s.serveClock)
	get(mux, base, func() any { return Address{s.Wire(), string(s.ca), s.ControlURL()} })
	get(mux, base+"/transcript", func() any { return s.Transcript() })
	get(mux, base+"/world", func() any { return s.World() })
	mux.HandleFunc(base+"/", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusNotFound, failure{"no such call: " + r.Method + " " + strings.TrimPrefix(r.URL.Path, base)})
	})
	return local(mux)
}

// local refuses everything that does not come from a program on this machine:
// pages carry an Origin, rebound names a Host that is no address.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Header["Origin"]; ok || !loopback(r.RemoteAddr) || !loopback(r.Host) {
			answer(w, http.StatusForbidden, failure{"only programs on this machine may call"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopback reports whether an address, with or without port, is this machine.
func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

type failure struct {
	Error string `json:"error"`
}

// answer writes one JSON value and a line end, for people with curl.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(encode(v), '\n')) // the caller's loss
}

// post registers a call with a JSON body, which may be empty for none.
func post[T any](mux *http.ServeMux, path string, do func(context.Context, T) (Done, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var v T
		if err := decode(http.MaxBytesReader(w, r.Body, maxBody), &v); err != nil {
			answer(w, http.StatusBadRequest, failure{err.Error()})
			return
		}
		done, err := do(r.Context(), v)
		switch {
		case err == nil:
			answer(w, http.StatusOK, done)
		case errors.Is(err, ErrUnknown):
			answer(w, http.StatusNotFound, failure{err.Error()})
		case errors.Is(err, ErrNotSettled):
			answer(w, http.StatusConflict, failure{err.Error()})
		default:
			answer(w, http.StatusBadRequest, failure{err.Error()})
		}
	})
}

// get registers a call that only looks.
func get(mux *http.ServeMux, path string, render func() any) {
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, render()) })
}

// decode reads one JSON object with known fields and nothing behind it.
func decode(r io.Reader, v any) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	if d.More() {
		return errors.New("read the body: more than one JSON object")
	}
	return nil
}

// move is /clock; "0s" only waits until the clients are at rest.
func (s *Server) move(ctx context.Context, m Moving) (Done, error) {
	d, err := time.ParseDuration(m.Advance)
	if err != nil {
		return Done{}, fmt.Errorf("%w: advance is a time such as \"2h\"", ErrRefused)
	}
	return s.advance(ctx, d, m.Step)
}

// serveClock streams the ticks as lines of JSON.
func (s *Server) serveClock(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	flush := http.NewResponseController(w)
	s.follow(r.Context(), func(t Tick) error {
		if _, err := w.Write(append(encode(t), '\n')); err != nil {
			return err
		}
		return flush.Flush()
	})
}
