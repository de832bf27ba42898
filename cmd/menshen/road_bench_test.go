package main

import (
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
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
