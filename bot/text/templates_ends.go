package text

// endings are the built-in sentences about what ends by the clock.
var endings = map[string]string{
	"packet.over":    "{name} 的红包到时间了，没抢完的 {points} 分已退回。",
	"draw.void":      "这次抽奖人数不够，已取消，参加费全部退回。",
	"draw.won":       "🎉 开奖：{winners}。",
	"redeem.expired": "{at}兑换「{item}」#{case} 过期没有处理，{points} 分已退回。",
	"invite.earned":  "{at}你请来的{friends}朋友住下了，+{points} 分。",
	"pass.used":      "#{case} {name} 用通行证发了外链「{words}」　是广告：{case}警告（押的分不退）　没问题：{case}放过",
}
