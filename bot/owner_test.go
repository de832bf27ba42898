package bot_test

import (
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
)

// What happens to the room itself is told to its owner in private, and changes
// nobody's rights.
func TestTheOwnerHearsWhatHappensToTheRoom(t *testing.T) {
	for _, c := range []struct {
		name  string
		event func(time.Time) chat.Event
		hears string
		on    string
	}{
		{"another owner", func(at time.Time) chat.Event { return chat.OwnerChanged{Room: theRoom, Owner: jia, Time: at} }, "群主换成了「甲」，门神仍听你的", "1"},
		{"the bot owns it", func(at time.Time) chat.Event { return chat.OwnerChanged{Room: theRoom, Owner: theBot, Time: at} }, "群主换成了这个微信号", "1"},
		{"its owner owns it", func(at time.Time) chat.Event { return chat.OwnerChanged{Room: theRoom, Owner: wang, Time: at} }, "门神本来就听 TA 的", "1"},
		{"the bot is out", func(at time.Time) chat.Event { return chat.BotRemoved{Room: theRoom, Time: at} }, "我已不在群「读书群」里", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.comes(c.event(s.clock.Now()))
			s.pass(time.Minute)
			s.wantCount(s.heard(true), c.hears, 1)
			s.wantHeard(c.hears, 0)
			if got := s.read(`SELECT active FROM room WHERE id = 1`); !slices.Equal(got, []string{c.on}) {
				t.Errorf("the room is %q, want %q", got, c.on)
			}
			if got := s.read(`SELECT id FROM member WHERE role = 2`); !slices.Equal(got, []string{"2"}) {
				t.Errorf("owners %q", got)
			}
			s.sound()
		})
	}
}

// Whom the network shows as owner is kept, told where it is somebody whom the
// bot does not obey, and gives nobody a right.
func TestTheNetworksOwner(t *testing.T) {
	shown := func(who chat.MemberID, first bool) func(*stage) {
		return func(s *stage) {
			s.comes(chat.OwnerChanged{Room: theRoom, Owner: who, First: first, Time: s.clock.Now()})
			s.pass(time.Minute)
		}
	}
	gone := func(who chat.MemberID) func(*stage) {
		return func(s *stage) {
			s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{who}, Time: s.clock.Now()})
			s.pass(time.Minute)
		}
	}
	const stranger, changed = "的微信群主是「乙」，不是门神的主人", "群主换成了「乙」"
	for _, c := range []struct {
		name   string
		tell   []func(*stage)
		stored string
		hears  map[string]int
	}{
		{"the bound owner", []func(*stage){shown(wang, true)}, "2", map[string]int{"群主": 0}},
		{"the bot itself", []func(*stage){shown(theBot, true)}, "1", map[string]int{"群主": 0}},
		{"somebody else", []func(*stage){shown(yi, true)}, "5", map[string]int{stranger: 1, changed: 0}},
		{"the same after a start", []func(*stage){shown(yi, true), (*stage).restart, shown(yi, true)}, "5", map[string]int{stranger: 1, changed: 0}},
		{"another after a start", []func(*stage){shown(jia, true), (*stage).restart, shown(yi, true)}, "5", map[string]int{stranger: 0, changed: 1}},
		{"another, the one before is not there", []func(*stage){shown(jia, true), gone(jia), shown(yi, true)}, "5", map[string]int{stranger: 1, changed: 0}},
		{"a change", []func(*stage){shown(wang, true), shown(yi, false)}, "5", map[string]int{stranger: 0, changed: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			for _, step := range c.tell {
				step(s)
			}
			for part, times := range c.hears {
				s.wantCount(s.heard(true), part, times)
				s.wantHeard(part, 0)
			}
			s.want("stored", `SELECT network_owner FROM room WHERE id = 1`, c.stored)
			s.want("owners", `SELECT id FROM member WHERE role = 2`, "2")
			s.sound()
		})
	}
}
