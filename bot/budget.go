package bot

import (
	"math/rand/v2"
	"time"

	"menshen/bot/decision"
)

// SendLimits is how much the bot may say. The defaults follow what is known of
// WeChat: about 60 messages in a burst are refused for being too frequent, one
// a second is tolerated for a while, and restrictions come for much less when
// it lasts.
type SendLimits struct {
	MinGap, MaxGap             time.Duration // between two messages, with jitter
	Burst                      int           // messages that may go out at once
	PerMinute, PerHour, PerDay int
	// Pause is how long sending stops after the network said "too frequent";
	// it doubles up to MaxPause while that goes on.
	Pause, MaxPause time.Duration
}

// DefaultSendLimits returns the limits of an ordinary account.
func DefaultSendLimits() SendLimits {
	return SendLimits{
		MinGap: 2 * time.Second, MaxGap: 4 * time.Second, Burst: 3,
		PerMinute: 20, PerHour: 200, PerDay: 1000,
		Pause: 10 * time.Minute, MaxPause: 6 * time.Hour,
	}
}

// budget says when the next message may be sent.
type budget struct {
	limits SendLimits
	sent   []time.Time   // of the last day, oldest first, at most PerDay
	credit float64       // messages that may go out at once, at most Burst
	gap    time.Duration // what one message of credit takes to come back
	last   time.Time
	next   time.Time
	paused time.Time
	pause  time.Duration // the length of the newest pause
}

// newBudget starts from what was sent in the last day and the last pause, so
// that a restart wins nothing.
func newBudget(limits SendLimits, sent []time.Time, silence decision.Silence) *budget {
	b := &budget{limits: limits, credit: float64(limits.Burst)}
	for _, at := range sent {
		b.spend(at)
		b.gap = limits.MaxGap // the gaps that were drawn then are not known
	}
	b.paused, b.pause = silence.Until, min(silence.Length, limits.MaxPause)
	return b
}

// nextFor returns the earliest time at which a row of the priority may be
// sent; it is not after now when it may be sent at once.
func (b *budget) nextFor(p decision.Priority, now time.Time) time.Time {
	b.follow(now)
	next := later(b.next, b.paused)
	// What is less urgent leaves room for what is more urgent.
	share := 10 - int(p)
	next = later(next, b.windowEnd(time.Minute, b.limits.PerMinute*share/10, now))
	next = later(next, b.windowEnd(time.Hour, b.limits.PerHour*share/10, now))
	return later(next, b.windowEnd(24*time.Hour, b.limits.PerDay*share/10, now))
}

// windowEnd returns when fewer than limit messages lie in the window before
// that time.
func (b *budget) windowEnd(window time.Duration, limit int, now time.Time) time.Time {
	if limit < 1 {
		limit = 1
	}
	if len(b.sent) < limit {
		return time.Time{}
	}
	end := b.sent[len(b.sent)-limit].Add(window)
	if !end.After(now) {
		return time.Time{}
	}
	return end
}

// spend counts a message sent at now.
func (b *budget) spend(now time.Time) {
	b.follow(now)
	if b.gap > 0 {
		b.credit += float64(now.Sub(b.last)) / float64(b.gap)
	}
	b.credit = min(b.credit, float64(b.limits.Burst)) - 1
	b.gap = b.limits.MinGap + rand.N(b.limits.MaxGap-b.limits.MinGap+1)
	b.last, b.next = now, now
	if b.credit < 1 {
		b.next = now.Add(time.Duration((1 - b.credit) * float64(b.gap)))
	}
	b.sent = append(b.sent, now)
	if over := len(b.sent) - b.limits.PerDay; over > 0 {
		b.sent = append(b.sent[:0], b.sent[over:]...)
	}
	// An hour of quiet success forgets earlier refusals.
	if !b.paused.IsZero() && now.Sub(b.paused) > time.Hour {
		b.pause = 0
	}
}

// follow moves everything that is remembered along when the clock was set
// back: a corrected clock must not silence the bot until the old time returns.
func (b *budget) follow(now time.Time) {
	back := b.last.Sub(now)
	if back <= 0 {
		return
	}
	for i := range b.sent {
		b.sent[i] = b.sent[i].Add(-back)
	}
	b.last, b.next = now, b.next.Add(-back)
	if !b.paused.IsZero() {
		b.paused = b.paused.Add(-back)
	}
}

// refuse stops sending after the network said that it is too frequent.
func (b *budget) refuse(now time.Time) decision.Silence {
	switch {
	case now.Before(b.paused): // more refusals of the same moment
		return b.silence()
	case b.pause == 0:
		b.pause = b.limits.Pause
	default:
		b.pause = min(2*b.pause, b.limits.MaxPause)
	}
	b.paused = now.Add(b.pause)
	return b.silence()
}

func (b *budget) silence() decision.Silence {
	return decision.Silence{Until: b.paused, Length: b.pause}
}

// left returns how many messages may still be sent in the hour and the day.
func (b *budget) left(now time.Time) (hour, day int) {
	return b.limits.PerHour - b.within(time.Hour, now), b.limits.PerDay - b.within(24*time.Hour, now)
}

func (b *budget) within(window time.Duration, now time.Time) int {
	n := 0
	for i := len(b.sent) - 1; i >= 0 && now.Sub(b.sent[i]) < window; i-- {
		n++
	}
	return n
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
