package moderation

import (
	"strings"
	"sync"
)

// emoticonNames are what WeChat writes between brackets for its own pictures,
// in the language of the sender's phone.
const emoticonNames = "微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 囧 冷汗 抓狂 吐 偷笑 愉快 白眼 傲慢 饥饿 困 惊恐 流汗 憨笑 " +
	"悠闲 大兵 奋斗 咒骂 疑问 嘘 晕 折磨 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 左哼哼 右哼哼 哈欠 鄙视 委屈 快哭了 阴险 亲亲 吓 可怜 笑脸 生病 脸红 破涕为笑 " +
	"恐惧 失望 无语 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 汗 天啊 社会社会 旺柴 好的 打脸 哇 翻白眼 666 让我看看 叹气 苦涩 裂开 嘴唇 爱心 心碎 拥抱 强 弱 握手 胜利 抱拳 " +
	"勾引 拳头 差劲 爱你 合十 啤酒 咖啡 蛋糕 玫瑰 凋谢 菜刀 炸弹 刀 便便 月亮 太阳 庆祝 礼物 红包 发 福 烟花 爆竹 猪头 跳跳 发抖 转圈 磕头 回头 跳绳 投降 激动 乱舞 献吻 " +
	"西瓜 篮球 乒乓 饭 闪电 足球 瓢虫 左太极 右太极 鸡 鞭炮 示爱 " +
	"smile grimace drool scowl coolguy sob shy silent sleep cry awkward angry tongue grin surprise frown ruthless blush scream puke chuckle joyful slight smug " +
	"drowsy panic laugh commando determined scold shocked shhh dizzy toasted skull hammer wave speechless nosepick clap shame trick shrunken pooh-pooh " +
	"wilt lips heart brokenheart hug thumbsup thumbsdown shake peace fight beckon fist ok rose beer coffee cake cleaver bomb poop moon sun gift packet party " +
	"facepalm smirk smart concerned yeah! onlooker goforit sweats omg emm respect doge noprob mybad wow boring awesome letmesee sigh hurt broken fireworks firecracker pig"

var emoticons = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(emoticonNames) {
		names[name] = true
	}
	return names
})

// longestEmoticon is more than the letters of any name and its two brackets.
const longestEmoticon = 16

// emoticons turns the names of pictures into gaps: what the reader sees between
// two characters is one picture, and its name is nobody's word.
func (f *Folded) emoticons() {
	for i := 0; i < len(f.cells); i++ {
		if c := f.cells[i]; c.r() != '[' || c.step() != stepNone {
			continue
		}
		var name strings.Builder
		end := i + 1
		for ; end < min(len(f.cells), i+longestEmoticon) && f.cells[end].r() != ']' && f.cells[end].r() != '['; end++ {
			name.WriteRune(f.cells[end].r())
		}
		if end == len(f.cells) || f.cells[end].r() != ']' || !emoticons()[name.String()] {
			continue
		}
		for k := i + 1; k <= end; k++ {
			f.cells[k] = f.cells[k]&(runeMask|markHidden) | classGap<<classShift | markJoined
		}
		i = end
	}
}
