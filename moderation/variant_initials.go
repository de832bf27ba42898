package moderation

import (
	"math/bits"
	"strings"
)

// maxInitials is how many initials in a row are looked for.
const maxInitials = 5

// initials finds keywords typed as the first letters of their syllables: all
// of them, those before some place in it, or those behind. With every
// character read as its initial a keyword is one word however it is typed; the
// gate holds a run of that word, and the text is read so around its Latin
// letters.
type initials struct {
	gate    gate
	entries []entry
	sizes   uint8 // bit n: some run in the gate has n letters
}

// initial is the number of the first letter of how c is read, 0 for none.
func (h *hanInfo) initial(c cell) uint64 {
	if isPlainLatin(c) {
		return uint64(c.r()-'a') + 1
	}
	return uint64(h.initials[c.tone()&toneMask])
}

const initialBits = 5

// initialKey is that of the last n of a row of initials.
func initialKey(row uint64, n int) uint64 {
	return 1<<(maxInitials*initialBits+n) | row&(1<<(n*initialBits)-1)
}

// addInitials notes that a form may be typed as initials, if it can be.
func (b *builder) addInitials(id int32) {
	cells := b.lex.cellsOf(&b.lex.forms[id])
	latin := 0
	for _, c := range cells {
		if b.lex.han.initial(c) == 0 {
			return
		}
		if isPlainLatin(c) {
			latin++
		}
	}
	if len(cells) > 1 && latin < len(cells) {
		b.initials = append(b.initials, id)
	}
}

func (l *Lexicon) newInitials(forms []int32) initials {
	s := initials{gate: newGate(len(forms)), entries: make([]entry, 0, len(forms))}
	var owners crowd
	for _, id := range forms {
		key, at, n := l.rarestInitials(l.cellsOf(&l.forms[id]), &owners)
		owners.add(key)
		s.sizes |= 1 << n
		s.entries = append(s.entries, entry{form: id, next: s.gate.put(key, int32(len(s.entries))), at: uint8(at)})
	}
	return s
}

// rarestInitials chooses the run that the fewest forms have so far.
func (l *Lexicon) rarestInitials(cells []cell, owners *crowd) (key uint64, at, n int) {
	n = min(len(cells), maxInitials)
	row, fewest := uint64(0), 1<<30
	for i, c := range cells {
		row = row<<initialBits | l.han.initial(c)
		if i+1 < n {
			continue
		}
		if k := initialKey(row, n); owners.of(k) < fewest {
			key, at, fewest = k, i+1-n, owners.of(k)
		}
	}
	return key, at, n
}

// find appends the keywords typed as initials of which the last Latin letter in
// the gate's run lies in the cells [from, to), which are all Latin.
func (s *initials) find(l *Lexicon, f *Folded, from, to int, dst []Hit) []Hit {
	if s.sizes == 0 {
		return dst
	}
	var places [maxInitials]int // of the last letters
	row, length, behind := uint64(0), 0, 0
	for i := s.reach(l, f, from); i < len(f.cells) && behind < maxInitials; i++ {
		c := f.cells[i]
		if !c.isLetter() {
			continue
		}
		letter := l.han.initial(c)
		if letter == 0 || i >= to && isPlainLatin(c) {
			break
		}
		row = row<<initialBits | letter
		places[length%maxInitials] = i
		length++
		if i < from {
			continue
		}
		if i >= to {
			behind++
		}
		for sizes := s.sizes >> (behind + 1) << (behind + 1); sizes != 0; sizes &= sizes - 1 {
			n := bits.TrailingZeros8(sizes)
			if n > length {
				break
			}
			if id := s.gate.get(initialKey(row, n)); id >= 0 {
				dst = s.compare(l, f, id, places[(length-n)%maxInitials], dst)
			}
		}
	}
	return dst
}

// reach is the first of the letters before cell i that a run with the letter
// there may hold.
func (s *initials) reach(l *Lexicon, f *Folded, i int) int {
	for range maxInitials - 1 {
		before := next(f.cells, i, -1)
		if before < 0 || l.han.initial(f.cells[before]) == 0 {
			break
		}
		i = before
	}
	return i
}

// compare compares the forms whose run of initials begins at cell i.
func (s *initials) compare(l *Lexicon, f *Folded, id int32, i int, dst []Hit) []Hit {
	for ; id >= 0; id = s.entries[id].next {
		form := &l.forms[s.entries[id].form]
		t := reading{trial: trial{cells: f.cells, want: l.cellsOf(form), form: form}, han: l.han, initials: true}
		if t.run(i, int(s.entries[id].at)) && t.abbreviated() && t.edges(l.words) {
			dst = append(dst, t.hit(f))
		}
	}
	return dst
}

// everydayLatin are two letters that stand in chats as words of their own and
// are nobody's initials, like those that only repeat one (XX).
const everydayLatin = " qq ok hi no my me we he is am pm id tv pc it or so to us by go do be if in of on up an as at mm gg dd ps vs kg cm "

// abbreviated reports whether the letters typed as initials are all of them,
// the first ones or the last ones.
func (t *reading) abbreviated() bool {
	if t.typed == 0 || !t.sound() {
		return false
	}
	var characters uint64
	for k, w := range t.want {
		if !isPlainLatin(w) {
			characters |= 1 << k
		}
	}
	if t.typed == characters {
		first, last := t.cells[t.start], t.cells[t.end-1]
		return len(t.want) > 2 || first.r() != last.r() && !strings.Contains(everydayLatin, " "+text([]cell{first, last})+" ")
	}
	first, last := bits.TrailingZeros64(t.typed), bits.Len64(t.typed)
	return t.typed == characters&(1<<last-1) || t.typed == characters>>first<<first
}

// initial matches letter k as it is or as its initial.
func (t *reading) initial(i, k int) bool {
	if !isPlainLatin(t.cells[i]) || isPlainLatin(t.want[k]) {
		return t.same(i, k)
	}
	if uint64(t.cells[i].r()-'a')+1 != t.han.initial(t.want[k]) {
		return false
	}
	t.typed |= 1 << k
	t.reasons |= reasonInitials
	return t.is(i, cell(t.cells[i].r())|classLatin<<classShift)
}

func text(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteRune(c.r())
	}
	return b.String()
}
