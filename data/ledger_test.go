package data

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"menshen/bot/chat"
	"menshen/scoring"
)

// noon is the time of the tests.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// newLedger opens a database with rooms 1 and 2; members 11, 12, 13 are in
// room 1, of which 13 is the bot, and 21 is in room 2.
func newLedger(t testing.TB) *DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "menshen.db")
	if err := putNewest(path); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() }) // some tests have closed it
	fillRooms(t, db)
	return db
}

func fillRooms(t testing.TB, db *DB) {
	t.Helper()
	for _, q := range []string{
		`INSERT INTO account (id, uin, simulated, created) VALUES (1, '1', 1, 0)`,
		`INSERT INTO room (id, account, name, created) VALUES (1, 1, '甲群', 0), (2, 1, '乙群', 0)`,
		`INSERT INTO member (id, room, nick, seen) VALUES (11, 1, '甲', 0), (12, 1, '乙', 0), (21, 2, '丙', 0)`,
		`INSERT INTO member (id, room, nick, self, seen) VALUES (13, 1, '小助手', 1, 0)`,
	} {
		write(t, db, q)
	}
}

// do runs one write transaction that must succeed.
func do(t testing.TB, db *DB, fn func(tx *Tx) error) {
	t.Helper()
	if err := db.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// grant is a posting of the owner, caused by message id.
func grant(member, amount, id int64) scoring.Posting {
	return scoring.Posting{
		Room: 1, Member: member, Amount: amount, Contra: scoring.ContraGrant,
		Cause: scoring.CauseGrant, CauseID: id, At: noon,
	}
}

// healthy fails the test when the ledger does not add up.
func healthy(t testing.TB, db *DB) {
	t.Helper()
	for name, check := range map[string]func(context.Context) ([]Violation, error){"check": db.Check, "verify": db.Verify} {
		found, err := check(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, v := range found {
			t.Errorf("%s: %v", name, v)
		}
	}
}

func TestPostReplayAndConflict(t *testing.T) {
	db := newLedger(t)
	do(t, db, func(tx *Tx) error {
		first, err := tx.Post(grant(11, 100, 1))
		if err != nil || first.No != 1 || first.Balance != 100 || first.Replayed {
			t.Errorf("first posting: %+v, %v", first, err)
		}
		again, err := tx.Post(grant(11, 100, 1))
		if err != nil || again.No != 1 || again.Balance != 100 || !again.Replayed {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		for name, other := range map[string]scoring.Posting{
			"amount": grant(11, 99, 1), "member": grant(12, 100, 1),
		} {
			var refusal *scoring.Refusal
			_, err := tx.Post(other)
			if !errors.Is(err, scoring.ErrIdempotencyConflict) || !errors.As(err, &refusal) || refusal.No != 1 || refusal.Have != 100 {
				t.Errorf("other %s under the same key: %v", name, err)
			}
		}
		p := grant(21, 7, 1)
		p.Room = 2
		other, err := tx.Post(p)
		if err != nil || other.No != 1 || other.Replayed {
			t.Errorf("the same message number in another room: %+v, %v", other, err)
		}
		return nil
	})
	healthy(t, db)
}

func TestPostRefuses(t *testing.T) {
	db := newLedger(t)
	do(t, db, func(tx *Tx) error { _, err := tx.Post(grant(11, 10, 1)); return err })
	inRoom2 := grant(11, 5, 2)
	inRoom2.Room = 2
	tests := []struct {
		name string
		post scoring.Posting
		want error
	}{
		{"more than there is", grant(11, -11, 2), scoring.ErrInsufficient},
		{"nothing", grant(11, 0, 2), scoring.ErrAmount},
		{"too much at once", grant(11, scoring.MaxAmount+1, 2), scoring.ErrAmount},
		{"the smallest number there is", grant(11, -1<<63, 2), scoring.ErrAmount},
		{"a member of another room", inRoom2, scoring.ErrOtherRoom},
		{"a member nobody knows", grant(99, 5, 2), scoring.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := db.Write(context.Background(), func(tx *Tx) error { _, err := tx.Post(tt.post); return err })
			if !errors.Is(err, tt.want) {
				t.Errorf("post: %v, want %v", err, tt.want)
			}
		})
	}
	if n := scalar[int](t, db, `SELECT count(*) FROM ledger`); n != 1 {
		t.Errorf("%d postings, want 1", n)
	}
	healthy(t, db)
}

func TestTransferIsWholeOrNothing(t *testing.T) {
	db := newLedger(t)
	transfer := func(amount, id int64) scoring.Posting {
		return scoring.Posting{Room: 1, Member: 11, Amount: amount, Contra: 12, Cause: scoring.CauseTransfer, CauseID: id, At: noon}
	}
	do(t, db, func(tx *Tx) error {
		if _, err := tx.Post(grant(11, 50, 1)); err != nil {
			return err
		}
		from, to, err := tx.Transfer(transfer(30, 2))
		if err != nil || from.Balance != 20 || to.Balance != 30 || to.No != from.No+1 {
			t.Errorf("transfer: %+v, %+v, %v", from, to, err)
		}
		if _, _, err := tx.Transfer(transfer(21, 3)); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("more than there is: %v", err)
		}
		if again, _, err := tx.Transfer(transfer(30, 2)); err != nil || !again.Replayed {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		return nil
	})
	half := func(tx *Tx) error {
		p := transfer(-5, 4)
		_, err := tx.post(p)
		return err
	}
	if err := db.Write(context.Background(), half); err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") {
		t.Errorf("half a transfer was committed: %v", err)
	}
	healthy(t, db)
}

func TestReverse(t *testing.T) {
	db := newLedger(t)
	do(t, db, func(tx *Tx) error {
		_, err := tx.Post(grant(11, 50, 1))
		if err != nil {
			return err
		}
		_, to, err := tx.Transfer(scoring.Posting{
			Room: 1, Member: 11, Amount: 40, Contra: 12,
			Cause: scoring.CauseTransfer, CauseID: 2, At: noon,
		})
		if err != nil {
			return err
		}
		if _, err := tx.Reverse(1, 1, noon, ""); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("reversing points that are spent: %v", err)
		}
		back, err := tx.Reverse(1, to.No, noon, "转错了") // by the number of the second half
		if err != nil || len(back) != 2 || back[0].Balance != 50 || back[1].Balance != 0 {
			t.Errorf("reverse a transfer: %+v, %v", back, err)
		}
		var refusal *scoring.Refusal
		if _, err := tx.Reverse(1, to.No-1, noon, ""); !errors.Is(err, scoring.ErrAlreadyDone) || !errors.As(err, &refusal) || refusal.No != back[0].No {
			t.Errorf("reverse it again: %v", err)
		}
		if _, err := tx.Reverse(1, back[0].No, noon, ""); !errors.Is(err, scoring.ErrNotReversible) {
			t.Errorf("reverse a reversal: %v", err)
		}
		if _, err := tx.Reverse(1, 99, noon, ""); !errors.Is(err, scoring.ErrNotFound) {
			t.Errorf("reverse nothing: %v", err)
		}
		if _, err := tx.Reverse(2, 1, noon, ""); !errors.Is(err, scoring.ErrNotFound) {
			t.Errorf("reverse from another room: %v", err)
		}
		return nil
	})
	healthy(t, db)
}

