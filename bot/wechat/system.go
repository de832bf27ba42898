package wechat

import (
	"strings"

	"menshen/bot/chat"
)

// maxSystem bounds the system text that is read for names, in bytes: 500
// names of 32 runes and their marks.
const maxSystem = 64 << 10

// maxTails is how many additions may follow a system text. It bounds the
// search for them, whatever a name in the text repeats.
const maxTails = 4

// claim is one reading of what a system text says about newcomers. A nickname
// can forge the text, so a claim is only used where the member list agrees.
type claim struct {
	by    string // the inviter's name; empty when the text names none
	byBot bool   // the bot's account invited, or shared the code
	names string // the newcomers, separated by sep
	sep   string
	via   chat.JoinVia
}

// wording is one way to say that somebody came in: what stands before, between
// and after the names. If middle is empty the text names newcomers only.
type wording struct {
	head, middle, tail string
	// swapped: the newcomers stand first, the inviter second.
	swapped bool
	byBot   bool
	sep     string
	via     chat.JoinVia
}

const (
	zhSep = "、"
	enSep = ", "
)

// wordings are the forms seen, Chinese and English, web and phone.
var wordings = []wording{
	{head: `"`, middle: `"邀请"`, tail: `"加入了群聊`, sep: zhSep, via: chat.ViaInvite},
	{head: `"`, middle: `"邀请你和"`, tail: `"加入了群聊`, sep: zhSep, via: chat.ViaInvite},
	{head: `你邀请"`, tail: `"加入了群聊`, byBot: true, sep: zhSep, via: chat.ViaInvite},
	{head: `"`, tail: `"加入了群聊`, sep: zhSep},
	{head: `"`, middle: `"通过扫描"`, tail: `"分享的二维码加入群聊`, swapped: true, sep: zhSep, via: chat.ViaQR},
	{head: `"`, tail: `"通过扫描你分享的二维码加入群聊`, byBot: true, sep: zhSep, via: chat.ViaQR},
	{head: `"`, middle: `"通过"`, tail: `"的邀请二维码加入群聊`, swapped: true, sep: zhSep, via: chat.ViaQR},
	{head: `"`, tail: `"通过你的邀请二维码加入群聊`, byBot: true, sep: zhSep, via: chat.ViaQR},
	{middle: ` invited you and `, tail: ` to the group chat`, sep: enSep, via: chat.ViaInvite},
	{middle: ` invited you and `, tail: ` to a group chat`, sep: enSep, via: chat.ViaInvite},
	{middle: ` invited `, tail: ` to the group chat`, sep: enSep, via: chat.ViaInvite},
	{head: `"`, middle: `" invited "`, tail: `" to the group chat`, sep: zhSep, via: chat.ViaInvite},
	{head: `You invited `, tail: ` to the group chat`, byBot: true, sep: enSep, via: chat.ViaInvite},
	{head: `You invited `, tail: ` to join the group`, byBot: true, sep: enSep, via: chat.ViaInvite},
	{head: `"`, middle: `" joined the group chat via the QR Code shared by "`, tail: `"`, swapped: true, sep: enSep, via: chat.ViaQR},
	{head: `"`, tail: `" joined group chat via the QR code you shared`, byBot: true, sep: enSep, via: chat.ViaQR},
	{head: `"`, tail: `" joined the group chat via your shared QR Code`, byBot: true, sep: enSep, via: chat.ViaQR},
}

// trimSystem removes what follows the sentence: a full stop, blanks, and the
// offer to take an invitation back.
func trimSystem(text string) string {
	text = strings.NewReplacer("“", `"`, "”", `"`, "\u00a0", " ").Replace(text)
	for range maxTails {
		cut := strings.TrimRight(text, " \t\n.。")
		if i := strings.LastIndex(cut, "<a "); i >= 0 && strings.HasSuffix(cut, "</a>") {
			cut = cut[:i]
		}
		for _, tail := range []string{"撤回", "撤销", "$revoke$", "Revoke"} {
			cut = strings.TrimSuffix(cut, tail)
		}
		if cut == text {
			break
		}
		text = cut
	}
	return text
}

// joinClaims returns every reading of text as a notice of newcomers; none when
// it is something else. The cost is linear in the text.
func joinClaims(text string) []claim {
	if len(text) > maxSystem {
		return nil
	}
	text = strings.TrimLeft(trimSystem(text), " ")
	var out []claim
	for _, w := range wordings {
		inner, ok := strings.CutPrefix(text, w.head)
		if !ok {
			continue
		}
		if inner, ok = strings.CutSuffix(inner, w.tail); !ok {
			continue
		}
		if c, ok := w.read(inner); ok {
			out = append(out, c)
		}
	}
	return out
}

// read splits what stands between head and tail. A text in which the middle
// occurs twice has no reading that can be trusted.
func (w wording) read(inner string) (claim, bool) {
	c := claim{byBot: w.byBot, sep: w.sep, via: w.via, names: inner}
	if w.middle == "" {
		return c, inner != ""
	}
	first, second, ok := strings.Cut(inner, w.middle)
	if !ok || strings.Contains(second, w.middle) {
		return claim{}, false
	}
	c.by, c.names = first, second
	if w.swapped {
		c.by, c.names = second, first
	}
	return c, c.by != "" && c.names != ""
}

// covers returns the newcomers that the claim names, or nil when it names
// anybody else: its list has to be made of their names and of nothing more.
func (c claim) covers(newcomers []*member) []*member {
	byName := make(map[string][]*member, len(newcomers))
	for _, m := range newcomers {
		byName[quoteName(m.name())] = append(byName[quoteName(m.name())], m)
		if m.nick != m.name() {
			byName[quoteName(m.nick)] = append(byName[quoteName(m.nick)], m)
		}
	}
	// A name that holds the separator is looked up as a whole first.
	if whole := byName[quoteName(c.names)]; len(whole) == 1 {
		return whole
	}
	var named []*member
	for _, part := range strings.Split(c.names, c.sep) {
		hit := byName[quoteName(part)]
		if len(hit) != 1 {
			return nil
		}
		named = append(named, hit[0])
	}
	return named
}

// quoteName brings a name into the form it has inside a system text.
func quoteName(name string) string {
	return strings.TrimSpace(strings.NewReplacer("“", `"`, "”", `"`, "\u00a0", " ").Replace(name))
}

// removedBot reports whether the text says that the bot's account was removed.
// Like every text it only causes a look at the member list.
func removedBot(text string) bool {
	text = trimSystem(text)
	return strings.HasPrefix(text, `你被"`) && strings.HasSuffix(text, `"移出群聊`) ||
		strings.HasPrefix(text, `You were removed from the group chat by "`)
}

// aboutMembers reports whether the text announces that somebody left, or
// anything else that makes another look at the member list worth while.
func aboutMembers(text string) bool {
	text = trimSystem(text)
	return strings.HasPrefix(text, `你将"`) && strings.HasSuffix(text, `"移出了群聊`) ||
		strings.HasSuffix(text, `"与群里其他人都不是微信朋友关系，请注意隐私安全`) ||
		strings.HasSuffix(text, `" is not friends with anyone else in this group chat`) ||
		strings.HasPrefix(text, `You removed "`) || renamesRoom(text)
}

func renamesRoom(text string) bool {
	return strings.Contains(text, "修改群名为") || strings.Contains(text, "changed the group name to")
}
