package data

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// Redemption is a 兑换.
type Redemption struct {
	ID      int64
	Room    chat.RoomID
	Member  chat.MemberID
	Item    string
	Price   int64
	State   string // open, approved, declined or expired
	At      time.Time
	Expires time.Time
	Code    string // handed out with an approval, if the item has codes
	Case    int64  // that the owner decides
}

// PutItem puts an item on the shelf of a room, or changes price and stock of
// the one with that name.
func (tx *Tx) PutItem(room chat.RoomID, it scoring.Item) error {
	_, err := tx.exec(`INSERT INTO item (room, name, price, stock) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (room, name) DO UPDATE SET price = ?3, stock = ?4, shown = 1`, int64(room), it.Name, it.Price, it.Stock)
	if err != nil {
		return fmt.Errorf("put item on the shelf: %w", err)
	}
	return tx.addCodes(room, it)
}

// TakeItem takes an item off the shelf. Open redemptions of it stay open.
func (tx *Tx) TakeItem(room chat.RoomID, name string) error {
	res, err := tx.exec(`UPDATE item SET shown = 0 WHERE room = ?1 AND name = ?2 AND shown`, int64(room), name)
	if err != nil {
		return fmt.Errorf("take item off the shelf: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(&scoring.Refusal{Err: scoring.ErrNotFound}, err)
	}
	return nil
}

// Shelf returns what a room has on its shelf, cheapest first.
func (tx *Tx) Shelf(room chat.RoomID) ([]scoring.Item, error) {
	items, err := collect(tx, func(scan func(...any) error) (it scoring.Item, err error) {
		return it, scan(&it.ID, &it.Name, &it.Price, &it.Stock)
	}, `SELECT id, name, price, stock FROM item WHERE room = ?1 AND shown ORDER BY price, name`, int64(room))
	if err != nil {
		return nil, fmt.Errorf("read shelf: %w", err)
	}
	return items, nil
}

// addCodes stores the codes of an item; one that is there stays as it is.
func (tx *Tx) addCodes(room chat.RoomID, it scoring.Item) error {
	for _, code := range it.Codes {
		_, err := tx.exec(`INSERT INTO item_code (item, code) SELECT id, ?3 FROM item WHERE room = ?1 AND name = ?2
			ON CONFLICT DO NOTHING`, int64(room), it.Name, code)
		if err != nil {
			return fmt.Errorf("add code: %w", err)
		}
	}
	return nil
}

// itemNamed finds an item on the shelf.
func (tx *Tx) itemNamed(room chat.RoomID, name string) (it scoring.Item, err error) {
	it.Name = name
	err = tx.queryRow(`SELECT id, price, stock FROM item WHERE room = ?1 AND name = ?2 AND shown`, int64(room), name).
		Scan(&it.ID, &it.Price, &it.Stock)
	if errors.Is(err, sql.ErrNoRows) {
		return it, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	if err != nil {
		return it, fmt.Errorf("read item: %w", err)
	}
	return it, nil
}

// Redeem sets the price of an item aside and reserves one piece until the
// owner decides or the redemption expires. cause is the number of the
// case that asks them. It is refused with [scoring.ErrNotFound],
// [scoring.ErrSoldOut] or [scoring.ErrInsufficient].
func (tx *Tx) Redeem(room chat.RoomID, member chat.MemberID, name string, cause int64, now time.Time, life time.Duration) (Redemption, error) {
	old, err := tx.redemptions(`r.room = ?1 AND r.cause = ?2`, int64(room), cause)
	if err != nil || len(old) > 0 {
		return first(old), err
	}
	it, err := tx.itemNamed(room, name)
	if err != nil {
		return Redemption{}, err
	}
	if it.Stock == 0 {
		return Redemption{}, &scoring.Refusal{Err: scoring.ErrSoldOut}
	}
	r := Redemption{
		Room: room, Member: member, Item: name, Price: it.Price, State: "open",
		At: time.Unix(now.Unix(), 0), Expires: time.Unix(now.Add(life).Unix(), 0),
	}
	err = tx.Nested(func() error {
		// The piece is gone from the shelf at once: two who ask for the last one
		// must not both wait for an approval.
		if _, err := tx.exec(`UPDATE item SET stock = stock - 1 WHERE id = ?1`, it.ID); err != nil {
			return fmt.Errorf("reserve item: %w", err)
		}
		r.ID, err = tx.insert(`INSERT INTO redemption (room, member, item, price, state, at, expires, cause)
			VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?7)`,
			int64(room), int64(member), it.ID, it.Price, now.Unix(), r.Expires.Unix(), cause)
		if err != nil {
			return fmt.Errorf("redeem: %w", err)
		}
		return tx.setAside(room, member, scoring.HoldRedeem, r.ID, it.Price, now)
	})
	return r, err
}

// SettleRedemption approves or declines a redemption. Approving spends the
// points and hands out a code if the item has any; declining gives points and
// piece back. One that is settled is refused with [scoring.ErrAlreadyDone].
func (tx *Tx) SettleRedemption(id int64, approve bool, now time.Time) (Redemption, error) {
	state := "declined"
	if approve {
		state = "approved"
	}
	return tx.settleRedemption(id, state, now)
}

func (tx *Tx) settleRedemption(id int64, state string, now time.Time) (Redemption, error) {
	found, err := tx.redemptions(`r.id = ?1`, id)
	if err != nil {
		return Redemption{}, err
	}
	r := first(found)
	// A redemption that expired while the owner was typing is not approved.
	switch r.State {
	case "":
		return r, &scoring.Refusal{Err: scoring.ErrNotFound}
	case "open":
	default:
		return r, &scoring.Refusal{Err: scoring.ErrAlreadyDone}
	}
	r.State = state
	return r, tx.Nested(func() error {
		if err := tx.payRedemption(&r, now); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE redemption SET state = ?2, settled = ?3 WHERE id = ?1`, id, state, now.Unix())
		if err != nil {
			return fmt.Errorf("settle redemption: %w", err)
		}
		return nil
	})
}

// payRedemption spends or gives back what a redemption set aside.
func (tx *Tx) payRedemption(r *Redemption, now time.Time) error {
	h, err := tx.asideOf(r.Room, r.Member, scoring.HoldRedeem, r.ID)
	if err != nil {
		return err
	}
	if r.State != "approved" {
		if _, err := tx.Release(h.ID, now); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE item SET stock = stock + 1 WHERE id = (SELECT item FROM redemption WHERE id = ?1)`, r.ID)
		if err != nil {
			return fmt.Errorf("put piece back: %w", err)
		}
		return nil
	}
	if _, err := tx.Capture(h, r.Price, scoring.ContraShop, 0, now); err != nil {
		return err
	}
	// An item may have fewer codes than pieces, or none: then the owner hands it
	// over by hand.
	err = tx.queryRow(`UPDATE item_code SET redemption = ?1 WHERE id = (SELECT min(c.id) FROM item_code c
		JOIN redemption r ON r.item = c.item AND r.id = ?1 WHERE c.redemption IS NULL) RETURNING code`, r.ID).Scan(&r.Code)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("hand out code: %w", err)
	}
	return nil
}

// Redemptions returns a member's redemptions under all names, newest first, or
// those of a whole room when the member is 0.
func (tx *Tx) Redemptions(room chat.RoomID, member chat.MemberID, limit int) ([]Redemption, error) {
	if member == 0 {
		return tx.redemptions(`r.room = ?1 ORDER BY r.cause DESC LIMIT ?2 + 0`, int64(room), limit)
	}
	return tx.redemptions(`r.member IN (`+everyName+`) ORDER BY r.id DESC LIMIT ?2 + 0`, int64(member), limit)
}

// askRedeemed reads redemptions of the past for a command.
func (tx *Tx) askRedeemed(q decision.Query, a *decision.Answer) error {
	all, err := tx.Redemptions(q.Room, q.Member, q.Points.Redeemed)
	if err != nil {
		return err
	}
	if a.Members == nil {
		a.Members = make(map[chat.MemberID]decision.Member)
	}
	for _, r := range all {
		a.Points.Redeemed = append(a.Points.Redeemed, decision.Redeemed{
			Case: r.Case, Member: r.Member, Item: r.Item, State: r.State, At: r.At, Code: r.Code,
		})
		m, ok, err := tx.Member(r.Member)
		if err != nil {
			return err
		}
		if ok {
			a.Members[r.Member] = m
		}
	}
	return nil
}

// redemptions reads redemptions with what follows WHERE.
func (tx *Tx) redemptions(where string, args ...any) ([]Redemption, error) {
	all, err := collect(tx, func(scan func(...any) error) (r Redemption, err error) {
		var at, expires int64
		err = scan(&r.ID, &r.Room, &r.Member, &r.Item, &r.Price, &r.State, &at, &expires, &r.Code, &r.Case)
		r.At, r.Expires = time.Unix(at, 0), time.Unix(expires, 0)
		return r, err
	}, `SELECT r.id, r.room, r.member, i.name, r.price, r.state, r.at, r.expires, coalesce(c.code, ''), r.cause
		FROM redemption r JOIN item i ON i.id = r.item LEFT JOIN item_code c ON c.redemption = r.id WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read redemptions: %w", err)
	}
	return all, nil
}
