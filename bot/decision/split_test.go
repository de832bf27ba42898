package decision

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// han is a line of n characters without any good place to cut.
func han(n int) string { return strings.Repeat("门", n) }

func TestMessages(t *testing.T) {
	address := "https://example.com/" + strings.Repeat("a", 300)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{""}},
		{"as long as one message", han(500), []string{han(500)}},
		{"a blank end is no message", han(500) + "\n \n", []string{han(500)}},
		{"at the last line end that fits", han(200) + "\n" + han(200) + "\n" + han(200), []string{han(200) + "\n" + han(200), Guard + han(200)}},
		{"a line end at the very limit", han(500) + "\n" + han(3), []string{han(500), Guard + han(3)}},
		{"a line that just fits behind the guard", "头\n" + han(499), []string{"头", Guard + han(499)}},
		{"a line that does not", "头\n" + han(500), []string{"头\n" + han(498), Guard + han(2)}},
		{"a line end before a line too long for any message", han(300) + "\n" + han(600), []string{han(300), Guard + han(499), Guard + han(101)}},
		{"after a sentence", han(400) + "。" + han(50) + "，" + han(300), []string{han(400) + "。", Guard + han(50) + "，" + han(300)}},
		{"after a comma", han(400) + "，" + han(300), []string{han(400) + "，", Guard + han(300)}},
		{"never in front of a stop", han(500) + "。好", []string{han(499), Guard + "门。好"}},
		{"before an address", han(300) + address, []string{han(300), Guard + address}},
		{"before an address that begins early", han(190) + address + "b" + han(9), []string{han(190), Guard + address + "b" + han(9)}},
		{"within an address longer than a message", strings.Repeat("a", 700), []string{strings.Repeat("a", 500), Guard + strings.Repeat("a", 200)}},
		{"before a joined emoji", han(498) + "👩\u200d🚒" + han(9), []string{han(498), Guard + "👩\u200d🚒" + han(9)}},
		{"before a flag", han(499) + "🇨🇳" + han(9), []string{han(499), Guard + "🇨🇳" + han(9)}},
		{"between flags", strings.Repeat("🇨🇳", 251), []string{strings.Repeat("🇨🇳", 250), Guard + "🇨🇳"}},
		{"before a letter with its mark", han(499) + "e\u0301" + han(9), []string{han(499), Guard + "e\u0301" + han(9)}},
		{"within marks without end", "e" + strings.Repeat("\u0301", 600), []string{"e" + strings.Repeat("\u0301", 499), Guard + strings.Repeat("\u0301", 101)}},
		{"blank lines at a cut", han(400) + "\n\n\n" + han(400), []string{han(400), Guard + han(400)}},
		{"no end of blanks", "头" + strings.Repeat("\n", 1200) + "尾", []string{"头", Guard + "尾"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Messages(c.text); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

// visible is what can be read of texts.
func visible(texts ...string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || string(r) == Guard {
			return -1
		}
		return r
	}, strings.Join(texts, ""))
}

func TestMessagesLoseNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{han(1), han(70), han(499), "\n", " ", "。", "，", "abc", "https://a.cn/x?y=1", "👩\u200d🚒", "🇨🇳", "e\u0301", "\r\n", "@甲\u2005"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), "")
		all := Messages(text)
		for i, m := range all {
			if n := utf8.RuneCountInString(m); n > Longest || visible(m) == "" && len(all) > 1 || i > 0 && !strings.HasPrefix(m, Guard) {
				t.Fatalf("message %d has %d runes: %q", i, n, m)
			}
		}
		if visible(all...) != visible(text) {
			t.Fatalf("%q became %q", text, all)
		}
	})
}

func TestPartsOfASentence(t *testing.T) {
	say := Say{Cause: "message:7", Kind: SayWhisper, Room: 1, Member: 2, Text: han(1200), Parts: []string{"arrived", "not"}, Case: 3}
	all := say.Messages()
	causes := []string{"message:7", "message:7/2", "message:7/3"}
	for i, part := range all {
		want := say
		want.Cause, want.Text = causes[i], part.Text
		if i > 0 {
			want.Parts = nil
		}
		if part.Cause != want.Cause || part.Kind != want.Kind || part.Case != want.Case || part.Member != want.Member || !slices.Equal(part.Parts, want.Parts) {
			t.Errorf("part %d is %+v", i, part)
		}
	}
	merged := say
	merged.Merge = "together"
	if len(all) != 3 || len(merged.Messages()) != 1 {
		t.Errorf("%d parts; merged %d", len(all), len(merged.Messages()))
	}
}
