package moderation

import (
	"net/netip"
	"strings"
)

// scheme reads what follows glyphs[from:colon] and a colon as a link with a
// scheme and reports whether it was one.
func (s *linkScanner) scheme(from, colon int) bool {
	name := s.text(from, colon)
	n := s.slashes(colon + 1)
	web := webScheme(name)
	if web == "" && (brokenSchemes.has(name) || s.at(from-1) == '*' && starredSchemes.has(name)) {
		web = name
	}
	switch {
	case web != "" && (n > 0 || isLabelRune(s.at(colon+1)) && strings.HasPrefix(web, "h")):
		start := colon - len(web)
		return s.web(start, colon+1+n, web)
	case n >= 2 && web == "":
		return s.other(colon, name)
	case name == "magnet" && s.at(colon+1) == '?':
		s.emitScheme(from, colon, name)
		return true
	}
	return false
}

// webScheme returns the web scheme that name ends with: words stick to a
// scheme without a space.
func webScheme(name string) string {
	for _, suffix := range [...]string{"https", "http", "hxxps", "hxxp", "hxtps", "hxtp", "htxps", "htxp"} {
		if strings.HasSuffix(name, suffix) {
			return suffix
		}
	}
	if wholeSchemes.has(name) {
		return name
	}
	return ""
}

// web reads the authority at from and reports whether it held anything.
func (s *linkScanner) web(start, from int, name string) bool {
	how := s.steps(start, from)
	if !wholeSchemes.has(name) {
		how |= trickScheme
	}
	if gap := s.skipSpaces(from); gap > from && isLabelRune(s.at(gap)) {
		from, how = gap, how|trickSpaces
	}
	if s.slashes(from-1) > 0 || s.glyphs[from-1].r == ' ' || s.hasUser(from) {
		if a := s.authority(from); a.host != "" {
			s.i = a.end
			s.emit(start, a.end, a.host, how|s.steps(start, a.end), true)
			return true
		}
	}
	if !isLabelRune(s.at(from)) {
		return false
	}
	before := len(s.hits)
	labels := s.chain(from, s.labelEnd(from))
	s.i = labels[len(labels)-1].to
	s.resolve(labels, start, true)
	for i := before; i < len(s.hits); i++ {
		s.hits[i].how |= how
	}
	return true
}

// hasUser reports whether an authority without slashes before it names a user.
func (s *linkScanner) hasUser(i int) bool {
	for isLabelRune(s.at(i)) || s.at(i) == '.' || s.at(i) == ':' {
		i++
	}
	return s.at(i) == '@' && isLabelRune(s.at(i+1))
}

// other records a link of another scheme, such as weixin://.
func (s *linkScanner) other(colon int, name string) bool {
	name = strings.TrimLeft(name, "-_0123456789")
	if len(name) < 2 || len(name) > 32 || !isASCII(name) || !isPathRune(s.at(colon+3)) && !isHan(s.at(colon+3)) {
		return false
	}
	if a := s.authority(colon + 1 + s.slashes(colon+1)); localSchemes.has(name) || a.private {
		s.i = s.path(colon + 1)
		return true
	}
	s.emitScheme(colon-len(name), colon, name)
	return true
}

// miniProgram records a link such as 小程序://, whose scheme is Han.
func (s *linkScanner) miniProgram(from, colon int) bool {
	const name = "小程序"
	start := colon - 3
	if start < from || s.text(start, colon) != name {
		return false
	}
	s.emitScheme(start, colon, name)
	return true
}

func (s *linkScanner) emitScheme(from, colon int, name string) {
	end := s.path(colon + 1 + s.slashes(colon+1) - 1)
	end = max(end, colon+1+s.slashes(colon+1))
	for end < len(s.glyphs) && isHan(s.glyphs[end].r) && name == "小程序" {
		end = max(s.path(s.hanEnd(end)), end+1)
	}
	s.i = end
	s.hits = append(s.hits, linkHit{
		host: name + "://", scheme: true, how: s.steps(from, colon), explicit: true,
		start: int(s.glyphs[from].at), end: int(s.glyphs[end-1].end),
	})
}

// authority is what stands between a scheme's slashes and the path.
type authority struct {
	host    string // empty when there is none that can be believed
	end     int    // glyph behind the host
	private bool
}

// authority parses by hand what browsers open: user and password are dropped,
// the host ends at a slash, backslash, ? or #.
func (s *linkScanner) authority(from int) authority {
	end, hostFrom := from, from
	for ; end < len(s.glyphs) && isAuthorityRune(s.glyphs[end].r); end++ {
		if s.glyphs[end].r == '@' {
			hostFrom = end + 1
		}
		if s.encodedSlash(from, end) {
			break
		}
	}
	if s.at(hostFrom) == '[' {
		return s.ipv6(hostFrom)
	}
	a := s.named(hostFrom, s.hostEnd(hostFrom, end))
	if a.host == "" && hostFrom > from { // the @ belongs to what is glued behind
		a = s.named(from, s.hostEnd(from, hostFrom))
	}
	return a
}

// encodedSlash reports whether a percent-encoded slash at i ends the authority:
// it does when the scheme's own slashes were encoded too.
func (s *linkScanner) encodedSlash(from, i int) bool {
	return from > 0 && s.glyphs[from-1].how&trickPercent != 0 && s.at(i) == '%' && s.at(i+1) == '2' && s.at(i+2) == 'f'
}

