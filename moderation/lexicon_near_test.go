package moderation

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestTones looks at every rune there is: the table must say of what it folds to
// what the builder of a lexicon says of the same letter.
func TestTones(t *testing.T) {
	han := hanTable()
	if n := len(han.names); n >= firstLatinTone {
		t.Fatalf("%d syllables reach the tones of Latin letters", n)
	}
	var f Folded
	for r := range rune(unicode.MaxRune) {
		if !utf8.ValidRune(r) {
			continue
		}
		f.Fold(string(r))
		for _, c := range f.cells {
			want := uint64(0)
			if c.isLetter() {
				want = han.tone(c.r())
			}
			if c.tone() != want {
				t.Fatalf("%U folds to %q of tone %d, want %d", r, c.r(), c.tone(), want)
			}
		}
	}
}
