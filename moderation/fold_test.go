package moderation

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"width and case", "ＷｅＣｈａｔ", "wechat"},
		{"squared", "🅆🄴🄲🄷🄰🅃", "wechat"},
		{"regional", "🇼🇪🇨🇭🇦🇹", "wechat"},
		{"negative circled", "🅦🅴❶⓿", "we10"},
		{"small capitals", "ᴡᴇᴄʜᴀᴛ", "wechat"},
		{"cyrillic", "wеchаt", "wechat"},
		{"math", "v𝗫", "vx"},
		{"roman numeral", "Ⅴx Ⅻ", "vx xii"},
		{"traditional", "發票頭髮羣後", "发票头发群后"},
		{"japanese", "単発", "单发"},
		{"radicals", "⼈⺠币", "人民币"},
		{"digits", "壹叁捌①③⑧⒈⒊1️⃣幺洞", "1381381311" + "0"},
		{"invisible", "代\u2060开\u00ad发\u034f票", "代开发票"},
		{"strokes", "微\u0336信\u0336", "微信"},
		{"plus", "＋➕", "++"},
		{"bar", "加丨群", "加|群"},
		{"accents", "wéixìn", "weixin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FoldString(c.in); got != c.want {
				t.Errorf("fold %q = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "加微信", "Ⅻ\u202eabc\u202cd", "\xff頭髮", "🇼👨\u200d👩"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var f Folded
		f.Fold(s)
		once := f.String()
		last := len([]rune(s))
		for i := range f.Len() {
			if at := f.At(i); at < 0 || at >= last {
				t.Fatalf("offset %d of %d runes", at, last)
			}
		}
		if twice := FoldString(once); twice != once {
			t.Fatalf("fold %q = %q, again %q", s, once, twice)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	text := strings.Repeat("今天下午三点在公司开会,请大家准时参加 OK? ", 10)
	runes := float64(len([]rune(text)))
	b.Run("fold", func(b *testing.B) {
		var f Folded
		b.ReportAllocs()
		for b.Loop() {
			f.Fold(text)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/runes, "ns/rune")
	})
	b.Run("tolower", func(b *testing.B) {
		for b.Loop() {
			strings.ToLower(text)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/runes, "ns/rune")
	})
}

// TestFoldAgain folds into the buffers of a text that was shown in two orders,
// which made them longer, and not alike.
func TestFoldAgain(t *testing.T) {
	for n := range 600 {
		var f Folded
		f.Fold("\u202e" + strings.Repeat("a", n))
		for _, size := range []int{n, 2 * n, 3 * n} {
			text := strings.Repeat("a", size)
			if f.Fold(text); f.String() != text {
				t.Fatalf("%d letters fold to %q", size, f.String())
			}
		}
	}
}
