package bot

import (
	"testing"
	"time"

	"menshen/bot/decision"
)

var t0 = time.Date(2026, 9, 22, 8, 30, 0, 0, time.UTC)

// sendAll sends n messages of a priority as early as the budget allows.
func sendAll(b *budget, p decision.Priority, from time.Time, n int) []time.Time {
	now := from
	times := make([]time.Time, 0, n)
	for range n {
		now = later(now, b.nextFor(p, now))
		b.spend(now)
		times = append(times, now)
	}
	return times
}

func TestBudgetWindows(t *testing.T) {
	limits := DefaultSendLimits()
	times := sendAll(newBudget(limits, nil, decision.Silence{}), decision.PriorityEnforce, t0, 1500)
	for window, limit := range map[time.Duration]int{
		time.Minute: limits.PerMinute, time.Hour: limits.PerHour, 24 * time.Hour: limits.PerDay,
	} {
		for i := limit; i < len(times); i++ {
			if times[i].Sub(times[i-limit]) < window {
				t.Fatalf("messages %d to %d lie within %v, limit %d", i-limit, i, window, limit)
			}
		}
	}
}

func TestBudgetBurstThenGap(t *testing.T) {
	limits := DefaultSendLimits()
	times := sendAll(newBudget(limits, nil, decision.Silence{}), decision.PriorityEnforce, t0, 10)
	for i, at := range times {
		switch {
		case i < limits.Burst && !at.Equal(t0):
			t.Errorf("message %d waited %v, want the burst at once", i, at.Sub(t0))
		case i >= limits.Burst && at.Sub(times[i-1]) < limits.MinGap-time.Millisecond:
			t.Errorf("message %d came %v after the one before, want at least %v", i, at.Sub(times[i-1]), limits.MinGap)
		case i >= limits.Burst && at.Sub(times[i-1]) > limits.MaxGap+time.Millisecond:
			t.Errorf("message %d came %v after the one before, want at most %v", i, at.Sub(times[i-1]), limits.MaxGap)
		}
	}
}

func TestBudgetLeavesRoomForUrgent(t *testing.T) {
	b := newBudget(DefaultSendLimits(), nil, decision.Silence{})
	times := sendAll(b, decision.PriorityFun, t0, 140)
	now := times[len(times)-1].Add(5 * time.Second)
	if next := b.nextFor(decision.PriorityFun, now); !next.After(now) {
		t.Errorf("fun may be sent at %v after %d in an hour, want it to wait", next, len(times))
	}
	if next := b.nextFor(decision.PriorityEnforce, now); next.After(now) {
		t.Errorf("a warning waits until %v, want it at once", next)
	}
}

func TestBudgetPauseDoubles(t *testing.T) {
	b := newBudget(DefaultSendLimits(), nil, decision.Silence{})
	now := t0
	for _, want := range []time.Duration{10, 20, 40, 80, 160, 320, 360, 360} {
		until := b.refuse(now).Until
		if got := until.Sub(now); got != want*time.Minute {
			t.Fatalf("pause = %v, want %v", got, want*time.Minute)
		}
		if again := b.refuse(now.Add(time.Second)).Until; !again.Equal(until) {
			t.Errorf("a second refusal during the pause moved it to %v", again)
		}
		if next := b.nextFor(decision.PriorityEnforce, now); !next.Equal(until) {
			t.Errorf("next = %v, want the end of the pause %v", next, until)
		}
		now = until
	}
	sendAll(b, decision.PriorityEnforce, now.Add(2*time.Hour), 1)
	if until := b.refuse(now.Add(3 * time.Hour)).Until; until.Sub(now.Add(3*time.Hour)) != 10*time.Minute {
		t.Errorf("after two quiet hours the pause is %v, want 10m", until.Sub(now.Add(3*time.Hour)))
	}
}

func TestBudgetSurvivesRestart(t *testing.T) {
	b := newBudget(DefaultSendLimits(), nil, decision.Silence{})
	times := sendAll(b, decision.PriorityEnforce, t0, 25)
	restarted := newBudget(DefaultSendLimits(), times, decision.Silence{})
	now := times[len(times)-1]
	if next := restarted.nextFor(decision.PriorityEnforce, now); !next.After(now) {
		t.Error("a restart forgot what was sent")
	}
}
