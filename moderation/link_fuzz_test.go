package moderation

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzLinks(f *testing.F) {
	for _, seed := range []string{
		"看https://evil.cn/a", "evil点com", "e v i l . c o m", "http://[::1]:80/", "http%3A%2F%2Fevil.cn",
		"&#104;ttp://x.cn", "a@b.com", "weixin://dl", "#小程序://a/b", "evil.中国", "\xff.com", "1.2.3.4:80", "_dot_好", "-dot-",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, last := utf8.RuneCountInString(text), 0
		for _, hit := range findLinks(text) {
			if hit.start < last || hit.end <= hit.start || hit.end > n {
				t.Fatalf("%q: span [%d,%d) after %d of %d runes", text, hit.start, hit.end, last, n)
			}
			if hit.host == "" || strings.ToLower(hit.host) != hit.host || strings.HasSuffix(hit.host, ".") {
				t.Fatalf("%q: host %q", text, hit.host)
			}
			last = hit.end
		}
	})
}

// BenchmarkLinksHostile repeats what makes a careless scanner look at
// everything again: the nanoseconds for a byte stay the same whatever the
// length.
func BenchmarkLinksHostile(b *testing.B) {
	parts := []string{
		"a.", "http:", "http://", "a@", "http://a@", "a@b.", ".", "a . ", "e v ", "a点", "加.", "&#46", "a[.]", "[:", "a.cn/", "%3A%2F",
		"http://看a", "a.b(", "1.2.3.4:", "a dot ",
	}
	for _, part := range parts {
		for _, n := range []int{1 << 10, 8 << 10, 64 << 10} {
			text := strings.Repeat(part, n/len(part))
			b.Run(fmt.Sprintf("%q/%d", part, n), func(b *testing.B) {
				for b.Loop() {
					findLinks(text)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/byte")
			})
		}
	}
}

func BenchmarkLinksClean(b *testing.B) {
	texts := []string{
		"就是你还喜欢她不还打算继续追不", "我在大门值班室呢，下了课你过来就行了", "哈哈，晚上8点见。记得带上那个U盘，里面有v1.2.10的安装包",
		"走吧，我们一块", "好的，谢谢！OK。", "今天天气不错，3.5元一斤的苹果买了两斤",
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		findLinks(texts[i%len(texts)])
	}
}
