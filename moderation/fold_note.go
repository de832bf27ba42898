package moderation

// Notes of a rune. Folding adds up those of a message, so that nearly every one
// is known to hold no link, no shape and no pinyin when it has been folded.
const (
	noteDot     cell = 1 << (noteShift + iota) // may part the labels or the scheme of a link
	noteLabel                                  // may belong to a label, or to the slashes behind a scheme
	noteD                                      // the letters of the word dot
	noteO                                      //
	noteT                                      //
	noteEncoded                                // may begin an encoded character
	noteBracket                                // may begin the name of a picture
	notePhrase                                 // one of phraseSigns
	noteCode                                   // one of codeSigns
	noteStreet                                 // one of streetSigns
	noteHouse                                  // one of houseSigns
	noteRoom                                   // one of roomSigns
	noteAlike                                  // may be typed for another character
	noteDigit                                  // folds to a digit
	noteLatin                                  // folds to a Latin letter
)

const (
	noteLink    = noteDot | noteLabel
	noteWordDot = noteD | noteO | noteT
	noteAddress = noteStreet | noteHouse | noteRoom | noteDigit
)

const (
	// linkDots are enough for a link, with any label: what hides a rune in a
	// link, the dot of an address of numbers or Han, the end of an IPv6 address.
	linkDots = ".․﹒]" + encodings
	// substituteDots part labels only before a domain of Latin letters, and a
	// colon stands behind such letters or before slashes.
	substituteDots = "。｡·•●∙⋅‧・･○◦⚫⚪🔴🔵点點奌丶,、:"
	linkSlashes    = "/\\"
)

// sign is a note with the runes that get it, however they are written.
type sign struct {
	note  cell
	runes string
}

func signs() []sign {
	return []sign{
		{noteLink, linkDots},
		{noteDot, substituteDots},
		{noteLabel, linkSlashes},
		{noteD, "d"},
		{noteO, "o"},
		{noteT, "t"},
		{noteEncoded, encodings},
		{noteBracket, "["},
		{notePhrase, phraseSigns},
		{noteCode, codeSigns},
		{noteStreet, streetSigns},
		{noteHouse, houseSigns},
		{noteRoom, roomSigns},
		{noteAlike, alikeRunes()},
	}
}

// mayHoldLink reports whether the text folded last can hold a link.
func (f *Folded) mayHoldLink() bool {
	return f.notes&noteLink == noteLink || f.notes&noteWordDot == noteWordDot
}

// mayHoldEncoded reports whether the text folded last can hold an encoded
// character.
func (f *Folded) mayHoldEncoded() bool { return f.notes&noteEncoded != 0 }

// mayHoldAlike reports whether another reading of the text folded last is worth
// a look.
func (f *Folded) mayHoldAlike() bool { return f.notes&noteAlike != 0 }

// mayHoldShape reports whether the text folded last can hold a shape: the sign
// of a phrase, all that an address has, a code, or the digits of a number in
// groups.
func (f *Folded) mayHoldShape() bool {
	return f.notes&notePhrase != 0 || f.notes&noteAddress == noteAddress ||
		f.notes&(noteDigit|noteCode) != 0 && f.mayHoldCode()
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
		if run >= minCode && f.notes&noteCode != 0 || digits >= leastPersonal {
			return true
		}
	}
	return false
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
			t.pages[p][i] = e | t.noteOfClass(e, noted) | noted[r] | noted[t.folded(e, r)] | t.toneOf(han, e, r)
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
	for _, s := range signs() {
		for _, r := range s.runes {
			noted[r] |= s.note
			own(r >> 8)
		}
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
// label, which is more than the Latin letters in every domain. A link has no use
// for the dots of an ellipsis.
func (t *pageTable) noteOfClass(e cell, noted map[rune]cell) (notes cell) {
	switch e.class() {
	case classLatin:
		return noteLabel | noteLatin
	case classDigit:
		return noteDigit
	case classOther, classDrop:
		return noteLabel
	case classExpand:
		for _, c := range t.expansion(e) {
			notes |= t.noteOfClass(c, noted) | noted[c.r()]&^noteLink
		}
	}
	return notes
}
