package bot_test

import (
	"strconv"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// askedFor is a stage on which 甲 reached the limit while the network was away,
// and the program was just sending the request for the removal.
func askedFor(s *stage) {
	for range 2 {
		s.says(jia, "快来加群", 3*time.Minute)
	}
	s.state(chat.PhaseOffline)
	s.says(jia, "快来加群", 3*time.Minute)
	row, err := strconv.ParseInt(s.read(`SELECT id FROM outbox WHERE kind = 'remove'`)[0], 10, 64)
	s.must(err)
	s.apply(decision.MarkSay{ID: row, State: decision.SaySending, At: s.clock.Now()})
}

// TestARemovalIsCalledOffLate: what the network was asked for, or may have been,
// is called off with words that are true; it is not asked again, and whoever is
// gone all the same has nothing held against them.
func TestARemovalIsCalledOffLate(t *testing.T) {
	late := func(answer, words string, restart bool) func(*stage) {
		return func(s *stage) {
			askedFor(s)
			if restart { // nobody knows what became of the request
				s.restart()
			} else {
				s.state(chat.PhaseOnline)
			}
			s.answers(answer)
			s.pass(time.Minute)
			s.wantCount(s.heard(true), words, 1)
			s.wantCount(s.heard(true), "收不回", 1)
			s.wantCount(s.heard(true), "请重新邀请", 1)
			s.want("case", `SELECT removal FROM cases WHERE id = 3`, "declined")
			s.restart()
			for range 3 {
				s.roster(theBot, wang, li, jia, yi, bing)
				s.pass(time.Minute)
			}
			s.wantRemoved()
			s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{jia}, Time: s.clock.Now()})
			s.pass(time.Minute)
			s.wantHeard("移出", 0)
			s.want("member", `SELECT present, barred FROM member WHERE nick = '甲'`, "0 0")
		}
	}
	tellTales(t, []roadTale{
		{"its own case, while it is sent", late("误判 3", "#3 已撤销，但移出请求可能已经发出", false)},
		{"its own case, after a crash", late("3误判", "#3 已撤销，但移出请求可能已经发出", true)},
		{"another strike's case, while it is sent", late("误判 1", "#3 甲 的移出已取消：撤销后警告 2/3，但移出请求可能已经发出", false)},
		{"another strike's case, after a crash", late("1误判", "#3 甲 的移出已取消：撤销后警告 2/3，但移出请求可能已经发出", true)},
	})
}

// sentFor is a stage on which the network took the request to remove 甲 and the
// owner then took the first of three strikes back.
func sentFor(s *stage) {
	for range 3 {
		s.says(jia, "快来加群", 3*time.Minute)
	}
	s.answers("1误判")
	s.pass(10 * time.Second)
	s.wantCount(s.heard(true), "#3 甲 撤销后警告 2/3，但移出请求已经发出，收不回", 1)
	s.want("case", `SELECT removal FROM cases WHERE id = 3`, "sent")
}

// TestARemovalThatLostItsReason: the member list decides what became of it, and
// nobody is called removed by the rules, or handed over, for a strike too few.
func TestARemovalThatLostItsReason(t *testing.T) {
	tellTales(t, []roadTale{
		{"carried out", func(s *stage) {
			sentFor(s)
			s.comes(chat.Left{Room: theRoom, Members: []chat.MemberID{jia}, Time: s.clock.Now()})
			s.pass(time.Minute)
			s.want("case", `SELECT state, removal FROM cases WHERE id = 3`, "open confirmed")
			s.want("member", `SELECT present, barred FROM member WHERE nick = '甲'`, "0 0")
			s.wantCount(s.heard(true), "#3 甲 已被移出，但撤销后警告 2/3，可以重新邀请", 1)
			s.wantHeard("移出", 0)
		}},
		{"not carried out", func(s *stage) {
			sentFor(s)
			for range 2 {
				s.pass(time.Minute)
				s.roster(theBot, wang, li, jia, yi, bing)
			}
			s.pass(time.Minute)
			s.want("case", `SELECT removal FROM cases WHERE id = 3`, "declined")
			s.wantCount(s.heard(true), "#3 甲 的移出已取消：撤销后警告 2/3", 1)
			s.wantHeard("请群主处理", 0)
		}},
		{"refused by the network", func(s *stage) {
			s.wire.refuse = func(chat.MemberID) error { return chat.ErrRefused }
			for range 3 {
				s.says(jia, "快来加群", 3*time.Minute)
			}
			s.wantHeard("甲 的警告已满 3 次，已请群主处理", 1) // nothing was taken back: the owner is asked
			s.want("case", `SELECT removal FROM cases WHERE id = 3`, "asked")
		}},
	})
}

// TestTheRoomIsPutRight: the room heard that somebody was to be removed by hand,
// so it hears when nothing comes of it. Of what it did not hear it hears nothing.
func TestTheRoomIsPutRight(t *testing.T) {
	byHand := func(answer string, heard ...string) func(*stage) {
		return func(s *stage) {
			s.wire.can = chat.Capabilities{}
			s.says(wang, "踢 @甲 广告", time.Minute)
			if answer == "1过" || answer == "1驳" {
				s.says(jia, "申诉 1 我没有发", time.Minute)
				heard = append([]string{"申诉 #1 已收到"}, heard...)
			}
			s.answers(answer)
			s.pass(time.Minute)
			s.wantOrder(append([]string{"已请群主处理 甲 的移出"}, heard...)...)
		}
	}
	tellTales(t, []roadTale{
		{"a mistake", byHand("误判 1", "移出一事是误会，抱歉打扰。")},
		{"left as it is", byHand("1不移出", "群主已决定不移出。")},
		{"an appeal upheld", byHand("1过", "申诉 #1 成立，移出一事是误会，抱歉打扰。")},
		{"an appeal declined", byHand("1驳", "申诉 #1 已由群主复核，维持原来的决定。")},
		{"before it was heard", func(s *stage) {
			s.wire.can = chat.Capabilities{}
			s.state(chat.PhaseOffline)
			s.says(wang, "踢 @甲 广告", time.Minute)
			s.answers("误判 1")
			s.state(chat.PhaseOnline)
			s.pass(time.Minute)
			s.wantOrder()
		}},
		{"the network was asked", func(s *stage) {
			s.wire.refuse = func(chat.MemberID) error { return chat.ErrOffline }
			s.says(wang, "踢 @甲 广告", time.Minute)
			s.answers("误判 1")
			s.pass(time.Minute)
			s.wantOrder()
			s.want("row", `SELECT state FROM outbox WHERE kind = 'remove'`, "cancelled")
		}},
	})
}
