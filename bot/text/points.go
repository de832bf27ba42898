package text

import (
	"fmt"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// Points is a balance with the place in the room: 甲 128 分，第 4 名，距第 3 名还差 12 分.
// Where the room has titles the member's follows the name.
func Points(r decision.Room, m decision.Member, b scoring.Balance, place scoring.Ranking) string {
	held, at := "", own(place)
	if b.Held > 0 {
		held = fmt.Sprintf("（冻结 %d）", b.Held)
	}
	if b.Points == 0 && at == "" {
		at = "，还没有名次。发「签到」就能得分"
	}
	return Line(r, "points", Fields{"name": Name(m.Name) + title(r, b), "points": fmt.Sprint(b.Points), "held": held, "place": at})
}

// title is what a member is called by their points, in a room with titles.
func title(r decision.Room, b scoring.Balance) string {
	t := scoring.LevelOf(r.Settings.Titles, b.Points)
	if t == "" {
		return ""
	}
	return "（" + t + "）"
}

// own says where a member stands. Nobody is first with nothing.
func own(r scoring.Ranking) string {
	switch {
	case r.Own.Rank == 0, r.Own.Rank == 1 && r.Own.Points <= 0:
		return ""
	case r.Ahead.Rank == 0:
		return fmt.Sprintf("，第 %d 名", r.Own.Rank)
	case r.Gap() == 0:
		return fmt.Sprintf("，第 %d 名，与第 %d 名同分，先到在前", r.Own.Rank, r.Ahead.Rank)
	default:
		return fmt.Sprintf("，第 %d 名，距第 %d 名还差 %d 分", r.Own.Rank, r.Ahead.Rank, r.Gap())
	}
}

// CheckedIn says when the next check-in is possible; done tells that today's
// was made.
func CheckedIn(r decision.Room, now, until time.Time, done bool) string {
	loc := r.Settings.Location()
	day := Date(r, until)
	switch scoring.Day(until.In(loc)) {
	case scoring.Day(now.In(loc)):
		day = "今天"
	case scoring.Day(now.In(loc).AddDate(0, 0, 1)):
		day = "明天"
	}
	when := day + " " + Clock(r, until)
	if done {
		return Line(r, "checkin.again", Fields{"when": when})
	}
	return Line(r, "checkin.soon", Fields{"when": when})
}

// Ranking is the head of a ranking with the reader's own place.
func Ranking(r decision.Room, period string, ranking scoring.Ranking, names map[int64]string) string {
	list := make([]string, 0, len(ranking.Top))
	for _, p := range ranking.Top {
		if p.Points > 0 {
			list = append(list, fmt.Sprintf("%d %s %d", p.Rank, Name(names[p.Member]), p.Points))
		}
	}
	if len(list) == 0 {
		return Line(r, "ranking.empty", nil)
	}
	mine := ""
	if ranking.Own.Rank > 0 {
		mine = fmt.Sprintf("\n你 %d 分%s", ranking.Own.Points, own(ranking))
	}
	return Line(r, "ranking", Fields{"period": period, "list": strings.Join(list, "　"), "own": mine})
}

// Statement lists postings with their numbers and reasons, newest first.
// Members are those who have the other halves, by account.
func Statement(r decision.Room, entries []scoring.Entry, members map[chat.MemberID]decision.Member) string {
	var b strings.Builder
	b.WriteString("最近积分")
	for _, e := range entries {
		fmt.Fprintf(&b, "\n流水 %d　%s %+d %s，余 %d", e.No, Date(r, e.At), e.Amount, why(e, members), e.Balance)
	}
	return b.String()
}

// why names what a posting was for and who has the other half.
func why(e scoring.Entry, members map[chat.MemberID]decision.Member) string {
	names := map[scoring.Cause]string{
		scoring.CauseSpeech: "发言", scoring.CauseCheckIn: "签到", scoring.CauseInvite: "邀请", scoring.CauseGrant: "群主",
		scoring.CauseTransfer: "转账", scoring.CauseStrike: "违规", scoring.CauseHold: spent(e.Contra), scoring.CauseReversal: "撤销",
		scoring.CauseDraw: "抽奖", scoring.CauseExpiry: "到期", scoring.CauseMove: "转移",
	}
	name := names[e.Cause]
	if e.Cause == scoring.CauseCheckIn && e.Leg > 0 { // of a name that was merged or split
		name = "同日签到只计一次"
	}
	if e.Contra > 0 {
		name += "（" + Name(members[chat.MemberID(e.Contra)].Name) + "）"
	}
	if memo := plain(e.Memo, NameLength); memo != "" {
		name += "：" + memo
	}
	return name
}

// spent names what points were set aside for, by who got them.
func spent(c scoring.Contra) string {
	switch c {
	case scoring.ContraShop:
		return "兑换"
	case scoring.ContraPrize:
		return "抽奖"
	case scoring.ContraPass:
		return "通行证"
	default:
		return "红包"
	}
}

// Changes says what postings did to whose points.
func Changes(entries []scoring.Entry, members map[chat.MemberID]decision.Member) string {
	all := make([]string, len(entries))
	for i, e := range entries {
		all[i] = fmt.Sprintf("%s %+d 分", Name(members[chat.MemberID(e.Member)].Name), e.Amount)
	}
	return strings.Join(all, "、")
}

// PostingNo is the number of the first posting.
func PostingNo(entries []scoring.Entry) string {
	if len(entries) == 0 {
		return "-"
	}
	return fmt.Sprint(entries[0].No)
}

// Proof shows that a room's points add up: what members have and what the
// room's accounts gave is zero together.
func Proof(p scoring.Proof) string {
	var accounts int64
	for _, points := range p.Accounts {
		accounts += points
	}
	verdict := "对得上"
	if p.Sum() != 0 {
		verdict = "对不上，请运行 menshen verify"
	}
	return fmt.Sprintf("流水 %d 笔，%d 人共 %d 分（冻结 %d）\n发放与收回 %d 分，相加 %d：%s",
		p.Postings, p.Count, p.Members, p.Held, accounts, p.Sum(), verdict)
}

// Shelf lists items with price and stock.
func Shelf(items []scoring.Item) string {
	const most = 20
	var b strings.Builder
	b.WriteString("货架（回复：兑换 物品）")
	for _, it := range items[:min(len(items), most)] {
		fmt.Fprintf(&b, "\n%s %d 分，剩 %d 件", Name(it.Name), it.Price, it.Stock)
	}
	b.WriteString(more(len(items)-most, "种"))
	return b.String()
}

// Redeemed lists redemptions of the past: the reader's own, with their codes in
// private, or everybody's.
func Redeemed(r decision.Room, all []decision.Redeemed, members map[chat.MemberID]decision.Member, own, private bool) string {
	states := map[string]string{"open": "等确认", "approved": "已同意", "declined": "没通过", "expired": "已过期"}
	head, list := "最近兑换：", make([]string, len(all))
	if own {
		head = "你的兑换："
	}
	for i, past := range all {
		name := Name(members[past.Member].Name) + " "
		if own {
			name = ""
		}
		list[i] = fmt.Sprintf("#%d %s%s %s %s", past.Case, name, Name(past.Item), Date(r, past.At), states[past.State])
		if own && private && past.Code != "" {
			list[i] += "（" + Code(past.Code) + "）"
		}
	}
	return head + strings.Join(list, "　")
}

// Redemption asks the owner to approve an exchange.
func Redemption(m decision.Member, c decision.Case) string {
	return fmt.Sprintf("#%d %s 想兑换「%s」　%s", c.ID, Name(m.Name), plain(c.Detail, NameLength), Answers(c.ID, []string{"过", "驳"}))
}

// Together joins sentences that are said at once.
func Together(parts []string) string { return strings.Join(parts, "\n") }
