package moderation

import "strings"

// linkHit is one host found in a text, before the rules decide what it is.
type linkHit struct {
	host     string // as [Finding.Host]
	path     string // what follows the host, lower case
	scheme   bool   // host is a scheme such as weixin://
	start    int    // runes of the original, from the scheme to the end of the path
	end      int
	how      trick
	explicit bool // a scheme was written
}

// rules returns the rules hit falls under, the most specific first. Only the
// first that is on reports it, so one host is one finding; with shortlink off
// a short link is judged as the link it is.
func (h linkHit) rules() []int {
	switch {
	case h.scheme:
		return []int{ruleScheme}
	case isInviteLink(h.host, h.path):
		return []int{ruleInvite, ruleLink}
	case shorteners.has(h.host):
		return []int{ruleShortLink, ruleLink}
	}
	return []int{ruleLink}
}

// inviteLinks are hosts and paths that lead into a group or to a contact.
var inviteLinks = [...][2]string{
	{"weixin.qq.com", "/g/"},
	{"work.weixin.qq.com", "/gm/"},
	{"work.weixin.qq.com", "/ca/"},
	{"work.weixin.qq.com", "/u/"},
	{"u.wechat.com", "/"},
	{"weixin.qq.com", "/r/"},
	{"qm.qq.com", "/"},
	{"jq.qq.com", "/"},
	{"qun.qq.com", "/"},
	{"pd.qq.com", "/s/"},
	{"applink.feishu.cn", "/client/chat/chatter/add_by_link"},
	{"qr.dingtalk.com", "/action/joingroup"},
	{"t.me", "/joinchat/"},
	{"t.me", "/+"},
	{"telegram.me", "/joinchat/"},
	{"discord.gg", "/"},
	{"discord.com", "/invite/"},
	{"chat.whatsapp.com", "/"},
	{"line.me", "/ti/g"},
	{"line.me", "/r/ti/g"},
}

func isInviteLink(host, path string) bool {
	for _, l := range inviteLinks {
		if host == l[0] && strings.HasPrefix(path, l[1]) {
			return true
		}
	}
	return false
}

// findLinks returns the links of text in order.
func findLinks(text string) []linkHit {
	var s linkScanner
	return s.find(text)
}

// mayHoldLink looks for the bytes that every link needs: something that can
// be a dot with something that can be a label behind it, a scheme's separator,
// or an encoding of either.
func mayHoldLink(text string) bool {
	numbers := 0 // dots before a digit: an address has three
	for i := 0; i < len(text); i++ {
		c := text[i]
		if linkByte[c] == 0 {
			continue
		}
		switch linkByte[c] {
		case byteDot:
			if i+1 < len(text) && isDigit(rune(text[i+1])) {
				numbers++
			}
			if numbers > 2 || dotMayJoin(text, i+1) {
				return true
			}
		case byteMark:
			if markMayJoin(text, i) {
				return true
			}
		case byteLead:
			if n := dotSubstitute(text[i:]); n > 0 && substituteMayJoin(text, i, n) {
				return true
			}
		case byteTail:
			if i > 1 && (isHanDot(text[i-2:i+1]) || i > 4 && text[i-5:i+1] == "句号") && substituteMayJoin(text, i-2, 3) {
				return true
			}
		}
	}
	return false
}

// The classes of bytes in linkByte.
const (
	byteDot  = 1 + iota // a full stop
	byteMark            // ASCII that may be part of a separator
	byteLead            // first byte of a sign that may stand for a dot
	byteTail            // last byte of a character that may: the first ones begin half of all text
)

// linkByte classifies the bytes mayHoldLink has to look at.
var linkByte = [256]uint8{
	'.': byteDot, ':': byteMark, '%': byteMark, '&': byteMark, '\\': byteMark, ']': byteMark, ',': byteMark,
	'o': byteMark, 'O': byteMark, '0': byteMark,
	0xC2: byteLead, 0xE2: byteLead, 0xE3: byteLead, 0xEF: byteLead, 0xF0: byteLead,
	0xB9: byteTail, 0x9E: byteTail, 0x8C: byteTail, 0xB6: byteTail, 0xB7: byteTail,
}

// isHanDot reports a character typed in place of a full stop.
func isHanDot(s string) bool { return s == "点" || s == "點" || s == "奌" || s == "丶" }

