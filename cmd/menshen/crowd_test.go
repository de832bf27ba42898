package main

import (
	"database/sql"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// crowdRooms turns TestResidentMemory on.
var crowdRooms = flag.Int("crowd", 0, "rooms of 500 members for TestResidentMemory, such as 200")

// arrival is how long after its start a program was logged in, had answered
// the message that waited for it, and had stored every member list.
type arrival struct{ online, answered, settled time.Duration }

func (a arrival) String() string {
	return fmt.Sprintf("logged in after %v, answered %v later, at rest with all lists %v later",
		a.online.Round(time.Millisecond), (a.answered - a.online).Round(time.Millisecond), (a.settled - a.online).Round(time.Millisecond))
}

// TestResidentMemory measures a real program with many rooms, all switched on,
// and a thousand keywords: less than 80 MB, and a message is answered in less
// than a second apart from the login, both when all lists are new and when the
// login is that of the last start.
func TestResidentMemory(t *testing.T) {
	if *crowdRooms == 0 {
		t.Skip("needs -crowd")
	}
	realProgram(t)
	w := newSiege(t.TempDir(), 1)
	defer w.end()
	must(t, w.begin())
	for r := range *crowdRooms {
		var members []string
		for i := range 499 {
			members = append(members, fmt.Sprintf("员%d.%d", r, i))
		}
		room := map[string]any{"room": fmt.Sprint("大群", r), "owner": fmt.Sprint("群主", r), "members": members, "saved": true}
		must(t, w.call("/room", room))
		must(t, w.call("/say", map[string]any{"room": room["room"], "member": members[0], "text": "大家好"}))
	}
	must(t, w.advance(10*time.Minute))
	must(t, w.bot.terminate())
	db, err := sql.Open("sqlite3", "file:"+w.database())
	must(t, err)
	_, err = db.Exec(`UPDATE room SET active = 1`)
	must(t, err)
	must(t, db.Close())
	for i, lists := range []string{"all lists new", "all lists known"} {
		a := w.arrive(t, i)
		t.Logf("%s: %v", lists, a)
		if a.answered-a.online > time.Second {
			t.Error("too slow")
		}
	}
	w.weigh(t)
}

// realProgram puts the program as it is built for users in the place of the
// test binary, which is twice as big.
func realProgram(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "menshen"), ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// arrive starts the program with a thousand keywords while somebody who just
// used one of them waits for it.
func (w *siege) arrive(t *testing.T, nth int) (a arrival) {
	t.Helper()
	if !w.bot.ended() {
		must(t, w.advance(10*time.Minute))
		must(t, w.bot.terminate())
	}
	var words strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&words, "  - 词%c%c%c\n", 0x4e00+i, 0x5e00+i*7, 0x6e00+i*3)
	}
	must(t, os.WriteFile(w.path("rules.yaml"), []byte("keywords:\n"+words.String()), 0o600))
	must(t, w.call("/say", map[string]any{"room": "大群0", "member": fmt.Sprint("员0.", nth), "text": "词\u4e00\u5e00\u6e00"}))
	before := w.notices(t)
	begun := time.Now()
	must(t, w.launch())
	_, err := w.bot.waitFor("a login", func(said string) string {
		_, after, _ := strings.Cut(said, "logged in")
		return after
	})
	must(t, err)
	a.online = time.Since(begun)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for w.notices(t) == before {
		<-look.C
		if a.answered = time.Since(begun); a.answered > promptly {
			t.Fatal("no answer", w.account())
		}
	}
	a.answered = time.Since(begun)
	must(t, w.advance(0))
	a.settled = time.Since(begun)
	return a
}

// notices counts what the bot has said.
func (w *siege) notices(t *testing.T) (n int) {
	t.Helper()
	var all []entry
	must(t, w.exchange(http.MethodGet, "/transcript", nil, &all))
	for _, e := range all {
		if e.From == "self" && e.ClientID != "" {
			n++
		}
	}
	return n
}

// weigh reads how much memory the program takes.
func (w *siege) weigh(t *testing.T) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.bot.cmd.Process.Pid))
	must(t, err)
	var peak, resident float64
	for name, into := range map[string]*float64{"VmHWM:": &peak, "VmRSS:": &resident} {
		_, rest, _ := strings.Cut(string(status), name)
		_, err := fmt.Sscan(rest, into)
		must(t, err)
	}
	db, err := sql.Open("sqlite3", "file:"+w.database()+"?mode=ro")
	must(t, err)
	defer db.Close()
	known, err := column(db, `SELECT count(*) || ' members in ' || count(DISTINCT room) || ' rooms' FROM member`)
	must(t, err)
	t.Logf("%s: resident %.1f MiB, at most %.1f MiB", known, resident/1024, peak/1024)
	if resident*1024 > 80e6 {
		t.Error("too much")
	}
}
