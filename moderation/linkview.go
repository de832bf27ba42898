package moderation

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// glyph is one character as the link scanner sees it: lower case, width and
// compatibility forms resolved, encodings decoded, with its place in the
// original text.
type glyph struct {
	r   rune
	at  int32 // first rune in the original
	end int32 // rune after it
	how trick
	up  bool // was an ASCII capital
}

// trick is a set of reasons why a view differs from what was typed.
type trick uint16

// The steps. Those of guessSteps make a finding disguised.
const (
	trickWidth trick = 1 << iota
	trickInvisible
	trickEntity
	trickPercent
	trickEscape
	trickStyled
	trickLookalike
	trickSpaces
	trickDot
	trickScheme
	trickIDN
	trickSpoken
	trickReversed
)

const guessSteps = trickLookalike | trickSpaces | trickDot | trickScheme | trickSpoken | trickReversed

// trickNames is indexed by bit.
var trickNames = [...]string{
	"fullwidth→half", "invisible→dropped", "entity→character", "percent→character", "escape→character",
	"styled→plain", "lookalike→letter", "gap→skipped", "substitute→dot", "hxxp→http", "idn→punycode", "spelled→digit",
	"reversed",
}

// names lists the steps of s in the order of the bits.
func (s trick) names() []string {
	var out []string
	for i, name := range trickNames {
		if s&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// tier says whether s contains a guess.
func (s trick) tier() Tier {
	if s&guessSteps != 0 {
		return TierDisguised
	}
	return TierExact
}

// appendView decodes text for the scanner in one pass; glyphs are empty. With
// regional the letters of flags that are none are letters; without they are
// signs, which end a host.
func appendView(glyphs []glyph, text string, regional bool) []glyph {
	glyphs = slices.Grow(glyphs, utf8.RuneCountInString(text))
	var at int32
	var pending trick // of characters that were dropped before the next one
	var previous rune
	spells := false // the run of regional letters here
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '&' || r == '%' || r == '\\' {
			if c, n := decodeEscape(text[i:], glyphs); n > 0 {
				c.at, c.end = at, at+int32(n)
				glyphs = append(glyphs, c)
				i, at = i+n, at+int32(n)
				continue
			}
		}
		i, at = i+size, at+1
		folded, how, visible := foldGlyph(r)
		switch {
		case r == keycap && len(glyphs) > 0 && loneDigit(glyphs, text[i:]):
			glyphs[len(glyphs)-1].r = keycap
		case isEnclosedDigit(r) && !isEnclosedDigit(previous):
			if next, _ := utf8.DecodeRuneInString(text[i:]); !isEnclosedDigit(next) {
				folded, how = r, 0
			}
		case regional && isRegional(r):
			if spells = isRegional(previous) && spells || !isRegional(previous) && spellsWord(text[i-size:]); spells {
				folded, how = r-regionalA+'a', trickLookalike
			}
		}
		previous = r
		if !visible {
			pending = trickInvisible
			continue
		}
		glyphs = append(glyphs, glyph{r: folded, at: at - 1, end: at, how: how | pending, up: 'A' <= r && r <= 'Z'})
		pending = 0
	}
	return joinSpelled(glyphs)
}

// keycap is the sign that makes a key of the digit before it.
const keycap = 0x20E3

// isEnclosedDigit reports whether r is a digit in a circle. One alone numbers
// an item of a list, several spell a number.
func isEnclosedDigit(r rune) bool { return 0x2460 <= r && r <= 0x2468 || 0x2776 <= r && r <= 0x2793 }

// loneDigit reports whether the last glyph is a digit with none beside it.
func loneDigit(glyphs []glyph, rest string) bool {
	n := len(glyphs)
	return isDigit(glyphs[n-1].r) && (n < 2 || !isDigit(glyphs[n-2].r)) && (rest == "" || !isDigit(rune(rest[0])))
}

// foldGlyph takes from the fold's table what does not change which host is
// meant: case, width and the styled forms of ASCII. Look-alikes of other
// scripts stay, since they are names of their own. ok is false for what takes
// no room on the screen.
func foldGlyph(r rune) (folded rune, how trick, ok bool) {
	if r < utf8.RuneSelf {
		return lowerASCII(r), 0, true
	}
	c := foldTable().entry(r) ^ cell(r)
	switch {
	case c.class() == classDrop:
		return r, 0, unicode.Is(unicode.Mn, r) && !(0x335 <= r && r <= 0x338) && !(0xFE00 <= r && r <= 0xFE0F) && r != 0x34F
	case c.class() == classExpand:
		return r, 0, true
	case c.step() == stepWidth:
		return c.r(), trickWidth, true
	case c.r() >= utf8.RuneSelf:
		return unicode.ToLower(r), 0, true
	case c.step() == stepCompat:
		return c.r(), trickStyled, true
	case c.step() == stepStyled || c.step() == stepRegional:
		return c.r(), trickLookalike, true
	}
	return unicode.ToLower(r), 0, true
}

// decodeEscape decodes one HTML entity, percent escape or \u escape at the
// start of text and returns its length in bytes, 0 if there is none. Only what
// can be part of a link's skeleton is decoded: an escaped @ or / inside an
// authority stays as it is, since a browser does not split there either.
func decodeEscape(text string, before []glyph) (glyph, int) {
	switch text[0] {
	case '&':
		if r, n := decodeEntity(text); n > 0 {
			return glyph{r: r, how: trickEntity}, n
		}
	case '%':
		if r, ok := hexRune(text, 1, 3); ok && percentDecodes(r, before) {
			return glyph{r: lowerASCII(r), how: trickPercent}, 3
		}
	case '\\':
		if len(text) > 2 && (text[1] == 'u' || text[1] == 'U') {
			if r, ok := hexRune(text, 2, 6); ok && r > ' ' && r < 0x7F {
				return glyph{r: lowerASCII(r), how: trickEscape}, 6
			}
		}
	}
	return glyph{}, 0
}

// percentDecodes reports whether %XX of r is decoded after the given glyphs.
func percentDecodes(r rune, before []glyph) bool {
	if isAlnum(r) || r == '.' || r == '-' || r == ':' {
		return true
	}
	if r != '/' || len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	return last.how&trickPercent != 0 && (last.r == ':' || last.r == '/')
}

// hexRune reads text[from:to] as a hexadecimal number.
func hexRune(text string, from, to int) (rune, bool) {
	if len(text) < to {
		return 0, false
	}
	var v rune
	for _, c := range []byte(text[from:to]) {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		v = v<<4 | rune(d)
	}
	return v, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// namedEntities are those of HTML that hide a part of a link's skeleton.
var namedEntities = []struct {
	name string
	r    rune
}{
	{"amp;", '&'},
	{"period;", '.'},
	{"colon;", ':'},
	{"sol;", '/'},
	{"commat;", '@'},
	{"lt;", '<'},
	{"gt;", '>'},
	{"quot;", '"'},
}

// decodeEntity decodes &#58; &#x3a; and a few named entities to ASCII.
func decodeEntity(text string) (rune, int) {
	if len(text) > 3 && text[1] == '#' {
		return decodeNumericEntity(text)
	}
	for _, e := range namedEntities {
		if len(text) > len(e.name) && text[1:1+len(e.name)] == e.name {
			return e.r, 1 + len(e.name)
		}
	}
	return 0, 0
}

func decodeNumericEntity(text string) (rune, int) {
	if r, n := numericEntity(text); n > 0 && r > ' ' && r < 0x7F {
		return lowerASCII(r), n
	}
	return 0, 0
}

// numericEntity reads &#21152; or &#x52a0; at the start of text and returns its
// length in bytes, 0 if there is none.
func numericEntity(text string) (rune, int) {
	i, base := 2, rune(10)
	if text[2] == 'x' || text[2] == 'X' {
		i, base = 3, 16
	}
	var v rune
	for start := i; i < len(text) && i < start+7; i++ {
		d, ok := hexDigit(text[i])
		if ok && rune(d) < base {
			v = v*base + rune(d)
			continue
		}
		if text[i] == ';' && i > start {
			return v, i + 1
		}
		break
	}
	return 0, 0
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

func isAlnum(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' || isDigit(r) }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == 0xA0 || 0x2000 <= r && r <= 0x200A }

// isHan reports whether r belongs to a script written without spaces, whose
// letters stick to a link without being a part of it.
func isHan(r rune) bool {
	return 0x3005 <= r && r <= 0x3007 || 0x3041 <= r && r <= 0x30FA || 0x30FC <= r && r <= 0x30FF ||
		0x3400 <= r && r <= 0x9FFF || 0xAC00 <= r && r <= 0xD7A3 || 0xF900 <= r && r <= 0xFAFF ||
		0x20000 <= r && r <= 0x323AF
}

// isLabelRune reports whether r can be part of a label that is not glued.
func isLabelRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isAlnum(r) || r == '-' || r == '_'
	}
	return !isHan(r) && r != 0xFFFD && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r))
}

