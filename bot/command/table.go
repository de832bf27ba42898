package command

import (
	"slices"

	"menshen/bot/decision"
)

// table lists every command. It is only read.
var table = slices.Concat(pointRows(), memberRows(), giveRows(), shopRows(), inboxRows(), sanctionRows(), wordRows(), ownerRows())

// row returns the row of a name that is in the table.
func row(name string) *Row {
	i := slices.IndexFunc(table, func(r Row) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return &table[i]
}

// The longest texts that commands take, in runes.
const (
	longestWord    = 64
	longestReason  = 100
	longestSetting = 1000 // what is too long for one is refused by name
	longestRules   = 1000 // members have them read out, in up to three messages
	longestNotice  = 2000
	longestTest    = 20_000
	longestImport  = 20_000
)

// memberRows are for everybody.
func memberRows() []Row {
	const m = decision.RoleMember
	return []Row{
		{Name: "帮助", Aliases: []string{"菜单", "help"}, Who: m, Group: true, Private: true, run: help},
		{Name: "群规", topic: "规矩", Aliases: []string{"rules"}, Who: m, Group: true, Private: true, run: showRules},
		{Name: "已读群规", own: true, topic: "规矩", Who: m, Group: true, Private: true, run: readRules},
		{Name: "我的警告", own: true, topic: "规矩", Who: m, Group: true, Private: true, query: ofSelf, run: myWarnings},
		{Name: "申诉", own: true, topic: "规矩", Usage: "案号 理由", Who: m, Group: true, Private: true, Repeats: true, byCase: true, fits: caseFirst, run: appeal},
		{Name: "我的数据", own: true, topic: "隐私", Who: m, Group: true, Private: true, Whisper: true, query: mine, run: myData},
		{Name: "忘记我", hint: "抹掉我的记录", own: true, topic: "隐私", Who: m, Group: true, Private: true, Whisper: true, query: mine, run: forgetMe},
		{Name: "举报", own: true, topic: "规矩", Usage: "@某人 原因", Who: m, Group: true, Private: true, target: true, bare: true, fits: atFirst, query: reports, run: report},
		{Name: "选", Usage: "号码", Who: m, Group: true, Private: true, WhileOff: true, Repeats: true, judges: true, shaped: true},
		{Name: "换群", topic: "隐私", Who: m, Private: true, run: roomPicked},
		{Name: "认主", Usage: "8位代码", Who: m, Group: true, Private: true, WhileOff: true, Repeats: true, fits: eightDigits, query: staffAndNamesakes, run: bind},
	}
}

// inboxRows are the owner's private inbox.
func inboxRows() []Row {
	const d = decision.RoleDeputy
	return []Row{
		{Name: "待办", topic: "处理", Who: d, Private: true, query: inboxAndDoubts, run: showInbox},
		{Name: "合并", topic: "名单", Usage: "案号，或 合并 @新名 @旧名", Who: d, Private: true, Repeats: true, byCase: true, target: true, fits: newAndOld, query: former, run: join},
		{Name: "拆分", topic: "名单", Usage: "案号", Who: d, Private: true, Repeats: true, byCase: true, fits: onlyCase, run: split},
		{Name: "处理", Usage: "如 17过 18驳", Who: d, Private: true, Repeats: true, shaped: true},
	}
}

// sanctionRows are warnings and removals by hand.
func sanctionRows() []Row {
	const d = decision.RoleDeputy
	return []Row{
		{Name: "警告", topic: "处理", Usage: "@某人 理由", Who: d, Group: true, Private: true, Repeats: true, target: true, fits: atFirst, query: ofTarget, run: warn},
		{Name: "消警告", topic: "处理", Usage: "案号", Who: d, Group: true, Private: true, Repeats: true, byCase: true, fits: onlyCase, run: lift},
		{Name: "误判", topic: "处理", Usage: "案号", Who: d, Group: true, Private: true, Repeats: true, byCase: true, fits: onlyCase, run: misjudged},
		{Name: "查警告", topic: "处理", Usage: "@某人", Who: d, Group: true, Private: true, Whisper: true, target: true, fits: atFirst, query: ofTarget, run: showWarnings},
		{Name: "警告榜", topic: "处理", Who: d, Group: true, Private: true, Whisper: true, query: warned, run: showWarned},
		{Name: "踢", topic: "处理", Usage: "@某人 理由", Who: d, Group: true, Private: true, Repeats: true, target: true, fits: atFirst, query: ofTarget, run: kick},
		{Name: "黑名单", topic: "名单", Usage: "[@某人]", Who: d, Group: true, Private: true, Whisper: true, bare: true, fits: atFirst, query: barred, run: blacklist},
		{Name: "免检", topic: "名单", Usage: "@某人", Who: d, Group: true, Private: true, Repeats: true, target: true, fits: atFirst, run: trust},
		{Name: "取消免检", topic: "名单", Usage: "@某人", Who: d, Group: true, Private: true, Repeats: true, target: true, fits: atFirst, run: distrust},
	}
}

// wordRows are what the room judges by.
func wordRows() []Row {
	const d = decision.RoleDeputy
	return []Row{
		{Name: "加词", topic: "词库", Usage: "词 [变体警告]", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, judges: true, fits: wordToAdd, query: lexiconAndHistory, run: addWord},
		{Name: "删词", topic: "词库", Usage: "词", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, fits: words(longestWord), query: lexicon, run: dropWord},
		{Name: "词库", topic: "词库", Who: d, Group: true, Private: true, Whisper: true, query: lexiconAndHealth, run: showWords},
		{Name: "试词", topic: "词库", Usage: "词", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, fits: words(longestWord), query: lexiconAndHistory, run: tryWord},
		{Name: "允许", topic: "词库", Usage: "词", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, fits: words(longestWord), query: lexicon, run: allowPhrase},
		{Name: "取消允许", topic: "词库", Usage: "词", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, fits: words(longestWord), query: lexicon, run: disallowPhrase},
		{Name: "放行", topic: "词库", Usage: "域名", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, fits: host, query: lexicon, run: allowHost},
		{Name: "取消放行", topic: "词库", Usage: "域名", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, fits: host, query: lexicon, run: disallowHost},
		{Name: "导入词库", topic: "词库", Usage: "词", note: "（每行一个词，或规则文件的 YAML）", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, lines: true, fits: words(longestImport), query: lexicon, run: importWords},
		{Name: "导出词库", topic: "词库", Usage: "[yaml]", Who: d, Group: true, Private: true, Whisper: true, bare: true, fits: oneOf("yaml", "YAML"), query: lexicon, run: exportWords},
		{Name: "测试", topic: "词库", Usage: "文本", Who: d, Group: true, Private: true, Whisper: true, Repeats: true, judges: true, lines: true, fits: words(longestTest), run: test},
	}
}

// ownerRows are the room itself.
func ownerRows() []Row {
	const o = decision.RoleOwner
	toggle := oneOf("开", "关", "开启", "关闭", "on", "off")
	return []Row{
		{Name: "欢迎语", topic: "本群", Usage: "文本", note: "（可用 {names} {room} {rules}）", Who: o, Group: true, Private: true, Repeats: true, lines: true, fits: words(longestSetting), run: setWelcome},
		{Name: "设群规", topic: "本群", Usage: "文本", note: "（最多 1000 字）", Who: o, Group: true, Private: true, Repeats: true, lines: true, fits: words(longestRules), run: setRules},
		{Name: "公告", topic: "本群", Usage: "文本", note: "（最多 2000 字）", Who: o, Group: true, Private: true, Repeats: true, lines: true, fits: words(longestNotice), run: announce},
		{Name: "启用", topic: "本群", Who: o, Group: true, Private: true, WhileOff: true, Repeats: true, run: switchOn},
		{Name: "停用", topic: "本群", Who: o, Group: true, Private: true, Repeats: true, run: switchOff},
		{Name: "暂停", topic: "本群", Usage: "2h", Who: o, Group: true, Private: true, Repeats: true, fits: isSpan, run: pause},
		{Name: "恢复", topic: "本群", Who: o, Group: true, Private: true, WhileOff: true, Repeats: true, run: resume},
		{Name: "静默", topic: "设置", Usage: "开/关", Who: o, Group: true, Private: true, Repeats: true, fits: toggle, run: silence},
		{Name: "免打扰", topic: "设置", Usage: "22:00-07:00 或 关", Who: o, Group: true, Private: true, Repeats: true, fits: hours, run: quietHours},
		{Name: "演习", topic: "设置", Usage: "开/关/详情", Who: o, Group: true, Private: true, Repeats: true, fits: oneOf("开", "关", "开启", "关闭", "on", "off", "详情"), query: rehearsed, run: rehearse},
		{Name: "设置", hint: "含红包等开关", topic: "设置", Usage: "[名 值]", Who: o, Group: true, Private: true, Whisper: true, Repeats: true, bare: true, lines: true, fits: words(longestSetting), run: settings},
		{Name: "状态", topic: "设置", Who: o, Group: true, Private: true, Whisper: true, WhileOff: true, query: inbox, run: status},
		{Name: "潜水榜", topic: "名单", Usage: "[天数]", Who: o, Group: true, Private: true, Whisper: true, bare: true, fits: daysSilent, query: quiet, run: showQuiet},
		{Name: "副手", topic: "设置", Usage: "@某人", Who: o, Group: true, Private: true, Whisper: true, Repeats: true, target: true, fits: atFirst, query: staff, run: appoint},
		{Name: "取消副手", topic: "设置", Usage: "@某人", Who: o, Group: true, Private: true, Whisper: true, Repeats: true, target: true, fits: atFirst, query: staff, run: dismiss},
		{Name: "交接", topic: "设置", Usage: "@某人", Who: o, Group: true, Private: true, Whisper: true, Repeats: true, target: true, fits: atFirst, query: staff, run: handOver},
	}
}

// isSpan is a length of time that a pause may have.
func isSpan(s string) bool {
	_, ok := span(s)
	return ok
}
