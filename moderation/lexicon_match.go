package moderation

const (
	maxGapClusters = 2  // that a step between two letters may skip
	maxGapCells    = 32 // of which the clusters may consist
	maxRepeats     = 16 // of one letter
	// Digits as long as this may be grouped (138-0013-8000); shorter ones only
	// be spaced one by one.
	groupedDigits = 7
	leetLetters   = 4 // a word this long may have letters written as digits
)

// trial is the comparison of one form with the text around one pair.
type trial struct {
	cells []cell // of the text
	want  []cell // of the form
	form  *form

	repeat bool // letters may be typed several times
	leets  bool // letters and digits may stand for each other
	split  bool // characters may be typed as their parts

	start, end int    // cells of the match
	gaps       int    // steps between letters that skipped something
	leet       int    // letters written as digits or the reverse
	typed      uint64 // letters typed as their initials, by bit
	stop       bool
	signGap    bool // a gap that holds more than spaces
	innerGap   bool // a gap that is not between a character and a Latin letter or digit
	latinGap   bool // a gap between two Latin letters
	digitGap   bool
	reasons    reasons
	ambiguous  int
}

// run matches the form with its pair's first letter at cell i.
func (t *trial) run(i int) bool {
	k := int(t.form.pair)
	return t.same(i, k) && t.walkBoth(i, i, k) && t.sound()
}

// runJoin matches the form with a letter of its pair, the first or the second,
// typed as the parts of a join.
func (t *trial) runJoin(j *join, letter int) bool {
	k := int(t.form.pair)
	for ; letter > 0; letter-- {
		for k++; !t.want[k].isLetter(); k++ {
		}
	}
	if !t.is(j.first, j.parts[0]) {
		return false
	}
	last, ok := t.rest(j.first, j.parts[1:], +1)
	t.reasons |= reasonSplit
	return ok && t.walkBoth(j.first, last, k) && t.sound()
}

// rest matches the parts of a letter from the second on.
func (t *trial) rest(i int, parts []cell, dir int) (last int, ok bool) {
	for n := range parts {
		p := parts[n]
		if dir < 0 {
			p = parts[len(parts)-1-n]
		}
		if i, ok = t.letter(i, p, dir, false); !ok {
			return 0, false
		}
	}
	return i, true
}

// same reports whether text cell i is letter k of the form.
func (t *trial) same(i, k int) bool { return t.is(i, t.want[k]) }

// is reports whether text cell i is the letter w of the form.
func (t *trial) is(i int, w cell) bool {
	c := t.cells[i]
	if c&runeMask != w&runeMask {
		if !t.leets || canon(c) != canon(w) {
			return false
		}
		t.leet++
		t.reasons |= reasonLeet
		return true
	}
	if s := c.step(); s != w.step() {
		if s == stepNone && w.step() >= stepAccent {
			s = w.step()
		}
		t.reasons |= reasons(1) << s &^ 1
		if s == stepAmbiguous {
			t.ambiguous++
		}
	}
	return true
}

// walkBoth matches the letters before and behind letter k, which is typed in the
// cells from first to last. It begins with the fewer ones: the many spellings of
// a long keyword differ in a few letters.
func (t *trial) walkBoth(first, last, k int) bool {
	if 2*k < len(t.want) {
		return t.walk(first, k, -1) && t.walk(last, k, +1)
	}
	return t.walk(last, k, +1) && t.walk(first, k, -1)
}

// walk matches the letters of the form from k on in one direction, the text
// cell of letter k being i.
func (t *trial) walk(i, k, dir int) bool {
	for k += dir; k >= 0 && k < len(t.want); k += dir {
		var ok bool
		if t.want[k].isLetter() {
			i, ok = t.letter(i, t.want[k], dir, t.split)
		} else {
			i, ok = t.literal(i, k, dir)
		}
		if !ok {
			return false
		}
	}
	if dir > 0 {
		t.end = i + 1
	} else {
		t.start = i
	}
	return true
}

