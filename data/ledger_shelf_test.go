package data

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"menshen/scoring"
)

// modelItem is an item, with the codes that were not handed out and those it
// ever had.
type modelItem struct {
	price, stock int64
	shown        bool
	codes        []string
	had          map[string]bool
}

// PutItem puts an item on the shelf, or changes its price, stock and codes.
func (m *machine) PutItem(t *rapid.T) {
	name := rapid.SampledFrom([]string{"咖啡券", "码"}).Draw(t, "item")
	item := scoring.Item{Name: name, Price: rapid.Int64Range(1, 25).Draw(t, "price"), Stock: rapid.Int64Range(1, 3).Draw(t, "stock")}
	for range rapid.IntRange(0, 2).Draw(t, "codes") {
		item.Codes = append(item.Codes, fmt.Sprint(rapid.IntRange(1, 9).Draw(t, "code")))
	}
	m.write(t, func(tx *Tx) error { return tx.PutItem(1, item) })
	m.again = nil // said later it would undo what happened since
	it := m.m.items[name]
	if it == nil {
		it = &modelItem{had: map[string]bool{}}
		m.m.items[name] = it
	}
	it.price, it.stock, it.shown = item.Price, item.Stock, true
	for _, code := range item.Codes {
		if !it.had[code] {
			it.had[code] = true
			it.codes = append(it.codes, code)
		}
	}
}

// DropItem takes an item off the shelf.
func (m *machine) DropItem(t *rapid.T) {
	name := rapid.SampledFrom([]string{"咖啡券", "码"}).Draw(t, "item")
	it := m.m.items[name]
	var want error
	if it == nil || !it.shown {
		want = scoring.ErrNotFound
	}
	if m.run(t, want, func(tx *Tx) error { return tx.TakeItem(1, name) }) {
		it.shown = false
		m.again = nil // refused the second time
	}
}

// Redeem and Settle use the shop.
func (m *machine) Redeem(t *rapid.T) {
	who, cause, now := m.inRoom1(t), m.nextCause(), m.now
	name := rapid.SampledFrom([]string{"咖啡券", "码"}).Draw(t, "item")
	it := m.m.items[name]
	var want error
	switch {
	case it == nil || !it.shown:
		want = scoring.ErrNotFound
	case it.stock == 0:
		want = scoring.ErrSoldOut
	case m.free(who) < it.price:
		want = scoring.ErrInsufficient
	}
	var r Redemption
	if m.run(t, want, func(tx *Tx) (err error) {
		r, err = tx.Redeem(1, who, name, cause, now, 48*time.Hour)
		return err
	}) {
		m.hold(who, it.price)
		it.stock--
		m.m.redeems[r.ID] = r
	}
}

func (m *machine) Settle(t *rapid.T) {
	if len(m.m.redeems) == 0 {
		t.Skip("nothing to settle")
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(m.m.redeems))).Draw(t, "redemption")
	approve, now := rapid.Bool().Draw(t, "approve"), m.now
	var r Redemption
	m.run(t, nil, func(tx *Tx) (err error) { r, err = tx.SettleRedemption(id, approve, now); return err })
	it, want := m.m.items[r.Item], ""
	if approve && len(it.codes) > 0 {
		want, it.codes = it.codes[0], it.codes[1:]
	}
	if r.Code != want {
		t.Fatalf("handed out code %q, want %q", r.Code, want)
	}
	m.endRedemption(m.m.redeems[id], approve)
	m.again = nil
}

func (m *machine) endRedemption(r Redemption, approve bool) {
	if approve {
		m.spend(r.Member, r.Price)
	} else {
		m.release(r.Member, r.Price)
		m.m.items[r.Item].stock++
	}
	delete(m.m.redeems, r.ID)
}
