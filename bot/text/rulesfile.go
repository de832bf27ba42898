package text

import "strconv"

// Mistake is what can be wrong in a rules file.
type Mistake int

// The mistakes.
const (
	MistakeOther   Mistake = iota
	MistakeSyntax          // it is not YAML
	MistakeField           // a name that no field has
	MistakeType            // a number where a text belongs, and the like
	MistakeAction          // no action
	MistakeVariant         // no variant
	MistakeRepeat          // a keyword that is there already
	MistakeWord            // a word that cannot be one
	MistakeHost            // a host that is none
)

// mistakes says what is wrong and how to mend it.
var mistakes = [...]string{
	MistakeOther:   "写法不对。可以先回复「导出词库 yaml」，照着改",
	MistakeSyntax:  "不是 YAML 的写法。请检查缩进、引号和括号",
	MistakeField:   "有不认识的项。最外面只有 keywords、allow_phrases、allow_hosts、rules；每个词有 word、action、variants、category、disguised",
	MistakeType:    "类型不对。列表要一项一行、前面加减号，数字样子的词要加引号",
	MistakeAction:  "不认识的处理。请写 off、notice、review 或 strike",
	MistakeVariant: "不认识的变体。请写 pinyin、homophone、split、initials、shorthand 或 repeat",
	MistakeRepeat:  "这个词和前面的是同一个。请删掉一个",
	MistakeWord:    "这个词用不了。要有汉字、字母或数字，最长 64 个字",
	MistakeHost:    "这不是网站。请写成 example.com 的样子",
}

// Unread tells the owner why a rules file was not imported. Line 0 stands for
// the whole file.
func Unread(line int, what Mistake) string {
	where := ""
	if line > 0 {
		where = "第 " + strconv.Itoa(line) + " 行"
	}
	return "没有导入。" + where + mistakes[what] + "。"
}
