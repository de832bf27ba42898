package bot_test

import (
	"fmt"
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

// An owner whom a login does not recognise is no other owner, while the one
// stored before still counts as there.
func TestAnOwnerWhoIsNotRecognisedIsNoNews(t *testing.T) {
	for _, c := range []struct {
		name  string
		maybe []chat.MemberID
		there bool // a member list came before
	}{
		{"nobody knows who it is", nil, false},
		{"may be the one before", []chat.MemberID{wang}, false},
		{"may be the one before, seen in a list", []chat.MemberID{wang}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.comes(chat.OwnerChanged{Room: theRoom, Owner: wang, First: true, Time: s.clock.Now()})
			directory, err := s.db.Directory(t.Context(), true)
			s.must(err)
			link := chat.MemberLink{Seen: chat.SeenMember{UserName: "@new", Nick: "王"}, Strength: chat.StrengthNew, Maybe: c.maybe}
			ids, err := directory.LinkMembers(t.Context(), login, theRoom, []chat.MemberLink{link})
			s.must(err)
			if c.there {
				s.roster(theBot, wang, li, jia, yi, bing, ids[0])
			}
			s.comes(chat.OwnerChanged{Room: theRoom, Owner: ids[0], First: true, Time: s.clock.Now()})
			s.pass(time.Minute)
			s.wantCount(s.heard(true), "群主", 0)
			s.want("stored", `SELECT network_owner FROM room WHERE id = 1`, fmt.Sprint(ids[0]))
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
