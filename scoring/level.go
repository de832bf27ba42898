package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Level is a title and the points it starts at.
type Level struct {
	From  int64
	Title string
}

// LevelOf returns the title for points; it is empty below the first. Levels
// are in order.
func LevelOf(levels []Level, points int64) (title string) {
	for _, l := range levels {
		if l.From > points {
			break
		}
		title = l.Title
	}
	return title
}

// FormatLevels writes levels as [ParseLevels] reads them.
func FormatLevels(levels []Level) string {
	parts := make([]string, len(levels))
	for i, l := range levels {
		parts[i] = fmt.Sprintf("%d %s", l.From, l.Title)
	}
	return strings.Join(parts, "、")
}

// ErrLevels refuses a list of levels.
var ErrLevels = errors.New("levels are written like 0 新人、50 常客: a number and a title of at most 8 characters each")

// ParseLevels reads titles as an owner writes them: 0 新人、50 常客、200 骨干.
func ParseLevels(text string) ([]Level, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、,，;；\n", r) })
	var levels []Level
	for _, part := range parts {
		number, title, _ := strings.Cut(strings.TrimSpace(part), " ")
		title = strings.TrimSpace(title)
		from, err := ParseAmount(number, MaxAmount)
		var fault *AmountError
		if errors.As(err, &fault) && fault.Fault == AmountZero {
			err = nil
		}
		if err != nil || title == "" || utf8.RuneCountInString(title) > 8 {
			return nil, ErrLevels
		}
		levels = append(levels, Level{from, title})
	}
	slices.SortFunc(levels, func(a, b Level) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(levels); i++ {
		if levels[i].From == levels[i-1].From {
			return nil, ErrLevels
		}
	}
	if len(levels) == 0 || len(levels) > 20 {
		return nil, ErrLevels
	}
	return levels, nil
}
