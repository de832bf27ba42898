package bot_test

import (
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
)

// A warning that the owner takes back soon after it was said disappears from
// the room. Whatever comes of that request, it is made once.
func TestAWarningIsTakenBack(t *testing.T) {
	for _, c := range []struct {
		name     string
		after    time.Duration // from the warning to the owner's answer
		answer   string
		can      time.Duration
		err      error
		until    time.Duration // from the owner's answer to the end of err; 0: it stays
		lost     bool          // carried out and answered with the error all the same
		recalled int
		state    []string // of the row
	}{
		{name: "misjudged", after: time.Minute, answer: "误判 1", can: 2 * time.Minute, recalled: 1, state: []string{"sent"}},
		{name: "lifted", after: time.Minute, answer: "消警告 1", can: 2 * time.Minute, recalled: 1, state: []string{"sent"}},
		{name: "too late", after: 3 * time.Minute, answer: "误判 1", can: 2 * time.Minute},
		{name: "a network that cannot", after: time.Minute, answer: "误判 1"},
		{name: "refused", after: time.Minute, answer: "误判 1", can: 2 * time.Minute, err: chat.ErrRefused, state: []string{"failed"}},
		{name: "no answer", after: time.Minute, answer: "误判 1", can: 2 * time.Minute, err: chat.ErrUnknownOutcome, lost: true, recalled: 1, state: []string{"unknown"}},
		{name: "offline until it is too late", after: time.Minute, answer: "误判 1", can: 2 * time.Minute, err: chat.ErrOffline, state: []string{"cancelled"}},
		{name: "offline until a moment later", after: time.Minute, answer: "误判 1", can: 2 * time.Minute, err: chat.ErrOffline, until: 20 * time.Second, recalled: 1, state: []string{"sent"}},
		{name: "offline until two minutes after the warning", after: 90 * time.Second, answer: "误判 1", can: 2 * time.Minute, err: chat.ErrOffline, until: 40 * time.Second, state: []string{"cancelled"}},
		{name: "too fast until it is too late", after: time.Minute, answer: "误判 1", can: 2 * time.Minute, err: chat.ErrTooFast, state: []string{"cancelled"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.wire.can.Recall, s.wire.lost = c.can, c.lost
			var fine time.Time
			s.wire.keep = func() error {
				if !fine.IsZero() && !s.clock.Now().Before(fine) {
					return nil
				}
				return c.err
			}
			s.says(jia, "快来加群", c.after)
			if c.until > 0 {
				fine = s.clock.Now().Add(c.until)
			}
			s.wantHeard("警告 1/3", 1)
			s.says(wang, c.answer, 20*time.Minute)
			s.restart()
			s.pass(20 * time.Minute)
			if got := len(s.wire.recalled); got != c.recalled {
				t.Errorf("%d messages taken back, want %d", got, c.recalled)
			}
			if got := s.read(`SELECT state FROM outbox WHERE kind = 'recall'`); !slices.Equal(got, c.state) {
				t.Errorf("rows %q, want %q", got, c.state)
			}
			s.wantHeard("#1 的警告已撤销", 1)
			s.sound()
		})
	}
}

// An appeal upheld takes the warning back as well; the message that goes is
// the warning and no other.
func TestAnUpheldAppealTakesTheWarningBack(t *testing.T) {
	s := newStage(t)
	s.says(bing, "帮助", 10*time.Second)
	s.says(jia, "快来加群", 10*time.Second)
	s.says(jia, "申诉 1 我说的是加群聊的方法", 10*time.Second)
	s.answers("1过")
	s.pass(time.Minute)
	want := s.read(`SELECT message FROM outbox WHERE kind = 'warning'`)
	if len(want) != 1 || !slices.Equal(s.wire.recalled, want) {
		t.Errorf("took back %q, want %q", s.wire.recalled, want)
	}
	s.sound()
}
