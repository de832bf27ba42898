package scoring

import (
	"errors"
	"strconv"
	"testing"
)

func TestParseAmount(t *testing.T) {
	tests := []struct {
		text  string
		want  int64
		fault AmountFault
	}{
		{"1", 1, ""},
		{" 50 ", 50, ""},
		{"５０", 50, ""},
		{"5０", 50, ""},
		{"007", 7, ""},
		{"1000", 1000, ""},
		{"", 0, AmountMissing},
		{"　", 0, AmountMissing},
		{"0", 0, AmountZero},
		{"００", 0, AmountZero},
		{"-50", 0, AmountNegative},
		{"－50", 0, AmountNegative},
		{"−50", 0, AmountNegative},
		{"1.5", 0, AmountFraction},
		{"½", 0, AmountFraction},
		{"1/2", 0, AmountFraction},
		{"1½", 0, AmountFraction},
		{"１．５", 0, AmountFraction},
		{"²", 0, AmountNotDigits},
		{"1e9", 0, AmountNotDigits},
		{"0x10", 0, AmountNotDigits},
		{"五十", 0, AmountNotDigits},
		{"+50", 0, AmountNotDigits},
		{"1,000", 0, AmountNotDigits},
		{"٥٠", 0, AmountNotDigits},
		{"5 0", 0, AmountNotDigits},
		{"1..5", 0, AmountNotDigits},
		{"1_000", 0, AmountNotDigits},
		{"50\u202e", 0, AmountNotDigits},
		{"𝟓𝟎", 0, AmountNotDigits},
		{"1001", 0, AmountTooBig},
		{"9223372036854775807", 0, AmountTooBig},
		{"9223372036854775808", 0, AmountTooBig},
		{"99999999999999999999999999", 0, AmountTooBig},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := ParseAmount(tt.text, 1000)
			var fault *AmountError
			if errors.As(err, &fault) != (tt.fault != "") || (fault != nil && (fault.Fault != tt.fault || fault.Max != 1000)) {
				t.Fatalf("got %v, want fault %q", err, tt.fault)
			}
			if tt.fault != "" && !errors.Is(err, ErrAmount) {
				t.Errorf("%v is no ErrAmount", err)
			}
			if got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"50", "５０", "½", "1e9", "-50", "9223372036854775807", "0000000000000000000000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseAmount(text, MaxAmount)
		if err != nil {
			return
		}
		if n < 1 || n > MaxAmount {
			t.Errorf("%q gave %d", text, n)
		}
		if again, err := ParseAmount(strconv.FormatInt(n, 10), MaxAmount); err != nil || again != n {
			t.Errorf("%d reads as %d, %v", n, again, err)
		}
	})
}
