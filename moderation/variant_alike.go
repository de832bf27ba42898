package moderation

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed variant_alike.txt
var alikeData string

var alikeTable = sync.OnceValue(loadAlikes)

// alikes says what a picture or a rare character is typed for: the characters
// it may stand for, or a gap for the number in a circle that only parts two.
type alikes struct {
	readings map[rune][]rune
	most     int // readings of one
}

func loadAlikes() *alikes {
	t := &alikes{readings: map[rune][]rune{}}
	for line := range strings.Lines(alikeData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for row := range strings.FieldsSeq(line) {
			r, n := utf8.DecodeRuneInString(row)
			t.readings[r] = []rune(row[n:])
			t.most = max(t.most, len(t.readings[r]))
		}
	}
	return t
}

// gapReading is the reading of what only parts characters.
const gapReading = '·'

// alikeRunes are those that make a text worth another reading.
func alikeRunes() string {
	var b strings.Builder
	b.WriteRune(keycap)
	for r := range alikeTable().readings {
		b.WriteRune(r)
	}
	return b.String()
}

// alike rewrites text with the n-th reading of each picture and look-alike, or
// their last, and reports whether that is another text than for smaller n.
func (d *decoder) alike(text string, n int) bool {
	d.reset()
	at := int32(0)
	var before, last rune // the two before r
	for i, r := range text {
		at++
		readings := alikeTable().readings[r]
		if last == zeroWidthJoiner && !isHan(before) {
			readings = nil // a part of the picture before it
		}
		before, last = last, r
		switch {
		case isDigit(r) && keycapFollows(text[i+1:]):
			d.put(gapReading, at, n == 0)
			if n == 0 {
				d.kinds |= trickSpaces
			}
		case len(readings) == 0:
			d.put(r, at, false)
		default:
			reading := readings[min(n, len(readings)-1)]
			d.put(reading, at, n < len(readings))
			if n < len(readings) {
				d.kinds |= alikeKind(r, reading)
			}
		}
	}
	return d.kinds != 0
}

// alikeKind names the step from r to its reading.
func alikeKind(r, reading rune) trick {
	switch {
	case reading == gapReading:
		return trickSpaces
	case isHan(r):
		return trickLookalike
	}
	return trickPicture
}

// keycapFollows reports whether the digit before text is drawn as a key.
func keycapFollows(text string) bool {
	return strings.HasPrefix(strings.TrimPrefix(text, "\ufe0f"), string(rune(keycap)))
}
