package data

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/moderation"
	"menshen/scoring"
)

// OpenDraw is a draw that members can enter.
type OpenDraw struct {
	scoring.Draw
	Room       chat.RoomID
	Line       string // the rules, as they are committed to
	Commitment string
	Entrants   int64

	seed [32]byte
}

// Text is what to post when the draw opens.
func (d OpenDraw) Text() string { return scoring.OpeningText(d.Line, d.Commitment) }

// DrawEntry is one entrant.
type DrawEntry struct {
	N      int64
	Member chat.MemberID
	Name   string
	Place  int // 1 is the first prize; 0: not won
	Won    int64

	id int64 // names the hold of the stake
}

// ClosedDraw is what became of a draw.
type ClosedDraw struct {
	ID      int64
	Room    chat.RoomID
	Void    bool // too few entered; every stake went back
	Entries []DrawEntry
	Result  scoring.DrawResult // empty when void
}

// Winners returns the entries that won, the first prize first.
func (c ClosedDraw) Winners() []DrawEntry {
	won := make([]DrawEntry, len(c.Result.Winners))
	for _, e := range c.Entries {
		if e.Place > 0 {
			won[e.Place-1] = e
		}
	}
	return won
}

// OpenDraw opens a draw in a room; d.No is set by it, d.Closes is in the
// room's zone, and a zero d.Least becomes one more than the winners. cause is the number of the command's message. A room has one
// open draw at a time, a second is refused with [scoring.ErrAlreadyDone]
// (Until: when the first closes); the other refusals are those of
// [scoring.Draw.Check].
func (tx *Tx) OpenDraw(room chat.RoomID, d scoring.Draw, cause int64, now time.Time, rule scoring.DrawRule) (OpenDraw, error) {
	old, err := tx.draws(`room = ?1 AND cause = ?2`, int64(room), cause)
	if err != nil || len(old) > 0 {
		return first(old), err
	}
	if open, err := tx.draws(`room = ?1 AND state = 'open'`, int64(room)); err != nil {
		return OpenDraw{}, err
	} else if len(open) > 0 {
		return OpenDraw{}, &scoring.Refusal{Err: scoring.ErrAlreadyDone, Until: open[0].Closes}
	}
	if d.Least == 0 {
		d.Least = d.Winners + 1
	}
	if err := d.Check(rule, now); err != nil {
		return OpenDraw{}, err
	}
	o := OpenDraw{Draw: d, Room: room}
	if _, err := rand.Read(o.seed[:]); err != nil {
		return OpenDraw{}, fmt.Errorf("make seed: %w", err)
	}
	// The number is part of the rules line, and known when the row is there.
	o.No, err = tx.insert(`INSERT INTO draw (room, stake, winners, prize, least, seed, at, closes, state, cause)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9)`,
		int64(room), d.Stake, d.Winners, d.Prize, d.Least, o.seed[:], now.Unix(), d.Closes.Unix(), cause)
	if err != nil {
		return OpenDraw{}, fmt.Errorf("open draw: %w", err)
	}
	o.Line = o.Draw.Line()
	o.Commitment = scoring.Commitment(o.seed, o.Line)
	if _, err := tx.exec(`UPDATE draw SET line = ?2, commitment = ?3 WHERE id = ?1`, o.No, o.Line, o.Commitment); err != nil {
		return OpenDraw{}, fmt.Errorf("open draw: %w", err)
	}
	return o, nil
}

