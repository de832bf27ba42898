package moderation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cloudflare/ahocorasick"
)

// MaxKeyword is how many runes a keyword or allow-phrase may have.
const MaxKeyword = 64

// KeywordError says which keyword cannot be used and why.
type KeywordError struct {
	Index int // into the keywords, or into the allow-phrases
	Allow bool
	Word  string
	Err   error
}

func (e *KeywordError) Error() string {
	what := "keyword"
	if e.Allow {
		what = "allow-phrase"
	}
	return fmt.Sprintf("%s %d: %v", what, e.Index+1, e.Err)
}

func (e *KeywordError) Unwrap() error { return e.Err }

// Reasons a keyword is refused.
var (
	ErrKeywordEmpty = errors.New("nothing is left of it after folding: it needs a letter, a digit or a character")
	ErrKeywordLong  = fmt.Errorf("it is longer than %d characters", MaxKeyword)
)

// CheckKeyword reports why a word cannot be a keyword or an allow-phrase, or
// nil. The error is [ErrKeywordEmpty] or [ErrKeywordLong].
func CheckKeyword(word string) error {
	_, err := foldKeyword(word)
	return err
}

// foldKeyword folds a word and takes out the gaps in it: spaces and
// punctuation between characters say nothing, but those beside Latin letters
// and digits (c++, a.b) and a plus sign are kept and must occur as written.
func foldKeyword(word string) ([]cell, error) {
	if utf8.RuneCountInString(word) > 4*MaxKeyword {
		return nil, ErrKeywordLong
	}
	var f Folded
	f.Fold(word)
	f.cells = f.cells[:f.plain()]
	var out []cell
	letters := 0
	for i := 0; i < len(f.cells); {
		if f.cells[i].isLetter() {
			out = append(out, f.cells[i]&^(markHidden|markJoined))
			letters++
			i++
			continue
		}
		end := i
		for end < len(f.cells) && !f.cells[end].isLetter() {
			end++
		}
		out = append(out, keptGap(f.cells, i, end)...)
		i = end
	}
	switch {
	case letters == 0:
		return nil, ErrKeywordEmpty
	case len(out) > MaxKeyword:
		return nil, ErrKeywordLong
	}
	return out, nil
}

// keptGap is what stays of the gap cells[i:end] of a keyword.
func keptGap(cells []cell, i, end int) []cell {
	narrow := func(c cell) bool { return c.class() == classLatin || c.class() == classDigit }
	left := i > 0 && narrow(cells[i-1])
	right := end < len(cells) && narrow(cells[end])
	var out []cell
	for _, c := range cells[i:end] {
		switch r := c.r(); {
		case r == ' ' || r == '\t' || r == '\n':
			if left && right && (len(out) == 0 || out[len(out)-1].r() != ' ') {
				out = append(out, cell(' ')|classGap<<classShift)
			}
		case r == '+' || left || right:
			out = append(out, c&^(markHidden|markJoined))
		}
	}
	return out
}

// form is one spelling of a keyword or allow-phrase.
type form struct {
	start   uint32 // into the arena
	keyword int32  // or allowed
	next    int32  // form with the same pair, or -1
	size    uint8
	pair    uint8 // cell at which the rarest pair begins
	kind    formKind
	flags   uint8
	before  byte // codes of the letters beside the pair, 0 for none
	after   byte
	covered bool // all forms of its pair stand in the cover; kept on the first
}

// formKind says how a form was made from its keyword.
type formKind uint8

const (
	formPlain formKind = iota
	formShorthand
	formPinyin
	formSpelled  // digits as words
	formSigns    // letters as signs that look alike
	formSyllable // one numeral as its syllable
)

const (
	flagRepeat    uint8 = 1 << iota // letters may be repeated
	flagLeet                        // letters and digits may stand for each other
	flagSplit                       // characters may be typed as their parts
	flagPinyin                      // characters may be spelled as syllables
	flagHomophone                   // characters may be others of the same syllable
	flagSpaced                      // an allow-phrase written with spaces
)

// NewLexicon compiles keywords and allow-phrases. The error is a
// [*KeywordError].
func NewLexicon(keywords []Keyword, allow []string) (*Lexicon, error) {
	b := builder{lex: &Lexicon{near: new(nearPairs), han: hanTable(), words: wordTable(), splits: splitTable()}}
	for i, k := range keywords {
		cells, err := foldKeyword(k.Word)
		if err != nil {
			return nil, &KeywordError{Index: i, Word: k.Word, Err: err}
		}
		b.addKeyword(int32(i), cells, k.Variants)
	}
	for i, phrase := range allow {
		cells, err := foldKeyword(phrase)
		if err != nil {
			return nil, &KeywordError{Index: i, Allow: true, Word: phrase, Err: err}
		}
		f := form{keyword: allowed}
		if strings.ContainsFunc(strings.TrimSpace(phrase), unicode.IsSpace) {
			f.flags = flagSpaced
		}
		b.add(f, cells)
	}
	b.finish()
	return b.lex, nil
}

// entry is a way of finding a form by other letters than its own.
type entry struct {
	form int32
	next int32 // entry with the same key, or -1
	at   uint8 // cell of the form at which the key begins
}

// crowd counts how many forms have a key already. Keys that share a hash are
// counted together: it only guides choices.
type crowd [1 << 16]uint8

