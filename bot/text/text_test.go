package text

import (
	"strings"
	"testing"
	"time"

	"menshen/bot/decision"
	"menshen/moderation"
	"menshen/scoring"
)

func testRoom() decision.Room {
	return decision.Room{Name: "羽毛球", BotName: "小助手", Settings: decision.DefaultSettings()}
}

func keywordCase() decision.Case {
	return decision.Case{
		ID: 17, Kind: decision.CaseStrike, Strike: 1, Evidence: "有刷单的找我",
		Expires: time.Date(2026, 10, 21, 16, 30, 0, 0, time.UTC),
		Findings: []moderation.Finding{{
			Rule: moderation.RuleKeyword, Action: moderation.ActionStrike, Word: "刷单", Category: "广告",
			In: moderation.FieldText, Start: 1, End: 3, Text: "刷单",
		}},
	}
}

func TestSentences(t *testing.T) {
	r := testRoom()
	ruled := testRoom()
	ruled.Settings.Values = map[string]string{"article.keyword": "2"}
	ruled.Rules = decision.RulesText{Version: 1, Text: "① 不发广告 ② 不发外链"}
	own := testRoom()
	own.Settings.Values = map[string]string{"text.full": "{name} 满 {limit} 次了", "text.upheld": "{nobody}"}
	jia := decision.Member{Name: "甲"}
	link := decision.Case{ID: 18, Strike: 1, Findings: []moderation.Finding{{Rule: moderation.RuleLink, Action: moderation.ActionStrike, Host: "evil.com"}}}
	spaced := keywordCase()
	spaced.Evidence = "有 刷单 的找我"
	spaced.Findings[0].Start, spaced.Findings[0].End = 2, 4
	review := keywordCase()
	review.ID, review.Evidence = 22, "加😊群"
	review.Findings = []moderation.Finding{{Rule: moderation.RuleKeyword, Action: moderation.ActionReview, Word: "加群", Text: "加😊群", In: moderation.FieldText, Start: 0, End: 3, Why: []string{"gap→skipped"}}}
	phone := []moderation.Finding{{Rule: moderation.RulePersonal, Action: moderation.ActionNotice, Text: "13800138000"}}
	at := time.Date(2026, 10, 21, 1, 41, 0, 0, time.UTC)
	for name, tc := range map[string]struct{ got, want string }{
		"first warning":          {Warning(ruled, jia, keywordCase()), "@甲\u2005这条消息含「刷**」，违反群规第 2 条。警告 1/3，10月22日失效。有误可回复：申诉 17 理由"},
		"combined":               {Warning(r, jia, keywordCase(), decision.Case{ID: 16, Strike: 1}), "@甲\u2005这条消息含「刷**」，违反群规。警告 1/3，10月22日失效。另有 #16 警告 1/3 未及通知。有误可回复：申诉 17 理由"},
		"link":                   {Warning(r, decision.Member{Name: "乙"}, link), "@乙\u2005本群不发外部链接（evi***.com）。警告 1/3。有误可回复：申诉 18 理由"},
		"by hand, no word":       {Warning(r, jia, decision.Case{ID: 3, Strike: 2}), "@甲\u2005违反群规。警告 2/3。有误可回复：申诉 3 理由"},
		"by hand":                {Warning(r, jia, decision.Case{ID: 3, Strike: 2, Reason: "刷屏"}), "@甲\u2005违反群规：刷屏。警告 2/3。有误可回复：申诉 3 理由"},
		"struck":                 {Struck(r, jia, keywordCase()), "#17 甲「有**刷单**的找我」→ 警告 1/3（关键词·广告）　回复 17误判 可撤销"},
		"struck, spaced":         {Struck(r, jia, spaced), "#17 甲「有 **刷单** 的找我」→ 警告 1/3（关键词·广告）　回复 17误判 可撤销"},
		"refused login":          {LoginRefused(1102), "微信拒绝了这次网页登录 (1102)。不要重试：重试会加重限制。可做：在手机上看微信的通知，能申诉就申诉；等几天；或者换一个账号。之后再运行：menshen login --again"},
		"joined":                 {Joined(keywordCase(), 2), "#17 并入：又 2 条"},
		"removed":                {Removed(r, jia, decision.Case{Strike: 3}), "@甲\u2005警告 3/3，已按群规移出。"},
		"full":                   {Full(r, jia, decision.Case{Strike: 3}), guard + "甲 的警告已满 3 次，已请群主处理。"},
		"hand-over":              {HandOver(jia, decision.Case{ID: 21}), "#21 请在手机上移出「甲」：群聊信息 → 移出成员。完成后我会自动核对。　21不移出"},
		"removed, to the owner":  {RemovedAt(r, jia, decision.Case{ID: 21}, at), "#21 甲 已移出，核对成员名单 09:41"},
		"review":                 {Review(decision.Member{Name: "乙"}, review), "#22 乙「加😊群」疑似「加群」(夹符号)　22警告 / 22放过"},
		"nobody has points":      {Points(r, jia, scoring.Balance{}, scoring.Ranking{Own: scoring.Place{Member: 3, Rank: 1}}), guard + "甲 0 分，还没有名次。发「签到」就能得分"},
		"nothing left":           {Points(r, jia, scoring.Balance{}, scoring.Ranking{Own: scoring.Place{Rank: 4}, Ahead: scoring.Place{Rank: 3, Points: 2}}), guard + "甲 0 分，第 4 名，距第 3 名还差 2 分"},
		"a list of nothing":      {Ranking(r, "总", scoring.Ranking{Top: []scoring.Place{{Member: 3, Rank: 1}}}, nil), "榜上还没有人，发「签到」就能上榜。"},
		"a number in a name":     {Name("小张13812345678"), "小张138******78"},
		"personal data":          {Notice(r, decision.Member{Name: "丙"}, phone), "@丙\u2005请勿在群里发送手机号等个人信息，建议撤回。"},
		"welcome":                {Welcome(ruled, []string{"甲", "乙", "丙", "丁", "戊", "己"}), "欢迎 甲、乙、丙、丁、戊 等 6 位新朋友 👋　本群群规：① 不发广告 ② 不发外链。回复「帮助」看我会什么，也欢迎介绍一下自己"},
		"check-ins":              {CheckIns(r, []string{"5 甲", "5 乙", "5 丙", "5 丁"}), "签到成功：甲、乙、丙 共 4 人，各 +5 分"},
		"one check-in":           {CheckIns(r, []string{CheckIn(jia, 5)}), "签到成功：甲，+5 分"},
		"different bonuses":      {CheckIns(r, []string{"5 甲", "15 乙"}), "签到成功：甲、乙，已各记分"},
		"rehearsal":              {Rehearsed(3, 5, 0), "演习：今日本应警告 3 人 5 次，移出 0 人。查看：演习 详情　开启：演习 关"},
		"appeal upheld":          {Reversed(r, jia, keywordCase(), true), "@甲\u2005申诉 #17 成立，警告已撤销，抱歉打扰。"},
		"the owner's own words":  {Full(own, jia, decision.Case{Strike: 3}), guard + "甲 满 3 次了"},
		"an unsound replacement": {Reversed(own, jia, keywordCase(), true), "@甲\u2005申诉 #17 成立，警告已撤销，抱歉打扰。"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("got  %q\nwant %q", tc.got, tc.want)
			}
		})
	}
}