func TestHoldIsResolvedOnce(t *testing.T) {
	db := newLedger(t)
	do(t, db, func(tx *Tx) error {
		if _, err := tx.Post(grant(11, 50, 1)); err != nil {
			return err
		}
		h, err := tx.Hold(scoring.Hold{Room: 1, Member: 11, Amount: 40, Kind: scoring.HoldRedeem, KindID: 1, At: noon})
		if err != nil {
			return err
		}
		if again, err := tx.Hold(scoring.Hold{Room: 1, Member: 11, Amount: 40, Kind: scoring.HoldRedeem, KindID: 1, At: noon}); err != nil || again.ID != h.ID {
			t.Errorf("the same hold again: %+v, %v", again, err)
		}
		if _, err := tx.Post(grant(11, -11, 2)); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("spending held points: %v", err)
		}
		if _, err := tx.Hold(scoring.Hold{Room: 1, Member: 11, Amount: 11, Kind: scoring.HoldRedeem, KindID: 2, At: noon}); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("holding held points: %v", err)
		}
		e, err := tx.Capture(h, 15, 12, 0, noon)
		if err != nil || e.Balance != 35 {
			t.Errorf("capture for a member: %+v, %v", e, err)
		}
		if e, err := tx.Capture(h, 15, 12, 0, noon); err != nil || !e.Replayed {
			t.Errorf("the same capture again: %+v, %v", e, err)
		}
		if e, err := tx.Capture(h, 5, scoring.ContraShop, 2, noon); err != nil || e.Balance != 30 {
			t.Errorf("capture for the room: %+v, %v", e, err)
		}
		if _, err := tx.Capture(h, 21, scoring.ContraShop, 4, noon); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("capture more than is left: %v", err)
		}
		if left, err := tx.Release(h.ID, noon); err != nil || left != 20 {
			t.Errorf("release: %d, %v", left, err)
		}
		if left, err := tx.Release(h.ID, noon); err != nil || left != 0 {
			t.Errorf("release again: %d, %v", left, err)
		}
		if _, err := tx.Capture(h, 1, scoring.ContraShop, 6, noon); !errors.Is(err, scoring.ErrInsufficient) {
			t.Errorf("capture after the release: %v", err)
		}
		b, err := tx.Balance(1, 11)
		if err != nil || b != (scoring.Balance{Points: 30}) {
			t.Errorf("balance: %+v, %v", b, err)
		}
		return nil
	})
	healthy(t, db)
}

