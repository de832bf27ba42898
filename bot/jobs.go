package bot

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

const (
	digestHour = 21 // local time of the owner's daily digest
	// removalLife is how long the bot waits for the owner to remove somebody.
	removalLife = 7 * 24 * time.Hour
	firstLook   = 2 * time.Minute // after which an asked removal is looked at, then ever less often
)

// runJobs does what is due by the clock until ctx ends: digests, looks at
// rosters that a removal waits for, and removals nobody carried out.
func (p *Pipeline) runJobs(ctx context.Context) error {
	last := p.opts.Clock.Now()
	p.lookAfterStart(ctx)
	for {
		now := p.opts.Clock.Now()
		next, err := p.jobs(context.WithoutCancel(ctx), last, now)
		if err != nil {
			return fmt.Errorf("do what is due: %w", err)
		}
		last = now
		if err := p.opts.Clock.Park(ctx, next, p.wakeJobs); err != nil {
			return nil // the end of ctx is how the jobs are stopped
		}
	}
}

// lookAfterStart asks for rosters of rooms where a removal was under way when
// the last run ended: what was asked before a crash is never asked again, only
// looked at.
func (p *Pipeline) lookAfterStart(ctx context.Context) {
	err := p.eachRoom(ctx, func(v View, r decision.Room) error {
		answer, err := v.Query(decision.Query{Room: r.ID, Removals: true})
		if err == nil && len(answer.Removals) > 0 {
			p.opts.Network.Refresh(r.ID)
		}
		return err
	})
	if err != nil {
		p.opts.Log.Error("open removals could not be read", slog.Any("error", err))
	}
}

