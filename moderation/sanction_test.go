package moderation

import (
	"testing"
	"time"
)

func TestLadderNext(t *testing.T) {
	ladder := Ladder{Limit: 3, Life: 30 * 24 * time.Hour, Burst: time.Minute}
	at := time.Date(2026, 9, 22, 8, 30, 0, 0, time.UTC)
	life := at.Add(ladder.Life)
	tests := []struct {
		name string
		s    Strikes
		want Step
	}{
		{"first hit", Strikes{}, Step{Number: 1, Expires: life}},
		{"same burst", Strikes{Live: 1, Last: at.Add(-59 * time.Second)}, Step{Join: true}},
		{"burst is over", Strikes{Live: 1, Last: at.Add(-time.Minute)}, Step{Number: 2, Expires: life}},
		{"notice not sent yet", Strikes{Live: 1, Last: at.Add(-time.Hour), Unheard: true}, Step{Join: true}},
		{"third", Strikes{Live: 2, Last: at.Add(-time.Hour)}, Step{Number: 3, Expires: life, Remove: true}},
		{"beyond the limit", Strikes{Live: 3, Last: at.Add(-time.Hour)}, Step{Number: 4, Expires: life, Remove: true}},
		{"all expired", Strikes{Live: 0, Last: at.Add(-40 * 24 * time.Hour)}, Step{Number: 1, Expires: life}},
		{"late message of an older time", Strikes{Live: 1, Last: at.Add(time.Hour)}, Step{Join: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ladder.Next(tt.s, at); got != tt.want {
				t.Errorf("Next(%+v) = %+v, want %+v", tt.s, got, tt.want)
			}
		})
	}
}
