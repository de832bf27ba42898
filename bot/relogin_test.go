package bot_test

import (
	"testing"
	"time"

	"menshen/bot/chat"
)

// TestFaultLoginLost ends the login while rows wait. They wait on; after a new
// login stale notices are cancelled, and a removal goes by who is there then.
func TestFaultLoginLost(t *testing.T) {
	for _, c := range []struct {
		name    string
		left    bool // whom the bot was to remove left meanwhile
		removal string
		asked   []chat.MemberID
	}{
		{"still there", false, "sent", []chat.MemberID{jia}},
		{"gone by himself", true, "confirmed", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := prepared(t, t.TempDir()+"/menshen.db")
			s.open()
			s.set("warning_limit", "2")
			s.must(s.db.Close())
			s.start()
			defer s.close()
			s.says(jia, "快来加群", time.Minute)
			s.state(chat.PhaseEnded)
			s.comes(s.line(jia, "快来加群"), s.line(yi, "快来加群"))
			s.pass(11 * time.Minute)
			s.want("while logged out", `SELECT kind, state, attempts FROM outbox WHERE kind IN ('remove', 'warning') ORDER BY id`,
				"warning sent 1", "remove pending 0", "warning pending 0")
			s.state(chat.PhaseScan)
			if c.left {
				for range 2 {
					s.roster(theBot, wang, li, yi, bing)
				}
				s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{jia}, Time: s.clock.Now()})
			}
			s.state(chat.PhaseOnline)
			s.pass(time.Minute)
			s.wantRemoved(c.asked...)
			s.want("removal", `SELECT removal FROM cases WHERE removal <> ''`, c.removal)
			s.want("the stale notice", `SELECT state FROM outbox WHERE kind = 'warning' ORDER BY id DESC LIMIT 1`, "cancelled")
			s.wantHeard("警告 1/2", 1)
			s.sound()
		})
	}
}
