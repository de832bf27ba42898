package moderation

import "slices"

// maxForms is how many spellings a keyword is expanded to at most.
const maxForms = 64

// addKeyword adds a keyword and the spellings its variants ask for.
func (b *builder) addKeyword(id int32, cells []cell, variants []Variant) {
	flags := uint8(0)
	if slices.Contains(variants, VariantRepeat) {
		flags |= flagRepeat
	}
	if leetable(cells) {
		flags |= flagLeet
	}
	b.add(form{keyword: id, flags: flags}, cells)
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
