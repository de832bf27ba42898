package main

import (
	"strings"
	"unicode"
)

// The tables of our own: what Unicode's normalisation leaves alone although
// people read it as a plain letter, digit or separator.
var (
	smallCapitals = []rune("ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpǫqꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz")
	turned        = []rune("ɐaɔcǝeɟfƃgɥhᴉiɾjʞkɯmuuɹrʇtʌvʍwʎyɑaɡgıiɩiʋvⅴvøoωwηnυuνvρpτtκkεeσoβbγyχxιiοoμuвbнhкkмmтtпnшwщwяrгrзeбbłlđdħhŧtƒfьbъbиnйnцuчyдaэeλaξeπn" +
		"ᗩaᗅaᗷbᑕcᗪdᗞdᗴeᖴfᘜgᕼhᒍjᒪlᗰmᑎnᑭpᑫqᖇrᔕsᑌuᐯvᗯw᙭x")
	numerals      = []rune("零0〇0一1二2三3四4五5六6七7八8九9")
	otherNumerals = []rune("洞0壹1弌1幺1贰2貳2貮2弍2叁3叄3弎3肆4伍5陆6陸6柒7捌8玖9〡1〢2〣3〤4〥5〦6〧7〨8〩9")
	kana          = []rune("カ力ロ口エ工タ夕トト卜卜ハ八ニ二")
	// Characters that are only another way to write one, and are in no table of
	// traditional forms.
	variants = []rune("鎗枪愽博臝裸躶裸姪侄賍赃汙污汚污帐账寳宝")
	hearts   = []rune("♥❤❣❤❥❤💓❤💔❤💕❤💖❤💗❤💘❤💙❤💚❤💛❤💜❤💝❤💞❤💟❤🖤❤🤍❤🤎❤🧡❤🩵❤🩶❤🩷❤")
	circles  = []rune("◯○⚪○⭕○")
	plus     = "➕﹢＋✚✛✜᛭⁺₊"
	// Strokes, bars and the long-vowel mark are typed between characters.
	gapLetters = "丨丶丿乀ーˉㅡㅣ灬ゞヽヾ々゛゜ˋˊ"
	radicals   = []rune("⺀冫⺁厂⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋卩⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺚旡⺛无⺜曰⺝月⺞歹" +
		"⺟母⺠民⺡氵⺢氺⺤爫⺥爫⺦爿⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱网⺲罒⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹老⺺聿⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃西⻄西" +
		"⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒长⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟饣⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤" +
		"⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟飠饣覀西訁讠釒钅糹纟")
)

// ownFold answers for the runes of the tables above.
func ownFold(r rune) ([]rune, int, bool) {
	for _, t := range []struct {
		pairs []rune
		step  int
	}{{smallCapitals, stepStyled}, {turned, stepLookalike}, {numerals, stepNumeral}, {otherNumerals, stepDigit}, {kana, stepLookalike}, {radicals, stepRadical}, {variants, stepTraditional}, {hearts, stepCompat}, {circles, stepCompat}} {
		for i := 0; i+1 < len(t.pairs); i += 2 {
			if t.pairs[i] == r && t.pairs[i+1] != r {
				return t.pairs[i+1 : i+2], t.step, true
			}
		}
	}
	if r != '+' && strings.ContainsRune(plus, r) {
		return []rune{'+'}, stepWidth, true
	}
	if r == '！' || r == '？' || r == '．' {
		return nil, 0, false
	}
	if r == '｡' {
		return []rune{'。'}, stepWidth, true
	}
	if isOwnGap(r) && r != '|' {
		return []rune{'|'}, stepNone, true
	}
	return ownDigitsAndLetters(r)
}

// ownDigitsAndLetters covers the enclosed alphanumerics without a
// normalisation and the decimal digits of every script.
func ownDigitsAndLetters(r rune) ([]rune, int, bool) {
	in := func(lo, hi rune) bool { return r >= lo && r <= hi }
	switch {
	case in(0x1F150, 0x1F169):
		return []rune{'a' + r - 0x1F150}, stepStyled, true
	case in(0x1F170, 0x1F189):
		return []rune{'a' + r - 0x1F170}, stepStyled, true
	case in(0x1F1E6, 0x1F1FF):
		return []rune{'a' + r - 0x1F1E6}, stepRegional, true
	case in(0x2776, 0x277E):
		return []rune{'1' + r - 0x2776}, stepStyled, true
	case in(0x2780, 0x2788):
		return []rune{'1' + r - 0x2780}, stepStyled, true
	case in(0x278A, 0x2792):
		return []rune{'1' + r - 0x278A}, stepStyled, true
	case in(0x24F5, 0x24FD):
		return []rune{'1' + r - 0x24F5}, stepStyled, true
	case r == 0x277F || r == 0x2789 || r == 0x2793 || r == 0x24FE:
		return []rune("10"), stepStyled, true
	case in(0x24EB, 0x24F3):
		return []rune{'1', '1' + r - 0x24EB}, stepStyled, true
	case r == 0x24F4:
		return []rune("20"), stepStyled, true
	case r == 0x24FF || r == 0x1F10B || r == 0x1F10C:
		return []rune{'0'}, stepStyled, true
	case in(0x2488, 0x2490): // ⒈: the normal form keeps a full stop
		return []rune{'1' + r - 0x2488}, stepCompat, true
	case r > 0x7F && unicode.Is(unicode.Nd, r) && !in(0xFF10, 0xFF19) && !in(0x1D7CE, 0x1D7FF):
		return []rune{'0' + digitValue(r)}, stepStyled, true
	}
	return nil, 0, false
}

// digitValue counts from the start of the run of ten the digit stands in.
func digitValue(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
			return (r - lo) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
			return (r - lo) % 10
		}
	}
	return 0
}

func isOwnGap(r rune) bool { return r == '|' || strings.ContainsRune(gapLetters, r) }

// dropped reports what is not seen: controls, format characters, marks,
// fillers, variation selectors, tags, skin tones.
func dropped(r rune) bool {
	switch {
	case r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0 || r == 0x2800 || r == 0x17B4 || r == 0x17B5:
		return true
	case r >= 0x1F3FB && r <= 0x1F3FF:
		return true
	case r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Cc, unicode.Mn, unicode.Me, unicode.Variation_Selector)
}