// literal matches punctuation the keyword was written with.
func (t *trial) literal(i, k, dir int) (int, bool) {
	next := i + dir
	if t.want[k].r() == ' ' {
		g := skip(t.cells, i, dir)
		return g.next - dir, g.ok && g.next != next
	}
	for n := 0; n < maxGapCells && next >= 0 && next < len(t.cells) && t.cells[next].r() == ' '; n++ {
		next += dir
	}
	if next < 0 || next >= len(t.cells) || t.cells[next].r() != t.want[k].r() {
		return 0, false
	}
	if next != i+dir {
		t.gaps++
		t.reasons |= reasonGap
	}
	return next, true
}

// letter finds the letter w after cell i, over gaps and repeats of cell i, and
// returns its last cell. A digit more makes another number.
func (t *trial) letter(i int, w cell, dir int, split bool) (int, bool) {
	from := t.cells[i]
	for range maxRepeats {
		g := skip(t.cells, i, dir)
		if !g.ok {
			return 0, false
		}
		if t.is(g.next, w) {
			t.note(g, i)
			return g.next, true
		}
		if split {
			if end, ok := t.parts(g, i, w, dir); ok {
				return end, true
			}
		}
		if !t.repeat || t.cells[g.next].r() != from.r() || from.class() == classDigit {
			return 0, false
		}
		t.reasons |= reasonRepeat
		t.note(g, i)
		i = g.next
	}
	return 0, false
}

// parts finds the letter w typed as its parts behind a gap after cell i.
func (t *trial) parts(g gap, i int, w cell, dir int) (int, bool) {
	before := *t
	for _, p := range splitTable().parts[w.r()] {
		near, others := p[0], p[1:]
		if dir < 0 {
			near, others = p[len(p)-1], p[:len(p)-1]
		}
		if !t.is(g.next, near) {
			continue
		}
		if end, ok := t.rest(g.next, others, dir); ok {
			t.note(g, i)
			t.reasons |= reasonSplit
			return end, true
		}
		*t = before
	}
	return 0, false
}

func (t *trial) note(g gap, i int) {
	if g.clusters == 0 {
		return
	}
	t.gaps++
	t.stop = t.stop || g.stop
	t.signGap = t.signGap || !g.blank
	t.reasons |= reasonGap
	a, b := t.cells[i].class(), t.cells[g.next].class()
	t.innerGap = t.innerGap || (a == classHan) == (b == classHan)
	t.latinGap = t.latinGap || a == classLatin && b == classLatin
	t.digitGap = t.digitGap || a == classDigit && b == classDigit
}

type gap struct {
	next     int // cell of the letter behind it
	clusters int
	stop     bool
	blank    bool // holds spaces only
	ok       bool
}

// skip goes from cell i to the next letter, which mostly is beside it.
func skip(cells []cell, i, dir int) gap {
	if j := i + dir; uint(j) < uint(len(cells)) && cells[j].isLetter() {
		return gap{next: j, ok: true}
	}
	return skipGap(cells, i, dir)
}

// skipGap goes over at most maxGapClusters. A run of the same sign is one
// cluster, as is an emoji joined to others; spaces count only by themselves.
func skipGap(cells []cell, i, dir int) gap {
	g := gap{next: i + dir}
	var last cell
	space, joined := false, false
	for n := 0; g.next >= 0 && g.next < len(cells); n++ {
		c := cells[g.next]
		if c.isLetter() {
			if g.clusters == 0 && space {
				g.clusters, g.blank = 1, true
			}
			g.ok = true
			return g
		}
		if n == maxGapCells {
			return g
		}
		if c.class() == classStop {
			g.stop = true
		}
		switch link := dir > 0 && c&markJoined != 0 || dir < 0 && joined; {
		case c.r() == ' ' || c.r() == '\t':
			space = true
		case c&runeMask != last && !link:
			if g.clusters++; g.clusters > maxGapClusters {
				return g
			}
		}
		last, joined = c&runeMask, c&markJoined != 0
		g.next += dir
	}
	return g
}

