package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"

	"menshen/bot/decision"
	"menshen/moderation"
)

const (
	// crowd is how many members speak the lines of an export that names none,
	// and how many lines are said before time passes.
	crowd = 100
	// lotSpan lies between two lots, so that the lines of one member are apart.
	lotSpan = 5 * time.Minute
	// spokenBefore is what the owner says before the first line.
	spokenBefore = 2
)

// stream says every line of an exported chat in a room that is in rehearsal:
// everything is judged and recorded, nothing is said.
func (c demoCmd) stream(ctx context.Context, st *stage, std streams) error {
	file, err := os.Open(c.Chat)
	if err != nil {
		return usage("%v; name an exported chat", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("open the chat: %w", err)
	}
	bar := progressbar.NewOptions64(info.Size(), progressbar.OptionSetWriter(std.Err), progressbar.OptionShowBytes(true),
		progressbar.OptionSetDescription("chat"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetVisibility(terminal(std.Err)))
	lines, err := readChat(c.Chat, io.TeeReader(file, bar))
	if err != nil {
		return err
	}
	if err := st.rehearse(ctx); err != nil {
		return err
	}
	began := time.Now()
	n, err := st.sayAll(ctx, lines)
	if err != nil {
		return err
	}
	_ = bar.Finish() // only a picture
	return st.streamed(ctx, n, time.Since(began))
}

// rehearse makes the room and switches the rehearsal on.
func (st *stage) rehearse(ctx context.Context) error {
	members := make([]string, crowd)
	for i := range members {
		members[i] = member(i)
	}
	if err := st.makeRoom(ctx, demoRoom, members...); err != nil {
		return err
	}
	if err := st.say(demoOwner, "演习 开"); err != nil {
		return err
	}
	return st.wait(ctx, time.Minute)
}

func member(i int) string { return fmt.Sprintf("群友%02d", i%crowd+1) }

// sayAll says the lines lot by lot and returns how many there were. What the
// members say is not shown: it is the reader's own chat.
func (st *stage) sayAll(ctx context.Context, lines iter.Seq2[chatLine, error]) (n int, err error) {
	out := st.out
	st.out = io.Discard
	defer func() { st.out = out }()
	for line, err := range lines {
		if err != nil {
			return n, usage("the chat cannot be read: %v", err)
		}
		if line.Text == "" {
			continue
		}
		if err := st.say(member(n), line.Text); err != nil {
			return n, err
		}
		if n++; n%crowd == 0 {
			if err := st.wait(ctx, lotSpan); err != nil {
				return n, err
			}
		}
	}
	return n, st.wait(ctx, lotSpan)
}

// streamed says what would have happened, and fails if a line was not recorded.
func (st *stage) streamed(ctx context.Context, n int, took time.Duration) error {
	cases, err := st.flagged(ctx)
	if err != nil {
		return err
	}
	totals, err := st.bot.db.Totals(ctx)
	if err != nil {
		return err
	}
	classes := map[string]int{}
	for _, one := range cases {
		classes[class(one)]++
	}
	fmt.Fprintf(st.out, "\n%d 条消息，%.1f 秒，每秒 %.0f 条；演习中本应处理 %d 起\n",
		n, took.Seconds(), float64(n)/took.Seconds(), len(cases))
	names := make([]string, 0, len(classes))
	for name := range classes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(classes[b], classes[a]), cmp.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(st.out, "%6d  %s\n", classes[name], name)
	}
	if want := int64(n + spokenBefore); totals.Messages != want {
		return exitError{code: 1, message: fmt.Sprintf("%d messages were recorded, not %d", totals.Messages, want)}
	}
	return nil
}

// class is what a case was opened for: its kind and its strongest finding.
func class(c decision.Case) string {
	if len(c.Findings) == 0 {
		return string(c.Kind)
	}
	strongest := slices.MaxFunc(c.Findings, func(a, b moderation.Finding) int { return cmp.Compare(a.Action, b.Action) })
	return string(c.Kind) + " " + strongest.Rule + " " + strongest.Word
}
