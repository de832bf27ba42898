package bot

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/data"
	"menshen/moderation"
)

// testStore gives the road a real database.
type testStore struct{ db *data.DB }

func (s testStore) Record(ctx context.Context, b chat.Batch, fn func(Tx) error) error {
	return s.db.Record(ctx, b, func(tx *data.Tx) error { return fn(tx) })
}

func (s testStore) Read(ctx context.Context, fn func(View) error) error {
	return s.db.Read(ctx, func(tx *data.Tx) error { return fn(tx) })
}

// testNetwork takes every text and cannot remove anybody.
type testNetwork struct {
	sent []chat.Outgoing
	deaf chat.MemberID // who takes no private messages
}

func (*testNetwork) Run(context.Context, chat.Intake) error { return nil }
func (n *testNetwork) Send(_ context.Context, out chat.Outgoing) (chat.Receipt, error) {
	if out.Member != 0 && out.Member == n.deaf {
		return chat.Receipt{}, chat.ErrNotReachable
	}
	n.sent = append(n.sent, out)
	return chat.Receipt{MessageID: fmt.Sprint("sent", len(n.sent))}, nil
}

func (*testNetwork) Remove(context.Context, chat.RoomID, chat.MemberID) error {
	return chat.ErrUnsupported
}

func (*testNetwork) Refresh(chat.RoomID)                               {}
func (*testNetwork) Recall(context.Context, chat.RoomID, string) error { return nil }
func (*testNetwork) Capabilities() chat.Capabilities                   { return chat.Capabilities{} }

// stillClock stands still until it is moved.
type stillClock struct{ now time.Time }

func (c *stillClock) Now() time.Time { return c.now }
func (c *stillClock) Park(ctx context.Context, _ time.Time, _ <-chan struct{}) error {
	<-ctx.Done()
	return ctx.Err()
}

// evening is a room on a real database: 1 the bot, 2 老王 the owner, 3 小李 the
// deputy, 4 甲, 5 乙, 6 and 7 two called 张三.
type evening struct {
	t       *testing.T
	clock   *stillClock
	network *testNetwork
	road    *Pipeline
	code    command.Code
	said    int
	path    string
}