// sound applies the rules that need the whole match.
func (t *trial) sound() bool {
	plain := t.form.keyword != allowed
	if !plain && t.reasons&^t.allowedReasons() != 0 {
		return false
	}
	if t.leets && (3*t.leet > 2*len(t.want) || len(t.want) < leetLetters && t.leet > 1) {
		return false
	}
	if t.stop && t.gaps < 2 && !t.whole() && !t.vertical() {
		return false
	}
	if t.latinGap && t.form.kind != formSpelled && !t.spaced(classLatin) {
		return false
	}
	return !t.digitGap || len(t.want) >= groupedDigits || t.spaced(classDigit)
}

// allowedReasons are the steps an allow-phrase may need: spaces beside Latin
// words and numbers (公司 VPN) are a matter of taste, others stand where the phrase
// has some.
func (t *trial) allowedReasons() reasons {
	if !t.signGap && (!t.innerGap || t.form.flags&flagSpaced != 0) {
		return exactReasons | alikeReasons | reasonGap
	}
	return exactReasons | alikeReasons
}

// whole reports whether no letter stands outside the match but its first and
// last typed again a few times.
func (t *trial) whole() bool {
	return t.alone(t.start, -1) && t.alone(t.end-1, +1)
}

func (t *trial) alone(edge, dir int) bool {
	repeats := 0
	for i := edge + dir; i >= 0 && i < len(t.cells); i += dir {
		if !t.cells[i].isLetter() {
			continue
		}
		if repeats++; repeats > maxRepeats || t.cells[i].r() != t.cells[edge].r() {
			return false
		}
	}
	return true
}

// verticalLines is how many lines of one letter each make a text written from
// top to bottom. A shorter one is the match itself.
const verticalLines = 4

// vertical reports whether the match stands in a text written from top to
// bottom, where a line break parts nothing.
func (t *trial) vertical() bool {
	lines := 1 + t.lines(t.start, +1)
	last := t.end - 1
	if !t.onOwnLine(t.start) || lines < len(t.want) || !t.onOwnLine(last) {
		return false
	}
	return lines+t.lines(t.start, -1) >= verticalLines
}

// lines counts the letters alone on their line that follow the one at cell i,
// as far as it matters.
func (t *trial) lines(i, dir int) int {
	n := 0
	for ; n < MaxKeyword; n++ {
		if i = next(t.cells, i, dir); i < 0 || !t.onOwnLine(i) {
			break
		}
	}
	return n
}

// onOwnLine reports whether no other letter is on the line of that at cell i.
func (t *trial) onOwnLine(i int) bool { return t.lineEnds(i, -1) && t.lineEnds(i, +1) }

func (t *trial) lineEnds(i, dir int) bool {
	for n := 0; n < maxGapCells; n++ {
		if i += dir; i < 0 || i >= len(t.cells) || t.cells[i].r() == '\n' || t.cells[i].r() == '\r' {
			return true
		}
		if t.cells[i].isLetter() {
			return false
		}
	}
	return false
}

// spaced reports whether letters of a class stand one by one in the match.
func (t *trial) spaced(class int) bool {
	for i := t.start + 1; i < t.end; i++ {
		if t.cells[i].class() == class && t.cells[i-1].class() == class {
			return false
		}
	}
	return true
}

// hit reports the match with its span in the original text.
func (t *trial) hit(f *Folded) Hit {
	lo, hi := f.at[t.start], f.at[t.start]
	reread := false
	for i := t.start; i < t.end; i++ {
		lo, hi = min(lo, f.at[i]), max(hi, f.at[i])
		if c := t.cells[i]; i > t.start && c&markHidden != 0 {
			t.reasons |= reasonHidden
		}
		if t.cells[i]&markReversed != 0 {
			t.reasons |= reasonReversed
		}
		if s := t.cells[i].step(); s >= stepPicture {
			reread = true
			if t.cells[i].r() != gapReading {
				t.reasons |= 1 << s
			}
		}
	}
	t.reasons |= kindReasons[t.form.kind]
	h := Hit{Keyword: int(t.form.keyword), Start: int(lo), End: int(hi) + 1, reasons: t.reasons, ambiguous: uint8(min(t.ambiguous, MaxKeyword)), reread: reread}
	if t.reasons&^(exactReasons|reasonCut) != 0 {
		h.Tier = TierDisguised
	}
	h.Doubt = t.reasons&reasonCut != 0
	return h
}