func (p *Pipeline) eachRoom(ctx context.Context, do func(View, decision.Room) error) error {
	return p.opts.Store.Read(ctx, func(v View) error {
		rooms, err := v.Rooms()
		if err != nil {
			return err
		}
		for _, r := range rooms {
			if !r.On {
				continue
			}
			if err := do(v, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// jobs does what fell due after last and not after now, and returns when
// something is due next.
func (p *Pipeline) jobs(ctx context.Context, last, now time.Time) (time.Time, error) {
	var next time.Time
	var due []decision.Effect
	var lists []chat.RoomID
	err := p.eachRoom(ctx, func(v View, r decision.Room) error {
		digest := nextDigest(r, last)
		if !digest.After(now) {
			effects, err := digestOf(v, r, digest)
			if err != nil {
				return err
			}
			due = append(due, effects...)
			digest = nextDigest(r, now)
		}
		next = earlier(next, digest)
		list, later := honoursDue(r, now)
		if !list.IsZero() {
			lists = append(lists, r.ID)
		}
		next = earlier(next, later)
		look, effects, err := p.removalsDue(v, r, last, now)
		due = append(due, effects...)
		next = earlier(next, look)
		return err
	})
	if err != nil {
		return next, err
	}
	end, err := p.ends(ctx, due, lists, now)
	return earlier(next, end), err
}

// ends records what fell due, posts the honour lists of rooms, ends what has
// come to its end on the ledgers, and returns when the next of that does.
func (p *Pipeline) ends(ctx context.Context, due []decision.Effect, lists []chat.RoomID, now time.Time) (end time.Time, err error) {
	err = p.opts.Store.Read(ctx, func(v View) error {
		end, err = nextEnd(v)
		return err
	})
	ripe := !end.IsZero() && !end.After(now)
	if err != nil || len(due) == 0 && len(lists) == 0 && !ripe {
		return end, err
	}
	err = p.opts.Store.Record(ctx, chat.Batch{}, func(tx Tx) error {
		if err := tx.Apply(due...); err != nil {
			return err
		}
		if err := postHonours(tx, lists, now); err != nil || !ripe {
			return err
		}
		if err := p.sweep(tx, now); err != nil {
			return err
		}
		end, err = nextEnd(tx)
		return err
	})
	if ripe && !end.IsZero() && !end.After(now) {
		end = now.Add(time.Minute) // more than one sweep ends, or what cannot be ended
	}
	p.outbox.Wake()
	return end, err
}

// nextDigest returns the first digest time of the room after t.
func nextDigest(r decision.Room, t time.Time) time.Time {
	local := t.In(r.Settings.Location())
	at := time.Date(local.Year(), local.Month(), local.Day(), digestHour, 0, 0, 0, local.Location())
	if !at.After(t) {
		at = time.Date(local.Year(), local.Month(), local.Day()+1, digestHour, 0, 0, 0, local.Location())
	}
	return at
}

// digestOf tells the owner what waits, with who was not asked about although
// more than points hangs on who they are, and in a rehearsal what would have
// happened that day. Nothing to tell is not told.
func digestOf(v View, r decision.Room, at time.Time) ([]decision.Effect, error) {
	answer, err := v.Query(decision.Query{
		Room: r.ID, Inbox: []chat.RoomID{r.ID}, Unasked: []chat.RoomID{r.ID}, Rehearsed: r.Rehearsal, Since: at.Add(-24 * time.Hour),
	})
	if err != nil {
		return nil, err
	}
	words, waiting := "", len(answer.Inbox)
	for _, u := range answer.Unasked {
		if u.Old.Grave() {
			waiting++
		}
	}
	switch {
	case r.Rehearsal:
		words = text.Rehearsed(rehearsed(answer.Rehearsed, r.Settings))
	case waiting > 0:
		words = text.Digest(waiting)
	default:
		return nil, nil
	}
	return []decision.Effect{decision.Speak{Say: decision.Say{
		Cause: fmt.Sprintf("digest:%d:%s", r.ID, at.Format("20060102")), Kind: decision.SayDigest, Room: r.ID,
		ToOwners: true, Priority: decision.PriorityAnswer, Text: words,
	}}}, nil
}

// rehearsed counts what a rehearsal would have done.
func rehearsed(cases []decision.Case, s decision.Settings) (members, strikes, removals int) {
	seen, gone := map[chat.MemberID]bool{}, map[chat.MemberID]bool{}
	for _, c := range cases {
		if c.Kind == decision.CaseRemoval && c.State != decision.CaseReversed {
			gone[c.Member] = true
		}
		if c.Kind != decision.CaseStrike || c.State == decision.CaseReversed {
			continue
		}
		strikes++
		seen[c.Member] = true
		if s.Removes(c.Strike) {
			gone[c.Member] = true
		}
	}
	return len(seen), strikes, len(gone)
}

// removalsDue asks for rosters whose time came and gives up on removals that
// nobody carried out.
func (p *Pipeline) removalsDue(v View, r decision.Room, last, now time.Time) (time.Time, []decision.Effect, error) {
	answer, err := v.Query(decision.Query{Room: r.ID, Removals: true})
	if err != nil {
		return time.Time{}, nil, err
	}
	var next time.Time
	var effects []decision.Effect
	for _, c := range answer.Removals {
		if end := c.RemovalAt.Add(removalLife); !end.After(now) {
			effects = append(effects, expireRemoval(v, r, c, now)...)
			continue
		}
		if look := nextLook(c, last); !look.After(now) {
			p.opts.Network.Refresh(r.ID)
		}
		next = earlier(next, nextLook(c, now))
	}
	return next, effects, nil
}

// nextLook returns the first time after t at which the roster is looked at for
// an open removal: after 2, 4, 8 … minutes, then once a day, then its end.
func nextLook(c decision.Case, t time.Time) time.Time {
	end := c.RemovalAt.Add(removalLife)
	for wait := firstLook; wait < removalLife; wait = min(2*wait, wait+24*time.Hour) {
		if at := c.RemovalAt.Add(wait); at.After(t) {
			return at
		}
	}
	return end
}

func expireRemoval(v View, r decision.Room, c decision.Case, now time.Time) []decision.Effect {
	effects := []decision.Effect{decision.ChangeCase{Case: c.ID, Removal: decision.RemovalExpired, At: now, Why: "nobody removed the member"}}
	if m, ok, err := v.Member(c.Member); err == nil && ok {
		effects = append(effects, sanction.OwnerLine(r, fmt.Sprintf("expired:%d", c.ID), c.ID, text.RemovalExpired(m, c)))
	}
	return effects
}

// earlier returns the earlier of two times, where zero means never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
