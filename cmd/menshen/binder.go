package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
	"menshen/data"
)

// binder shows binding codes on the terminal: whoever reads it there may bind
// the owner of a room. A code is shown at the start, when the account's phone asks
// for one, and while some room has no owner, when such a room appears, when the
// last code was used up and, for an hour, when it ran out.
type binder struct {
	code    command.Code
	db      *data.DB
	clock   chat.Clock
	console *console
	wake    chan struct{}
	used    atomic.Bool // the code was right in a transaction under way
	wanted  atomic.Bool // the account's phone asks for a new one

	// What was shown last, for run alone.
	digits, shown string
	until         time.Time
	renewed       int // codes in a row that ran out and were followed by another
}

// mostRenewed is how often a code that ran out is followed by another: an account
// may be for ever in rooms that nobody wants to keep.
const mostRenewed = 6

func newBinder(db *data.DB, clock chat.Clock, con *console) *binder {
	b := &binder{db: db, clock: clock, console: con, wake: make(chan struct{}, 1)}
	b.code.Used = func() { b.used.Store(true) }
	b.code.Wanted = func() {
		b.wanted.Store(true)
		b.nudge()
	}
	return b
}

// recorded is told of every commit: only then is an owner bound.
func (b *binder) recorded() {
	if b.used.Swap(false) {
		b.nudge()
	}
}

// nudge makes the binder look again; it never blocks.
func (b *binder) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// run shows codes until ctx ends.
func (b *binder) run(ctx context.Context) error {
	if err := b.offer(ctx); err != nil {
		return fmt.Errorf("show a binding code: %w", err)
	}
	for {
		if err := b.show(ctx); err != nil {
			return fmt.Errorf("show a binding code: %w", err)
		}
		if err := b.clock.Park(ctx, b.runsOut(), b.wake); err != nil {
			return nil // the end of ctx is how the binder is stopped
		}
	}
}

// runsOut is when to look at the code again; zero: not before somebody asks.
func (b *binder) runsOut() time.Time {
	if b.shown == "" || b.renewed >= mostRenewed {
		return time.Time{}
	}
	return b.until
}

// offer opens a code at the start of a program all of whose rooms have an
// owner: with the present owner's yes there can be another one.
func (b *binder) offer(ctx context.Context) error {
	var rooms []decision.Room
	err := b.db.Read(ctx, func(tx *data.Tx) (err error) {
		rooms, err = tx.Rooms()
		return err
	})
	if err != nil || !slices.ContainsFunc(rooms, func(r decision.Room) bool { return r.On }) {
		return err
	}
	if free, err := b.unbound(ctx); err != nil || len(free) > 0 {
		return err
	}
	if err := b.open(); err != nil {
		return err
	}
	b.printOffer()
	return nil
}

func (b *binder) printOffer() {
	b.console.printf("Every room has an owner. To become another one, with the present owner's yes, say in the room, within %v:  认主 %s\n", command.CodeLife, b.digits)
}

// open draws a new code, which makes the one before void.
func (b *binder) open() (err error) {
	if b.digits, err = newCode(); err != nil {
		return err
	}
	now := b.clock.Now()
	b.code.Open(b.digits, now)
	b.until = now.Add(command.CodeLife)
	return nil
}

// show opens a code if a room needs one or somebody asks for one. A code that is
// still valid stays so unless it is asked for: somebody may be about to type it.
func (b *binder) show(ctx context.Context) error {
	wanted := b.wanted.Swap(false)
	rooms, err := b.unbound(ctx)
	if err != nil || len(rooms) == 0 && !wanted {
		b.shown = ""
		return err
	}
	now, names := b.clock.Now(), someOf(rooms)
	valid, same := b.code.Valid(now), names == b.shown
	switch {
	case !same || wanted:
		b.renewed = 0
	case valid:
		return nil
	case b.renewed == mostRenewed:
		return nil // who wakes it says nothing new
	default:
		b.renewed++
	}
	if !valid || wanted {
		if err = b.open(); err != nil {
			return err
		}
	}
	if b.shown = names; len(rooms) == 0 {
		b.printOffer()
		return nil
	}
	b.console.printf("No owner yet: %s. To become one, say in the room, within %v (for another code send 认主 to 文件传输助手 on the phone of the bot's account):  认主 %s\n",
		names, b.until.Sub(now).Round(time.Second), b.digits)
	return nil
}

// someOf lists the first few names, which are what a new operator has.
func someOf(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// unbound names the rooms that the bot is in and that have no owner. It tells
// of rooms that may have been known before this login.
func (b *binder) unbound(ctx context.Context) (names []string, err error) {
	err = b.db.Read(ctx, func(tx *data.Tx) error {
		rooms, err := tx.Unbound()
		for _, room := range rooms {
			names = append(names, strconv.Quote(room.Name))
			like, failed := tx.Query(decision.Query{Room: room.ID, Namesakes: true})
			if failed != nil {
				return failed
			}
			if len(like.Namesakes) > 0 {
				names[len(names)-1] += " (not the room of that name from before this login: too many other members; what belongs to that one is kept)"
			}
		}
		return err
	})
	return names, err
}

// newCode draws the digits of a code.
func newCode() (string, error) {
	limit := big.NewInt(1)
	for range command.CodeDigits {
		limit.Mul(limit, big.NewInt(10))
	}
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%0*d", command.CodeDigits, n), nil
}

// boundStore is the store of the road that tells the binder of commits.
type boundStore struct {
	store
	binder *binder
}

// Record implements [bot.Store].
func (s boundStore) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	err := s.store.Record(ctx, b, fn)
	if err == nil {
		s.binder.recorded()
	}
	return err
}
