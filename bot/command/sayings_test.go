package command

import (
	"slices"
	"strings"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
	"menshen/scoring"
)

// saying is a command and all that is said because of it, as [said] lists it.
type saying struct {
	name string
	asked
	want []string
}

func testSayings(t *testing.T, rows []saying) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := said(row.do(t)); !slices.Equal(got, row.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(row.want, "\n  "))
			}
		})
	}
}

// wordStrike is a first warning for a word.
func wordStrike() decision.Case {
	return decision.Case{
		Kind: decision.CaseStrike, State: decision.CaseWarned, Strike: 1, Evidence: "我今天刷单词",
		Findings: []moderation.Finding{
			{Rule: moderation.RuleKeyword, Word: "刷单", Text: "刷单", In: moderation.FieldText, Start: 3, End: 5, Action: moderation.ActionStrike},
		},
	}
}

// balance is what a member with 128 points is told.
func balance() decision.Answer {
	return decision.Answer{Points: decision.PointsAnswer{Balance: scoring.Balance{Points: 128}, Ranking: scoring.Ranking{
		Own: scoring.Place{Member: 3, Points: 128, Rank: 4}, Ahead: scoring.Place{Member: 4, Points: 140, Rank: 3}, Total: 9,
	}}}
}

func TestSanctionsAreSaid(t *testing.T) {
	rested := targets(jia)
	rested.Rest = "刷屏"
	full := rested
	full.Sanctions = map[chat.MemberID]decision.Sanctions{jia: strikes(2)}
	strike := wordStrike()
	closed := wordStrike()
	closed.State = decision.CaseReversed
	twins := targets(jia, yi)
	twins.Targets[0].Name, twins.Targets[1].Name = "张三", "张三"
	twins.Targets[0].Nick, twins.Targets[1].Nick = "运营", "北京"
	testSayings(t, []saying{
		{"warn by hand", asked{line: "警告 @甲 刷屏", from: xiaoli, answer: rested}, []string{
			"group: @甲\u2005违反群规：刷屏。警告 1/3，10月30日失效。有误可回复：申诉 17 理由",
			"owners: #17 甲 → 警告 1/3（手动：刷屏）　回复 17误判 可撤销",
		}},
		{"third by hand, no removal", asked{line: "警告 @甲 刷屏", from: laowang, answer: full}, []string{
			"group: \u2060甲 的警告已满 3 次，已请群主处理。",
			"owners: #17 请在手机上移出「甲」：群聊信息 → 移出成员。完成后我会自动核对。　17不移出",
		}},
		{"third by hand, the network removes", asked{line: "警告 @甲 刷屏", from: laowang, answer: full, can: true}, []string{"network: "}},
		{"warn the owner", asked{line: "警告 @老王 哈", from: xiaoli, answer: targets(laowang)}, []string{"private: 不能对 老王 这样做。"}},
		{"warn another deputy", asked{line: "警告 @小李 哈", from: xiaoli, answer: targets(xiaoli)}, []string{"private: 不能对 小李 这样做。"}},
		{"warn nobody known", asked{line: "警告 @丁 哈", from: xiaoli}, []string{"group: 没有找到「丁 哈」，请用 @ 选人。"}},
		{"two of one name", asked{line: "警告 @张三 刷屏", from: xiaoli, answer: twins}, []string{
			"group: 群里有两位「张三」：1 张三(运营) 2 张三(北京)。请 60 秒内回复 选1 或 选2",
		}},
		{"kick", asked{line: "踢 @甲 广告", from: laowang, answer: rested}, []string{
			"group: 已请群主处理 甲 的移出。",
			"owners: #17 请在手机上移出「甲」：群聊信息 → 移出成员。完成后我会自动核对。　17不移出",
		}},
		{"lift", asked{line: "消警告 #17", from: xiaoli, answer: about(strike, strikes(1))}, []string{"group: @甲\u2005#17 的警告已撤销，抱歉打扰。"}},
		{"lift twice", asked{line: "消警告 17", from: xiaoli, answer: about(closed, strikes(0))}, []string{"group: #17 已经处理过（已撤销），没有变动。"}},
		{"misjudged offers a phrase", asked{line: "误判 17", from: laowang, private: true, answer: about(strike, strikes(1))}, []string{
			"group: @甲\u2005#17 的警告已撤销，抱歉打扰。", "private: #17 甲 的警告已撤销。",
			"owners: #17 已撤销。要把「刷单词」设为放行词吗？　23同意 / 23不用",
		}},
	})
}

