package bot_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// failpoints are the places between any two things that the program does. A
// nil one watches nothing.
type failpoints struct {
	n     int
	reach func(n int, name string) // called at the n-th
}

func (f *failpoints) at(name string) {
	if f == nil {
		return
	}
	f.n++
	if f.reach != nil {
		f.reach(f.n, name)
	}
}

// wreck is what a program that dies at a failpoint leaves behind: its files
// without what was not committed, the server with what it was told, and the
// people of the tale. A kill loses nothing that was written to a file; what a
// power cut loses is the business of TestFaultPowerCut.
type wreck struct {
	step  int
	name  string
	files map[string][]byte // by the end of the name
	now   time.Time
	wire  wireState
	tale  taleState
	// times is how many failpoints in a row left exactly this, as those inside
	// a transaction do: the program does the same after each of them.
	times int
}

// wreckage copies everything as it is at this moment.
func (s *tale) wreckage(step int, name string) *wreck {
	w := &wreck{
		step: step, name: name, files: map[string][]byte{}, now: s.clock.Now(), wire: s.wire.state(), tale: s.taleState.clone(),
		times: 1,
	}
	for _, end := range []string{"", "-wal"} {
		content, err := os.ReadFile(s.path + end)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			s.t.Error(err)
		}
		w.files[end] = content
	}
	return w
}

// same reports whether another wreck is this one, byte for byte. A server that
// answers by a function is never the same.
func (w *wreck) same(other *wreck) bool {
	return w.now.Equal(other.now) && reflect.DeepEqual(w.tale, other.tale) && reflect.DeepEqual(w.wire, other.wire) &&
		maps.EqualFunc(w.files, other.files, bytes.Equal)
}

// share lets files that did not change since an earlier wreck be kept once.
func (w *wreck) share(earlier *wreck) {
	for end, content := range w.files {
		if bytes.Equal(content, earlier.files[end]) {
			w.files[end] = earlier.files[end]
		}
	}
}

// land writes the files of a wreck for a database at path.
func (w *wreck) land(t testing.TB, path string) {
	t.Helper()
	for end, content := range w.files {
		if err := os.WriteFile(path+end, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// state is everything of the server that outlives the program.
func (w *wire) state() wireState {
	w.mu.Lock()
	defer w.mu.Unlock()
	state := w.wireState
	state.batches, state.said, state.removed = slices.Clone(w.batches), slices.Clone(w.said), slices.Clone(w.removed)
	state.recalled = slices.Clone(w.recalled)
	return state
}

// crashStore is a store in a program that may die between any two steps.
type crashStore struct {
	bot.Store
	points *failpoints
	// within also stops between the steps of a transaction before its commit,
	// all of which a crash takes back.
	within bool
}

// Record implements [bot.Store].
func (s crashStore) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	if s.within {
		s.points.at("before record")
	}
	err := s.Store.Record(ctx, b, func(tx bot.Tx) error {
		if s.within {
			tx = crashTx{tx, s.points}
		}
		if err := fn(tx); err != nil {
			return err
		}
		s.points.at("before commit")
		return nil
	})
	if err == nil {
		s.points.at("after commit")
	}
	return err
}

// crashTx counts every effect.
type crashTx struct {
	bot.Tx
	points *failpoints
}

// Seen implements [bot.Tx].
func (t crashTx) Seen(m chat.Message, keep bool) (bool, error) {
	seen, err := t.Tx.Seen(m, keep)
	t.points.at("after seen")
	return seen, err
}

// Apply implements [bot.Tx].
func (t crashTx) Apply(effects ...decision.Effect) error {
	for _, e := range effects {
		t.points.at("before effect")
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
	points *failpoints
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
	s.points.at("cursor stored")
	return s.Store.Record(ctx, chat.Batch{Session: b.Session, Events: b.Events}, fn)
}
