package moderation

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// linkScanner walks once over a view and collects hosts. It never goes back
// behind what it has consumed, so its cost is linear. Its buffers are reused by
// the next find.
type linkScanner struct {
	glyphs []glyph
	i      int
	hits   []linkHit
	labels []label // of the chains at glyph i
	word   []byte  // being looked up
}

// find returns the links of text in order; they are valid until the next call.
// A text that cannot hold one costs a single look at each byte.
func (s *linkScanner) find(text string) []linkHit {
	s.hits = s.hits[:0]
	if !mayHoldLink(text) {
		return s.hits
	}
	s.glyphs = appendView(s.glyphs[:0], text, false)
	s.run()
	if strings.ContainsRune(text, rightToLeft) {
		s.shown(text)
	}
	if strings.ContainsFunc(text, isRegional) {
		s.spelled(text)
	}
	return s.hits
}

// shown scans once more in the order in which an override shows the text. What
// is found there stands for what was found in the same place as typed.
func (s *linkScanner) shown(text string) {
	typed := s.hits
	s.hits, s.glyphs = nil, reversedView(s.glyphs[:0], text)
	s.run()
	s.add(typed)
}

// spelled scans once more with the letters of flags as letters. What is a link
// without them stays one: a flag behind evil.com does not rename it.
func (s *linkScanner) spelled(text string) {
	typed := s.hits
	s.hits, s.glyphs = nil, appendView(s.glyphs[:0], text, true)
	s.run()
	found := s.hits
	s.hits = typed
	s.add(found)
}

// add adds what another scan found, where there is nothing yet.
func (s *linkScanner) add(found []linkHit) {
	there := spansOf(s.hits)
	for _, h := range found {
		if !there.meet(h.start, h.end) {
			s.hits = append(s.hits, h)
		}
	}
	slices.SortStableFunc(s.hits, func(a, b linkHit) int { return cmp.Compare(a.start, b.start) })
}

func (s *linkScanner) run() {
	for s.i = 0; s.i < len(s.glyphs); {
		s.labels = s.labels[:0]
		switch r := s.glyphs[s.i].r; {
		case isLabelRune(r):
			s.token(s.i, false)
		case isHan(r):
			s.glued()
		case r == '[' && s.bareIPv6():
		default:
			s.i++
		}
	}
}

// at returns the rune of glyph i, 0 behind the end.
func (s *linkScanner) at(i int) rune {
	if i < 0 || i >= len(s.glyphs) {
		return 0
	}
	return s.glyphs[i].r
}

// text returns the folded runes of glyphs[from:to].
func (s *linkScanner) text(from, to int) string {
	var b strings.Builder
	for _, c := range s.glyphs[from:to] {
		b.WriteRune(c.r)
	}
	return b.String()
}

// among reports whether glyphs[from:to] are a word of set. Unlike the text of
// the glyphs, it takes no memory.
func (s *linkScanner) among(set nameSet, from, to int) bool {
	s.word = s.word[:0]
	for _, c := range s.glyphs[from:to] {
		s.word = utf8.AppendRune(s.word, c.r)
	}
	_, ok := set[string(s.word)]
	return ok
}

// steps joins the reasons of glyphs[from:to].
func (s *linkScanner) steps(from, to int) trick {
	var how trick
	for _, c := range s.glyphs[from:to] {
		how |= c.how
	}
	return how
}

// labelEnd returns the end of the label at i. The word dot between hyphens or
// underscores ends it.
func (s *linkScanner) labelEnd(i int) int {
	for i < len(s.glyphs) && isLabelRune(s.glyphs[i].r) && !s.hyphenDot(i) {
		i++
	}
	return i
}

// hyphenDot reports whether _dot_ or -dot- stands at i.
func (s *linkScanner) hyphenDot(i int) bool {
	r := s.at(i)
	return (r == '_' || r == '-') && s.at(i+1) == 'd' && s.at(i+2) == 'o' && s.at(i+3) == 't' && s.at(i+4) == r
}

// hanEnd returns the end of the run of Han and the like at i.
func (s *linkScanner) hanEnd(i int) int {
	for i < len(s.glyphs) && isHan(s.glyphs[i].r) {
		i++
	}
	return i
}

// slashes counts the slashes and backslashes at i.
func (s *linkScanner) slashes(i int) int {
	n := 0
	for s.at(i+n) == '/' || s.at(i+n) == '\\' {
		n++
	}
	return n
}

// token consumes a scheme, a mail address, a host or just a word at from.
// explicit says that a scheme stood before it.
func (s *linkScanner) token(from int, explicit bool) {
	end := s.labelEnd(from)
	if end == from { // the word dot with nothing before it
		s.i = from + 1
		return
	}
	if s.at(end) == ':' && s.scheme(from, end) {
		return
	}
	labels := s.chain(from, end)
	last := labels[len(labels)-1].to
	if s.at(last) == ':' && s.slashes(last+1) >= 2 && s.dottedScheme(labels, last) {
		return
	}
	if at := s.mailSign(last); at > 0 && !explicit {
		s.mail(from, at)
		return
	}
	s.i = last
	if s.at(from-1) == '@' && s.among(mailHosts, from, last) { // @qq.com, the end of an address
		return
	}
	s.resolve(labels, from, explicit)
}