// dotMayJoin reports whether a top-level domain can follow a full stop; none
// begins with a digit.
func dotMayJoin(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	c := text[i]
	switch {
	case isLetter(c):
		return true
	case c == ' ':
		return labelMayFollow(text, i+1)
	case isHanLead(c):
		return hanMayFollow(text[i:])
	}
	return c == ')' || c == ']' || c == '}' || c == '>' || c >= 0x80
}

// isHanLead reports the first byte of a character of the basic block or of one
// just before it.
func isHanLead(c byte) bool { return 0xE4 <= c && c <= 0xE9 }

// hanMayFollow reports whether the characters at the start of text may begin a
// top-level domain. What may be invisible between them counts as one.
func hanMayFollow(text string) bool {
	if len(text) < 6 || text[3] < 0x80 {
		return false
	}
	return !isHanLead(text[3]) || hanTLDStarts.has(text[:6])
}

// substituteMayJoin reports whether the dot substitute of n bytes at i can be
// a part of a link.
func substituteMayJoin(text string, i, n int) bool {
	if text[i] == 0xEF && text[i+1] == 0xBC && text[i+2] == 0x9A { // a colon parts only a scheme
		rest := text[i+n:]
		return rest != "" && (rest[0] == '/' || rest[0] == '\\' || rest[0] == 0xEF)
	}
	if text[i] == 0xEF && text[i+1] == 0xBC && text[i+2] == 0x8C || text[i] == 0xE3 && text[i+2] == 0x81 { // commas
		return i+n < len(text) && (text[i+n]|0x20 == 'c' || text[i+n]|0x20 == 'n' || text[i+n] >= 0xEF)
	}
	return labelMayFollow(text, i+n) || text[i] == 0xEF && i+n < len(text) && isHanLead(text[i+n]) && hanMayFollow(text[i+n:])
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// labelMayFollow reports whether a top-level domain may begin at i, past a few
// spaces and closing brackets.
func labelMayFollow(text string, i int) bool {
	for end := i + 4; i < len(text) && i < end; i++ {
		switch c := text[i]; {
		case c == ' ', c == ')', c == ']', c == '}', c == '>':
		case c == 0xE3 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2] >= 0x8D: // 」】〕
			i += 2
		default:
			return isLetter(c) || c == 0xEF || c == 0xF0 || c == 0xE2 || c == 0xC2 || 0xCC <= c && c <= 0xD1
		}
	}
	return false
}

// markMayJoin looks at an ASCII character that may be a part of a separator.
func markMayJoin(text string, i int) bool {
	rest := text[i+1:]
	switch text[i] {
	case ':':
		return len(rest) > 0 && (rest[0] == '/' || rest[0] == '\\' || rest[0] == '?' || rest[0] == 0xEF)
	case '%':
		_, ok := hexRune(text[i:], 1, 3)
		return ok
	case '&':
		return len(rest) > 2 && (rest[0] == '#' || rest[0] >= 'a')
	case '\\':
		return len(rest) > 4 && rest[0]|0x20 == 'u'
	case ']':
		return len(rest) > 1 && (rest[0] == ':' || rest[0] == '/')
	case ',':
		return len(rest) > 1 && (rest[0]|0x20 == 'c' || rest[0]|0x20 == 'n' || rest[0] >= 0xEF)
	}
	return i > 1 && len(rest) > 1 && text[i-1]|0x20 == 'd' && rest[0]|0x20 == 't' && !isAlnum(rune(text[i-2])) && !isAlnum(rune(rest[1]))
}

// dotSubstitute returns the length of a sign at the start of text that is typed
// in place of a full stop, or 0.
func dotSubstitute(text string) int {
	if text[0] == 0xC2 {
		if len(text) > 1 && text[1] == 0xB7 { // ·
			return 2
		}
		return 0
	}
	if len(text) < 3 {
		return 0
	}
	switch uint32(text[0])<<16 | uint32(text[1])<<8 | uint32(text[2]) {
	case 0xE38082, 0xEFBC8E, 0xEFBDA1, 0xEFB992, 0xE280A4, // 。 ． ｡ ﹒ ․
		0xE280A2, 0xE2978F, 0xE28899, 0xE28B85, 0xE280A7, 0xE383BB, 0xEFBDA5, 0xE2978B, 0xE297A6, 0xE296AA, 0xE29AAB, 0xE29AAA, // • ● ∙ ⋅ ‧ ・ ･ ○ ◦ ▪ ⚫ ⚪
		0xEFBC8C, 0xE38081, // ， 、
		0xEFBC9A: // ：
		return 3
	}
	if strings.HasPrefix(text, "🔴") || strings.HasPrefix(text, "🔵") {
		return 4
	}
	return 0
}
