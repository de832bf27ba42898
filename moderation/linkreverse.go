package moderation

import (
	"slices"
	"strings"
)

// reversedView is the view of text as it is shown: what stands behind a
// right-to-left override, up to the end of its range, is turned round.
func reversedView(glyphs []glyph, text string) []glyph {
	at := int32(0)
	for text != "" {
		part, rest, overridden := strings.Cut(text, string(rune(rightToLeft)))
		glyphs, at = appendPart(glyphs, part, at)
		if !overridden {
			break
		}
		at++
		end := strings.IndexFunc(rest, func(r rune) bool { return r == popDirection || r == popIsolate || r == '\n' })
		if end < 0 {
			end = len(rest)
		}
		from := len(glyphs)
		glyphs, at = appendPart(glyphs, rest[:end], at)
		slices.Reverse(glyphs[from:])
		for i := range glyphs[from:] {
			glyphs[from+i].how |= trickReversed
		}
		text = rest[end:]
	}
	return glyphs
}

// appendPart appends the view of a part of the text that begins with rune at,
// and returns the rune behind it.
func appendPart(glyphs []glyph, part string, at int32) ([]glyph, int32) {
	from := len(glyphs)
	glyphs = append(glyphs, appendView(nil, part, false)...)
	for i := range glyphs[from:] {
		glyphs[from+i].at += at
		glyphs[from+i].end += at
	}
	return glyphs, at + int32(len([]rune(part)))
}
