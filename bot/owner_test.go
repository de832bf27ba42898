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
