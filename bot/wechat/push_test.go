package wechat

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/wechat/wechatsim"
)

// TestPushLogin: an account that was logged in logs in again by a confirmation
// on the phone; a QR code comes when nobody gives it, and after a login that
// may have been refused.
func TestPushLogin(t *testing.T) {
	for _, c := range []struct {
		name string
		end  int
		wait time.Duration // until the phone acts
		qrs  int           // shown in all
	}{
		{"logged out on the phone", 1100, 0, 1},
		{"logged in elsewhere", 1101, 0, 1},
		{"nobody confirms", 1101, 2 * time.Minute, 2},
		{"an old login that became invalid", 1102, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, wechatsim.Options{Poll: 50 * time.Millisecond})
			r.login(t)
			r.clock.advance(t, 2*time.Hour)
			r.do(t)(r.sim.EndSession(wechatsim.Ending{End: c.end}))
			r.ear.phase(t, chat.PhaseScan)
			if c.wait > 0 {
				r.clock.advance(t, c.wait)
				<-r.qrs
				r.qrs <- <-r.qrs // the second is shown
				c.qrs--
			}
			r.do(t)(r.sim.Scan(t.Context(), wechatsim.Scanning{}))
			r.ear.phase(t, chat.PhaseOnline)
			if len(r.qrs) != c.qrs {
				t.Errorf("%d QR codes shown, want %d", len(r.qrs), c.qrs)
			}
			if asked := r.sim.World().Requests["webwxpushloginurl"]; (asked > 0) != (c.end != 1102) {
				t.Errorf("the phone was asked %d times", asked)
			}
		})
	}
}
