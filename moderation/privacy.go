package moderation

import "strings"

// digitGroup is a run of digits in a text, parted from the next by one sign.
type digitGroup struct{ from, to int }

func (g digitGroup) size() int { return g.to - g.from }

// maxGroups bounds how many groups one number may consist of.
const maxGroups = 24

// number looks for a phone number, a resident id or a bank card in the digits
// that begin at cell i and returns where to go on.
func (s *shapeScanner) number(i int, inLinks linkSpans) int {
	run := i
	han := 0
	for ; s.class(run) == classDigit; run++ {
		if s.cells[run].step().isNumeral() {
			han++
		}
	}
	if run-i < 11 && (!s.isSeparator(run) || s.class(run+1) != classDigit) || s.inLink(i, inLinks) {
		return run // too short for anything
	}
	if run-i == 11 && han >= 2 {
		if s.isPhone(i, run) {
			s.add(rulePersonal, i, run, trickSpoken)
		}
		return run
	}
	groups := s.groups(i)
	if len(groups) == 0 {
		return max(run, i+1)
	}
	for k := 0; k < len(groups); {
		k += max(1, s.personal(groups[k:]))
	}
	return max(groups[len(groups)-1].to, i+1)
}

// inLink reports whether cell i lies in one of the links.
func (s *shapeScanner) inLink(i int, inLinks linkSpans) bool {
	at := s.f.At(i)
	return inLinks.meet(at, at+1)
}

// groups collects the runs of digits from cell i on with single spaces,
// hyphens or dots between them. Numerals in Han end them.
func (s *shapeScanner) groups(i int) []digitGroup {
	var out []digitGroup
	for len(out) < maxGroups {
		to := i
		for s.class(to) == classDigit && !s.cells[to].step().isNumeral() {
			to++
		}
		if to == i {
			break
		}
		out = append(out, digitGroup{i, to})
		if !s.isSeparator(to) || s.class(to+1) != classDigit {
			break
		}
		i = to + 1
	}
	return out
}

func (s *shapeScanner) isSeparator(i int) bool {
	return s.is(i, ' ') || s.is(i, '-') || s.is(i, '.') || s.is(i, '·') || s.is(i, '_') || s.is(i, '—') || s.is(i, '–')
}

// numberShape is how one kind of number is written in groups.
type numberShape struct {
	sizes []int
	valid func(digits string) bool
}

// numberShapes are tried in order: the longer kinds first.
var numberShapes = [...]numberShape{
	{[]int{18}, isResidentID},
	{[]int{6, 8, 4}, isResidentID},
	{[]int{6, 4, 4, 4}, isResidentID},
	{[]int{3, 3, 4, 4, 4}, isResidentID},
	{[]int{17}, isResidentID},
	{[]int{6, 8, 3}, isResidentID},
	{[]int{19}, isBankCard},
	{[]int{18}, isBankCard},
	{[]int{17}, isBankCard},
	{[]int{16}, isBankCard},
	{[]int{4, 4, 4, 4, 3}, isBankCard},
	{[]int{4, 4, 4, 4}, isBankCard},
	{[]int{6, 13}, isBankCard},
	{[]int{4, 15}, isBankCard},
	{[]int{11}, isPhoneText},
	{[]int{13}, isPhoneText},
	{[]int{15}, isPhoneText},
	{[]int{3, 4, 4}, isPhoneText},
	{[]int{3, 3, 5}, isPhoneText},
	{[]int{3, 8}, isPhoneText},
	{[]int{7, 4}, isPhoneText},
	{[]int{4, 4, 3}, isPhoneText},
	{[]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, isPhoneText},
}

// personal tries every shape at the first groups and returns how many groups
// a hit used, 0 without.
func (s *shapeScanner) personal(groups []digitGroup) int {
	for _, shape := range numberShapes {
		n := len(shape.sizes)
		if n > len(groups) || !fits(groups, shape.sizes) {
			continue
		}
		from, to := groups[0].from, groups[n-1].to
		digits := s.digits(groups[:n])
		if len(digits) == 17 && s.is(to, 'x') && s.class(to+1) != classLatin {
			digits += "x"
			to++
		}
		if !shape.valid(digits) || !s.standsAlone(from, to, len(digits)) {
			continue
		}
		var how trick
		if n > 4 && shape.sizes[0] == 1 {
			how = trickSpaces
		}
		s.add(rulePersonal, from, to, how)
		return n
	}
	return 0
}

