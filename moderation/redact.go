package moderation

import "slices"

// How much of personal data is left when it is masked: enough for its owner to
// know what is meant, too little for anybody else.
const (
	clearBefore = 3
	clearAfter  = 2
)

// leastPersonal is how many digits the shortest number has that is personal.
const leastPersonal = 11

// Redact masks the personal data in text and leaves the length of the text as
// it is, so that places in it stay what they are. It is for what is kept: such
// data is judged and never stored in clear, whatever the rules say about it.
func Redact(text string) string {
	if !mayHoldPersonal(text) {
		return text
	}
	var (
		folded Folded
		shapes shapeScanner
		runes  []rune
	)
	folded.Fold(text)
	for _, hit := range shapes.find(&folded, spansOf(findLinks(text))) {
		if hit.rule != rulePersonal {
			continue
		}
		if runes == nil {
			runes = []rune(text)
		}
		for i := hit.start + clearBefore; i < hit.end-clearAfter; i++ {
			runes[i] = '*'
		}
	}
	if runes == nil {
		return text
	}
	return string(runes)
}

// mayHoldPersonal reports whether text has the digits of a number or the word
// for a room in it, at the cost of one look at each character.
func mayHoldPersonal(text string) bool {
	t := foldTable()
	digits := 0
	for _, r := range text {
		c := t.entry(r) ^ cell(r)
		if c.class() == classDigit || c.class() == classExpand {
			digits++
		}
		if digits >= leastPersonal || digits > 0 && slices.Contains(roomWords[:], r) {
			return true
		}
	}
	return false
}

// roomWords stand before or behind the number of a room.
var roomWords = [...]rune{'室', '户', '房', '幢', '栋', '樓', '楼', '座', '元', '戶', '棟'}
