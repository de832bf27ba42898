package moderation

import "strings"

// Notes of a rune, in the bits of the table that marks take in a cell. Folding
// adds up those of a message, so that nearly every one is known to hold no link
// and no shape when it has been folded.
const (
	noteDot   cell = 1 << 29 // may part the labels or the scheme of a link
	noteLabel cell = 1 << 30 // may belong to a label, or to the slashes behind a scheme
	noteShape cell = 1 << 31 // one of shapeSigns
	allNotes       = noteDot | noteLabel | noteShape
)

const (
	// linkDots are enough for a link, with any label: what hides a rune in a
	// link, the dot of an address of numbers or Han, the end of an IPv6 address.
	linkDots = ".․﹒%&\\]"
	// substituteDots part labels only before a domain of Latin letters, and a
	// colon stands behind such letters or before slashes. The d is that of the word dot.
	substituteDots = "。｡·•●∙⋅‧・･○◦点點奌丶,、:d"
	linkSlashes    = "/\\"
)

// mayHoldLink reports whether the text folded last can hold a link.
func (f *Folded) mayHoldLink() bool { return f.notes&(noteDot|noteLabel) == noteDot|noteLabel }

// mayHoldShape reports whether the text folded last can hold a shape: one of
// its signs, a code, or the digits of a number in groups.
func (f *Folded) mayHoldShape() bool {
	return f.notes&noteShape != 0 || f.narrow >= minCode && f.mayHoldCode()
}

// mayHoldCode looks for the letters and digits of the shortest code in a row, or
// for as many digits as the shortest personal number has.
func (f *Folded) mayHoldCode() bool {
	run, digits := 0, 0
	for _, c := range f.cells {
		switch c.class() {
		case classDigit:
			run++
			digits++
		case classLatin:
			run++
		default:
			run = 0
		}
		if run >= minCode || digits >= leastPersonal {
			return true
		}
	}
	return false
}

// noteOf returns the notes of a rune by what is written.
func noteOf(r rune) cell {
	var notes cell
	if strings.ContainsRune(linkDots, r) {
		notes |= noteDot | noteLabel
	}
	if strings.ContainsRune(substituteDots, r) {
		notes |= noteDot
	}
	if strings.ContainsRune(linkSlashes, r) {
		notes |= noteLabel
	}
	if strings.ContainsRune(shapeSigns, r) {
		notes |= noteShape
	}
	return notes
}

// annotate adds the notes to a table just loaded. Pages that several blocks
// share change nothing, so on them only the runes named here have notes.
func (t *pageTable) annotate() {
	blocks := make([]int, len(t.pages))
	for _, p := range t.index {
		blocks[p]++
	}
	noted := map[rune]cell{}
	for _, r := range linkDots + substituteDots + linkSlashes + shapeSigns {
		noted[r] = noteOf(r)
		if p := t.index[r>>8]; blocks[p] > 1 {
			blocks[p]--
			t.index[r>>8] = uint16(len(t.pages))
			t.pages = append(t.pages, t.pages[p])
			blocks = append(blocks, 1)
		}
	}
	for p := range t.pages {
		for i, e := range t.pages[p] {
			t.pages[p][i] = e | noteOfClass(e)
		}
	}
	for block, p := range t.index {
		if blocks[p] > 1 {
			continue
		}
		for i, e := range t.pages[p] {
			r := rune(block<<8 | i)
			t.pages[p][i] |= noted[r] | noted[t.folded(e, r)]
		}
	}
}

// folded is what an entry makes of r, if that is one rune.
func (t *pageTable) folded(e cell, r rune) rune {
	if e.class() >= classDrop {
		return r
	}
	return (e ^ cell(r)).r()
}

// noteOfClass lets everything that is no Han, no digit and no sign be in a
// label, which is more than the Latin letters in every domain.
func noteOfClass(e cell) cell {
	switch e.class() {
	case classLatin, classOther, classDrop, classExpand:
		return noteLabel
	}
	return 0
}
