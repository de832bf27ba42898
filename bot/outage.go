package bot

import "time"

// outageMax is the longest wait between two tries while requests do not reach
// the network.
const outageMax = time.Minute

// outage is a time in which requests do not reach the network although the
// login looks well. The wait before the next try doubles from a second on, and
// ends early when the login reports that it is online.
type outage struct {
	wait  time.Duration
	until time.Time // no request before
}

// failed notes a request that did not reach the network.
func (o *outage) failed(now time.Time) {
	o.wait = min(max(2*o.wait, time.Second), outageMax)
	o.until = now.Add(o.wait)
}

// next is the earliest time of a request. A clock that was set back does not
// make the wait any longer.
func (o *outage) next(now time.Time) time.Time {
	if o.until.Sub(now) > outageMax {
		return now
	}
	return o.until
}

// over notes that the network is reached.
func (o *outage) over() { *o = outage{} }
