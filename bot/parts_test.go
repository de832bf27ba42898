package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// long is a text of so many lines of 180 characters, each with its number.
func long(lines int) string {
	all := make([]string, lines)
	for i := range all {
		all[i] = fmt.Sprintf("第%02d条%s", i+1, strings.Repeat("字", 176))
	}
	return strings.Join(all, "\n")
}

// wantLong checks that all are the messages in which long is said, two lines in
// each.
func (s *stage) wantLong(all []string, lines int) {
	s.t.Helper()
	if len(all) != (lines+1)/2 {
		s.t.Fatalf("%d messages of %d lines: %q", len(all), lines, all)
	}
	for i, words := range all {
		first, last := fmt.Sprintf("第%02d条", 2*i+1), fmt.Sprintf("第%02d条", min(2*i+2, lines))
		if n := len([]rune(words)); n > decision.Longest || !strings.Contains(words, first) || !strings.Contains(words, last) {
			s.t.Errorf("message %d has %d runes: %.40q", i+1, n, words)
		}
	}
}

func TestALongSentenceIsSeveralMessages(t *testing.T) {
	tellTales(t, []roadTale{
		{"in order, whole, each for its share of the budget", func(s *stage) {
			s.says(wang, "公告 "+long(7), time.Minute)
			s.wantLong(s.heard(false), 7)
			s.want("rows", `SELECT cause, kind, state, length(text) <= 500 FROM outbox WHERE kind = 'announce' ORDER BY id`,
				"message:m1 announce sent 1", "message:m1/2 announce sent 1", "message:m1/3 announce sent 1", "message:m1/4 announce sent 1")
			var gaps []time.Duration
			for i := 3; i < len(s.wire.said); i++ { // after the burst
				gaps = append(gaps, s.wire.said[i].At.Sub(s.wire.said[i-1].At))
			}
			if slices.Min(gaps) < steadyLimits().MinGap {
				t.Errorf("the messages came %v apart", gaps)
			}
		}},
		{"nobody's words come between", func(s *stage) {
			s.wire.answer = failures(1, chat.ErrOffline)
			s.comes(s.line(wang, "公告 "+long(4)), s.line(jia, "积分"), s.line(wang, "公告 说完了"))
			s.pass(2 * time.Minute)
			heard := slices.DeleteFunc(s.heard(false), func(words string) bool { return strings.Contains(words, "甲 0 分") })
			s.wantLong(heard[:2], 4)
			s.wantCount(heard[2:], "说完了", 1)
		}},
		{"the network says too fast in the middle", func(s *stage) {
			n := 0
			s.wire.answer = func(chat.Outgoing) error {
				if n++; n == 2 {
					return chat.ErrTooFast
				}
				return nil
			}
			s.says(wang, "公告 "+long(5), time.Hour)
			s.wantLong(s.heard(false), 5)
		}},
		{"an answer nobody heard of is not repeated", func(s *stage) {
			n := 0
			s.wire.answer = func(chat.Outgoing) error {
				if n++; n == 2 {
					return chat.ErrUnknownOutcome
				}
				return nil
			}
			s.says(wang, "公告 "+long(6), time.Hour)
			s.want("rows", `SELECT state FROM outbox WHERE kind = 'announce' ORDER BY id`, "sent", "unknown", "sent")
			s.wantCount(s.heard(false), "", 2)
		}},
		{"replayed", func(s *stage) {
			m := s.line(wang, "公告 "+long(5))
			s.comes(m)
			s.comes(m)
			s.restart()
			s.comes(m)
			s.pass(time.Minute)
			s.wantLong(s.heard(false), 5)
		}},
		{"in a rehearsal", func(s *stage) {
			s.says(wang, "演习 开", time.Minute)
			s.says(wang, "公告 "+long(5), time.Minute)
			s.want("rows", `SELECT state FROM outbox WHERE kind = 'announce' ORDER BY id`, "rehearsed", "rehearsed", "rehearsed")
			s.wantHeard("条", 0)
		}},
		{"in the quiet hours", func(s *stage) {
			s.set("quiet_hours", "11:00-13:00")
			s.says(wang, "公告 "+long(5), time.Minute)
			s.wantHeard("条", 0)
			s.says(wang, "免打扰 关", time.Minute)
			s.wantLong(s.heard(false)[:3], 5)
		}},
	})
}

