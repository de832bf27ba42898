package text

import (
	"strings"
	"unicode"

	"menshen/bot/decision"
	"menshen/moderation"
)

// The lengths, in runes, that members' words are cut to.
const (
	NameLength    = 16
	SnippetLength = 40
)

// guard keeps a sentence that begins with a name, and an @ before a name, from
// being read as a command.
const guard = decision.Guard

// Name makes a name harmless: one line, at most [NameLength] runes, without
// invisible and direction-changing characters, with a full-width @ that
// addresses nobody, telephone and other long numbers masked.
func Name(name string) string {
	if s := maskDigits(plain(moderation.Redact(name), NameLength)); s != "" {
		return s
	}
	return "无名"
}

// Snippet makes a member's words fit to be shown to the owner: one line, at
// most [SnippetLength] runes, long numbers masked.
func Snippet(words string) string {
	return maskDigits(plain(moderation.Redact(words), SnippetLength))
}

// Code is a voucher as it is handed out: nothing in it is masked.
func Code(code string) string { return plain(code, 4*NameLength) }

// plain keeps what can be seen of s on one line, at most limit runes of it.
func plain(s string, limit int) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = n > 0
			continue
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == unicode.ReplacementChar || !unicode.IsGraphic(r):
			continue
		case n+1 >= limit:
			return b.String() + "…"
		case r == '@':
			r = '＠'
		}
		if space {
			b.WriteByte(' ')
			n, space = n+1, false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// maskDigits hides the middle of numbers of seven digits and more: telephone
// and card numbers are never repeated.
func maskDigits(s string) string {
	runes := []rune(s)
	for from := 0; from < len(runes); from++ {
		to := from
		for to < len(runes) && unicode.IsDigit(runes[to]) {
			to++
		}
		if to-from >= 7 {
			for i := from + 3; i < to-2; i++ {
				runes[i] = '*'
			}
		}
		from = to
	}
	return string(runes)
}

// At addresses a member: an @ that WeChat shows as a mention, ended by the
// four-per-em space it uses. A name that begins with the bot's own is kept
// from looking like a call of the bot.
func At(r decision.Room, m decision.Member) string {
	name := Name(m.Name)
	if bot := Name(r.BotName); strings.HasPrefix(strings.ToLower(name), strings.ToLower(bot)) {
		name = guard + name
	}
	return "@" + name + "\u2005"
}

// List names members: all of them up to limit, else the first ones, then how
// many there are.
func List(names []string, limit int) string {
	shown := make([]string, 0, limit)
	for _, name := range names[:min(len(names), limit)] {
		shown = append(shown, Name(name))
	}
	return strings.Join(shown, "、")
}
