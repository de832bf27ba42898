package moderation

// The lengths of the codes that shopping apps wrap in currency signs.
const (
	minCode = 6
	maxCode = 16
)

// token recognises a code between two currency signs at cell i, such as
// ￥abCd1234￥, and returns where to go on.
func (s *shapeScanner) token(i int) int {
	end := s.narrowEnd(i + 1)
	n := end - i - 1
	if n == 0 {
		return i + 1
	}
	if n >= minCode && n <= maxCode && s.isWrap(end) && s.codeLike(i+1, end, s.is(i, '$') || s.is(i, '!')) {
		s.add(rulePassphrase, i, end+1, 0)
		return end + 1
	}
	return end
}

// isWrap reports whether cell i can close a wrapped code.
func (s *shapeScanner) isWrap(i int) bool {
	if i >= len(s.cells) {
		return false
	}
	switch s.cells[i].r() {
	case '¥', '$', '€', '£', '₤', '₳', '¢', '₴', '₰', '₵', '!':
		return true
	}
	return false
}

// codeLike reports whether cells [from, to) are random rather than a word or
// an amount: letters with digits or both cases, and for a strict wrap, which
// other things have too, all three.
func (s *shapeScanner) codeLike(from, to int, strict bool) bool {
	upper, lower, digit := false, false, false
	for _, c := range s.cells[from:to] {
		switch {
		case c.class() == classDigit:
			digit = true
		case c.step() == stepCase:
			upper = true
		default:
			lower = true
		}
	}
	if strict {
		return upper && lower && digit && to-from >= 8
	}
	return (upper || lower) && digit || upper && lower
}

// coded recognises what is a passphrase or an invitation because of the code
// behind a word at cell i. It returns the end, 0 without a hit.
func (s *shapeScanner) coded(i int) int {
	for _, word := range [...]string{"淘口令", "抖口令", "京口令", "吱口令", "口令码"} {
		if end, how := s.word(i, word); end > 0 {
			return s.codeBehind(i, end, how)
		}
	}
	for _, word := range [...]string{"qq群", "q群", "扣扣群", "企鹅群", "群号"} {
		if end, how := s.word(i, word); end > 0 && s.class(i-1) != classLatin {
			return s.groupNumber(i, end, how)
		}
	}
	if end, how := s.word(i, "支付宝"); end > 0 {
		return s.searchNumber(i, end, how)
	}
	return s.shareCode(i)
}

// codeBehind accepts a code at most three cells behind end.
func (s *shapeScanner) codeBehind(i, end int, how trick) int {
	for k := end; k < end+4; k++ {
		to := s.narrowEnd(k)
		if n := to - k; n >= minCode && n <= maxCode && s.codeLike(k, to, false) {
			s.add(rulePassphrase, i, to, how)
			return to
		}
	}
	return 0
}

// groupNumber accepts the number of a QQ group behind end.
func (s *shapeScanner) groupNumber(i, end int, how trick) int {
	for k := end; k < end+5; k++ {
		to := k
		for s.class(to) == classDigit && s.cells[to].step() != stepDigit {
			to++
		}
		if n := to - k; n >= 6 && n <= 10 {
			s.add(ruleInvite, i, to, how)
			return to
		}
		if s.class(k) != classGap && !s.is(k, '号') && !s.is(k, '是') && !s.is(k, '码') {
			return 0
		}
	}
	return 0
}

// searchNumber accepts 支付宝首页搜索 followed by a number.
func (s *shapeScanner) searchNumber(i, end int, how trick) int {
	search, more := s.step(end, phraseStep{words: []string{"搜索", "首页搜", "搜"}, gap: 3})
	if search == 0 {
		return 0
	}
	for k := search; k < search+4; k++ {
		to := k
		for s.class(to) == classDigit && s.cells[to].step() != stepDigit {
			to++
		}
		if to-k >= 6 {
			s.add(rulePassphrase, i, to, how|more)
			return to
		}
	}
	return 0
}

// shareCode recognises the head of a shared text: CZ0001 and a code.
func (s *shapeScanner) shareCode(i int) int {
	if !s.is(i, 'c') || !s.is(i+1, 'z') || s.class(i-1) == classLatin || s.class(i-1) == classDigit {
		return 0
	}
	end := s.narrowEnd(i)
	if n := end - i; n < 5 || n > 7 || !s.is(end, ' ') {
		return 0
	}
	to := s.narrowEnd(end + 1)
	if n := to - end - 1; n < 9 || n > 13 || !s.codeLike(end+1, to, false) {
		return 0
	}
	s.add(rulePassphrase, i, to, 0)
	return to
}
