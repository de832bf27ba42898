package moderation

import "strings"

// hear notes the sounds that begin with the letters at two cells, and with the
// one behind.
func (s *sounds) hear(f *Folded, first, second int) {
	key := f.cells[first].tone()<<toneBits | f.cells[second].tone()
	if h := mix(key); s.pairs.may(h) {
		f.hears(s.pairs.exact(key, h), first)
	}
	third := next(f.cells, second, +1)
	if third < 0 {
		return
	}
	key = key<<toneBits | f.cells[third].tone()
	if h := mix(key); s.triples.may(h) {
		f.hears(s.triples.exact(key, h), first)
	}
}

// hears notes the entry of a sound, if there is one.
func (f *Folded) hears(id int32, first int) {
	if id >= 0 {
		f.heard = append(f.heard, spot{form: id, first: int32(first)})
	}
}

// compare compares the sounds from entry id on whose first token is at cell i.
func (s *sounds) compare(l *Lexicon, f *Folded, id int32, i int, dst []Hit) []Hit {
	for ; id >= 0; id = s.entries[id].next {
		form := &l.forms[s.entries[id].form]
		t := reading{trial: trial{cells: f.cells, want: l.cellsOf(form), form: form}, han: s.han}
		if t.run(i, int(s.entries[id].at)) && t.heard() && t.heardEdges(s.trie) && t.trial.edges(l.words) && !t.ordinary(l.words) {
			dst = append(dst, t.hit(f))
		}
	}
	return dst
}

// hearing is a search for sounds that have Latin letters.
type hearing struct {
	*sounds
	lex *Lexicon
	f   *Folded
	dst []Hit
}

// run follows every chain of syllables that begins with a letter of the Latin
// run [from, to), or with one of the two characters before it. All of the run
// has to be read in some way.
func (h *hearing) run(from, to int) {
	if !h.trie.cuts(h.f.cells[from:to], h.letters) {
		return
	}
	second := h.character(from)
	if first := h.character(second); first >= 0 {
		h.chain(first, first, 0, 0)
	}
	if second >= 0 {
		h.chain(second, second, 0, 0)
	}
	for i := from; i < to; i++ {
		h.chain(i, i, 0, 0)
	}
}

// character is the letter before cell i, -1 if there is none or it is Latin.
func (h *hearing) character(i int) int {
	if i = next(h.f.cells, i, -1); i >= 0 && isPlainLatin(h.f.cells[i]) {
		return -1
	}
	return i
}

// chain extends the tones that begin at cell from, whose key so far is that of
// depth tones, by those at cell i.
func (h *hearing) chain(from, i int, key uint64, depth int) {
	c := h.f.cells[i]
	if !isPlainLatin(c) || h.letters>>(c.r()-'a')&1 != 0 {
		h.link(from, i+1, key<<toneBits|c.tone(), depth+1)
	}
	for node, end := int16(0), i; end < len(h.f.cells) && isPlainLatin(h.f.cells[end]); {
		if node = h.trie.next[node][h.f.cells[end].r()-'a']; node == 0 {
			return
		}
		end++
		if id := h.trie.id[node]; id > 0 && end-i > 1 { // no syllable is spelled with one letter
			h.link(from, end, key<<toneBits|uint64(id), depth+1)
		}
	}
}

// link looks up a chain and goes on to the letter after end.
func (h *hearing) link(from, end int, key uint64, depth int) {
	switch depth {
	case 2:
		if !h.lex.near.has(key>>toneBits, key&toneMask) {
			return
		}
		h.dst = h.compare(h.lex, h.f, h.pairs.get(key), from, h.dst)
	case 3:
		h.dst = h.compare(h.lex, h.f, h.triples.get(key), from, h.dst)
		return
	}
	if g := skip(h.f.cells, end-1, +1); g.ok {
		h.chain(from, g.next, key, depth)
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
	if 2*k < len(t.want) {
		return ok && t.backward(i, k) && t.forward(end-1, k)
	}
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
	return !t.initials && isPlainLatin(t.cells[i]) && t.want[k].syllable() > 0
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
	id := c.syllable()
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
	return t.latin >= 2 && trie.cuts(t.cells[from:t.start], 0) && trie.cuts(t.cells[t.end:to], 0)
}

// ordinary reports that what merely sounds like the keyword says something
// else: it is a word (简单 is not 喊单), a part of one or cuts one, or two
// characters that are common or have a gap.
func (t *reading) ordinary(words *wordSet) bool {
	if t.latin > 0 || t.reasons&reasonHomophone == 0 {
		return false
	}
	return words.has(t.cells[t.start:t.end]) || t.inWord(words) || t.reasons&reasonCut != 0 ||
		len(t.want) == 2 && (t.gaps > 0 || t.heardAs == 2 && t.rarity < rarePair)
}
