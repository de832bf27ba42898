package data

import (
	"errors"
	"fmt"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// points carries out an action on a ledger and applies what follows from its
// result. A refusal has left no trace and is a result too.
func (tx *Tx) points(e decision.Points) error {
	var result decision.PointsResult
	err := tx.Nested(func() (err error) {
		result, err = tx.act(e.Op)
		return err
	})
	var refusal *scoring.Refusal
	var amount *scoring.AmountError
	if err != nil && !errors.As(err, &refusal) && !errors.As(err, &amount) {
		return fmt.Errorf("%T: %w", e.Op, err)
	}
	if errors.Is(err, scoring.ErrIdempotencyConflict) {
		// No message should ever lead to this: whoever looks after the program
		// has to see it.
		if err := tx.audit(entry{at: tx.now, what: "posting conflict", detail: fmt.Sprintf("%T: %v, posting %d", e.Op, err, refusal.No)}); err != nil {
			return err
		}
	}
	return tx.Apply(e.Then(result, err)...)
}

func (tx *Tx) act(op decision.PointsOp) (decision.PointsResult, error) {
	switch op := op.(type) {
	case decision.Speech:
		return tx.doSpeech(op)
	case decision.CheckIn:
		return tx.doCheckIn(op)
	case decision.Grant:
		return tx.doGrant(op)
	case decision.Transfer:
		return tx.doTransfer(op)
	case decision.Reverse:
		return tx.doReverse(op)
	case decision.Redeem, decision.SettleRedemption, decision.PutItem, decision.DropItem:
		return tx.actShop(op)
	case decision.OpenPacket, decision.GrabPacket, decision.OpenDraw, decision.EnterDraw, decision.BuyPass:
		return tx.actEscrow(op)
	default:
		return tx.actByTheWay(op)
	}
}

// number returns the row of a message: the cause of what it leads to.
func (tx *Tx) number(message string) (n int64, err error) {
	if err := tx.queryRow(`SELECT n FROM message WHERE account = ?1 AND id = ?2`, tx.account, storedID(message)).Scan(&n); err != nil {
		return 0, fmt.Errorf("find message of a command: %w", err)
	}
	return n, nil
}

func (tx *Tx) doSpeech(op decision.Speech) (r decision.PointsResult, err error) {
	n, err := tx.number(op.MessageID)
	if err != nil {
		return r, err
	}
	r.Amount, err = tx.EarnSpeech(op.Room.ID, op.Member, n, op.Text, local(op.Room, op.At), op.Room.Settings.SpeakRule())
	return r, err
}

func (tx *Tx) doCheckIn(op decision.CheckIn) (r decision.PointsResult, err error) {
	if r.CheckIn, err = tx.CheckIn(op.Room.ID, op.Member, local(op.Room, op.At), op.Room.Settings.CheckInRule()); err != nil {
		return r, err
	}
	r.Balance, err = tx.Balance(op.Room.ID, op.Member)
	return r, err
}

func (tx *Tx) doGrant(op decision.Grant) (r decision.PointsResult, err error) {
	n, err := tx.number(op.MessageID)
	if err != nil {
		return r, err
	}
	posted, err := tx.Grant(op.Room, op.Member, op.Amount, n, op.At, op.Memo)
	if err != nil {
		return r, err
	}
	r.Entries = []scoring.Entry{posted}
	if r.Balance, err = tx.Balance(op.Room, op.Member); err != nil {
		return r, err
	}
	return r, tx.audit(entry{at: op.At, room: op.Room, actor: op.Actor, member: op.Member, what: "grant", detail: fmt.Sprintf("posting %d", posted.No)})
}

func (tx *Tx) doTransfer(op decision.Transfer) (r decision.PointsResult, err error) {
	n, err := tx.number(op.MessageID)
	if err != nil {
		return r, err
	}
	given, err := tx.Give(op.From.ID, op.To.ID, op.Amount, n, local(op.Room, op.At), op.Room.Settings.TransferRule())
	if err != nil {
		return r, err
	}
	if given.OneWay {
		if err := tx.noteOneWay(&r, op.Room.ID, op.From.ID, op.To.ID, op.At); err != nil {
			return r, err
		}
	}
	r.Entries, r.Amount = []scoring.Entry{given.From, given.To}, given.Fee
	r.Balance, err = tx.Balance(op.Room.ID, op.From.ID)
	return r, err
}

// noteOneWay records that nearly all points of one member went to another, and
// tells in the result when the owners never heard of it.
func (tx *Tx) noteOneWay(r *decision.PointsResult, room chat.RoomID, from, to chat.MemberID, at time.Time) error {
	what := entry{at: at, room: room, actor: decision.Actor{Member: from}, member: to, what: "one-way transfer"}
	if err := tx.audit(what); err != nil {
		return err
	}
	var err error
	if r.Payer, _, err = tx.Member(from); err != nil {
		return err
	}
	r.OneWay, err = tx.unasked(from, to)
	return err
}

// unasked reports whether the owners were never told that nearly all points of
// one member go to another.
func (tx *Tx) unasked(from, to chat.MemberID) (bool, error) {
	told, err := tx.cases(`c.kind = 'alert' AND c.member = ?1 AND c.other = ?2 AND c.detail = ?3`, from, to, decision.AlertOneWay)
	return len(told) == 0, err
}

func (tx *Tx) doReverse(op decision.Reverse) (r decision.PointsResult, err error) {
	if r.Entries, err = tx.Reverse(op.Room, op.No, op.At, ""); err != nil {
		return r, err
	}
	if r.Members, err = tx.named(nil, holders(r.Entries)); err != nil {
		return r, err
	}
	return r, tx.audit(entry{at: op.At, room: op.Room, actor: op.Actor, what: "reverse", detail: fmt.Sprintf("posting %d", op.No)})
}

// local returns a time in the room's zone, by whose dates points are counted.
func local(r decision.Room, t time.Time) time.Time { return t.In(r.Settings.Location()) }

// askPoints reads a room's ledger for a command.
func (tx *Tx) askPoints(q decision.Query, a *decision.Answer) (err error) {
	p := &a.Points
	if q.Points.Balance {
		if p.Balance, err = tx.Balance(q.Room, q.Member); err != nil {
			return err
		}
	}
	if q.Points.Statement > 0 {
		if p.Statement, err = tx.Statement(q.Room, q.Member, q.Points.Statement); err != nil {
			return err
		}
		if a.Members, err = tx.named(a.Members, counterparties(p.Statement)); err != nil {
			return err
		}
	}
	if q.Points.Proof {
		if p.Proof, err = tx.Proof(q.Room); err != nil {
			return err
		}
	}
	if q.Points.Items {
		if p.Items, err = tx.Shelf(q.Room); err != nil {
			return err
		}
	}
	if q.Points.Redeemed > 0 {
		if err := tx.askRedeemed(q, a); err != nil {
			return err
		}
	}
	if q.Points.Ends {
		if p.Ends, err = tx.NextSweep(); err != nil {
			return err
		}
	}
	if q.Points.Top == 0 {
		return nil
	}
	if p.Ranking, err = tx.Ranking(q.Room, q.Member, Span{q.Points.Since, q.Points.Until}, q.Points.Top); err != nil {
		return err
	}
	a.Members, err = tx.named(a.Members, ranked(p.Ranking))
	return err
}

// ranked lists the accounts of a ranking.
func ranked(r scoring.Ranking) []int64 {
	accounts := []int64{r.Own.Member, r.Ahead.Member}
	for _, place := range r.Top {
		accounts = append(accounts, place.Member)
	}
	return accounts
}

// counterparties lists the accounts that have the other half of postings.
func counterparties(entries []scoring.Entry) (accounts []int64) {
	for _, e := range entries {
		if e.Contra > 0 {
			accounts = append(accounts, int64(e.Contra))
		}
	}
	return accounts
}

// holders lists the accounts that postings are of.
func holders(entries []scoring.Entry) []int64 {
	accounts := make([]int64, len(entries))
	for i, e := range entries {
		accounts[i] = e.Member
	}
	return accounts
}

// named adds to members, by account, whose it is by now: a guest's account and
// a merged name's lead to a member of the room.
func (tx *Tx) named(members map[chat.MemberID]decision.Member, accounts []int64) (map[chat.MemberID]decision.Member, error) {
	if members == nil {
		members = make(map[chat.MemberID]decision.Member, len(accounts))
	}
	for _, account := range accounts {
		id := chat.MemberID(account)
		m, ok, err := tx.Member(id)
		if err == nil && m.MergedInto != 0 {
			m, ok, err = tx.heir(id)
		}
		if err != nil {
			return nil, err
		}
		if ok {
			members[id] = m
		}
	}
	return members, nil
}

// heir returns the member that a name belongs to by now.
func (tx *Tx) heir(name chat.MemberID) (decision.Member, bool, error) {
	whose, err := tx.whose(name)
	if err != nil {
		return decision.Member{}, false, err
	}
	return tx.Member(whose)
}