// Enter enters a member into the open draw of a room and sets the stake
// aside; name is how the member is shown. It is refused with
// [scoring.ErrNotFound], [scoring.ErrAlreadyDone] (No: the member's number),
// [scoring.ErrClosed] or [scoring.ErrInsufficient].
func (tx *Tx) Enter(room chat.RoomID, member chat.MemberID, name string, now time.Time) (OpenDraw, DrawEntry, error) {
	open, err := tx.draws(`room = ?1 AND state = 'open'`, int64(room))
	if err != nil {
		return OpenDraw{}, DrawEntry{}, err
	}
	if len(open) == 0 {
		return OpenDraw{}, DrawEntry{}, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	d := open[0]
	if !now.Before(d.Closes) {
		return d, DrawEntry{}, &scoring.Refusal{Err: scoring.ErrClosed, Until: d.Closes}
	}
	entries, err := tx.entries(d.No)
	if err != nil {
		return d, DrawEntry{}, err
	}
	names, err := collect(tx, scanOne[chat.MemberID], everyName, int64(member))
	if err != nil {
		return d, DrawEntry{}, fmt.Errorf("read names of an entrant: %w", err)
	}
	for _, e := range entries {
		if slices.Contains(names, e.Member) {
			return d, e, &scoring.Refusal{Err: scoring.ErrAlreadyDone, No: e.N}
		}
	}
	e := DrawEntry{N: int64(len(entries)) + 1, Member: member, Name: scoring.ListName(moderation.Redact(name))}
	err = tx.Nested(func() error {
		e.id, err = tx.insert(`INSERT INTO draw_entry (draw, n, member, name) VALUES (?1, ?2, ?3, ?4)`,
			d.No, e.N, int64(member), e.Name)
		if err != nil {
			return fmt.Errorf("enter draw: %w", err)
		}
		if d.Stake == 0 {
			return nil
		}
		return tx.setAside(room, member, scoring.HoldDraw, e.id, d.Stake, now)
	})
	d.Entrants = e.N
	return d, e, err
}

// CloseDraw draws the winners and pays them, or gives every stake back when
// too few entered. A draw that is closed is refused with
// [scoring.ErrAlreadyDone], one that runs longer with [scoring.ErrTooSoon].
func (tx *Tx) CloseDraw(id int64, now time.Time) (ClosedDraw, error) {
	found, err := tx.draws(`id = ?1`, id)
	if err != nil {
		return ClosedDraw{}, err
	}
	if len(found) == 0 {
		return ClosedDraw{}, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	d := found[0]
	if now.Before(d.Closes) {
		return ClosedDraw{}, &scoring.Refusal{Err: scoring.ErrTooSoon, Until: d.Closes}
	}
	c := ClosedDraw{ID: id, Room: d.Room, Void: d.Entrants < d.Least}
	if c.Entries, err = tx.entries(id); err != nil {
		return c, err
	}
	state := "void"
	if !c.Void {
		state = "drawn"
		c.Result = result(d, c.Entries)
	}
	return c, tx.Nested(func() error {
		res, err := tx.exec(`UPDATE draw SET state = ?2 WHERE id = ?1 AND state = 'open'`, id, state)
		if err != nil {
			return fmt.Errorf("close draw: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return &scoring.Refusal{Err: scoring.ErrAlreadyDone}
		}
		return tx.settleDraw(d, &c, now)
	})
}

// result finds the winning numbers of a draw.
func result(d OpenDraw, entries []DrawEntry) scoring.DrawResult {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	list := scoring.ListHash(names)
	return scoring.DrawResult{
		Line: d.Line, Commitment: d.Commitment, Seed: d.seed, Entrants: int64(len(entries)),
		ListHash: list, Winners: scoring.WinningNumbers(d.seed, list, int64(len(entries)), d.Winners),
	}
}

// settleDraw takes the stakes and pays the prizes, or gives the stakes back.
func (tx *Tx) settleDraw(d OpenDraw, c *ClosedDraw, now time.Time) error {
	for _, e := range c.Entries {
		if err := tx.settleStake(d, e, c.Void, now); err != nil {
			return err
		}
	}
	pay := d.Payouts(int64(len(c.Entries)))
	for i, n := range c.Result.Winners {
		e := &c.Entries[n-1]
		e.Place, e.Won = i+1, pay[i]
		_, err := tx.exec(`UPDATE draw_entry SET place = ?2, won = ?3 WHERE id = ?1`, e.id, e.Place, e.Won)
		if err != nil {
			return fmt.Errorf("note winner: %w", err)
		}
		if e.Won == 0 {
			continue
		}
		whose, err := tx.whose(e.Member)
		if err != nil {
			return err
		}
		_, err = tx.credit(d.Room, whose, scoring.Posting{
			Amount: e.Won, Contra: scoring.ContraPrize,
			Cause: scoring.CauseDraw, CauseID: d.No, Leg: int64(2 * i), At: now,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settleStake spends one entrant's stake or gives it back.
func (tx *Tx) settleStake(d OpenDraw, e DrawEntry, back bool, now time.Time) error {
	if d.Stake == 0 {
		return nil
	}
	h, err := tx.asideOf(d.Room, e.Member, scoring.HoldDraw, e.id)
	if err != nil {
		return err
	}
	if back {
		_, err = tx.Release(h.ID, now)
	} else {
		_, err = tx.Capture(h, d.Stake, scoring.ContraPrize, 0, now)
	}
	return err
}

// listShown is the most entrants whose list is posted with the result. A
// longer list is proved by its hash alone.
const listShown = 20

// Proof is what to post when the draw was drawn: all that is needed to
// recompute it.
func (c ClosedDraw) Proof() string {
	lines := []string{c.Result.Text()}
	if len(c.Entries) <= listShown {
		for _, e := range c.Entries {
			lines = append(lines, fmt.Sprintf("%d号 %s", e.N, e.Name))
		}
	}
	return strings.Join(lines, "\n")
}

// draws reads draws.
func (tx *Tx) draws(where string, args ...any) ([]OpenDraw, error) {
	all, err := collect(tx, func(scan func(...any) error) (d OpenDraw, err error) {
		var seed []byte
		var closes int64
		err = scan(&d.No, &d.Room, &d.Stake, &d.Winners, &d.Prize, &d.Least, &d.Line, &d.Commitment, &seed, &closes, &d.Entrants)
		d.Closes = time.Unix(closes, 0)
		copy(d.seed[:], seed)
		return d, err
	}, `SELECT id, room, stake, winners, prize, least, line, commitment, seed, closes,
			(SELECT count(*) FROM draw_entry WHERE draw = draw.id)
		FROM draw WHERE `+where+` ORDER BY id LIMIT 100`, args...)
	if err != nil {
		return nil, fmt.Errorf("read draws: %w", err)
	}
	return all, nil
}

// entries reads who entered a draw, in order.
func (tx *Tx) entries(draw int64) ([]DrawEntry, error) {
	all, err := collect(tx, func(scan func(...any) error) (e DrawEntry, err error) {
		return e, scan(&e.id, &e.N, &e.Member, &e.Name, &e.Place, &e.Won)
	}, `SELECT id, n, member, name, place, won FROM draw_entry WHERE draw = ?1 ORDER BY n`, draw)
	if err != nil {
		return nil, fmt.Errorf("read entrants: %w", err)
	}
	return all, nil
}