func isAuthorityRune(r rune) bool {
	if r <= ' ' || r == '/' || r == '\\' || r == '?' || r == '#' || r == '"' || r == '<' || r == '>' || r == '`' || r == 0xFFFD {
		return false
	}
	return r < 0x7F || isLabelRune(r) || isHan(r) || r == '。' || r == 0xFF61
}

// hostEnd cuts the port and what cannot be part of a host.
func (s *linkScanner) hostEnd(from, to int) int {
	for i := from; i < to; i++ {
		r := s.glyphs[i].r
		if r == ':' && s.slashes(i+1) >= 2 { // the next link's scheme
			for _, name := range [...]string{"https", "http"} {
				if start := i - len(name); start > from && s.text(start, i) == name {
					return start
				}
			}
		}
		if !isLabelRune(r) && !isHan(r) && r != '.' && r != '。' && r != 0xFF61 && r != '%' && r != '~' {
			return i
		}
	}
	return to
}

// ipv6 reads an address in brackets.
func (s *linkScanner) ipv6(open int) authority {
	end := open
	for end < len(s.glyphs) && end-open < 60 && s.at(end) != ']' {
		end++
	}
	if s.at(end) != ']' {
		return authority{end: open}
	}
	addr, err := netip.ParseAddr(s.text(open+1, end))
	if err != nil || !addr.Is6() {
		return authority{end: open}
	}
	host := addr.WithZone("").String()
	return authority{host: host, end: end + 1, private: isPrivateHost(host)}
}

// bareIPv6 reads [address]:port or [address]/path without a scheme.
func (s *linkScanner) bareIPv6() bool {
	a := s.ipv6(s.i)
	if a.host == "" || s.at(a.end) != ':' && s.at(a.end) != '/' {
		return false
	}
	s.emit(s.i, a.end, a.host, s.steps(s.i, a.end), false)
	return true
}

// ipv4 emits four numbers that have a port or a path behind them, or a scheme
// before them, and reports whether labels are an address at all.
func (s *linkScanner) ipv4(labels []label, start int, explicit bool) bool {
	if len(labels) != 4 {
		return false
	}
	host := s.hostText(labels)
	if strings.Trim(host, "0123456789.") != "" {
		return false
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	to := labels[3].to
	port := s.at(to) == ':' && isDigit(s.at(to+1))
	if explicit || port || s.at(to) == '/' && !s.rangeOrVersion(to+1) {
		s.emit(start, to, addr.String(), s.steps(start, to), explicit)
	}
	return true
}

// rangeOrVersion reports whether what follows an address and a slash is the
// length of a prefix or another version.
func (s *linkScanner) rangeOrVersion(i int) bool {
	from := i
	for isDigit(s.at(i)) || s.at(i) == '.' {
		i++
	}
	return i > from && s.at(i) != '/' && !isLabelRune(s.at(i))
}

// named reads a host name in glyphs[from:to] of a link with a scheme.
func (s *linkScanner) named(from, to int) authority {
	labels := s.cutGlued(s.splitHost(from, to))
	if len(labels) == 0 {
		return authority{end: from}
	}
	a := authority{host: s.hostText(labels), end: labels[len(labels)-1].to}
	ascii, _ := asciiHost(a.host)
	a.private = isPrivateHost(ascii)
	return a
}

// splitHost splits at the dots that browsers know.
func (s *linkScanner) splitHost(from, to int) []label {
	var labels []label
	for i := from; i <= to; i++ {
		if i < to && s.at(i) != '.' && s.at(i) != '。' && s.at(i) != 0xFF61 {
			continue
		}
		if i > from {
			labels = append(labels, label{from: from, to: i})
		}
		from = i + 1
	}
	return labels
}

// cutGlued cuts Han that sticks to the end of a host. It returns nil if what
// is left is neither a name with a dot nor a number.
func (s *linkScanner) cutGlued(labels []label) []label {
	for i, l := range labels {
		han := l.from
		for han < l.to && !isHan(s.at(han)) {
			han++
		}
		switch {
		case i == 0 || han == l.to:
		case han > l.from && isTLD(s.text(l.from, han)):
			labels[i].to = han
			return labels[:i+1]
		case han == l.from && i > 1 && isTLD(s.text(labels[i-1].from, labels[i-1].to)) && !s.hanDomain(l):
			return labels[:i]
		case han == l.from && i == len(labels)-1:
			return s.cutHanTLD(labels)
		case i == len(labels)-1:
			return nil
		}
	}
	if len(labels) == 1 {
		text := s.text(labels[0].from, labels[0].to)
		if text != "localhost" && (strings.Trim(text, "0123456789") != "" && !strings.HasPrefix(text, "0x") || len(text) < 8) {
			return nil
		}
	}
	return labels
}

// hanDomain reports whether a top-level domain in Han starts l.
func (s *linkScanner) hanDomain(l label) bool { return s.hanTLDEnd(l) > 0 }

// cutHanTLD cuts what sticks to a top-level domain in Han.
func (s *linkScanner) cutHanTLD(labels []label) []label {
	last := len(labels) - 1
	end := s.hanTLDEnd(labels[last])
	if end == 0 {
		return nil
	}
	labels[last].to = end
	return labels
}

// hanTLDEnd returns the end of the longest top-level domain that starts l.
func (s *linkScanner) hanTLDEnd(l label) int {
	for end := min(l.to, l.from+6); end > l.from; end-- {
		if ascii, _ := asciiHost(s.text(l.from, end)); isTLD(ascii) || s.among(testTLDs, l.from, end) {
			return end
		}
	}
	return 0
}
