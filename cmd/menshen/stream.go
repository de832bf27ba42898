package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

const (
	// crowd is how many members speak the lines of an export that names none,
	// and how many lines are said before time passes.
	crowd = 100
	// mostSpeakers is how many members named by an export get a place in the
	// group; the lines of others are said by the crowd.
	mostSpeakers = 350
	// lotSpan lies between two lots, so that the lines of one member are apart,
	// and is the longest pause that is kept of the export's own.
	lotSpan = 5 * time.Minute
	// spokenBefore is what the owner says before the first line.
	spokenBefore = 2
)

// stream says every line of an exported chat in a room that is in rehearsal:
// everything is judged and recorded, nothing is said.
func (c demoCmd) stream(ctx context.Context, st *stage, std streams, survey chatSurvey) error {
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
	if err := st.rehearse(ctx, survey.members); err != nil {
		return err
	}
	began := time.Now()
	n, err := st.sayAll(ctx, lines, newSpeakers(survey.members))
	if err != nil {
		return err
	}
	_ = bar.Finish() // only a picture
	if len(survey.silent) > 0 {
		fmt.Fprintf(st.out, "\n跳过 %d 行没有文字的，第一处是第 %d 行\n", len(survey.silent), survey.silent[0])
	}
	return st.streamed(ctx, n, time.Since(began))
}

// rehearse makes the room and switches the rehearsal on.
func (st *stage) rehearse(ctx context.Context, speakers []string) error {
	members := make([]string, crowd, crowd+len(speakers))
	for i := range members {
		members[i] = member(i)
	}
	for _, who := range speakers {
		members = append(members, speaker(who))
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

// speaker is the member who stands for a person of the export. The mark keeps
// them apart from the demo's own people: nobody is judged as the owner.
func speaker(name string) string { return name + "·" }

// speakers chooses who says the next line of an export, and how long it is
// since the one before.
type speakers struct {
	named map[string]bool
	spoke map[string]bool // since time last passed
	last  time.Time
	since time.Duration // that the export says has passed and did not yet
	said  int
}

func newSpeakers(names []string) *speakers {
	s := &speakers{named: map[string]bool{}, spoke: map[string]bool{}}
	for _, name := range names {
		s.named[name] = true
	}
	return s
}

// next returns the member and the pause before the line. Small pauses are
// saved up while others speak, for time that passes costs more than a line.
// Where the export tells no times, the lines of one member are kept apart.
func (s *speakers) next(line chatLine) (who string, pause time.Duration) {
	who = member(s.said)
	if s.named[line.Member] {
		who = speaker(line.Member)
	}
	s.said++
	if line.Time.IsZero() {
		if s.spoke[who] {
			s.since = lotSpan
		}
	} else {
		if !s.last.IsZero() {
			s.since += max(line.Time.Sub(s.last), 0)
		}
		s.last = line.Time
	}
	const enough = 30 * time.Second
	if s.since >= enough || s.since > 0 && s.spoke[who] {
		pause, s.since = min(s.since, lotSpan), 0
		clear(s.spoke)
	}
	s.spoke[who] = true
	return who, pause
}

// sayAll says the lines and returns how many there were. What the members say
// is not shown: it is the reader's own chat.
func (st *stage) sayAll(ctx context.Context, lines iter.Seq2[chatLine, error], by *speakers) (n int, err error) {
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
		who, pause := by.next(line)
		if pause > 0 {
			if err := st.wait(ctx, pause); err != nil {
				return n, err
			}
		}
		if err := st.say(who, line.Text); err != nil {
			return n, err
		}
		n++
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
	kind := string(c.Kind)
	switch c.Kind {
	case decision.CaseStrike:
		kind = "警告"
	case decision.CaseReview:
		kind = "待审"
	}
	if len(c.Findings) == 0 {
		return kind
	}
	strongest := slices.MaxFunc(c.Findings, func(a, b moderation.Finding) int { return cmp.Compare(a.Action, b.Action) })
	return strings.TrimSpace(kind + " " + text.Reason(c) + " " + strongest.Word)
}
