package bot_test

import (
	"testing"
	"time"

	"menshen/bot/chat"
)

// A newcomer who is a friend of the account gets a word in private; one who is
// not is tried once and not again before they wrote in private; of many at once nobody gets one.
func TestANewcomerGetsAWordInPrivate(t *testing.T) {
	s := newStage(t)
	stranger := false
	s.wire.answer = func(out chat.Outgoing) error {
		if stranger && out.Member == jia {
			return chat.ErrNotReachable
		}
		return nil
	}
	private := func() (n int) {
		for _, d := range s.wire.said {
			if d.Out.Member != 0 && d.Out.Member != wang {
				n++
			}
		}
		return n
	}
	comes := func(want int, who ...chat.MemberID) {
		t.Helper()
		s.comes(chat.Left{Room: theRoom, Members: who, Time: s.clock.Now()})
		s.comes(chat.Joined{Room: theRoom, Members: who, Time: s.clock.Now()})
		s.pass(20 * time.Minute)
		if got := private(); got != want {
			t.Errorf("%d words in private, want %d", got, want)
		}
	}
	comes(1, yi)
	comes(1, jia, yi, bing, li)
	stranger = true
	comes(1, jia)
	stranger = false // and yet nobody tries
	comes(1, jia)
	s.comes(chat.Message{ID: "in private", As: []chat.MemberID{jia}, Kind: chat.KindText, Text: "帮助", Time: s.clock.Now()}) // only a friend can
	s.pass(time.Minute)
	comes(3, jia) // the answer and the word
	s.wantHeard("欢迎", 5)
	s.sound()
}
