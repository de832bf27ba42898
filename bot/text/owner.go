package text

import (
	"fmt"
	"time"

	"menshen/bot/decision"
	"menshen/moderation"
)

// The lines below are for the owner, in private. Each begins with the number
// of its case and ends with the answers it takes.

// Struck reports a warning that was given.
func Struck(r decision.Room, m decision.Member, c decision.Case) string {
	f := chief(c.Findings)
	if f.Rule == "" {
		why := ""
		if c.Reason != "" {
			why = "：" + Snippet(c.Reason)
		}
		return fmt.Sprintf("#%d %s → 警告 %d/%d（手动%s）　回复 %d误判 可撤销",
			c.ID, Name(m.Name), c.Strike, r.Settings.WarningLimit, why, c.ID)
	}
	return fmt.Sprintf("#%d %s「%s」→ 警告 %d/%d（%s）　回复 %d误判 可撤销",
		c.ID, Name(m.Name), emphasise(c.Evidence, f), c.Strike, r.Settings.WarningLimit, ruleName(f), c.ID)
}

// Joined reports more messages merged into a case.
func Joined(c decision.Case, more int) string {
	return fmt.Sprintf("#%d 并入：又 %d 条", c.ID, more)
}

// Review asks whether a doubtful message was a breach.
func Review(m decision.Member, c decision.Case) string {
	f := chief(c.Findings)
	suspected := ruleName(f)
	if f.Rule == moderation.RuleKeyword {
		suspected = "「" + plain(shown(f), NameLength) + "」"
	}
	why := ""
	if len(f.Why) > 0 {
		why = "(" + whys(f.Why) + ")"
	}
	who := Name(m.Name)
	if n := len(c.Party()); n > 0 {
		who += fmt.Sprintf(" 等 %d 人", n+1)
	}
	return fmt.Sprintf("#%d %s%s疑似%s%s　%d警告 / %d放过",
		c.ID, who, said(c.Evidence), suspected, why, c.ID, c.ID)
}

// said is somebody's words in quotes; once they were erased there are none.
func said(evidence string) string {
	if evidence == "" {
		return " "
	}
	return "「" + Snippet(evidence) + "」"
}

// HandOver asks the owner to remove m on the phone, and to make sure of who it
// is when names alone say so.
func HandOver(m decision.Member, c decision.Case) string {
	if m.ByName {
		return fmt.Sprintf("#%d「%s」的警告已满，但登录后只凭名字认出，请先核对是不是本人。是就回复 %d踢 或在手机上移出　%d踢 / %d不移出",
			c.ID, Name(m.Name), c.ID, c.ID, c.ID)
	}
	mistaken := ""
	if c.Detail == decision.DetailPass && c.Kind == decision.CaseRemoval {
		mistaken = fmt.Sprintf(" / %d误判（退通行证的分）", c.ID)
	}
	return fmt.Sprintf("#%d 请在手机上移出「%s」：群聊信息 → 移出成员。完成后我会自动核对。　%d不移出%s", c.ID, Name(m.Name), c.ID, mistaken)
}

// RemovalFailed says that the network took the request and the member list
// still shows m.
func RemovalFailed(m decision.Member, c decision.Case) string {
	return fmt.Sprintf("#%d 网络没有移出「%s」，成员名单里还在。请在手机上移出，我会自动核对。　%d不移出", c.ID, Name(m.Name), c.ID)
}

// RemovalExpired says that nobody removed m in time and the question is closed.
func RemovalExpired(m decision.Member, c decision.Case) string {
	return fmt.Sprintf("#%d「%s」一直没有移出，不再提醒；警告仍然有效。", c.ID, Name(m.Name))
}

// RemovedAt reports that the member list of the given time shows m gone.
func RemovedAt(r decision.Room, m decision.Member, c decision.Case, at time.Time) string {
	return fmt.Sprintf("#%d %s 已移出，核对成员名单 %s", c.ID, Name(m.Name), Clock(r, at))
}

// Alert reports what the owner should know about m and may dismiss.
func Alert(m, other decision.Member, c decision.Case) string {
	what := "「" + Name(m.Name) + "」"
	switch c.Detail {
	case decision.AlertReturned:
		what = " 黑名单里的" + what + "又进群了。"
	case decision.AlertLike:
		what += "的名字很像「" + Name(other.Name) + "」，请防冒充；权限只认本人，改名无效。"
	case decision.AlertOneWay:
		what += "挣的积分差不多都给了「" + Name(other.Name) + "」，可能是同一个人的小号。"
	case decision.AlertOffice:
		what += "的名字自称管理人员。"
	default:
		what += "的名字像广告。"
	}
	return fmt.Sprintf("#%d%s　%s", c.ID, what, Answers(c.ID, []string{"踢", "放过"}))
}

// HandOn gives the owner what could not be sent to the member of a case.
func HandOn(id int64, words string) string {
	return fmt.Sprintf("#%d 私信送不到本人，请你转交：%s", id, plain(words, decision.Longest))
}

// Left reports members who are missing from two member lists.
func Left(r decision.Room, names []string, at time.Time) string {
	return fmt.Sprintf("%s%s 已不在群里，核对成员名单 %s", guard, some(names, 5), Clock(r, at))
}

// OwnerChanged reports that the room has another owner on the network.
func OwnerChanged(r decision.Room, m decision.Member) string {
	if m.Self {
		return fmt.Sprintf("群「%s」的群主换成了这个微信号。门神仍只听原来的主人。", Name(r.Name))
	}
	if m.Role == decision.RoleOwner {
		return fmt.Sprintf("群「%s」的群主换成了「%s」，门神本来就听 TA 的。", Name(r.Name), Name(m.Name))
	}
	return fmt.Sprintf("群「%s」的群主换成了「%s」，门神仍听你的。要交给新群主，请发「交接」加 TA 的名字。", Name(r.Name), Name(m.Name))
}

// NetworkOwner tells the owners that somebody else owns the room on the
// network, and so can remove members on the phone.
func NetworkOwner(r decision.Room, m decision.Member) string {
	return fmt.Sprintf("群「%s」的微信群主是「%s」，不是门神的主人。手机上只有 TA 和群管理员能移出成员，要移出时请找 TA。", Name(r.Name), Name(m.Name))
}

// Parked reports that the bot is no longer in a room.
func Parked(r decision.Room) string {
	return fmt.Sprintf("我已不在群「%s」里，该群已停用，记录保留。", Name(r.Name))
}

// Rehearsed sums up a day of rehearsal.
func Rehearsed(members, strikes, removals int) string {
	return fmt.Sprintf("演习：今日本应警告 %d 人 %d 次，移出 %d 人。查看：演习 详情　开启：演习 关", members, strikes, removals)
}

// Digest announces what waits in the inbox, once a day.
func Digest(waiting int) string {
	return fmt.Sprintf("今天还有 %d 件事等你处理，回复「待办」查看。", waiting)
}

// Unsaid tells an owner what could not be said in the room in time.
func Unsaid(words string) string {
	return "这句话一天都没能发到群里，不再发了，需要的话请转告：「" + plain(words, decision.Longest+1) + "」"
}

// some names members, the first ones and their number when there are more than
// limit.
func some(names []string, limit int) string {
	if len(names) > limit {
		return fmt.Sprintf("%s 等 %d 人", List(names, limit), len(names))
	}
	return List(names, limit)
}