func (c *crowd) of(key uint64) int { return int(c[mix(key)>>48]) }

func (c *crowd) add(key uint64) {
	if n := &c[mix(key)>>48]; *n < 255 {
		*n++
	}
}

type builder struct {
	lex      *Lexicon
	split    bool    // some form may be split
	initials []int32 // forms that may be typed as initials
	sounds   []int32 // forms that may be heard
}

func (b *builder) add(f form, cells []cell) {
	f.start, f.size = uint32(len(b.lex.arena)), uint8(len(cells))
	b.lex.arena = append(b.lex.arena, cells...)
	b.lex.forms = append(b.lex.forms, f)
}

// finish builds the gates and the cover over all forms.
func (b *builder) finish() {
	l := b.lex
	latin := 0
	for i := range l.forms {
		if l.forms[i].isLatinWord() {
			latin++
		}
	}
	joints := 0
	if b.split {
		joints = len(l.splits.whole)
	}
	l.gate = newGate(len(l.forms) - latin + joints)
	l.cover = l.newCover(l.fillGate())
	if b.split {
		l.addJoints()
	}
	l.latin = l.newLatinWords(latin)
	l.initials = l.newInitials(b.initials)
	l.sounds = l.newSounds(b.sounds)
}

// fillGate puts the rarest pair of every form into the gate and returns the
// forms in the order of how common that is.
func (l *Lexicon) fillGate() []int32 {
	var owners crowd
	scores := make([]int, len(l.forms))
	order := make([]int32, 0, len(l.forms))
	for id := range l.forms {
		f := &l.forms[id]
		if f.isLatinWord() {
			continue
		}
		at, key, score := l.rarest(l.cellsOf(f), &owners)
		owners.add(key)
		f.pair = uint8(at)
		f.before, f.after = neighbours(l.cellsOf(f), at, key)
		f.next = l.gate.putBeside(key, int32(id), f.before, f.after)
		l.addNear(key)
		scores[id] = score
		order = append(order, int32(id))
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(scores[a], scores[b]) })
	return order
}

// addNear adds the key of a pair or of a single letter to the first gate.
func (l *Lexicon) addNear(key uint64) {
	a, b := rune(key>>21), rune(key&uint64(runeMask))
	if a == 0 {
		l.gate.singles = true
		l.near.addSingle(l.han.tone(b))
		return
	}
	l.near.add(l.han.tone(a), l.han.tone(b))
}

// neighbours codes the letters before and behind the pair that begins at a cell.
func neighbours(cells []cell, at int, key uint64) (before, after byte) {
	for _, c := range cells[:at] {
		if c.isLetter() {
			before = code(canon(c))
		}
	}
	letters := 0
	for _, c := range cells[at:] {
		if c.isLetter() {
			if letters++; letters == 3 && key>>21 != 0 {
				return before, code(canon(c))
			}
		}
	}
	return before, 0
}

// newCover takes in forms, the commonest pairs first, while the budget lasts.
// A pair counts as covered if its first form does, so all of its forms go in
// together or none.
func (l *Lexicon) newCover(order []int32) cover {
	var patterns [][]byte
	room := coverBudget
	for _, id := range order {
		var bucket [][]byte
		size := 0
		first := l.firstOf(id)
		if l.forms[first].covered {
			continue
		}
		for n := first; n >= 0; n = l.forms[n].next {
			bucket = append(bucket, encode(l.cellsOf(&l.forms[n]), nil))
			size += len(bucket[len(bucket)-1])
		}
		if size > room {
			break
		}
		room -= size
		patterns = append(patterns, bucket...)
		l.forms[first].covered = true
	}
	return cover{ahocorasick.NewMatcher(patterns)}
}

// firstOf is the first form of the pair form id has.
func (l *Lexicon) firstOf(id int32) int32 {
	f := &l.forms[id]
	cells := l.cellsOf(f)
	for k := int(f.pair) + 1; k < len(cells); k++ {
		if cells[k].isLetter() {
			return l.gate.first(cells[f.pair], cells[k])
		}
	}
	return l.gate.first(0, cells[f.pair])
}

// rarest chooses the pair of neighbouring letters the gate looks for: rare in
// running text, no ordinary word, and not yet that of many forms. A form of
// one letter has the key of that letter alone.
func (l *Lexicon) rarest(cells []cell, owners *crowd) (at int, key uint64, score int) {
	score = -1 << 30
	prev := -1
	for i, c := range cells {
		if !c.isLetter() {
			continue
		}
		if prev < 0 {
			at, key, prev = i, pairKey(0, c), i
			continue
		}
		k := pairKey(cells[prev], c)
		s := l.rarity(cells[prev]) + l.rarity(c) - 4*min(owners.of(k), 32)
		if c.class() == classHan && l.words.has([]cell{cells[prev], c}) {
			s -= 40
		}
		if (c.class() == classHan) != (cells[prev].class() == classHan) {
			s += 60 // scripts meet at few places, and mostly elsewhere
		}
		if s > score {
			score, at, key = s, prev, k
		}
		prev = i
	}
	return at, key, score
}

// rarity of a letter that is not Han is a guess: -8 ln p in mixed chat.
func (l *Lexicon) rarity(c cell) int {
	switch c.class() {
	case classHan:
		return l.han.rarity(c.r())
	case classLatin, classDigit:
		return 40
	}
	return 70
}
