package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// TestWhatIsSaidAlone: what would be lost, late or unclear in one message with
// what others asked is said as if nobody else had asked.
func TestWhatIsSaidAlone(t *testing.T) {
	tellTales(t, []roadTale{
		{"beside what the network refused as too frequent", func(s *stage) {
			busyRoom(s, 2) // 10 and 20 minutes
			s.says(jia, "积分", 25*time.Minute)
			s.says(yi, "积分", 10*time.Minute)
			s.wantHeard("乙 0 分", 1)
			s.wantHeard("甲 0 分", 0) // asked too long before
		}},
		{"a numbered question", func(s *stage) {
			s.set("transfers", "开", "transfer_age_days", "0", "checkin_merge_seconds", "300")
			s.link("小王", "小王")
			s.says(jia, "转账 1 @小王", time.Second)
			s.says(yi, "转账 1 @小王", 10*time.Second)
			s.wantHeard("1 小王", 2)
		}},
		{"in a room whose own words do not say whom they are for", func(s *stage) {
			s.set("text.points", "你有 {points} 分")
			s.says(jia, "积分", 0)
			s.says(yi, "积分", time.Minute)
			s.want("rows", `SELECT text, parts FROM outbox ORDER BY id`, "\u2060你有 0 分 []", "\u2060你有 0 分 []")
		}},
		{"a name that is not the asker's", func(s *stage) {
			s.set("transfers", "开")
			s.says(jia, "转账 1 @阿三", 0)
			s.says(yi, "转账 1 @阿四", time.Minute)
			s.want("rows", `SELECT parts FROM outbox ORDER BY id`, "[]", "[]")
		}},
	})
}

// TestAskedBeforeTheQuietHours: an answer asked for seconds before them is said
// at once, not in the morning, and one asked for within them never.
func TestAskedBeforeTheQuietHours(t *testing.T) {
	for _, c := range []struct {
		name   string
		before time.Duration
		want   []string
	}{
		{"a minute before", time.Minute, []string{"answer sent"}},
		{"when they come before the answer", 2 * time.Second, []string{"answer sent"}},
		{"within them", -time.Minute, []string{"answer rehearsed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			from := s.clock.Now().Truncate(time.Minute).Add(10 * time.Minute).In(time.FixedZone("", 8*60*60))
			s.set("quiet_hours", from.Format("15:04")+"-"+from.Add(8*time.Hour).Format("15:04"))
			s.pass(from.Add(-c.before).Sub(s.clock.Now()))
			s.says(jia, "积分", time.Minute)
			s.want("rows", `SELECT kind, state FROM outbox`, c.want...)
			s.pass(9 * time.Hour)
			s.wantHeard("甲 0 分", strings.Count(c.want[0], "sent"))
			s.sound()
		})
	}
}

// TestOrdersAreForgotten: what the owners read of a member's order is erased
// with the member, with what the same message said of others; what they read
// in another message stays.
func TestOrdersAreForgotten(t *testing.T) {
	s := newStage(t)
	s.says(wang, "加分 @甲 100 帮忙", time.Minute)
	s.says(wang, "加分 @乙 100 帮忙", time.Minute)
	s.says(wang, "上架 券 10 9件", time.Minute)
	s.says(jia, "兑换 券", 0)
	s.says(yi, "兑换 券", time.Minute)
	s.says(yi, "兑换 券", time.Minute)
	const lines = `SELECT text FROM outbox WHERE kind = 'inbox' ORDER BY id`
	s.want("lines", lines, "#1 甲 想兑换「券」　1过 / 1驳\n#2 乙 想兑换「券」　2过 / 2驳", "#3 乙 想兑换「券」　3过 / 3驳")
	s.apply(decision.Forget{Member: jia, At: s.clock.Now()})
	s.want("lines", lines, "", "#3 乙 想兑换「券」　3过 / 3驳")
}

// TestOutcomesThatTheRoomNeverHears: each of those that were to be said in one
// message reaches the owner.
func TestOutcomesThatTheRoomNeverHears(t *testing.T) {
	s, crowd := crowded(t, 10)
	for _, who := range crowd {
		s.says(who, "兑换 券", 0)
	}
	s.pass(5 * time.Minute)
	s.wire.answer = func(out chat.Outgoing) error {
		if out.Room == theRoom {
			return chat.ErrOffline
		}
		return nil
	}
	for i := range crowd {
		s.asks(wang, fmt.Sprint(i+1, "驳"), 0)
	}
	s.pass(26 * time.Hour)
	for i := range crowd {
		s.wantCount(s.heard(true), fmt.Sprintf("兑换「券」没有通过 #%d，", i+1), 1)
	}
	s.sound()
}

// link makes new members of the room known by these names.
func (s *stage) link(names ...string) {
	s.t.Helper()
	directory, err := s.db.Directory(s.t.Context(), true)
	s.must(err)
	var links []chat.MemberLink
	for i, name := range names {
		links = append(links, chat.MemberLink{Seen: chat.SeenMember{UserName: fmt.Sprint("@linked.", i), Nick: name}, Strength: chat.StrengthNew})
	}
	linked, err := directory.LinkMembers(s.t.Context(), login, theRoom, links)
	s.must(err)
	s.apply(decision.SetPresent{Room: theRoom, Members: linked, At: s.clock.Now()})
}
