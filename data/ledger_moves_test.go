package data

import (
	"context"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Grant gives or takes points by hand.
func (m *machine) Grant(t *rapid.T) {
	who, amount, cause, now := player(t, "who"), rapid.Int64Range(-30, 60).Draw(t, "amount"), m.nextCause(), m.now
	var want error
	switch {
	case amount == 0:
		want = scoring.ErrAmount
	case m.free(who)+amount < 0:
		want = scoring.ErrInsufficient
	}
	if m.run(t, want, func(tx *Tx) error { _, err := tx.Grant(1, who, amount, cause, now, "原因"); return err }) {
		m.m.points[who] += amount
	}
}

// Give transfers with a fee.
func (m *machine) Give(t *rapid.T) {
	from, to := player(t, "from"), player(t, "to")
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
		m.m.points[from] -= amount + fee
		m.m.points[to] += amount
	}
}

// CheckIn checks somebody in; the day moves with the clock.
func (m *machine) CheckIn(t *rapid.T) {
	who, now := player(t, "who"), m.now
	var want error
	if m.m.day[who] == scoring.Day(now) {
		want = scoring.ErrAlreadyDone
	}
	if m.run(t, want, func(tx *Tx) error {
		_, err := tx.CheckIn(1, who, now, scoring.CheckInRule{Points: 5})
		return err
	}) {
		m.m.points[who] += 5
		m.m.day[who] = scoring.Day(now)
		m.again = nil // a check-in is refused the second time, not repeated
	}
}

// Reverse undoes any posting there is.
func (m *machine) Reverse(t *rapid.T) {
	if len(m.m.entries) == 0 {
		t.Skip("nothing to reverse")
	}
	e := rapid.SampledFrom(m.m.entries).Draw(t, "entry")
	if e.Leg%2 == 1 {
		e = m.m.entries[e.No-2]
	}
	who, other := chat.MemberID(e.Member), chat.MemberID(max(0, e.Contra))
	var want error
	switch {
	case e.Cause == scoring.CauseReversal:
		want = scoring.ErrNotReversible
	case m.m.undone[e.No]:
		want = scoring.ErrAlreadyDone
	case e.Amount > 0 && m.free(who) < e.Amount, e.Amount < 0 && other > 0 && m.free(other) < -e.Amount:
		want = scoring.ErrInsufficient
	}
	now := m.now
	if m.run(t, want, func(tx *Tx) error { _, err := tx.Reverse(1, e.No, now, "错了"); return err }) {
		m.m.points[who] -= e.Amount
		if other > 0 {
			m.m.points[other] += e.Amount
		}
		m.m.undone[e.No] = true
		m.again = nil // refused the second time
	}
}

// OpenPacket and Grab share points out.
func (m *machine) OpenPacket(t *rapid.T) {
	who, total, shares := player(t, "who"), rapid.Int64Range(1, 40).Draw(t, "total"), rapid.Int64Range(0, 5).Draw(t, "shares")
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
		m.m.held[who] += total
		m.m.packets[p.ID] = &modelPacket{sponsor: who, left: total, shares: shares, taken: map[chat.MemberID]bool{}, expires: p.Expires}
	}
}

func (m *machine) Grab(t *rapid.T) {
	who, now := player(t, "who"), m.now
	possible := false
	for _, p := range m.m.packets {
		possible = possible || (p.sponsor != who && !p.taken[who] && now.Before(p.expires))
	}
	var g Grab
	err := m.db.Write(context.Background(), func(tx *Tx) (err error) { g, err = tx.Grab(1, who, now); return err })
	if (err == nil) != possible {
		t.Fatalf("grab: %v, possible %v", err, possible)
	}
	if err != nil {
		return
	}
	p := m.m.packets[g.Packet.ID]
	last := int64(len(p.taken)) == p.shares-1
	if g.Amount < 1 || g.Amount > p.left || last != (g.Amount == p.left) {
		t.Fatalf("share %d of %d left, last %v", g.Amount, p.left, last)
	}
	p.left -= g.Amount
	p.taken[who] = true
	m.m.points[p.sponsor] -= g.Amount
	m.m.held[p.sponsor] -= g.Amount
	m.m.points[who] += g.Amount
	if last {
		delete(m.m.packets, g.Packet.ID)
	}
	m.again = nil
}

// Redeem and Settle use the shop.
func (m *machine) Redeem(t *rapid.T) {
	who, cause, now := player(t, "who"), m.nextCause(), m.now
	var want error
	switch {
	case m.m.stock == 0:
		want = scoring.ErrSoldOut
	case m.free(who) < 20:
		want = scoring.ErrInsufficient
	}
	var r Redemption
	if m.run(t, want, func(tx *Tx) (err error) {
		r, err = tx.Redeem(1, who, "咖啡券", cause, now, 48*time.Hour)
		return err
	}) {
		m.m.held[who] += 20
		m.m.stock--
		m.m.redeems[r.ID] = r
	}
}

func (m *machine) Settle(t *rapid.T) {
	if len(m.m.redeems) == 0 {
		t.Skip("nothing to settle")
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(m.m.redeems))).Draw(t, "redemption")
	approve, now := rapid.Bool().Draw(t, "approve"), m.now
	m.run(t, nil, func(tx *Tx) error { _, err := tx.SettleRedemption(id, approve, now); return err })
	m.endRedemption(m.m.redeems[id], approve)
	m.again = nil
}

func (m *machine) endRedemption(r Redemption, approve bool) {
	m.m.held[r.Member] -= r.Price
	if approve {
		m.m.points[r.Member] -= r.Price
	} else {
		m.m.stock++
	}
	delete(m.m.redeems, r.ID)
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
	who := player(t, "who")
	var want error
	switch {
	case m.m.stakes[who] > 0:
		want = scoring.ErrAlreadyDone
	case m.free(who) < 7:
		want = scoring.ErrInsufficient
	}
	if m.run(t, want, func(tx *Tx) error { _, _, err := tx.Enter(1, who, "某人", now); return err }) {
		m.m.stakes[who] = 7
		m.m.held[who] += 7
		m.again = nil
	}
}
