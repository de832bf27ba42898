package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/picture"
	"menshen/bot/text"
	"menshen/bot/wechat"
	"menshen/data"
	"menshen/moderation"
)

// program is a wired bot: what `run` runs for days, `demo` for an evening and
// tests for a moment.
type program struct {
	log     *slog.Logger
	console *console
	clock   chat.Clock
	db      *data.DB
	judges  *bot.Judges
	binder  *binder
	network *wechat.Network
	road    *bot.Pipeline
	broken  chan error // has a value when the disk failed
	upkeep  upkeep
	listen  net.Listener // nil: health and metrics are off
}

// surroundings are what differs between the real network and a simulated one.
type surroundings struct {
	simulated bool
	clock     chat.Clock
	transport http.RoundTripper // nil: the network itself
	again     bool              // try a login that was refused before
}

// openProgram opens the database and puts everything together; nothing is sent
// or received before [program.run].
func openProgram(ctx context.Context, s settings, around surroundings, con *console, log *slog.Logger) (*program, error) {
	judges, err := s.judges()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	db, err := data.Open(s.inDataDir(s.Database, "menshen.db"))
	if err != nil {
		return nil, err
	}
	db.Defaults, db.Now = s.Rooms.Settings, around.clock.Now
	db.OnLongJournal = func(bytes int64) {
		log.Warn("the database's journal grows: somebody holds an old view of it open; stop other programs that read it, or restart menshen",
			slog.Int64("bytes", bytes))
	}
	p := &program{log: log, console: con, clock: around.clock, db: db, judges: judges, broken: make(chan error, 1)}
	if err := p.wire(ctx, s, around, judges); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return p, nil
}

func (p *program) wire(ctx context.Context, s settings, around surroundings, judges *bot.Judges) (err error) {
	if _, err := p.db.Recover(ctx); err != nil {
		return fmt.Errorf("look for what the last run left: %w", err)
	}
	known, err := p.db.Directory(ctx, around.simulated)
	if err != nil {
		return err
	}
	p.binder = newBinder(p.db, p.clock, p.console)
	p.upkeep = upkeep{db: p.db, clock: p.clock, log: p.log, zone: s.Rooms.Location(), keep: s.retention()}
	if s.Backups && !around.simulated {
		p.upkeep.backups = s.backups()
	}
	p.network, err = wechat.New(wechat.Options{
		SessionFile: s.inDataDir(s.Session, "wechat.session"),
		Directory:   directory{known, p.binder.nudge},
		Log:         p.log, Clock: p.clock, ShowQR: p.console.showQR,
		Normal: s.Login == "normal", Again: around.again, Remove: s.Remove, Transport: around.transport,
		Codes: picture.Codes,
	})
	if err != nil {
		return err
	}
	for _, line := range limits(p.network.Capabilities()) {
		p.console.printf("%s\n", line)
	}
	p.road, err = bot.New(ctx, bot.Options{
		Store: boundStore{store{p.db, p.broken}, p.binder}, Network: p.network, Clock: p.clock, Log: p.log, Judges: judges,
		Limits: s.limits(), KeepDays: s.Keep.Text, ReadRules: importedRules, MaxAge: s.MessageAge, Code: &p.binder.code,
		OnState: p.showState, LongJournal: func() bool { return p.db.Journal() > data.LongJournal },
	})
	if err != nil {
		return err
	}
	p.upkeep.tell = p.road.Tell
	if s.Listen == "" {
		return nil
	}
	p.listen, err = net.Listen("tcp", s.Listen)
	return err
}

// run receives, judges and speaks until ctx ends. The intake stops first, then
// the outbox finishes what it has in its hands.
func (p *program) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	beside := []func(context.Context) error{p.binder.run, p.upkeep.run, func(ctx context.Context) error {
		defer stop()
		return p.watchDisk(ctx)
	}}
	if p.listen != nil {
		beside = append(beside, func(ctx context.Context) error { return p.serveHealth(ctx, p.listen) })
	}
	ended := make(chan error, len(beside))
	for _, one := range beside {
		go func() {
			err := one(ctx)
			if err != nil {
				stop() // half a program would look like a whole one
			}
			ended <- err
		}()
	}
	err := p.road.Run(ctx)
	stop()
	for range beside {
		err = errors.Join(err, <-ended)
	}
	return err
}

// watchDisk returns the error of a disk that failed. What it left behind is
// unknown, so the program ends and the next start looks.
func (p *program) watchDisk(ctx context.Context) error {
	select {
	case err := <-p.broken:
		return err
	case <-ctx.Done():
		return nil
	}
}

// close waits for what still works beside the road and closes the database,
// after run has returned.
func (p *program) close() error {
	p.judges.Wait()
	return p.db.Close()
}

// judges compiles what every room starts from.
func (s settings) judges() (*bot.Judges, error) {
	read := starterRules
	if s.Rules != "" {
		read = func() (moderation.Rules, error) { rules, _, err := readRules(s.Rules); return rules, err }
	}
	rules, err := read()
	if err != nil {
		return nil, err
	}
	return bot.NewJudges(rules)
}

// limits is the send budget of the settings.
func (s settings) limits() bot.SendLimits {
	l := bot.DefaultSendLimits()
	l.MinGap, l.MaxGap, l.Burst = s.Send.MinGap, s.Send.MaxGap, s.Send.Burst
	l.PerMinute, l.PerHour, l.PerDay = s.Send.PerMinute, s.Send.PerHour, s.Send.PerDay
	return l
}

// showState tells the operator about the login; a refusal is logged in words
// too, since nobody may be at the terminal.
func (p *program) showState(s chat.State) {
	p.console.showState(s)
	if s.Phase == chat.PhaseRefused {
		p.log.Error(text.LoginRefused(s.Code))
	}
}
