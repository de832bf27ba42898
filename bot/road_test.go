package bot_test

import (
	"errors"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func TestFaultOutcomeOfANotice(t *testing.T) {
	for _, c := range []struct {
		name        string
		answer      error
		times       int // how often it is answered so
		lost        bool
		row, strike string
		heard       int
	}{
		{name: "sent", row: "sent 1", strike: "warned 1", heard: 1},
		{name: "offline and back", answer: chat.ErrOffline, times: 3, row: "sent 4", strike: "warned 1", heard: 1},
		{name: "too fast: stale when the pause is over", answer: chat.ErrTooFast, times: 1, row: "cancelled 1", strike: "open 1"},
		{name: "refused", answer: chat.ErrRefused, times: 1, row: "failed 1", strike: "open 1"},
		{name: "not reachable", answer: chat.ErrNotReachable, times: 1, row: "failed 1", strike: "open 1"},
		{name: "no answer, not carried out", answer: chat.ErrUnknownOutcome, times: 1, row: "unknown 1", strike: "warned 1"},
		{name: "no answer, carried out", answer: chat.ErrUnknownOutcome, times: 1, lost: true, row: "unknown 1", strike: "warned 1", heard: 1},
		{name: "an error nobody foresaw", answer: errors.New("odd"), times: 1, row: "unknown 1", strike: "warned 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			left := c.times
			s.wire.lost = c.lost
			s.wire.answer = func(out chat.Outgoing) error {
				if out.Room != theRoom || left == 0 {
					return nil
				}
				left--
				return c.answer
			}
			s.says(jia, "快来加群", time.Hour)
			s.restart() // nor does it come back
			s.pass(time.Hour)
			s.want("row", `SELECT state, attempts FROM outbox WHERE kind = 'warning'`, c.row)
			s.want("case", `SELECT state, strike FROM cases`, c.strike)
			s.wantHeard("警告 1/3", c.heard)
			s.sound()
		})
	}
}

// roadTale is something that happens to a room.
type roadTale struct {
	name string
	tell func(*stage)
}

// tellTales plays each tale on a road of its own.
func tellTales(t *testing.T, tales []roadTale) {
	t.Helper()
	for _, tale := range tales {
		t.Run(tale.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			tale.tell(s)
			s.sound()
		})
	}
}

func TestTheRoadToARemoval(t *testing.T) {
	tellTales(t, []roadTale{
		{"a ladder to removal", func(s *stage) {
			for range 3 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.wantHeard("警告 1/3", 1)
			s.wantHeard("警告 2/3", 1)
			s.wantHeard("警告 3/3", 0)
			s.want("strikes", `SELECT strike, state, removal FROM cases`, "1 warned ", "2 warned ", "3 open sent")
			s.wantRemoved(jia)
			s.says(jia, "你们来加群吧", 2*time.Minute) // on the way out: nothing more is said
			s.want("hits", `SELECT hits FROM cases WHERE id = 3`, "2")
			s.roster(theBot, wang, li, yi, bing)
			s.wantHeard("移出", 0)
			s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{jia}, Time: s.clock.Now()})
			s.pass(time.Minute)
			s.wantHeard("移出", 1)
			s.want("removal", `SELECT state, removal FROM cases`, "settled ", "settled ", "settled confirmed")
			s.comes(chat.Joined{Room: theRoom, Members: []chat.MemberID{jia}, Time: s.clock.Now()})
			s.pass(time.Minute)
			s.wantHeard("欢迎", 0)
			s.want("alert", `SELECT kind, state FROM cases WHERE id = 4`, "alert open")
			s.wantRemoved(jia)
		}},
		{"a removal that does not happen", func(s *stage) {
			for range 3 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.roster(theBot, wang, li, jia, yi, bing)
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "asked")
			s.wantRemoved(jia)
			s.wantHeard("的警告已满 3 次", 1)
			s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{jia}, Time: s.clock.Now()})
			s.pass(time.Minute)
			s.want("removal", `SELECT state, removal FROM cases WHERE id = 3`, "settled confirmed")
		}},
		{"a removal that is refused", func(s *stage) {
			s.wire.refuse = func(chat.MemberID) error { return chat.ErrRefused }
			for range 3 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "asked")
			s.wantCount(s.heard(true), "请在手机上移出", 1)
		}},
		{"a removal of somebody the network does not find", func(s *stage) {
			s.wire.refuse = func(chat.MemberID) error { return chat.ErrNotReachable }
			for range 3 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "asked")
			s.want("member", `SELECT unreachable FROM member WHERE nick = '甲'`, "0")
		}},
		{"a removal without an answer is looked at, not repeated", func(s *stage) {
			s.wire.refuse = func(chat.MemberID) error { return chat.ErrUnknownOutcome }
			for range 3 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "sent")
			s.restart()
			s.pass(time.Hour)
			s.wantRemoved()
			if s.wire.refreshed == 0 {
				s.t.Error("the roster was never asked for")
			}
			s.roster(theBot, wang, li, jia, yi, bing)
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "asked")
		}},
		{"the network cannot remove", func(s *stage) {
			s.wire.can.Remove = false
			for range 3 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "asked")
			s.pass(8 * 24 * time.Hour)
			s.want("removal", `SELECT removal FROM cases WHERE id = 3`, "expired")
			s.wantCount(s.heard(true), "请在手机上移出", 1)
		}},
	})
}

