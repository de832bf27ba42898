package moderation

import (
	"strings"
	"unicode/utf8"
)

// A cell is one folded rune with what is known of it: the rune in the low 21
// bits, its class, the step that changed it, marks of its surroundings and its
// tone.
type cell uint64

const (
	runeMask   cell = 1<<21 - 1
	classShift      = 21
	stepShift       = 24

	markReversed cell = 1 << 29 // stands in a range shown from right to left
	markJoined   cell = 1 << 30 // an invisible joiner stood before it
	markHidden   cell = 1 << 31 // something invisible was dropped before it

	toneShift = 32
)

// Classes of folded runes. Those from classGap on are no letters; gen writes
// the same numbers.
const (
	classOther = iota
	classHan
	classLatin
	classDigit
	classGap  // punctuation, spaces, symbols, emoji
	classStop // 。！？ and line breaks
	classDrop
	classExpand
)

func (c cell) r() rune        { return rune(c & runeMask) }
func (c cell) class() int     { return int(c >> classShift & 7) }
func (c cell) step() step     { return step(c >> stepShift & 31) }
func (c cell) isLetter() bool { return c>>classShift&7 < classGap }

// isHan reports a character, also one that folded to a digit.
func (c cell) isHan() bool { return c.class() == classHan || c.step().isNumeral() }

// A step is what folding did to one rune; gen writes the same numbers. Those
// from stepAccent on are guesses: a hit that needs one is disguised.
type step uint8

const (
	stepNone step = iota
	stepCase
	stepWidth
	stepCompat
	stepTraditional
	stepAmbiguous // one simplified form of several traditional ones
	stepJapanese
	stepRadical
	stepAccent
	stepStyled
	stepRegional
	stepNumeral // of running text: a keyword has them too
	stepDigit   // formal and spoken ones
	stepLookalike
)

// isNumeral reports a digit that was written as a character.
func (s step) isNumeral() bool { return s == stepNumeral || s == stepDigit }

const (
	zeroWidthJoiner   = '\u200d'
	rightToLeft       = '\u202e' // override: shown from right to left
	popDirection      = '\u202c'
	popIsolate        = '\u2069'
	maxReversedRanges = 64
)

// Folded is a message folded for matching: letters in one common form,
// invisible runes dropped, everything else kept as gaps, each with the index
// of the original rune it came from. Its buffers are reused by the next Fold.
// It is not safe for concurrent use; the zero value is ready.
type Folded struct {
	cells    []cell
	at       []int32
	reversed [][2]int // ranges of cells shown from right to left
	typed    int      // cells before the copy in the order shown
	code     []byte   // scratch of the cover
	spots    []spot   // scratch of the gate
	heard    []spot   // the same, of sounds
	joins    []join   // the same
	regional bool     // letters of flags occur
	notes    cell     // of all runes, in the bits of allNotes
}

// Fold replaces what f holds by the folded text. It takes one look into the
// table for each rune and allocates only when the buffers must grow. Folding
// the result once more changes nothing.
func (f *Folded) Fold(text string) {
	f.reset(len(text))
	t := foldTable()
	cells := f.cells
	at := f.at[:len(cells)]
	var marks, notes cell
	n, i, opened := 0, 0, -1
	for b := 0; b < len(text); i++ {
		r, size := rune(text[b]), 1
		if r >= utf8.RuneSelf {
			if r, size = 0, 3; b+2 < len(text) {
				r = decode3(text[b], text[b+1], text[b+2])
			}
			if r == 0 {
				r, size = utf8.DecodeRuneInString(text[b:])
			}
		}
		b += size
		e := t.pages[t.index[uint32(r)>>8]][uint8(r)]
		notes |= e
		if e>>classShift&7 < classDrop {
			cells[n] = e&^allNotes ^ cell(r) | marks
			at[n] = int32(i)
			n++
			marks = 0
		} else if e>>classShift&7 == classExpand {
			n = f.expand(t.expansion(e), e&(31<<stepShift), n, i)
			marks = 0
		} else {
			marks |= markHidden
			if r == zeroWidthJoiner {
				marks |= markJoined
			}
			opened = f.direction(r, opened, n)
		}
	}
	f.cells, f.at = cells[:n], at[:n]
	f.notes = notes
	if opened >= 0 {
		f.reversed = append(f.reversed, [2]int{opened, n})
	}
	if f.regional {
		f.flags()
	}
	if strings.IndexByte(text, '[') >= 0 {
		f.emoticons()
	}
	f.appendReversed()
}

