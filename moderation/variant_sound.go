package moderation

import (
	"math"
	"sync"
)

// sound is a keyword that is also found by how it is read: its characters
// spelled as Latin syllables, or written as others of the same syllable.
type sound struct {
	form      form
	cells     []cell
	readings  [][3]uint16 // of each cell
	pinyin    bool
	homophone bool
}

// sounds finds them. Its gate holds pairs of neighbouring syllables.
type sounds struct {
	list      []sound
	entries   []soundEntry
	gate      gate
	homophone bool // some keyword asks for it, so Han text is looked at too
	han       *hanInfo
	trie      *syllableTrie
}

// soundEntry is one pair of readings at which a sound may be found.
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
	type pair struct {
		key   uint64
		sound int32
	}
	var pairs []pair
	rare := syllableRarity()
	for i := range list {
		snd := &list[i]
		s.homophone = s.homophone || snd.homophone
		k := snd.rarest(rare)
		snd.form.pair = uint8(k)
		for _, a := range snd.tokens(k) {
			for _, b := range snd.tokens(k + 1) {
				pairs = append(pairs, pair{soundKey(a, b), int32(i)})
			}
		}
	}
	s.gate = newGate(len(pairs))
	for i, p := range pairs {
		s.entries = append(s.entries, soundEntry{sound: p.sound, next: s.gate.put(p.key, int32(i))})
	}
	return s
}

func soundKey(a, b uint32) uint64 { return uint64(a)<<22 | uint64(b) }

// tokens are the syllables of letter k, or the letter itself where it has none.
func (s *sound) tokens(k int) []uint32 { return tokens(s.cells[k], s.readings[k], nil) }

// tokens appends the syllable numbers of a letter to dst; letters that are not
// read as syllables stand for themselves above all syllables.
func tokens(c cell, readings [3]uint16, dst []uint32) []uint32 {
	if readings[0] == 0 {
		return append(dst, 1<<21|uint32(c.r()))
	}
	for _, id := range readings {
		if id > 0 {
			dst = append(dst, uint32(id))
		}
	}
	return dst
}

// rarest is the letter at which the rarest pair of syllables begins.
func (s *sound) rarest(rare []int) int {
	at, best := 0, -1
	for k := 0; k+1 < len(s.cells); k++ {
		if score := rare[s.readings[k][0]] + rare[s.readings[k+1][0]]; score > best {
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
