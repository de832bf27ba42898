// Package bot is the road: what a network brings is judged, decided and
// recorded in one transaction, and only then said.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

// Options is what the road needs to know about the program around it.
type Options struct {
	Store   Store
	Network chat.Network
	Clock   chat.Clock
	Log     *slog.Logger
	Judges  *Judges
	// Code is the open binding code, shown on the terminal only.
	Code     *command.Code
	Limits   SendLimits
	KeepDays int // how many days message text is kept; 0: it is not
	// ReadRules reads the text of a rules file that an owner imports.
	ReadRules func(string) (moderation.Rules, error)
	// MaxAge is how old a message may be by server time and still be acted on;
	// older ones are counted only.
	MaxAge time.Duration
	// OnState is told every change of the login; it must not block.
	OnState func(chat.State)
	// LongJournal says whether the store's journal grows because somebody holds
	// an old view of it open; nil: it never does.
	LongJournal func() bool
}

// Pipeline is the road's receiving half.
type Pipeline struct {
	opts   Options
	outbox *Outbox
	state  atomic.Pointer[chat.State]
	manner *manner
	pulse  pulse
	// wakeJobs has a value when something changed that jobs wait for.
	wakeJobs chan struct{}
}

// New makes a road over a store and a network. The send budget continues where
// the last run left it.
func New(ctx context.Context, opts Options) (*Pipeline, error) {
	p := &Pipeline{opts: opts, manner: newManner(), wakeJobs: make(chan struct{}, 1)}
	p.state.Store(&chat.State{Phase: chat.PhaseStarting, Since: opts.Clock.Now()})
	var before decision.Answer
	err := opts.Store.Read(ctx, func(v View) (err error) {
		before, err = v.Query(decision.Query{Sent: true, Since: opts.Clock.Now().Add(-24 * time.Hour)})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was sent in the last day: %w", err)
	}
	p.outbox = &Outbox{
		store: opts.Store, network: opts.Network, clock: opts.Clock, log: opts.Log,
		budget: newBudget(opts.Limits, before.Sent, before.Silence), wake: make(chan struct{}, 1),
		online: func() bool { return p.Login().Phase == chat.PhaseOnline },
	}
	return p, nil
}

// Run receives and delivers until ctx ends or no login is possible. The intake
// stops first, then the outbox finishes the row in its hands. When the store
// refuses the outcome of a delivery everything ends: what is not recorded must
// not go on, and the next start settles what was left open.
func (p *Pipeline) Run(ctx context.Context) error {
	ctx, fail := context.WithCancel(ctx)
	defer fail()
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	delivered := make(chan error, 2)
	for _, work := range []func(context.Context) error{p.outbox.Run, p.runJobs} {
		go func() {
			err := work(sending)
			if err != nil {
				fail()
			}
			delivered <- err
		}()
	}
	err := p.opts.Network.Run(ctx, p)
	stop()
	for range 2 {
		if failed := <-delivered; err == nil {
			err = failed
		}
	}
	return err
}

// Login returns the newest state of the login.
func (p *Pipeline) Login() chat.State { return *p.state.Load() }

// Budget returns how many messages may still be sent in this hour.
func (p *Pipeline) Budget() int { return p.outbox.left() }

// State implements [chat.Intake].
func (p *Pipeline) State(s chat.State) {
	p.state.Store(&s)
	if p.opts.OnState != nil {
		p.opts.OnState(s)
	}
	if s.Phase == chat.PhaseOnline {
		p.outbox.reached()
	}
	p.outbox.Wake()
}

// Receive implements [chat.Intake]: one batch, one transaction.
func (p *Pipeline) Receive(ctx context.Context, b chat.Batch) error {
	if err := p.freshen(ctx, b); err != nil {
		return err
	}
	watched := &watchedTx{}
	p.manner.begin()
	err := p.opts.Store.Record(ctx, b, func(tx Tx) error {
		watched.Tx = tx
		for _, event := range b.Events {
			if err := p.guarded(watched, event); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.manner.rollback()
		return fmt.Errorf("record a batch of %d events: %w", len(b.Events), err)
	}
	p.pulse.beat(b, p.opts.Clock.Now())
	p.outbox.Wake()
	if watched.timed {
		wake(p.wakeJobs)
	}
	return nil
}

// watchedTx notices effects that change what is due by the clock.
type watchedTx struct {
	Tx
	timed bool
}

func (t *watchedTx) Apply(effects ...decision.Effect) error {
	for _, e := range effects {
		switch e := e.(type) {
		case decision.ChangeCase:
			t.timed = t.timed || e.Removal != decision.RemovalNone
		case decision.SetRoom, decision.SetSetting:
			t.timed = true
		case decision.Points:
			t.timed = t.timed || ends(e.Op)
		}
	}
	return t.Tx.Apply(effects...)
}

// ends reports whether an action sets points aside until some time.
func ends(op decision.PointsOp) bool {
	switch op.(type) {
	case decision.OpenPacket, decision.OpenDraw, decision.BuyPass, decision.UsePass, decision.Redeem, decision.NoteInvite:
		return true
	default:
		return false
	}
}

// wake leaves a value on a channel of size one unless there is one already.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// errPanicked ends the handling of an event that panicked.
var errPanicked = errors.New("an event could not be handled")

// guarded handles one event. A panic in it takes back what the event did so
// far, is recorded, and the rest go on.
func (p *Pipeline) guarded(tx Tx, event chat.Event) error {
	err := tx.Nested(func() error { return p.recovered(tx, event) })
	if !errors.Is(err, errPanicked) {
		return err
	}
	note := decision.Note{At: p.opts.Clock.Now(), What: "panic"}
	if m, ok := event.(chat.Message); ok {
		note.Room, note.Detail = m.Room, m.ID
		if _, err := tx.Seen(m, false); err != nil {
			return err
		}
	}
	return tx.Apply(note)
}

// recovered turns a panic into an error. Nothing of what was said goes into
// the log.
func (p *Pipeline) recovered(tx Tx, event chat.Event) (err error) {
	defer func() {
		if v := recover(); v != nil {
			id := ""
			if m, ok := event.(chat.Message); ok {
				id = m.ID
			}
			p.opts.Log.Error("an event could not be handled", slog.String("message", id),
				slog.String("type", fmt.Sprintf("%T", event)), slog.String("stack", string(debug.Stack())))
			err = errPanicked
		}
	}()
	return p.handle(tx, event)
}

func (p *Pipeline) handle(tx Tx, event chat.Event) error {
	switch e := event.(type) {
	case chat.Message:
		return p.message(tx, e)
	case chat.Joined:
		return p.joined(tx, e)
	case chat.Left:
		return p.left(tx, e)
	case chat.RosterRead:
		return p.rosterRead(tx, e)
	case chat.Renamed:
		return p.renamed(tx, e)
	case chat.RoomRenamed:
		return tx.Apply(decision.SetRoom{Room: e.Room, Name: &e.New, At: e.Time})
	case chat.OwnerChanged:
		return p.ownerChanged(tx, e)
	case chat.BotRemoved:
		return p.botRemoved(tx, e)
	case chat.Requested:
		return tx.Apply(decision.Speak{Say: decision.Say{
			// One line a day: asking costs a stranger nothing.
			Cause: fmt.Sprintf("request:%s:%s", e.What, e.Time.UTC().Format(time.DateOnly)), Kind: decision.SayInbox,
			Console: true, Priority: decision.PriorityAnswer, Text: text.Requested(e.What),
		}})
	case chat.Limited:
		return tx.Apply(p.outbox.limited(e.Time).Keep(p.opts.Clock.Now()))
	default:
		return nil
	}
}
