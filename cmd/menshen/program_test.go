package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
	"menshen/data"
)

// playing starts a stage whose bot keeps its files in a directory of the test.
func playing(t *testing.T, change func(*settings)) (*stage, settings) {
	t.Helper()
	s := defaultSettings()
	s.DataDir, s.Log.Level = t.TempDir(), "error"
	if change != nil {
		change(&s)
	}
	st, err := openStage(t.Context(), s, io.Discard, 0)
	if err != nil {
		t.Fatal(err)
	}
	return st, s
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestHealthAndMetrics(t *testing.T) {
	st, _ := playing(t, func(s *settings) { s.Listen = "127.0.0.1:0" })
	if err := st.makeRoom(t.Context(), "羽毛球", "甲"); err != nil {
		t.Fatal(err)
	}
	at := "http://" + st.bot.listen.Addr().String()
	status, body := get(t, at+"/healthz")
	var now health
	if err := json.Unmarshal([]byte(body), &now); err != nil || status != http.StatusOK || !now.OK || now.Login != "online" {
		t.Errorf("health answers %d %s", status, body)
	}
	_, body = get(t, at+"/metrics")
	for _, line := range []string{`menshen_login{phase="online"} 1`, "menshen_messages_total 1", "menshen_outbox_pending 0", "menshen_send_budget_left 198"} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("metrics lack %q", line)
		}
	}
	for _, name := range []string{"menshen_sync_lag_seconds 0", "menshen_last_roster_timestamp_seconds 1."} {
		if !strings.Contains(body, "\n"+name) {
			t.Errorf("metrics lack %q", name)
		}
	}
	for _, secret := range []string{"羽毛球", "老王", "甲"} {
		if strings.Contains(body, secret) {
			t.Errorf("metrics tell of %q", secret)
		}
	}
	if _, err := st.sim.EndSession(wechatsim.Ending{End: 1102}); err != nil {
		t.Fatal(err)
	}
	if err := st.wait(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := st.close(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if resp, err := http.Get(at + "/healthz"); err == nil {
		resp.Body.Close()
		t.Error("health is still served after the stop")
	}
}

// A refused account is never tried again by itself, whatever restarts the
// program; the process lives and says that it is not well.
func TestRefusedAccount(t *testing.T) {
	st, s := playing(t, nil)
	if _, err := st.sim.EndSession(wechatsim.Ending{End: 1102}); err != nil {
		t.Fatal(err)
	}
	refused := func(logins int) {
		t.Helper()
		st.waitFor(t, chat.PhaseRefused)
		if st.bot.health().OK {
			t.Error("it says that it is well")
		}
		if got := st.sim.World().Requests["jslogin"]; got != logins {
			t.Errorf("%d logins were begun, want %d", got, logins)
		}
	}
	refused(1)
	st.stop(t)
	if err := st.begin(t.Context(), s, false); err != nil {
		t.Fatal(err)
	}
	refused(1)
	st.stop(t)
	if err := st.begin(t.Context(), s, true); err != nil {
		t.Fatal(err)
	}
	if _, err := st.sim.Scan(t.Context(), wechatsim.Scanning{}); err != nil {
		t.Fatal(err)
	}
	st.waitFor(t, chat.PhaseOnline)
	if err := st.close(); err != nil {
		t.Error(err)
	}
}

// waitFor lets seconds pass until the login is in a phase. Without a login the
// simulator knows only from silence that the bot is at rest, so it may take
// more than one.
func (st *stage) waitFor(t *testing.T, phase chat.Phase) {
	t.Helper()
	for range 60 {
		if err := st.wait(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
		if st.bot.road.Login().Phase == phase {
			return
		}
	}
	t.Fatalf("the login is %+v, want %s", st.bot.road.Login(), phase)
}

// stop ends the bot and leaves the world.
func (st *stage) stop(t *testing.T) {
	t.Helper()
	if err := st.end(); err != nil {
		t.Fatal(err)
	}
}

func TestDatabaseOfAnotherWorld(t *testing.T) {
	st, s := playing(t, nil)
	if err := st.close(); err != nil {
		t.Fatal(err)
	}
	real := surroundings{clock: chat.RealClock{}}
	if _, err := openProgram(t.Context(), s, real, &console{out: io.Discard}, slog.New(slog.DiscardHandler)); !errors.Is(err, data.ErrOtherWorld) {
		t.Errorf("a real account on a simulated database: %v", err)
	}
	s.DataDir = t.TempDir()
	db, err := data.Open(s.inDataDir(s.Database, "menshen.db"))
	if err != nil {
		t.Fatal(err)
	}
	known, err := db.Directory(t.Context(), false)
	if err == nil {
		_, err = known.Resume(t.Context(), "1", "session")
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	simulated := surroundings{clock: chat.RealClock{}, simulated: true}
	if _, err := openProgram(t.Context(), s, simulated, &console{out: io.Discard}, slog.New(slog.DiscardHandler)); !errors.Is(err, data.ErrOtherWorld) {
		t.Errorf("a simulated account on a real database: %v", err)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	st, s := playing(t, nil)
	around := surroundings{clock: chat.RealClock{}, simulated: true}
	if _, err := openProgram(t.Context(), s, around, &console{out: io.Discard}, slog.New(slog.DiscardHandler)); !errors.Is(err, data.ErrInUse) {
		t.Errorf("a second program on the same database: %v", err)
	}
	if err := st.close(); err != nil {
		t.Error(err)
	}
}

func TestAcceptRisk(t *testing.T) {
	for name, tc := range map[string]struct {
		before, flag bool
		want         string // part of the error
	}{
		"nobody to ask":        {want: "--accept-risk"},
		"accepted by flag":     {flag: true},
		"accepted once before": {before: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir, std := t.TempDir(), streams{In: strings.NewReader("I accept\n"), Out: io.Discard, Err: io.Discard}
			if tc.before {
				if err := acceptRisk(dir, true, std); err != nil {
					t.Fatal(err)
				}
			}
			err := acceptRisk(dir, tc.flag, std)
			if (err != nil) != (tc.want != "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestAskRisk(t *testing.T) {
	for typed, want := range map[string]bool{"I accept\n": true, "i accept": true, "yes\n": false, "\n": false, "": false} {
		t.Run(typed, func(t *testing.T) {
			err := askRisk(streams{In: strings.NewReader(typed), Out: io.Discard})
			if (err == nil) != want {
				t.Errorf("typed %q: %v", typed, err)
			}
		})
	}
}

// Only what is typed on a terminal accepts; a pipe that says yes does not.
func TestRunAsksBeforeTheFirstLogin(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var errs strings.Builder
	std := streams{In: strings.NewReader("I accept\n"), Out: io.Discard, Err: &errs}
	if code := run(ctx, []string{"run", "--data-dir", t.TempDir()}, std); code != 2 || !strings.Contains(errs.String(), "accept-risk") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}
