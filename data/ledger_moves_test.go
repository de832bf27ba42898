package data

import (
	"context"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Grant gives or takes points by hand.
func (m *machine) Grant(t *rapid.T) {
	who, amount, cause, now := m.player(t, "who"), rapid.Int64Range(-30, 60).Draw(t, "amount"), m.nextCause(), m.now
	var want error
	switch {
	case amount == 0:
		want = scoring.ErrAmount
	case m.free(who)+amount < 0:
		want = scoring.ErrInsufficient
	}
	if m.run(t, want, func(tx *Tx) error { _, err := tx.Grant(roomOf(who), who, amount, cause, now, "原因"); return err }) {
		m.add(who, amount)
	}
}

// Give transfers with a fee.
func (m *machine) Give(t *rapid.T) {
	from := m.player(t, "from")
	to := m.mate(t, from, "to")
	amount, cause, now := rapid.Int64Range(1, 60).Draw(t, "amount"), m.nextCause(), m.now
	rule := scoring.TransferRule{On: true, Max: 50, PerDay: 1 << 40, FeePercent: 10}
	fee := (amount + 9) / 10
	var want error
	switch {
	case from == to:
		want = scoring.ErrSelf
	case amount > 50:
		want = scoring.ErrLimit
	case m.free(from) < amount+fee:
		want = scoring.ErrInsufficient
	}
	if m.run(t, want, func(tx *Tx) error { _, err := tx.Give(from, to, amount, cause, now, rule); return err }) {
		m.add(from, -amount-fee)
		m.add(to, amount)
	}
}

// CheckIn checks somebody in, once a day under all their names; the day moves
// with the clock.
func (m *machine) CheckIn(t *rapid.T) {
	who, now := m.player(t, "who"), m.now
	var want error
	for _, c := range m.m.checkIns {
		if m.person(c.who) == who && c.day == scoring.Day(now) {
			want = scoring.ErrAlreadyDone
		}
	}
	if m.run(t, want, func(tx *Tx) error {
		_, err := tx.CheckIn(roomOf(who), who, now, scoring.CheckInRule{Points: 5})
		return err
	}) {
		m.add(who, 5)
		m.m.checkIns = append(m.m.checkIns, &modelCheckIn{who: who, day: scoring.Day(now)})
		m.again = nil // a check-in is refused the second time, not repeated
	}
}

// Reverse undoes any posting there is.
func (m *machine) Reverse(t *rapid.T) {
	room := rapid.SampledFrom([]chat.RoomID{1, 2}).Draw(t, "room")
	ledger := m.ledger(room)
	entries := m.m.entries[ledger]
	if len(entries) == 0 {
		t.Skip("nothing to reverse")
	}
	e := rapid.SampledFrom(entries).Draw(t, "entry")
	if e.Leg%2 == 1 {
		e = entries[e.No-2]
	}
	who, other := m.walletOf(e.Member), wallet(0)
	if e.Contra > 0 {
		other = m.walletOf(int64(e.Contra))
	}
	var want error
	switch {
	case e.Cause == scoring.CauseReversal, e.Cause == scoring.CauseMove, e.Cause == scoring.CauseCheckIn && e.Leg > 0:
		want = scoring.ErrNotReversible
	case m.m.undone[numbered{ledger, e.No}]:
		want = scoring.ErrAlreadyDone
	case e.Amount > 0 && m.freeIn(who) < e.Amount, e.Amount < 0 && other != 0 && m.freeIn(other) < -e.Amount:
		want = scoring.ErrInsufficient
	}
	now := m.now
	if m.run(t, want, func(tx *Tx) error { _, err := tx.Reverse(room, e.No, now, "错了"); return err }) {
		m.reversed(ledger, e, who, other)
		m.again = nil // refused the second time
	}
}

// reversed follows a reversal: what came back to the name of somebody goes on
// to them.
func (m *machine) reversed(ledger chat.RoomID, e scoring.Entry, who, other wallet) {
	m.m.undone[numbered{ledger, e.No}] = true
	m.m.points[who] -= e.Amount
	if other != 0 {
		m.m.points[other] += e.Amount
	}
	switch {
	case e.Amount < 0:
		m.follow(who)
	case other != 0:
		m.follow(other)
	}
}

// OpenPacket and Grab share points out.
func (m *machine) OpenPacket(t *rapid.T) {
	who, total, shares := m.player(t, "who"), rapid.Int64Range(1, 40).Draw(t, "total"), rapid.Int64Range(0, 5).Draw(t, "shares")
	equal, cause, now := rapid.Bool().Draw(t, "equal"), m.nextCause(), m.now
	var want error
	switch {
	case shares < 1 || total < shares:
		want = scoring.ErrAmount
	case m.free(who) < total:
		want = scoring.ErrInsufficient
	}
	var p Packet
	if m.run(t, want, func(tx *Tx) (err error) {
		p, err = tx.OpenPacket(who, total, shares, equal, cause, now, packetRule())
		return err
	}) {
		m.hold(who, total)
		m.m.packets[p.ID] = &modelPacket{sponsor: who, left: total, shares: shares, taken: map[chat.MemberID]bool{}, expires: p.Expires}
	}
}

// grabbable counts the open packets that somebody can have a share of: not of
// their own, and one of each, under whatever name.
func (m *machine) grabbable(who chat.MemberID) (n int) {
	for _, p := range m.m.packets {
		had := m.person(p.sponsor) == who
		for name := range p.taken {
			had = had || m.person(name) == who
		}
		if !had && roomOf(p.sponsor) == roomOf(who) && m.now.Before(p.expires) {
			n++
		}
	}
	return n
}

func (m *machine) Grab(t *rapid.T) {
	who, now := m.player(t, "who"), m.now
	possible := m.grabbable(who) > 0
	var g Grab
	err := m.db.Write(context.Background(), func(tx *Tx) (err error) { g, err = tx.Grab(roomOf(who), who, now); return err })
	if (err == nil) != possible {
		t.Fatalf("grab: %v, possible %v", err, possible)
	}
	if err == nil {
		m.grabbed(t, who, g)
	}
}

// GrabAtOnce lets everybody who may grab from the only packet of a room, all at
// once: there are as many winners as shares.
func (m *machine) GrabAtOnce(t *rapid.T) {
	room, now := rapid.SampledFrom([]chat.RoomID{1, 2}).Draw(t, "room"), m.now
	var open []*modelPacket
	for _, p := range m.m.packets {
		if roomOf(p.sponsor) == room && now.Before(p.expires) {
			open = append(open, p)
		}
	}
	if len(open) != 1 {
		t.Skip("not one packet is open")
	}
	hands := slices.DeleteFunc(m.present(room, 0), func(who chat.MemberID) bool { return m.grabbable(who) == 0 })
	shares := make([]Grab, len(hands))
	var wg sync.WaitGroup
	for i, who := range hands {
		wg.Go(func() {
			// Who was too late has share 0.
			_ = m.db.Write(context.Background(), func(tx *Tx) (err error) { shares[i], err = tx.Grab(room, who, now); return err })
		})
	}
	wg.Wait()
	taken, left := int64(len(open[0].taken)), open[0].shares
	for n := taken + 1; n <= min(left, taken+int64(len(hands))); n++ {
		i := slices.IndexFunc(shares, func(g Grab) bool { return g.N == n })
		if i < 0 {
			t.Fatalf("nobody has share %d", n)
		}
		m.grabbed(t, hands[i], shares[i])
		shares[i].N = 0
	}
	if i := slices.IndexFunc(shares, func(g Grab) bool { return g.N != 0 }); i >= 0 {
		t.Fatalf("share %d was given twice", shares[i].N)
	}
}

func (m *machine) grabbed(t *rapid.T, who chat.MemberID, g Grab) {
	p := m.m.packets[g.Packet.ID]
	last := int64(len(p.taken)) == p.shares-1
	if g.Amount < 1 || g.Amount > p.left || last != (g.Amount == p.left) {
		t.Fatalf("share %d of %d left, last %v", g.Amount, p.left, last)
	}
	p.left -= g.Amount
	p.taken[who] = true
	m.spend(p.sponsor, g.Amount)
	m.add(who, g.Amount)
	if last {
		delete(m.m.packets, g.Packet.ID)
	}
	m.again = nil
}

// Enter opens a draw when there is none and enters it.
func (m *machine) Enter(t *rapid.T) {
	rule := scoring.DefaultDrawRule()
	rule.On = true
	now := m.now
	if m.m.draw == 0 {
		cause := m.nextCause()
		m.write(t, func(tx *Tx) error {
			d, err := tx.OpenDraw(1, scoring.Draw{Stake: 7, Winners: 1, Least: 2, Closes: now.Add(6 * time.Hour)}, cause, now, rule)
			m.m.draw = d.No
			return err
		})
	}
	who := m.inRoom1(t)
	var want error
	switch {
	case m.entered(who):
		want = scoring.ErrAlreadyDone
	case m.free(who) < 7:
		want = scoring.ErrInsufficient
	}
	if m.run(t, want, func(tx *Tx) error { _, _, err := tx.Enter(1, who, "某人", now); return err }) {
		m.m.stakes[who] = 7
		m.hold(who, 7)
		m.again = nil
	}
}

// entered reports whether somebody is in the open draw, under whatever name.
func (m *machine) entered(who chat.MemberID) bool {
	for name := range m.m.stakes {
		if m.person(name) == who {
			return true
		}
	}
	return false
}

// drawn follows the end of the draw.
func (m *machine) drawn(t *rapid.T, d ClosedDraw) {
	if d.Void != (len(m.m.stakes) < 2) {
		t.Fatalf("draw of %d void: %v", len(m.m.stakes), d.Void)
	}
	for who, stake := range m.m.stakes {
		if d.Void {
			m.release(who, stake)
		} else {
			m.spend(who, stake)
		}
	}
	for _, e := range d.Winners() {
		m.add(m.person(e.Member), e.Won)
	}
	m.m.stakes, m.m.draw = map[chat.MemberID]int64{}, 0
}
