package scoring

import (
	"strings"
	"unicode"
)

// AmountFault says what is wrong with an amount somebody wrote.
type AmountFault string

// The faults.
const (
	AmountMissing   AmountFault = "missing"
	AmountNegative  AmountFault = "negative"
	AmountZero      AmountFault = "zero"
	AmountFraction  AmountFault = "fraction"   // 1.5, ½
	AmountNotDigits AmountFault = "not digits" // ², 1e9, 五十
	AmountTooBig    AmountFault = "too big"
)

// AmountError refuses an amount; it is an [ErrAmount].
type AmountError struct {
	Fault AmountFault
	Max   int64 // the most that is accepted
}

// Error implements error.
func (e *AmountError) Error() string { return ErrAmount.Error() + ": " + string(e.Fault) }

// Unwrap returns [ErrAmount].
func (e *AmountError) Unwrap() error { return ErrAmount }

// ParseAmount reads a whole number of points between 1 and limit, written in
// ASCII or full-width digits. Everything else is refused with an
// [AmountError]: signs, fractions, exponents, superscripts and numerals of
// other scripts, which look like a number and are none.
func ParseAmount(text string, limit int64) (int64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, &AmountError{AmountMissing, limit}
	}
	var n int64
	for _, r := range text {
		if '０' <= r && r <= '９' {
			r -= '０' - '0'
		}
		if r < '0' || r > '9' {
			return 0, &AmountError{amountFault(text), limit}
		}
		// Past the limit the value no longer matters, only that it is too big.
		if n <= limit {
			n = n*10 + int64(r-'0')
		}
	}
	switch {
	case n == 0:
		return 0, &AmountError{AmountZero, limit}
	case n > limit:
		return 0, &AmountError{AmountTooBig, limit}
	}
	return n, nil
}

// amountFault names what keeps text from being a whole number.
func amountFault(text string) AmountFault {
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "－") || strings.HasPrefix(text, "−") {
		return AmountNegative
	}
	point := false
	for i, r := range text {
		switch {
		case r == '½' || r == '¼' || r == '¾' || r == '⅓' || r == '⅔':
			return AmountFraction
		case i > 0 && !point && (r == '.' || r == '．' || r == '/' || r == '／'):
			point = true
		case !unicode.IsDigit(r):
			return AmountNotDigits
		}
	}
	if point {
		return AmountFraction
	}
	return AmountNotDigits
}
