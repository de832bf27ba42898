package moderation

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed variant_alike.txt
var alikeData string

// alikeTable says what a picture or a rare character is typed for: the
// characters it may stand for, or a gap for the number in a circle or on a key
// that only parts two.
var alikeTable = sync.OnceValue(func() map[rune][]rune {
	readings := map[rune][]rune{keycap: {gapReading}}
	for line := range strings.Lines(alikeData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for row := range strings.FieldsSeq(line) {
			r, n := utf8.DecodeRuneInString(row)
			readings[r] = []rune(row[n:])
		}
	}
	return readings
})

// gapReading is the reading of what only parts characters.
const gapReading = '·'

// alikeRunes are those that make a text worth another reading.
func alikeRunes() string {
	var b strings.Builder
	for r := range alikeTable() {
		b.WriteRune(r)
	}
	return b.String()
}

// read puts another reading of text, of which f is the fold, into f: the n-th
// one of each picture and look-alike, or their last. It reports whether that is
// another text than for smaller n.
func (f *Folded) read(text string, n int) (other bool) {
	f.cells, f.at = f.cells[:f.typed], f.at[:f.typed]
	next, i := 0, 0 // the cells and runes read so far
	var previous rune
	for at, r := range text {
		first := next
		for next < f.typed && int(f.at[next]) == i {
			next++
		}
		i++
		if first == next {
			continue
		}
		readings := f.readings(text[at:], r)
		if f.cells[first]&markJoined != 0 && !isHan(previous) {
			readings = nil // a part of the picture before it
		}
		previous = r
		if n < len(readings) {
			other = true
			f.standFor(f.cells[first:next], r, readings[n])
		}
	}
	if other && len(f.reversed) > 0 {
		f.appendReversed()
	}
	return other
}

// readings are those of r, which begins text.
func (f *Folded) readings(text string, r rune) []rune {
	if isDigit(r) && keycapFollows(text[1:]) {
		r = keycap
	}
	if f.table.entry(r)&noteAlike == 0 {
		return nil
	}
	return alikeTable()[r]
}

// standFor replaces the cells of r by its reading.
func (f *Folded) standFor(cells []cell, r, reading rune) {
	how := stepAlike
	if isHan(reading) && !isHan(r) {
		how = stepPicture
	}
	c := f.table.entry(reading) ^ cell(reading)
	c = c&^stepMask | cell(how)<<stepShift
	f.notes |= c
	for i, old := range cells {
		cells[i] = c | old&(markHidden|markJoined)
	}
}

// keycapFollows reports whether the digit before text is drawn as a key.
func keycapFollows(text string) bool {
	return strings.HasPrefix(strings.TrimPrefix(text, "\ufe0f"), string(rune(keycap)))
}
