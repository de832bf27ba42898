package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// ErrBonuses refuses a list of bonuses.
var ErrBonuses = errors.New("bonuses are written like 3天+2、7天+5: days and points of at most ten streaks, each longer than the one before")

// ParseBonuses reads what streaks of check-ins add as an owner writes it, in
// ASCII or full-width digits: 3天+2、7天+5. 天 and + may be left out.
func ParseBonuses(text string) ([]Bonus, error) {
	const most, longest, dearest = 10, 366, 1000
	var all []Bonus
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("、,，;；\n", r) }) {
		part = strings.TrimSpace(part)
		end := strings.IndexFunc(part, func(r rune) bool { return !unicode.IsDigit(r) })
		if end < 0 {
			return nil, ErrBonuses
		}
		days, err := ParseAmount(part[:end], longest)
		if err != nil {
			return nil, ErrBonuses
		}
		points, err := ParseAmount(strings.TrimLeft(part[end:], "天 +＋"), dearest)
		if err != nil {
			return nil, ErrBonuses
		}
		all = append(all, Bonus{int(days), points})
	}
	slices.SortFunc(all, func(a, b Bonus) int { return cmp.Compare(a.Days, b.Days) })
	twice := slices.CompactFunc(slices.Clone(all), func(a, b Bonus) bool { return a.Days == b.Days })
	if len(all) == 0 || len(all) > most || len(twice) < len(all) {
		return nil, ErrBonuses
	}
	return all, nil
}

// FormatBonuses writes bonuses as [ParseBonuses] reads them.
func FormatBonuses(all []Bonus) string {
	parts := make([]string, len(all))
	for i, b := range all {
		parts[i] = fmt.Sprintf("%d天+%d", b.Days, b.Points)
	}
	return strings.Join(parts, "、")
}
