package moderation

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// maxForms is how many spellings a keyword is expanded to at most.
const maxForms = 64

//go:embed variant_shorthand.txt
var shorthandData string

var shorthandTable = sync.OnceValue(loadShorthands)

// shorthand is a word and its other spellings, folded.
type shorthand struct {
	word  []cell
	forms [][]cell
}

func loadShorthands() []shorthand {
	var out []shorthand
	for line := range strings.Lines(shorthandData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var s shorthand
		for i, field := range strings.Fields(line) {
			cells := foldCells(strings.ReplaceAll(field, "_", " "))
			if i == 0 {
				s.word = cells
			} else {
				s.forms = append(s.forms, cells)
			}
		}
		out = append(out, s)
	}
	return out
}

func foldCells(s string) []cell {
	var f Folded
	f.Fold(s)
	for i := range f.cells {
		f.cells[i] &^= markHidden | markJoined
	}
	return f.cells
}

// addKeyword adds a keyword and the spellings its variants ask for.
func (b *builder) addKeyword(id int32, cells []cell, variants []Variant) {
	has := func(v Variant) bool { return slices.Contains(variants, v) }
	s := speller{builder: b, first: len(b.lex.forms), form: form{keyword: id}}
	if has(VariantRepeat) {
		s.form.flags |= flagRepeat
	}
	if has(VariantSplit) {
		s.form.flags |= flagSplit
		b.split = true
	}
	s.add(formPlain, cells)
	if has(VariantInitials) {
		b.addInitials(int32(s.first))
	}
	if has(VariantPinyin) {
		s.add(formPinyin, s.latinised(b.lex.han, cells))
		s.numerals(b.lex.han, cells)
	}
	var short [][]cell
	if has(VariantShorthand) { // these can be many
		s.spelled(cells)
		s.signs(cells)
		if has(VariantPinyin) {
			s.added(b.lex.han, cells)
		}
		short = s.replaced(cells)
		s.addAll(formShorthand, short)
	}
	for _, c := range short { // two words at once, while there is room
		s.addAll(formShorthand, s.replaced(c))
	}
	b.addSound(int32(s.first), variants)
}

// speller collects the spellings of one keyword.
type speller struct {
	*builder
	form  form
	first int // of the keyword's forms
}

func (s *speller) add(kind formKind, cells []cell) {
	if len(cells) > MaxKeyword || !slices.ContainsFunc(cells, cell.isLetter) ||
		len(s.lex.forms)-s.first >= maxForms || s.has(cells) {
		return
	}
	f := s.form
	f.kind = kind
	if leetable(cells) && (kind == formPlain || kind == formSigns) {
		f.flags |= flagLeet
	}
	s.builder.add(f, cells)
}

// has reports whether the keyword is spelled so already.
func (s *speller) has(cells []cell) bool {
	for i := s.first; i < len(s.lex.forms); i++ {
		if slices.EqualFunc(s.lex.cellsOf(&s.lex.forms[i]), cells, func(a, b cell) bool { return a.r() == b.r() }) {
			return true
		}
	}
	return false
}

// leetable words are long enough that a digit for a letter is no accident, or
// three letters of which one may be a digit.
func leetable(cells []cell) bool {
	latin := 0
	for _, c := range cells {
		switch c.class() {
		case classLatin:
			latin++
		case classDigit, classGap: // a sign for a letter
		default:
			return false
		}
	}
	return len(cells) >= leetLetters || latin == 3
}

// signs writes a Latin word or a number with the signs that look like its
// letters: one letter once or wherever it occurs, or all of them.
func (s *speller) signs(cells []cell) {
	if len(cells) < leetLetters || !leetable(cells) {
		return
	}
	all := slices.Clone(cells)
	for _, pair := range [...]struct{ letter, sign rune }{{'a', '@'}, {'s', '$'}, {'i', '!'}, {'l', '|'}, {'e', '€'}, {'0', '○'}} {
		one := slices.Clone(cells)
		for i, c := range cells {
			if c.r() == pair.letter {
				one[i] = cell(pair.sign) | classGap<<classShift
				all[i] = one[i]
				s.add(formSigns, slices.Concat(cells[:i], one[i:i+1], cells[i+1:]))
			}
		}
		s.add(formSigns, one)
	}
	s.add(formSigns, all)
}

