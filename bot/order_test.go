package bot_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
)

// faultOrders is in how many orders TestFaultOutOfOrder tells the same.
var faultOrders = flag.Uint64("fault.orders", 1, "orders besides the sorted one for TestFaultOutOfOrder")

// How far from its place a message comes in TestFaultOutOfOrder, and how far
// the times of two messages said at once may be apart.
const (
	outOfPlace = 1000
	skew       = 90 * time.Second
)

// market is a room of a hundred people in a busy quarter of an hour, in the
// order in which it was said: talk, advertisements, check-ins, points given.
// The server's clocks disagree by up to skew about each message.
func market(s *stage) (all []chat.Event) {
	lots := rand.New(rand.NewPCG(11, 1))
	who := s.crowd(100, theRoom)[0]
	for i := range 3000 {
		m := s.line(who[lots.IntN(len(who))], fmt.Sprint("今天晚上一起去跑步吧，第 ", i, " 次"))
		switch lots.IntN(12) {
		case 0:
			m.Text = fmt.Sprint("快来加群，第 ", i, " 次")
		case 1:
			m.Text = "签到"
		case 2:
			m.From, m.Text = wang, fmt.Sprintf("加分 @甲 %d 帮忙", i%7+1)
		}
		m.Time = m.Time.Add(time.Duration(i)*250*time.Millisecond + time.Duration(lots.Int64N(int64(2*skew))) - skew)
		all = append(all, m)
	}
	return all
}

// shuffled moves every message by up to outOfPlace places.
func shuffled(all []chat.Event, seed uint64) []chat.Event {
	lots := rand.New(rand.NewPCG(seed, 2))
	type placed struct {
		at    int
		event chat.Event
	}
	places := make([]placed, len(all))
	for i, e := range all {
		places[i] = placed{i + lots.IntN(2*outOfPlace) - outOfPlace, e}
	}
	slices.SortStableFunc(places, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	out := make([]chat.Event, len(all))
	for i, p := range places {
		out[i] = p.event
	}
	return out
}

// totals are what a room's record comes to in whatever order it was made: all
// messages, what everybody did on each day, every check-in, every point, and
// how many messages of whom broke a rule. Numbers and times of cases follow
// the order in which things came.
func totals(s *stage) (dump []string) {
	for _, q := range []string{
		`SELECT id, room, member, kind, at, text FROM message ORDER BY id`,
		`SELECT member, day, messages, substantive FROM activity ORDER BY member, day`,
		`SELECT id, substantive FROM member ORDER BY id`,
		`SELECT member, day, streak, points FROM checkin ORDER BY member, day`,
		`SELECT member, points, held FROM balance ORDER BY member`,
		`SELECT member, src, amount, count(*) FROM ledger GROUP BY member, src, amount ORDER BY member, src, amount`,
		`SELECT member, kind, sum(hits) FROM cases WHERE kind = 'strike' GROUP BY member, kind ORDER BY member`,
	} {
		dump = append(dump, s.read(q)...)
	}
	return dump
}

// sell lets the road take messages in the order given, with the room's watch
// over several messages off: it depends on which of them came first, as do the
// points for speaking, of which a later message may take the turn.
func sell(t *testing.T, order func([]chat.Event) []chat.Event) *stage {
	t.Helper()
	s := newStage(t)
	s.set("刷屏", "关", "重复发言", "关", "同一广告", "关", "发言积分", "0")
	for some := range slices.Chunk(order(market(s)), 50) {
		s.comes(some...)
		s.pass(12 * time.Second)
	}
	s.pass(time.Hour)
	s.sound()
	return s
}

// TestFaultOutOfOrder lets three thousand messages come up to a thousand
// places too early or too late, with times that disagree: the record comes to
// the same as in order.
func TestFaultOutOfOrder(t *testing.T) {
	t.Parallel()
	want := totals(sell(t, func(all []chat.Event) []chat.Event { return all }))
	for seed := range *faultOrders {
		got := totals(sell(t, func(all []chat.Event) []chat.Event { return shuffled(all, seed) }))
		if slices.Equal(got, want) {
			continue
		}
		var differ []string
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] && len(differ) < 10 {
				differ = append(differ, got[i]+" instead of "+want[i])
			}
		}
		t.Errorf("seed %d: %d lines instead of %d:\n  %s", seed, len(got), len(want), strings.Join(differ, "\n  "))
	}
	t.Logf("%d lines of records alike in %d orders", len(want), *faultOrders+1)
}
