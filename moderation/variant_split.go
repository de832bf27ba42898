package moderation

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed variant_split.txt
var splitData string

var splitTable = sync.OnceValue(loadSplits)

// splits knows the parts characters are typed as. Keywords are not written
// out in them: any of their characters may be typed so.
type splits struct {
	parts map[rune][][]cell // of a folded character
	whole []splitWhole
}

// splitWhole is a character and one way of typing its parts.
type splitWhole struct {
	whole cell
	parts []cell
}

// radicalForms are characters typed where a part has no key of its own.
var radicalForms = strings.NewReplacer("亻", "人", "讠", "言", "钅", "金", "氵", "水", "扌", "手", "纟", "丝", "忄", "心",
	"阝", "耳", "衤", "衣", "礻", "示", "刂", "刀", "艹", "草", "饣", "食", "犭", "犬", "攵", "文", "辶", "之")

func loadSplits() *splits {
	t := &splits{parts: map[rune][][]cell{}}
	for line := range strings.Lines(splitData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for row := range strings.FieldsSeq(line) {
			t.add(row)
			if other := radicalForms.Replace(row); other != row {
				t.add(other)
			}
		}
	}
	return t
}

// add takes in a character followed by its parts.
func (t *splits) add(row string) {
	c := foldCells(row)
	if len(c) < 3 || c[0].class() != classHan {
		return
	}
	t.parts[c[0].r()] = append(t.parts[c[0].r()], c[1:])
	t.whole = append(t.whole, splitWhole{c[0], c[1:]})
}

// joint is the first two parts of a character in the gate: its number among
// the splits and what else has the same pair, another joint or a form.
type joint struct {
	split int32
	next  int32
}

// join is a character typed as its parts: the cells of the first two in the
// text and of the last.
type join struct {
	*splitWhole
	first, second, last int
}

// addJoints puts the parts of the characters that some form has into the gate.
// Their numbers go on behind those of the forms.
func (l *Lexicon) addJoints() {
	var occurs [lastHan + 1]bool
	for _, c := range l.arena {
		if c.r() <= lastHan {
			occurs[c.r()] = true
		}
	}
	for i, w := range l.splits.whole {
		if r := w.whole.r(); r <= lastHan && !occurs[r] {
			continue
		}
		id, key := int32(len(l.forms)+len(l.joints)), pairKey(w.parts[0], w.parts[1])
		l.joints = append(l.joints, joint{int32(i), l.gate.put(key, id)})
		l.addNear(key)
	}
}

// maxJoins is how many joins before one are asked whether they end beside it.
const maxJoins = 32

// searchJoins compares the forms in whose rarest pair a letter is split, for
// every join. The other letter may be split too.
func (l *Lexicon) searchJoins(f *Folded, dst []Hit) []Hit {
	for n := range f.joins {
		j := &f.joins[n]
		if !j.finish(f.cells) {
			continue
		}
		whole := canon(j.whole)
		if l.gate.singles {
			dst = l.compareJoin(f, j, whole, 0, dst)
		}
		for _, i := range beside(f.cells, j.first, -1) {
			if i < 0 {
				continue
			}
			dst = l.compareJoin(f, j, canon(f.cells[i])<<21|whole, 1, dst)
			for _, before := range f.joins[max(0, n-maxJoins):n] {
				if before.last == i {
					dst = l.compareJoin(f, j, canon(before.whole)<<21|whole, 1, dst)
				}
			}
		}
		for _, i := range beside(f.cells, j.last, +1) {
			if i >= 0 {
				dst = l.compareJoin(f, j, whole<<21|canon(f.cells[i]), 0, dst)
			}
		}
	}
	return dst
}

// finish finds the parts behind the first two.
func (j *join) finish(cells []cell) bool {
	t := trial{cells: cells, repeat: true}
	last, ok := t.rest(j.second, j.parts[2:], +1)
	if ok {
		j.last = last
	}
	return ok
}

// compareJoin compares the forms of a pair of which the first or the second
// letter is the joined one.
func (l *Lexicon) compareJoin(f *Folded, j *join, key uint64, letter int, dst []Hit) []Hit {
	id := l.gate.get(key)
	for id >= int32(len(l.forms)) {
		id = l.joints[id-int32(len(l.forms))].next
	}
	for ; id >= 0; id = l.forms[id].next {
		if form := &l.forms[id]; form.flags&flagSplit != 0 {
			t := l.trial(f, form)
			if t.runJoin(j, letter) && t.edges(l.words) {
				dst = append(dst, t.hit(f))
			}
		}
	}
	return dst
}

// beside are the letter next to cell i, and the first that is not the letter at
// i once more; -1 for none.
func beside(cells []cell, i, dir int) [2]int {
	near := next(cells, i, dir)
	far := near
	for n := 0; far >= 0 && cells[far].r() == cells[i].r() && n < maxRepeats; n++ {
		far = next(cells, far, dir)
	}
	if far == near {
		far = -1
	}
	return [2]int{near, far}
}
