package moderation

import "strings"

// Notes of a rune, in bits of the table that no cell has from there: marks take
// three of them. Folding adds up those of a message, so that nearly every one is
// known to hold no link, no shape and no pinyin when it has been folded.
const (
	noteDot   cell = 1 << 29 // may part the labels or the scheme of a link
	noteLabel cell = 1 << 30 // may belong to a label, or to the slashes behind a scheme
	noteShape cell = 1 << 31 // one of phraseSigns
	noteHouse cell = 1 << 61 // one of houseSigns
	noteDigit cell = 1 << 62 // folds to a digit
	noteLatin cell = 1 << 63 // folds to a Latin letter
	allNotes       = noteDot | noteLabel | noteShape | noteHouse | noteDigit | noteLatin
)

const (
	// linkDots are enough for a link, with any label: what hides a rune in a
	// link, the dot of an address of numbers or Han, the end of an IPv6 address.
	linkDots = ".․﹒%&\\]"
	// substituteDots part labels only before a domain of Latin letters, and a
	// colon stands behind such letters or before slashes. The d is that of the word dot.
	substituteDots = "。｡·•●∙⋅‧・･○◦⚫⚪🔴🔵点點奌丶,、:d"
	linkSlashes    = "/\\"
)

// mayHoldLink reports whether the text folded last can hold a link.
func (f *Folded) mayHoldLink() bool { return f.notes&(noteDot|noteLabel) == noteDot|noteLabel }

// mayHoldShape reports whether the text folded last can hold a shape: the sign
// of a phrase, a house with its number, a code, or the digits of a number in
// groups.
func (f *Folded) mayHoldShape() bool {
	return f.notes&noteShape != 0 || f.notes&(noteHouse|noteDigit) == noteHouse|noteDigit ||
		f.notes&(noteDigit|noteLatin) != 0 && f.mayHoldCode()
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
	if strings.ContainsRune(phraseSigns, r) {
		notes |= noteShape
	}
	if strings.ContainsRune(houseSigns, r) {
		notes |= noteHouse
	}
	return notes
}

// annotate adds notes and tones to a table just loaded. Pages that several
// blocks share change nothing and hold no character of the first block, so both
// are the same for all of their blocks.
func (t *pageTable) annotate(han *hanInfo) {
	for i, c := range t.expansions {
		t.expansions[i] = c | t.toneOf(han, c, 0)
	}
	noted := t.noted()
	done := make([]bool, len(t.pages))
	for block, p := range t.index {
		if done[p] {
			continue
		}
		done[p] = true
		for i, e := range t.pages[p] {
			r := rune(block<<8 | i)
			t.pages[p][i] = e | t.noteOfClass(e) | noted[r] | noted[t.folded(e, r)] | t.toneOf(han, e, r)
		}
	}
}

// noted are the notes of single runes, whose blocks get pages of their own.
func (t *pageTable) noted() map[rune]cell {
	blocks := make([]int, len(t.pages))
	for _, p := range t.index {
		blocks[p]++
	}
	own := func(block rune) {
		if p := t.index[block]; blocks[p] > 1 {
			blocks[p]--
			t.index[block] = uint16(len(t.pages))
			t.pages = append(t.pages, t.pages[p])
			blocks = append(blocks, 1)
		}
	}
	noted := map[rune]cell{}
	for _, r := range linkDots + substituteDots + linkSlashes + phraseSigns + houseSigns {
		noted[r] = noteOf(r)
		own(r >> 8)
	}
	for block := rune(firstHan >> 8); block <= lastHan>>8; block++ {
		own(block)
	}
	return noted
}

// toneOf is the tone of what an entry makes of r, where a cell has it.
func (t *pageTable) toneOf(han *hanInfo, e cell, r rune) cell {
	if !e.isLetter() {
		return 0
	}
	return cell(han.tone(t.folded(e, r))) << toneShift
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
func (t *pageTable) noteOfClass(e cell) cell {
	switch e.class() {
	case classLatin:
		return noteLabel | noteLatin
	case classDigit:
		return noteDigit
	case classOther, classDrop:
		return noteLabel
	case classExpand:
		notes := noteLabel
		for _, c := range t.expansion(e) {
			notes |= t.noteOfClass(c)
		}
		return notes
	}
	return 0
}