func TestAppealsAreSaid(t *testing.T) {
	strike := wordStrike()
	appealed := wordStrike()
	appealed.Appeal, appealed.AppealReason = decision.AppealOpen, "背单词"
	answered := appealed
	answered.Appeal = decision.AppealDeclined
	testSayings(t, []saying{
		{"appeal", asked{line: "申诉 #17 背单词", from: jia, answer: about(strike, strikes(1))}, []string{
			"group: @甲\u2005申诉 #17 已收到，群主会看。",
			"owners: #17 甲 申诉：「背单词」，原话「我今天刷单词」　17过 / 17驳",
		}},
		{"appeal twice", asked{line: "申诉 17 背单词", from: jia, answer: about(appealed, strikes(1))}, []string{"group: @甲\u2005#17 已申诉过一次，请等群主处理。"}},
		{"appeal after an answer", asked{line: "申诉 17 背单词", from: jia, answer: about(answered, strikes(1))}, []string{"group: @甲\u2005#17 已申诉过一次，群主已答复，不能再申诉。"}},
		{"appeal for another", asked{line: "申诉 17 背单词", from: yi, answer: about(strike, strikes(1))}, []string{"group: @乙\u2005#17 不是你的警告。"}},
		{"appeal upheld", asked{line: "17过", from: laowang, private: true, answer: about(appealed, strikes(1))}, []string{
			"group: @甲\u2005申诉 #17 成立，警告已撤销，抱歉打扰。", "private: #17 甲 的警告已撤销。",
			"owners: #17 已撤销。要把「刷单词」设为放行词吗？　23同意 / 23不用",
		}},
		{"appeal declined", asked{line: "17驳", from: laowang, private: true, answer: about(appealed, strikes(1))}, []string{
			"group: @甲\u2005申诉 #17 已由群主复核，维持警告。", "private: #17 已处理：驳回申诉",
		}},
	})
}

func TestTheInboxSays(t *testing.T) {
	appealed := wordStrike()
	appealed.Appeal, appealed.AppealReason = decision.AppealOpen, "背单词"
	review := wordStrike()
	review.Kind, review.State = decision.CaseReview, decision.CaseOpen
	closed := wordStrike()
	closed.State = decision.CaseReversed
	testSayings(t, []saying{
		{"review confirmed", asked{line: "17警告", from: xiaoli, private: true, answer: about(review, strikes(1))}, []string{
			"group: @甲\u2005这条消息含「刷**」，违反群规。警告 2/3，10月30日失效。有误可回复：申诉 17 理由",
			"owners: #17 甲「我今天**刷单**词」→ 警告 2/3（关键词）　回复 17误判 可撤销",
		}},
		{"review dropped", asked{line: "17放过", from: xiaoli, private: true, answer: about(review, strikes(0))}, []string{"private: #17 已处理：已放过"}},
		{"a verb that does not fit", asked{line: "17过", from: xiaoli, private: true, answer: about(review, strikes(0))}, []string{
			"private: #17 不能这样答，可以：17警告 / 17放过 / 17误判 / 17踢",
		}},
		{"a stale number", asked{line: "17警告", from: xiaoli, private: true, answer: about(closed, strikes(0))}, []string{"private: #17 已经处理过（已撤销），没有变动。"}},
		{"an unknown number", asked{line: "99过", from: xiaoli, private: true}, []string{"private: 没有 #99 号案子。"}},
		{"unknown numbers", asked{line: "98过 99驳", from: xiaoli, private: true}, []string{"private: 没有 #98、#99 号案子。"}},
		{"an answer in the group", asked{line: "17过", from: laowang, answer: about(appealed, strikes(1))}, nil},
		{"an answer of a member", asked{line: "17过", from: jia, private: true, answer: about(appealed, strikes(1))}, nil},
	})
}

