package bot_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Thirty members do the same within a minute, or at once: the room hears it in
// few messages, each of which fits, within the budget, and everybody is named.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, line, part string
	}{
		{"the balance", "积分", `友%d号 100 分，第 \d+ 名`},
		{"an order", "兑换 券", `@友%d号\x{2005}已申请兑换「券」，冻结 10 分，等群主确认 #\d+。`},
		{"a transfer", "转账 5 @老王", `@友%d号\x{2005}已转 5 分给 老王，你还有 95 分。`},
		{"what is refused", "转账 500 @老王", `@友%d号\x{2005}太多了，一次最多 \d+。`},
	} {
		for _, every := range []time.Duration{0, 2 * time.Second} {
			t.Run(fmt.Sprintf("%s every %s", c.name, every), func(t *testing.T) {
				t.Parallel()
				s, crowd := crowded(t, 30)
				before := len(s.wire.said)
				for _, who := range crowd {
					s.says(who, c.line, every)
				}
				s.pass(5 * time.Minute)
				said := s.wire.said[before:]
				most := 12 + 5 // a message for every window, and what one cannot hold
				if every == 0 {
					most = 8
				}
				public := 0
				for _, d := range said {
					if utf8.RuneCountInString(d.Out.Text) > 500 {
						t.Errorf("%d runes in one message", utf8.RuneCountInString(d.Out.Text))
					}
					if d.Out.Room == theRoom {
						public++
					}
				}
				if public > most {
					t.Errorf("%d messages for 30 members, want at most %d", public, most)
				}
				if n := busiestMinute(said); n > 20 {
					t.Errorf("%d messages in one minute", n)
				}
				all := strings.Join(s.heard(false), "\n")
				for i := range crowd {
					part := regexp.MustCompile(fmt.Sprintf(c.part, i))
					if n := len(part.FindAllString(all, -1)); n != 1 {
						t.Errorf("友%d号 is answered %d times", i, n)
					}
				}
				s.sound()
			})
		}
	}
}

// One who asks alone gets the sentence alone, and so do the owners; orders that
// come together are one message to them, and so are their answers to the room.
func TestOrdersAreAnsweredTogether(t *testing.T) {
	t.Parallel()
	s, crowd := crowded(t, 4)
	before := len(s.wire.said)
	s.says(crowd[0], "积分", time.Minute)
	s.says(crowd[0], "兑换 券", time.Minute)
	s.asks(wang, "1驳", time.Minute)
	for _, who := range crowd[:3] {
		s.says(who, "兑换 券", 0)
	}
	s.pass(time.Minute)
	s.asks(wang, "2过 3过 4驳", time.Minute)
	var got []string
	for _, d := range s.wire.said[before:] {
		got = append(got, strings.NewReplacer("\u2060", "", "\u2005", " ").Replace(d.Out.Text))
	}
	want := []string{
		"友0号 100 分，第 1 名",
		"@友0号 已申请兑换「券」，冻结 10 分，等群主确认 #1。",
		"#1 友0号 想兑换「券」　1过 / 1驳",
		"#1 已处理：已回绝",
		"@友0号 兑换「券」没有通过 #1，积分已退回。",
		"@友0号 已申请兑换「券」，冻结 10 分，等群主确认 #2。\n@友1号 已申请兑换「券」，冻结 10 分，等群主确认 #3。\n@友2号 已申请兑换「券」，冻结 10 分，等群主确认 #4。",
		"#2 友0号 想兑换「券」　2过 / 2驳\n#3 友1号 想兑换「券」　3过 / 3驳\n#4 友2号 想兑换「券」　4过 / 4驳",
		"#2 已处理：已同意\n#3 已处理：已同意\n#4 已处理：已回绝",
		"@友0号 兑换「券」已同意 #2，请联系群主领取。\n@友1号 兑换「券」已同意 #3，请联系群主领取。\n@友2号 兑换「券」没有通过 #4，积分已退回。",
	}
	if strings.Join(got, "\n--\n") != strings.Join(want, "\n--\n") {
		t.Errorf("said\n%s\nwant\n%s", strings.Join(got, "\n--\n"), strings.Join(want, "\n--\n"))
	}
	s.sound()
}

// crowded is a stage with so many members who have 100 points each and all that
// can be done with them.
func crowded(t *testing.T, n int) (*stage, []chat.MemberID) {
	t.Helper()
	s := prepared(t, filepath.Join(t.TempDir(), "menshen.db"))
	s.limits = bot.DefaultSendLimits()
	s.start()
	t.Cleanup(s.close)
	s.set("transfers", "开", "transfer_fee", "0", "transfer_age_days", "0")
	crowd := s.crowd(n, theRoom)[0]
	var lines []chat.Event
	for i := range crowd {
		lines = append(lines, s.line(wang, fmt.Sprintf("加分 @友%d号 100 来了", i)))
	}
	on := true
	s.applyRoom(func(r *decision.SetRoom) { r.Silent = &on })
	s.comes(append(lines, s.line(wang, "上架 券 10 100件"))...)
	s.pass(10 * time.Minute)
	off := false
	s.applyRoom(func(r *decision.SetRoom) { r.Silent = &off })
	return s, crowd
}

// busiestMinute is how many messages went out in some minute, at most.
func busiestMinute(said []delivery) (most int) {
	for i, first := range said {
		n := 0
		for _, d := range said[i:] {
			if d.At.Sub(first.At) < time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
