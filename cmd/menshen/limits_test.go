package main

import (
	"strings"
	"testing"

	"menshen/bot/chat"
)

func TestLimitsNameWhatIsMissing(t *testing.T) {
	all := chat.Capabilities{Remove: true, Recall: 1, Mute: true, Mentions: true, StableIDs: true, LeaveEvents: true}
	if lines := limits(all); len(lines) != 0 {
		t.Errorf("nothing is missing, yet %q", lines)
	}
	for word, lack := range map[string]func(*chat.Capabilities){
		"cannot remove":    func(c *chat.Capabilities) { c.Remove = false },
		"cannot take back": func(c *chat.Capabilities) { c.Recall = 0 },
		"cannot mute":      func(c *chat.Capabilities) { c.Mute = false },
		"does not notify":  func(c *chat.Capabilities) { c.Mentions = false },
		"other ids":        func(c *chat.Capabilities) { c.StableIDs = false },
		"who left":         func(c *chat.Capabilities) { c.LeaveEvents = false },
	} {
		can := all
		lack(&can)
		if lines := limits(can); len(lines) != 1 || !strings.Contains(lines[0], word) {
			t.Errorf("%s: %q", word, lines)
		}
	}
}
