package main

import (
	"context"
	"errors"
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/data"
)

type exportCmd struct {
	configFlags

	Member int64 `help:"Everything that is kept about the member with this number, as JSON." placeholder:"N"`
}

// Run writes what was asked for to standard output, or without a flag the
// numbers of rooms and members.
func (c exportCmd) Run(ctx context.Context, std streams) error {
	db, err := c.inspect()
	if err != nil {
		return err
	}
	if c.Member > 0 {
		err = db.Export(ctx, std.Out, chat.MemberID(c.Member))
	} else {
		err = listMembers(ctx, db, std)
	}
	return errors.Join(err, db.Close())
}

// listMembers prints the numbers by which rooms and members are named here.
func listMembers(ctx context.Context, db *data.DB, std streams) error {
	vitals, err := db.Vitals(ctx)
	if err != nil {
		return err
	}
	for _, r := range vitals.Rooms {
		fmt.Fprintf(std.Out, "room %d %q\n", r.ID, r.Name)
		members, err := db.MembersOf(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			fmt.Fprintf(std.Out, "  member %d %q\n", m.ID, m.Name)
		}
	}
	return nil
}

type eraseCmd struct {
	configFlags

	Member int64 `arg:"" help:"Number of the member, as menshen export lists it."`
}

// Run erases texts, evidence, names and statistics of a member. Numbers of
// cases and postings stay.
func (c eraseCmd) Run(ctx context.Context, std streams) error {
	_, db, err := c.database(data.Open)
	if err != nil {
		return err
	}
	err = db.Record(ctx, chat.Batch{}, func(tx *data.Tx) error {
		m, ok, err := tx.Member(chat.MemberID(c.Member))
		if err != nil || !ok {
			return errors.Join(err, usage("there is no member %d; menshen export lists them", c.Member))
		}
		return tx.Apply(decision.Forget{Member: m.ID, At: db.Now(), Actor: decision.Actor{Console: true}})
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "member %d: texts, evidence, names and statistics are erased; case numbers and postings stay\n", c.Member)
	return nil
}
