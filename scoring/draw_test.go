package scoring

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 60).Draw(t, "n")
		total := rapid.Int64Range(n, 2000).Draw(t, "total")
		equal := rapid.Bool().Draw(t, "equal")
		seed := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		shares := Shares(total, n, equal, seed)
		var sum int64
		for i, s := range shares {
			left := n - int64(i)
			if s < 1 || (left > 1 && !equal && s > max(1, 2*(total-sum)/left)) {
				t.Fatalf("share %d of %v is %d", i, shares, s)
			}
			sum += s
		}
		if sum != total || int64(len(shares)) != n {
			t.Fatalf("%v is not %d in %d shares", shares, total, n)
		}
		if equal && slices.Max(shares)-slices.Min(shares) > 1 {
			t.Fatalf("%v is not equal", shares)
		}
		if !slices.Equal(shares, Shares(total, n, equal, seed)) {
			t.Fatal("the same seed gave other shares")
		}
	})
}

func TestDrawRefusesWhatPaysMoreThanItCosts(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	rule := DefaultDrawRule()
	rule.On = true
	tests := []struct {
		name string
		draw Draw
		want error
		have int64 // expected value in thousandths
	}{
		{"a shared pot", Draw{Stake: 10, Winners: 2, Least: 3}, nil, 0},
		{"one prize of ten stakes for ten", Draw{Stake: 10, Winners: 1, Prize: 100, Least: 10}, nil, 0},
		{"one prize of ten stakes for nine", Draw{Stake: 10, Winners: 1, Prize: 100, Least: 9}, ErrFavourable, 11112},
		{"a free draw with prizes", Draw{Winners: 1, Prize: 100, Least: 2}, nil, 0},
		{"no winners", Draw{Stake: 10, Least: 3}, ErrAmount, 0},
		{"as many winners as entrants", Draw{Stake: 10, Winners: 3, Least: 3}, ErrAmount, 0},
		{"too high a stake", Draw{Stake: 101, Winners: 1, Least: 2}, ErrLimit, 0},
		{"too high a prize", Draw{Winners: 1, Prize: 1 << 62, Least: 2}, ErrLimit, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.draw.Closes = now.Add(time.Hour)
			err := tt.draw.Check(rule, now)
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			var refusal *Refusal
			if errors.As(err, &refusal) && refusal.Have != tt.have {
				t.Errorf("expected value %d, want %d", refusal.Have, tt.have)
			}
		})
	}
}

// closedDraw is a draw of n entrants as it is printed, with its list.
func closedDraw(n, winners int64) (text, list string) {
	d := Draw{
		No: 5, Stake: 30, Winners: winners, Least: winners + 1,
		Closes: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC),
	}
	seed := [32]byte{1, 2, 3}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("群友 %d", i+1)
		list += fmt.Sprintf("%d号 %s\n", i+1, names[i])
	}
	r := DrawResult{Line: d.Line(), Seed: seed, Entrants: n, ListHash: ListHash(names)}
	r.Commitment = Commitment(seed, r.Line)
	r.Winners = WinningNumbers(seed, r.ListHash, n, winners)
	return r.Text(), list
}

