package moderation

import "time"

// Ladder is how strikes add up in a room.
type Ladder struct {
	Limit int           // the strike that leads to removal, at least 1
	Life  time.Duration // how long a strike counts
	Burst time.Duration // hits this close to the last one belong to it
}

// Strikes is what is known of a member's strikes before a hit.
type Strikes struct {
	Live int // strikes that count at the time of the hit
	// Last is when the newest strike was last hit; zero when there is none.
	Last time.Time
	// Unheard is set while the notice of the newest strike is still on its
	// way: nobody is punished for what they could not know.
	Unheard bool
}

// Step is what a hit leads to.
type Step struct {
	Join    bool // it belongs to the newest strike
	Number  int  // of the new strike, from 1
	Expires time.Time
	Remove  bool // the limit is reached
}

// Next decides a hit at the given time. Hits of one burst are one strike, and
// no strike is added before the notice of the one before had its chance.
func (l Ladder) Next(s Strikes, at time.Time) Step {
	if !s.Last.IsZero() && (s.Unheard || at.Sub(s.Last) < l.Burst) {
		return Step{Join: true}
	}
	number := s.Live + 1
	return Step{Number: number, Expires: at.Add(l.Life), Remove: number >= l.Limit}
}