func TestQuestionsAreAnswered(t *testing.T) {
	ruled := activeRoom()
	ruled.Rules = decision.RulesText{Version: 2, Text: "不发广告"}
	plain := activeRoom()
	plain.Settings = decision.DefaultSettings()
	held := activeRoom()
	held.NetworkOwner, held.NetworkOwnerName = yi, "乙"
	testSayings(t, []saying{
		{"a word whose disguises strike", asked{line: "加词 代开发票 变体警告", from: laowang, private: true}, []string{
			"private: 「代开发票」原样和变体都会警告。改回请回复：加词 代开发票 变体待审",
		}},
		{"a word whose disguises are asked about", asked{line: "加词 加群 变体待审", from: laowang, private: true, keyword: moderation.Keyword{Word: "加群"}}, []string{
			"private: 「加群」会警告原样的，变体先请你审。",
		}},
		{"what is off, to the owner", asked{line: "发红包 10 2", from: laowang, room: &plain}, []string{"private: 这项没有打开。群主打开：设置 红包 开"}},
		{"what is off, to a member", asked{line: "发红包 10 2", from: jia, room: &plain}, nil},
		{"what is off and only a word", asked{line: "抢", from: laowang, room: &plain}, nil},
		{"balance", asked{line: "积分", from: jia, answer: balance()}, []string{"group: \u2060甲 128 分，第 4 名，距第 3 名还差 12 分"}},
		{"rules", asked{line: "群规", from: jia, room: &ruled}, []string{"group: 群规（第 2 版）：不发广告"}},
		{"own data go private", asked{line: "我的数据", from: jia, answer: decision.Answer{Mine: &decision.KeptData{Messages: 3}}}, []string{
			"private: 在「羽毛球」存了你：消息 3 条（其中文字 0 条，到期自动删），活跃 0 天，积分流水 0 笔，案子 0 个", "then group: @甲\u2005已私信",
		}},
		{"words asked by a member", asked{line: "词库", from: jia}, nil},
		{"words go private", asked{line: "删词 加群", from: laowang}, []string{"private: 词库里没有「加群」。", "then group: @老王\u2005已私信"}},
		{"test", asked{line: "测试 快来加群", from: laowang, private: true}, []string{"private: 判定：警告\n关键词「加群」第 3–4 字 → 警告"}},
		{"the console is an owner", asked{line: "状态", console: true}, []string{
			"console: 「羽毛球」工作中\n微信启动中，待办 0 件，待发 0 条，本小时还能发 0 条\n移出：这个网络做不到，满次数时请你在手机上移出",
		}},
		{"who can remove", asked{line: "状态", console: true, room: &held}, []string{
			"console: 「羽毛球」工作中，微信群主「乙」\n微信启动中，待办 0 件，待发 0 条，本小时还能发 0 条\n移出：这个网络做不到，满次数时请你在手机上移出",
		}},
		{"a journal that grows", asked{line: "状态", console: true, health: text.Health{Phase: chat.PhaseOnline, LongJournal: true}}, []string{
			"console: 「羽毛球」工作中\n微信已登录，待办 0 件，待发 0 条，本小时还能发 0 条\n数据库被别的程序占用太久，占的空间在变大，请关掉它或重启我\n移出：这个网络做不到，满次数时请你在手机上移出",
		}},
		{"the console has no points", asked{line: "积分", console: true}, []string{"console: 请用群里的微信号发送。"}},
	})
}