func TestDrawTextIsPinned(t *testing.T) {
	// Computed by another program from the description of the functions; what was
	// posted once has to verify for ever.
	const want = `抽奖 #5：每人 30 分，2 名平分奖池，满 3 人，11月23日 20:00 开奖
承诺：fed871f15bf559a14d09e86205f4328b8127eec75096eedafacb7cf205b83ec0
种子：0102030000000000000000000000000000000000000000000000000000000000
名单：7 人 4c19df3515dd7b6bcb6e99598ce23664313779017b87dcc3fe94122d206a5ae1
中奖：7号、4号`
	if got, _ := closedDraw(7, 2); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestVerifyDrawSeesEveryChange(t *testing.T) {
	text, list := closedDraw(7, 2)
	whole := text + "\n某人：恭喜恭喜\n" + list
	if r, err := VerifyDraw(whole); err != nil || r.No != 5 || r.Entrants != 7 || len(r.Winners) != 2 || !r.ListShown {
		t.Fatalf("the text itself: %+v, %v", r, err)
	}
	line, _, _ := strings.Cut(text, "\n")
	tests := []struct {
		name, text string
		want       error
	}{
		{"without the list", text, nil},
		{"with Windows line ends", strings.ReplaceAll(whole, "\n", "\r\n"), nil},
		{"with the opening repeated", text + "\n" + line, nil},
		{"in one line", strings.ReplaceAll(text, "\n", " "), nil},
		{"broken lines", rewrap(text, 20), nil},
		{"quoted in a chat", "老王：" + strings.ReplaceAll(text, "\n", "\n> "), nil},
		{"with spaces of a web page", strings.ReplaceAll(text, " ", "\u00a0"), nil},
		{"without spaces", strings.ReplaceAll(text, " ", ""), nil},
		{"full-width", widen(text), nil},
		{"marks of another keyboard", strings.NewReplacer("：", ":", "，", ",").Replace(text), nil},
		{"capitals", strings.ToUpper(text), nil},
		{"broken lines and another seed", rewrap(strings.Replace(text, "种子：01", "种子：02", 1), 20), ErrDrawFalse},
		{"two draws", text + "\n" + strings.Replace(line, "#5", "#6", 1), ErrDrawText},
		{"another stake", strings.Replace(whole, "每人 30 分", "每人 3 分", 1), ErrDrawFalse},
		{"another number of winners", strings.Replace(whole, "2 名", "3 名", 1), ErrDrawFalse},
		{"another seed", strings.Replace(whole, "种子：01", "种子：02", 1), ErrDrawFalse},
		{"fewer entrants", strings.Replace(text, "7 人", "6 人", 1), ErrDrawFalse},
		{"another entrant", strings.Replace(whole, "群友 3", "群友 9", 1), ErrDrawFalse},
		{"an entrant left out", strings.Replace(whole, "7号 群友 7\n", "", 1), ErrDrawFalse},
		{"winners swapped", swapWinners(whole), ErrDrawFalse},
		{"two commitments", whole + "\n承诺：" + strings.Repeat("0", 64), ErrDrawText},
		{"no seed", strings.Replace(whole, "种子", "种籽", 1), ErrDrawText},
		{"a short seed", strings.Replace(whole, "种子：01", "种子：", 1), ErrDrawText},
		{"a million entrants", strings.Replace(whole, "名单：7 人", "名单：999999 人", 1), ErrDrawText},
		{"nothing", "", ErrDrawText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := VerifyDraw(tt.text)
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// rewrap breaks a text into lines of so many characters.
func rewrap(text string, width int) string {
	var b strings.Builder
	for i, r := range []rune(strings.ReplaceAll(text, "\n", " ")) {
		if i > 0 && i%width == 0 {
			b.WriteByte('\n')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// widen writes letters and digits full-width.
func widen(text string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r - '!' + '！'
		}
		return r
	}, text)
}

// swapWinners exchanges the first and the second prize.
func swapWinners(text string) string {
	before, winners, _ := strings.Cut(text, "中奖：")
	winners, after, _ := strings.Cut(winners, "\n")
	a, b, _ := strings.Cut(winners, "、")
	return before + "中奖：" + b + "、" + a + "\n" + after
}

// Every number wins about equally often, whatever the place of entering.
func TestWinningNumbersAreFair(t *testing.T) {
	const n, rounds = 5, 5000
	wins := make([]int, n+1)
	for i := range rounds {
		seed := [32]byte{byte(i), byte(i >> 8)}
		wins[WinningNumbers(seed, "list", n, 1)[0]]++
	}
	for number := 1; number <= n; number++ {
		if wins[number] < rounds/n*85/100 || wins[number] > rounds/n*115/100 {
			t.Errorf("number %d won %d of %d draws", number, wins[number], rounds)
		}
	}
}

func FuzzVerifyDraw(f *testing.F) {
	text, list := closedDraw(7, 2)
	f.Add(text)
	f.Add(text + "\n" + list)
	f.Add("抽奖 #1：每人 1 分，1 名平分奖池，满 2 人，1月1日 00:00 开奖\n名单：99999 人")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := VerifyDraw(text)
		if err == nil && (len(r.Winners) == 0 || int64(len(r.Winners)) > r.Entrants) {
			t.Errorf("verified %+v", r)
		}
	})
}
