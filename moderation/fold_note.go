package moderation

// Notes of a rune. Folding adds up those of a message, so that nearly every one
// is known to hold no link, no shape and no pinyin when it has been folded.
const (
	noteDot     cell = 1 << (noteShift + iota) // may part the labels of a link
	noteColon                                  // stands behind a scheme or before a port
	noteLabel                                  // may belong to the label or the slashes behind one of both
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

// All of these notes together make a thing possible.
const (
	noteLink    = noteDot | noteLabel
	noteWordDot = noteD | noteO | noteT
	noteNumbers = noteDot | noteColon | noteDigit // an address with its port
	noteAddress = noteStreet | noteHouse | noteRoom | noteDigit
)

const (
	// linkDots part labels before a domain of Latin letters or Han.
	linkDots = ".․﹒。｡·•●∙⋅‧・･○◦▪句⚫⚪🔴🔵点點奌丶,、"
	// linkSigns are enough for a link: what hides a rune in it, and the end of an
	// IPv6 address.
	linkSigns = "]" + encodings
	// linkLabels are slashes, and one character of every domain in hanTLDs.
	linkLabels = "/\\国國司网網线城团港湾灣企政益爱"
)

// sign is a note with the runes that get it, however they are written.
type sign struct {
	note  cell
	runes string
}

func signs() []sign {
	return []sign{
		{noteDot, linkDots},
		{noteColon, ":"},
		{noteLabel, linkLabels},
		{noteLink, linkSigns},
		{noteD, "d"},
		{noteO, "o0"},
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

// has reports whether the text folded last has all of some notes.
func (f *Folded) has(notes cell) bool { return f.notes&notes == notes }

// mayHoldLink reports whether the text folded last can hold a link.
func (f *Folded) mayHoldLink() bool {
	return f.has(noteLink) || f.has(noteColon|noteLabel) || f.has(noteWordDot) || f.has(noteNumbers)
}

// mayHoldEncoded reports whether the text folded last can hold an encoded
// character.
func (f *Folded) mayHoldEncoded() bool { return f.has(noteEncoded) }

// mayHoldAlike reports whether another reading of the text folded last is worth
// a look.
func (f *Folded) mayHoldAlike() bool { return f.has(noteAlike) }

// mayHoldShape reports whether the text folded last can hold a shape: the sign
// of a phrase, all that an address has, the digits of a number or a code.
func (f *Folded) mayHoldShape() bool {
	return f.has(notePhrase) || f.has(noteAddress) || f.has(noteDigit) && f.mayHoldNumber() ||
		f.has(noteCode) && f.notes&(noteDigit|noteLatin) != 0 && f.mayHoldCode()
}

// mayHoldNumber counts the digits of the shortest personal number. It does not
// branch on what the text says.
func (f *Folded) mayHoldNumber() bool {
	digits := 0
	for _, c := range f.cells {
		digits += 1 << classDigit >> c.class() & 1
	}
	return digits >= leastPersonal
}

// mayHoldCode looks for the letters and digits of the shortest code in a row.
func (f *Folded) mayHoldCode() bool {
	run := 0
	for _, c := range f.cells {
		if run++; c.class() != classLatin && c.class() != classDigit {
			run = 0
		}
		if run >= minCode {
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
