package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// storyStart is when every story begins: a Monday morning in Shanghai, away
// from midnight and quiet hours.
const storyStart = "2026-03-02T09:00:00+08:00"

// story is the state of one script.
type story struct {
	dir        string
	sim, bot   *process
	server     *wechatsim.Server // the simulator, where it is no process
	apart      bool              // it is to be one
	control    string
	room       string       // the current one, a handle
	code       string       // the binding code used last
	self       string       // whose the bot's account is, if anybody's
	read       map[int]bool // entries of the transcript that were expected
	passed     map[int]bool // unread ones that came before an expected one
	transcript string       // as it was seen last
}

// entry is a line of the simulator's transcript.
type entry struct {
	N        int       `json:"n"`
	Time     time.Time `json:"time"`
	Room     string    `json:"room"`
	Private  string    `json:"private"`
	From     string    `json:"from"`
	Text     string    `json:"text"`
	ClientID string    `json:"client_id"`
	Result   string    `json:"result"`
}

// channel is where somebody speaks: a room or a private chat.
type channel struct{ room, private string }

type worldMember struct {
	Handle  string `json:"handle"`
	Name    string `json:"name"`
	Present bool   `json:"present"`
}

type worldState struct {
	Time  time.Time `json:"time"`
	Rooms []struct {
		Room    string        `json:"room"`
		Name    string        `json:"name"`
		Members []worldMember `json:"members"`
	} `json:"rooms"`
}

func (s *story) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// call sends a change of the world to the simulator.
func (s *story) call(path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return s.exchange(http.MethodPost, path, bytes.NewReader(text), nil)
}

func (s *story) exchange(method, path string, body io.Reader, answer any) error {
	if s.control == "" {
		if err := s.startSim(); err != nil {
			return err
		}
	}
	req, err := http.NewRequest(method, s.control+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s: %s", path, resp.Status, bytes.TrimSpace(text))
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

func (s *story) say(member string, body map[string]any) error {
	body["room"], body["member"] = s.room, member
	return s.call("/say", body)
}

// advance moves the clock; 0 waits until everything that is under way is done.
func (s *story) advance(d time.Duration) error {
	return s.call("/clock", map[string]any{"advance": d.String()})
}

// step moves the clock to the bot's next deadline, by most at most.
func (s *story) step(most time.Duration) error {
	return s.call("/clock", map[string]any{"advance": most.String(), "step": true})
}

func (s *story) world() (worldState, error) {
	var w worldState
	err := s.exchange(http.MethodGet, "/world", nil, &w)
	return w, err
}

// now is the time on the clocks of the rooms.
func (s *story) now() (time.Time, error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.Time{}, err
	}
	w, err := s.world()
	return w.Time.In(zone), err
}

// member finds a person of the current room by handle.
func (s *story) member(handle string) (worldMember, error) {
	w, err := s.world()
	if err != nil {
		return worldMember{}, err
	}
	for _, room := range w.Rooms {
		for _, m := range room.Members {
			if room.Room == s.room && m.Handle == handle {
				return m, nil
			}
		}
	}
	return worldMember{}, fmt.Errorf("%s never was in %s", handle, s.room)
}

// roomName is the name that the current room has now.
func (s *story) roomName() string {
	w, err := s.world()
	if err != nil {
		return s.room
	}
	for _, room := range w.Rooms {
		if room.Room == s.room {
			return room.Name
		}
	}
	return s.room
}

// heard settles and returns the whole transcript.
func (s *story) heard() ([]entry, error) {
	if err := s.advance(0); err != nil {
		return nil, err
	}
	var all []entry
	if err := s.exchange(http.MethodGet, "/transcript", nil, &all); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s %s%s %s: %s %s\n", e.Time.Format(time.DateTime), e.Room, e.Private, e.From, e.Text, e.Result)
	}
	s.transcript = b.String()
	return all, nil
}

// unread returns what the bot said in a channel and no verb has taken yet.
func (s *story) unread(in channel) ([]entry, error) {
	all, err := s.heard()
	if err != nil {
		return nil, err
	}
	var unread []entry
	for _, e := range all {
		ours := e.From == "self" && e.ClientID != "" && e.Result != "refused"
		if ours && !s.read[e.N] && e.Room == in.room && e.Private == in.private {
			unread = append(unread, e)
		}
	}
	return unread, nil
}

// bind makes owner the owner of the current room with the code that the bot
// shows on its terminal, and hears out what the bot says to that.
func (s *story) bind(owner string, botOwns bool) error {
	if err := s.advance(patience); err != nil { // its members are read first
		return err
	}
	if err := s.switchOn(owner, botOwns); err != nil {
		return err
	}
	if err := s.advance(patience); err != nil {
		return err
	}
	all, err := s.heard()
	for _, e := range all {
		s.read[e.N] = true
	}
	return err
}

