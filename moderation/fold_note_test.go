package moderation

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkNotes judges text with and without its notes.
func checkNotes(t *testing.T, text string) {
	t.Helper()
	var f Folded
	f.Fold(text)
	s := linkScanner{glyphs: appendView(nil, text, true)}
	if s.run(); len(s.hits) > 0 && !f.mayHoldLink() {
		t.Errorf("%q: notes deny link %v", text, s.hits)
	}
	var shapes shapeScanner
	if hits := shapes.find(&f, linkSpans{}); len(hits) > 0 && !f.mayHoldShape() {
		t.Errorf("%q: notes deny shape %v", text, hits)
	}
}

func FuzzNotes(f *testing.F) {
	for _, seed := range []string{
		"看https://evil.cn/a", "evil点com", "e v i l。c o m", "evil dot com", "evil_ｄｏｔ_com", "http：／／evil。cn", "小程序：//a/b", "小程序://a",
		"evil。com", "evil,com", "ⓔⓥⓘⓛ。ⓒⓞⓜ", "1。2。3。4:80", "[::1]/a", "[::1]:80", "例子．中国", "例子｡中国", "magnet:?xt=1", "\xff。com", "Ｅvil。ｃom",
		"复制打开👉", "復·制这段描述，打開👉淘宝", "長按识别加群", "进群请扫码", "￥abCd1234￥", "口令码a1b2c3", "群号：123456", "文三路1號2室", "中山路#1室",
		"一三八一二三四五六七八", "🇼🇪🇨🇭🇦🇹.🇨🇳", "⒈⒉⒊⒋", "²³",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkNotes)
}

// TestNotes joins at random what links and shapes are made of.
func TestNotes(t *testing.T) {
	parts := strings.Fields("evil a www 1 2 138 https http // : ： ／ \\ com cn ｃｏｍ 中国 我 爱你 公\u200b司 。 ． . ， , 、 ｡ · 点 句点 小数点 dot _dot_ ｄｏｔ @ [ ] [::1] ( ) % & &#46 " +
		"\\u002e %2E 小程序 好 的 ！ ￥ $ aB3dE5 群 号 室 幢 路 村 道 栋 座 元 房 户 楼 # 101 13812345678 cz0001 ‼ 淘宝网 扣扣 扫码 进 复制 打开 淘宝 口令码 支付宝 搜索 扫一扫 加入 邀请你 点击链接 二维码 7天内 有效 长按 識别 號 🇨🇳 ⒈ ㏂ é я 三 \u200b \u0301")
	parts = append(parts, " ", "\n", "\xef", "\xe3\x80")
	rng := rand.New(rand.NewPCG(1, 2))
	for range 30000 {
		var text strings.Builder
		for range 1 + rng.IntN(7) {
			text.WriteString(parts[rng.IntN(len(parts))])
		}
		checkNotes(t, text.String())
		checkBytes(t, text.String())
	}
}

// checkBytes judges text with and without the look at its bytes, which knows
// the word dot in ASCII only.
func checkBytes(t *testing.T, text string) {
	t.Helper()
	s := linkScanner{glyphs: appendView(nil, text, true)}
	if s.run(); len(s.hits) > 0 && !mayHoldLink(text) && !strings.Contains(text, "ｄｏｔ") {
		t.Errorf("%q: bytes deny link %v", text, s.hits)
	}
}

// TestNotesOfRunes looks at every rune there is.
func TestNotesOfRunes(t *testing.T) {
	var f Folded
	signs := signs()
	for r := range rune(unicode.MaxRune) {
		if !utf8.ValidRune(r) {
			continue
		}
		f.Fold(string(r))
		for _, c := range f.cells {
			if c.class() == classLatin && f.notes&noteLatin == 0 || c.class() == classDigit && f.notes&noteDigit == 0 {
				t.Errorf("%q folds to %q, which is not noted", r, c.r())
			}
			for _, s := range signs {
				if note := s.note &^ noteLink; strings.ContainsRune(s.runes, c.r()) && f.notes&note != note {
					t.Errorf("%q folds to the sign %q, which is not noted", r, c.r())
				}
			}
		}
		glyph, _, visible := foldGlyph(r)
		if !visible {
			continue
		}
		if 'a' <= glyph && glyph <= 'z' && f.notes&noteLabel == 0 {
			t.Errorf("%q is read as %q in links, which is not noted", r, glyph)
		}
		for _, s := range signs {
			if s.note&(noteLink|noteColon|noteWordDot) != 0 && strings.ContainsRune(s.runes, glyph) && f.notes&s.note != s.note {
				t.Errorf("%q is read as %q in links, which is not noted", r, glyph)
			}
		}
	}
}

// TestHanDomains looks for the character that gives each domain away.
func TestHanDomains(t *testing.T) {
	for name := range hanTLDs {
		if !strings.ContainsAny(name, linkLabels) {
			t.Errorf("%s has none of %s", name, linkLabels)
		}
	}
}

// TestShapeSigns reads the phrases: one step of each has a sign in all its
// words.
func TestShapeSigns(t *testing.T) {
	for first, phrases := range shapePhrases() {
		for _, p := range phrases {
			signed := slices.ContainsFunc(p.steps, func(s phraseStep) bool {
				return !slices.ContainsFunc(s.words, func(w string) bool { return !strings.ContainsAny(w, phraseSigns) })
			})
			if !signed {
				t.Errorf("a phrase that begins with %q has no sign: %v", first, p.steps)
			}
		}
	}
}
