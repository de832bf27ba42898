package moderation

import (
	"strings"
	"unicode/utf8"
)

// encodings are the signs with which the encodings of characters begin: %E7,
// &#21152; and \u52a0. Folding notes each of them as it does the dot of a link.
const encodings = `%&\`

// decoder rewrites encoded characters, since a word that only a machine can
// read is meant to be put where one reads it. Its buffers are reused.
type decoder struct {
	text strings.Builder
	// ends has, for every rune of the text, the rune of the original behind it.
	ends []int32
	how  []trick // the encoding that rune was written in, 0 for none
}

// decode reads text and reports whether something in it was encoded.
func (d *decoder) decode(text string) bool {
	if !holdsEncoded(text) {
		return false
	}
	d.text.Reset()
	d.ends, d.how = d.ends[:0], d.how[:0]
	at := int32(0)
	for i := 0; i < len(text); {
		if r, n, how := encodedRune(text[i:]); n > 0 {
			at += int32(n) // an encoding is ASCII
			d.put(r, at, how)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		at++
		d.put(r, at, 0)
		i += n
	}
	return true
}

// holdsEncoded reports whether some character of text is encoded.
func holdsEncoded(text string) bool {
	for i := range len(text) {
		if strings.IndexByte(encodings, text[i]) >= 0 {
			if _, n, _ := encodedRune(text[i:]); n > 0 {
				return true
			}
		}
	}
	return false
}

func (d *decoder) put(r rune, end int32, how trick) {
	d.text.WriteRune(r)
	d.ends = append(d.ends, end)
	d.how = append(d.how, how)
}

// original makes a hit in the decoded text one in the original.
func (d *decoder) original(h *Hit) {
	var how trick
	for _, encoding := range d.how[h.Start:h.End] {
		how |= encoding
	}
	if h.Start > 0 {
		h.Start = int(d.ends[h.Start-1])
	}
	h.End = int(d.ends[h.End-1])
	if how != 0 {
		h.reread, h.Tier, h.encoding = true, TierDisguised, how
	}
}

// encodedRune reads one encoded character at the start of text and returns its
// length in bytes, 0 if there is none.
func encodedRune(text string) (rune, int, trick) {
	switch text[0] {
	case '%':
		if len(text) > 1 && text[1]|0x20 == 'u' { // what escape() of old pages made
			r, ok := hexRune(text, 2, 6)
			return encodedAs(r, 6, trickPercent, ok)
		}
		r, n := percentRune(text)
		return encodedAs(r, n, trickPercent, n > 0)
	case '&':
		if len(text) > 3 && text[1] == '#' {
			r, n := numericEntity(text)
			return encodedAs(r, n, trickEntity, n > 0)
		}
	case '\\':
		if len(text) > 2 && text[1]|0x20 == 'u' {
			r, ok := hexRune(text, 2, 6)
			return encodedAs(r, 6, trickEscape, ok)
		}
	}
	return 0, 0, 0
}

// encodedAs refuses what is no character to be read.
func encodedAs(r rune, n int, how trick, ok bool) (rune, int, trick) {
	if !ok || r <= ' ' || !utf8.ValidRune(r) {
		return 0, 0, 0
	}
	return r, n, how
}

// percentRune reads the bytes of one character, each as %XX; n is 0 if they
// are none.
func percentRune(text string) (r rune, n int) {
	var buf [utf8.UTFMax]byte
	for size := range buf {
		b, ok := hexRune(text, n+1, n+3)
		if !ok || text[n] != '%' {
			return 0, 0
		}
		buf[size] = byte(b)
		n += 3
		if utf8.FullRune(buf[:size+1]) {
			r, length := utf8.DecodeRune(buf[:size+1])
			if r == utf8.RuneError || length != size+1 {
				return 0, 0
			}
			return r, n
		}
	}
	return 0, 0
}
