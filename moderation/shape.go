package moderation

import (
	"strings"
	"sync"
)

// shapeHit is something recognised by its form rather than by a word of the
// rules: a passphrase, an invitation, personal data.
type shapeHit struct {
	rule       int // index into namedRules
	start, end int // runes of the original
	how        trick
}

// shapeScanner looks once over a folded text for what begins at each cell. Its
// buffers are reused by the next find.
type shapeScanner struct {
	f     *Folded
	cells []cell // without the copies that are read from right to left
	hits  []shapeHit
}

// Without one of phraseSigns no phrase of shapePhrases is complete, and without
// one of codeSigns no code is: they wrap it or belong to the word before it. An
// address has a street, a house and a room.
const (
	phraseSigns = "制链索邀扫维按"
	codeSigns   = "¥$€£₤₳¢₴₰₵!令群宝z"
	streetSigns = "路街巷弄道村镇苑园区庄里城厦"
	houseSigns  = "号栋幢楼座#"
	roomSigns   = "室户房幢栋楼座元"
)

// find returns the shapes in f; they are valid until the next call. Numbers in
// links are left out.
func (s *shapeScanner) find(f *Folded, inLinks linkSpans) []shapeHit {
	s.f, s.cells, s.hits = f, f.cells[:f.plain()], s.hits[:0]
	for i := 0; i < len(s.cells); {
		i = s.at(i, inLinks)
	}
	return s.hits
}

// at looks at cell i and returns where to go on.
func (s *shapeScanner) at(i int, inLinks linkSpans) int {
	c := s.cells[i]
	if c.class() == classDigit {
		return s.number(i, inLinks)
	}
	switch c.r() {
	case '¥', '$', '€', '£', '₤', '₳', '¢', '₴', '₰', '₵', '!':
		return s.token(i)
	case '复', '扫', '识', '长', '邀', '点', '戳', 'q', '扣', '企', '口', '淘', '抖', '京', '支', '2', '吱', '该', 'c', 'd', '进', '加', '入', '群':
		if end := s.phrases(i); end > 0 {
			return end
		}
	case '室', '户', '房':
		s.address(i, i+1)
	case '幢', '栋', '楼', '座', '元':
		if end := s.roomEnd(i + 1); end > 0 {
			s.address(end, end)
			return end
		}
	}
	return i + 1
}

// add records cells [from, to) as a hit.
func (s *shapeScanner) add(rule, from, to int, how trick) {
	for _, c := range s.cells[from:to] {
		switch c.step() {
		case stepWidth:
			how |= trickWidth
		case stepCompat:
			how |= trickStyled
		case stepStyled, stepRegional, stepLookalike, stepAccent:
			how |= trickLookalike
		}
		if c&markHidden != 0 {
			how |= trickInvisible
		}
	}
	s.hits = append(s.hits, shapeHit{rule: rule, start: s.f.At(from), end: s.f.At(to-1) + 1, how: how})
}

// is reports whether cell i is the rune r.
func (s *shapeScanner) is(i int, r rune) bool {
	return i >= 0 && i < len(s.cells) && s.cells[i].r() == r
}

// class returns the class of cell i, classStop outside the text.
func (s *shapeScanner) class(i int) int {
	if i < 0 || i >= len(s.cells) {
		return classStop
	}
	return s.cells[i].class()
}

// narrowEnd returns the end of the Latin letters and digits at i.
func (s *shapeScanner) narrowEnd(i int) int {
	for s.class(i) == classLatin || s.class(i) == classDigit {
		i++
	}
	return i
}

// word returns the end of word at i, 0 if it is not there. Up to two gaps may
// stand between its letters; they make it disguised.
func (s *shapeScanner) word(i int, word string) (end int, how trick) {
	first := true
	for _, r := range word {
		if !first {
			n := 0
			for ; n < 2 && s.class(i) == classGap && !s.is(i, r); n++ {
				i++
			}
			if n > 0 {
				how |= trickSpaces
			}
		}
		if !s.is(i, r) {
			return 0, 0
		}
		i, first = i+1, false
	}
	return i, how
}

