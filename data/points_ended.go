package data

import (
	"fmt"

	"menshen/bot/decision"
	"menshen/scoring"
)

// actByTheWay carries out what follows from moderation and from the clock.
func (tx *Tx) actByTheWay(op decision.PointsOp) (r decision.PointsResult, err error) {
	switch op := op.(type) {
	case decision.Fine:
		r.Amount, err = tx.Fine(op.Room, op.Member, op.Amount, op.Case, op.At)
	case decision.Unfine:
		r.Amount, err = tx.Unfine(op.Room, op.Member, op.Case, op.At)
	case decision.NoteInvite:
		err = tx.NoteInvite(op.Room.ID, op.Inviter, op.Newcomer, op.At, op.Room.Settings.InviteRule())
	case decision.NewcomerLeft:
		r.Amount, err = tx.NewcomerLeft(op.Newcomer, op.At)
	case decision.UsePass:
		return tx.doUsePass(op)
	case decision.ForfeitPass:
		return tx.doForfeitPass(op)
	case decision.UnforfeitPass:
		r.Amount, err = tx.UnforfeitPass(op.Member, op.MessageID, op.At)
	case decision.Sweep:
		return tx.doSweep(op)
	case decision.ShareLedger:
		return tx.doShare(op)
	default:
		err = fmt.Errorf("unknown action %T", op)
	}
	return r, err
}

// doUsePass uses a pass, or in a rehearsal only finds it: nothing is posted for
// it there, and the member can still use it when the rehearsal is over.
func (tx *Tx) doUsePass(op decision.UsePass) (r decision.PointsResult, err error) {
	if op.Room.Rehearsal {
		open, err := tx.openPass(op.Member, op.At)
		if len(open) > 0 {
			r.Amount, r.Until = open[0].Points, open[0].Until
		}
		return r, err
	}
	p, ok, err := tx.UsePass(op.Member, op.MessageID, op.At, op.Room.Settings.PassRule())
	if err == nil && ok {
		r.Amount, r.Until = p.Points, p.Back
	}
	return r, err
}

func (tx *Tx) doForfeitPass(op decision.ForfeitPass) (r decision.PointsResult, err error) {
	id, ok, err := tx.PassOfMessage(op.Member, op.MessageID)
	if err != nil {
		return r, err
	}
	if !ok {
		return r, &scoring.Refusal{Err: scoring.ErrNotFound}
	}
	p, err := tx.ForfeitPass(id, op.At)
	r.Amount = p.Points
	return r, err
}

// doSweep ends what is due. What cannot be ended is tried again later and
// keeps nothing else.
func (tx *Tx) doSweep(op decision.Sweep) (r decision.PointsResult, err error) {
	s, err := tx.Sweep(op.At)
	if err != nil {
		return r, err
	}
	for _, failed := range s.Failed {
		if err := tx.audit(entry{at: op.At, what: "sweep failed", detail: failed.Error()}); err != nil {
			return r, err
		}
	}
	for _, p := range s.Packets {
		r.Ended = append(r.Ended, decision.Ended{Kind: decision.EndedPacket, ID: p.ID, Room: p.Room, Member: p.Sponsor, Amount: p.Left})
	}
	for _, d := range s.Draws {
		r.Ended = append(r.Ended, endedDraw(d))
	}
	for _, p := range s.Passes {
		r.Ended = append(r.Ended, decision.Ended{Kind: decision.EndedPass, ID: p.ID, Room: p.Room, Member: p.Member, Amount: p.Points})
	}
	for _, red := range s.Redemptions {
		e := decision.Ended{Kind: decision.EndedRedemption, ID: red.ID, Room: red.Room, Member: red.Member, Amount: red.Price, Item: red.Item}
		if err := tx.queryRow(`SELECT cause FROM redemption WHERE id = ?1`, red.ID).Scan(&e.Case); err != nil {
			return r, fmt.Errorf("find the case of a redemption: %w", err)
		}
		r.Ended = append(r.Ended, e)
	}
	for _, i := range s.Invites {
		e := decision.Ended{Kind: decision.EndedInvite, ID: int64(i.Newcomer), Room: i.Room, Member: i.Inviter, Void: !i.Credited}
		if i.Credited {
			e.Amount = i.Points
		}
		r.Ended = append(r.Ended, e)
	}
	return r, err
}

func endedDraw(d ClosedDraw) decision.Ended {
	e := decision.Ended{Kind: decision.EndedDraw, ID: d.ID, Room: d.Room, Void: d.Void}
	if d.Void {
		return e
	}
	e.Proof = d.Proof()
	for _, w := range d.Winners() {
		e.Winners = append(e.Winners, decision.Winner{Member: w.Member, Name: w.Name, Points: w.Won})
	}
	return e
}
