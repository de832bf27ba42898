package moderation

import "slices"

// reread adds to the hits in a text those that need another reading of it, as in
// the address of a link nothing does.
func (j *Judge) reread(s *scratch, text string, inLinks linkSpans) []Hit {
	plain, encoded := len(s.hits), s.folded.mayHoldEncoded()
	if s.folded.mayHoldAlike() {
		for n := 0; s.folded.read(text, n); n++ {
			s.hits = j.lexicon.Find(&s.folded, s.hits)
		}
	}
	if encoded && s.decoder.decode(text) {
		s.folded.Fold(s.decoder.text.String())
		decoded := len(s.hits)
		s.hits = j.lexicon.Find(&s.folded, s.hits)
		for i := decoded; i < len(s.hits); i++ {
			s.decoder.original(&s.hits[i])
		}
	}
	others := slices.DeleteFunc(s.hits[plain:], func(h Hit) bool { return !h.reread || inLinks.meet(h.Start, h.End) })
	if len(others) == 0 {
		return s.hits[:plain]
	}
	s.folded.Fold(text)
	others = j.lexicon.spare(&s.folded, others)
	return merge(append(s.hits[:plain], others...))
}

// spare removes the hits of another reading that the text as it is written, f,
// explains: an allow-phrase covers them (瑜伽群 for 加群), or what only looks like
// a character of theirs belongs to an ordinary word (目睹 in 目睹球赛 for 赌球).
func (l *Lexicon) spare(f *Folded, hits []Hit) []Hit {
	phrases := phrasesOf(l.candidates(f, nil))
	return slices.DeleteFunc(hits, func(h Hit) bool { return covered(phrases, h) || l.ownWords(f, h) })
}

// ownWords reports whether a hit needs look-alikes and all of them belong to
// ordinary words of the text.
func (l *Lexicon) ownWords(f *Folded, h Hit) bool {
	if h.reasons&alikeReasons != 1<<stepAlike {
		return false
	}
	own := false
	first, _ := slices.BinarySearch(f.at[:f.typed], int32(h.Start))
	for i := first; i < f.typed && int(f.at[i]) < h.End; i++ {
		if len(alikeTable()[f.cells[i].r()]) == 0 {
			continue
		}
		if own = f.cells[i].isHan() && l.words.around(f.cells[:f.typed], i); !own {
			return false
		}
	}
	return own
}

// around reports whether cell i and a neighbour are an ordinary word.
func (s *wordSet) around(cells []cell, i int) bool {
	return i > 0 && cells[i-1].isHan() && s.has(cells[i-1:i+1]) || i+1 < len(cells) && cells[i+1].isHan() && s.has(cells[i:i+2])
}
