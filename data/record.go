package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// ErrNoSession means that a batch belongs to a login nobody started.
var ErrNoSession = errors.New("the session is not known")

// Record runs do in the write transaction and stores the batch's cursor in it:
// the network is told that a batch was taken exactly when its effects are
// durable. When do or the commit fails, nothing of it is stored.
func (db *DB) Record(ctx context.Context, b chat.Batch, do func(*Tx) error) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := tx.enter(b.Session); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		return tx.acknowledge(b)
	})
}

// enter finds the account that scopes the ids of a session's messages.
func (tx *Tx) enter(session string) error {
	if session == "" {
		return nil
	}
	account, ok := tx.mem.sessions[session]
	if !ok {
		err := tx.queryRow(`SELECT account FROM session WHERE id = ?1`, session).Scan(&account)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNoSession
		}
		if err != nil {
			return fmt.Errorf("find session: %w", err)
		}
		remember(&tx.mem.sessions, session, account)
	}
	tx.account = account
	return nil
}

// acknowledge stores the batch's cursor, if it has one.
func (tx *Tx) acknowledge(b chat.Batch) error {
	if b.Cursor == nil {
		return nil
	}
	if b.Session == "" {
		return ErrNoSession
	}
	if _, err := tx.exec(`UPDATE session SET cursor = ?2 WHERE id = ?1`, b.Session, b.Cursor); err != nil {
		return fmt.Errorf("store cursor: %w", err)
	}
	return nil
}

// Apply carries out effects in order. What each of them changed is told by an
// audit row; sentences are told by their outbox rows, which keep cause and
// outcome themselves.
func (tx *Tx) Apply(effects ...decision.Effect) error {
	for _, e := range effects {
		if err := tx.apply(e); err != nil {
			return fmt.Errorf("apply %T: %w", e, err)
		}
	}
	return nil
}

func (tx *Tx) apply(e decision.Effect) error {
	switch e := e.(type) {
	case decision.OpenCase:
		return tx.openCase(e)
	case decision.JoinCase:
		return tx.joinCase(e)
	case decision.ChangeCase:
		return tx.changeCase(e)
	case decision.Speak:
		return tx.speak(e.Say)
	case decision.TakeAfter:
		return tx.takeAfter(e)
	case decision.TakeBack:
		return tx.takeBack(e)
	case decision.CancelSays:
		return tx.cancelSays(e)
	case decision.MoveSays:
		return tx.moveSays(e)
	case decision.MarkSay:
		return tx.markSay(e)
	case decision.SetMember:
		return tx.setMember(e)
	case decision.SetPresent:
		return tx.setPresent(e)
	case decision.SetRoom:
		return tx.setRoom(e)
	case decision.SetSetting:
		return tx.setSetting(e)
	case decision.PutWord:
		return tx.putWord(e)
	case decision.DropWord:
		return tx.dropWord(e)
	case decision.Allow:
		return tx.allow(e)
	case decision.OpenChoice:
		return tx.openChoice(e)
	case decision.CloseChoice:
		return tx.closeChoice(e)
	case decision.PickRoom:
		return tx.pickRoom(e)
	case decision.Merge:
		return tx.merge(e)
	case decision.Split:
		return tx.split(e)
	case decision.Forget:
		return tx.forget(e)
	case decision.Points:
		return tx.points(e)
	case decision.Note:
		return tx.note(e)
	}
	return errors.New("no such effect is known")
}

// toMillis is how times are stored; the zero time is 0.
func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMillis is the reverse of toMillis.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// at is the time of an effect: its own, or that of the transaction.
func (tx *Tx) at(t time.Time) int64 {
	if t.IsZero() {
		t = tx.now
	}
	return t.UnixMilli()
}
