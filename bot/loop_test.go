package bot_test

import (
	"fmt"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// answersTo says how another bot answers what it hears, the n-th time.
type answersTo func(heard string, n int) string

// Another bot answers everything that the room hears, slowly or fast: it comes
// to rest, whatever the other says.
func TestTwoBotsComeToRest(t *testing.T) {
	t.Parallel()
	for _, other := range []struct {
		name   string
		answer answersTo
		most   int
	}{
		{"that asks for the balance", func(string, int) string { return "积分" }, 12},
		{"that asks what there is", func(string, int) string { return "兑换" }, 130},
		{"that asks for all in turn", func(_ string, n int) string {
			return []string{"积分", "排行", "帮助", "货架", "我的警告"}[n%5]
		}, 130},
		{"that repeats what it hears", func(heard string, _ int) string { return heard }, 5},
		{"that quotes a word", func(string, int) string { return "收到，加群" }, 5},
	} {
		for _, delay := range []time.Duration{2 * time.Second, 40 * time.Second, 65 * time.Second} {
			t.Run(fmt.Sprintf("%s after %s", other.name, delay), func(t *testing.T) {
				t.Parallel()
				s := newStage(t)
				s.says(jia, "积分", time.Minute)
				talk := &dialogue{stages: []*stage{s}, delay: delay}
				n := talk.rest(t, func(_ int, words string, n int) string { return other.answer(words, n) })
				if n > other.most {
					t.Errorf("%d answers before they rested, want at most %d", n, other.most)
				}
				s.sound()
			})
		}
	}
}

// Two rooms' worth of this very bot sit in one group: neither takes the other's
// words for a command, and neither warns the other for them.
func TestTwoOfThisBotComeToRest(t *testing.T) {
	t.Parallel()
	a, b := newStage(t), newStage(t)
	for _, line := range []string{"积分", "帮助", "签到", "货架", "快来加群", "我的警告", "申诉 1 说错了", "群规"} {
		a.says(jia, line, 0)
		b.says(jia, line, time.Second)
		a.pass(time.Second)
	}
	talk := &dialogue{stages: []*stage{a, b}, delay: 2 * time.Second}
	if n := talk.rest(t, func(_ int, words string, _ int) string { return words }); n > 20 {
		t.Errorf("they said %d things to each other", n)
	}
	for _, s := range []*stage{a, b} {
		s.want("warnings of the other bot", `SELECT count(*) FROM cases WHERE member = 6`, "0")
		s.sound()
	}
}

// dialogue gives what each room hears to another bot, who is 丙 in them.
type dialogue struct {
	stages []*stage
	delay  time.Duration
	heard  []int
}

// rest goes on until nobody says anything for ten minutes, and returns how
// often the other bot spoke.
func (d *dialogue) rest(t *testing.T, answer func(stage int, words string, n int) string) int {
	t.Helper()
	d.heard = make([]int, len(d.stages))
	said := 0
	for still := time.Duration(0); still < 10*time.Minute; still += d.delay {
		for i, s := range d.stages {
			all := s.heard(false)
			to := d.stages[(i+1)%len(d.stages)]
			for _, words := range all[d.heard[i]:] {
				still = 0
				to.comes(to.line(bing, answer(i, words, said)))
				if said++; said > 300 {
					t.Fatalf("they do not come to rest; last %q", words)
				}
			}
			d.heard[i] = len(all)
		}
		for _, s := range d.stages {
			s.pass(d.delay)
		}
	}
	return said
}

// The bot runs on its owner's account, where the owner's words bear the same
// name: what comes back of its own is no command of theirs, however it went
// out, also after a start; what the owner types is.
func TestOwnWordsAreNoCommand(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	typed := func(id, words string) {
		m := s.line(theBot, words)
		m.ID, m.Self = id, true
		s.comes(m)
		s.pass(time.Minute)
	}
	say := func(words string) {
		s.apply(decision.Speak{Say: decision.Say{
			Cause: "test:" + words, Kind: decision.SayAnswer, Room: theRoom, Priority: decision.PriorityAnswer, Text: words,
		}})
		s.road.State(chat.State{Phase: chat.PhaseOnline}) // wakes the outbox
		s.pass(time.Minute)
	}
	say("静默 开")
	s.wire.answer, s.wire.lost = failures(1, chat.ErrUnknownOutcome), true
	say("暂停 2h")
	s.wire.answer, s.wire.lost = nil, false
	s.apply(decision.Speak{Say: decision.Say{
		Cause: "test:parts", Kind: decision.SayFun, Room: theRoom, Merge: "parts", Parts: []string{"演习 开"}, Text: "made of parts",
	}})
	s.state(chat.PhaseOnline)
	s.pass(time.Minute)
	s.want("what went out", `SELECT text, state FROM outbox ORDER BY id`, "静默 开 sent", "暂停 2h unknown", "演习 开 sent")
	s.restart()
	state := `SELECT silent, paused_until > 0, rehearsal FROM room WHERE id = 1`
	typed("echo 1", "静默 开")
	typed("echo 2", "暂停 2h")
	typed("echo 3", "演习 开")
	typed("sent1", "停用") // the id of what was said, whatever the words are
	s.want("own words", state, "0 0 0")
	s.want("own words are not kept as a member's", `SELECT count(*) FROM message WHERE id IN ('echo 1', 'echo 2', 'echo 3', 'sent1')`, "0")
	typed("typed 1", "演习 关")
	s.want("what was typed", `SELECT count(*) FROM message WHERE id = 'typed 1'`, "1")
	s.pass(time.Hour)
	typed("typed 2", "静默 开")
	s.want("typed an hour later", state, "1 0 0")
}
