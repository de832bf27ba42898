package data

import (
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// TestMemoryForgetsAQuarter fills the writer's memory over both of its bounds:
// it stays within them, counts what it holds, keeps who was asked for last and
// most of the others.
func TestMemoryForgetsAQuarter(t *testing.T) {
	for _, tt := range []struct {
		name           string
		members, lines int
	}{
		{name: "many members", members: 3 * mostMembers, lines: 1},
		{name: "many lines", members: 3 * mostLines / mostRecent, lines: mostRecent},
		{name: "members who say nothing", members: 3 * mostMembers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m memory
			for i := range tt.members {
				who := chat.MemberID(i + 1)
				m.keep(who, recent{all: make([]decision.Past, tt.lines)})
				if _, ok := m.recent[who]; !ok {
					t.Fatalf("member %d of %d is forgotten at once", i, tt.members)
				}
			}
			held := 0
			for _, r := range m.recent {
				held += len(r.all)
			}
			if held != m.lines || held > mostLines || len(m.recent) > mostMembers {
				t.Errorf("%d members with %d lines, counted %d", len(m.recent), held, m.lines)
			}
			if held < mostLines*2/3 && len(m.recent) < mostMembers*2/3 {
				t.Errorf("%d members with %d lines are left: nearly everything was forgotten", len(m.recent), held)
			}
		})
	}
}
