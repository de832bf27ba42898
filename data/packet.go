package data

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/scoring"
)

// Packet is a 红包.
type Packet struct {
	ID      int64
	Room    chat.RoomID
	Sponsor chat.MemberID
	Total   int64
	Shares  int64
	Taken   int64 // shares that were grabbed
	Left    int64 // points that were not
	Expires time.Time

	equal bool
	seed  [32]byte
}

// Grab is one share somebody got.
type Grab struct {
	Packet Packet
	N      int64 // which share, from 1
	Amount int64
	OneWay bool // see [Given]
}

// OpenPacket sets points of the sponsor aside and lets members grab them.
// cause is the number of the command's message. The refusals are those of
// [scoring.PacketRule.Check] and [scoring.ErrInsufficient].
func (tx *Tx) OpenPacket(sponsor chat.MemberID, total, shares int64, equal bool, cause int64, now time.Time,
	rule scoring.PacketRule,
) (Packet, error) {
	who, err := tx.party(sponsor)
	if err != nil {
		return Packet{}, err
	}
	old, err := tx.packets(`room = ?1 AND cause = ?2`, who.Room, cause)
	if err != nil || len(old) > 0 {
		return first(old), err
	}
	if err := rule.Check(who, total, shares, now); err != nil {
		return Packet{}, err
	}
	p := Packet{
		Room: chat.RoomID(who.Room), Sponsor: sponsor, Total: total, Shares: shares, Left: total,
		Expires: time.Unix(now.Add(rule.Life).Unix(), 0), equal: equal,
	}
	if _, err := rand.Read(p.seed[:]); err != nil {
		return Packet{}, fmt.Errorf("make seed: %w", err)
	}
	err = tx.Nested(func() error {
		p.ID, err = tx.insert(`INSERT INTO packet (room, sponsor, total, shares, equal, seed, at, expires, state, cause)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9)`,
			who.Room, who.Member, total, shares, equal, p.seed[:], now.Unix(), p.Expires.Unix(), cause)
		if err != nil {
			return fmt.Errorf("open packet: %w", err)
		}
		return tx.setAside(p.Room, sponsor, scoring.HoldPacket, p.ID, total, now)
	})
	return p, err
}

// setAside holds points in a member's purse.
func (tx *Tx) setAside(room chat.RoomID, member chat.MemberID, kind scoring.HoldKind, id, amount int64, now time.Time) error {
	p, err := tx.purseOf(room, member)
	if err != nil {
		return err
	}
	_, err = tx.Hold(scoring.Hold{Room: p.room, Member: p.member, Amount: amount, Kind: kind, KindID: id, At: now})
	return err
}

// asideOf returns the hold made for something of a member.
func (tx *Tx) asideOf(room chat.RoomID, member chat.MemberID, kind scoring.HoldKind, id int64) (scoring.Hold, error) {
	p, err := tx.purseOf(room, member)
	if err != nil {
		return scoring.Hold{}, err
	}
	return tx.holdOf(p.room, kind, id)
}

// Grab gives a member a share of the oldest open packet of the room from which
// they have none. It is refused with [scoring.ErrNotFound] when the room never
// had a packet, [scoring.ErrAlreadyDone] when the member has a share of the
// only open one, [scoring.ErrSelf] when it is their own, and otherwise by what
// became of the last one: [scoring.ErrSoldOut] or [scoring.ErrExpired].
func (tx *Tx) Grab(room chat.RoomID, member chat.MemberID, now time.Time) (Grab, error) {
	open, err := tx.packets(`room = ?2 AND state = 'open' AND expires > ?3 AND sponsor NOT IN (`+everyName+`)
		AND NOT EXISTS (SELECT 1 FROM packet_grab WHERE packet = packet.id AND member IN (`+everyName+`))`,
		int64(member), int64(room), now.Unix())
	if err != nil {
		return Grab{}, err
	}
	if len(open) == 0 {
		return Grab{}, tx.whyNoPacket(room, member, now)
	}
	// The shares follow from the seed, so the one whose turn it is does not
	// depend on anything that happened since the packet was opened.
	g := Grab{Packet: open[0], N: open[0].Taken + 1}
	p := &g.Packet
	g.Amount = scoring.Shares(p.Total, p.Shares, p.equal, p.seed)[g.N-1]
	err = tx.Nested(func() error { return tx.take(p, g.N, g.Amount, member, now) })
	if err != nil {
		return Grab{}, err
	}
	p.Taken, p.Left = g.N, p.Left-g.Amount
	g.OneWay, err = tx.oneWayTo(p, member)
	return g, err
}

// oneWayTo reports whether nearly everything that the sponsor ever earned went
// to a member: packets are a way around the limits of transfers.
func (tx *Tx) oneWayTo(p *Packet, member chat.MemberID) (bool, error) {
	from, err := tx.purseOf(p.Room, p.Sponsor)
	if err != nil {
		return false, err
	}
	to, err := tx.purseOf(p.Room, member)
	if err != nil {
		return false, err
	}
	return tx.oneWay(from, to)
}