// decode3 is the rune of three bytes, 0 if they are none or one that needs a
// closer look. Nearly all text that is not ASCII is made of them.
func decode3(a, b, c byte) rune {
	if a <= 0xE0 || a == 0xED || a > 0xEF || b>>6 != 2 || c>>6 != 2 {
		return 0
	}
	return rune(a&0x0F)<<12 | rune(b&0x3F)<<6 | rune(c&0x3F)
}

func (f *Folded) reset(size int) {
	if room := size + size/2 + 8; cap(f.cells) < room {
		f.cells, f.at = make([]cell, room), make([]int32, room)
	}
	f.cells, f.at = f.cells[:cap(f.cells)], f.at[:cap(f.cells)]
	f.reversed, f.regional = f.reversed[:0], false
}

// expand writes a rune that folds to several. No rune of n bytes folds to more
// than 3n/2 runes, which is the room reset made.
func (f *Folded) expand(runes []cell, step cell, n, i int) int {
	f.regional = f.regional || step.step() == stepRegional
	for _, c := range runes {
		f.cells[n], f.at[n] = c|step, int32(i)
		n++
	}
	return n
}

// direction follows right-to-left overrides and returns where the open one
// began, or -1.
func (f *Folded) direction(r rune, opened, n int) int {
	switch r {
	case rightToLeft:
		if opened < 0 && len(f.reversed) < maxReversedRanges {
			return n
		}
	case popDirection, popIsolate:
		if opened >= 0 {
			f.reversed = append(f.reversed, [2]int{opened, n})
		}
		return -1
	}
	return opened
}

// appendReversed adds the text once more in the order in which it is shown, set
// off by a line break, if a range of it is overridden: so both readings are
// matched.
func (f *Folded) appendReversed() {
	f.typed = len(f.cells)
	if len(f.reversed) == 0 || f.typed == 0 {
		return
	}
	f.show(f.typed-1, cell('\n')|classStop<<classShift)
	next := 0
	for _, span := range f.reversed {
		for ; next < span[0]; next++ {
			f.show(next, f.cells[next])
		}
		for i := span[1] - 1; i >= span[0]; i-- {
			f.show(i, f.cells[i]|markReversed)
		}
		next = span[1]
	}
	for ; next < f.typed; next++ {
		f.show(next, f.cells[next])
	}
}

// show appends a cell that comes from where the i-th does.
func (f *Folded) show(i int, c cell) {
	f.cells, f.at = append(f.cells, c), append(f.at, f.at[i])
}

// Len is the number of folded runes.
func (f *Folded) Len() int { return len(f.cells) }

// At is the index of the original rune the i-th folded rune came from.
func (f *Folded) At(i int) int { return int(f.at[i]) }

// plain is how many cells there are before the copy in the order shown.
func (f *Folded) plain() int { return f.typed }

// String is the folded text.
func (f *Folded) String() string {
	var b strings.Builder
	b.Grow(3 * len(f.cells))
	for _, c := range f.cells {
		b.WriteRune(c.r())
	}
	return b.String()
}

// traditional counts the cells that were traditional characters.
func traditional(cells []cell) int {
	n := 0
	for _, c := range cells {
		if s := c.step(); s == stepTraditional || s == stepAmbiguous {
			n++
		}
	}
	return n
}

// FoldString folds a short text such as a keyword.
func FoldString(text string) string {
	var f Folded
	f.Fold(text)
	return f.String()
}
