package moderation

import (
	"math/bits"
	"strings"
)

// maxInitials is how many initials in a row are looked for.
const maxInitials = 5

// initials finds keywords typed as the first letters of their syllables: all
// of them, those before some place in it, or those behind. So the first letter
// or the last is Latin. With every character read as its initial a keyword is
// one word however it is typed; the gate holds the beginning and the end of that
// word, and the text is read so from each end of its Latin runs.
type initials struct {
	gate    gate
	entries []entry
	sizes   uint8  // bit n: some key in the gate has n letters
	longest int    // letters of a keyword
	heads   couple // the first two initials of the longer keys
	tails   couple // the last two
}

// couple is a set of rows of two initials.
type couple [1 << (2 * initialBits) / 64]uint64

func (s *couple) add(row uint64)      { s[row/64] |= 1 << (row % 64) }
func (s *couple) has(row uint64) bool { return s[row/64%uint64(len(s))]>>(row%64)&1 != 0 }

// initial is the number of the first letter of how c is read, 0 for none.
func (h *hanInfo) initial(c cell) uint64 {
	if isPlainLatin(c) {
		return uint64(c.r()-'a') + 1
	}
	return uint64(h.initials[c.tone()&toneMask])
}

const initialBits = 5

// initialKey is that of a row of n initials.
func initialKey(row uint64, n int) uint64 { return 1<<(maxInitials*initialBits+n) | row }

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
	s := initials{gate: newGate(2 * len(forms)), entries: make([]entry, 0, 2*len(forms))}
	for _, id := range forms {
		cells := l.cellsOf(&l.forms[id])
		n := min(len(cells), maxInitials)
		s.put(id, 0, l.han.initialsOf(cells[:n]), n)
		if last := len(cells) - n; last > 0 {
			s.put(id, last, l.han.initialsOf(cells[last:]), n)
		}
		s.longest = max(s.longest, len(cells))
	}
	return s
}

func (s *initials) put(id int32, at int, row uint64, n int) {
	s.sizes |= 1 << n
	if n > 2 {
		s.heads.add(row >> ((n - 2) * initialBits))
		s.tails.add(row & (1<<(2*initialBits) - 1))
	}
	s.entries = append(s.entries, entry{form: id, next: s.gate.put(initialKey(row, n), int32(len(s.entries))), at: uint8(at)})
}

// initialsOf are the initials of letters that have them.
func (h *hanInfo) initialsOf(cells []cell) (row uint64) {
	for _, c := range cells {
		row = row<<initialBits | h.initial(c)
	}
	return row
}

// find appends the keywords typed as initials that begin or end with the Latin
// run in the cells [from, to). No keyword ends inside of it.
func (s *initials) find(l *Lexicon, f *Folded, from, to int, dst []Hit) []Hit {
	if to-from > s.longest {
		return dst
	}
	row, least := uint64(0), min(to-from, maxInitials)
	for i, n := from, 1; n <= maxInitials && i >= 0; n++ {
		letter := l.han.initial(f.cells[i])
		if letter == 0 {
			break
		}
		if row = row<<initialBits | letter; n >= least && s.sizes>>n&1 != 0 {
			dst = s.compare(l, f, s.gate.get(initialKey(row, n)), from, dst)
		}
		if n == 2 && !s.heads.has(row) {
			break
		}
		i = next(f.cells, i, +1)
	}
	row = 0
	for i, n := to-1, 1; n <= maxInitials && i >= 0; n++ {
		letter := l.han.initial(f.cells[i])
		if letter == 0 {
			break
		}
		if row |= letter << ((n - 1) * initialBits); n >= least && s.sizes>>n&1 != 0 {
			dst = s.compare(l, f, s.gate.get(initialKey(row, n)), i, dst)
		}
		if n == 2 && !s.tails.has(row) {
			break
		}
		i = next(f.cells, i, -1)
	}
	return dst
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