// spelledMin is how many single characters in a row, parted by one space each,
// make a spelled-out link.
const spelledMin = 4

// joinSpelled drops the spaces of runs such as "e v i l . c o m".
func joinSpelled(glyphs []glyph) []glyph {
	out := glyphs[:0]
	for i := 0; i < len(glyphs); {
		n := spelledRun(glyphs, i)
		if n < spelledMin && !spelledSuffix(glyphs, i, n) && !spelledWWW(glyphs, i, n) {
			out = append(out, glyphs[i])
			i++
			continue
		}
		for k := range n {
			g := glyphs[i+2*k]
			if n > 1 {
				g.how |= trickSpaces
			}
			out = append(out, g)
		}
		i += 2*n - 1
	}
	return out
}

// spelledRun counts the single characters that start at i and are parted by
// one space each.
func spelledRun(glyphs []glyph, i int) int {
	if !spellable(glyphs[i].r) || i > 0 && isLabelRune(glyphs[i-1].r) {
		return 0
	}
	if i > 1 && isBlank(glyphs[i-1].r) && isLabelRune(glyphs[i-2].r) && (i == 2 || !isLabelRune(glyphs[i-3].r)) {
		return 0 // inside a run that was too short
	}
	n := 1
	for k := i; k+2 < len(glyphs) && isBlank(glyphs[k+1].r) && spellable(glyphs[k+2].r); k += 2 {
		if k+3 < len(glyphs) && isLabelRune(glyphs[k+3].r) && isLabelRune(glyphs[k+2].r) {
			break
		}
		n++
	}
	return n
}

// spelledSuffix reports whether the n single characters at i spell a common
// top-level domain behind a dot, as in evil.c o m.
func spelledSuffix(glyphs []glyph, i, n int) bool {
	if n < 2 || n > 3 || i < 2 {
		return false
	}
	before := glyphs[i-1].r
	if isBlank(before) {
		before = glyphs[i-2].r
	}
	if before != '.' && before != '。' && before != '点' {
		return false
	}
	word := make([]rune, n)
	for k := range n {
		word[k] = glyphs[i+2*k].r
	}
	return guessTLDs.has(string(word)) || gluedTLDs.has(string(word))
}

// spelledWWW reports whether the n single characters at i are w w w before a dot.
func spelledWWW(glyphs []glyph, i, n int) bool {
	return n == 3 && glyphs[i].r == 'w' && glyphs[i+2].r == 'w' && glyphs[i+4].r == 'w' && i+5 < len(glyphs) && glyphs[i+5].r == '.'
}

func spellable(r rune) bool {
	return isAlnum(r) || r == '.' || r == '/' || r == ':' || r == '-' || r == '。' || r == '点' || r == '·'
}