func (s *speller) addAll(kind formKind, forms [][]cell) {
	for _, cells := range forms {
		s.add(kind, cells)
	}
}

// replaced writes every known word of the keyword in its other ways, one word
// at a time.
func (s *speller) replaced(cells []cell) [][]cell {
	var out [][]cell
	for _, row := range shorthandTable() {
		at := index(cells, row.word)
		// One character alone has no shorthand: a keyword 加 must not become a plus.
		if at < 0 || len(row.word) == 1 && len(cells) == 1 {
			continue
		}
		for _, form := range row.forms {
			out = append(out, slices.Concat(cells[:at], form, cells[at+len(row.word):]))
		}
	}
	return out
}

// index is where word begins in cells, or -1; letters must not go on inside a
// Latin word.
func index(cells, word []cell) int {
	narrow := func(i int) bool { return i >= 0 && i < len(cells) && cells[i].class() == classLatin }
	for i := 0; i+len(word) <= len(cells); i++ {
		if !slices.EqualFunc(cells[i:i+len(word)], word, func(a, b cell) bool { return a.r() == b.r() }) ||
			narrow(i) && narrow(i-1) || narrow(i+len(word)-1) && narrow(i+len(word)) {
			continue
		}
		return i
	}
	return -1
}

// latinised is a keyword written as one Latin word, which may be spaced letter
// by letter like any other; nil if it has no characters to be written so.
func (s *speller) latinised(han *hanInfo, cells []cell) []cell {
	var all []cell
	for _, c := range cells {
		name := han.spelling(c)
		if c.step() == stepNumeral {
			name = han.numeral(c)
		}
		if name == "" {
			return nil
		}
		all = append(all, latin(name)...)
	}
	if len(cells) < 2 || !slices.ContainsFunc(cells, func(c cell) bool { return c.class() == classHan }) {
		return nil
	}
	return all
}

// added writes what 加 asks to add as one Latin word behind a plus: +weixin.
func (s *speller) added(han *hanInfo, cells []cell) {
	if cells[0].r() != '加' {
		return
	}
	if name := s.latinised(han, cells[1:]); name != nil {
		s.add(formSyllable, append(foldCells("+"), name...))
	}
}

// numerals writes each numeral of a word (下三滥) by how it is read. Folded it is
// a digit, which has no syllable to be heard.
func (s *speller) numerals(han *hanInfo, cells []cell) {
	if !slices.ContainsFunc(cells, func(c cell) bool { return c.class() == classHan }) {
		return
	}
	for i, c := range cells {
		if c.step() == stepNumeral {
			s.add(formSyllable, slices.Concat(cells[:i], latin(han.numeral(c)), cells[i+1:]))
		}
	}
}

func latin(s string) []cell {
	var out []cell
	for _, r := range s {
		out = append(out, cell(r)|classLatin<<classShift)
	}
	return out
}

// digitWords are how digits are spelled: in English, by their syllables, and by
// those that are said of telephone numbers.
var digitWords = [...][10]string{
	{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
	{"ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"},
	{"ling", "yao", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"},
}

// spelled writes a number as words.
func (s *speller) spelled(cells []cell) {
	if len(cells) < leetLetters || slices.ContainsFunc(cells, func(c cell) bool { return c.class() != classDigit }) {
		return
	}
	for _, words := range digitWords {
		var all []cell
		for _, c := range cells {
			all = append(all, latin(words[c.r()-'0'])...)
		}
		s.add(formSpelled, all)
	}
}
