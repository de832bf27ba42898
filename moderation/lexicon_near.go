package moderation

import "math/bits"

// A tone numbers letters by how they sound: characters of one syllable have
// one, and so have a letter and the digit written for it. It is 0 for gaps only.
// Letters that are neither share the last few.
const (
	toneBits       = 9
	toneMask       = 1<<toneBits - 1
	firstLatinTone = 440 // above all syllables
	firstOtherTone = firstLatinTone + 26
)

// tone is that of a letter that comes from the fold, 0 for a gap.
func (c cell) tone() uint64 { return uint64(c >> toneShift) }

// syllable is the number of the usual toneless syllable of a character, 0 for
// none.
func (c cell) syllable() uint16 {
	if t := c.tone(); t < firstLatinTone {
		return uint16(t)
	}
	return 0
}

// tone is that of a folded letter.
func (h *hanInfo) tone(r rune) uint64 {
	if id := h.readings(r)[0]; id > 0 {
		return uint64(id)
	}
	k := canon(cell(r))
	if k >= 'a' && k <= 'z' {
		return firstLatinTone + k - 'a'
	}
	return firstOtherTone + k&0xFF%(toneMask+1-firstOtherTone)
}

// nearPairs is the first gate, for all ways in which a form may be typed: the
// tones of the two neighbouring letters at which each is looked for. It fits
// into the innermost cache.
type nearPairs [1 << (2 * toneBits) / 64]uint64

func (p *nearPairs) add(a, b uint64) {
	i := a<<toneBits | b
	p[i/64] |= 1 << (i % 64)
}

// addSingle adds a letter whatever stands before it.
func (p *nearPairs) addSingle(b uint64) {
	for a := range uint64(toneMask + 1) {
		p.add(a, b)
	}
}

func (p *nearPairs) has(a, b uint64) bool {
	i := a<<toneBits | b
	return p[i/64]>>(i%64)&1 != 0
}

// find marks by bit which of at most 64 cells make a pair with the letter before
// them; prev is the tone of the last letter before the first of them. Nothing in
// the loop depends on what the text says, so the processor need not guess.
func (p *nearPairs) find(cells []cell, prev uint64) (marks, last uint64) {
	for i, c := range cells {
		t := c.tone()
		pair := (prev<<toneBits | t) % (64 * uint64(len(p)))
		marks |= p[pair/64] >> (pair % 64) & 1 << (i % 64)
		prev = t | prev&-((t-1)>>63) // that before a gap, whose tone is 0
	}
	return marks, prev
}

// scan notes the spots of f, the sounds of its characters and what is typed as
// the parts of characters.
func (l *Lexicon) scan(f *Folded, latin bool) {
	f.spots, f.joins, f.heard = f.spots[:0], f.joins[:0], f.heard[:0]
	hears := l.sounds != nil && (latin || l.sounds.homophone)
	prev := uint64(0)
	for from := 0; from < len(f.cells); from += 64 {
		var marks uint64
		marks, prev = l.near.find(f.cells[from:min(from+64, len(f.cells))], prev)
		for ; marks != 0; marks &= marks - 1 {
			i := from + bits.TrailingZeros64(marks)
			before := next(f.cells, i, -1)
			if l.gate.singles {
				l.spot(f, canon(f.cells[i]), i, i)
			}
			if before < 0 {
				continue
			}
			if key := canon(f.cells[before])<<21 | canon(f.cells[i]); l.gate.may(mix(key)) {
				l.spot(f, key, before, i)
			}
			if hears {
				l.sounds.hear(f, before, i)
			}
		}
	}
}
