package moderation

import "strings"

// maxWord is the longest ordinary word looked for across an edge.
const maxWord = 4

// edges applies the rules for the two ends of a match and reports whether it
// stands. A hit that cuts an ordinary word on both sides is none (海外|挂号); on one
// side it is marked, unless what is left of the text there is a word itself
// (刷单|人员, though 单人 is a word).
func (t *trial) edges(words wordSet) bool {
	if !t.narrowEdge(-1) || !t.narrowEdge(+1) {
		return false
	}
	if t.form.keyword == allowed {
		return true
	}
	left, right := t.cutsLeft(words), t.cutsRight(words)
	if left && right {
		return false
	}
	if left && !t.wordBefore(words) || right && !t.wordBehind(words) {
		t.reasons |= reasonCut
	}
	return true
}

// narrowEdge keeps Latin letters and digits from being found inside a word or
// a number. A last letter typed several times belongs to the match.
func (t *trial) narrowEdge(dir int) bool {
	w := t.want[0]
	if dir > 0 {
		w = t.want[len(t.want)-1]
	}
	class := w.class()
	if class != classLatin && class != classDigit {
		return true
	}
	for range maxRepeats {
		i := t.start - 1
		if dir > 0 {
			i = t.end
		}
		if i < 0 || i >= len(t.cells) || !t.cells[i].isLetter() {
			return true
		}
		c := t.cells[i]
		if class == classDigit {
			return !t.number(c, i-dir)
		}
		if c.class() != classLatin {
			return true
		}
		if c.r() != w.r() || t.form.flags&flagRepeat == 0 {
			return false
		}
		t.reasons |= reasonRepeat
		t.start, t.end = min(t.start, i), max(t.end, i+1)
	}
	return false
}

// number reports whether c goes on with the number that has a digit at cell i:
// a digit, or beside a written numeral a unit or 第.
func (t *trial) number(c cell, i int) bool {
	return c.r() >= '0' && c.r() <= '9' || t.cells[i].step() == stepNumeral && strings.ContainsRune("十百千万亿第", c.r())
}

// cutsLeft reports whether an ordinary word begins before the match and ends
// inside it.
func (t *trial) cutsLeft(words wordSet) bool {
	for from := t.start - 1; from >= max(0, t.start-maxWord+1) && t.cells[from].class() == classHan; from-- {
		for to := t.start + 1; to < t.end && to <= from+maxWord && t.cells[to-1].class() == classHan; to++ {
			if words.has(t.cells[from:to]) {
				return true
			}
		}
	}
	return false
}

// cutsRight reports whether an ordinary word begins inside the match and ends
// behind it.
func (t *trial) cutsRight(words wordSet) bool {
	for to := t.end + 1; to <= min(len(t.cells), t.end+maxWord-1) && t.cells[to-1].class() == classHan; to++ {
		for from := t.end - 1; from > t.start && from >= to-maxWord && t.cells[from].class() == classHan; from-- {
			if words.has(t.cells[from:to]) {
				return true
			}
		}
	}
	return false
}

// wordBefore reports whether an ordinary word ends where the match begins.
func (t *trial) wordBefore(words wordSet) bool {
	for n := 2; n <= maxWord && t.start >= n; n++ {
		if words.has(t.cells[t.start-n : t.start]) {
			return true
		}
	}
	return false
}

// wordBehind reports whether an ordinary word begins where the match ends.
func (t *trial) wordBehind(words wordSet) bool {
	for n := 2; n <= maxWord && t.end+n <= len(t.cells); n++ {
		if words.has(t.cells[t.end : t.end+n]) {
			return true
		}
	}
	return false
}