func newEvening(t *testing.T) *evening {
	t.Helper()
	path := filepath.Join(t.TempDir(), "menshen.db")
	db, err := data.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	e := &evening{t: t, clock: &stillClock{time.Date(2026, 9, 30, 4, 0, 0, 0, time.UTC)}, network: &testNetwork{}, path: path}
	db.Now = e.clock.Now
	e.fill()
	judges, err := NewJudges(moderation.Rules{Keywords: []moderation.Keyword{{
		Word: "加群", Action: moderation.ActionStrike, Disguised: moderation.ActionReview, Variants: moderation.DefaultVariants(),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	limits := DefaultSendLimits()
	limits.PerMinute, limits.PerHour, limits.PerDay, limits.MinGap, limits.MaxGap = 1000, 10000, 10000, 0, time.Millisecond
	e.road, err = New(t.Context(), Options{
		Store: testStore{db}, Network: e.network, Clock: e.clock, Log: slog.New(slog.DiscardHandler),
		Judges: judges, Code: &e.code, Limits: limits, KeepDays: 7,
	})
	if err != nil {
		t.Fatal(err)
	}
	e.road.State(chat.State{Phase: chat.PhaseOnline})
	return e
}

// fill makes the room as a login would.
func (e *evening) fill() {
	e.write(
		`INSERT INTO account (id, uin, simulated, created) VALUES (7, '123', 1, 1)`,
		`INSERT INTO session (id, account, started) VALUES ('login', 7, 1)`,
		`INSERT INTO room (id, account, name, active, created) VALUES (1, 7, '读书群', 1, 1), (2, 7, '跑步群', 0, 1)`,
		`INSERT INTO member (id, room, nick, display, self, role, seen, joined) VALUES
			(1, 1, '小助手', '', 1, 0, 1, 0), (2, 1, '老王', '', 0, 2, 1, 0), (3, 1, '小李', '', 0, 1, 1, 0), (4, 1, '甲', '', 0, 0, 1, 0),
			(5, 1, '乙', '', 0, 0, 1, 0), (6, 1, '运营', '张三', 0, 0, 1, 0), (7, 1, '北京', '张三', 0, 0, 1, 0),
			(8, 2, '小助手', '', 1, 0, 1, 0), (9, 2, '老王', '', 0, 0, 1, 0), (10, 2, '丁', '', 0, 0, 1, 0)`,
	)
}

// write changes the database behind the bot's back, before it reads.
func (e *evening) write(queries ...string) {
	e.t.Helper()
	db, err := sql.Open("sqlite3", e.path)
	if err != nil {
		e.t.Fatal(err)
	}
	defer db.Close()
	for _, q := range queries {
		if _, err := db.Exec(q); err != nil {
			e.t.Fatal(err)
		}
	}
}

// hears gives the road a message and returns what the bot says to it within
// ten seconds.
func (e *evening) hears(m chat.Message) []string {
	e.t.Helper()
	e.said++
	m.ID, m.Kind, m.Time = fmt.Sprint("m", e.said), chat.KindText, e.clock.now
	in, err := e.road.Admit(e.t.Context(), m)
	if err != nil {
		e.t.Fatalf("%s: %v", m.Text, err)
	}
	if !in {
		return nil
	}
	if err := e.road.Receive(e.t.Context(), chat.Batch{Session: "login", Cursor: []byte(m.ID), Events: []chat.Event{m}}); err != nil {
		e.t.Fatalf("%s: %v", m.Text, err)
	}
	from := len(e.network.sent)
	until := e.clock.now.Add(10 * time.Second)
	for e.clock.now.Before(until) {
		next, err := e.road.outbox.step(e.t.Context())
		if err != nil {
			e.t.Fatal(err)
		}
		if next.IsZero() || next.After(until) {
			break
		}
		if next.After(e.clock.now) {
			e.clock.now = next
		}
	}
	e.clock.now = until
	var all []string
	for _, out := range e.network.sent[from:] {
		to := fmt.Sprintf("%d: ", out.Room)
		switch {
		case out.Console:
			to = "console: "
		case out.Member != 0:
			to = fmt.Sprintf("→%d: ", out.Member)
		}
		all = append(all, to+out.Text)
	}
	return all
}

func (e *evening) says(member chat.MemberID, line string) []string {
	e.t.Helper()
	return e.hears(chat.Message{Room: 1, From: member, Text: line})
}

func (e *evening) whispers(line string, as ...chat.MemberID) []string {
	e.t.Helper()
	return e.hears(chat.Message{As: as, Text: line})
}

// expect checks that each part is in what was said, in order, and that nothing
// is said when no part is given.
func (e *evening) expect(line string, got []string, parts ...string) {
	e.t.Helper()
	at := 0
	for _, part := range parts {
		i := slices.IndexFunc(got[at:], func(s string) bool { return strings.Contains(s, part) })
		if i < 0 {
			e.t.Errorf("%s: %q is not in\n  %s", line, part, strings.Join(got, "\n  "))
			return
		}
		at += i
	}
	if len(parts) == 0 && len(got) > 0 {
		e.t.Errorf("%s: nothing should be said, got\n  %s", line, strings.Join(got, "\n  "))
	}
}

// group, private and console are one step of a story each: who says what, and
// what has to be in the answers.
func (e *evening) group(member chat.MemberID, line string, parts ...string) {
	e.t.Helper()
	e.expect(line, e.says(member, line), parts...)
}

func (e *evening) private(as chat.MemberID, line string, parts ...string) {
	e.t.Helper()
	e.expect(line, e.whispers(line, as), parts...)
}

func TestAnEveningOfSanctions(t *testing.T) {
	e := newEvening(t)
	e.group(4, "快来加群", "1: @甲\u2005这条消息含「加**」，违反群规。警告 1/3，10月30日失效。有误可回复：申诉 1 理由", "#1 甲「快来**加群**」→ 警告 1/3")
	e.group(4, "我的警告", "有效警告 1/3\n#1 9月30日 关键词「加**」，10月30日失效")
	e.group(4, "申诉 1 我说的是加群这个词", "申诉 #1 已收到", "#1 甲 申诉：「我说的是加群这个词」")
	e.group(4, "申诉 1 再来", "#1 已申诉过一次")
	e.private(2, "待办", "等你处理 1 件", "#1 甲 申诉")
	e.private(4, "1过")
	e.private(2, "1", []string{}...)
	e.private(2, "1过", "申诉 #1 成立，警告已撤销")
	e.private(2, "1过", "#1 已经处理过（已撤销）")
	e.clock.now = e.clock.now.Add(2 * time.Minute)
	e.group(4, "我的警告", "你没有有效的警告")
	e.group(3, "警告 @乙 刷屏", "@乙\u2005违反群规：刷屏。警告 1/3")
	e.group(3, "踢 @老王", "不能对 老王 这样做")
	e.group(5, "踢 @甲")
	e.group(3, "警告 @张三 刷屏", "群里有两位「张三」：1 张三(运营) 2 张三(北京)。请 60 秒内回复 选1 或 选2")
	e.group(5, "选1")
	e.group(3, "选2", "@张三\u2005违反群规：刷屏。警告 1/3")
	e.private(3, "警告榜", "有警告的成员 2 人", "乙 1/3", "张三 1/3")
	e.group(2, "踢 @乙 广告", "已请群主处理 乙 的移出", "请在手机上移出「乙」")
	e.private(2, "待办", "请在手机上移出「乙」")
}

func TestAnEveningOfPoints(t *testing.T) {
	e := newEvening(t)
	e.group(4, "签到", "签到成功：甲，+5 分")
	e.group(4, "签到", "今天已签到，明天 00:00 起可再签")
	e.group(4, "签到")
	e.group(4, "积分", "1: \u2060甲 5 分，第 1 名")
	e.group(4, "积分", "刚答复过，请稍后再试")
	e.group(4, "积分")
	e.group(5, "打卡", "签到成功：乙，+5 分")
	e.group(3, "加分 @甲 10 帮忙", "\u2060甲 +10 分，现有 15 分（流水 3）")
	e.group(5, "积分", "\u2060乙 5 分，第 2 名，距第 1 名还差 10 分")
	e.group(5, "排行", "总榜：1 甲 15　2 乙 5\n你 5 分，第 2 名")
	e.group(4, "账单", "流水 3　9月30日 +10 群主：帮忙，余 15")
	e.group(2, "撤销 3", "流水 3 已撤销（新流水 4）：甲 -10 分")
	e.group(2, "对账", "流水 4 笔，2 人共 10 分（冻结 0）\n发放与收回 -10 分，相加 0：对得上")
	e.group(4, "转账 5 @乙")
	e.private(2, "设置 转账 开", "已设置：转账 = 开")
	e.group(4, "转账 ５ @乙", "已转 5 分给 乙")
	e.group(4, "转账 -5 @乙", "数目不能是负的")
	e.group(4, "转账 500 @乙", "一次最多 100")
	e.group(4, "转账 1 @甲", "不能给自己")
	e.group(2, "上架 咖啡券 5 1件", "已摆上货架：咖啡券 5 分，1 件")
	e.group(5, "货架", "咖啡券 5 分，剩 1 件")
	e.group(5, "兑换 咖啡券", "已申请兑换「咖啡券」，冻结 5 分，等群主确认 #2", "#2 乙 想兑换「咖啡券」")
	e.private(2, "2过", "兑换「咖啡券」已同意 #2")
	e.group(4, "兑换 咖啡券", "已经换完了")
}

func TestAnEveningOfTheOwner(t *testing.T) {
	e := newEvening(t)
	e.private(2, "加词代写", "已加词「代写」")
	e.private(2, "加词 代写", "「代写」已在词库里")
	e.private(2, "加词 代 写", "「代写」已在词库里")
	e.private(2, "@小助手 加词 代写", "「代写」已在词库里")
	e.private(2, "误判 99", "没有 #99 号案子")
	e.group(2, "词库", "→2: 词库 1 个词", "@老王\u2005已私信")
	e.group(4, "词库")
	e.group(4, "有人代写吗", "警告 1/3")
	e.private(2, "试词 有人", "「有人」在最近 7 天会命中 1 条 / 1 人")
	e.private(2, "测试 代写", "判定：警告\n关键词「代写」")
	e.private(2, "设群规 不发广告", "第 1 版", "📢 群规已更新（第 1 版）：不发广告")
	e.private(2, "设群规 不发广告", "群规没有变化，还是第 1 版")
	e.group(5, "群规", "群规（第 1 版）：不发广告")
	e.group(5, "已读群规", "已记下")
	e.private(2, "副手 @甲", "甲 现在是副手")
	e.private(4, "查警告 @乙", "乙 没有有效的警告")
	e.group(2, "取消副手 @甲", "甲 不再是副手")
	e.private(2, "取消副手 @甲", "甲 不是副手")
	e.private(2, "设置 警告次数 5", "已设置：警告次数 = 5")
	e.private(2, "设置 警告次数 50", "1 到 10")
	e.private(2, "设置警告次数4", "已设置：警告次数 = 4")
	e.private(2, "设置 警告次数=5", "已设置：警告次数 = 5")
	e.private(2, "设置 text.full {name} 满了", "已设置：text.full = {name} 满了")
	e.private(2, "设置 text.full 默认", "已设置：text.full = 默认")
	e.private(5, "我的警告", "你没有有效的警告")
	e.private(2, "静默 开", "静默已开")
	e.group(5, "排行")
	e.private(2, "静默 关", "静默已关")
	e.private(2, "暂停 2h", "已暂停到 9月30日")
	e.group(5, "积分")
	e.private(2, "恢复", "已恢复工作")
	e.private(2, "演习 开", "演习已开")
	e.group(5, "快来加群")
	e.private(2, "演习 详情", "#2", "乙「快来加群」关键词「加**」")
	e.private(2, "演习 关", "演习已关")
	e.private(2, "状态", "「读书群」工作中")
	e.private(5, "我的数据", "在「读书群」存了你")
	e.private(5, "忘记我", "已抹掉")
	e.group(2, "交接 @甲", "群主想把本群的门神交给你管")
	e.group(4, "选1", "现在由你管理本群的门神")
	e.group(2, "停用", []string{}...)
	e.private(4, "停用", "已停用")
	e.group(5, "积分")
	e.private(4, "启用", "已启用")
}

func TestAnEveningOfBinding(t *testing.T) {
	e := newEvening(t)
	second := func(line string, parts ...string) {
		t.Helper()
		e.expect(line, e.hears(chat.Message{Room: 2, From: 9, Text: line}), parts...)
	}
	second("积分")
	second("认主 12345678")
	e.code.Open("12345678", e.clock.now)
	e.write(`INSERT INTO session (id, account, started) VALUES ('before', 7, 0)`,
		`INSERT INTO room (id, account, name, active, created) VALUES (3, 7, '跑步群', 1, 1)`,
		`INSERT INTO alias (session, name, room, member) VALUES ('before', '@@x', 3, 0)`)
	second("认主 87654321")
	second("认主 12345678", "2: @老王\u2005你已是本群门神的群主", "2: 大家好，我是本群的门神", "以前也有一个「跑步群」")
	second("积分", "老王 0 分")
	e.expect("状态", e.whispers("状态", 2, 9), "是哪个群？\n选1　读书群（群1）\n选2　跑步群（群2）")
	e.expect("选2", e.whispers("选2", 2, 9), "「跑步群」工作中")
	e.clock.now = e.clock.now.Add(2 * time.Minute)
	e.expect("加词", e.whispers("加词 代写", 2, 9), "已加词")
	e.group(4, "有人代写吗")
	e.expect("群1", e.whispers("群1 状态", 2, 9), "「读书群」工作中")
}

// TestOnlyWhatArrivedIsSaidToHave: the room never hears of a private answer
// that did not reach its asker.
func TestOnlyWhatArrivedIsSaidToHave(t *testing.T) {
	e := newEvening(t)
	e.group(4, "我的数据", "→4: 在「读书群」存了你", "1: @甲\u2005已私信")
	e.network.deaf = 5
	got := e.says(5, "我的数据")
	e.expect("我的数据", got, "1: @乙\u2005我发不了私信给你，请先加我为好友，再私聊我")
	if len(got) != 1 {
		t.Errorf("said %q", got)
	}
}

func TestAnEveningOfRecognition(t *testing.T) {
	e := newEvening(t)
	e.write(`INSERT INTO member (id, room, nick, role, seen, present, barred) VALUES (11, 1, '阿乙', 2, 1, 0, 1)`,
		`INSERT INTO link (session, room, member, strength, evidence, maybe, at) VALUES ('login', 1, 5, 'new', 'one name alone', '[11]', 1)`)
	e.group(4, "大家晚上好呀")
	e.group(5, "我换手机了大家好", "#1 登录后的「乙」像是原来的「阿乙」（在黑名单，原群主），是同一人吗？　1同意 / 1不用")
	e.group(5, "还在不在")
	for _, out := range e.network.sent {
		if out.Member == 11 {
			t.Errorf("somebody who is gone was told %q", out.Text)
		}
	}
	e.private(2, "1不用", "#1 已处理：已回绝")
	e.private(2, "合并 1", "#1 已合并：旧「阿乙」的警告和积分归「乙」")
	e.group(5, "踢 @甲")
	e.private(2, "拆分 1", "#1 已拆分")
	e.private(2, "拆分 1", "#1 已经处理过")
	e.private(2, "合并 @乙 @无此人", "没有已不在名单里的「无此人」")
	e.private(5, "合并 @乙 @阿乙")
	e.private(2, "合并 @乙 @阿乙", "#2 已合并：旧「阿乙」的警告和积分归「乙」")
	e.private(2, "合并 1", "「阿乙」和「乙」不能合并：其中一个已并给别人")
	e.private(2, "拆分 2", "#2 已拆分")
	e.write(`INSERT INTO member (id, room, nick, seen, present) VALUES (12, 1, '阿乙', 1, 0)`)
	e.private(2, "合并 @甲 @阿乙", "原来有两位「阿乙」：1 编号 11（在黑名单，原群主） 2 编号 12（没有积分和警告）。请 60 秒内回复 选1 或 选2")
	e.private(2, "选2", "#3 已合并：旧「阿乙」的警告和积分归「甲」")
}
