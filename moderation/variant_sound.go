package moderation

import (
	"math"
	"slices"
	"sync"
)

// sound is a keyword that is also found by how it is read: its characters
// spelled as Latin syllables, or written as others of the same syllable.
type sound struct {
	form      form
	cells     []cell
	readings  [][2]uint16 // of each cell
	pinyin    bool
	homophone bool
}

// sounds finds them. Its gates hold three neighbouring syllables of each, or
// the two of a shorter one.
type sounds struct {
	list      []sound
	entries   []soundEntry
	pairs     gate
	triples   gate
	homophone bool // some keyword asks for it, so Han text is looked at too
	mixed     bool // some keyword has Latin letters of its own
	han       *hanInfo
	trie      *syllableTrie
}

// soundEntry is one chain of readings at which a sound may be found.
type soundEntry struct {
	sound int32
	next  int32
}

func (b *builder) addSound(id int32, cells []cell, pinyin, homophone bool) {
	if len(cells) < 2 {
		return
	}
	s := sound{form: form{keyword: id}, cells: cells, pinyin: pinyin, homophone: homophone}
	han := 0
	for _, c := range cells {
		if !c.isLetter() {
			return
		}
		s.readings = append(s.readings, b.lex.han.readings(c.r()))
		if s.readings[len(s.readings)-1][0] > 0 {
			han++
		}
	}
	if han > 0 {
		b.sounds = append(b.sounds, s)
	}
}

// newSounds is nil for an empty list.
func newSounds(list []sound, han *hanInfo) *sounds {
	if len(list) == 0 {
		return nil
	}
	s := &sounds{list: list, han: han, trie: syllables()}
	type chain struct {
		key   uint64
		sound int32
	}
	var chains [4][]chain // by length
	rare, owners := syllableRarity(), map[uint64]int{}
	for i := range list {
		snd := &list[i]
		s.homophone = s.homophone || snd.homophone
		s.mixed = s.mixed || slices.ContainsFunc(snd.cells, isPlainLatin)
		n := min(3, len(snd.cells))
		k := snd.rarest(n, rare, owners)
		snd.form.pair = uint8(k)
		for _, key := range snd.keys(k, n) {
			owners[key]++
			chains[n] = append(chains[n], chain{key, int32(i)})
		}
	}
	s.pairs, s.triples = newGate(len(chains[2])), newGate(len(chains[3]))
	for n, g := range map[int]*gate{2: &s.pairs, 3: &s.triples} {
		for _, c := range chains[n] {
			id := int32(len(s.entries))
			s.entries = append(s.entries, soundEntry{sound: c.sound, next: g.put(c.key, id)})
		}
	}
	return s
}

// tokenBits is the width of a token in the key of a chain: a syllable number,
// or a letter that is not read as one above all of those.
const tokenBits = 21

const tokenOther = 1 << 20

// token is the usual syllable of a letter, or the letter itself.
func (h *hanInfo) token(c cell) uint64 {
	if id := h.readings(c.r())[0]; id > 0 {
		return uint64(id)
	}
	return tokenOther | uint64(c.r())&(tokenOther-1)
}

// keys are those of the n letters from k on in all their readings.
func (s *sound) keys(k, n int) []uint64 {
	keys := []uint64{0}
	for ; n > 0; k, n = k+1, n-1 {
		var next []uint64
		for _, key := range keys {
			for j, id := range s.readings[k] {
				switch {
				case id > 0:
					next = append(next, key<<tokenBits|uint64(id))
				case j == 0:
					next = append(next, key<<tokenBits|tokenOther|uint64(s.cells[k].r())&(tokenOther-1))
				}
			}
		}
		keys = next
	}
	return keys
}

// rarest is the letter at which the rarest chain of n syllables begins that is
// not yet that of many sounds.
func (s *sound) rarest(n int, rare []int, owners map[uint64]int) int {
	at, best := 0, -1<<30
	for k := 0; k+n <= len(s.cells); k++ {
		score := -4 * min(32, owners[s.keys(k, n)[0]])
		for j := k; j < k+n; j++ {
			score += rare[s.readings[j][0]]
		}
		if score > best {
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
	}
	return t
})

// at calls visit with every syllable that begins at cell i and the cell behind
// it.
func (t *syllableTrie) at(cells []cell, i int, visit func(id uint16, end int)) {
	for node := int16(0); i < len(cells) && isPlainLatin(cells[i]); {
		node = t.next[node][cells[i].r()-'a']
		if node == 0 {
			return
		}
		i++
		if t.id[node] > 0 {
			visit(t.id[node], i)
		}
	}
}

func isPlainLatin(c cell) bool {
	return c.class() == classLatin && c.r() >= 'a' && c.r() <= 'z'
}
