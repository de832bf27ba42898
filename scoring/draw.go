package scoring

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// DrawRule limits 抽奖.
type DrawRule struct {
	On       bool
	MaxStake int64
	MaxPrize int64
	Longest  time.Duration
}

// DefaultDrawRule returns the limits of a room that switches draws on.
func DefaultDrawRule() DrawRule {
	return DrawRule{MaxStake: 100, MaxPrize: 10_000, Longest: 7 * 24 * time.Hour}
}

// Draw is one 抽奖. Entrants have numbers from 1 in the order of entering.
type Draw struct {
	No      int64 // its number, for people
	Stake   int64 // of each entrant; 0 is free
	Winners int64
	Prize   int64 // of each winner, from the room; 0: the winners share the stakes
	// Least is how many entrants there have to be; with fewer the draw is void
	// and every stake goes back. At least one more than Winners.
	Least  int64
	Closes time.Time
}

// Check refuses a draw: [ErrOff], [ErrAmount], [ErrLimit], and
// [ErrFavourable] when entering would pay on average more than it costs: Need
// is the stake and Have the expected value, both in thousandths of a point.
// A shared pot pays out what was paid in, so it is always fair.
func (d Draw) Check(r DrawRule, now time.Time) error {
	switch {
	case !r.On:
		return refuse(ErrOff)
	case d.Winners < 1 || d.Least <= d.Winners || d.Stake < 0 || d.Prize < 0 || !d.Closes.After(now):
		return refuse(ErrAmount)
	case d.Stake > r.MaxStake:
		return &Refusal{Err: ErrLimit, Need: d.Stake, Limit: r.MaxStake}
	case d.Prize > r.MaxPrize || d.Winners > r.MaxPrize:
		return &Refusal{Err: ErrLimit, Need: max(d.Prize, d.Winners), Limit: r.MaxPrize}
	case d.Closes.After(now.Add(r.Longest)):
		return &Refusal{Err: ErrLimit, Until: now.Add(r.Longest)}
	}
	if ev := d.Expected(); d.Stake > 0 && ev > d.Stake*1000 {
		return &Refusal{Err: ErrFavourable, Need: d.Stake * 1000, Have: ev}
	}
	return nil
}

// Expected returns what an entrant gets on average, in thousandths of a point,
// rounded up, with the fewest entrants there can be.
func (d Draw) Expected() int64 {
	if d.Prize == 0 {
		return d.Stake * 1000
	}
	return (d.Winners*d.Prize*1000 + d.Least - 1) / d.Least
}

// Line is the draw's rules in one line. It is posted at opening and at
// closing, and the commitment covers it to the letter. The time is shown in
// the zone of Closes.
func (d Draw) Line() string {
	prize := "平分奖池"
	if d.Prize > 0 {
		prize = fmt.Sprintf("各得 %d 分", d.Prize)
	}
	return fmt.Sprintf("抽奖 #%d：每人 %d 分，%d 名%s，满 %d 人，%s 开奖",
		d.No, d.Stake, d.Winners, prize, d.Least, d.Closes.Format("1月2日 15:04"))
}

// Commitment binds the draw to a seed before anybody enters: the SHA-256 of
// the seed in hex, a line break and the rules line.
func Commitment(seed [32]byte, line string) string {
	sum := sha256.Sum256([]byte(hex.EncodeToString(seed[:]) + "\n" + line))
	return hex.EncodeToString(sum[:])
}

// ListHash is the SHA-256 of the list of entrants, one line each: number, 号,
// a space and the name as it was shown, each ending with a line break.
func ListHash(names []string) string {
	hash := sha256.New()
	for i, name := range names {
		fmt.Fprintf(hash, "%d号 %s\n", i+1, name)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// ListName is a member's name as it stands in the list of entrants: one line
// of at most twelve visible characters that addresses nobody.
func ListName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '@' || r == '＠' || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, name)
	runes := []rune(strings.Join(strings.Fields(clean), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), 12)]))
}

// WinningNumbers orders the numbers 1 to n by HMAC-SHA256 with the seed as the
// key over "list hash:number" and returns the first k. The list is part of it,
// so nobody who knows the seed can tell before closing which number wins.
func WinningNumbers(seed [32]byte, listHash string, n, k int64) []int64 {
	type ticket struct {
		number int64
		mac    []byte
	}
	tickets := make([]ticket, n)
	for i := range tickets {
		mac := hmac.New(sha256.New, seed[:])
		fmt.Fprintf(mac, "%s:%d", listHash, i+1)
		tickets[i] = ticket{int64(i + 1), mac.Sum(nil)}
	}
	slices.SortFunc(tickets, func(a, b ticket) int {
		return cmp.Or(bytes.Compare(a.mac, b.mac), cmp.Compare(a.number, b.number))
	})
	numbers := make([]int64, min(k, n))
	for i := range numbers {
		numbers[i] = tickets[i].number
	}
	return numbers
}

// Payouts returns what each winner gets, in their order. What a shared pot
// does not divide goes to the first winners, a point each.
func (d Draw) Payouts(entrants int64) []int64 {
	pay := make([]int64, d.Winners)
	pot := d.Stake * entrants
	for i := range pay {
		pay[i] = d.Prize
		if d.Prize == 0 {
			pay[i] = pot / d.Winners
			if int64(i) < pot%d.Winners {
				pay[i]++
			}
		}
	}
	return pay
}

// DrawResult is a closed draw.
type DrawResult struct {
	Line       string
	Commitment string
	Seed       [32]byte
	Entrants   int64
	ListHash   string
	Winners    []int64 // their numbers, the first prize first
}

// Labels of the lines of a draw's texts.
const (
	labelCommitment = "承诺："
	labelSeed       = "种子："
	labelList       = "名单："
	labelWinners    = "中奖："
)

// OpeningText is what is posted when a draw opens.
func OpeningText(line, commitment string) string {
	return line + "\n" + labelCommitment + commitment
}

// Text is what is posted when the draw closes: everything [VerifyDraw] needs.
func (r DrawResult) Text() string {
	numbers := make([]string, len(r.Winners))
	for i, n := range r.Winners {
		numbers[i] = fmt.Sprintf("%d号", n)
	}
	return strings.Join([]string{
		OpeningText(r.Line, r.Commitment),
		labelSeed + hex.EncodeToString(r.Seed[:]),
		fmt.Sprintf("%s%d 人 %s", labelList, r.Entrants, r.ListHash),
		labelWinners + strings.Join(numbers, "、"),
	}, "\n")
}
