package moderation

// maxAddress is how many characters before its room number an address is
// looked for.
const maxAddress = 40

// address looks for a postal address whose room number ends before cell i and
// which itself ends at cell to, such as 文三路123号4幢501室. A street with a
// house number alone may be a shop's and is left alone.
func (s *shapeScanner) address(i, to int) {
	if s.class(i-1) != classDigit {
		return
	}
	from := i
	for from > 0 && i-from < maxAddress && s.inAddress(from-1) {
		from--
	}
	if !s.hasHouse(from, i) {
		return
	}
	s.add(rulePersonal, s.addressStart(from, i), to, 0)
}

// roomEnd returns the end of a room number of three or four digits at i that
// nothing names a room, as in 3幢101; 0 if there is none.
func (s *shapeScanner) roomEnd(i int) int {
	end := i
	for s.class(end) == classDigit {
		end++
	}
	if n := end - i; n < 3 || n > 4 || s.class(end) == classHan || s.class(end) == classLatin {
		return 0
	}
	return end
}

// inAddress reports whether cell i can be inside an address.
func (s *shapeScanner) inAddress(i int) bool {
	c := s.cells[i]
	return c.isLetter() || c.r() == '-' || c.r() == '#' || c.r() == ' '
}

// hasHouse reports whether cells [from, to) name a street or an estate and
// then a house in it.
func (s *shapeScanner) hasHouse(from, to int) bool {
	street := false
	for i := from; i < to; i++ {
		switch s.cells[i].r() {
		case '路', '街', '巷', '弄', '道', '村', '镇', '苑', '园', '区', '庄', '里', '城', '厦':
			street = true
		case '号', '栋', '幢', '楼', '座', '#':
			if street && s.class(i-1) == classDigit || street && s.class(i-1) == classLatin {
				return true
			}
		}
	}
	return false
}

// addressStart skips what was said before the address: everything up to the
// first name that ends with an administrative unit keeps at most six letters.
func (s *shapeScanner) addressStart(from, to int) int {
	for i := from; i < to; i++ {
		switch s.cells[i].r() {
		case '省', '市', '区', '县', '镇', '路', '街', '村':
			return max(from, i-4)
		}
	}
	return from
}
