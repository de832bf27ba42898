package scoring

import "time"

// TransferRule limits what members give each other. It is off by default:
// transfers are how points of second accounts are gathered.
type TransferRule struct {
	On         bool
	Max        int64         // at once
	PerDay     int64         // of one payer, a local date
	MinAge     time.Duration // since the payer joined
	FeePercent int64         // rounded up, 0 to 50, on top of the amount
}

// DefaultTransferRule returns the limits of a room that switches transfers on.
func DefaultTransferRule() TransferRule {
	return TransferRule{Max: 100, PerDay: 200, MinAge: 7 * 24 * time.Hour}
}

// Party is a member as one side of a transfer.
type Party struct {
	Room    int64
	Member  int64
	Bot     bool
	Present bool
	Joined  time.Time
}

// Check returns the fee of a transfer, or why it is refused: [ErrOff],
// [ErrSelf], [ErrBot], [ErrDeparted], [ErrOtherRoom], [ErrTooSoon] (Until: when
// the payer has been here long enough) and [ErrLimit] (Limit, and Have: given
// today when it is the day's limit).
func (r TransferRule) Check(from, to Party, amount, today int64, now time.Time) (fee int64, err error) {
	if !r.On {
		return 0, refuse(ErrOff)
	}
	if err := checkParties(from, to); err != nil {
		return 0, err
	}
	if old := from.Joined.Add(r.MinAge); now.Before(old) {
		return 0, &Refusal{Err: ErrTooSoon, Until: old}
	}
	if amount > r.Max {
		return 0, &Refusal{Err: ErrLimit, Need: amount, Limit: r.Max}
	}
	if today+amount > r.PerDay {
		return 0, &Refusal{Err: ErrLimit, Need: amount, Have: today, Limit: r.PerDay}
	}
	return (amount*r.FeePercent + 99) / 100, nil
}

// checkParties refuses who cannot receive.
func checkParties(from, to Party) error {
	switch {
	case from.Room != to.Room:
		return refuse(ErrOtherRoom)
	case from.Member == to.Member:
		return refuse(ErrSelf)
	case to.Bot:
		return refuse(ErrBot)
	case !to.Present:
		return refuse(ErrDeparted)
	}
	return nil
}
