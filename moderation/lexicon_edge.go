package moderation

import (
	"slices"
	"strings"
)

// mobileDigits are those of a Chinese mobile number.
const mobileDigits = 11

// maxWord is the longest ordinary word looked for across an edge.
const maxWord = 4

// edges applies the rules for the two ends of a match and reports whether it
// stands. A hit that cuts an ordinary word on both sides is none (海外|挂号); on one
// side it is marked, unless a word that reaches further says that the text is
// cut at the edge (刷单|人员, though 单人 is a word).
func (t *trial) edges(words *wordSet) bool {
	if !t.narrowEdge(-1) || !t.narrowEdge(+1) {
		return false
	}
	if t.form.keyword == allowed {
		return true
	}
	if t.end-t.start == 1 {
		if t.inWord(words) { // it has no inside a word could reach into
			t.reasons |= reasonCut
		}
		return true
	}
	if t.doubled(t.start, -1) && t.doubled(t.end-1, +1) {
		t.reasons |= reasonRepeat
		return true
	}
	left, right := t.cutLeft(words), t.cutRight(words)
	if left > 0 && right > 0 {
		return false
	}
	if left > 0 && t.wordBefore(words) <= left || right > 0 && t.wordBehind(words) <= right {
		t.reasons |= reasonCut
	}
	return true
}

// doubled reports whether the letter at an edge stands there once more, as in
// 刷刷单单. Where letters may be repeated, that on both sides cuts no words.
func (t *trial) doubled(edge, dir int) bool {
	i := edge + dir
	return t.repeat && i >= 0 && i < len(t.cells) && t.cells[i].r() == t.cells[edge].r()
}

// narrowEdge keeps Latin letters and digits from being found inside a word or
// a number. A last letter typed several times belongs to the match.
func (t *trial) narrowEdge(dir int) bool {
	w := t.edge(dir)
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
			t.joinedBySign(class, i, dir)
			return true
		}
		c := t.cells[i]
		t.measured(class, c, dir)
		if class == classDigit {
			return !t.number(c, i-dir) || t.counted(c) || dir < 0 && t.abroad()
		}
		if c.class() != classLatin {
			return t.typed == 0 || len(t.want) > 2 || c.class() != classDigit // MP3, VX1
		}
		if c.r() != w.r() || !t.repeat {
			return false
		}
		t.reasons |= reasonRepeat
		t.start, t.end = min(t.start, i), max(t.end, i+1)
	}
	return false
}

// measured marks what is likelier a part of a measure or a name than a word: a
// short number beside a letter (x64) or a unit (64位) and a Latin word behind a
// digit (500ml). Digits behind a Latin word are the number that it announces
// (vx138), unless letters go on behind them (av1x).
func (t *trial) measured(class int, beside cell, dir int) {
	number := class == classDigit && (beside.class() == classLatin || isUnit(beside, dir)) && len(t.want) < groupedDigits
	unit := class == classLatin && beside.class() == classDigit && (dir < 0 || t.lettersBehindDigits())
	if number || unit {
		t.reasons |= reasonCut
	}
}

// isUnit reports whether c beside a number counts something with it.
func isUnit(c cell, dir int) bool {
	if dir < 0 {
		return c.r() == '第'
	}
	return strings.ContainsRune("元块毛角分斤两克吨米寸尺岁年月日号点时秒位个人名次届度折倍楼层室栋班级页章节期周天", c.r())
}

// lettersBehindDigits reports whether the digits behind the match are followed
// by a Latin letter.
func (t *trial) lettersBehindDigits() bool {
	i := t.end
	for i < len(t.cells) && i-t.end < maxGapCells && t.cells[i].class() == classDigit {
		i++
	}
	return i < len(t.cells) && t.cells[i].class() == classLatin
}

// joiningSigns part the words of a file name, an address or a piece of code,
// numberSigns the digits of an amount, a version, a date or a time.
const (
	joiningSigns = "._-@/\\=&?#~"
	numberSigns  = joiningSigns + ",:%"
)

