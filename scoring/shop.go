package scoring

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of the shop.
const (
	MaxPrice    = 1_000_000
	MaxStock    = 10_000
	maxItemName = 20 // runes
	maxCode     = 64 // bytes
)

// Item is something on the shelf.
type Item struct {
	ID    int64
	Name  string
	Price int64
	Stock int64 // left, without what is reserved for open redemptions
	// Codes are handed out one with each approved redemption; only given when
	// an item is put on the shelf.
	Codes []string
}

// ErrItem refuses what was written after 上架.
var ErrItem = errors.New("an item is written like 咖啡券 50 5件: a name of at most 20 characters, a price and a number")

// ParseItem reads an item as an owner writes it: name, price, number of
// pieces, the last optionally with 件 or 份, and on the lines after it codes to
// hand out, one a line. A bad number is an [AmountError], everything else
// [ErrItem].
func ParseItem(text string) (Item, error) {
	text, codes, _ := strings.Cut(strings.TrimSpace(text), "\n")
	fields := strings.Fields(text)
	if len(fields) < 3 {
		return Item{}, ErrItem
	}
	n := len(fields)
	it := Item{Name: strings.Join(fields[:n-2], " "), Codes: strings.Fields(codes)}
	var err error
	if it.Price, err = ParseAmount(strings.TrimSuffix(fields[n-2], "分"), MaxPrice); err != nil {
		return Item{}, err
	}
	pieces := strings.TrimSuffix(strings.TrimSuffix(fields[n-1], "件"), "份")
	if it.Stock, err = ParseAmount(pieces, MaxStock); err != nil {
		return Item{}, err
	}
	if utf8.RuneCountInString(it.Name) > maxItemName || strings.ContainsFunc(it.Name, unicode.IsControl) || !codesFit(it.Codes) {
		return Item{}, ErrItem
	}
	return it, nil
}

// codesFit reports whether codes are few and short enough to be kept.
func codesFit(codes []string) bool {
	return len(codes) <= MaxStock && !slices.ContainsFunc(codes, func(c string) bool { return len(c) > maxCode })
}
