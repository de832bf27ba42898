package command

import (
	"fmt"
	"strings"
	"testing"
)

// shape is what a line was read as, in one string.
func shape(line string) string {
	call, ok := Parse(line, "小助手")
	switch {
	case !ok:
		return ""
	case call.choice > 0:
		return fmt.Sprintf("选 %d", call.choice)
	case len(call.answers) > 0:
		var all []string
		for _, a := range call.answers {
			all = append(all, fmt.Sprintf("%d%s", a.id, a.verb))
		}
		return strings.Join(all, " ")
	}
	s := call.Row.Name
	if call.Args != "" {
		s += "|" + call.Args
	}
	if call.Malformed {
		s += "|?"
	}
	if call.room != 0 {
		s = fmt.Sprintf("群%d:%s", call.room, s)
	}
	return s
}

// reading is a line and what it is read as, as [shape] writes it.
type reading struct{ name, line, want string }

func testReadings(t *testing.T, rows []reading) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := shape(row.line); got != row.want {
				t.Errorf("%q: got %q, want %q", row.line, got, row.want)
			}
		})
	}
}

func TestParseBare(t *testing.T) {
	testReadings(t, []reading{
		{"bare", "帮助", "帮助"},
		{"alias", "菜单", "帮助"},
		{"alias in Latin", "help", "帮助"},
		{"alias in capitals", "HELP", "帮助"},
		{"Latin alias in a word", "helpful", ""},
		{"Latin alias with more", "help me", ""},
		{"rules alias", "rules", "群规"},
		{"spaces around", "  帮助 \n", "帮助"},
		{"ideographic space", "　帮助　", "帮助"},
		{"slash", "/帮助", "帮助"},
		{"full-width slash", "／帮助", "帮助"},
		{"hash", "#帮助", "帮助"},
		{"full-width hash", "＃帮助", "帮助"},
		{"slash and space", "/ 帮助", "帮助"},
		{"mention", "@小助手 帮助", "帮助"},
		{"mention as WeChat ends it", "@小助手\u2005帮助", "帮助"},
		{"mention and slash", "@小助手\u2005/帮助", "帮助"},
		{"mention glued", "@小助手帮助", "帮助"},
		{"mention glued to no command", "@小助手你好", ""},
		{"mention of a longer name", "@小助手二号 帮助", ""},
		{"mention of somebody else", "@老王 帮助", ""},
		{"mention alone", "@小助手", ""},
		{"slash alone", "/", ""},
		{"nothing", "", ""},
		{"spaces only", " 　\n", ""},
		{"bare has to be the whole line", "帮助我", ""},
		{"bare with a full stop", "帮助。", ""},
		{"bare in a sentence", "我要帮助", ""},
		{"bare with a space and words", "群规 是什么", ""},
		{"bare on two lines", "帮助\n踢 @乙", ""},
		{"command on the second line", "大家好\n踢 @乙", ""},
		{"another bot's command", "/签名", ""},
		{"another bot's menu", "!help", ""},
		{"invisible mark in front", "\u2060帮助", ""},
		{"zero-width space in front", "\u200b帮助", ""},
		{"zero-width space inside", "帮\u200b助", ""},
		{"bidi override in front", "\u202e帮助", ""},
		{"quoted", "「帮助」", ""},
		{"read rules", "已读群规", "已读群规"},
		{"rules are not read rules", "群规", "群规"},
		{"own warnings", "我的警告", "我的警告"},
		{"own data", "我的数据", "我的数据"},
		{"forget me", "忘记我", "忘记我"},
		{"forget me not", "忘记我吧", ""},
	})
}

