package moderation

import (
	"strings"
	"unicode/utf8"
)

// A cell is one folded rune with what is known of it: the rune in the low 21
// bits, its class, the step that changed it, marks of its surroundings, its notes
// and its tone.
type cell uint64

const (
	runeMask   cell = 1<<21 - 1
	classShift      = 21
	stepShift       = 24
	stepMask   cell = 31 << stepShift

	markReversed cell = 1 << 29 // stands in a range shown from right to left
	markJoined   cell = 1 << 30 // an invisible joiner stood before it
	markHidden   cell = 1 << 31 // something invisible was dropped before it

	noteShift = 32
	toneShift = 64 - toneBits
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
func (c cell) step() step     { return step(c & stepMask >> stepShift) }
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
	stepPicture // of another reading, see read; the tables have none
	stepAlike   // the same
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
	table    *pageTable
	cells    []cell
	at       []int32
	reversed [][2]int // ranges of cells shown from right to left
	typed    int      // cells before the copy in the order shown
	code     []byte   // scratch of the cover
	spots    []spot   // scratch of the gate
	heard    []spot   // the same, of sounds
	joins    []join   // the same
	regional bool     // letters of flags occur
	notes    cell     // of all runes
}

// Fold replaces what f holds by the folded text. It takes one look into the
// table for each rune and allocates only when the buffers must grow. Folding
// the result once more changes nothing.
func (f *Folded) Fold(text string) {
	f.reset(len(text))
	f.runes(text)
	if f.regional {
		f.flags()
	}
	if f.notes&noteBracket != 0 {
		f.emoticons()
	}
	f.typed = len(f.cells)
	if len(f.reversed) > 0 && f.typed > 0 {
		f.appendReversed()
	}
}

// runes folds text rune by rune.
func (f *Folded) runes(text string) {
	var marks cell // of what was dropped before the next cell
	opened := -1   // the cell at which an override begins
	for i := 0; ; i++ {
		n := len(f.cells)
		text = f.ordinary(text, i)
		if len(f.cells) > n {
			f.cells[n] |= marks
			marks = 0
			i += len(f.cells) - n
		}
		if text == "" {
			break
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		e := f.table.entry(r)
		f.notes |= e
		switch e.class() {
		default:
			f.put(e^cell(r)|marks, i)
			marks = 0
		case classExpand:
			f.expand(f.table.expansion(e), e&stepMask, i)
			marks = 0
		case classDrop:
			marks |= markHidden
			if r == zeroWidthJoiner {
				marks |= markJoined
			}
			opened = f.direction(r, opened)
		}
	}
	if opened >= 0 {
		f.reversed = append(f.reversed, [2]int{opened, len(f.cells)})
	}
}

// ordinary folds the runes text begins with, which are i-th and following, and
// returns the rest from the first one on that is neither ASCII nor of three
// bytes or becomes other than one cell. Hardly a text has such, so this loop is
// kept small.
func (f *Folded) ordinary(text string, i int) (rest string) {
	first, room := len(f.cells), min(cap(f.cells), cap(f.at))
	cells := f.cells[first:room]
	at := f.at[first:room][:len(cells)]
	table, notes := &f.table.basic, f.notes
	n, b := 0, uint(0)
	for ; n < len(cells) && b < uint(len(text)); n++ {
		r, size := uint(text[b]), uint(1)
		if r >= utf8.RuneSelf {
			if b+2 >= uint(len(text)) {
				break
			}
			r, size = three(r, uint(text[b+1])<<8|uint(text[b+2])), 3
			if r == 0 {
				break
			}
		}
		e := table[r&0xFFFF]
		if e.class() >= classDrop {
			break
		}
		notes |= e
		cells[n], at[n] = e^cell(r), int32(i+n)
		b += size
	}
	f.cells, f.at = f.cells[:first+n], f.at[:first+n]
	f.notes = notes
	return text[b:]
}

// three is the rune of a byte and the two behind it, 0 if they are none or one
// that needs a closer look.
func three(lead, tail uint) uint {
	if lead&0xF0 != 0xE0 || lead == 0xE0 || lead == 0xED || tail&0xC0C0 != 0x8080 {
		return 0
	}
	return lead&0xF<<12 | tail>>2&0xFC0 | tail&0x3F
}

// reset makes room: no rune of n bytes folds to more than 3n/2 runes.
func (f *Folded) reset(size int) {
	if f.table == nil {
		f.table = foldTable()
	}
	if room := size + size/2 + 8; min(cap(f.cells), cap(f.at)) < room {
		f.cells, f.at = make([]cell, room), make([]int32, room)
	}
	f.cells, f.at, f.notes = f.cells[:0], f.at[:0], 0
	f.reversed, f.regional = f.reversed[:0], false
}

func (f *Folded) put(c cell, i int) { f.cells, f.at = append(f.cells, c), append(f.at, int32(i)) }

// expand writes a rune that folds to several.
func (f *Folded) expand(runes []cell, step cell, i int) {
	f.regional = f.regional || step.step() == stepRegional
	for _, c := range runes {
		f.put(c|step, i)
	}
}

// direction follows right-to-left overrides and returns where the open one
// began, or -1.
func (f *Folded) direction(r rune, opened int) int {
	n := len(f.cells)
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
// off by a line break, since a range of it is overridden: so both readings are
// matched.
func (f *Folded) appendReversed() {
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
