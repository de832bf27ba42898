package bot

import (
	"sync/atomic"
	"time"

	"menshen/bot/chat"
)

// pulse is how far the road is behind the network. It is read by whoever looks
// after the program.
type pulse struct {
	lag    atomic.Int64 // nanoseconds
	roster atomic.Pointer[time.Time]
}

// beat is told of every batch that was recorded.
func (p *pulse) beat(b chat.Batch, now time.Time) {
	for _, event := range b.Events {
		switch e := event.(type) {
		case chat.Message:
			p.lag.Store(int64(max(0, now.Sub(e.Time))))
		case chat.RosterRead:
			p.roster.Store(&e.Time)
		}
	}
}

// Lag returns how old the newest message was when it was recorded, by the
// network's time.
func (p *Pipeline) Lag() time.Duration { return time.Duration(p.pulse.lag.Load()) }

// LastRoster returns when a whole member list was last read; zero: not in this
// run.
func (p *Pipeline) LastRoster() time.Time {
	if at := p.pulse.roster.Load(); at != nil {
		return *at
	}
	return time.Time{}
}
