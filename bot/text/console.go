package text

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// Health is what the owner is told of the program.
type Health struct {
	Phase     chat.Phase
	Waiting   int // sentences not yet sent
	Budget    int // messages that may still be sent this hour
	Inbox     int
	CanRemove bool
	// LongJournal: somebody reads the database for so long that it grows.
	LongJournal bool
}

// The program's housework, for whoever looks after it.

// BackupFailed says that there is no fresh copy of the database.
func BackupFailed() string {
	return "备份没有做成，可能是磁盘满了或不能写。请在运行门神的电脑上执行 menshen doctor，它会说怎么办。"
}

// PurgeFailed says that what is too old was not deleted.
func PurgeFailed() string {
	return "过期的记录没有删掉，明天凌晨再试。请在运行门神的电脑上执行 menshen doctor 看看。"
}

// ProofFailed says that the nightly look at the database did not come to its
// end.
func ProofFailed() string {
	return "夜里的数据检查没有做完。请在运行门神的电脑上执行 menshen doctor 看看。"
}

// Changed says that n places of the ledger or the cases do not hold.
func Changed(n int) string {
	return fmt.Sprintf("夜里检查发现账目或案件有 %d 处对不上。请不要删数据库，在运行门神的电脑上执行 menshen doctor。", n)
}

// Status tells how rooms and the program are.
func Status(rooms []decision.Room, now time.Time, h Health) string {
	const most = 20
	var b strings.Builder
	for _, r := range rooms[:min(len(rooms), most)] {
		fmt.Fprintf(&b, "「%s」%s\n", Name(r.Name), roomState(r, now))
	}
	if len(rooms) > most {
		fmt.Fprintf(&b, "还有 %d 个群\n", len(rooms)-most)
	}
	fmt.Fprintf(&b, "微信%s，待办 %d 件，待发 %d 条，本小时还能发 %d 条\n", phase(h.Phase), h.Inbox, h.Waiting, h.Budget)
	if h.LongJournal {
		b.WriteString("数据库被别的程序占用太久，占的空间在变大，请关掉它或重启我\n")
	}
	if h.CanRemove {
		b.WriteString("移出：我来移出，再核对名单")
	} else {
		b.WriteString("移出：这个网络做不到，满次数时请你在手机上移出")
	}
	return b.String()
}

// roomState names the switches of a room.
func roomState(r decision.Room, now time.Time) string {
	if r.Unseen {
		return "登录后还没认出来，记录原样保留"
	}
	if !r.On {
		return "停用"
	}
	if !r.Active(now) {
		return "暂停到 " + Date(r, r.PausedUntil) + " " + Clock(r, r.PausedUntil)
	}
	state := "工作中"
	if r.NetworkOwner != 0 {
		state += "，微信群主「" + Name(r.NetworkOwnerName) + "」"
	}
	if r.Silent {
		state += "，静默"
	}
	if r.Rehearsal {
		state += "，演习"
	}
	return state
}

// phase says in a few words how the login is.
func phase(p chat.Phase) string {
	switch p {
	case chat.PhaseOnline:
		return "已登录"
	case chat.PhaseScan:
		return "等待扫码"
	case chat.PhaseOffline:
		return "断线重连中"
	case chat.PhaseEnded:
		return "已退出登录"
	case chat.PhaseRefused:
		return "拒绝登录"
	default:
		return "启动中"
	}
}

// Settings lists every setting with its value.
func Settings(s decision.Settings) string {
	var b strings.Builder
	b.WriteString("改一项：设置 名称 值（值写「默认」恢复）")
	for i, def := range decision.AllSettings() {
		value, _ := s.Get(def.Key)
		sep := "　"
		if i%3 == 0 {
			sep = "\n"
		}
		if value == "" {
			value = "默认"
		}
		b.WriteString(sep + def.Name + "=" + plain(value, NameLength))
	}
	b.WriteString("\n几个群合用一本账：设置 共享积分")
	return b.String()
}

