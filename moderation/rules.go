package moderation

// Variant names a family of disguises a keyword is expanded to.
type Variant string

// The variants. Those of [DefaultVariants] apply where a rule names none.
const (
	VariantPinyin    Variant = "pinyin"
	VariantHomophone Variant = "homophone"
	VariantSplit     Variant = "split"
	VariantInitials  Variant = "initials"
	VariantShorthand Variant = "shorthand"
	VariantRepeat    Variant = "repeat"
)

// DefaultVariants returns the variants of a keyword written as a bare string.
func DefaultVariants() []Variant {
	return []Variant{VariantPinyin, VariantSplit, VariantShorthand, VariantRepeat}
}

// AllVariants returns every variant there is.
func AllVariants() []Variant {
	return []Variant{VariantPinyin, VariantHomophone, VariantSplit, VariantInitials, VariantShorthand, VariantRepeat}
}

// Keyword is one forbidden word.
type Keyword struct {
	Word     string
	Action   Action
	Variants []Variant
	Category string
	// Disguised is the action of a disguised hit; [ActionReview] unless the
	// owner raised it for this word.
	Disguised Action
}

// Rules is everything a judge is compiled from.
type Rules struct {
	Keywords     []Keyword
	AllowPhrases []string
	AllowHosts   []string
	// Actions per rule name other than keyword; a missing rule has its default.
	Actions map[string]Action
}
