package scoring

import (
	"math/rand/v2"
	"time"
)

// PacketRule limits 红包, packets of points that members grab.
type PacketRule struct {
	On        bool
	MaxTotal  int64
	MaxShares int64
	MinAge    time.Duration // since the sponsor joined
	Life      time.Duration // what is not grabbed by then goes back
}

// DefaultPacketRule returns the limits of a room that switches packets on.
func DefaultPacketRule() PacketRule {
	return PacketRule{MaxTotal: 500, MaxShares: 50, MinAge: 7 * 24 * time.Hour, Life: 24 * time.Hour}
}

// Check refuses a packet: [ErrOff], [ErrTooSoon], [ErrLimit], and [ErrAmount]
// when there is no share or one would be empty (Need: the least total).
func (r PacketRule) Check(sponsor Party, total, shares int64, now time.Time) error {
	switch old := sponsor.Joined.Add(r.MinAge); {
	case !r.On:
		return refuse(ErrOff)
	case shares < 1 || total < shares:
		return &Refusal{Err: ErrAmount, Need: max(shares, 1), Have: total}
	case now.Before(old):
		return &Refusal{Err: ErrTooSoon, Until: old}
	case total > r.MaxTotal:
		return &Refusal{Err: ErrLimit, Need: total, Limit: r.MaxTotal}
	case shares > r.MaxShares:
		return &Refusal{Err: ErrLimit, Need: shares, Limit: r.MaxShares}
	}
	return nil
}

// Shares divides a total into n shares of at least one point: nearly equal
// ones, or random ones of which each is at most twice the average of what is
// left. The same seed gives the same shares, so a packet that is read again
// after a crash has the shares it had. 1 ≤ n ≤ total.
func Shares(total, n int64, equal bool, seed [32]byte) []int64 {
	shares := make([]int64, n)
	if equal {
		for i := range shares {
			shares[i] = total / n
			if int64(i) < total%n {
				shares[i]++
			}
		}
		return shares
	}
	rnd := rand.New(rand.NewChaCha8(seed))
	for i := range shares {
		left := n - int64(i)
		if left == 1 {
			shares[i] = total
			break
		}
		shares[i] = 1 + rnd.Int64N(max(1, 2*total/left-1))
		total -= shares[i]
	}
	return shares
}
