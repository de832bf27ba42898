package wechat

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// senderMark ends the sender's user name in front of a group message.
	senderMark = ":<br/>"
	// maxName is the longest name kept, in runes; WeChat allows 32.
	maxName = 64
	// maxEntity is the longest character reference worth looking up.
	maxEntity = 12
)

// cutSender splits a group message into its sender's user name and the rest.
// It cuts once: a member's own text may contain the mark.
func cutSender(content string) (sender, rest string) {
	if !strings.HasPrefix(content, "@") {
		return "", content
	}
	sender, rest, ok := strings.Cut(content, senderMark)
	if !ok || !isUserName(sender) {
		return "", content
	}
	return sender, rest
}

// isUserName reports whether s has the form of a name on the wire: one or two
// @ and hexadecimal digits.
func isUserName(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "@"), "@")
	if s == "" || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F') {
			return false
		}
	}
	return true
}

func isRoomName(userName string) bool { return strings.HasPrefix(userName, "@@") }

// decodeText undoes the wire's markup in one pass, so that text typed by a
// member can never turn into markup: line breaks, emoji spans, references.
func decodeText(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return strings.ToValidUTF8(s, "")
	}
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		i := strings.IndexAny(s, "<&")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		text, size := decodeMarkup(s[i:])
		b.WriteString(text)
		s = s[i+size:]
	}
	return strings.ToValidUTF8(b.String(), "")
}

// decodeMarkup decodes what s, which begins with < or &, starts with, and
// returns how many bytes that was.
func decodeMarkup(s string) (text string, size int) {
	if s[0] == '&' {
		return decodeEntity(s)
	}
	for _, br := range []string{"<br/>", "<br>", "<br />"} {
		if strings.HasPrefix(s, br) {
			return "\n", len(br)
		}
	}
	const open = `<span class="emoji emoji`
	if !strings.HasPrefix(s, open) {
		return "<", 1
	}
	end := len(open)
	for end < len(s) && isHex(s[end]) && end-len(open) < 20 {
		end++
	}
	code := s[len(open):end]
	// Some captures lack the > of the opening tag.
	for _, tail := range []string{`"></span>`, `"</span>`, `">`, `"`} {
		if strings.HasPrefix(s[end:], tail) {
			return emoji(code), end + len(tail)
		}
	}
	return "<", 1
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func decodeEntity(s string) (text string, size int) {
	end := 1
	for end < len(s) && end < maxEntity && (isHex(s[end]) || s[end] == '#' || 'a' <= s[end]|0x20 && s[end]|0x20 <= 'z') {
		end++
	}
	if end == len(s) || s[end] != ';' {
		return "&", 1
	}
	ref := s[:end+1]
	if ref == "&nbsp;" {
		return " ", len(ref)
	}
	decoded := html.UnescapeString(ref)
	if decoded == ref || strings.ContainsRune(decoded, utf8.RuneError) {
		return "&", 1
	}
	return decoded, len(ref)
}

// emoji turns the hexadecimal code of an emoji span into text: one code point
// of up to five digits, or two of equal length, or a digit's keycap. What is
// none of these is dropped rather than replaced by a question mark.
func emoji(code string) string {
	switch n := len(code); {
	case n == 0:
		return ""
	case n <= 5:
		return codePoint(code)
	case n == 6:
		return codePoint(code[:2]) + codePoint(code[2:])
	case n%2 == 0 && n <= 12:
		return codePoint(code[:n/2]) + codePoint(code[n/2:])
	default:
		return ""
	}
}

func codePoint(hex string) string {
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || v == 0 || v > unicode.MaxRune || !utf8.ValidRune(rune(v)) {
		return ""
	}
	return string(rune(v))
}

// decodeName decodes a nickname or room name into one line of bounded length.
func decodeName(s string) string {
	if len(s) > 16*maxName {
		s = s[:16*maxName]
	}
	s = strings.TrimSpace(strings.Map(oneLine, decodeText(s)))
	if utf8.RuneCountInString(s) > maxName {
		s = string([]rune(s)[:maxName])
	}
	return s
}

func oneLine(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	if unicode.IsControl(r) {
		return -1
	}
	return r
}
