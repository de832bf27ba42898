package sanction

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func TestQuietUntil(t *testing.T) {
	zone := decision.DefaultSettings().Location()
	clock := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04:05", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	night := decision.DefaultSettings()
	night.QuietFrom, night.QuietTo = 22*60, 7*60
	noon := decision.DefaultSettings()
	noon.QuietFrom, noon.QuietTo = 12*60, 14*60
	tests := []struct {
		name      string
		s         decision.Settings
		due, want string
	}{
		{"no quiet hours", decision.DefaultSettings(), "2026-09-22 23:10:05", "2026-09-22 23:10:05"},
		{"before midnight", night, "2026-09-22 23:10:05", "2026-09-23 07:00:00"},
		{"after midnight", night, "2026-09-22 03:00:00", "2026-09-22 07:00:00"},
		{"the first minute", night, "2026-09-22 22:00:00", "2026-09-23 07:00:00"},
		{"the last minute", night, "2026-09-22 06:59:59", "2026-09-22 07:00:00"},
		{"just over", night, "2026-09-22 07:00:00", "2026-09-22 07:00:00"},
		{"by day", night, "2026-09-22 12:30:00", "2026-09-22 12:30:00"},
		{"within one day", noon, "2026-09-22 13:00:00", "2026-09-22 14:00:00"},
		{"outside of one day", noon, "2026-09-22 14:30:00", "2026-09-22 14:30:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := QuietUntil(decision.Room{Settings: tt.s}, clock(tt.due))
			if !got.Equal(clock(tt.want)) {
				t.Errorf("QuietUntil(%s) = %s, want %s", tt.due, got.In(zone), tt.want)
			}
		})
	}
}

func TestWhoIsAskedForARemoval(t *testing.T) {
	tests := []struct {
		name   string
		byName bool
		can    bool
		actor  decision.Actor
		want   decision.RemovalState
	}{
		{"the network", false, true, decision.Actor{}, decision.RemovalRequested},
		{"the owner where the network cannot", false, false, decision.Actor{}, decision.RemovalAsked},
		{"the owner where a name alone says who it is", true, true, decision.Actor{}, decision.RemovalAsked},
		{"the network when a person said so", true, true, decision.Actor{Member: 2}, decision.RemovalRequested},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Strike{
				Room: decision.Room{Settings: decision.DefaultSettings()}, Member: decision.Member{ID: 4, ByName: tt.byName},
				Case: decision.Case{ID: 17, Strike: 3}, Can: chat.Capabilities{Remove: tt.can}, Actor: tt.actor,
			}
			for _, e := range s.RemovalEffects() {
				if c, ok := e.(decision.ChangeCase); ok && c.Removal != tt.want {
					t.Errorf("the removal is %q, want %q", c.Removal, tt.want)
				}
			}
		})
	}
}
