package text

import "strings"

// steps are the judge's names of what led from a text to a finding, in words
// that a group's owner understands.
var steps = map[string]string{
	"upper→lower": "大写", "fullwidth→half": "全角", "styled→plain": "花体字", "traditional→simplified": "繁体",
	"japanese→simplified": "日文字形", "radical→character": "部首", "accent→plain": "带音标", "regional→letter": "旗帜字母",
	"numeral→digit": "数字变体", "lookalike→letter": "形近字", "invisible→dropped": "隐形字符", "reversed": "倒写", "picture→character": "以图代字",
	"gap→skipped": "夹符号", "repeat→once": "重复字", "leet→letter": "数字代字母", "split→character": "拆字",
	"shorthand→word": "简写", "initials→word": "首字母", "spelled→digit": "数字写成字", "pinyin→character": "拼音",
	"homophone→character": "谐音", "cuts-word": "可能是别的词", "ambiguous-traditional": "繁体多义", "messages→one": "拆成几条发", "asked-about": "在问这个词",
	"record-only":      "误判太多，只记录",
	"entity→character": "网页编码", "percent→character": "网址编码", "escape→character": "转义", "substitute→dot": "点号变体",
	"hxxp→http": "改写 http", "idn→punycode": "外文域名",
}

// whys explains a finding's steps; a step without words is shown by its name.
func whys(codes []string) string {
	words := make([]string, 0, len(codes))
	for _, code := range codes {
		word, ok := steps[code]
		if !ok {
			word = plain(code, NameLength)
		}
		words = append(words, word)
	}
	return plain(strings.Join(words, " "), SnippetLength)
}
