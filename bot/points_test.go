package bot_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/bot/decision"
)

// asks is a private message of a member of the room.
func (s *stage) asks(from chat.MemberID, text string, d time.Duration) {
	s.t.Helper()
	m := s.line(from, text)
	m.Room, m.From, m.As = 0, 0, []chat.MemberID{from}
	s.comes(m)
	s.pass(d)
}

// unreachable makes the network take no private messages to a member.
func (s *stage) unreachable(member chat.MemberID) {
	s.wire.answer = func(out chat.Outgoing) error {
		if out.Member == member {
			return chat.ErrNotReachable
		}
		return nil
	}
}

// TestACodeReachesWhoPaidForIt: also when the network takes no private
// messages to the member, and that shows only when the code is sent.
func TestACodeReachesWhoPaidForIt(t *testing.T) {
	s := newStage(t)
	s.unreachable(jia)
	s.says(wang, "加分 @甲 100 帮忙", time.Minute)
	s.asks(wang, "上架 券 10 2件\nCODE-1\nCODE-2", time.Minute)
	for i := 1; i <= 2; i++ { // the second time it is known
		s.says(jia, "兑换 券", time.Minute)
		s.asks(wang, fmt.Sprint(i, "过"), time.Minute)
		s.wantCount(s.heard(true), fmt.Sprintf("#%d 私信送不到本人，请你转交：你兑换的「券」：CODE-%d", i, i), 1)
		s.wantHeard(fmt.Sprintf("兑换「券」已同意 #%d，请联系群主领取", i), 1)
	}
	s.wantHeard("CODE", 0)
	s.sound()
}

// TestWhoCannotBeWrittenToHearsThatTheyAreForgotten: it was done, and a request
// to become a friend first would say that it was not.
func TestWhoCannotBeWrittenToHearsThatTheyAreForgotten(t *testing.T) {
	s := newStage(t)
	s.unreachable(jia)
	s.says(jia, "快来加群", time.Minute)
	for i := 1; i <= 2; i++ { // the second time it is known
		s.says(jia, "忘记我", 2*time.Minute)
		s.wantHeard("已抹掉你的记录。", i)
	}
	s.wantHeard("警告仍然有效", 0)
	s.wantHeard("请先加我为好友", 0)
	s.sound()
}

// TestAThousandCheckIns: all members of two rooms check in within a minute, in
// batches as a server would give them.
func TestAThousandCheckIns(t *testing.T) {
	s := prepared(t, filepath.Join(t.TempDir(), "menshen.db"))
	s.limits = bot.DefaultSendLimits()
	s.start()
	t.Cleanup(s.close)
	const each, rooms = 500, 2
	on := true
	s.apply(decision.SetRoom{Room: outside, On: &on, At: s.clock.Now()})
	crowd := s.crowd(each, theRoom, outside)
	var lines []chat.Event
	for i := range each {
		for r, room := range []chat.RoomID{theRoom, outside} {
			m := s.line(crowd[r][i], "签到")
			m.Room = room
			lines = append(lines, m)
		}
	}
	before := len(s.wire.said)
	const perSecond = 20
	for len(lines) > 0 {
		now := min(perSecond, len(lines))
		s.comes(lines[:now]...)
		s.comes(lines[:now]...) // the server says it all twice
		lines = lines[now:]
		s.pass(time.Second)
	}
	s.pass(10 * time.Minute)
	s.want("credited once each", `SELECT count(*), count(DISTINCT member), sum(amount), sum(no = 0) FROM ledger WHERE cause = 2`,
		fmt.Sprintf("%d %d %d 0", each*rooms, each*rooms, 5*each*rooms))
	s.want("no other postings", `SELECT count(*) FROM ledger`, fmt.Sprint(each*rooms))
	s.wantMerged(before, each*rooms)
	s.sound()
}

// crowd links so many new members to each of the rooms.
func (s *stage) crowd(each int, rooms ...chat.RoomID) [][]chat.MemberID {
	s.t.Helper()
	directory, err := s.db.Directory(s.t.Context(), true)
	s.must(err)
	all := make([][]chat.MemberID, len(rooms))
	for r, room := range rooms {
		var links []chat.MemberLink
		for i := range each {
			seen := chat.SeenMember{UserName: fmt.Sprintf("@crowd.%d.%d", r, i), Nick: fmt.Sprintf("友%d号", i)}
			links = append(links, chat.MemberLink{Seen: seen, Strength: chat.StrengthNew})
		}
		linked, err := directory.LinkMembers(s.t.Context(), login, room, links)
		s.must(err)
		all[r] = linked
		s.apply(decision.SetPresent{Room: room, Members: linked, At: s.clock.Now()})
	}
	return all
}

// wantMerged checks that few answers told of all check-ins, none of them long
// and no more in a minute than the budget has.
func (s *stage) wantMerged(before, people int) {
	s.t.Helper()
	s.wire.mu.Lock()
	defer s.wire.mu.Unlock()
	answers := s.wire.said[before:]
	told := 0
	minutes := map[time.Time]int{}
	for _, d := range answers {
		minutes[d.At.Truncate(time.Minute)]++
		var n int
		if _, rest, ok := strings.Cut(d.Out.Text, "共 "); ok {
			if _, err := fmt.Sscanf(rest, "%d 人", &n); err != nil {
				s.t.Errorf("%q: %v", d.Out.Text, err)
			}
		}
		told += n
	}
	if told != people || len(answers) > 40 {
		s.t.Errorf("%d answers told of %d check-ins, want at most 40 for %d", len(answers), told, people)
	}
	s.t.Logf("%d check-ins, %d answers: %.80q …", people, len(answers), answers[0].Out.Text)
	for minute, n := range minutes {
		if n > 20 {
			s.t.Errorf("%d answers in the minute from %v, which is more than the budget", n, minute)
		}
	}
}

// TestStreaksArePaid: on the third, seventh, fifteenth and thirtieth day in a
// row there is more, a day left out begins again.
func TestStreaksArePaid(t *testing.T) {
	s := newStage(t)
	bonus := map[int]int{3: 2, 7: 5, 15: 10, 30: 20}
	want, ranks := 0, []int{}
	for day := 1; day <= 36; day++ {
		ranks = append(ranks, day)
	}
	for _, day := range append(ranks, 0, 1, 2, 3) { // 0: stays away
		if day > 0 {
			s.says(jia, "签到", time.Minute)
			want += 5 + bonus[day]
			s.want(fmt.Sprintf("points after day %d", day), fmt.Sprintf(`SELECT points FROM balance WHERE member = %d`, jia), fmt.Sprint(want))
		}
		s.pass(24*time.Hour - time.Minute)
	}
	s.sound()
}