// take pays out one share.
func (tx *Tx) take(p *Packet, n, amount int64, member chat.MemberID, now time.Time) error {
	_, err := tx.exec(`INSERT INTO packet_grab (packet, n, member, amount, at) VALUES (?1, ?2, ?3, ?4, ?5)`,
		p.ID, n, int64(member), amount, now.Unix())
	if err != nil {
		return fmt.Errorf("grab share: %w", err)
	}
	h, err := tx.asideOf(p.Room, p.Sponsor, scoring.HoldPacket, p.ID)
	if err != nil {
		return err
	}
	to, err := tx.purseOf(p.Room, member)
	if err != nil {
		return err
	}
	// In a room with a shared ledger one of both may have their own purse still.
	switch {
	case to.room != h.Room:
		return &scoring.Refusal{Err: scoring.ErrOtherRoom}
	case to.member == h.Member:
		return &scoring.Refusal{Err: scoring.ErrSelf}
	}
	// Each share has legs of its own: even if its row were lost it could not be
	// paid twice.
	if _, err := tx.Capture(h, amount, scoring.Contra(to.member), 2*(n-1), now); err != nil {
		return err
	}
	if n < p.Shares {
		return nil
	}
	return tx.setState("packet", p.ID, "empty")
}

// whyNoPacket says why there is nothing to grab.
func (tx *Tx) whyNoPacket(room chat.RoomID, member chat.MemberID, now time.Time) error {
	var state string
	var own bool
	var expires, mine int64
	err := tx.queryRow(`SELECT state, sponsor IN (`+everyName+`), expires,
			(SELECT count(*) FROM packet_grab WHERE packet = packet.id AND member IN (`+everyName+`))
		FROM packet WHERE room = ?2 ORDER BY state = 'open' AND expires > ?3 DESC, id DESC LIMIT 1`,
		int64(member), int64(room), now.Unix()).Scan(&state, &own, &expires, &mine)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return &scoring.Refusal{Err: scoring.ErrNotFound}
	case err != nil:
		return fmt.Errorf("look for packets: %w", err)
	case mine > 0:
		return &scoring.Refusal{Err: scoring.ErrAlreadyDone}
	case state == "empty":
		return &scoring.Refusal{Err: scoring.ErrSoldOut}
	case state == "expired" || expires <= now.Unix():
		return &scoring.Refusal{Err: scoring.ErrExpired, Until: time.Unix(expires, 0)}
	case own:
		return &scoring.Refusal{Err: scoring.ErrSelf}
	}
	return &scoring.Refusal{Err: scoring.ErrSoldOut}
}

// endPacket gives what was not grabbed back to the sponsor.
func (tx *Tx) endPacket(p Packet, now time.Time) (Packet, error) {
	h, err := tx.asideOf(p.Room, p.Sponsor, scoring.HoldPacket, p.ID)
	if err != nil {
		return p, err
	}
	// What the hold has left is the truth; the sum of the shares only shows it.
	if p.Left, err = tx.Release(h.ID, now); err != nil {
		return p, err
	}
	return p, tx.setState("packet", p.ID, "expired")
}

// setState moves a row of one of the tables with a state; table is a constant.
func (tx *Tx) setState(table string, id int64, state string) error {
	if _, err := tx.exec(`UPDATE `+table+` SET state = ?2 WHERE id = ?1`, id, state); err != nil {
		return fmt.Errorf("set %s %d to %s: %w", table, id, state, err)
	}
	return nil
}

// packets reads packets, oldest first.
func (tx *Tx) packets(where string, args ...any) ([]Packet, error) {
	all, err := collect(tx, func(scan func(...any) error) (Packet, error) {
		var p Packet
		var seed []byte
		var expires int64
		err := scan(&p.ID, &p.Room, &p.Sponsor, &p.Total, &p.Shares, &p.equal, &seed, &expires, &p.Taken, &p.Left)
		p.Expires = time.Unix(expires, 0)
		copy(p.seed[:], seed)
		p.Left = p.Total - p.Left
		return p, err
	}, `SELECT id, room, sponsor, total, shares, equal, seed, expires,
			(SELECT count(*) FROM packet_grab WHERE packet = packet.id),
			(SELECT coalesce(sum(amount), 0) FROM packet_grab WHERE packet = packet.id)
		FROM packet WHERE `+where+` ORDER BY id LIMIT 100`, args...)
	if err != nil {
		return nil, fmt.Errorf("read packets: %w", err)
	}
	return all, nil
}

// first returns the first of a list, or nothing.
func first[T any](all []T) (v T) {
	if len(all) > 0 {
		return all[0]
	}
	return v
}