// switchOn lets the owner type the code that the bot's terminal shows. Who
// holds the bot's own account needs no code: the phone is proof enough.
func (s *story) switchOn(owner string, botOwns bool) error {
	if botOwns {
		return s.call("/private", map[string]any{"member": "self", "room": s.room, "text": "启用"})
	}
	line := regexp.MustCompile(`认主 ([0-9]{8})`)
	code, err := s.bot.waitFor("a binding code", func(said string) string {
		if all := line.FindAllStringSubmatch(said, -1); len(all) > 0 && all[len(all)-1][1] != s.code {
			return all[len(all)-1][1]
		}
		return ""
	})
	if err != nil {
		return err
	}
	s.code = code
	return s.say(owner, map[string]any{"text": "认主 " + code})
}

// running makes sure that both programs run and the bot is logged in, or has
// said that it will not be.
func (s *story) running() error {
	if s.control == "" {
		if err := s.startSim(); err != nil {
			return err
		}
	}
	if s.bot != nil && !s.bot.ended() {
		return nil
	}
	if err := s.launch(); err != nil {
		return err
	}
	return s.login()
}

// launch starts the bot with the settings and rules of the story.
func (s *story) launch() error {
	args := []string{"run", "--sim", s.control, "--data-dir", "data"}
	for name, flag := range map[string]string{"settings.yaml": "--config=", "rules.yaml": "--set=rules="} {
		if _, err := os.Stat(s.path(name)); err == nil {
			args = append(args, flag+name)
		}
	}
	bot, err := startProcess(s.dir, args...)
	if err != nil {
		return err
	}
	s.bot = bot
	return os.WriteFile(s.path("bot.pid"), fmt.Append(nil, bot.cmd.Process.Pid), 0o600)
}

// login scans the code if the bot shows one.
func (s *story) login() error {
	state, err := s.bot.waitFor("a login", func(said string) string {
		for _, state := range []string{"logged in", "refused", "https://login.weixin.qq.com/l/"} {
			if strings.Contains(said, state) {
				return state
			}
		}
		return ""
	})
	if err != nil {
		return err
	}
	if strings.HasPrefix(state, "https:") {
		if err := s.call("/scan", map[string]any{}); err != nil {
			return err
		}
		if err := s.confirmed(); err != nil {
			return err
		}
	}
	return s.advance(0)
}

// confirmed waits until the login is decided. The bot may wait for the clock
// meanwhile: after many people left it reads lists until it believes them.
func (s *story) confirmed() error {
	decided := regexp.MustCompile("logged in|refused")
	for range 40 {
		if err := s.advance(0); err != nil {
			return err
		}
		if said, _ := s.bot.output(); decided.MatchString(said) {
			return nil
		}
		if err := s.step(5 * time.Second); err != nil {
			return err
		}
	}
	_, err := s.bot.waitFor("the end of the login", decided.FindString)
	return err
}

// startSim starts the simulator, beside the story where it need not be apart:
// that is what `menshen sim` serves, without the start of a process.
func (s *story) startSim() error {
	if s.apart {
		return s.startSimProcess()
	}
	start, err := time.Parse(time.RFC3339, storyStart)
	if err != nil {
		return err
	}
	s.server, err = wechatsim.Start(wechatsim.Options{Start: start, SyncLimit: 50, Picture: drawCode})
	if err == nil {
		s.control = s.server.ControlURL()
	}
	return err
}

func (s *story) startSimProcess() error {
	sim, err := startProcess(s.dir, "sim", "--listen", "127.0.0.1:0", "--start", storyStart)
	if err != nil {
		return err
	}
	s.sim = sim
	line, err := sim.waitFor("its first line", func(said string) string {
		line, _, _ := strings.Cut(said, "\n")
		return line[:strings.LastIndex(line, "}")+1]
	})
	if err != nil {
		return err
	}
	var first struct {
		Control string `json:"control"`
	}
	if err := json.Unmarshal([]byte(line), &first); err != nil {
		return fmt.Errorf("the simulator's first line %q: %w", line, err)
	}
	s.control = first.Control
	return nil
}

// end stops what still runs; a script may end in any state.
func (s *story) end() {
	for _, p := range []*process{s.bot, s.sim} {
		if p != nil {
			_ = p.kill()
		}
	}
	if s.server != nil {
		_ = s.server.Close()
	}
}

// account is what a failed script shows.
func (s *story) account() string {
	var b strings.Builder
	fmt.Fprintf(&b, "transcript (room %s):\n%s", s.room, s.transcript)
	for _, p := range []*process{s.sim, s.bot} {
		if p != nil {
			fmt.Fprintf(&b, "\n%s said:\n%s", p.name, p.tail(60))
		}
	}
	return b.String()
}