func TestTheRoadWithoutANetwork(t *testing.T) {
	tellTales(t, []roadTale{
		{"logged out while a notice waits", func(s *stage) {
			s.state(chat.PhaseEnded)
			s.says(jia, "快来加群", 11*time.Minute)
			s.wantHeard("警告", 0)
			s.state(chat.PhaseOnline)
			s.pass(time.Minute)
			s.wantHeard("警告", 0)
			s.want("row", `SELECT state FROM outbox WHERE kind = 'warning'`, "cancelled")
			s.wantCount(s.heard(true), "警告 1/3", 1) // the owner's line does not get stale
			s.says(jia, "再来加群", time.Minute)
			s.wantHeard("另有 #1 警告 1/3 未及通知", 1)
		}},
		{"a notice that is too fast", func(s *stage) {
			left := 1
			s.wire.answer = func(out chat.Outgoing) error {
				if out.Room != theRoom || left == 0 {
					return nil
				}
				left--
				return chat.ErrTooFast
			}
			s.says(jia, "快来加群", 5*time.Minute)
			s.says(jia, "快来加群啊", 5*time.Minute) // nobody has warned yet: the same strike
			s.want("row", `SELECT state, why FROM outbox WHERE kind = 'warning'`, "cancelled stale")
			s.want("case", `SELECT strike, hits, state FROM cases`, "1 2 open")
			s.wantHeard("警告", 0)
			s.says(jia, "再来加群", time.Minute)
			s.wantHeard("另有 #1 警告 1/3 未及通知", 1)
			s.want("cases", `SELECT strike, hits FROM cases`, "1 2", "2 1")
		}},
		{"logged out for a moment", func(s *stage) {
			s.state(chat.PhaseOffline)
			s.says(jia, "快来加群", 9*time.Minute)
			s.state(chat.PhaseOnline)
			s.pass(time.Minute)
			s.wantHeard("警告 1/3", 1)
		}},
		{"no strike before the notice was heard", func(s *stage) {
			s.state(chat.PhaseOffline)
			s.says(jia, "快来加群", 3*time.Minute)
			s.says(jia, "快来加群", 3*time.Minute)
			s.state(chat.PhaseOnline)
			s.pass(time.Minute)
			s.want("case", `SELECT strike, hits FROM cases`, "1 2")
			s.wantHeard("警告", 1)
		}},
	})
}

func TestTheConsoleIsToldOnce(t *testing.T) {
	s := newStage(t)
	for _, cause := range []string{"upkeep:1", "upkeep:1", "upkeep:2"} {
		s.must(s.road.Tell(t.Context(), cause, "备份没有做成"))
		s.pass(time.Minute)
	}
	s.wantCount(s.heard(true), "备份没有做成", 2)
	s.wantHeard("备份没有做成", 0)
}

// TestACalledOffRemovalStaysSo: the owner takes a removal back in the moment in
// which the network is asked for it. The answer of the network does not turn
// that round, and nobody is called removed.
func TestACalledOffRemovalStaysSo(t *testing.T) {
	s := newStage(t)
	asked := 0
	s.wire.refuse = func(chat.MemberID) error {
		asked++
		s.apply(decision.ChangeCase{Case: 3, State: decision.CaseReversed, Removal: decision.RemovalDeclined, At: s.clock.Now(), Why: "误判"})
		return nil
	}
	for range 3 {
		s.says(jia, "快来加群", 3*time.Minute)
	}
	if asked != 1 {
		t.Fatalf("the network was asked %d times", asked)
	}
	s.roster(theBot, wang, li, yi, bing)
	s.pass(time.Minute)
	s.roster(theBot, wang, li, yi, bing)
	s.pass(time.Minute)
	s.want("case", `SELECT state, removal FROM cases WHERE id = 3`, "reversed declined")
	s.wantHeard("已移出", 0)
}

