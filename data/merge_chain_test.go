package data

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// chain is a history of three names that check in on one day, become one and
// are parted again, while their room shares a ledger and stops to.
type chain struct {
	*house
	lots   *rand.Rand
	shared bool
	story  []string
}

// do carries something out, or fails the test with the story so far.
func (c *chain) do(what string, f func(*Tx) error) {
	c.t.Helper()
	c.story = append(c.story, what)
	if err := c.Record(c.t.Context(), chat.Batch{Session: login}, f); err != nil {
		c.t.Fatalf("%s: %v", strings.Join(c.story, ", "), err)
	}
	c.clock = c.clock.Add(time.Minute)
}

// flip shares the ledger, or parts it, every other time.
func (c *chain) flip() {
	switch {
	case c.lots.IntN(2) == 0:
		return
	case c.shared:
		c.do("part", func(tx *Tx) error { return tx.UnshareLedger(theRoom, c.clock) })
	default:
		c.do("share", func(tx *Tx) error { return tx.ShareLedger(theRoom, 2) })
	}
	c.shared = !c.shared
}

// TestAChainOfNamesOverSharedLedgers plays such histories: in the end each name
// has what it checked in for, wherever the points were in between.
func TestAChainOfNamesOverSharedLedgers(t *testing.T) {
	histories := uint64(60)
	if testing.Short() {
		histories = 20
	}
	merges := [][]decision.Merge{
		{{Old: jia, New: yi}, {Old: yi, New: bing}}, {{Old: yi, New: bing}, {Old: jia, New: bing}},
	}
	dir := quickDir(t)
	for seed := range histories {
		c := &chain{house: houseAt(t, filepath.Join(dir, fmt.Sprint(seed, ".db"))), lots: rand.New(rand.NewPCG(seed, 5))}
		if seed%2 == 0 { // the last name is somebody known in the other room
			write(t, c.DB, `INSERT INTO alias (session, room, name, member) VALUES ('session-a', 1, '@bing', 5), ('session-a', 2, '@bing', 7)`)
		}
		c.flip()
		for _, who := range []chat.MemberID{jia, yi, bing} {
			if err := c.checkIn(who); err != nil {
				t.Fatal(err)
			}
			c.story = append(c.story, fmt.Sprint("check-in ", who))
			c.flip()
		}
		c.leave(jia, yi)
		c.mergeAndSplit(merges[c.lots.IntN(len(merges))])
		c.wantFive()
	}
}

func (c *chain) mergeAndSplit(merges []decision.Merge) {
	c.t.Helper()
	for _, m := range merges {
		m.At = c.clock
		c.do(fmt.Sprint("merge ", m.Old, " into ", m.New), func(tx *Tx) error { return tx.Apply(m) })
		c.flip()
	}
	for _, i := range c.lots.Perm(len(merges)) {
		s := decision.Split{Old: merges[i].Old, New: merges[i].New, At: c.clock}
		c.do(fmt.Sprint("split ", s.Old, " from ", s.New), func(tx *Tx) error { return tx.Apply(s) })
		c.flip()
	}
	if c.shared {
		c.do("part", func(tx *Tx) error { return tx.UnshareLedger(theRoom, c.clock) })
	}
}

// wantFive looks for the points of one check-in each. What somebody known in
// the other room earned while the ledger was shared stays there.
func (c *chain) wantFive() {
	c.t.Helper()
	there := scalar[int64](c.t, c.DB, `SELECT coalesce((SELECT points FROM balance WHERE room = 2 AND member = 7), 0)`)
	if a, b, last := c.points(jia), c.points(yi), c.points(bing)+there; a != 5 || b != 5 || last != 5 {
		c.t.Errorf("%s: %d, %d and %d points, want 5 each", strings.Join(c.story, ", "), a, b, last)
	}
	if bad, err := c.Check(c.t.Context()); err != nil || len(bad) > 0 {
		c.t.Errorf("%s: check: %v %v", strings.Join(c.story, ", "), bad, err)
	}
}
