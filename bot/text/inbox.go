package text

import (
	"fmt"
	"strconv"
	"strings"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Answers writes the answers that a case takes: 22警告 / 22放过.
func Answers(id int64, verbs []string) string {
	all := make([]string, 0, len(verbs))
	for _, v := range verbs {
		all = append(all, strconv.FormatInt(id, 10)+v)
	}
	return strings.Join(all, " / ")
}

// Numbers writes numbers of cases so that #17、#18 stands after a #.
func Numbers(ids []int64) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(all, "、#")
}

// InboxLine is a case as the inbox lists it. Members holds whom cases name.
func InboxLine(r decision.Room, c decision.Case, members map[chat.MemberID]decision.Member) string {
	m, other := members[c.Member], members[c.Other]
	switch {
	case c.Appeal == decision.AppealOpen:
		return Appeal(r, m, c)
	case c.Removal == decision.RemovalFailed:
		return RemovalFailed(m, c)
	case c.Removal == decision.RemovalAsked:
		return HandOver(m, c)
	}
	switch c.Kind {
	case decision.CaseReview:
		if c.Detail == decision.DetailPass {
			return PassUsed(r, m, c)
		}
		return Review(m, c)
	case decision.CasePhrase:
		return OfferPhrase(c, c)
	case decision.CaseOwner:
		return SecondOwner(m, c)
	case decision.CaseReport:
		return Report(m, other, c, Reporting{})
	case decision.CaseIdentity:
		return SamePerson(m, other, c)
	case decision.CaseRoom:
		return SameRoom(r, c)
	case decision.CaseRedemption:
		return Redemption(m, c)
	case decision.CaseAlert:
		return Alert(m, other, c)
	default:
		return Struck(r, m, c)
	}
}

// Inbox joins the lines of the inbox; all is how many cases wait.
func Inbox(lines []string, all int) string {
	head := fmt.Sprintf("等你处理 %d 件（号码+动作，可一行多个）", all)
	if all > len(lines) {
		head = fmt.Sprintf("等你处理 %d 件，先看 %d 件（号码+动作，可一行多个）", all, len(lines))
	}
	return head + "\n" + strings.Join(lines, "\n")
}

// Appeal asks the owner to decide an appeal.
func Appeal(_ decision.Room, m decision.Member, c decision.Case) string {
	said := ""
	if c.Evidence != "" {
		said = "，原话「" + Snippet(c.Evidence) + "」"
	}
	reason := "（理由已抹掉）"
	if c.AppealReason != "" {
		reason = "：「" + Snippet(c.AppealReason) + "」"
	}
	return fmt.Sprintf("#%d %s 申诉%s%s　%s", c.ID, Name(m.Name), reason, said, Answers(c.ID, []string{"过", "驳"}))
}

// OfferPhrase asks whether what was acquitted shall pass in future; k is the
// acquitted case, question the one that asks.
func OfferPhrase(k, question decision.Case) string {
	done := ""
	if k.ID != question.ID {
		done = fmt.Sprintf("#%d 已撤销。", k.ID)
	}
	lead := done
	if lead == "" {
		lead = fmt.Sprintf("#%d ", question.ID)
	}
	return fmt.Sprintf("%s要把「%s」设为放行词吗？　%s", lead, plain(question.Detail, NameLength), Answers(question.ID, []string{"同意", "不用"}))
}

// SamePerson asks whether a member known before a login and one who came with
// it are the same.
func SamePerson(old, now decision.Member, c decision.Case) string {
	hangs := ""
	if c.Detail != "" {
		hangs = "（" + plain(c.Detail, SnippetLength) + "）"
	}
	return fmt.Sprintf("#%d 登录后的「%s」像是原来的「%s」%s，是同一人吗？　%s",
		c.ID, Name(now.Name), Name(old.Name), hangs, Answers(c.ID, []string{"同意", "不用"}))
}

// Unasked names who may be somebody known before a login and is not asked about
// one by one; nothing when there is nobody.
func Unasked(rooms map[chat.RoomID]decision.Room, all []decision.Unasked) string {
	const most = 3
	if len(all) == 0 {
		return ""
	}
	pairs := make([]string, 0, most)
	for _, u := range all[:min(len(all), most)] {
		r := rooms[u.Now.Room]
		pair := fmt.Sprintf("「%s」像原来的「%s」（%s）", Name(u.Now.Name), Name(u.Old.Name), plain(Hangs(r, u.Old), SnippetLength))
		if len(rooms) > 1 {
			pair += "[" + Name(r.Name) + "]"
		}
		pairs = append(pairs, pair)
	}
	more := ""
	if len(all) > most {
		more = fmt.Sprintf(" 等 %d 位", len(all))
	}
	return "\n登录后还没问的：" + strings.Join(pairs, "、") + more + "。确认是同一人可发：合并 @新名 @旧名"
}

// SameRoom asks whether a room is the one that the case names, which was known
// before a login.
func SameRoom(r decision.Room, c decision.Case) string {
	return fmt.Sprintf("#%d 群「%s」像是登录前的「%s」，沿用那边的设置、词库和群规吗？　%s",
		c.ID, Name(r.Name), Name(c.Reason), Answers(c.ID, []string{"同意", "不用"}))
}

