package command

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/scoring"
)

// pointRows are what members do with points.
func pointRows() []Row {
	const m = decision.RoleMember
	return []Row{
		{Name: "签到", hint: "每天得分", own: true, topic: "积分", Aliases: []string{"打卡", "checkin"}, Who: m, Group: true, Repeats: true, run: checkIn},
		{Name: "积分", own: true, merges: true, topic: "积分", Aliases: []string{"我的积分", "points"}, Who: m, Group: true, Private: true, query: standing, run: showPoints},
		{Name: "账单", hint: "积分明细", own: true, topic: "积分", Who: m, Group: true, Private: true, query: statement, run: showStatement},
		{Name: "排行", topic: "积分", Aliases: []string{"排行榜", "top"}, Usage: "[日/周/月/总]", Who: m, Group: true, Private: true, bare: true, fits: oneOf("日", "周", "月", "总", "日榜", "周榜", "月榜", "总榜"), query: ranking, run: showRanking},
	}
}

// checkIn is recorded before it is answered; answers of a few seconds become
// one line.
func checkIn(c *Context) {
	room, member, cause := c.Room, c.Member, c.cause()
	c.add(decision.Points{
		Op: decision.CheckIn{Room: room, Member: member.ID, MessageID: c.Message.ID, At: c.Now},
		Then: func(r decision.PointsResult, err error) []decision.Effect {
			if err != nil {
				return notAgain(room, member, c.Now, err)
			}
			part := text.CheckIn(member, r.CheckIn.Points)
			return []decision.Effect{decision.Speak{Say: decision.Say{
				Cause: cause, Kind: decision.SayCheckIn, Room: room.ID, Priority: decision.PriorityFun,
				Merge: fmt.Sprintf("checkin:%d", room.ID), Parts: []string{part}, Text: text.CheckIns(room, []string{part}),
				Due: sanction.QuietUntil(room, c.Now.Add(room.Settings.CheckInMerge)), Rehearsed: room.Silent || room.Rehearsal,
			}}}
		},
	})
}

// notAgain says once a day that the check-in is done, or has not begun; its
// cause names the member and the day, so that a second row changes nothing.
func notAgain(r decision.Room, m decision.Member, now time.Time, err error) []decision.Effect {
	var refusal *scoring.Refusal
	if !errors.As(err, &refusal) || refusal.Until.IsZero() {
		return nil
	}
	return []decision.Effect{decision.Speak{Say: decision.Say{
		Cause: fmt.Sprintf("checkin-again:%d:%d", m.ID, refusal.Until.Unix()), Kind: decision.SayRefusal, Room: r.ID,
		Priority: decision.PriorityFun, Text: text.CheckedIn(r, now, refusal.Until, errors.Is(err, scoring.ErrAlreadyDone)), Rehearsed: r.Silent || r.Rehearsal || sanction.Quiet(r, now),
	}}}
}

// standing asks for the balance with the place next above.
func standing(c *Context) decision.Query {
	return decision.Query{Member: c.Member.ID, Points: decision.PointsQuery{Balance: true, Top: 1}}
}

// showPoints answers with balance, rank and the distance to the next.
func showPoints(c *Context) {
	c.respond(text.Points(c.Room, c.Member, c.Answer.Points.Balance, c.Answer.Points.Ranking))
}

// statement asks for as many postings as fit a short answer.
func statement(c *Context) decision.Query {
	const shown = 6
	return decision.Query{Member: c.Member.ID, Points: decision.PointsQuery{Statement: shown}}
}

// showStatement lists the sender's newest postings with their reasons.
func showStatement(c *Context) {
	if len(c.Answer.Points.Statement) == 0 {
		c.line("statement.none", text.Fields{"at": c.address()})
		return
	}
	c.reply(c.address() + text.Statement(c.Room, c.Answer.Points.Statement, c.Answer.Members))
}

// ranking asks for the points of the day, week or month so far, or for all.
func ranking(c *Context) decision.Query {
	const shown = 10
	return decision.Query{Member: c.Member.ID, Points: decision.PointsQuery{Top: shown, Since: since(c.Call.Args, c.Now.In(c.Room.Settings.Location()))}}
}

// since is when the period of a ranking began, in now's zone; zero for all.
func since(period string, now time.Time) time.Time {
	y, m, d := now.Date()
	switch period {
	case "日", "日榜":
	case "周", "周榜":
		d -= (int(now.Weekday()) + 6) % 7 // back to Monday
	case "月", "月榜":
		d = 1
	default:
		return time.Time{}
	}
	return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
}

// showRanking answers with the first members of a period and the own place.
func showRanking(c *Context) {
	name := "总"
	if c.Call.Args != "" {
		name = string([]rune(c.Call.Args)[0])
	}
	names := map[int64]string{}
	for id, m := range c.Answer.Members {
		names[int64(id)] = m.Name
	}
	c.reply(text.Ranking(c.Room, name, c.Answer.Points.Ranking, names))
}

