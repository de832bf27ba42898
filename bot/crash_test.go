package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// errCrash is what everything answers after the program died.
var errCrash = errors.New("the program crashed")

// crashes says where the program dies: at its n-th step, counted over all its
// lives. A nil one never does.
type crashes struct {
	clock *handClock
	at    []int

	mu    sync.Mutex
	steps []string // the names of all steps so far
	dead  bool
}

// step is called between any two things the program does. After a crash
// nothing happens any more until the program is started again.
func (c *crashes) step(name string) error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return errCrash
	}
	c.steps = append(c.steps, name)
	if !slices.Contains(c.at, len(c.steps)) {
		return nil
	}
	c.dead = true
	c.clock.end()
	return errCrash
}

func (c *crashes) died() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

// forgive lets the program live again.
func (c *crashes) forgive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = false
}

// crashStore is a store in a program that may die between any two steps.
type crashStore struct {
	bot.Store
	crashes *crashes
	// within also counts the steps of a transaction before its commit, all of
	// which a crash takes back.
	within bool
}

// Record implements [bot.Store].
func (s crashStore) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if s.within {
		if err := s.crashes.step("before record"); err != nil {
			return err
		}
	}
	err := s.Store.Record(ctx, b, func(tx bot.Tx) error {
		if s.within {
			tx = crashTx{tx, s.crashes}
		}
		if err := fn(tx); err != nil {
			return err
		}
		return s.crashes.step("before commit")
	})
	if err != nil {
		return err
	}
	return s.crashes.step("after commit")
}

// crashTx counts every effect.
type crashTx struct {
	bot.Tx
	crashes *crashes
}

// Seen implements [bot.Tx].
func (t crashTx) Seen(m chat.Message, keep bool) (bool, error) {
	seen, err := t.Tx.Seen(m, keep)
	if err != nil {
		return seen, err
	}
	return seen, t.crashes.step("after seen")
}

// Apply implements [bot.Tx].
func (t crashTx) Apply(effects ...decision.Effect) error {
	for _, e := range effects {
		if err := t.crashes.step("before effect"); err != nil {
			return err
		}
		if err := t.Tx.Apply(e); err != nil {
			return err
		}
	}
	return nil
}

// cursorFirst acknowledges a batch before it did what the batch asks for, as
// bots do that store the cursor when it arrives.
type cursorFirst struct {
	bot.Store
	crashes *crashes
}

// Record implements [bot.Store].
func (s cursorFirst) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if b.Cursor == nil {
		return s.Store.Record(ctx, b, fn)
	}
	early := chat.Batch{Session: b.Session, Cursor: b.Cursor}
	if err := s.Store.Record(ctx, early, func(bot.Tx) error { return nil }); err != nil {
		return err
	}
	if err := s.crashes.step("cursor stored"); err != nil {
		return err
	}
	return s.Store.Record(ctx, chat.Batch{Session: b.Session, Events: b.Events}, fn)
}

// name says what the steps of a crash were.
func (c *crashes) name(at []int) string {
	var all []string
	for _, i := range at {
		if i <= len(c.steps) {
			all = append(all, c.steps[i-1])
		}
	}
	return strings.Join(all, ", ")
}