func TestParseWords(t *testing.T) {
	testReadings(t, []reading{
		{"word with a space", "加词 加群", "加词|加群"},
		{"word without a space", "加词加群", "加词|加群"},
		{"word with many spaces", "加词   加群", "加词|加群"},
		{"word with an ideographic space", "加词　加群", "加词|加群"},
		{"word that is a command's name", "加词加词", "加词|加词"},
		{"word with spaces inside", "加词 vx 号", "加词|vx 号"},
		{"slash and a word", "/加词 加群", "加词|加群"},
		{"word on two lines", "加词 甲\n乙", "加词|甲\n乙|?"},
		{"no word", "加词", "加词|?"},
		{"word too long", "加词 " + strings.Repeat("长", 65), "加词|" + strings.Repeat("长", 65) + "|?"},
		{"word too long and glued", "加词" + strings.Repeat("长", 65), ""},
		{"drop", "删词 加群", "删词|加群"},
		{"drop glued", "删词加群", "删词|加群"},
		{"phrase", "允许 刷单词", "允许|刷单词"},
		{"phrase glued", "允许刷单词", "允许|刷单词"},
		{"phrase taken back", "取消允许 刷单词", "取消允许|刷单词"},
		{"host", "放行 example.com", "放行|example.com"},
		{"host glued", "放行example.com", "放行|example.com"},
		{"host with a star", "放行 *.edu.cn", "放行|*.edu.cn"},
		{"host with a scheme", "放行 https://example.com/", "放行|https://example.com/|?"},
		{"not a host", "放行一下", ""},
		{"host taken back", "取消放行 example.com", "取消放行|example.com"},
		{"words", "词库", "词库"},
		{"words with more", "词库里有什么", ""},
		{"try", "试词 刷单", "试词|刷单"},
		{"test", "测试 快来加群", "测试|快来加群"},
		{"test glued", "测试快来加群", "测试|快来加群"},
		{"test on two lines", "测试 快来\n加群", "测试|快来\n加群"},
		{"import", "导入词库 甲\n乙", "导入词库|甲\n乙"},
		{"import on the next line", "导入词库\n甲\n乙", "导入词库|甲\n乙"},
		{"export", "导出词库", "导出词库"},
	})
}

func TestParseSanctions(t *testing.T) {
	testReadings(t, []reading{
		{"warn", "警告 @甲 刷屏", "警告|@甲 刷屏"},
		{"warn glued", "警告@甲 刷屏", "警告|@甲 刷屏"},
		{"warn with WeChat's space", "警告 @甲\u2005刷屏", "警告|@甲\u2005刷屏"},
		{"warn full-width at", "警告 ＠甲 刷屏", "警告|＠甲 刷屏"},
		{"warn in a sentence", "警告大家不要刷屏", ""},
		{"warn nobody", "警告 甲 刷屏", "警告|甲 刷屏|?"},
		{"warn alone", "警告", "警告|?"},
		{"list of warnings", "警告榜", "警告榜"},
		{"look up", "查警告 @甲", "查警告|@甲"},
		{"lift", "消警告 17", "消警告|17"},
		{"lift with a hash", "消警告 #17", "消警告|#17"},
		{"lift glued", "消警告#17", "消警告|#17"},
		{"lift full width", "消警告 １７", "消警告|１７"},
		{"lift full-width hash", "消警告 ＃17", "消警告|＃17"},
		{"lift with superscript", "消警告 ²", "消警告|²|?"},
		{"lift a negative", "消警告 -17", "消警告|-17|?"},
		{"lift zero", "消警告 0", "消警告|0|?"},
		{"lift beyond any integer", "消警告 99999999999999999999", "消警告|99999999999999999999|?"},
		{"lift with more", "消警告 17 谢谢", "消警告|17 谢谢|?"},
		{"misjudged", "误判 17", "误判|17"},
		{"misjudged glued", "误判17", "误判|17"},
		{"misjudged in a sentence", "误判了吧", ""},
		{"kick", "踢 @乙", "踢|@乙"},
		{"kick glued", "踢@乙", "踢|@乙"},
		{"kick in a sentence", "踢球去吗", ""},
		{"kick with a room's name", "踢 @x 群2", "踢|@x 群2"},
		{"black list", "黑名单", "黑名单"},
		{"black list of one", "黑名单 @甲", "黑名单|@甲"},
		{"black list in a sentence", "黑名单是谁", ""},
		{"trust", "免检 @甲", "免检|@甲"},
		{"distrust", "取消免检 @甲", "取消免检|@甲"},
	})
}

func TestParseAppealsAndReports(t *testing.T) {
	testReadings(t, []reading{
		{"appeal", "申诉 17 我说的是背单词", "申诉|17 我说的是背单词"},
		{"appeal with a hash", "申诉 #21 我说的是背单词", "申诉|#21 我说的是背单词"},
		{"appeal glued", "申诉17我说的是背单词", "申诉|17我说的是背单词"},
		{"appeal full width", "申诉　１７　背单词", "申诉|１７　背单词"},
		{"appeal without a number", "申诉 我没有", "申诉|我没有|?"},
		{"appeal in a sentence", "申诉有用吗", ""},
		{"report", "举报 @甲 发广告", "举报|@甲 发广告"},
		{"report with a quote", "举报", "举报"},
		{"report in a sentence", "举报他", ""},
	})
}