func TestMemoIsErasedAndTheChainHolds(t *testing.T) {
	db := newLedger(t)
	p := grant(11, 10, 1)
	p.Memo = "活动一等奖"
	do(t, db, func(tx *Tx) error { _, err := tx.Post(p); return err })
	do(t, db, func(tx *Tx) error {
		all, err := tx.Statement(1, 11, 5)
		if err != nil || len(all) != 1 || all[0].Memo != p.Memo {
			t.Errorf("statement: %+v, %v", all, err)
		}
		return tx.EraseMemos(11)
	})
	healthy(t, db)
	if n := scalar[int](t, db, `SELECT count(*) FROM memo WHERE text IS NULL AND salt IS NULL`); n != 1 {
		t.Errorf("%d erased memos, want 1", n)
	}
}

func TestRanking(t *testing.T) {
	db := newLedger(t)
	write(t, db, `INSERT INTO member (id, room, nick, seen) VALUES (14, 1, '丁', 0), (15, 1, '戊', 0)`)
	yesterday := func(p scoring.Posting) scoring.Posting { p.At = noon.Add(-24 * time.Hour); return p }
	do(t, db, func(tx *Tx) error {
		for _, p := range []scoring.Posting{
			yesterday(grant(11, 50, 1)), grant(12, 80, 2), grant(13, 99, 3), grant(14, 50, 4), yesterday(grant(15, 70, 5)),
		} {
			if _, err := tx.Post(p); err != nil {
				return err
			}
		}
		_, err := tx.exec(`UPDATE member SET present = 0 WHERE id = 15`)
		return err
	})
	tests := []struct {
		name string
		in   Span
		own  int64
		want scoring.Ranking
	}{
		{"total, tie to who was first", Span{}, 14, scoring.Ranking{
			Top: []scoring.Place{{Member: 12, Points: 80, Rank: 1}, {Member: 11, Points: 50, Rank: 2}},
			Own: scoring.Place{Member: 14, Points: 50, Rank: 3}, Ahead: scoring.Place{Member: 11, Points: 50, Rank: 2}, Total: 3,
		}},
		{"the first has nobody ahead", Span{}, 12, scoring.Ranking{
			Top: []scoring.Place{{Member: 12, Points: 80, Rank: 1}, {Member: 11, Points: 50, Rank: 2}},
			Own: scoring.Place{Member: 12, Points: 80, Rank: 1}, Total: 3,
		}},
		{"the bot has no place", Span{}, 13, scoring.Ranking{
			Top: []scoring.Place{{Member: 12, Points: 80, Rank: 1}, {Member: 11, Points: 50, Rank: 2}},
		}},
		{"today", Span{From: noon.Add(-time.Hour)}, 14, scoring.Ranking{
			Top: []scoring.Place{{Member: 12, Points: 80, Rank: 1}, {Member: 14, Points: 50, Rank: 2}},
			Own: scoring.Place{Member: 14, Points: 50, Rank: 2}, Ahead: scoring.Place{Member: 12, Points: 80, Rank: 1}, Total: 2,
		}},
		{"until noon, which is today's", Span{From: noon.Add(-24 * time.Hour), To: noon}, 11, scoring.Ranking{
			Top: []scoring.Place{{Member: 11, Points: 50, Rank: 1}},
			Own: scoring.Place{Member: 11, Points: 50, Rank: 1}, Total: 1,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got scoring.Ranking
			err := db.Read(context.Background(), func(tx *Tx) (err error) {
				got, err = tx.Ranking(1, chat.MemberID(tt.own), tt.in, 2)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if gap := got.Gap(); tt.own == 14 && tt.in == (Span{}) && gap != 0 {
				t.Errorf("gap %d, want 0", gap)
			}
		})
	}
}
