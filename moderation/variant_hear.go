package moderation

// find appends the sounds in f. Without Latin letters only keywords with
// homophones can be there.
func (s *sounds) find(l *Lexicon, f *Folded, dst []Hit) []Hit {
	if !s.homophone && !hasLatin(f.cells) {
		return dst
	}
	h := hearing{sounds: s, lex: l, f: f, dst: dst}
	prev := -1
	for i, c := range f.cells {
		if !c.isLetter() {
			continue
		}
		if isPlainLatin(c) {
			if prev >= 0 && !isPlainLatin(f.cells[prev]) {
				h.pairs(prev, prev+1, i)
			}
			s.trie.at(f.cells, i, func(id uint16, end int) { h.after(uint32(id), i, end) })
		} else if prev >= 0 && !isPlainLatin(f.cells[prev]) {
			h.pairs(prev, prev+1, i)
		}
		prev = i
	}
	return h.dst
}

func hasLatin(cells []cell) bool {
	for _, c := range cells {
		if c.class() == classLatin {
			return true
		}
	}
	return false
}

// hearing is one search for sounds.
type hearing struct {
	*sounds
	lex *Lexicon
	f   *Folded
	dst []Hit
	buf [2][4]uint32
}

// pairs looks up the letter at i, which is not Latin, with what begins at next.
func (h *hearing) pairs(i, end, next int) {
	c := h.f.cells[i]
	for _, id := range tokens(c, h.han.readings(c.r()), h.buf[0][:0]) {
		h.with(id, i, next)
	}
}

// after looks up the Latin syllable in cells i to end with what follows it.
func (h *hearing) after(id uint32, i, end int) {
	t := trial{cells: h.f.cells}
	if g := t.skip(end-1, +1); g.ok {
		h.with(id, i, g.next)
	}
}

// with looks up a token that begins at i with every token that begins at next.
func (h *hearing) with(id uint32, i, next int) {
	c := h.f.cells[next]
	if isPlainLatin(c) {
		h.trie.at(h.f.cells, next, func(second uint16, _ int) { h.look(soundKey(id, uint32(second)), i) })
	}
	for _, second := range tokens(c, h.han.readings(c.r()), h.buf[1][:0]) {
		h.look(soundKey(id, second), i)
	}
}

// look compares the sounds of a pair whose first token begins at cell i.
func (h *hearing) look(key uint64, i int) {
	for e := h.gate.get(key); e >= 0; e = h.entries[e].next {
		s := &h.list[h.entries[e].sound]
		t := reading{trial: trial{cells: h.f.cells, want: s.cells, form: &s.form}, sound: s, names: h.han.names}
		if t.run(i) && t.heardEdges(h.trie) && t.trial.edges(h.lex.words) {
			h.dst = append(h.dst, t.hit(h.f))
		}
	}
}

// reading is the comparison of one sound with the text.
type reading struct {
	trial
	sound *sound
	names []string
	latin int // syllables spelled in Latin letters
}

func (t *reading) run(i int) bool {
	k := int(t.form.pair)
	end, ok := t.token(i, k)
	return ok && t.forward(end-1, k) && t.backward(i, k) && t.reasons&(reasonPinyin|reasonHomophone) != 0 &&
		(!t.stop || t.gaps >= 2 || t.whole())
}

// token matches letter k at cell i and returns the cell behind it.
func (t *reading) token(i, k int) (int, bool) {
	if !isPlainLatin(t.cells[i]) || t.sound.readings[k][0] == 0 {
		return i + 1, t.heard(i, k)
	}
	for _, id := range t.sound.readings[k] {
		if id == 0 {
			continue
		}
		name := t.names[id-1]
		if end := i + len(name); end <= len(t.cells) && t.spells(i, name) {
			return end, true
		}
	}
	return 0, false
}

// tokenBefore matches letter k where it ends at cell i and returns its first.
func (t *reading) tokenBefore(i, k int) (int, bool) {
	if !isPlainLatin(t.cells[i]) || t.sound.readings[k][0] == 0 {
		return i, t.heard(i, k)
	}
	for _, id := range t.sound.readings[k] {
		if id == 0 {
			continue
		}
		name := t.names[id-1]
		if from := i + 1 - len(name); from >= 0 && t.spells(from, name) {
			return from, true
		}
	}
	return 0, false
}

// spells reports whether the cells from i on are the letters of a syllable the
// keyword may be spelled with.
func (t *reading) spells(i int, name string) bool {
	if !t.sound.pinyin || len(name) < 2 {
		return false
	}
	for j := range len(name) {
		if c := t.cells[i+j]; !isPlainLatin(c) || c.r() != rune(name[j]) {
			return false
		}
	}
	t.latin++
	t.reasons |= reasonPinyin
	return true
}

// heard matches a single letter: itself or, if asked for, one read the same.
func (t *reading) heard(i, k int) bool {
	if t.same(i, k) {
		return true
	}
	c := t.cells[i]
	if !t.sound.homophone || c.class() != classHan {
		return false
	}
	for _, a := range hanTable().readings(c.r()) {
		for _, b := range t.sound.readings[k] {
			if a > 0 && a == b {
				t.reasons |= reasonHomophone
				return true
			}
		}
	}
	return false
}

func (t *reading) forward(i, k int) bool {
	for k++; k < len(t.want); k++ {
		g := t.skip(i, +1)
		if !g.ok {
			return false
		}
		end, ok := t.token(g.next, k)
		if !ok {
			return false
		}
		t.note(g, i)
		i = end - 1
	}
	t.end = i + 1
	return true
}

func (t *reading) backward(i, k int) bool {
	for k--; k >= 0; k-- {
		g := t.skip(i, -1)
		if !g.ok {
			return false
		}
		from, ok := t.tokenBefore(g.next, k)
		if !ok {
			return false
		}
		t.note(g, i)
		i = from
	}
	t.start = i
	return true
}

// heardEdges lets Latin letters go on beside the match only where they are
// syllables too and the match holds at least two spelled ones.
func (t *reading) heardEdges(trie *syllableTrie) bool {
	from, to := t.start, t.end
	for from > 0 && isPlainLatin(t.cells[t.start]) && isPlainLatin(t.cells[from-1]) && t.start-from < maxGapCells {
		from--
	}
	for to < len(t.cells) && isPlainLatin(t.cells[t.end-1]) && isPlainLatin(t.cells[to]) && to-t.end < maxGapCells {
		to++
	}
	if from == t.start && to == t.end {
		return true
	}
	return t.latin >= 2 && trie.cuts(t.cells[from:t.start]) && trie.cuts(t.cells[t.end:to])
}

// cuts reports whether Latin cells can be cut into syllables without a rest.
func (t *syllableTrie) cuts(cells []cell) bool {
	var reach [maxGapCells + 1]bool
	reach[0] = true
	for i := range cells {
		if reach[i] {
			t.at(cells, i, func(_ uint16, end int) { reach[end] = true })
		}
	}
	return reach[len(cells)]
}
