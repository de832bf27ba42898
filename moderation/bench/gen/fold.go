package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mtibben/confusables"
	"golang.org/x/text/unicode/norm"
)

// Classes and steps; package moderation has the same lists in fold.go.
const (
	classOther = iota
	classHan
	classLatin
	classDigit
	classGap
	classStop
	classDrop
	classExpand
)

const (
	stepNone = iota
	stepCase
	stepWidth
	stepCompat
	stepTraditional
	stepAmbiguous
	stepJapanese
	stepRadical
	stepAccent
	stepStyled
	stepRegional
	stepNumeral
	stepDigit
	stepLookalike
)

type fold struct {
	to   []rune
	step int
}

type foldTable struct {
	char      map[rune]fold // every rune that changes
	trad      map[rune]rune
	ambiguous map[rune]bool
	japanese  map[rune]rune
}

func buildFolds(opencc string) (*foldTable, error) {
	t := &foldTable{char: map[rune]fold{}, trad: map[rune]rune{}, ambiguous: map[rune]bool{}, japanese: map[rune]rune{}}
	if err := t.readTraditional(opencc); err != nil {
		return nil, err
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || class(r) == classDrop {
			continue
		}
		if f, changed := t.closure(r); changed {
			t.char[r] = f
		}
	}
	return t, nil
}

// readTraditional loads OpenCC's single characters. The first value of a row
// is the usual one; a simplified form with several traditional sources makes
// each of them ambiguous.
func (t *foldTable) readTraditional(dir string) error {
	ts, err := rows(filepath.Join(dir, "TSCharacters.txt"))
	if err != nil {
		return err
	}
	st, err := rows(filepath.Join(dir, "STCharacters.txt"))
	if err != nil {
		return err
	}
	jp, err := rows(filepath.Join(dir, "JPShinjitaiCharacters.txt"))
	if err != nil {
		return err
	}
	sources := map[rune]int{}
	for from, to := range st {
		sources[from] = len(to)
	}
	for from, to := range ts {
		if from != to[0] {
			t.trad[from] = to[0]
			t.ambiguous[from] = sources[to[0]] > 1
		}
	}
	for from, to := range jp {
		if _, isTrad := t.trad[from]; !isTrad && sources[from] == 0 && from != to[0] {
			t.japanese[from] = to[0]
		}
	}
	return nil
}

func rows(path string) (map[rune][]rune, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open character data: %w", err)
	}
	defer f.Close()
	out := map[rune][]rune{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		key, values, ok := strings.Cut(sc.Text(), "\t")
		if !ok || strings.HasPrefix(key, "#") || utf8.RuneCountInString(key) != 1 {
			continue
		}
		k, _ := utf8.DecodeRuneInString(key)
		for v := range strings.FieldsSeq(values) {
			if utf8.RuneCountInString(v) == 1 {
				r, _ := utf8.DecodeRuneInString(v)
				out[k] = append(out[k], r)
			}
		}
		if len(out[k]) == 0 {
			delete(out, k)
		}
	}
	return out, sc.Err()
}

// closure folds r until nothing changes, so that folding twice is folding once.
func (t *foldTable) closure(r rune) (fold, bool) {
	cur := fold{to: []rune{r}}
	for range 8 {
		next := fold{step: cur.step}
		for _, c := range cur.to {
			to, step := t.once(c)
			next.to = append(next.to, to...)
			next.step = max(next.step, step)
		}
		if string(next.to) == string(cur.to) {
			break
		}
		cur = next
	}
	if len(cur.to) > 4 || len(cur.to) == 0 {
		return fold{to: []rune{r}}, false
	}
	return cur, string(cur.to) != string(r)
}

// once takes the first step that changes r.
func (t *foldTable) once(r rune) ([]rune, int) {
	if to, step, ok := ownFold(r); ok {
		return to, step
	}
	if s := norm.NFKC.String(string(r)); s != string(r) {
		return letters(s, r), compatStep(r, s)
	}
	if lower := unicode.ToLower(r); lower != r {
		return []rune{lower}, stepCase
	}
	if to, ok := t.trad[r]; ok {
		if t.ambiguous[r] {
			return []rune{to}, stepAmbiguous
		}
		return []rune{to}, stepTraditional
	}
	if to, ok := t.japanese[r]; ok {
		return []rune{to}, stepJapanese
	}
	return latinLookalike(r)
}

