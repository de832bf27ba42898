package command

import (
	"crypto/subtle"
	"sync"
	"time"
)

// CodeAnswer is what came of trying a binding code.
type CodeAnswer uint8

// The answers to a binding code.
const (
	CodeNone  CodeAnswer = iota // no code is open, or nothing could be bound with it
	CodeWrong                   // it is another one
	CodeRight                   // it was the right one, and is used up
	CodeShown                   // none was typed: the terminal shows a new one
)

// The limits of a binding code.
const (
	CodeDigits = 8
	CodeLife   = 10 * time.Minute
	CodeTries  = 5 // wrong ones in all, by whomever
)

// Code is the binding code that the terminal shows. The zero value is void.
// It is safe for concurrent use.
type Code struct {
	// Used, if set, is called when the code was used up; it must not block.
	Used func()
	// Wanted, if set, is called when whoever holds the account wants to see a new
	// code on the terminal; it must not block.
	Wanted func()

	mu     sync.Mutex
	digits string
	until  time.Time
	wrong  int
}

// Open makes digits the valid code until [CodeLife] after now; the one before
// is void.
func (c *Code) Open(digits string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.digits, c.until, c.wrong = digits, now.Add(CodeLife), 0
}

// Valid reports whether the code would still be taken at now.
func (c *Code) Valid(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.valid(now)
}

func (c *Code) valid(now time.Time) bool {
	return c.digits != "" && now.Before(c.until) && c.wrong < CodeTries
}

// Try compares what somebody typed with the code. The right one is used up by
// it, if the sender is anywhere where it binds; too many wrong ones void it,
// wherever they come from.
func (c *Code) Try(typed string, binds bool, now time.Time) CodeAnswer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.valid(now) {
		return CodeNone
	}
	if subtle.ConstantTimeCompare([]byte(asciiDigits(typed)), []byte(c.digits)) == 1 {
		if !binds {
			return CodeNone
		}
		c.digits = ""
		if c.Used != nil {
			c.Used()
		}
		return CodeRight
	}
	c.wrong++
	return CodeWrong
}

// Show has a new code shown on the terminal.
func (c *Code) Show() CodeAnswer {
	if c.Wanted == nil {
		return CodeNone
	}
	c.Wanted()
	return CodeShown
}

// WantsCode reports whether a call names no code: whoever holds the account's
// phone asks for one that way.
func (c Call) WantsCode() bool { return c.Row.Name == "认主" && c.Malformed && c.Args == "" }

// Typed returns the code that a call carries; ok is false for other calls.
func (c Call) Typed() (code string, ok bool) {
	return c.Args, c.Row.Name == "认主" && !c.Malformed
}

// eightDigits is a code.
func eightDigits(s string) bool { return len(asciiDigits(s)) == CodeDigits }

// asciiDigits turns full-width digits into ASCII; "" when anything else is in.
func asciiDigits(s string) string {
	var b []byte
	for _, r := range s {
		d := digit(r)
		if d < 0 {
			return ""
		}
		b = append(b, byte('0'+d))
	}
	return string(b)
}