// The bot's own words come back to it from the phone of its account, and from
// another bot: no part of them is taken for a command or a breach.
func TestPartsComeBack(t *testing.T) {
	s := newStage(t)
	s.says(wang, "公告 "+long(2)+"\n"+strings.Repeat("字", 136)+"\n签到", time.Minute)
	said := s.heard(false)
	if len(said) != 2 || said[1] != decision.Guard+"签到" {
		t.Fatalf("said %q", said)
	}
	for _, words := range said {
		m := s.line(theBot, words)
		m.Self = true
		s.comes(m, s.line(bing, words))
	}
	s.pass(time.Minute)
	s.wantCount(s.heard(true)[2:], "", 0)
	s.want("what came back from the phone", `SELECT count(*) FROM message WHERE member = 1`, "0")
	s.sound()
}

// aboutLines are the messages heard that hold lines of long.
func (s *stage) aboutLines() []string {
	return slices.DeleteFunc(s.heard(false), func(words string) bool { return !strings.Contains(words, "条字") })
}

// Members who ask for long rules, many and often, do not fill the room.
func TestLongAnswersDoNotFillTheRoom(t *testing.T) {
	s := newStage(t)
	s.says(wang, "设群规 "+long(5), 6*time.Minute)
	before := len(s.aboutLines())
	for range 4 {
		for _, who := range []chat.MemberID{jia, yi, bing} {
			s.says(who, "群规", 5*time.Second)
		}
		s.pass(time.Minute - 15*time.Second)
	}
	s.wantLong(s.aboutLines()[before:], 5)
	s.pass(time.Minute)
	s.says(yi, "群规", 5*time.Minute)
	s.wantLong(s.aboutLines()[before+3:], 5)
	s.comes(chat.Joined{Room: theRoom, Members: []chat.MemberID{yi, bing}, Time: s.clock.Now()})
	s.pass(time.Minute)
	s.wantHeard("欢迎 乙、丙", 1) // in one message, with where to find the rest
	s.wantHeard("（全文请回复「群规」）", 1)
	s.sound()
}

// A member who cannot be written to is not tried again with the rest.
func TestPartsForSomebodyOutOfReach(t *testing.T) {
	s := newStage(t)
	tried := 0
	s.wire.answer = func(out chat.Outgoing) error {
		if out.Member == 0 {
			return nil
		}
		tried++
		return chat.ErrNotReachable
	}
	s.apply(decision.Speak{Say: decision.Say{
		Cause: "long", Kind: decision.SayWhisper, Room: theRoom, Member: jia, Text: long(5), Priority: decision.PriorityAnswer, Parts: []string{"已私信", "发不了私信"},
	}}, decision.Speak{Say: decision.Say{
		Cause: "owners", Kind: decision.SayInbox, Room: theRoom, ToOwners: true, Text: long(5), Priority: decision.PriorityAnswer,
	}})
	s.says(bing, "你好", time.Minute)
	s.wantHeard("发不了私信", 1)
	s.wantHeard("已私信", 0)
	s.wantLong(slices.DeleteFunc(s.heard(true), func(words string) bool { return !strings.Contains(words, "条") }), 5) // on the console
	if tried != 2 {
		t.Errorf("%d requests to two people out of reach", tried)
	}
	s.sound()
}

// Words that are merged get longer than one message by the owner's template.
func TestMergedWordsAreSplitWhenTheyAreDue(t *testing.T) {
	s := newStage(t)
	s.says(wang, "设群规 "+strings.Repeat("守规矩。", 60), time.Minute)
	s.set("welcome", "欢迎 {names}\n{rules}\n"+strings.Repeat("请大家多多关照。", 34))
	s.comes(chat.Joined{Room: theRoom, Members: []chat.MemberID{yi, bing}, Time: s.clock.Now()})
	s.pass(time.Minute)
	s.wantHeard("欢迎 乙、丙\n本群群规", 1)
	s.wantHeard("关照", 1)
	s.want("rows", `SELECT kind, state, length(text) <= 500, cause LIKE 'outbox:%/2' FROM outbox WHERE kind = 'welcome' AND member = 0 ORDER BY id`,
		"welcome sent 1 0", "welcome sent 1 1")
	s.sound()
}

// TestCrashBetweenMessages crashes at every step while a long sentence and
// a long answer are said.
func TestCrashBetweenMessages(t *testing.T) {
	steps := []step{
		says(2*time.Minute, wang, "设群规 "+long(3), jia, "积分"), says(2*time.Minute, yi, "群规", wang, "公告 "+long(5)),
	}
	f := newFaults(t, steps, "3", false)
	all := f.crashes(t, "watched", f.begin)
	for _, c := range all {
		f.mustLoseNothing(t, c)
	}
	t.Logf("%d crashes that leave %d states, %d sentences", points(all), len(all), f.said)
}
