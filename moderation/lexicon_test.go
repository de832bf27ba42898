package moderation

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

var allVariants = []Variant{VariantPinyin, VariantHomophone, VariantSplit, VariantInitials, VariantShorthand, VariantRepeat}

// find compiles the words and searches one text.
func find(t *testing.T, text string, variants []Variant, allow []string, words ...string) []Hit {
	t.Helper()
	var list []Keyword
	for _, w := range words {
		list = append(list, Keyword{Word: w, Variants: variants})
	}
	l, err := NewLexicon(list, allow)
	if err != nil {
		t.Fatal(err)
	}
	var f Folded
	f.Fold(text)
	return l.Find(&f, nil)
}

// TestQuietTraps holds what the variants that guess most must not even ask
// about.
func TestQuietTraps(t *testing.T) {
	for _, c := range []struct{ name, word, text string }{
		{"both characters are everyday ones", "卧槽", "我早都想买了"},
		{"a particle", "有码", "电脑上有吗"},
		{"a particle", "大麻", "心不要太大嘛"},
		{"an ordinary word", "代写", "他只是呆在那里"},
		{"the name of a WeChat picture", "红包", "恭喜恭喜[红包][红包]"},
		{"initials before a number", "毛片", "你的MP3在吗"},
		{"one letter twice", "下线", "把张XX的号码给我"},
		{"everyday text is no shorthand", "加微信", "大家微信上聊"},
		{"everyday text is no shorthand", "枪手", "这款很抢手"},
		{"everyday text is no shorthand", "微信", "求个绿色软件"},
		{"everyday text is no shorthand", "代理", "请假要带理由"},
		{"everyday text is no shorthand", "代开", "待开发的地块"},
	} {
		t.Run(c.name+" "+c.text, func(t *testing.T) {
			if hits := find(t, c.text, allVariants, nil, c.word); len(hits) > 0 {
				t.Errorf("%s in %s: %+v", c.word, c.text, hits)
			}
		})
	}
}

