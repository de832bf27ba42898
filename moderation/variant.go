package moderation

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// maxForms is how many spellings a keyword is expanded to at most.
const maxForms = 64

var (
	//go:embed variant_split.txt
	splitData string
	//go:embed variant_shorthand.txt
	shorthandData string
)

var (
	splitTable     = sync.OnceValue(loadSplits)
	shorthandTable = sync.OnceValue(loadShorthands)
)

// radicalForms are characters typed where a part has no key of its own.
var radicalForms = strings.NewReplacer("亻", "人", "讠", "言", "钅", "金", "氵", "水", "扌", "手", "纟", "丝", "忄", "心",
	"阝", "耳", "衤", "衣", "礻", "示", "刂", "刀", "艹", "草", "饣", "食", "犭", "犬", "攵", "文", "辶", "之")

// loadSplits maps a folded character to the spellings of its parts.
func loadSplits() map[rune][]string {
	out := map[rune][]string{}
	for line := range strings.Lines(splitData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for row := range strings.FieldsSeq(line) {
			whole := []rune(row)
			parts := string(whole[1:])
			key := []rune(FoldString(string(whole[:1])))[0]
			out[key] = append(out[key], parts)
			if other := radicalForms.Replace(parts); other != parts {
				out[key] = append(out[key], other)
			}
		}
	}
	return out
}

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
			cells := foldCells(field)
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
	s := speller{builder: b, seen: map[string]bool{}, form: form{keyword: id}}
	if has(VariantRepeat) {
		s.form.flags |= flagRepeat
	}
	s.add(formPlain, cells)
	if has(VariantSplit) {
		s.splits(cells)
	}
	if has(VariantInitials) {
		s.initials(b.lex.han, cells)
	}
	if has(VariantPinyin) {
		s.latinised(b.lex.han, cells)
	}
	var short [][]cell
	if has(VariantShorthand) { // these can be many
		s.spelled(cells)
		short = s.replaced(cells)
		s.addAll(formShorthand, short)
	}
	for _, c := range short { // two words at once, while there is room
		s.addAll(formShorthand, s.replaced(c))
	}
	if has(VariantPinyin) || has(VariantHomophone) {
		b.addSound(id, cells, has(VariantPinyin), has(VariantHomophone))
	}
}

// speller collects the spellings of one keyword.
type speller struct {
	*builder
	form form
	seen map[string]bool
}

func (s *speller) add(kind formKind, cells []cell) {
	key := text(cells)
	if len(cells) > MaxKeyword || !slices.ContainsFunc(cells, cell.isLetter) || len(s.seen) >= maxForms || s.seen[key] {
		return
	}
	s.seen[key] = true
	f := s.form
	f.kind = kind
	if kind == formInitials {
		f.flags &^= flagRepeat // www are no initials
	}
	if leetable(cells) && kind == formPlain {
		f.flags |= flagLeet
	}
	s.builder.add(f, cells)
}

func text(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteRune(c.r())
	}
	return b.String()
}

// leetable words are long enough that a digit for a letter is no accident.
func leetable(cells []cell) bool {
	if len(cells) < leetLetters {
		return false
	}
	for _, c := range cells {
		if c.class() != classLatin && c.class() != classDigit {
			return false
		}
	}
	return true
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

// splits writes each character as its parts: alone, with the next one, and all
// together.
func (s *speller) splits(cells []cell) {
	for other := range 2 {
		spelled := make([][]cell, len(cells))
		for i, c := range cells {
			spelled[i] = cells[i : i+1]
			if parts := splitTable()[c.r()]; len(parts) > 0 && c.class() == classHan {
				spelled[i] = foldCells(parts[min(other, len(parts)-1)])
			}
		}
		for n := range 2 {
			for i := 0; i+n < len(cells); i++ {
				s.add(formSplit, slices.Concat(cells[:i], slices.Concat(spelled[i:i+n+1]...), cells[i+n+1:]))
			}
		}
		s.add(formSplit, slices.Concat(spelled...))
	}
}

// everydayLatin are two letters that stand in chats as words of their own and
// are nobody's initials, like those that only repeat one (XX).
const everydayLatin = " qq ok hi no my me we he is am pm id tv pc it or so to us by go do be if in of on up an as at mm gg dd ps vs kg cm "

// initials writes the keyword as the first letters of its syllables: all of
// them, and those before or behind every place in it.
func (s *speller) initials(han *hanInfo, cells []cell) {
	var all []cell
	for _, c := range cells {
		name := han.spelling(c)
		if name == "" {
			return
		}
		all = append(all, latin(name[:1])...)
	}
	if len(cells) < 2 {
		return
	}
	if !strings.Contains(everydayLatin, " "+text(all)+" ") && (len(all) > 2 || all[0] != all[1]) {
		s.add(formInitials, all)
	}
	for i := 1; i < len(cells); i++ {
		s.add(formInitials, slices.Concat(cells[:i], all[i:]))
		s.add(formInitials, slices.Concat(all[:i], cells[i:]))
	}
}

// latinised writes the keyword as one Latin word, which may be spaced letter
// by letter like any other.
func (s *speller) latinised(han *hanInfo, cells []cell) {
	var all []cell
	for _, c := range cells {
		name := han.spelling(c)
		if name == "" {
			return
		}
		all = append(all, latin(name)...)
	}
	if len(cells) > 1 {
		s.add(formPinyin, all)
	}
}

func latin(s string) []cell {
	var out []cell
	for _, r := range s {
		out = append(out, cell(r)|classLatin<<classShift)
	}
	return out
}

// spelled writes a number as English words.
func (s *speller) spelled(cells []cell) {
	words := [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	var all []cell
	for _, c := range cells {
		if c.class() != classDigit {
			return
		}
		all = append(all, latin(words[c.r()-'0'])...)
	}
	if len(cells) >= leetLetters {
		s.add(formSpelled, all)
	}
}
