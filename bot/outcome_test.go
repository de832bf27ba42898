package bot_test

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// busyRoom refuses what is said in the room so often.
func busyRoom(s *stage, times int) {
	s.wire.answer = func(out chat.Outgoing) error {
		if out.Room == theRoom && times > 0 {
			times--
			return chat.ErrTooFast
		}
		return nil
	}
}

// TestOutcomesAreSaidLate: what became of somebody's own matter is said after
// the network's pause, which warnings and answers do not outlive.
func TestOutcomesAreSaidLate(t *testing.T) {
	tellTales(t, []roadTale{
		{"an appeal that was upheld", func(s *stage) {
			s.says(jia, "快来加群", time.Minute)
			s.says(jia, "申诉 1 没有拉人", time.Minute)
			busyRoom(s, 3) // 10, 20 and 40 minutes
			s.comes(chat.Message{ID: "p1", As: []chat.MemberID{wang}, Kind: chat.KindText, Text: "1过", Time: s.clock.Now()})
			s.pass(69 * time.Minute)
			s.wantHeard("申诉 #1 成立", 0)
			s.pass(2 * time.Minute)
			s.wantHeard("申诉 #1 成立", 1)
			s.want("row", `SELECT kind, state, attempts FROM outbox WHERE text LIKE '%申诉 #1 成立%' AND member = 0`, "outcome sent 4")
		}},
		{"an answer beside it", func(s *stage) {
			busyRoom(s, 2)
			s.says(jia, "群规", 31*time.Minute)
			s.want("row", `SELECT kind, state FROM outbox`, "answer cancelled")
		}},
		{"a code that was paid for", func(s *stage) {
			s.state(chat.PhaseEnded)
			s.apply(decision.Speak{Say: decision.Say{
				Cause: "code", Kind: decision.SayWhisper, Room: theRoom, Member: jia, Case: 7, Text: "兑换码 ABCD", Priority: decision.PriorityAnswer,
			}}, decision.Speak{Say: decision.Say{
				Cause: "data", Kind: decision.SayWhisper, Room: theRoom, Member: jia, Text: "你的数据", Priority: decision.PriorityAnswer,
			}})
			s.pass(30 * time.Hour)
			s.state(chat.PhaseOnline)
			s.pass(time.Minute)
			s.want("rows", `SELECT text, state FROM outbox WHERE kind = 'whisper' ORDER BY id`, "兑换码 ABCD sent", "你的数据 cancelled")
		}},
		{"a day later the owner is told instead", func(s *stage) {
			s.says(jia, "快来加群", time.Minute)
			s.says(jia, "申诉 1 没有拉人", time.Minute)
			s.wire.answer = func(out chat.Outgoing) error {
				if out.Room == theRoom {
					return chat.ErrOffline
				}
				return nil
			}
			s.comes(chat.Message{ID: "p1", As: []chat.MemberID{wang}, Kind: chat.KindText, Text: "1过", Time: s.clock.Now()})
			s.pass(25 * time.Hour)
			s.want("row", `SELECT kind, state FROM outbox WHERE kind = 'outcome'`, "outcome cancelled")
			s.wantCount(s.heard(true), "这句话一天都没能发到群里", 1)
		}},
	})
}
