package moderation

import (
	"slices"
	"strings"
)

// label is one part of a possible host.
type label struct {
	from, to int  // glyphs
	sep      sep  // what stood before it; the zero value before the first
	han      bool // written in Han
}

// sep is what parts two labels.
type sep struct {
	next   int // glyph behind it; 0 means that there is none
	how    trick
	core   rune // '.', '。', '·', '点', ',', 'd' for the word dot, '_' for _dot_
	before bool // spaces before the core
	after  bool // spaces behind it
}

// plain reports whether the separator is a full stop as links have it.
func (p sep) plain() bool { return p.how&guessSteps == 0 }

// chain collects the labels that start at from, the first ending at end.
func (s *linkScanner) chain(from, end int) []label {
	first := len(s.labels)
	s.labels = append(s.labels, label{from: from, to: end})
	for {
		p := s.sepAt(end)
		if p.next == 0 {
			break
		}
		next := label{from: p.next, to: s.labelEnd(p.next), sep: p}
		if isHan(s.at(p.next)) {
			if next.to = s.hanLabel(p); next.to == 0 {
				break
			}
			next.han = true
		}
		s.labels = append(s.labels, next)
		end = next.to
	}
	return slices.Clip(s.labels[first:])
}

// hanLabel returns the end of a label of Han behind p, 0 if it is just text.
// Such a label is followed by a plain dot, or is a top-level domain.
func (s *linkScanner) hanLabel(p sep) int {
	if !p.plain() {
		return 0
	}
	end := s.hanEnd(p.next)
	if s.at(end) == '.' && isLabelRune(s.at(end+1)) && end-p.next <= 15 {
		return end
	}
	for n := min(6, end-p.next); n >= 2; n-- {
		if s.among(hanTLDs, p.next, p.next+n) {
			return p.next + n
		}
	}
	return 0
}

// maxGap is how many spaces may stand on one side of a disguised dot.
const maxGap = 3

func (s *linkScanner) skipSpaces(i int) int {
	for n := 0; n < maxGap && isBlank(s.at(i)); n++ {
		i++
	}
	return i
}

// sepAt reads the separator behind a label that ends at i.
func (s *linkScanner) sepAt(i int) sep {
	var p sep
	j := s.skipSpaces(i)
	p.before = j > i
	closing := closingBracket(s.at(j))
	if closing != 0 {
		j = s.skipSpaces(j + 1)
	}
	n := 0
	p.core, n = s.dotCore(j)
	if n == 0 || p.core == 'd' && !p.before && closing == 0 {
		return sep{}
	}
	p.how = s.steps(j, j+n)
	if p.core != '.' {
		p.how |= trickDot
	}
	j = s.closeSep(&p, j+n, closing)
	if j == 0 || !isLabelRune(s.at(j)) && !isHan(s.at(j)) || p.core == 'd' && !p.after && closing == 0 {
		return sep{}
	}
	if p.before || p.after {
		p.how |= trickSpaces
	}
	p.next = j
	return p
}

// closeSep reads a closing bracket and spaces behind the core of p and returns
// where the next label starts, 0 if the bracket is missing.
func (s *linkScanner) closeSep(p *sep, j int, closing rune) int {
	k := s.skipSpaces(j)
	if closing != 0 {
		if s.at(k) != closing {
			return 0
		}
		p.how |= trickDot
		j = k + 1
		k = s.skipSpaces(j)
	}
	p.after = k > j
	return k
}

func closingBracket(r rune) rune {
	for _, pair := range [...][2]rune{{'(', ')'}, {'[', ']'}, {'{', '}'}, {'<', '>'}, {'【', '】'}, {'「', '」'}, {'〔', '〕'}} {
		if r == pair[0] {
			return pair[1]
		}
	}
	return 0
}

// dotCore recognises a dot or what stands for one at i and returns its kind
// and its length in glyphs.
func (s *linkScanner) dotCore(i int) (rune, int) {
	switch s.at(i) {
	case '.', 0x2024, 0xFE52:
		return '.', 1
	case '。', 0xFF61:
		return '。', 1
	case '·', '•', '●', '∙', '⋅', '‧', '・', 0xFF65, '○', '◦', '▪', '丶', '⚫', '⚪', '🔴', '🔵':
		return '·', 1
	case '点', '點', '奌':
		return '点', 1
	case ',', '、':
		return ',', 1
	case '小':
		if s.at(i+1) == '数' && s.at(i+2) == '点' {
			return '点', 3
		}
	case '句':
		if s.at(i+1) == '点' || s.at(i+1) == '号' {
			return '点', 2
		}
	case '_', '-':
		if s.hyphenDot(i) {
			return '_', 5
		}
	case 'd':
		if (s.at(i+1) == 'o' || s.at(i+1) == '0') && s.at(i+2) == 't' && !isLabelRune(s.at(i+3)) {
			return 'd', 3
		}
	}
	return 0, 0
}

// segmentEnd returns how many labels from the first on are parted by plain dots.
func segmentEnd(labels []label) int {
	for i := 1; i < len(labels); i++ {
		if !labels[i].sep.plain() {
			return i
		}
	}
	return len(labels)
}

