package moderation

import "strings"

// candidate is a chain of labels with plain dots and what stands around it.
type candidate struct {
	s        *linkScanner
	labels   []label
	host     string
	first    string
	tld      string
	to       int
	explicit bool
	how      trick
}

func (s *linkScanner) candidate(labels []label, explicit bool) candidate {
	c := candidate{s: s, labels: labels, host: s.hostText(labels), explicit: explicit, to: labels[len(labels)-1].to}
	if !explicit && !isASCII(c.host) {
		c.unmask()
	}
	c.first, _, _ = strings.Cut(c.host, ".")
	c.tld = c.host[strings.LastIndexByte(c.host, '.')+1:]
	return c
}

// unmask folds look-alikes of Latin letters in a host without a scheme. A
// label that has no Latin letter at all is a name of its own script, except
// as the top-level domain.
func (c *candidate) unmask() {
	parts := strings.Split(c.host, ".")
	for i, part := range parts {
		folded := FoldString(part)
		if isASCII(part) || !isASCII(folded) || i < len(parts)-1 && strings.IndexFunc(part, isAlnum) < 0 {
			continue
		}
		parts[i], c.how = folded, trickLookalike
	}
	c.host = strings.Join(parts, ".")
}

// believable reports whether the candidate is a host rather than a file, a
// version, code, a name or two sentences without a space between them.
func (c candidate) believable() bool {
	tld, _ := asciiHost(c.tld)
	if !isTLD(tld) || len(c.host) > 253 || c.first == "" || isRegistry(c.host) {
		return false
	}
	if c.evident() {
		return true
	}
	if c.labels[len(c.labels)-1].han {
		return hanTLDs.has(c.tld)
	}
	if c.ordinal() || c.reversed() || c.abbreviation() || c.code() || c.titled() || c.spoken() {
		return false
	}
	if guessTLDs.has(c.tld) {
		return true
	}
	return !c.numbered() && !c.afterSlash() && !fileTLDs.has(c.tld) && (!wordTLDs.has(c.tld) || c.singular())
}

// evident reports whether something around the host shows that it is a link: a
// scheme, www, a port or a path.
func (c candidate) evident() bool {
	if c.explicit || c.first == "www" || c.first == "wap" {
		return true
	}
	if c.s.at(c.to) == ':' && isDigit(c.s.at(c.to+1)) {
		return !c.code() && !c.line()
	}
	if c.s.at(c.to) != '/' || c.reversed() {
		return false
	}
	if fileTLDs.has(c.tld) || wordTLDs.has(c.tld) && c.afterSlash() {
		end := c.s.path(c.to)
		return !strings.Contains(c.s.text(c.to, end), ".") && !c.afterSlash() && end > c.to+1
	}
	return isPathRune(c.s.at(c.to+1)) || guessTLDs.has(c.tld) || !wordTLDs.has(c.tld)
}

// line recognises the number of a line behind a file (README.md:12), which a
// port of as few digits is only for 443.
func (c candidate) line() bool {
	end := c.to + 1
	for isDigit(c.s.at(end)) {
		end++
	}
	return fileEndings.has(c.tld) && end-c.to <= 4 && c.s.text(c.to+1, end) != "443"
}

// reversed recognises the names of packages, such as com.tencent.mm, which do
// not begin with a registry's name (gov.cn.evil.top).
func (c candidate) reversed() bool {
	if !reversedRoots.has(c.first) || len(c.labels) > 3 && isRegistry(c.s.hostText(c.labels[:2])) {
		return false
	}
	return len(c.labels) > 2 && !guessTLDs.has(c.tld) || c.first == "java" || c.first == "javax"
}

// ordinal recognises a number that counts something (第2.com组) or that names an
// item of a choice (选3.com还是4.net).
func (c candidate) ordinal() bool {
	if len(c.labels) != 2 || strings.Trim(c.first, "0123456789") != "" {
		return false
	}
	before, from := c.s.at(c.labels[0].from-1), c.labels[0].from
	return before == '第' || len(c.first) == 1 && (before == '选' || before == '是' && c.s.at(from-2) == '还')
}

// abbreviation recognises Mr.Wang, U.S, No.1 and J.Li.
func (c candidate) abbreviation() bool {
	if len(c.labels) != 2 || guessTLDs.has(c.tld) {
		return false
	}
	return honorifics.has(c.first) || len(c.first) == 1 && !plainTLDs.has(c.tld)
}

// code recognises members and calls.
func (c candidate) code() bool {
	if guessTLDs.has(c.tld) && c.tld != "net" && c.tld != "io" {
		return false
	}
	next, then := c.s.at(c.to), c.s.at(c.to+1)
	if next == '(' && isPathRune(then) || next == '=' || next == ';' || isBlank(next) && (then == '=' || then == '{' || then == ':' && c.s.at(c.to+2) == '=') {
		return true
	}
	if !plainTLDs.has(c.tld) && len(c.first) <= 2 {
		return true
	}
	return len(c.labels) == 2 && codeLabels.has(c.first)
}

// spoken recognises an everyday word of a Latin sentence whose full stop has no
// space behind it.
func (c candidate) spoken() bool {
	return len(c.labels) == 2 && everyday.has(c.first) && !guessTLDs.has(c.tld) && c.latinNeighbour()
}

// titled recognises a capital after the dot, which starts a sentence or a name,
// and capitals behind a small label, which are a constant.
func (c candidate) titled() bool {
	last := c.labels[len(c.labels)-1]
	if guessTLDs.has(c.tld) || last.to-last.from < 2 {
		return false
	}
	first := c.s.glyphs[c.labels[0].from]
	up := c.s.glyphs[last.from].up
	return up && (!c.s.glyphs[last.from+1].up || !first.up && !plainTLDs.has(c.tld))
}