// joinedBySign marks a Latin word or a short number that a sign at cell i joins
// to another (vpn.conf, a@qq.com, 1,110), or makes an amount (¥110, 69%).
func (t *trial) joinedBySign(class, i, dir int) {
	if i < 0 || i >= len(t.cells) || slices.ContainsFunc(t.want, cell.isHan) {
		return
	}
	signs := joiningSigns
	if class == classDigit {
		if len(t.want) >= groupedDigits {
			return
		}
		signs = numberSigns
	}
	sign, far := t.cells[i].r(), i+dir
	narrow := far >= 0 && far < len(t.cells) && (t.cells[far].class() == classLatin || t.cells[far].class() == classDigit)
	amount := class == classDigit && (dir < 0 && strings.ContainsRune("¥$€£", sign) || dir > 0 && strings.ContainsRune("%‰°", sign))
	if narrow && strings.ContainsRune(signs, sign) || amount {
		t.reasons |= reasonCut
	}
}

// edge is the first or the last letter of the form as it was typed.
func (t *trial) edge(dir int) cell {
	k, i := 0, t.start
	if dir > 0 {
		k, i = len(t.want)-1, t.end-1
	}
	if t.typed>>k&1 != 0 {
		return t.cells[i]
	}
	return t.want[k]
}

// counted reports whether the keyword and c beside it are written in numerals
// only (一二三 in 一二三四), which may count or name a number: it is marked.
func (t *trial) counted(c cell) bool {
	other := func(c cell) bool { return c.step() != stepNumeral }
	if slices.ContainsFunc(t.want, other) || slices.ContainsFunc(t.cells[t.start:t.end], other) {
		return false
	}
	if c.step() == stepNumeral {
		t.reasons |= reasonCut
		return true
	}
	return false
}

// abroad reports whether a mobile number has the prefix of its country before it
// and no other digit.
func (t *trial) abroad() bool {
	if len(t.want) != mobileDigits || t.want[0].r() != '1' || t.start < 2 || t.cells[t.start-1].r() != '6' || t.cells[t.start-2].r() != '8' {
		return false
	}
	i := t.start - 3
	for i >= 0 && t.cells[i].r() == '0' {
		i--
	}
	return i < 0 || t.cells[i].class() != classDigit
}

// number reports whether c goes on with the number that has a digit at cell i:
// a digit, or beside a written numeral a unit or 第.
func (t *trial) number(c cell, i int) bool {
	return c.r() >= '0' && c.r() <= '9' || t.cells[i].step() == stepNumeral && strings.ContainsRune("十百千万亿第", c.r())
}

// inWord reports whether the match is a part of an ordinary word: 操 of 操场, or
// 验室 of 实验室.
func (t *trial) inWord(words *wordSet) bool {
	for from := t.start; from >= 0 && t.end-from <= maxWord && t.cells[from].isHan(); from-- {
		for to := t.end; to <= len(t.cells) && to-from <= maxWord && t.cells[to-1].isHan(); to++ {
			if to-from > t.end-t.start && words.has(t.cells[from:to]) {
				return true
			}
		}
	}
	return false
}

// cutLeft is how far before the match an ordinary word begins that ends inside
// it, 0 if none does.
func (t *trial) cutLeft(words *wordSet) int {
	far := 0
	for n := 1; n < maxWord && n <= t.start && t.cells[t.start-n].isHan(); n++ {
		from := t.start - n
		for to := t.start + 1; to < t.end && to <= from+maxWord && t.cells[to-1].isHan(); to++ {
			if words.has(t.cells[from:to]) {
				far = n
			}
		}
	}
	return far
}

// cutRight is how far behind the match an ordinary word ends that begins inside
// it, 0 if none does.
func (t *trial) cutRight(words *wordSet) int {
	far := 0
	for n := 1; n < maxWord && t.end+n <= len(t.cells) && t.cells[t.end+n-1].isHan(); n++ {
		to := t.end + n
		for from := t.end - 1; from > t.start && from >= to-maxWord && t.cells[from].isHan(); from-- {
			if words.has(t.cells[from:to]) {
				far = n
			}
		}
	}
	return far
}

// wordBefore is the length of the longest ordinary word that ends where the
// match begins.
func (t *trial) wordBefore(words *wordSet) int {
	for n := min(maxWord, t.start); n >= 2; n-- {
		if words.has(t.cells[t.start-n : t.start]) {
			return n
		}
	}
	return 0
}

// wordBehind is the length of the longest ordinary word that begins where the
// match ends.
func (t *trial) wordBehind(words *wordSet) int {
	for n := min(maxWord, len(t.cells)-t.end); n >= 2; n-- {
		if words.has(t.cells[t.end : t.end+n]) {
			return n
		}
	}
	return 0
}