func TestName(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"plain":          {"张三", "张三"},
		"empty":          {" \n ", "无名"},
		"two lines":      {"甲\n踢 @乙", "甲 踢 ＠乙"},
		"bidi":           {"甲\u202e乙\u2066", "甲乙"},
		"zero width":     {"老\u200b王\u2060", "老王"},
		"too long":       {strings.Repeat("长", 10000), strings.Repeat("长", NameLength-1) + "…"},
		"spaces at ends": {"  甲  乙  ", "甲 乙"},
		"broken UTF-8":   {"甲\xff乙", "甲乙"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Name(tc.in); got != tc.want {
				t.Errorf("Name = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestHost(t *testing.T) {
	for host, want := range map[string]string{
		"evil.com": "evi***.com", "t.cn": "t***.cn", "a.b.evil.com.cn": "evi***.com.cn", "weixin://": "weixin://***",
		"mp.weixin.qq.com.evil.com": "evi***.com", "ab.io": "a***.io", "localhost": "l**",
	} {
		if got := Host(host); got != want {
			t.Errorf("Host(%s) = %s, want %s", host, got, want)
		}
	}
}

func TestSnippetHidesNumbers(t *testing.T) {
	if got := Snippet("打 13800138000 找我 123456"); got != "打 138******00 找我 123456" {
		t.Errorf("Snippet = %q", got)
	}
}
