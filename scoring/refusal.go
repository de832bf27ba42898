package scoring

import (
	"errors"
	"fmt"
	"time"
)

// The reasons for which an action on points is refused. They come wrapped in a
// [Refusal] that carries the figures for a sentence.
var (
	ErrInsufficient        = errors.New("not enough points")                  // Need, Have
	ErrAlreadyDone         = errors.New("was done before")                    // Until: when it can be done again, if ever
	ErrSoldOut             = errors.New("nothing is left")                    //
	ErrNotFound            = errors.New("there is no such thing")             //
	ErrExpired             = errors.New("the time is over")                   // Until: when it ended
	ErrTooSoon             = errors.New("not yet")                            // Until: when
	ErrLimit               = errors.New("over the limit")                     // Need, Limit; Have: what was used of it
	ErrOff                 = errors.New("is switched off")                    //
	ErrSelf                = errors.New("not to oneself")                     //
	ErrBot                 = errors.New("not to the bot")                     //
	ErrDeparted            = errors.New("the member has left")                //
	ErrOtherRoom           = errors.New("the member is of another room")      //
	ErrAmount              = errors.New("not an amount")                      //
	ErrFavourable          = errors.New("the expected value is too high")     // Need: the stake in thousandths, Have: the expected value in thousandths
	ErrNotReversible       = errors.New("the posting cannot be reversed")     //
	ErrClosed              = errors.New("is closed")                          //
	ErrSetAside            = errors.New("points are set aside")               //
	ErrShared              = errors.New("the ledger is shared already")       //
	ErrIdempotencyConflict = errors.New("was posted with other content")      // Have: the amount that was posted, No: its number
	ErrBounds              = errors.New("the balance would leave its bounds") //
)

// Refusal is a refused action with the figures a sentence about it needs. Use
// errors.Is to find the reason and errors.As to read the figures.
type Refusal struct {
	Err   error // one of the reasons above
	Need  int64
	Have  int64
	Limit int64
	Until time.Time
	No    int64 // the posting in question
}

// Error implements error.
func (r *Refusal) Error() string {
	switch {
	case r.Need != 0 || r.Have != 0:
		return fmt.Sprintf("%v: need %d, have %d", r.Err, r.Need, r.Have)
	case !r.Until.IsZero():
		return fmt.Sprintf("%v: %s", r.Err, r.Until.Format(time.RFC3339))
	}
	return r.Err.Error()
}

// Unwrap returns the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// refuse returns a refusal without figures.
func refuse(err error) error { return &Refusal{Err: err} }
