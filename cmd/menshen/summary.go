package main

import (
	"context"
	"fmt"
	"time"

	"menshen/bot/decision"
	"menshen/data"
)

// summary says what the evening came to, and fails unless everything held.
func (st *stage) summary(ctx context.Context, took time.Duration) error {
	totals, err := st.bot.db.Totals(ctx)
	if err != nil {
		return err
	}
	wrong, err := st.books(ctx)
	if err != nil {
		return err
	}
	st.failed = append(st.failed, wrong...)
	verdict := "平"
	if len(wrong) > 0 {
		verdict = "不平"
	}
	fmt.Fprintf(st.out, "\n── 小结 ──\n")
	fmt.Fprintf(st.out, "消息 %d 条，案件 %d 起（待办 %d），积分 %d 笔共 %d 分，账目核对：%s\n",
		totals.Messages, totals.Cases, totals.Open, totals.Postings, totals.Points, verdict)
	fmt.Fprintf(st.out, "说了 %d 句，未发 %d 句；用时 %.1f 秒，每秒 %.0f 条\n",
		st.spoken(), totals.Pending, took.Seconds(), float64(totals.Messages)/took.Seconds())
	if len(st.failed) == 0 {
		fmt.Fprintln(st.out, "该成立的都成立了。")
		return nil
	}
	for _, failure := range st.failed {
		fmt.Fprintln(st.out, "✗", failure)
	}
	return exitError{code: 1, message: fmt.Sprintf("%d of the things that have to hold do not", len(st.failed))}
}

// books checks the ledger and the digests over it and the cases.
func (st *stage) books(ctx context.Context) ([]string, error) {
	var wrong []string
	for _, check := range []func(context.Context) ([]data.Violation, error){st.bot.db.Check, st.bot.db.Verify} {
		found, err := check(ctx)
		if err != nil {
			return nil, err
		}
		for _, v := range found {
			wrong = append(wrong, v.String())
		}
	}
	return wrong, nil
}

// spoken counts what the bot said.
func (st *stage) spoken() int {
	n := 0
	for _, e := range st.sim.Transcript() {
		if e.ClientID != "" {
			n++
		}
	}
	return n
}

// flagged returns what the rehearsal in the demo's room would have acted on.
func (st *stage) flagged(ctx context.Context) (cases []decision.Case, err error) {
	err = st.bot.db.Read(ctx, func(tx *data.Tx) error {
		rooms, err := tx.Rooms()
		if err != nil {
			return err
		}
		for _, room := range rooms {
			answer, err := tx.Query(decision.Query{Room: room.ID, Rehearsed: true})
			if err != nil {
				return err
			}
			cases = append(cases, answer.Rehearsed...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was flagged: %w", err)
	}
	return cases, nil
}