// act adds an action on points whose outcome is answered: done makes the
// effects of success, a refusal becomes a sentence.
func (c *Context) act(op decision.PointsOp, done func(*Context, decision.PointsResult)) {
	if c.Room.Rehearsal && spends(op) {
		c.putOff()
		return
	}
	kept := *c
	kept.out = decision.Decision{}
	c.said++
	c.add(decision.Points{Op: op, Then: func(r decision.PointsResult, err error) []decision.Effect {
		then := kept
		if err != nil {
			then.refused(err)
		} else {
			done(&then, r)
		}
		return then.out.Effects
	}})
}

// putOff says that points wait for the end of the rehearsal. A keeper, who asked
// for a draw, hears it in private: what is said in the room is rehearsed too.
func (c *Context) putOff() {
	if c.Call.Row.Who > decision.RoleMember {
		c.aside(text.Line(c.Room, "rehearsal.points", text.Fields{"at": ""}))
		return
	}
	c.line("rehearsal.points", text.Fields{"at": c.address()})
}

// spends reports whether points are given away or set aside, or a draw is
// opened that nobody could enter. Nobody does so in a rehearsal: nothing is
// answered there, and nothing is for good. What is earned meanwhile stays; 加分,
// 扣分 and 撤销 are meant. What was open before ends as it would: a draw is drawn,
// and its prizes are paid. A pass is looked at and not used, so that it covers
// every link of its time and not one.
func spends(op decision.PointsOp) bool {
	switch op.(type) {
	case decision.Transfer, decision.OpenPacket, decision.GrabPacket, decision.OpenDraw, decision.EnterDraw, decision.BuyPass, decision.Redeem:
		return true
	default:
		return false
	}
}

// refused says why an action on points was not done. What is switched off is
// silent.
func (c *Context) refused(err error) {
	f := text.Fields{"at": c.address(), "room": text.Name(c.Room.Name)}
	var refusal *scoring.Refusal
	if errors.As(err, &refusal) {
		f["need"], f["have"], f["limit"], f["no"] = figure(refusal.Need), figure(refusal.Have), figure(refusal.Limit), figure(refusal.No)
		if errors.Is(err, scoring.ErrFavourable) {
			f["have"], f["need"] = thousandths(refusal.Have), thousandths(refusal.Need)
		}
		if !refusal.Until.IsZero() {
			f["until"] = text.Date(c.Room, refusal.Until) + " " + text.Clock(c.Room, refusal.Until)
		}
	}
	if key := c.refusalKey(err); key != "" {
		c.line(key, f)
	}
}

// figure writes a number of points.
func figure(n int64) string { return fmt.Sprint(n) }

// thousandths writes thousandths of a point: 2500 is 2.5.
func thousandths(n int64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%03d", n/1000, n%1000), "0"), ".")
}

// amountFirst reads an amount and what is written after it. A second number is
// refused: 5 0 may mean fifty.
func (c *Context) amountFirst(s string) (n int64, rest string, ok bool) {
	first, rest := cutWord(s)
	second, _, _ := strings.Cut(rest, " ")
	if second != "" && strings.Trim(second, "0123456789０１２３４５６７８９.,．，") == "" {
		c.line("amount.two", text.Fields{"at": c.address()})
		return 0, "", false
	}
	n, ok = c.amount(first, scoring.MaxAmount)
	return n, rest, ok
}

// cutWord parts a text at its first space.
func cutWord(s string) (first, rest string) {
	if i := strings.IndexFunc(s, blank); i >= 0 {
		return s[:i], strings.TrimFunc(s[i:], blank)
	}
	return s, ""
}

// reasonApart puts a space between a number and the reason that follows it
// without one: 10好人, 10分 好人. What may belong to the number is left to be
// refused: 10万, 10点5, 10k.
func reasonApart(s string) string {
	digits := strings.IndexFunc(s, func(r rune) bool { return digit(r) < 0 })
	if digits <= 0 {
		return s
	}
	reason := s[digits:]
	if r := firstRune(reason); !unicode.Is(unicode.Han, r) || strings.ContainsRune(numerals, r) {
		return s
	}
	if after, ok := strings.CutPrefix(reason, "分"); ok && (after == "" || blank(firstRune(after))) {
		reason = after
	}
	return s[:digits] + " " + reason
}

// numerals are characters that change a number they follow.
const numerals = "〇零一二三四五六七八九十百千万萬亿億兆两兩半点點多余几來来倍成折"

// amount reads the whole number of points that a text begins with; what is
// none is refused by name.
func (c *Context) amount(s string, limit int64) (int64, bool) {
	n, err := scoring.ParseAmount(s, limit)
	var fault *scoring.AmountError
	if errors.As(err, &fault) {
		c.line("amount."+string(fault.Fault), text.Fields{"at": c.address(), "max": figure(fault.Max)})
	}
	return n, err == nil
}
