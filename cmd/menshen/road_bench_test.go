package main

import (
	"database/sql"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// BenchmarkRoad takes messages from the simulated WeChat over TLS through
// judging and recording, durably. The goal is 4 000 a second on two cores.
func BenchmarkRoad(b *testing.B) {
	s := defaultSettings()
	s.DataDir, s.Log.Level = b.TempDir(), "error"
	st, err := openStage(b.Context(), s, io.Discard, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer st.close()
	var members []string
	for i := range 500 {
		members = append(members, fmt.Sprint("成员", i))
	}
	if err := st.makeRoom(b.Context(), "群", members...); err != nil {
		b.Fatal(err)
	}
	n, lots := 0, rand.New(rand.NewPCG(1, 5))
	for b.Loop() {
		for range 1000 {
			say := wechatsim.Saying{Room: "群", Member: members[n*37%len(members)], Text: idle(lots)}
			if _, err := st.sim.Say(say); err != nil {
				b.Fatal(err)
			}
			n++
		}
		if _, err := st.sim.Advance(b.Context(), 2*time.Minute); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(0, "ns/op")
	b.StopTimer()
	db, err := sql.Open("sqlite3", "file:"+s.inDataDir(s.Database, "menshen.db")+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if got, err := column(db, `SELECT count(*) FROM message WHERE text LIKE '闲话%'`); err != nil || got[0] != fmt.Sprint(n) {
		b.Errorf("%v of %d messages are recorded (%v)", got, n, err)
	}
}

// idle is a line that means nothing, unlike any other.
func idle(lots *rand.Rand) string {
	line := []rune("闲话")
	for range 12 {
		line = append(line, 0x4e00+rune(lots.IntN(3000)))
	}
	return string(line)
}

// crowdRooms turns TestResidentMemory on.
var crowdRooms = flag.Int("crowd", 0, "rooms of 500 members for TestResidentMemory, such as 200")

// TestResidentMemory measures a real program with many rooms, all switched on,
// and a thousand keywords: less than 80 MB, ready in less than a second apart
// from the login.
func TestResidentMemory(t *testing.T) {
	if *crowdRooms == 0 {
		t.Skip("needs -crowd")
	}
	w := newSiege(t.TempDir(), 1)
	defer w.end()
	if err := w.begin(); err != nil {
		t.Fatal(err, w.account())
	}
	for r := range *crowdRooms {
		var members []string
		for i := range 499 {
			members = append(members, fmt.Sprintf("员%d.%d", r, i))
		}
		if err := w.call("/room", map[string]any{"room": fmt.Sprint("大群", r), "owner": fmt.Sprint("群主", r), "members": members, "saved": true}); err != nil {
			t.Fatal(err)
		}
		if err := w.call("/say", map[string]any{"room": fmt.Sprint("大群", r), "member": members[0], "text": "大家好"}); err != nil {
			t.Fatal(err)
		}
	}
	w.restartWith(t, nil)
	w.restartWith(t, func() {
		db, err := sql.Open("sqlite3", "file:"+w.database())
		if err == nil {
			_, err = db.Exec(`UPDATE room SET active = 1`)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	})
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.bot.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	var peak, resident float64
	for name, into := range map[string]*float64{"VmHWM:": &peak, "VmRSS:": &resident} {
		_, rest, _ := strings.Cut(string(status), name)
		if _, err := fmt.Sscan(rest, into); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite3", "file:"+w.database()+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	known, err := column(db, `SELECT count(*) || ' members in ' || count(DISTINCT room) || ' rooms' FROM member`)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: resident %.1f MiB, at most %.1f MiB", known, resident/1024, peak/1024)
	if resident/1024 > 80 {
		t.Error("too much")
	}
}

// restartWith ends the program, does something with its files, and starts it
// again with a thousand keywords.
func (w *siege) restartWith(t *testing.T, between func()) {
	t.Helper()
	if err := w.advance(10 * time.Minute); err != nil {
		t.Fatal(err, w.account())
	}
	if err := w.bot.terminate(); err != nil {
		t.Fatal(err)
	}
	if between != nil {
		between()
	}
	var words strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&words, "  - 词%c%c%c\n", 0x4e00+i, 0x5e00+i*7, 0x6e00+i*3)
	}
	if err := os.WriteFile(w.path("rules.yaml"), []byte("keywords:\n"+words.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := w.running(); err != nil {
		t.Fatal(err, w.account())
	}
	t.Logf("logged in after %v", time.Since(begun).Round(time.Millisecond))
	if err := w.advance(10 * time.Minute); err != nil {
		t.Fatal(err, w.account())
	}
}