func fits(groups []digitGroup, sizes []int) bool {
	for i, n := range sizes {
		if groups[i].size() != n {
			return false
		}
	}
	return true
}

func (s *shapeScanner) digits(groups []digitGroup) string {
	var b strings.Builder
	for _, g := range groups {
		for _, c := range s.cells[g.from:g.to] {
			b.WriteRune(c.r())
		}
	}
	return b.String()
}

// isPhone reports whether the digits in cells [from, to) are a mobile number.
func (s *shapeScanner) isPhone(from, to int) bool {
	return isPhoneText(s.digits([]digitGroup{{from, to}}))
}

// isPhoneText recognises mobile numbers of mainland China: 11 digits from 13
// to 19, with or without the country's 86 or 0086.
func isPhoneText(digits string) bool {
	digits = strings.TrimPrefix(digits, "00")
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// isBankCard recognises 16 to 19 digits with a card network's prefix and a
// valid Luhn sum (ISO/IEC 7812-1).
func isBankCard(digits string) bool {
	switch {
	case strings.HasPrefix(digits, "62"):
	case len(digits) == 16 && (digits[0] == '4' || digits[0] == '5' && digits[1] >= '1' && digits[1] <= '5' || strings.HasPrefix(digits, "35")):
	default:
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isResidentID recognises 18 characters with a province, a date of birth and
// the check character of GB 11643-1999.
func isResidentID(id string) bool {
	if len(id) != 18 || id[0] < '1' || id[0] > '8' || id[1] > '6' || id[6:8] != "19" && id[6:8] != "20" {
		return false
	}
	month, day := id[10:12], id[12:14]
	if month < "01" || month > "12" || day < "01" || day > "31" {
		return false
	}
	sum, weight := 0, [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	for i, w := range weight {
		sum += int(id[i]-'0') * w
	}
	return "10x98765432"[sum%11] == id[17]
}

// standsAlone reports whether a number is not a part of something else: an
// amount, a decimal, the number of an order or a word with digits.
func (s *shapeScanner) standsAlone(from, to, size int) bool {
	if s.class(to) == classLatin || s.is(to, '.') && s.class(to+1) == classDigit || s.is(from-1, '.') && s.class(from-2) == classDigit {
		return false
	}
	if s.class(from-1) == classLatin && !s.behindWord(from, contactWords[:]) {
		return false
	}
	if size > 13 {
		return true
	}
	for _, unit := range [...]rune{'元', '块', '万', '亿', '人', '次', '个', '%'} {
		if s.is(to, unit) {
			return false
		}
	}
	return !s.behindWord(from, orderWords[:])
}

// contactWords may stick to a phone number that follows them.
var contactWords = [...]string{"tel", "phone", "mobile", "mob", "call", "v", "vx", "wx", "wechat", "t", "p", "m"}

// orderWords tell that the number behind them is not a phone's.
var orderWords = [...]string{"订单号", "订单", "单号", "运单", "编号", "流水号", "工号", "学号", "qq", "qq号", "卡密", "序列号", "货号", "批号", "群号"}

// behindWord reports whether one of words ends before cell from, past a colon
// and spaces.
func (s *shapeScanner) behindWord(from int, list []string) bool {
	for from > 0 && (s.is(from-1, ' ') || s.is(from-1, ':') || s.is(from-1, '是')) {
		from--
	}
	for _, word := range list {
		if s.endsWith(from, word) {
			return true
		}
	}
	return false
}

// endsWith reports whether word ends before cell end, as a word of its own if
// it is Latin.
func (s *shapeScanner) endsWith(end int, word string) bool {
	runes := []rune(word)
	start := end - len(runes)
	for i, r := range runes {
		if !s.is(start+i, r) {
			return false
		}
	}
	return start >= 0 && (runes[0] >= 0x80 || s.class(start-1) != classLatin)
}