// phrase is a sequence of words with a few letters between them.
type phrase struct {
	rule  int
	steps []phraseStep
}

// phraseStep is one of several words, at most gap letters behind the last one.
type phraseStep struct {
	words []string
	gap   int
}

// shapePhrases are the sentences of invitations and passphrases as the apps
// write them, folded, by their first rune.
var shapePhrases = sync.OnceValue(func() map[rune][]phrase {
	const (
		apps = "淘宝 手机淘宝 手淘 淘 抖音 dou音 抖 快手 拼多多 pdd 支付宝 京东 jd 小红书 闲鱼 咸鱼 美团 饿了么 天猫 唯品会 👉 👈"
		scan = "扫码 扫一扫 扫二维码 扫描二维码 扫下方二维码 扫描下方二维码 扫描图中二维码 识别二维码 识别图中二维码 " +
			"识别下方二维码 长按识别 长按二维码 长按扫码"
	)
	index := map[rune][]phrase{}
	add := func(rule int, steps ...phraseStep) {
		for _, first := range steps[0].words {
			rest := append([]phraseStep{{words: []string{first}}}, steps[1:]...)
			r := []rune(first)[0]
			index[r] = append(index[r], phrase{rule: rule, steps: rest})
		}
	}
	step := func(gap int, words string) phraseStep {
		return phraseStep{words: strings.Fields(FoldString(words)), gap: gap}
	}
	add(rulePassphrase, step(0, "复制打开 复制后打开 复制并打开"), step(2, apps))
	add(rulePassphrase, step(0, "复制这 复制此 复制本 复制该 复制整 复制口令 复制链接 复制信息 复制消息"), step(8, "打开 到 去"), step(4, apps))
	add(rulePassphrase, step(0, "点击链接直接打开 淘宝搜索直接打开"))
	add(ruleInvite, step(0, "邀请你加入 邀请您加入 邀请你进 邀请您进 邀请你加 邀请您加"), step(6, "群"))
	add(ruleInvite, step(0, "进群 加群 入群"), step(3, "扫码 扫一扫 扫二维码 扫下方 扫描"))
	add(ruleInvite, step(0, scan), step(5, "进 入 加 加入"), step(4, "群"))
	add(ruleInvite, step(0, scan), step(3, "加入"), step(8, "群聊 交流群 微信群 qq群"))
	add(ruleInvite, step(0, "点击链接 点链接 戳链接 点击下方链接"), step(2, "加入群 进群 入群 加群 加入qq群 加入本群"))
	add(ruleInvite, step(0, "该二维码7天内 二维码7天内"), step(12, "有效"))
	return index
})

// phrases tries what begins at cell i and returns the end of a hit, 0 without.
func (s *shapeScanner) phrases(i int) int {
	for _, p := range shapePhrases()[s.cells[i].r()] {
		if end, how := s.phrase(i, p); end > 0 {
			s.add(p.rule, i, end, how)
			return end
		}
	}
	return s.coded(i)
}

// phrase matches the steps of p from cell i on.
func (s *shapeScanner) phrase(i int, p phrase) (end int, how trick) {
	for _, step := range p.steps {
		var more trick
		if i, more = s.step(i, step); i == 0 {
			return 0, 0
		}
		how |= more
	}
	return i, how
}

// step finds the first of the step's words within its gap behind cell i.
func (s *shapeScanner) step(i int, step phraseStep) (end int, how trick) {
	for letters := 0; i < len(s.cells) && letters <= step.gap; i++ {
		for _, word := range step.words {
			if end, how = s.word(i, word); end > 0 {
				return end, how
			}
		}
		if s.cells[i].isLetter() {
			letters++
		}
	}
	return 0, 0
}
