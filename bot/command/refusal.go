package command

import (
	"errors"

	"menshen/scoring"
)

// refusalRow is what is said when an action on points is refused for a reason.
type refusalRow struct {
	command string // empty: any
	err     error
	key     string // of the sentence; empty is silence
}

// refusalRows lists what is said; the first that fits counts, so that commands
// with words of their own come before the common ones.
func refusalRows() []refusalRow {
	return []refusalRow{
		{"", scoring.ErrOff, ""},
		{"抽奖开", scoring.ErrAlreadyDone, "draw.running"},
		{"参加抽奖", scoring.ErrAlreadyDone, "draw.twice"},
		{"参加抽奖", scoring.ErrNotFound, "draw.none"},
		{"参加抽奖", scoring.ErrClosed, "draw.over"},
		{"抢", scoring.ErrAlreadyDone, "packet.twice"},
		{"抢", scoring.ErrNotFound, "packet.none"},
		{"抢", scoring.ErrSoldOut, "packet.empty"},
		{"抢", scoring.ErrExpired, "packet.late"},
		{"抢", scoring.ErrSelf, "packet.own"},
		{"通行证", scoring.ErrAlreadyDone, "pass.twice"},
		{"撤销", scoring.ErrNotFound, "posting.unknown"},
		{"撤销", scoring.ErrAlreadyDone, "posting.undone"},
		{"设置", scoring.ErrSetAside, "share.busy"},
		{"设置", scoring.ErrShared, "share.taken"},
		{"撤销", scoring.ErrInsufficient, "points.short.other"},
		{"扣分", scoring.ErrInsufficient, "points.short.other"},
		{"", scoring.ErrInsufficient, "points.short"},
		{"", scoring.ErrSoldOut, "points.soldout"},
		{"", scoring.ErrNotFound, "points.nothing"},
		{"", scoring.ErrAlreadyDone, "points.twice"},
		{"", scoring.ErrTooSoon, "points.soon"},
		{"", scoring.ErrLimit, "points.limit"},
		{"", scoring.ErrExpired, "points.over"},
		{"", scoring.ErrClosed, "points.over"},
		{"", scoring.ErrSelf, "points.self"},
		{"", scoring.ErrBot, "points.bot"},
		{"", scoring.ErrDeparted, "points.gone"},
		{"", scoring.ErrOtherRoom, "points.gone"},
		{"", scoring.ErrAmount, "points.amount"},
		{"", scoring.ErrFavourable, "points.favourable"},
		{"", scoring.ErrNotReversible, "points.final"},
	}
}

// refusalKey names the sentence of a refusal; "" is silence.
func (c *Context) refusalKey(err error) string {
	var refusal *scoring.Refusal
	if errors.Is(err, scoring.ErrLimit) && errors.As(err, &refusal) {
		switch {
		case !refusal.Until.IsZero():
			return "points.late"
		case refusal.Have > 0:
			return "points.today"
		}
	}
	for _, row := range refusalRows() {
		if (row.command == "" || row.command == c.Call.Row.Name) && errors.Is(err, row.err) {
			return row.key
		}
	}
	return "points.refused"
}
