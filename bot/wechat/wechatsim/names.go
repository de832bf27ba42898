package wechatsim

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// escapes is what the service does to every text and name before it puts them
// into JSON; line ends become <br/>.
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r\n", "<br/>", "\n", "<br/>")

// escape renders text for a message's content.
func escape(text string) string { return spans(escapes.Replace(text), 0) }

// xmlEscapes are those inside an XML payload, which as a whole is escaped once
// more.
var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// listName renders a name for contact and member lists. Some emoji carry
// another number there than in messages.
func listName(name string) string { return spans(escapes.Replace(name), 1) }

// otherNumber pairs the emoji that messages and lists number differently, as
// ItChat's utils.py records them: the number in messages, the one in lists.
func otherNumber(r rune) rune {
	switch r {
	case 0x1f601:
		return 0x1f63c
	case 0x1f602:
		return 0x1f639
	case 0x1f603:
		return 0x1f63a
	case 0x1f616:
		return 0x1f4ab
	case 0x1f614:
		return 0x1f64d
	case 0x1f60d:
		return 0x1f63b
	case 0x1f618:
		return 0x1f63d
	case 0x1f621:
		return 0x1f64e
	case 0x1f622:
		return 0x1f63f
	}
	return r
}

// spans replaces the emoji that WeChat draws itself; newer ones stay. column 1
// is the numbering of lists.
func spans(text string, column int) string {
	if !strings.ContainsFunc(text, drawn) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		second, n2 := utf8.DecodeRuneInString(text[i+n:])
		switch {
		case flagHalf(r) && flagHalf(second):
			fmt.Fprintf(&b, `<span class="emoji emoji%x%x"></span>`, r, second)
			n += n2
		case drawn(r) && !flagHalf(r):
			if column == 1 {
				r = otherNumber(r)
			}
			fmt.Fprintf(&b, `<span class="emoji emoji%x"></span>`, r)
		default:
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// drawn reports whether r is one of the emoji of Unicode 6, or half a flag.
func drawn(r rune) bool {
	return flagHalf(r) || r >= 0x1f300 && r <= 0x1f64f || r >= 0x1f680 && r <= 0x1f6c5
}

// flagHalf reports whether r is a regional indicator, two of which are a flag.
func flagHalf(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