// Named lists the settings of one kind, whose names the owner can add to.
func Named(kind string, s decision.Settings, prefix string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "改一项：设置 %s 名称 值（值写「默认」恢复）", kind)
	for _, def := range s.Named(prefix) {
		value, _ := s.Get(def.Key)
		b.WriteString("\n" + plain(strings.TrimPrefix(def.Name, kind), NameLength) + "=" + plain(cmp.Or(value, "默认"), NameLength))
	}
	return b.String()
}

// Setting explains one setting.
func Setting(def decision.Setting, value string) string {
	if value == "" {
		value = "默认"
	}
	return fmt.Sprintf("「%s」现在是 %s。%s；可填 %s", def.Name, plain(value, decision.Longest), def.Help, def.Range)
}

// RehearsalDetail lists what would have happened today.
func RehearsalDetail(r decision.Room, cases []decision.Case, members map[chat.MemberID]decision.Member) string {
	const most = 15
	var b strings.Builder
	fmt.Fprintf(&b, "今日演习 %d 件：", len(cases))
	for _, c := range cases[:min(len(cases), most)] {
		fmt.Fprintf(&b, "\n#%d %s %s%s%s", c.ID, Clock(r, c.Opened), Name(members[c.Member].Name), said(c.Evidence), reason(c))
	}
	b.WriteString(more(len(cases)-most, "件"))
	return b.String()
}

// Mine tells a member what is kept about them.
func Mine(r decision.Room, k decision.KeptData) string {
	var b strings.Builder
	fmt.Fprintf(&b, "在「%s」存了你：消息 %d 条（其中文字 %d 条，到期自动删），活跃 %d 天，积分流水 %d 笔，案子 %d 个",
		Name(r.Name), k.Messages, k.Texts, k.Days, k.Postings, len(k.Cases))
	if len(k.Names) > 0 {
		b.WriteString("\n名字：" + some(k.Names, 5))
	}
	if !k.First.IsZero() {
		b.WriteString("\n最早 " + Date(r, k.First) + "。要抹掉请回复：忘记我")
	}
	return b.String()
}

// Words lists the words of a room and of the rules file, phrases and hosts, as
// many as fit.
func Words(words, filed, phrases, hosts []string) string {
	const shown = decision.Longest / 4 // of each list, in runes
	var b strings.Builder
	for _, part := range []struct {
		name string
		list []string
	}{{"词：", words}, {"规则文件：", filed}, {"放行词：", phrases}, {"网站：", hosts}} {
		if len(part.list) > 0 {
			b.WriteString(part.name + clip(strings.Join(part.list, " "), shown) + "\n")
		}
	}
	b.WriteString("全部：导出词库")
	return b.String()
}

// Pages puts a list, one item a line, into messages each of which can be read,
// and read in again, by itself. Each begins with head, so that a page is no
// command.
func Pages(head string, list []string) []string {
	pages := []string{head}
	for _, item := range list {
		last := &pages[len(pages)-1]
		if len([]rune(*last))+len([]rune(item)) >= decision.Longest {
			pages = append(pages, head)
			last = &pages[len(pages)-1]
		}
		*last += "\n" + item
	}
	return pages
}

// LoginRefused tells whoever holds the account's phone that WeChat does not
// want it on the web, and what is left to do.
func LoginRefused(code int) string {
	return fmt.Sprintf("微信拒绝了这次网页登录 (%d)。不要重试：重试会加重限制。"+
		"可做：在手机上看微信的通知，能申诉就申诉；等几天；或者换一个账号。之后再运行：menshen login --again", code)
}

// Requested tells the console that somebody asks something of the account.
func Requested(what chat.RequestKind) string {
	if what == chat.RequestRoom {
		return "有人邀请本号进一个群。我不会自己进群，要进请在手机上确认。"
	}
	return "有人请求加本号为好友。我不会自己通过，要加请在手机上确认。"
}