// dottedScheme reads a scheme behind the labels, such as openapp.jdmobile://.
// A web scheme begins a link of its own.
func (s *linkScanner) dottedScheme(labels []label, colon int) bool {
	from := labels[len(labels)-1].from
	if webScheme(s.text(from, colon)) == "" {
		for i := len(labels) - 1; i > 0 && labels[i].sep.plain() && !labels[i-1].han; i-- {
			from = labels[i-1].from
		}
	}
	return s.scheme(from, colon)
}

// mailSign returns the glyph behind an at sign at i, written as @ or in one of
// the ways that keep it from being collected; 0 if there is none.
func (s *linkScanner) mailSign(i int) int {
	if s.at(i) == '@' || s.at(i) == '#' && isLabelRune(s.at(i+1)) && s.at(s.labelEnd(i+1)) == '.' {
		return i + 1
	}
	if open := s.at(i); (open == '[' || open == '(' || open == '{') && s.at(i+1) == 'a' && s.at(i+2) == 't' {
		if closing := s.at(i + 3); closing == ']' || closing == ')' || closing == '}' {
			return i + 4
		}
	}
	return 0
}

// mail skips the domain of a mail address, unless a path or port behind it
// shows that what stood before the @ was the user of a link.
func (s *linkScanner) mail(from, domain int) {
	s.i = domain
	end := s.labelEnd(domain)
	if han := s.hanEnd(domain); han > domain && s.at(han) == '.' {
		end = han
	}
	if end == domain {
		return
	}
	labels := s.chain(domain, end)
	plain := labels[:segmentEnd(labels)]
	s.i = plain[len(plain)-1].to
	if s.at(s.i) == '/' || s.at(s.i) == ':' && isDigit(s.at(s.i+1)) {
		s.resolve(plain, from, false)
	}
}

// glued consumes a run of Han. Only a run directly before a plain dot and a
// registry such as com can be a name.
func (s *linkScanner) glued() {
	from := s.i
	end := s.hanEnd(from)
	s.i = end
	if s.at(end) == ':' && s.slashes(end+1) >= 2 && s.miniProgram(from, end) {
		return
	}
	if s.at(end) == '@' {
		s.mail(from, end+1)
		return
	}
	if s.at(end) != '.' || end-from > 15 || strings.ContainsRune("个的用是为册买种叫做缀和或与跟及", s.at(end-1)) {
		return
	}
	labels := s.chain(from, end)
	if len(labels) < 2 || segmentEnd(labels) != len(labels) {
		return
	}
	to := labels[len(labels)-1].to
	rest := s.hostText(labels[1:])
	if isHan(s.at(to)) || s.mailSign(to) > 0 || !guessTLDs.has(rest) && !isRegistryOfHan(rest) {
		return
	}
	s.emit(from, to, s.hostText(labels), s.steps(from, to), false)
}

// isRegistryOfHan reports whether a name of Han directly before suffix is
// believed without a scheme.
func isRegistryOfHan(suffix string) bool {
	return hanTLDs.has(suffix) || strings.Contains(suffix, ".") && isRegistry(suffix)
}

// emit records a host and consumes its port and path.
func (s *linkScanner) emit(from, to int, host string, how trick, explicit bool) {
	if next := s.at(to + 1); s.at(to) == '.' && (next == ':' || next == '/') { // the root's dot
		to++
	}
	end := s.path(s.port(to))
	s.i = max(end, s.i)
	ascii, idn := asciiHost(host)
	if ascii == "" || isPrivateHost(ascii) {
		return
	}
	s.hits = append(s.hits, linkHit{
		host: ascii, path: s.text(to, min(end, to+40)), how: how | idn, explicit: explicit,
		start: int(min(s.glyphs[from].at, s.glyphs[end-1].at)), end: int(max(s.glyphs[from].end, s.glyphs[end-1].end)),
	})
}

// port returns the end of a port at i.
func (s *linkScanner) port(i int) int {
	if s.at(i) != ':' || !isDigit(s.at(i+1)) {
		return i
	}
	for i++; isDigit(s.at(i)); i++ {
	}
	return i
}

// path returns the end of what follows a host. Han, spaces and quotes end it,
// and so does another scheme that is not a parameter.
func (s *linkScanner) path(i int) int {
	from := i
	if r := s.at(i); r != '/' && r != '\\' && r != '?' && r != '#' {
		return i
	}
	for ; i < len(s.glyphs) && isPathRune(s.glyphs[i].r); i++ {
		if s.glyphs[i].r == ':' && s.slashes(i+1) >= 2 {
			if cut := s.gluedScheme(from, i); cut > 0 {
				return cut
			}
		}
	}
	for i > from+1 && strings.ContainsRune(".,;:!?)]}*|&=\\", s.at(i-1)) {
		i--
	}
	return i
}

// gluedScheme returns where a second link starts that was written without a
// space behind the first one's path; 0 if it belongs to the path.
func (s *linkScanner) gluedScheme(from, colon int) int {
	for _, name := range [...]string{"https", "http"} {
		start := colon - len(name)
		if start > from+1 && s.text(start, colon) == name {
			if isAlnum(s.at(start - 1)) {
				return start
			}
			return 0
		}
	}
	return 0
}

func isPathRune(r rune) bool {
	return r > ' ' && r < 0x7F && r != '"' && r != '<' && r != '>' && r != '`' && r != '\''
}
