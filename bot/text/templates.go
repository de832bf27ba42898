package text

// templates are the built-in sentences that a room can replace.
var templates = map[string]string{
	// Said in the room about somebody's message.
	"warning":      "{at}{what}。警告 {count}/{limit}{expiry}。{earlier}有误可回复：申诉 {case} 理由",
	"notice":       "{at}{what}，建议撤回。",
	"removed":      "{at}警告 {count}/{limit}，已按群规移出。",
	"removed.hand": "{name} 已按群规移出。",
	"full":         "{name} 的警告已满 {limit} 次，已请群主处理。",
	"full.hand":    "已请群主处理 {name} 的移出。",
	"reversed":     "{at}#{case} 的警告已撤销，抱歉打扰。",
	"upheld":       "{at}申诉 #{case} 成立，警告已撤销，抱歉打扰。",
	"declined":     "{at}申诉 #{case} 已由群主复核，维持警告。",

	// The same where somebody is removed by hand, without a warning.
	"reversed.hand": "{at}移出一事是误会，抱歉打扰。",
	"upheld.hand":   "{at}申诉 #{case} 成立，移出一事是误会，抱歉打扰。",
	"declined.hand": "{at}申诉 #{case} 已由群主复核，维持原来的决定。",
	"stays":         "{at}群主已决定不移出。",

	// Said to everybody.
	"welcome":         "欢迎 {names} 👋　{rules}回复「帮助」看我会什么，也欢迎介绍一下自己",
	"welcome.private": "欢迎来到「{room}」。在这里私聊我也可以：回复「帮助」看我会什么，「我的数据」看我记了你什么。",
	"welcome.rules":   "欢迎来到「{room}」。在这里私聊我也可以：「群规」看群规，「帮助」看我会什么，「我的数据」看我记了你什么。",
	"checkin":         "签到成功：{names}，{points}",
	"hello":           "大家好，我是本群的门神：提醒广告和外链、管积分、迎新人。\n我只记下警告和积分所需的内容，消息文字最多留 {days} 天。\n回复「帮助」看我会什么。",
	"hello.unkept":    "大家好，我是本群的门神：提醒广告和外链、管积分、迎新人。\n我只记下警告和积分所需的内容，不留消息文字。\n回复「帮助」看我会什么。",
	"ruleschanged":    "📢 群规已更新（第 {version} 版）：{rules}\n看过请回复：已读群规",
	"announce":        "📢 {text}",
	"later":           "{at}刚答复过，请稍后再试。",
}