// TestNobodyIsAskedForPatienceUnheard: where the first answer was not said,
// asking for patience would make no sense, and breaks the silence.
func TestNobodyIsAskedForPatienceUnheard(t *testing.T) {
	tellTales(t, []roadTale{
		{"aloud", func(s *stage) {
			s.says(jia, "排行", 10*time.Second)
			s.says(jia, "排行", time.Minute)
			s.wantHeard("稍后再试", 1)
		}},
		{"in a rehearsal", func(s *stage) {
			yes := true
			s.applyRoom(func(r *roomChange) { r.Rehearsal = &yes })
			s.says(jia, "排行", 10*time.Second)
			s.says(jia, "排行", time.Minute)
			s.wantHeard("稍后再试", 0)
		}},
		{"in the quiet hours", func(s *stage) {
			s.set("quiet_hours", "11:00-13:00")
			s.says(jia, "排行", 10*time.Second)
			s.says(jia, "排行", 3*time.Hour)
			s.wantHeard("稍后再试", 0)
		}},
	})
}

func TestTheRoadTriesAgain(t *testing.T) {
	tellTales(t, []roadTale{
		{"pauses double", func(s *stage) {
			var tries []time.Duration
			s.wire.answer = func(out chat.Outgoing) error {
				if !out.Console && out.Member == 0 {
					return nil
				}
				tries = append(tries, s.clock.Now().Sub(noon))
				return chat.ErrTooFast
			}
			s.says(jia, "有人要兼职吗", 3*time.Hour)
			wantTimes(s, tries, 0, 10*time.Minute, 30*time.Minute, 70*time.Minute, 150*time.Minute)
		}},
		{"a restart ends no pause", func(s *stage) {
			var tries []time.Duration
			s.wire.answer = func(chat.Outgoing) error {
				tries = append(tries, s.clock.Now().Sub(noon))
				return chat.ErrTooFast
			}
			s.says(jia, "有人要兼职吗", 5*time.Minute)
			s.restart()
			s.says(yi, "有人要兼职吗", 10*time.Minute)
			s.restart()
			s.says(yi, "还要兼职吗", 20*time.Minute)
			wantTimes(s, tries, 0, 10*time.Minute, 30*time.Minute)
		}},
		{"a pause that the chat asked for", func(s *stage) {
			s.comes(chat.Limited{Time: s.clock.Now()})
			s.restart()
			s.says(jia, "快来加群", 9*time.Minute)
			s.wantHeard("警告 1/3", 0)
		}},
		{"a network that is not reached although logged in", func(s *stage) {
			var tries []time.Duration
			down := true
			s.wire.answer = func(chat.Outgoing) error {
				tries = append(tries, s.clock.Now().Sub(noon))
				if down {
					return chat.ErrOffline
				}
				return nil
			}
			s.says(jia, "快来加群", 4*time.Minute)
			wantTimes(s, tries, 0, 1*time.Second, 3*time.Second, 7*time.Second, 15*time.Second, 31*time.Second,
				63*time.Second, 123*time.Second, 183*time.Second)
			down = false
			s.state(chat.PhaseOnline) // which is why nobody waits any longer
			s.pass(time.Second)
			s.wantHeard("警告 1/3", 1)
		}},
		{"an owner who cannot be written to", func(s *stage) {
			s.wire.answer = func(out chat.Outgoing) error {
				if out.Member == wang {
					return chat.ErrNotReachable
				}
				return nil
			}
			s.says(jia, "有人要兼职吗", time.Minute)
			s.says(yi, "有人要兼职吗", time.Minute)
			s.want("rows", `SELECT state, member, console FROM outbox`, "failed 2 0", "sent 0 1", "sent 0 1")
		}},
	})
}

