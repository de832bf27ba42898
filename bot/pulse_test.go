package bot_test

import (
	"testing"
	"time"
)

// TestTheRoadKnowsHowFarItIsBehind looks at the age of what was recorded last,
// and at the last whole member list.
func TestTheRoadKnowsHowFarItIsBehind(t *testing.T) {
	s := newStage(t)
	if s.road.Lag() != 0 || !s.road.LastRoster().IsZero() {
		t.Errorf("at the start: lag %v, member list of %v", s.road.Lag(), s.road.LastRoster())
	}
	late := s.line(jia, "大家早上好")
	late.Time = s.clock.Now().Add(-90 * time.Second)
	s.comes(late)
	if s.road.Lag() != 90*time.Second {
		t.Errorf("the lag is %v, want 90s", s.road.Lag())
	}
	s.says(jia, "又快了", time.Minute)
	if s.road.Lag() != 0 {
		t.Errorf("the lag is %v after a message that came at once", s.road.Lag())
	}
	at := s.clock.Now()
	s.roster(theBot, wang, li, jia, yi, bing)
	if !s.road.LastRoster().Equal(at) {
		t.Errorf("the last member list is of %v, want %v", s.road.LastRoster(), at)
	}
}