// hostText joins labels with dots, without hyphens at the ends of the whole. An
// underscore begins only a name with two labels behind it, as in _dmarc.evil.cn.
func (s *linkScanner) hostText(labels []label) string {
	parts := make([]string, len(labels))
	for i, l := range labels {
		parts[i] = s.text(l.from, l.to)
	}
	host := strings.Trim(strings.Join(parts, "."), "-_.")
	if n := len(parts) - 1; n > 1 && strings.HasPrefix(parts[0], "_") && !strings.HasSuffix(parts[n], "_") { // a name of a service
		return "_" + host
	}
	return host
}

// maxJoin is how many labels parted by disguised dots are joined at most.
const maxJoin = 8

// resolve emits the hosts in a chain: every run of plain dots that is a host
// by itself, and else what a disguised dot joins.
func (s *linkScanner) resolve(labels []label, start int, explicit bool) {
	for len(labels) > 1 {
		n := segmentEnd(labels)
		used := 0
		if !s.halfSuffix(labels, n) {
			if used = s.plainHost(labels[:n], start, explicit); used > 0 {
				used = max(used, n)
			}
		}
		if used == 0 {
			used = max(n, s.guessHost(labels, start, explicit))
		}
		labels = labels[min(used, len(labels)):]
		if len(labels) > 0 {
			start, explicit = labels[0].from, false
		}
	}
}

// halfSuffix reports whether a disguised dot behind the first n labels goes on
// with the second half of a suffix, as in evil.com点cn.
func (s *linkScanner) halfSuffix(labels []label, n int) bool {
	if n < 2 || n >= len(labels) || labels[n].sep.core == '.' || labels[n].sep.before || labels[n].sep.after {
		return false
	}
	suffix := s.hostText(labels[n-1 : n+1])
	return strings.HasPrefix(suffix, "com.") && isRegistry(suffix)
}

// plainHost emits the host that the labels of one segment are, cutting labels
// behind a believable end, and returns how many it used.
func (s *linkScanner) plainHost(labels []label, start int, explicit bool) int {
	if s.ipv4(labels, start, explicit) {
		return len(labels)
	}
	if s.fileName(labels, explicit) {
		return 0
	}
	for n := len(labels); n >= 2 && n > len(labels)-4; n-- {
		if n < len(labels) && !s.among(cutTLDs, labels[n-1].from, labels[n-1].to) {
			continue
		}
		if c := s.candidate(labels[:n], explicit); c.believable() {
			s.emit(s.trimStart(labels[0], start), labels[n-1].to, c.host, c.how|s.steps(start, labels[n-1].to), explicit)
			return n
		}
	}
	return 0
}

// fileName reports whether a name of three labels or more, such as README.cn.md,
// ends as a file does and nothing says that it is a host. Of two labels none is
// left for a host once the ending is cut off.
func (s *linkScanner) fileName(labels []label, explicit bool) bool {
	if explicit || len(labels) < 3 || s.text(labels[0].from, labels[0].to) == "www" {
		return false
	}
	last := labels[len(labels)-1]
	return s.among(fileEndings, last.from, last.to) && !s.candidate(labels, false).believable()
}

// cutTLDs may end a host although something follows behind a dot without a
// space, as in evil.com.Thanks.
var cutTLDs = names("com cn cc xyz top vip")

// trimStart skips hyphens before a host that has no scheme.
func (s *linkScanner) trimStart(first label, start int) int {
	if start != first.from {
		return start
	}
	for start < first.to-1 && (s.at(start) == '-' || s.at(start) == '_') {
		start++
	}
	return start
}

// ownHost reports whether the labels behind the first disguised dot are a host
// without it, as in "e.g. evil.com".
func (s *linkScanner) ownHost(labels []label) bool {
	rest := labels[segmentEnd(labels):]
	n := segmentEnd(rest)
	return n > 1 && s.text(labels[0].from, labels[0].to) != "www" && s.candidate(rest[:n], false).believable()
}

// guessHost emits the longest host that disguised dots make of the first
// labels and returns how many labels it used.
func (s *linkScanner) guessHost(labels []label, start int, explicit bool) int {
	best := 0
	if s.ownHost(labels) {
		return 0
	}
	for n := segmentEnd(labels) + 1; n <= min(len(labels), maxJoin); n++ {
		if n < len(labels) && labels[n].sep.plain() {
			continue // never ends inside a segment
		}
		if s.guessed(labels[:n], explicit) {
			best = n
		} else if best > 0 {
			break
		}
	}
	if best == 0 {
		return 0
	}
	how := s.steps(start, labels[0].to)
	host := s.text(labels[0].from, labels[0].to)
	switch { // the letters of www, counted
	case host == "w" && s.at(start-1) == '三':
		start--
		host = "www"
	case host == "3w":
		host = "www"
	}
	for _, l := range labels[1:best] {
		how |= l.sep.how | s.steps(l.from, l.to)
		host += "." + s.text(l.from, l.to)
	}
	if strings.HasSuffix(host, ".c0m") {
		host, how = strings.TrimSuffix(host, "c0m")+"com", how|trickLookalike
	}
	s.emit(start, labels[best-1].to, strings.Trim(host, "-_"), how, explicit)
	return best
}