// letters strips the brackets and full stops of enumerations such as ⑴ and ⒈.
func letters(s string, r rune) []rune {
	if r == '…' || r == '‥' {
		return []rune{'.'}
	}
	var kept []rune
	for _, c := range s {
		if class(c) != classDrop && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		for _, c := range s {
			if class(c) != classDrop {
				return []rune{c}
			}
		}
		return []rune{r}
	}
	return kept
}

func compatStep(r rune, s string) int {
	switch {
	case r >= 0xFF00 && r <= 0xFFEF || r == 0x3000:
		return stepWidth
	case r >= 0x2F00 && r <= 0x2FDF || r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F:
		return stepRadical
	}
	return stepCompat
}

// latinLookalike maps letters of other alphabets and Latin letters with marks
// to the plain letter they are mistaken for.
func latinLookalike(r rune) ([]rune, int) {
	scripts := []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Cherokee, unicode.Lisu, unicode.Coptic}
	if r < 0x80 || !unicode.In(r, scripts...) || !unicode.IsLetter(r) {
		return []rune{r}, stepNone
	}
	var base []rune
	for _, c := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, c) {
			base = append(base, c)
		}
	}
	if len(base) == 1 && base[0] < 0x80 {
		return base, stepAccent
	}
	base = base[:0]
	for _, c := range norm.NFKD.String(confusables.Skeleton(string(r))) {
		if !unicode.Is(unicode.Mn, c) {
			base = append(base, unicode.ToLower(c))
		}
	}
	if len(base) == 1 {
		if to, _, ok := ownFold(base[0]); ok && len(to) == 1 { // to a small capital
			base = to
		}
	}
	if len(base) == 1 && base[0] >= 'a' && base[0] <= 'z' {
		return base, stepLookalike
	}
	return []rune{r}, stepNone
}

// class sorts an already folded rune.
func class(r rune) int {
	switch {
	case r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029 || r == 0x85 || r == '。' || r == '!' || r == '?':
		return classStop
	case r == ' ' || r == '\t':
		return classGap
	case dropped(r):
		return classDrop
	case isOwnGap(r):
		return classGap
	case unicode.Is(unicode.Han, r):
		return classHan
	case r >= '0' && r <= '9':
		return classDigit
	case unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) && unicode.IsLetter(r):
		return classLatin
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r > 0xFFFF && !unicode.IsSymbol(r) && !unicode.IsPunct(r) && !unicode.Is(unicode.Co, r) && unicode.In(r, unicode.L, unicode.N):
		return classOther
	}
	return classGap
}

// encode lays the table out as pages of 256 entries: low 21 bits the rune XOR
// its folded rune, then three bits class and five bits step. The XOR lets all
// pages without a change share one. Expansions hold an index in the low bits.
func (t *foldTable) encode() []byte {
	var pages [][256]uint32
	seen := map[[256]uint32]uint16{}
	index := make([]uint16, 0x1100)
	var expansions []rune
	for p := range index {
		var page [256]uint32
		for i := range page {
			page[i] = t.entry(rune(p<<8|i), &expansions)
		}
		id, ok := seen[page]
		if !ok {
			id = uint16(len(pages))
			seen[page] = id
			pages = append(pages, page)
		}
		index[p] = id
	}
	out := binary.LittleEndian.AppendUint16(nil, uint16(len(pages)))
	out = binary.LittleEndian.AppendUint16(out, uint16(len(expansions)))
	for _, id := range index {
		out = binary.LittleEndian.AppendUint16(out, id)
	}
	for _, page := range pages {
		for _, e := range page {
			out = binary.LittleEndian.AppendUint32(out, e)
		}
	}
	for _, r := range expansions {
		out = binary.LittleEndian.AppendUint32(out, uint32(r)|uint32(class(r))<<21)
	}
	return out
}

func (t *foldTable) entry(r rune, expansions *[]rune) uint32 {
	f, changed := t.char[r]
	if !changed {
		return uint32(class(r)) << 21
	}
	step := uint32(f.step) << 24
	// A regional letter goes the slow way: two of them may be a flag.
	if len(f.to) == 1 && f.step != stepRegional {
		return uint32(r^f.to[0]) | uint32(class(f.to[0]))<<21 | step
	}
	// An expansion is its length in four bits above its start in the list.
	at := len(*expansions)
	*expansions = append(*expansions, f.to...)
	return uint32(at|len(f.to)<<16) | classExpand<<21 | step
}

// one folds a single rune to a single rune, as the word tables need it.
func (t *foldTable) one(r rune) rune {
	if f, ok := t.char[r]; ok && len(f.to) == 1 {
		return f.to[0]
	}
	return r
}
