package decision

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest is how many runes one message has at most: what WeChat shows without
// folding it away.
const Longest = 500

// Guard is an invisible word joiner. A line that begins with it is no command,
// whatever it says.
const Guard = "\u2060"

// Messages returns the rows that a sentence takes, one for each message: itself
// where it fits into one, else its parts in order. They are told apart by their
// causes, so that the same sentence always makes the same rows. What a row with
// a merge key says is made, and split, when it is due.
func (s Say) Messages() []Say {
	if s.Merge != "" {
		return []Say{s}
	}
	texts := Messages(s.Text)
	parts := make([]Say, len(texts))
	for i, text := range texts {
		parts[i] = s
		parts[i].Text = text
		if i > 0 {
			parts[i].Cause = fmt.Sprintf("%s/%d", s.Cause, i+1)
			parts[i].Parts = nil // what is said once it arrived is said once
		}
	}
	return parts
}

// Messages splits a text into messages of at most [Longest] runes.
func Messages(text string) []string {
	first, rest := FirstMessage(text)
	all := []string{first}
	for rest != "" {
		first, rest = FirstMessage(rest)
		all = append(all, first)
	}
	return all
}

// FirstMessage parts a text that is longer than one message: what the first one
// says, and the rest, which is no command. It cuts at the end of a line. Only
// where the next line is too long for any message does it cut inside, after a
// sentence, a comma or a space, and within a word, an address or what is seen as
// one character only if there is no other place.
func FirstMessage(text string) (first, rest string) {
	if utf8.RuneCountInString(text) <= Longest {
		return text, ""
	}
	text = strings.TrimSpace(text)
	runes := firstRunes(text, 2*Longest+2)
	if len(runes) <= Longest {
		return text, ""
	}
	size := 0
	for range place(runes) {
		_, n := utf8.DecodeRuneInString(text[size:])
		size += n
	}
	return strings.TrimRightFunc(text[:size], unicode.IsSpace), Guard + strings.TrimLeftFunc(text[size:], unicode.IsSpace)
}

// firstRunes returns at most limit runes of a text.
func firstRunes(text string, limit int) []rune {
	runes := make([]rune, 0, limit)
	for _, r := range text {
		if len(runes) == limit {
			break
		}
		runes = append(runes, r)
	}
	return runes
}

// place is how many runes the first message takes of a text that begins with
// these: more than one message has, and the line that follows. It is more than
// a guard.
func place(runes []rune) int {
	least := 1
	if string(runes[0]) == Guard {
		least = 2
	}
	end := Longest
	for end >= least && runes[end] != '\n' {
		end--
	}
	if end >= least && lineFits(runes[end+1:]) {
		return end
	}
	best, at := -1, Longest
	for n := Longest; n >= least && (n >= Longest/2 || best < betweenWords); n-- {
		if how := cutBefore(runes, n); how > best {
			best, at = how, n
		}
	}
	return at
}

// lineFits reports whether the first line of runes fits into a message behind
// a guard.
func lineFits(runes []rune) bool {
	for n, r := range runes {
		if r == '\n' {
			return n < Longest
		}
	}
	return len(runes) < Longest
}

// How good a place in a line is for a cut, the worst first.
const (
	insideCharacter = iota
	insideWord
	betweenWords
	afterComma
	afterSentence
	atLineEnd
)

// cutBefore says how good it is to cut before the n-th rune.
func cutBefore(runes []rune, n int) int {
	before, after := runes[n-1], runes[n]
	switch {
	case joined(runes, n):
		return insideCharacter
	case after == '\n' || before == '\n':
		return atLineEnd
	case inWord(before) && inWord(after), strings.ContainsRune("，。、！？；：…」』）》】”’,.!?;:)", after):
		return insideWord
	case strings.ContainsRune("。！？；…!?;", before):
		return afterSentence
	case unicode.IsSpace(before) || strings.ContainsRune("，、：,:", before):
		return afterComma
	default:
		return betweenWords
	}
}

// inWord reports whether a rune is of those that addresses and Latin words are
// written in.
func inWord(r rune) bool { return r > ' ' && r < unicode.MaxASCII }

// joined reports whether the n-th rune belongs to what is seen as one character
// with the rune before it: marks, emoji joined or coloured, flags, Korean.
func joined(runes []rune, n int) bool {
	const joiner = '\u200d'
	before, after := runes[n-1], runes[n]
	switch {
	case unicode.Is(unicode.M, after), after == joiner, before == joiner && after > unicode.MaxASCII,
		after >= 0x1F3FB && after <= 0x1F3FF, after >= 0xE0020 && after <= 0xE007F, after >= 0x1160 && after <= 0x11FF,
		before == '\r' && after == '\n':
		return true
	}
	flags := 0
	for n-flags > 0 && regional(runes[n-flags-1]) {
		flags++
	}
	return regional(after) && flags%2 == 1
}

// regional reports whether a rune is half a flag.
func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