func TestTheRoadKeepsQuiet(t *testing.T) {
	tellTales(t, []roadTale{
		{"what is only to be reviewed stays private", func(s *stage) {
			s.says(jia, "有人要兼职吗", time.Hour)
			s.wantHeard("", 0)
			s.want("case", `SELECT kind, state FROM cases`, "review open")
			s.wantCount(s.heard(true), "兼职", 1)
		}},
		{"quiet hours", func(s *stage) {
			s.set("quiet_hours", "11:00-13:00")
			s.says(jia, "快来加群", 59*time.Minute)
			s.want("case", `SELECT strike FROM cases`, "1")
			s.wantHeard("", 0)
			s.pass(2 * time.Minute)
			s.wantHeard("警告 1/3", 1)
		}},
		{"silent", func(s *stage) {
			yes := true
			s.applyRoom(func(r *roomChange) { r.Silent = &yes })
			s.says(jia, "快来加群", time.Hour)
			s.says(jia, "签到", time.Minute)
			s.wantHeard("", 0)
			s.want("case", `SELECT strike, rehearsed FROM cases`, "1 0")
			s.wantCount(s.heard(true), "警告 1/3", 1)
		}},
		{"rehearsal", func(s *stage) {
			yes := true
			s.applyRoom(func(r *roomChange) { r.Rehearsal = &yes })
			for range 4 {
				s.says(jia, "快来加群", 2*time.Minute)
			}
			s.says(yi, "快来加群", 2*time.Minute)
			s.wantHeard("", 0)
			s.wantRemoved()
			// Who would have been removed is not there for a fourth strike.
			s.want("cases", `SELECT strike, hits, rehearsed FROM cases`, "1 1 1", "2 1 1", "3 2 1", "1 1 1")
			s.want("points", `SELECT count(*) FROM ledger`, "0")
			s.pass(9 * time.Hour)
			s.wantCount(s.heard(true), "演习：今日本应警告 2 人 4 次，移出 1 人。", 1)
			no := false
			s.applyRoom(func(r *roomChange) { r.Rehearsal = &no })
			s.says(jia, "快来加群", 2*time.Minute)
			s.wantHeard("警告 1/3", 1)
		}},
		{"a room that is off", func(s *stage) {
			no := false
			s.applyRoom(func(r *roomChange) { r.On = &no })
			before := s.read(`SELECT count(*) FROM audit`)
			for _, line := range []string{"快来加群", "我的积分"} {
				if in, err := s.road.Admit(s.t.Context(), s.line(jia, line)); err != nil || in {
					s.t.Errorf("%s in a room that is off: let in %t, error %v", line, in, err)
				}
			}
			s.want("messages", `SELECT count(*) FROM message`, "0")
			s.want("audit", `SELECT count(*) FROM audit`, before...)
		}},
	})
}

func TestTheRoadMergesAndKeepsOrder(t *testing.T) {
	tellTales(t, []roadTale{
		{"a burst is one strike", func(s *stage) {
			for range 5 {
				s.says(jia, "快来加群", 5*time.Second)
			}
			s.pass(2 * time.Minute)
			s.wantHeard("警告", 1)
			s.want("case", `SELECT strike, hits FROM cases`, "1 5")
		}},
		{"welcomes and check-ins are merged", func(s *stage) {
			for _, who := range []chat.MemberID{jia, yi, bing} {
				s.comes(chat.Joined{Room: theRoom, Members: []chat.MemberID{who}, Time: s.clock.Now()})
				s.pass(5 * time.Second)
			}
			s.pass(time.Minute)
			s.wantHeard("欢迎", 1)
			for _, who := range []chat.MemberID{jia, yi, bing} {
				s.says(who, "签到", time.Second)
			}
			s.pass(time.Minute)
			s.wantHeard("签到成功：甲、乙、丙", 1)
		}},
		{"the order of a room is kept", func(s *stage) {
			s.wire.answer = failures(2, chat.ErrOffline)
			s.comes(s.line(jia, "快来加群"), s.line(yi, "快来加群"), s.line(bing, "快来加群"))
			s.pass(time.Minute)
			s.wantOrder("@甲", "@乙", "@丙")
		}},
	})
}

// TestWhetherAMessageMayComeInIsNotGuessed: while the store cannot be read, the
// road neither lets a message in nor turns it away for good.
func TestWhetherAMessageMayComeInIsNotGuessed(t *testing.T) {
	s := newStage(t)
	m := s.line(jia, "快来加群")
	road := s.road
	s.close()
	if in, err := road.Admit(t.Context(), m); err == nil || in {
		t.Errorf("let in %t, error %v, by a store that is closed", in, err)
	}
}