func TestBindingSays(t *testing.T) {
	unbound := activeRoom()
	unbound.On = false
	foreign := unbound
	foreign.NetworkOwner, foreign.NetworkOwnerName = yi, "乙"
	testSayings(t, []saying{
		{"binding", asked{line: "认主 12345678", from: jia, room: &unbound, code: CodeRight}, []string{
			"group: @甲\u2005你已是本群门神的群主。私聊我「帮助」看能做什么。",
			"group: 大家好，我是本群的门神：提醒广告和外链、管积分、迎新人。\n我只记下警告和积分所需的内容，消息文字最多留 7 天。\n回复「帮助」看我会什么。",
		}},
		{"binding where somebody else can remove", asked{line: "认主 12345678", from: jia, room: &foreign, code: CodeRight}, []string{
			"group: @甲\u2005你已是本群门神的群主。私聊我「帮助」看能做什么。",
			"group: 大家好，我是本群的门神：提醒广告和外链、管积分、迎新人。\n我只记下警告和积分所需的内容，消息文字最多留 7 天。\n回复「帮助」看我会什么。",
			"owners: 群「羽毛球」的微信群主是「乙」，不是门神的主人。手机上只有 TA 和群管理员能移出成员，要移出时请找 TA。",
		}},
		{"the account's own phone types the code", asked{line: "认主 12345678", console: true, room: &unbound, code: CodeRight}, []string{
			"group: 大家好，我是本群的门神：提醒广告和外链、管积分、迎新人。\n我只记下警告和积分所需的内容，消息文字最多留 7 天。\n回复「帮助」看我会什么。",
		}},
		{"the account's own phone types a wrong code", asked{line: "认主 12345678", console: true, room: &unbound, code: CodeWrong}, []string{"console: 请用你自己的微信，在群里或私聊里发认主代码。"}},
		{"binding a second owner", asked{line: "认主 12345678", from: jia, code: CodeRight, answer: decision.Answer{NextCase: 30, Staff: []decision.Member{person(laowang)}}}, []string{
			"owners: #30「甲」有认主代码，想一起当群主。不认识就选不用。　30同意 / 30不用", "group: @甲\u2005已请现任群主确认。",
		}},
		{"a wrong code in the group", asked{line: "认主 12345678", from: jia, room: &unbound, code: CodeWrong}, nil},
		{"a wrong code in private", asked{line: "认主 12345678", from: jia, private: true, room: &unbound, code: CodeWrong}, []string{"private: 代码不对或已失效。请看终端上最新的代码；没有的话，用门神账号的手机给文件传输助手发「认主」。"}},
	})
}

func TestRefusalsAreSaid(t *testing.T) {
	unbound := activeRoom()
	unbound.On = false
	testSayings(t, []saying{
		{"a member's command in a room that is off", asked{line: "积分", from: jia, room: &unbound, answer: balance()}, nil},
		{"usage to a deputy, in private", asked{line: "消警告 那个", from: xiaoli}, []string{"private: 用法：消警告 案号"}},
		{"no usage to a member", asked{line: "消警告 那个", from: jia}, nil},
		{"the inbox asked in the group", asked{line: "待办", from: laowang}, []string{"private: 用法：待办（请私聊我说）"}},
		{"points given by a member to themselves", asked{line: "加积分 1000 @甲", from: jia, answer: targets(jia)}, nil},
		{"a report without anybody", asked{line: "举报", from: jia}, []string{"group: @甲\u2005请 @ 要举报的人，或引用那条消息。"}},
		{"a negative transfer", asked{line: "转账 -50 @乙", from: jia, answer: targets(yi)}, []string{"group: @甲\u2005数目不能是负的。"}},
		{"a superscript transfer", asked{line: "转账 ² @乙", from: jia, answer: targets(yi)}, []string{"group: @甲\u2005数目要用数字写。"}},
		{"an exponent", asked{line: "转账 1e9 @乙", from: jia, answer: targets(yi)}, []string{"group: @甲\u2005数目要用数字写。"}},
	})
}

// An owner is told of an announcement what becomes of it. While the room is
// silent or rehearses it is recorded only.
func TestAnnouncementsAreSaid(t *testing.T) {
	silent, rehearsal, quiet := activeRoom(), activeRoom(), activeRoom()
	silent.Silent, rehearsal.Rehearsal = true, true
	quiet.Settings.QuietFrom, quiet.Settings.QuietTo = 0, 23*60+59
	testSayings(t, []saying{
		{"at once", asked{line: "公告 停水", from: laowang, private: true}, []string{"group: 📢 停水", "private: 马上在群里发出公告。"}},
		{"in the quiet hours", asked{line: "公告 停水", from: laowang, private: true, room: &quiet}, []string{"group: 📢 停水", "private: 已排队：现在是免打扰，23:59 在群里发出公告。"}},
		{"silent", asked{line: "公告 停水", from: laowang, private: true, room: &silent}, []string{"group: 📢 停水", "private: 没有发出：群里现在静默或演习。先回复「静默 关」或「演习 关」。"}},
		{"in rehearsal", asked{line: "公告 停水", from: laowang, private: true, room: &rehearsal}, []string{"group: 📢 停水", "private: 没有发出：群里现在静默或演习。先回复「静默 关」或「演习 关」。"}},
		{"rules while silent", asked{line: "设群规 不发广告", from: laowang, private: true, room: &silent}, []string{"group: 📢 群规已更新（第 1 版）：不发广告\n看过请回复：已读群规", "private: 群规已更新为第 1 版。群里现在静默或演习，没有公布。"}},
	})
}
