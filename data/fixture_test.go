package data

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// The members of the test room, in the order in which they were stored.
const (
	theBot chat.MemberID = iota + 1
	boss
	jia
	yi
	bing
)

// theRoom is the test room, and login the session its messages come by.
const (
	theRoom chat.RoomID = 1
	login               = "session-a"
)

// midday is the time of the tests: 12:00 in Shanghai.
var midday = time.Date(2026, 9, 1, 4, 0, 0, 0, time.UTC)

// house is a database with one room that is on and five members.
type house struct {
	*DB
	t testing.TB
	// clock is the time of the database.
	clock time.Time
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return houseAt(t, filepath.Join(t.TempDir(), "menshen.db"))
}

// houseAt is newHouse with a place for the file.
func houseAt(t testing.TB, path string) *house {
	t.Helper()
	h := &house{DB: mustOpenNewest(t, path), t: t, clock: midday}
	h.Now = func() time.Time { return h.clock }
	for _, q := range []string{
		`INSERT INTO account (id, uin, simulated, created) VALUES (7, '123', 1, 1)`,
		`INSERT INTO session (id, account, started) VALUES ('session-a', 7, 1)`,
		`INSERT INTO room (id, account, name, active, created) VALUES (1, 7, '读书群', 1, 1), (2, 7, '跑步群', 1, 1)`,
		`INSERT INTO member (id, room, nick, display, self, role, seen) VALUES
			(1, 1, '门神', '门卫', 1, 0, 1), (2, 1, '群主', '', 0, 2, 1), (3, 1, '甲', '', 0, 0, 1),
			(4, 1, '乙', '', 0, 0, 1), (5, 1, '丙', '', 0, 0, 1), (6, 2, '门神', '', 1, 0, 1), (7, 2, '甲', '', 0, 0, 1)`,
	} {
		write(t, h.DB, q)
	}
	return h
}

// record runs do as the road does, with one batch.
func (h *house) record(do func(*Tx) error) {
	h.t.Helper()
	if err := h.Record(context.Background(), chat.Batch{Session: login}, do); err != nil {
		h.t.Fatal(err)
	}
}

// apply carries out effects in a batch of their own.
func (h *house) apply(effects ...decision.Effect) {
	h.t.Helper()
	h.record(func(tx *Tx) error { return tx.Apply(effects...) })
}

// refused returns the error of effects that must not be carried out.
func (h *house) refused(effects ...decision.Effect) error {
	h.t.Helper()
	err := h.Record(context.Background(), chat.Batch{Session: login}, func(tx *Tx) error { return tx.Apply(effects...) })
	if err == nil {
		h.t.Fatalf("%+v was carried out", effects)
	}
	return err
}

// view reads.
func (h *house) view(do func(*Tx) error) {
	h.t.Helper()
	if err := h.Read(context.Background(), do); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) room(id chat.RoomID) (r decision.Room) {
	h.t.Helper()
	h.view(func(tx *Tx) (err error) { r, _, err = tx.Room(id); return err })
	return r
}

func (h *house) member(id chat.MemberID) (m decision.Member) {
	h.t.Helper()
	h.view(func(tx *Tx) (err error) { m, _, err = tx.Member(id); return err })
	return m
}

func (h *house) sanctions(id chat.MemberID) (s decision.Sanctions) {
	h.t.Helper()
	h.view(func(tx *Tx) (err error) { s, err = tx.Sanctions(id, h.clock); return err })
	return s
}

func (h *house) ask(q decision.Query) (a decision.Answer) {
	h.t.Helper()
	h.view(func(tx *Tx) (err error) { a, err = tx.Query(q); return err })
	return a
}

// next returns the outbox row to be sent first.
func (h *house) next() (r *decision.OutboxRow, due time.Time) {
	h.t.Helper()
	h.view(func(tx *Tx) (err error) { r, due, err = tx.NextSay(h.clock); return err })
	return r, due
}

// said counts outbox rows in a state.
func (h *house) said(state decision.SayState) int {
	h.t.Helper()
	return scalar[int](h.t, h.DB, `SELECT count(*) FROM outbox WHERE state = ?1`, string(state))
}

// strike is a warning of a member that counts for 30 days.
func (h *house) strike(id int64, who chat.MemberID, number int) decision.OpenCase {
	return decision.OpenCase{Case: decision.Case{
		ID: id, Room: theRoom, Member: who, Kind: decision.CaseStrike, State: decision.CaseOpen, Strike: number,
		Opened: h.clock, Expires: h.clock.AddDate(0, 0, 30), MessageID: "m", Evidence: "有刷单的找我",
	}}
}

// ptr makes a field of an effect.
func ptr[T any](v T) *T { return &v }