// Hangs sums up what hangs on who a member was before a login.
func Hangs(r decision.Room, m decision.Former) string {
	var all []string
	if m.Points != 0 {
		all = append(all, fmt.Sprintf("%d 分", m.Points))
	}
	if m.Strikes > 0 {
		all = append(all, fmt.Sprintf("警告 %d/%d", m.Strikes, r.Settings.WarningLimit))
	}
	if m.Removal {
		all = append(all, "待移出")
	}
	if m.Barred {
		all = append(all, "在黑名单")
	}
	switch m.Role {
	case decision.RoleDeputy:
		all = append(all, "原副手")
	case decision.RoleOwner:
		all = append(all, "原群主")
	}
	return strings.Join(all, "，")
}

// WhichFormer asks which of several members who are gone had a name.
func WhichFormer(r decision.Room, all []decision.Former) string {
	options, answers := make([]string, 0, len(all)), make([]string, 0, len(all))
	for i, m := range all {
		what := Hangs(r, m)
		if what == "" {
			what = "没有积分和警告"
		}
		options = append(options, fmt.Sprintf("%d 编号 %d（%s）", i+1, m.ID, what))
		answers = append(answers, fmt.Sprintf("选%d", i+1))
	}
	return fmt.Sprintf("原来有%s位「%s」：%s。请 60 秒内回复 %s",
		count(len(all)), Name(all[0].Name), strings.Join(options, " "), strings.Join(answers, " 或 "))
}

// SecondOwner asks the present owner for a yes to another one.
func SecondOwner(m decision.Member, c decision.Case) string {
	return fmt.Sprintf("#%d「%s」有认主代码，想一起当群主。不认识就选不用。　%s", c.ID, Name(m.Name), Answers(c.ID, []string{"同意", "不用"}))
}

// Reporting is what the owner should know of who reports.
type Reporting struct {
	Today   int // reports of the same member today
	Upheld  int // earlier ones that led to something
	Dropped int // earlier ones that did not
	Others  int // other members whose report of the same person is open
}

// Report passes a member's report on.
func Report(accused, reporter decision.Member, c decision.Case, r Reporting) string {
	who := "一条消息"
	if accused.ID != 0 {
		who = "「" + Name(accused.Name) + "」"
	}
	why := ""
	if c.Reason != "" {
		why = "：" + Snippet(c.Reason)
	}
	if c.Evidence != "" {
		why += "，原话「" + Snippet(c.Evidence) + "」"
	}
	if r.Others > 0 {
		why += fmt.Sprintf("，另有 %d 人也举报了", r.Others)
	}
	if past := r.Upheld + r.Dropped; past > 0 {
		why += fmt.Sprintf("（此人举报过 %d 次，%d 次属实）", past, r.Upheld)
	}
	return fmt.Sprintf("#%d %s 举报%s%s　%s", c.ID, Name(reporter.Name), who, why, Answers(c.ID, ReportVerbs(accused)))
}

// ReportVerbs are the answers that a report takes: nobody can act on an owner,
// nor on somebody unknown, and who is trusted is not warned.
func ReportVerbs(accused decision.Member) []string {
	switch {
	case accused.ID == 0 || accused.Role == decision.RoleOwner:
		return []string{"放过"}
	case accused.Exempt():
		return []string{"放过", "踢"}
	}
	return []string{"警告", "放过", "踢"}
}

// CalledOff says that a removal lost its reason; live strikes still count.
// Where the network heard of it, that cannot be undone.
func CalledOff(r decision.Room, m decision.Member, removal decision.Case, live int) string {
	count := fmt.Sprintf("撤销后警告 %d/%d", live, r.Settings.WarningLimit)
	switch {
	case removal.Removal == decision.RemovalConfirmed:
		return fmt.Sprintf("#%d %s 已被移出，但%s，可以重新邀请。", removal.ID, Name(m.Name), count)
	case removal.Removal == decision.RemovalSent:
		return fmt.Sprintf("#%d %s %s，但移出请求已经发出，收不回。核对成员名单后再告诉你。", removal.ID, Name(m.Name), count)
	case removal.Asking:
		return fmt.Sprintf("#%d %s 的移出已取消：%s，但移出请求可能已经发出，收不回。若已不在群里，请重新邀请。", removal.ID, Name(m.Name), count)
	}
	return fmt.Sprintf("#%d %s 的移出已取消：%s。", removal.ID, Name(m.Name), count)
}

// Reason sums up in a few words why a case was opened.
func Reason(c decision.Case) string {
	if len(c.Findings) == 0 {
		return Snippet(c.Reason)
	}
	return ruleName(chief(c.Findings))
}

// State says where a closed case stands.
func State(c decision.Case) string {
	if c.Removal == decision.RemovalConfirmed {
		return "已移出"
	}
	return StateName(c.State)
}

// StateName names a state.
func StateName(s decision.CaseState) string {
	switch s {
	case decision.CaseReversed:
		return "已撤销"
	case decision.CaseDropped:
		return "已放过"
	case decision.CaseAgreed:
		return "已同意"
	case decision.CaseRefused:
		return "已回绝"
	case decision.CaseExpired:
		return "已过期"
	case decision.CaseSettled:
		return "已了结"
	default:
		return "处理中"
	}
}