func TestFind(t *testing.T) {
	type want struct {
		text  string // as it was written
		tier  Tier
		doubt bool
		why   string
	}
	for _, c := range []struct {
		name, text string
		words      []string
		allow      []string
		want       []want
	}{
		{name: "plain", text: "快来加群吧", words: []string{"加群"}, want: []want{{text: "加群"}}},
		{name: "width and case", text: "ＶＸ：abc", words: []string{"vx"}, want: []want{{text: "ＶＸ", why: "fullwidth→half"}}},
		{name: "standard forms strike", text: "v𝗫", words: []string{"vx"}, want: []want{{text: "v𝗫", why: "styled→plain"}}},
		{name: "look-alikes are a guess", text: "wеchаt", words: []string{"wechat"}, want: []want{{"wеchаt", TierDisguised, false, "lookalike→letter"}}},
		{name: "invisible", text: "代\u200b开", words: []string{"代开"}, want: []want{{text: "代\u200b开", why: "invisible→dropped"}}},
		{name: "traditional", text: "頭髮", words: []string{"头发"}, want: []want{{text: "頭髮", why: "traditional→simplified"}}},
		{name: "ambiguous traditional alone", text: "要發票吗", words: []string{"发票"}, want: []want{{"發票", TierExact, true, "traditional→simplified ambiguous-traditional"}}},
		{name: "ambiguous among traditional", text: "這裡開發票嗎", words: []string{"发票"}, want: []want{{"發票", TierExact, true, "traditional→simplified cuts-word"}}},
		{name: "simplified keyword written traditional", text: "头发", words: []string{"頭髮"}, want: []want{{text: "头发"}}},
		{name: "japanese", text: "刷単吗", words: []string{"刷单"}, want: []want{{text: "刷単", why: "japanese→simplified"}}},
		{name: "gap", text: "加 群", words: []string{"加群"}, want: []want{{"加 群", TierDisguised, false, "gap→skipped"}}},
		{name: "three clusters are too many", text: "加，。、群", words: []string{"加群"}},
		{name: "a run is one cluster", text: "加------群", words: []string{"加群"}, want: []want{{"加------群", TierDisguised, false, "gap→skipped"}}},
		{name: "full stop in a longer message", text: "再加。群里说", words: []string{"加群"}},
		{name: "full stop, two gaps", text: "来。加。微。信。呀", words: []string{"加微信"}, want: []want{{"加。微。信", TierDisguised, false, "gap→skipped"}}},
		{name: "noise outside the span", text: "<p>加群</p>", words: []string{"加群"}, want: []want{{text: "加群"}}},
		{name: "both edges cut", text: "海外挂号", words: []string{"外挂"}},
		{name: "one edge cut", text: "门外挂着", words: []string{"外挂"}, want: []want{{"外挂", TierExact, true, "cuts-word"}}},
		{name: "word behind stands by itself", text: "诚招刷单人员", words: []string{"刷单"}, want: []want{{text: "刷单"}}},
		{name: "latin edges", text: "have a vase, av?", words: []string{"av"}, want: []want{{text: "av"}}},
		{name: "a measure", text: "1av2", words: []string{"av"}, want: []want{{text: "av", doubt: true, why: "cuts-word"}}},
		{name: "a number behind a word", text: "vx138", words: []string{"vx"}, want: []want{{text: "vx"}}},
		{name: "a short number in a name", text: "base64", words: []string{"64"}, want: []want{{text: "64", doubt: true, why: "cuts-word"}}},
		{name: "digits inside a number", text: "1100 打110", words: []string{"110"}, want: []want{{text: "110"}}},
		{name: "number of units", text: "第110名 110元", words: []string{"110"}, want: []want{{"110", TierExact, true, "cuts-word"}, {"110", TierExact, true, "cuts-word"}}},
		{name: "number with its country", text: "+86 13800138000 8613800138000 8713800138000", words: []string{"13800138000"}, want: []want{{text: "13800138000"}, {text: "13800138000"}}},
		{name: "part of a file name", text: "vpn.conf", words: []string{"vpn"}, want: []want{{"vpn", TierExact, true, "cuts-word"}}},
		{name: "part of an address", text: "a@qq.com", words: []string{"qq"}, want: []want{{"qq", TierExact, true, "cuts-word"}}},
		{name: "part of an amount", text: "1,110", words: []string{"110"}, want: []want{{"110", TierExact, true, "cuts-word"}}},
		{name: "price", text: "￥110 €110", words: []string{"110"}, want: []want{{"110", TierExact, true, "cuts-word"}, {"110", TierExact, true, "cuts-word"}}},
		{name: "share", text: "110％ 110‰", words: []string{"110"}, want: []want{{"110", TierExact, true, "cuts-word"}, {"110", TierExact, true, "cuts-word"}}},
		{name: "degrees", text: "110℃ 110°", words: []string{"110"}, want: []want{{"110", TierExact, true, "cuts-word"}, {"110", TierExact, true, "cuts-word"}}},
		{name: "allow-phrase and a space beside Latin", text: "企业 vpn 报修，企业-vpn", words: []string{"vpn"}, allow: []string{"企业vpn"}, want: []want{{text: "vpn"}}},
		{name: "sign before a number", text: "vx:138", words: []string{"vx"}, want: []want{{text: "vx"}}},
		{name: "allow-phrase with a space", text: "公司 VPN 账号，公司VPN，公司-VPN", words: []string{"vpn"}, allow: []string{"公司 vpn"}, want: []want{{"VPN", TierExact, false, "upper→lower"}}},
		{name: "repeats", text: "代代开开发发票", words: []string{"代开发票"}, want: []want{{"代开开发发票", TierDisguised, false, "repeat→once"}}},
		{name: "reversed", text: "看\u202e票发开代\u202c", words: []string{"代开发票"}, want: []want{{"票发开代", TierDisguised, false, "invisible→dropped reversed"}}},
		{name: "allow-phrase", text: "三黄片黄片", words: []string{"黄片"}, allow: []string{"三黄片"}, want: []want{{text: "黄片"}}},
		{name: "allow-phrase that is smaller", text: "操你妈", words: []string{"操你妈"}, allow: []string{"你"}, want: []want{{text: "操你妈"}}},
		{name: "all owners of a duplicate", text: "加群", words: []string{"加群", "加 群"}, want: []want{{text: "加群"}, {text: "加群"}}},
		{name: "overlaps", text: "加微信群", words: []string{"加微信", "微信群"}, want: []want{{text: "加微信"}, {text: "微信群"}}},
		{name: "punctuation in a keyword", text: "学c++和c", words: []string{"c++"}, want: []want{{text: "c++"}}},
		{name: "a pattern is a literal", text: "aaa (a+)+$", words: []string{"(a+)+$"}, want: []want{{text: "(a+)+$"}}},
		{name: "a phrase of Latin words", text: "International Congress", words: []string{"national congress"}},
		{name: "flag between", text: "加🇨🇳群", words: []string{"加群"}, want: []want{{"加🇨🇳群", TierDisguised, false, "gap→skipped"}}},
		{name: "pinyin", text: "来加qun", words: []string{"加群"}, want: []want{{"加qun", TierDisguised, false, "pinyin→character"}}},
		{name: "pinyin sentence", text: "woyaojiaqun", words: []string{"加群"}, want: []want{{"jiaqun", TierDisguised, false, "pinyin→character"}}},
		{name: "shorthand", text: "+裙", words: []string{"加群"}, want: []want{{"+裙", TierDisguised, false, "shorthand→word"}}},
		{name: "split", text: "木仓支", words: []string{"枪支"}, want: []want{{"木仓支", TierDisguised, false, "split→character"}}},
		{name: "numerals", text: "下叁滥", words: []string{"下三滥"}, want: []want{{"下叁滥", TierDisguised, false, "numeral→digit"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			hits := find(t, c.text, DefaultVariants(), c.allow, c.words...)
			var got []want
			for _, h := range hits {
				got = append(got, want{string([]rune(c.text)[h.Start:h.End]), h.Tier, h.Doubt, strings.Join(h.Why(), " ")})
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q in %q:\n got %v\nwant %v", c.words, c.text, got, c.want)
			}
		})
	}
}

// TestVariantsAreOptIn: without a variant its disguise passes.
func TestVariantsAreOptIn(t *testing.T) {
	for _, c := range []struct {
		variant       Variant
		keyword, text string
	}{
		{VariantPinyin, "加群", "jia群"},
		{VariantHomophone, "代开发票", "带开发漂"},
		{VariantSplit, "信用卡", "亻言用卡"},
		{VariantInitials, "代开发票", "dkfp"},
		{VariantShorthand, "加微信", "+vx"},
		{VariantRepeat, "代开发票", "代开发发票"},
	} {
		t.Run(string(c.variant), func(t *testing.T) {
			if hits := find(t, c.text, nil, nil, c.keyword); len(hits) > 0 {
				t.Errorf("found without the variant: %+v", hits)
			}
			hits := find(t, c.text, []Variant{c.variant}, nil, c.keyword)
			if len(hits) != 1 || hits[0].Tier != TierDisguised {
				t.Errorf("with the variant: %+v", hits)
			}
		})
	}
}

func TestCheckKeyword(t *testing.T) {
	for _, c := range []struct {
		name, word string
		want       error
	}{
		{"plain", "加群", nil},
		{"empty", "", ErrKeywordEmpty},
		{"invisible", "\u200b\u2060", ErrKeywordEmpty},
		{"punctuation and emoji", "！！😊", ErrKeywordEmpty},
		{"longest", strings.Repeat("群", MaxKeyword), nil},
		{"too long", strings.Repeat("群", MaxKeyword+1), ErrKeywordLong},
		{"far too long", strings.Repeat("a", 1<<20), ErrKeywordLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := CheckKeyword(c.word); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	_, err := NewLexicon([]Keyword{{Word: "加群"}}, []string{"ok", "…"})
	var bad *KeywordError
	if !errors.As(err, &bad) || bad.Index != 1 || !bad.Allow {
		t.Errorf("allow-phrase: %v", err)
	}
}

// TestFindConcurrently runs under the race detector: one lexicon, many texts.
func TestFindConcurrently(t *testing.T) {
	l, err := NewLexicon([]Keyword{{Word: "加群", Variants: allVariants}, {Word: "代开发票", Variants: allVariants}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var f Folded
			for _, text := range []string{"+裙", "dai开fa票", "今天开会", "加\u200b群"} {
				f.Fold(text)
				if hits := l.Find(&f, nil); (len(hits) == 1) != (text != "今天开会") {
					t.Errorf("%s: %+v", text, hits)
				}
			}
		})
	}
	wg.Wait()
}

func TestCleanMessagesDoNotAllocate(t *testing.T) {
	l, err := NewLexicon([]Keyword{{Word: "加群", Variants: DefaultVariants()}, {Word: "代开发票", Variants: allVariants}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var f Folded
	text := "今天下午三点在公司开会，大家准时参加 OK? jia you 代 发"
	f.Fold(text)
	l.Find(&f, nil)
	if n := testing.AllocsPerRun(100, func() {
		f.Fold(text)
		if hits := l.Find(&f, nil); len(hits) > 0 {
			t.Fatal(hits)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
