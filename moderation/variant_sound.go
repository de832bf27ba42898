package moderation

import (
	"math"
	"slices"
	"sync"
)

// sounds finds keywords by how they are read: their characters spelled as
// Latin syllables, or written as others of the same syllable. Its gates hold
// three neighbouring syllables of each, or the two of a shorter one.
type sounds struct {
	entries   []entry
	pairs     gate
	triples   gate
	homophone bool   // some keyword asks for it, so Han text is looked at too
	letters   uint32 // Latin ones the keywords have themselves, by bit
	han       *hanInfo
	trie      *syllableTrie
}

// addSound notes that a form may be heard, if it can be.
func (b *builder) addSound(id int32, variants []Variant) {
	f := &b.lex.forms[id]
	cells := b.lex.cellsOf(f)
	if len(cells) < 2 || slices.ContainsFunc(cells, func(c cell) bool { return !c.isLetter() }) ||
		!slices.ContainsFunc(cells, func(c cell) bool { return c.syllable() > 0 }) {
		return
	}
	f.flags |= soundFlags(variants)
	if f.flags&(flagPinyin|flagHomophone) != 0 {
		b.sounds = append(b.sounds, id)
	}
}

// soundFlags are how a keyword of these variants may be heard.
func soundFlags(variants []Variant) (flags uint8) {
	if slices.Contains(variants, VariantPinyin) {
		flags |= flagPinyin
	}
	if slices.Contains(variants, VariantHomophone) {
		flags |= flagHomophone
	}
	return flags
}

// chain is what a gate of sounds is given: the tones of neighbouring letters
// in one reading.
type chain struct {
	key  uint64
	form int32
	at   uint8
}

// newSounds is nil for an empty list.
func (l *Lexicon) newSounds(forms []int32) *sounds {
	if len(forms) == 0 {
		return nil
	}
	s := &sounds{han: l.han, trie: syllables()}
	var chains [4][]chain // by length
	var owners crowd
	keys := make([]uint64, 0, 8)
	for _, id := range forms {
		f := &l.forms[id]
		s.homophone = s.homophone || f.flags&flagHomophone != 0
		cells := l.cellsOf(f)
		for _, c := range cells {
			if isPlainLatin(c) {
				s.letters |= 1 << (c.r() - 'a')
			}
		}
		n := min(3, len(cells))
		at := l.rarestSound(cells, n, &owners)
		keys = l.han.chains(cells[at:at+n], keys[:0])
		for _, key := range keys {
			pair := key >> (toneBits * (n - 2))
			l.near.add(pair>>toneBits, pair&toneMask)
			owners.add(key)
			chains[n] = append(chains[n], chain{key, id, uint8(at)})
		}
	}
	s.entries = make([]entry, 0, len(chains[2])+len(chains[3]))
	s.pairs, s.triples = s.fill(chains[2]), s.fill(chains[3])
	return s
}

// fill makes the gate of chains.
func (s *sounds) fill(chains []chain) gate {
	g := newGate(len(chains))
	for _, c := range chains {
		before := g.put(c.key, int32(len(s.entries)))
		s.entries = append(s.entries, entry{form: c.form, at: c.at, next: before})
	}
	return g
}

// chains appends the keys of neighbouring letters in all their readings.
func (h *hanInfo) chains(cells []cell, dst []uint64) []uint64 {
	dst = append(dst, 0)
	for _, c := range cells {
		second := uint64(h.readings(c.r())[1])
		for i, n := 0, len(dst); i < n; i++ {
			key := dst[i] << toneBits
			dst[i] = key | c.tone()
			if second > 0 {
				dst = append(dst, key|second)
			}
		}
	}
	return dst
}

// sharedPair is what it is worth that the first gate has a pair already: every
// pair more lets more of the text through.
const sharedPair = 60

// rarestSound is the letter at which the rarest chain of n syllables begins
// that is not yet that of many forms.
func (l *Lexicon) rarestSound(cells []cell, n int, owners *crowd) int {
	rare := syllableRarity()
	at, best := 0, -1<<30
	for k := 0; k+n <= len(cells); k++ {
		key, score := uint64(0), 0
		for i, c := range cells[k : k+n] {
			key = key<<toneBits | c.tone()
			if i < 2 { // as many as the first gate looks at
				score += rare[c.syllable()]
			}
		}
		if l.near.has(cells[k].tone(), cells[k+1].tone()) {
			score += sharedPair
		}
		if score -= 4 * min(32, owners.of(key)); score > best {
			at, best = k, score
		}
	}
	return at
}

// syllableRarity is -8 ln p of each syllable in running text; what has none
// counts as rare.
var syllableRarity = sync.OnceValue(func() []int {
	han := hanTable()
	p := make([]float64, len(han.names)+1)
	for r := rune(firstHan); r <= lastHan; r++ {
		p[han.readings(r)[0]] += math.Exp(-float64(han.rarity(r)) / 8)
	}
	out := make([]int, len(p))
	for i := range out {
		out[i] = int(min(255, -8*math.Log(p[i]+1e-12)))
	}
	out[0] = 60
	return out
})

// syllableTrie recognises the Latin spelling of syllables.
type syllableTrie struct {
	next [][26]int16
	id   []uint16 // of the syllable that ends here, or 0
	ends uint32   // letters that end some syllable, by bit
}

var syllables = sync.OnceValue(func() *syllableTrie {
	t := &syllableTrie{next: make([][26]int16, 1), id: make([]uint16, 1)}
	for i, name := range hanTable().names {
		at := int16(0)
		for _, r := range name {
			if t.next[at][r-'a'] == 0 {
				t.next = append(t.next, [26]int16{})
				t.id = append(t.id, 0)
				t.next[at][r-'a'] = int16(len(t.id) - 1)
			}
			at = t.next[at][r-'a']
		}
		t.id[at] = uint16(i + 1)
		t.ends |= 1 << (name[len(name)-1] - 'a')
	}
	return t
})

// cuts reports whether a run of Latin letters can be cut into syllables, and
// letters of the set, without a rest.
func (t *syllableTrie) cuts(run []cell, letters uint32) bool {
	if len(run) > maxRun {
		return true
	}
	if last := len(run) - 1; last >= 0 && (t.ends|letters)>>(run[last].r()-'a')&1 == 0 {
		return false
	}
	reach := uint64(1)
	for i := 0; i < len(run) && reach>>i != 0; i++ {
		if reach>>i&1 == 0 {
			continue
		}
		reach |= uint64(letters>>(run[i].r()-'a')&1) << (i + 1)
		for node, end := int16(0), i; end < len(run); {
			if node = t.next[node][run[end].r()-'a']; node == 0 {
				break
			}
			if end++; t.id[node] > 0 {
				reach |= 1 << end
			}
		}
	}
	return reach>>len(run) != 0
}

// maxRun is how long a run of Latin letters may be to be cut.
const maxRun = 63

func isPlainLatin(c cell) bool {
	return c&(1<<stepShift-1)-('a'|classLatin<<classShift) <= 'z'-'a'
}
