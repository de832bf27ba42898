package moderation

import "strings"

// find appends the sounds in f.
func (s *sounds) find(l *Lexicon, f *Folded, dst []Hit) []Hit {
	h := hearing{sounds: s, lex: l, f: f, dst: dst}
	var a, b uint64 // tokens of the two letters before, 0 for none
	first, second := -1, -1
	begun := false // a chain may begin with them
	for i, c := range f.cells {
		if !c.isLetter() {
			continue
		}
		if isPlainLatin(c) {
			h.latin(i, first, second)
			a, b, begun, first, second = 0, 0, false, -1, -1
			continue
		}
		token := s.han.token(c)
		if key := a<<(2*tokenBits) | b<<tokenBits | token; begun && s.triples.may(key) {
			h.look(&s.triples, key, first)
		}
		if begun = s.starts.has(syllableIndex(b), syllableIndex(token)); begun && s.pairs.may(b<<tokenBits|token) {
			h.look(&s.pairs, b<<tokenBits|token, second)
		}
		a, b = b, token
		first, second = second, i
	}
	return h.dst
}

// hearing is one search for sounds.
type hearing struct {
	*sounds
	lex *Lexicon
	f   *Folded
	dst []Hit
}

// latin follows every chain of tokens in which the Latin letter at i is the
// first, and those of the two letters before it; -1 is none or a Latin one.
func (h *hearing) latin(i, first, second int) {
	if first >= 0 {
		h.chain(first, first, 0, 0)
	}
	if second >= 0 {
		h.chain(second, second, 0, 0)
	}
	h.chain(i, i, 0, 0)
}

// chain extends the tokens that begin at cell from, whose key so far is that
// of depth tokens, by those at cell i.
func (h *hearing) chain(from, i int, key uint64, depth int) {
	c := h.f.cells[i]
	if !isPlainLatin(c) {
		h.link(from, i+1, key<<tokenBits|h.han.token(c), depth+1)
		return
	}
	if h.mixed {
		h.link(from, i+1, key<<tokenBits|h.han.token(c), depth+1)
	}
	for node, end := int16(0), i; end < len(h.f.cells) && isPlainLatin(h.f.cells[end]); {
		if node = h.trie.next[node][h.f.cells[end].r()-'a']; node == 0 {
			return
		}
		end++
		if id := h.trie.id[node]; id > 0 {
			h.link(from, end, key<<tokenBits|uint64(id), depth+1)
		}
	}
}

// link looks up a chain and goes on to the letter after end.
func (h *hearing) link(from, end int, key uint64, depth int) {
	switch depth {
	case 2:
		if !h.starts.has(syllableIndex(key>>tokenBits), syllableIndex(key&(1<<tokenBits-1))) {
			return
		}
		h.look(&h.pairs, key, from)
	case 3:
		h.look(&h.triples, key, from)
		return
	}
	if g := skip(h.f.cells, end-1, +1); g.ok {
		h.chain(from, g.next, key, depth)
	}
}

// look compares the sounds of a key whose first token begins at cell i.
func (h *hearing) look(g *gate, key uint64, i int) {
	for id := g.get(key); id >= 0; id = h.entries[id].next {
		form := &h.lex.forms[h.entries[id].form]
		t := reading{trial: trial{cells: h.f.cells, want: h.lex.cellsOf(form), form: form}, han: h.han}
		if t.run(i, int(h.entries[id].at)) && t.heard() && t.heardEdges(h.trie) && t.trial.edges(h.lex.words) && !t.ordinary(h.lex.words) {
			h.dst = append(h.dst, t.hit(h.f))
		}
	}
}

// reading is the comparison of one form with the text by how it is read.
type reading struct {
	trial
	han      *hanInfo
	initials bool // letters may be typed as initials rather than be heard
	latin    int  // syllables spelled in Latin letters
	heardAs  int  // characters that only sound like those of the keyword
	rarity   int  // of those, added up
}

// rarePair is how rare two characters together have to be for both of them to
// be written for a keyword's: everyday ones (我早) are more likely meant.
const rarePair = 130

// run matches the form with letter k at cell i.
func (t *reading) run(i, k int) bool {
	end, ok := t.token(i, k)
	return ok && t.forward(end-1, k) && t.backward(i, k)
}

// heard reports whether the match needed its ears, within the rule of stops.
func (t *reading) heard() bool {
	return t.reasons&(reasonPinyin|reasonHomophone) != 0 && (!t.stop || t.gaps >= 2 || t.whole())
}

// token matches letter k at cell i and returns the cell behind it.
func (t *reading) token(i, k int) (int, bool) {
	if !t.spelled(i, k) {
		return i + 1, t.single(i, k)
	}
	for _, id := range t.han.readings(t.want[k].r()) {
		if id == 0 {
			continue
		}
		name := t.han.names[id-1]
		if end := i + len(name); end <= len(t.cells) && t.spells(i, name) {
			return end, true
		}
	}
	return 0, false
}

// tokenBefore matches letter k where it ends at cell i and returns its first.
func (t *reading) tokenBefore(i, k int) (int, bool) {
	if !t.spelled(i, k) {
		return i, t.single(i, k)
	}
	for _, id := range t.han.readings(t.want[k].r()) {
		if id == 0 {
			continue
		}
		name := t.han.names[id-1]
		if from := i + 1 - len(name); from >= 0 && t.spells(from, name) {
			return from, true
		}
	}
	return 0, false
}

// spelled reports whether letter k can stand at cell i only as a syllable.
func (t *reading) spelled(i, k int) bool {
	return !t.initials && isPlainLatin(t.cells[i]) && t.han.syllable(t.want[k].r()) > 0
}

// spells reports whether the cells from i on are the letters of a syllable the
// keyword may be spelled with.
func (t *reading) spells(i int, name string) bool {
	if t.form.flags&flagPinyin == 0 || len(name) < 2 {
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

// single matches one letter: itself or, if asked for, its initial or a letter
// read the same.
func (t *reading) single(i, k int) bool {
	if t.initials {
		return t.initial(i, k)
	}
	if t.same(i, k) {
		return true
	}
	c := t.cells[i]
	if t.form.flags&flagHomophone == 0 || c.class() != classHan || len(t.want) == 2 && strings.ContainsRune(particles, c.r()) {
		return false
	}
	id := t.han.syllable(c.r())
	if readings := t.han.readings(t.want[k].r()); id == 0 || id != readings[0] && id != readings[1] {
		return false
	}
	t.reasons |= reasonHomophone
	t.heardAs++
	t.rarity += t.han.rarity(c.r())
	return true
}

func (t *reading) forward(i, k int) bool {
	for k++; k < len(t.want); k++ {
		g := skip(t.cells, i, +1)
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
		g := skip(t.cells, i, -1)
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

// ordinary reports that what merely sounds like the keyword says something
// else: it is a word (简单 is not 喊单), cuts one, or two characters that are
// common or have a gap.
func (t *reading) ordinary(words wordSet) bool {
	if t.latin > 0 || t.reasons&reasonHomophone == 0 {
		return false
	}
	return words.has(t.cells[t.start:t.end]) || t.reasons&reasonCut != 0 ||
		len(t.want) == 2 && (t.gaps > 0 || t.heardAs == 2 && t.rarity < rarePair)
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
