package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// stage is a simulator and a bot in one process, and what was said so far.
type stage struct {
	out    io.Writer
	pace   time.Duration
	sim    *wechatsim.Server
	bot    *program
	term   *lockedBuffer // the bot's own terminal
	room   string
	zone   *time.Location
	heard  int // entries of the transcript that were shown
	failed []string
	cancel context.CancelFunc
	ended  chan error
}

const demoStart = "2026-03-06T19:30:00+08:00"

// openStage starts both and logs in by a scanned code.
func openStage(ctx context.Context, s settings, out io.Writer, pace time.Duration) (*stage, error) {
	begin, err := time.Parse(time.RFC3339, demoStart)
	if err != nil {
		return nil, err
	}
	sim, err := wechatsim.Start(wechatsim.Options{Start: begin, SyncLimit: crowd})
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	st := &stage{
		out: out, pace: pace, sim: sim, term: &lockedBuffer{}, ended: make(chan error, 1),
		zone: s.Rooms.Location(),
	}
	if err := st.connect(ctx, s); err != nil {
		return nil, errors.Join(err, sim.Close())
	}
	return st, nil
}

// connect starts the bot and logs it in.
func (st *stage) connect(ctx context.Context, s settings) error {
	if err := st.begin(ctx, s, false); err != nil {
		return err
	}
	if _, err := st.sim.Scan(ctx, wechatsim.Scanning{}); err != nil {
		return errors.Join(fmt.Errorf("scan the login code: %w", err), st.end())
	}
	return st.wait(ctx, 0)
}

// begin starts the bot; again tries a login that was refused before.
func (st *stage) begin(ctx context.Context, s settings, again bool) error {
	ctx, around, err := simulated(ctx, st.sim.ControlURL())
	if err != nil {
		return err
	}
	around.again = again
	ctx, st.cancel = context.WithCancel(ctx)
	st.bot, err = openProgram(ctx, s, around, &console{out: st.term}, newLogger(os.Stderr, s.Log))
	if err != nil {
		st.cancel()
		return err
	}
	go func() { st.ended <- st.bot.run(ctx) }()
	return nil
}

// end stops the bot; its world goes on.
func (st *stage) end() error {
	st.cancel()
	return errors.Join(<-st.ended, st.bot.close())
}

// close stops the bot and then its world.
func (st *stage) close() error { return errors.Join(st.end(), st.sim.Close()) }

// wait lets d pass, 0 only until all is done that is under way, and shows what
// was said.
func (st *stage) wait(ctx context.Context, d time.Duration) error {
	if _, err := st.sim.Advance(ctx, d); err != nil {
		return fmt.Errorf("let time pass: %w", err)
	}
	return st.show()
}

// show prints the entries of the transcript that are new.
func (st *stage) show() error {
	all := st.sim.Transcript()
	for _, e := range all[st.heard:] {
		if line := st.line(e); line != "" {
			if _, err := fmt.Fprintln(st.out, line); err != nil {
				return fmt.Errorf("show the transcript: %w", err)
			}
			if st.pace > 0 {
				<-time.After(st.pace)
			}
		}
	}
	st.heard = len(all)
	return nil
}

// line renders an entry; the service's own words are shown as they are.
func (st *stage) line(e wechatsim.Entry) string {
	at := e.Time.In(st.zone).Format("15:04:05")
	text := strings.ReplaceAll(e.Text, "\n", "\n            ")
	switch {
	case e.From == "":
		return fmt.Sprintf("%s  · %s", at, text)
	case e.ClientID == "" && e.Private != "":
		return fmt.Sprintf("%s  [私聊] %s：%s", at, e.From, text)
	case e.ClientID == "":
		return fmt.Sprintf("%s  %s：%s", at, e.From, text)
	case e.Private != "":
		return fmt.Sprintf("%s  [私聊] 门神 → %s：%s", at, e.Private, text)
	default:
		return fmt.Sprintf("%s  门神 ▸ %s", at, text)
	}
}

// code is the binding code that the bot's terminal shows.
func (st *stage) code() (string, error) {
	all := regexp.MustCompile(`认主 ([0-9]{8})`).FindAllStringSubmatch(st.term.String(), -1)
	if len(all) == 0 {
		return "", fmt.Errorf("the bot's terminal shows no binding code:\n%s", st.term)
	}
	return all[len(all)-1][1], nil
}

// makeRoom makes the room and binds its owner with the code on the terminal,
// as a person would.
func (st *stage) makeRoom(ctx context.Context, name string, members ...string) error {
	st.room = name
	if _, err := st.sim.Room(wechatsim.NewRoom{Room: name, Owner: demoOwner, Members: members}); err != nil {
		return fmt.Errorf("make the room: %w", err)
	}
	if err := st.wait(ctx, time.Minute); err != nil { // its members are read first
		return err
	}
	code, err := st.code()
	if err != nil {
		return err
	}
	if err := st.say(demoOwner, "认主 "+code); err != nil {
		return err
	}
	return st.wait(ctx, time.Minute)
}

func (st *stage) say(member, text string) error {
	if _, err := st.sim.Say(wechatsim.Saying{Room: st.room, Member: member, Text: text}); err != nil {
		return fmt.Errorf("let %s speak: %w", member, err)
	}
	return nil
}

// lockedBuffer collects what is written by several goroutines.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
