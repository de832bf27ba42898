package moderation

// maxLatin is how many letters of a Latin spelling the gate looks at.
const maxLatin = 8

// latinWords finds the spellings of keywords that are Latin all through. Each
// stands at the beginning of a Latin word, so the gate is asked there only.
type latinWords struct {
	gate  gate
	sizes uint16 // bit n: some key has n letters
}

// latinKey collects the letters of a key; one repeated counts once.
type latinKey struct {
	key  uint64
	last rune
	size int
}

func (k *latinKey) add(r rune) {
	if r != k.last {
		k.key, k.last = k.key<<initialBits|uint64(r-'a')+1, r
		k.size++
	}
}

// isLatinWord reports whether a form is one the Latin gate holds.
func (f *form) isLatinWord() bool { return f.kind == formPinyin || f.kind == formSpelled }

func (l *Lexicon) newLatinWords(n int) latinWords {
	w := latinWords{gate: newGate(n)}
	for id := range l.forms {
		f := &l.forms[id]
		if !f.isLatinWord() {
			continue
		}
		var k latinKey
		for _, c := range l.cellsOf(f) {
			if k.add(c.r()); k.size == maxLatin {
				break
			}
		}
		w.sizes |= 1 << k.size
		f.next = w.gate.put(k.key, int32(id))
	}
	return w
}

// findLatin appends what is typed in Latin letters, run by run of them.
func (l *Lexicon) findLatin(f *Folded, dst []Hit) []Hit {
	h := hearing{sounds: l.sounds, lex: l, f: f}
	for to := 0; to < len(f.cells); to++ {
		if !isPlainLatin(f.cells[to]) {
			continue
		}
		from := to
		for to < len(f.cells) && isPlainLatin(f.cells[to]) {
			to++
		}
		if from == 0 || f.cells[from-1].class() != classLatin {
			dst = l.latin.begin(l, f, from, dst)
		}
		dst = l.initials.find(l, f, from, to, dst)
		if l.sounds != nil {
			h.run(from, to)
		}
	}
	return append(dst, h.dst...)
}

// begin looks for the spellings that begin with the Latin word at cell i. Its
// letters may be typed with gaps and repeats between them.
func (w *latinWords) begin(l *Lexicon, f *Folded, i int, dst []Hit) []Hit {
	if w.sizes == 0 {
		return dst
	}
	var k latinKey
	first, skipped := i, 0
	for ; i < len(f.cells) && skipped <= maxGapCells; i++ {
		c := f.cells[i]
		if skipped++; !c.isLetter() {
			continue
		}
		if !isPlainLatin(c) {
			break
		}
		size := k.size
		if k.add(c.r()); k.size == size {
			if size == 1 {
				first = i
			}
			continue
		}
		skipped = 0
		if w.sizes>>k.size&1 != 0 {
			for id := w.gate.get(k.key); id >= 0; id = l.forms[id].next {
				dst = l.compare(f, &l.forms[id], first, dst)
			}
		}
		if k.size == maxLatin {
			break
		}
	}
	return dst
}
