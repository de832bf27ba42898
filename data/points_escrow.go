package data

import (
	"fmt"
	"time"

	"menshen/bot/decision"
	"menshen/scoring"
)

// redeemLife is how long the owner has to decide about a redemption.
const redeemLife = 7 * 24 * time.Hour

// actShop carries out what belongs to the shop.
func (tx *Tx) actShop(op decision.PointsOp) (r decision.PointsResult, err error) {
	switch op := op.(type) {
	case decision.Redeem:
		redeemed, err := tx.Redeem(op.Room, op.Member, op.Item, op.Case, op.At, redeemLife)
		if err != nil {
			return r, err
		}
		r.Amount, r.Member, r.Item, r.Until = redeemed.Price, redeemed.Member, redeemed.Item, redeemed.Expires
		r.Balance, err = tx.Balance(op.Room, op.Member)
		return r, err
	case decision.SettleRedemption:
		return tx.doSettle(op)
	case decision.PutItem:
		if err := tx.PutItem(op.Room, op.Item); err != nil {
			return r, err
		}
		return r, tx.audit(entry{at: op.At, room: op.Room, actor: op.Actor, what: "item put"})
	case decision.DropItem:
		if err := tx.TakeItem(op.Room, op.Name); err != nil {
			return r, err
		}
		return r, tx.audit(entry{at: op.At, room: op.Room, actor: op.Actor, what: "item taken"})
	default:
		return r, fmt.Errorf("unknown action %T", op)
	}
}

// doSettle ends the redemption that a case is about.
func (tx *Tx) doSettle(op decision.SettleRedemption) (r decision.PointsResult, err error) {
	found, err := tx.redemptions(`r.room = ?1 AND r.cause = ?2`, int64(op.Room), op.Case)
	if err != nil {
		return r, err
	}
	if len(found) == 0 {
		return r, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	settled, err := tx.SettleRedemption(found[0].ID, op.Approve, op.At)
	if err != nil {
		return r, err
	}
	r.Amount, r.Member, r.Item, r.Code = settled.Price, settled.Member, settled.Item, settled.Code
	if r.Balance, err = tx.Balance(op.Room, settled.Member); err != nil {
		return r, err
	}
	return r, tx.audit(entry{at: op.At, room: op.Room, actor: op.Actor, caseID: op.Case, member: settled.Member, what: "redemption " + settled.State})
}

// actEscrow carries out what sets points aside for others to win.
func (tx *Tx) actEscrow(op decision.PointsOp) (decision.PointsResult, error) {
	switch op := op.(type) {
	case decision.OpenPacket:
		return tx.doOpenPacket(op)
	case decision.GrabPacket:
		return tx.doGrab(op)
	case decision.OpenDraw:
		return tx.doOpenDraw(op)
	case decision.EnterDraw:
		return tx.doEnter(op)
	case decision.BuyPass:
		return tx.doBuyPass(op)
	default:
		return decision.PointsResult{}, fmt.Errorf("unknown action %T", op)
	}
}

func (tx *Tx) doOpenPacket(op decision.OpenPacket) (r decision.PointsResult, err error) {
	n, err := tx.number(op.MessageID)
	if err != nil {
		return r, err
	}
	p, err := tx.OpenPacket(op.From.ID, op.Total, op.Shares, op.Equal, n, local(op.Room, op.At), op.Room.Settings.PacketRule())
	if err != nil {
		return r, err
	}
	r.Left, r.Until, r.Member = p.Shares, p.Expires, p.Sponsor
	r.Balance, err = tx.Balance(op.Room.ID, op.From.ID)
	return r, err
}

func (tx *Tx) doGrab(op decision.GrabPacket) (r decision.PointsResult, err error) {
	g, err := tx.Grab(op.Room.ID, op.Member.ID, op.At)
	if err != nil {
		return r, err
	}
	r.Amount, r.Left, r.Member, r.Until = g.Amount, g.Packet.Shares-g.Packet.Taken, g.Packet.Sponsor, g.Packet.Expires
	if g.OneWay {
		if err := tx.noteOneWay(&r, op.Room.ID, g.Packet.Sponsor, op.Member.ID, op.At); err != nil {
			return r, err
		}
	}
	r.Balance, err = tx.Balance(op.Room.ID, op.Member.ID)
	return r, err
}

func (tx *Tx) doOpenDraw(op decision.OpenDraw) (r decision.PointsResult, err error) {
	n, err := tx.number(op.MessageID)
	if err != nil {
		return r, err
	}
	rule := scoring.DefaultDrawRule()
	rule.On = op.Room.Settings.Draws
	d := scoring.Draw{Stake: op.Fee, Winners: op.Winners, Prize: op.Prize, Closes: local(op.Room, op.Closes)}
	opened, err := tx.OpenDraw(op.Room.ID, d, n, local(op.Room, op.At), rule)
	if err != nil {
		return r, err
	}
	r.Until, r.Commitment = opened.Closes, opened.Text()
	return r, tx.audit(entry{at: op.At, room: op.Room.ID, actor: op.Actor, what: "draw opened", detail: fmt.Sprintf("draw %d", opened.No)})
}

func (tx *Tx) doEnter(op decision.EnterDraw) (r decision.PointsResult, err error) {
	opened, _, err := tx.Enter(op.Room.ID, op.Member.ID, op.Member.Name, op.At)
	if err != nil {
		return r, err
	}
	r.Amount, r.Until = opened.Stake, opened.Closes
	r.Balance, err = tx.Balance(op.Room.ID, op.Member.ID)
	return r, err
}

func (tx *Tx) doBuyPass(op decision.BuyPass) (r decision.PointsResult, err error) {
	n, err := tx.number(op.MessageID)
	if err != nil {
		return r, err
	}
	p, err := tx.BuyPass(op.Room.ID, op.Member.ID, n, op.At, op.Room.Settings.PassRule())
	if err != nil {
		return r, err
	}
	r.Amount, r.Until = p.Points, p.Until
	r.Balance, err = tx.Balance(op.Room.ID, op.Member.ID)
	return r, err
}