// numbered recognises items of a list, such as 1.vip, and versions.
func (c candidate) numbered() bool {
	for _, l := range c.labels[:len(c.labels)-1] {
		text := c.s.text(l.from, l.to)
		if strings.Trim(text, "0123456789") != "" {
			return false
		}
		if len(text) > 2 && plainTLDs.has(c.tld) {
			return false
		}
	}
	return true
}

// afterSlash reports whether the host is a part of a path.
func (c candidate) afterSlash() bool {
	before := c.s.at(c.labels[0].from - 1)
	return before == '/' || before == '\\' || before == '~' || before == '$'
}

// singular reports whether a host with an everyday word as its TLD stands out
// of its surroundings: it has several labels, a digit or hyphen in its name,
// or stands among Han or alone rather than in a Latin sentence.
func (c candidate) singular() bool {
	if !rentedTLDs.has(c.tld) || c.latinNeighbour() || codeLabels.has(c.first) {
		return false
	}
	if len(c.labels) > 2 {
		return !fileTLDs.has(c.tld)
	}
	return len(c.first) > 2 && (c.pointed() || strings.ContainsAny(c.first, "0123456789-"))
}

// latinNeighbour reports whether a Latin word stands next to the host.
func (c candidate) latinNeighbour() bool {
	from := c.labels[0].from
	return isBlank(c.s.at(from-1)) && isLabelRune(c.s.at(from-2)) || isBlank(c.s.at(c.to)) && isLabelRune(c.s.at(c.to+1))
}

// pointed reports whether the host is the whole text or words before it speak
// of a link.
func (c candidate) pointed() bool {
	from := c.labels[0].from
	if from == 0 && c.to == len(c.s.glyphs) {
		return true
	}
	before := c.s.text(max(0, from-8), from)
	for _, hint := range [...]string{"网址", "网站", "官网", "访问", "打开", "登录", "登陆", "浏览器", "点击", "点开", "戳", "链接", "域名", "進", "进", "搜", "地址"} {
		if strings.Contains(before, hint) {
			return true
		}
	}
	return false
}

// guessed reports whether labels, some parted by disguised dots, are a host.
func (s *linkScanner) guessed(labels []label, explicit bool) bool {
	last := labels[len(labels)-1]
	if last.han || labels[0].han || !s.guessable(last) {
		return false
	}
	tld := s.text(last.from, last.to)
	if tld == "c0m" {
		tld = "com"
	}
	if explicit || s.text(labels[0].from, labels[0].to) == "www" {
		return true
	}
	loose := !guessTLDs.has(tld)
	// A product and its edition look like a coined name too (win11。pro版).
	coined := (!loose || gluedTLDs.has(tld)) && isCoined(s.text(labels[len(labels)-2].from, labels[len(labels)-2].to))
	if loose && !coined && (isHan(s.at(last.to)) && !gluedTLDs.has(tld) || len(labels) == 2 && last.from-labels[0].from < 4) {
		return false
	}
	for i := 1; i < len(labels); i++ {
		if !s.sepBelievable(labels, i, tld, loose) {
			return false
		}
	}
	return coined || !isHan(s.at(last.to)) || tld != "net" && tld != "io" && tld != "co"
}

// isCoined reports whether a label mixes several letters and digits, as names
// of hosts do and words do not.
func isCoined(label string) bool {
	digits := 0
	for i := range len(label) {
		if label[i] >= '0' && label[i] <= '9' {
			digits++
		}
	}
	return digits >= 2 && len(label)-digits >= 2
}

// guessable reports whether a disguised dot may stand before l as a top-level
// domain.
func (s *linkScanner) guessable(l label) bool {
	return s.among(guessTLDs, l.from, l.to) || s.among(guessLooseTLDs, l.from, l.to) ||
		s.at(l.from+1) == '0' && s.text(l.from, l.to) == "c0m"
}

// sepBelievable reports whether the disguised dot before labels[i] can be meant
// as one.
func (s *linkScanner) sepBelievable(labels []label, i int, tld string, loose bool) bool {
	p, before := labels[i].sep, labels[i-1]
	word := s.text(before.from, before.to)
	switch p.core {
	case '点':
		return !isHour(word) && (len(word) > 1 || len(labels) > 2)
	case '·':
		return !loose || gluedTLDs.has(tld) || !wordTLDs.has(tld)
	case ',':
		return !p.before && !p.after && (tld == "com" || tld == "cn" || tld == "cc" || tld == "xyz")
	case 'd':
		return !sentenceWords.has(word)
	case '。':
		return !loose || !p.before && !p.after && (s.bordered() || gluedTLDs.has(tld) && isCoined(word))
	case '.':
		if p.before != p.after && p.how&trickDot == 0 { // a sentence's end, or a bare suffix
			return !sentenceWords.has(word) && (tld == "com" || tld == "cn" || tld == "cc" || tld == "xyz")
		}
	}
	return true
}

// bordered reports whether the chain just consumed ends its text or has a path.
func (s *linkScanner) bordered() bool {
	next := s.at(s.i)
	return next == 0 || next == '/' || next == '\n' || next == '，' || next == '！' || next == ','
}

// isHour reports whether word can be the hour of 3点.
func isHour(word string) bool {
	return len(word) <= 2 && strings.Trim(word, "0123456789") == "" && (len(word) == 1 || word < "25")
}
