package moderation

import "slices"

// reasons is the set of steps a hit needed: the fold steps by number, then
// those of matching.
type reasons uint32

const (
	reasonHidden reasons = 1 << (iota + 16)
	reasonReversed
	reasonGap
	reasonRepeat
	reasonLeet
	reasonSplit
	reasonShorthand
	reasonInitials
	reasonSpelled
	reasonPinyin
	reasonHomophone
	reasonCut
	reasonAmbiguous
)

// exactReasons are the steps after which a hit is still the word itself.
const exactReasons = 1<<stepCase | 1<<stepWidth | 1<<stepCompat | 1<<stepTraditional |
	1<<stepAmbiguous | 1<<stepJapanese | 1<<stepRadical | reasonHidden

// alikeReasons are the steps of another reading of the text.
const alikeReasons = 1<<stepPicture | 1<<stepAlike

var kindReasons = [...]reasons{
	formPlain: 0, formShorthand: reasonShorthand, formPinyin: reasonPinyin, formSpelled: reasonSpelled,
	formSigns: reasonLeet, formSyllable: reasonPinyin,
}

// reasonWords are the names of the bits in the order in which they are told.
var reasonWords = [...]string{
	stepCase:        "upper→lower",
	stepWidth:       "fullwidth→half",
	stepCompat:      "styled→plain",
	stepTraditional: "traditional→simplified",
	stepAmbiguous:   "traditional→simplified",
	stepJapanese:    "japanese→simplified",
	stepRadical:     "radical→character",
	stepAccent:      "accent→plain",
	stepStyled:      "styled→plain",
	stepRegional:    "regional→letter",
	stepNumeral:     "numeral→digit",
	stepDigit:       "numeral→digit",
	stepLookalike:   "lookalike→letter",
	stepPicture:     "picture→character",
	stepAlike:       "lookalike→letter",
	16:              "invisible→dropped",
	17:              "reversed",
	18:              "gap→skipped",
	19:              "repeat→once",
	20:              "leet→letter",
	21:              "split→character",
	22:              "shorthand→word",
	23:              "initials→word",
	24:              "spelled→digit",
	25:              "pinyin→character",
	26:              "homophone→character",
	27:              "cuts-word",
	28:              "ambiguous-traditional",
}

// words lists the steps without repeating a name.
func (r reasons) words() []string {
	var out []string
	for i, name := range reasonWords {
		if name == "" || r>>i&1 == 0 {
			continue
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
