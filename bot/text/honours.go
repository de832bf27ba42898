package text

import (
	"fmt"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// Honours is the honour list of a time: who earned most.
func Honours(r decision.Room, from, to time.Time, top []scoring.Place, names map[chat.MemberID]string) string {
	list := make([]string, len(top))
	for i, p := range top {
		list[i] = fmt.Sprintf("%d %s +%d", p.Rank, Name(names[chat.MemberID(p.Member)]), p.Points)
	}
	return Line(r, "honours", Fields{"from": Date(r, from), "to": Date(r, to), "list": strings.Join(list, "　")})
}

// HonoursMissed tells the owners that an honour list was left out.
func HonoursMissed(r decision.Room, at, next time.Time) string {
	return fmt.Sprintf("「%s」%s %s 的荣誉榜错过了时间，没有发。下一次：%s %s",
		Name(r.Name), Date(r, at), Clock(r, at), Date(r, next), Clock(r, next))
}

// Quiet lists members who said nothing for so many days, the longest first.
func Quiet(r decision.Room, days int, all []decision.Quiet) string {
	const most = 20
	if len(all) == 0 {
		return Line(r, "lurkers.none", Fields{"days": fmt.Sprint(days)})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "潜水榜：%d 天没说话的 %d 人", days, len(all))
	for _, q := range all[:min(len(all), most)] {
		since := "没有发言记录"
		if q.Last > 0 {
			since = fmt.Sprintf("上次发言 %d月%d日", q.Last/100%100, q.Last%100)
		}
		fmt.Fprintf(&b, "\n%s　%s", Name(q.Member.Name), since)
	}
	b.WriteString(more(len(all)-most, "人"))
	return b.String()
}
