package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

func TestSimCommand(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"sim", "--start", "2026-03-01T08:00:00+08:00"}, streams{Out: in, Err: io.Discard})
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var where wechatsim.Address
	if err := json.Unmarshal(line, &where); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(where.CA); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the CA: %v, %v", info, err)
	}
	resp, err := http.Get(where.Control + "/world")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var world wechatsim.State
	if err := json.NewDecoder(resp.Body).Decode(&world); err != nil || !world.Time.Equal(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the world's time is %v, %v", world.Time, err)
	}
	cancel()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d", got)
	}
	if _, err := os.Stat(where.CA); !os.IsNotExist(err) {
		t.Errorf("the CA is still there: %v", err)
	}
}
