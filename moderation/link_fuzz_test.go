package moderation

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzLinks(f *testing.F) {
	for _, seed := range []string{
		"看https://evil.cn/a", "evil点com", "e v i l . c o m", "http://[::1]:80/", "http%3A%2F%2Fevil.cn",
		"&#104;ttp://x.cn", "a@b.com", "weixin://dl", "#小程序://a/b", "evil.中国", "\xff.com", "1.2.3.4:80",
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

// The texts repeat what makes a careless scanner look at everything again.
func TestLinksLinear(t *testing.T) {
	for name, part := range map[string]string{
		"labels": "a.", "schemes": "http:", "slashes": "http://", "users": "a@", "authorities": "http://a@", "mails": "a@b.",
		"dots": ".", "spaced": "a . ", "spelled": "e v ", "substitutes": "a点", "han": "加.", "entities": "&#46", "brackets": "a[.]",
		"ipv6": "[:", "paths": "a.cn/", "encoded": "%3A%2F", "glued": "http://看a", "codes": "a.b(", "numbers": "1.2.3.4:", "words": "a dot ",
	} {
		t.Run(name, func(t *testing.T) {
			cost := func(n int) time.Duration {
				text := strings.Repeat(part, n/len(part))
				best := time.Duration(1 << 62)
				for range 3 {
					start := time.Now()
					findLinks(text)
					best = min(best, time.Since(start))
				}
				return best
			}
			small, large := cost(4<<10), cost(64<<10)
			if large > 64*small+20*time.Millisecond {
				t.Errorf("4 KiB take %v, 64 KiB %v", small, large)
			}
		})
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