func TestParseAnswers(t *testing.T) {
	testReadings(t, []reading{
		{"inbox", "待办", "待办"},
		{"answer", "17过", "17过"},
		{"answers", "17过 18驳 19踢", "17过 18驳 19踢"},
		{"answers with hashes", "#17过 #18驳", "17过 18驳"},
		{"answers full width", "１７过　１８驳", "17过 18驳"},
		{"answers with spaces", "17 过 18 驳", "17过 18驳"},
		{"answers with commas", "17过，18驳、19踢", "17过 18驳 19踢"},
		{"answers on lines", "17过\n18驳", "17过 18驳"},
		{"answers glued", "17过18驳", "17过 18驳"},
		{"long verbs", "17不移出 18警告 19放过 20误判 21同意 22不用", "17不移出 18警告 19放过 20误判 21同意 22不用"},
		{"a bare digit", "17", ""},
		{"bare digits", "17 18", ""},
		{"answer with more words", "17过了", ""},
		{"answer and talk", "17过 谢谢", ""},
		{"answer copied with both verbs", "22警告 / 22放过", ""},
		{"unknown verb", "17删", ""},
		{"answer zero", "0过", ""},
		{"verb without a number", "过", ""},
		{"time of day", "17过五分", ""},
	})
}

func TestParseChoices(t *testing.T) {
	testReadings(t, []reading{
		{"choice", "选2", "选 2"},
		{"choice with a space", "选 2", "选 2"},
		{"choice full width", "选２", "选 2"},
		{"choice zero", "选0", ""},
		{"choice of nothing", "选", ""},
		{"choice in words", "选 哪个", ""},
		{"answer in words", "处理 一下", ""},
		{"choice in a sentence", "选2号", ""},
	})
}

func TestParseBindingCodes(t *testing.T) {
	testReadings(t, []reading{
		{"bind", "认主 12345678", "认主|12345678"},
		{"bind glued", "认主12345678", "认主|12345678"},
		{"bind full width", "认主１２３４５６７８", "认主|１２３４５６７８"},
		{"bind seven digits", "认主 1234567", "认主|1234567|?"},
		{"bind nine digits", "认主 123456789", "认主|123456789|?"},
		{"bind with letters", "认主 1234567a", "认主|1234567a|?"},
	})
}

func TestParseSwitches(t *testing.T) {
	testReadings(t, []reading{
		{"pause", "暂停 2h", "暂停|2h"},
		{"pause in Chinese", "暂停30分钟", "暂停|30分钟"},
		{"pause full width", "暂停 ２h", "暂停|２h"},
		{"pause without a unit", "暂停 2", "暂停|2|?"},
		{"pause for ever", "暂停 100天", "暂停|100天|?"},
		{"pause a negative time", "暂停 -2h", "暂停|-2h|?"},
		{"pause in a sentence", "暂停一下", ""},
		{"silent", "静默 开", "静默|开"},
		{"silent glued", "静默关", "静默|关"},
		{"silent maybe", "静默 也许", "静默|也许|?"},
		{"rehearsal", "演习 详情", "演习|详情"},
		{"quiet hours", "免打扰 22:00-07:00", "免打扰|22:00-07:00"},
		{"quiet hours off", "免打扰 关", "免打扰|关"},
		{"settings", "设置", "设置"},
		{"one setting", "设置 警告次数", "设置|警告次数"},
		{"change a setting", "设置 警告次数 5", "设置|警告次数 5"},
		{"deputy", "副手 @小李", "副手|@小李"},
		{"no deputy", "取消副手 @小李", "取消副手|@小李"},
		{"hand-over", "交接 @小李", "交接|@小李"},
		{"room in front", "群3 状态", "群3:状态"},
		{"room in front full width", "群３　待办", "群3:待办"},
		{"room in front glued", "群3状态", ""},
		{"group rules are no room", "群规", "群规"},
		{"welcome", "欢迎语 欢迎 {names}", "欢迎语|欢迎 {names}"},
		{"set rules on lines", "设群规 ① 不发广告\n② 不发外链", "设群规|① 不发广告\n② 不发外链"},
		{"announcement", "公告 明天停电", "公告|明天停电"},
		{"SQL", "加词 ');DROP TABLE word;--", "加词|');DROP TABLE word;--"},
		{"broken UTF-8", "加词\xff", "加词|\xff"},
		{"only broken UTF-8", "\xff\xfe", ""},
	})
}

// FuzzParse looks for lines that crash the parser or that it reads as a
// command it does not understand.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"加词加群", "17过 18驳", "@小助手 /踢 @乙", "群3 状态", "选２", "\xff", strings.Repeat("#", 100)} {
		f.Add(seed, "小助手")
	}
	f.Fuzz(func(t *testing.T, line, bot string) {
		call, ok := Parse(line, bot)
		if ok && call.Row == nil {
			t.Fatalf("%q is a command without a row", line)
		}
		if ok && !call.Malformed && call.Args != "" && !call.Row.takes(call.Args) {
			t.Fatalf("%q: %s does not take %q", line, call.Row.Name, call.Args)
		}
	})
}
