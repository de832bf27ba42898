package scoring

import "time"

// PassRule is the price of posting one link.
type PassRule struct {
	On     bool
	Points int64         // set aside
	Window time.Duration // in which the link may be posted
	Keep   time.Duration // after which the points come back if nobody objected
}

// DefaultPassRule returns the pass of a room that switches it on.
func DefaultPassRule() PassRule {
	return PassRule{Points: 20, Window: 3 * time.Minute, Keep: 24 * time.Hour}
}
