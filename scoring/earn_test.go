package scoring

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestSubstantive(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"今天天气好", true},
		{"go 1.26 出了", true},
		{"好的收到", true},
		{"嗯", false},
		{"哈哈哈哈哈哈", false},
		{"666666", false},
		{"[微笑][微笑]", false},
		{"😂😂😂😂😂", false},
		{"……！！！", false},
		{"", false},
		{"哈哈嘿嘿", false},
	}
	for _, tt := range tests {
		if got := Substantive(tt.text, 4); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestEarn(t *testing.T) {
	loc := zone(t, "Asia/Shanghai")
	at := func(hour, minute, second int) time.Time { return time.Date(2026, 11, 23, hour, minute, second, 0, loc) }
	rule := SpeakRule{Points: 2, Every: time.Minute, PerDay: 3, MinRunes: 4}
	tests := []struct {
		name  string
		state SpeakState
		text  string
		now   time.Time
		want  int64
	}{
		{"the first", SpeakState{}, "今天天气好", at(9, 0, 0), 2},
		{"a minute later, up to the cap", SpeakState{at(9, 0, 0), 20261123, 2}, "今天天气好", at(9, 1, 0), 1},
		{"too soon", SpeakState{at(9, 0, 0), 20261123, 2}, "今天天气好", at(9, 0, 59), 0},
		{"at the cap", SpeakState{at(9, 0, 0), 20261123, 3}, "今天天气好", at(10, 0, 0), 0},
		{"a new date", SpeakState{at(9, 0, 0).AddDate(0, 0, -1), 20261122, 3}, "今天天气好", at(0, 0, 0), 2},
		{"nothing said", SpeakState{}, "哈哈哈哈", at(9, 0, 0), 0},
		{"the clock went back a day", SpeakState{at(9, 0, 0).AddDate(0, 0, -2), 20261124, 0}, "今天天气好", at(9, 0, 0), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, next := rule.Earn(tt.state, tt.text, tt.now)
			if got != tt.want {
				t.Fatalf("earned %d, want %d", got, tt.want)
			}
			if got == 0 && next != tt.state {
				t.Errorf("the state changed to %+v", next)
			}
			if again, _ := rule.Earn(next, tt.text, tt.now); got > 0 && again != 0 {
				t.Errorf("earned again: %d", again)
			}
		})
	}
}

func TestCheckInStreakAndBonus(t *testing.T) {
	rule := DefaultCheckInRule()
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, zone(t, "Asia/Shanghai"))
	bonus := map[int]int64{3: 2, 7: 5, 15: 10, 30: 20}
	var state CheckInState
	for day := 1; day <= 31; day++ {
		c, err := rule.CheckIn(state, now)
		if err != nil || c.Streak != day || c.Bonus != bonus[day] || c.Points != 5+bonus[day] {
			t.Fatalf("day %d: %+v, %v", day, c, err)
		}
		state = CheckInState{c.Day, c.Streak}
		now = now.AddDate(0, 0, 1)
	}
	if c, err := rule.CheckIn(state, now.AddDate(0, 0, 1)); err != nil || c.Streak != 1 {
		t.Errorf("after a day left out: %+v, %v", c, err)
	}
	if _, err := rule.CheckIn(state, now.AddDate(0, 0, -5)); !errors.Is(err, ErrAlreadyDone) {
		t.Errorf("after the clock went back: %v", err)
	}
}

func TestCheckInWindows(t *testing.T) {
	shanghai, berlin := zone(t, "Asia/Shanghai"), zone(t, "Europe/Berlin")
	rule := CheckInRule{Points: 5, Windows: []Window{{5 * time.Hour, 9 * time.Hour}, {20 * time.Hour, 22 * time.Hour}}}
	tests := []struct {
		name  string
		state CheckInState
		now   time.Time
		want  error
		until time.Time
	}{
		{"early", CheckInState{}, time.Date(2026, 11, 23, 4, 59, 59, 0, shanghai), ErrTooSoon, time.Date(2026, 11, 23, 5, 0, 0, 0, shanghai)},
		{"in the first", CheckInState{}, time.Date(2026, 11, 23, 5, 0, 0, 0, shanghai), nil, time.Date(2026, 11, 24, 5, 0, 0, 0, shanghai)},
		{"between", CheckInState{}, time.Date(2026, 11, 23, 9, 0, 0, 0, shanghai), ErrTooSoon, time.Date(2026, 11, 23, 20, 0, 0, 0, shanghai)},
		{"after the last", CheckInState{}, time.Date(2026, 11, 23, 22, 0, 0, 0, shanghai), ErrTooSoon, time.Date(2026, 11, 24, 5, 0, 0, 0, shanghai)},
		{"done this morning", CheckInState{20261123, 1}, time.Date(2026, 11, 23, 21, 0, 0, 0, shanghai), ErrAlreadyDone, time.Date(2026, 11, 24, 5, 0, 0, 0, shanghai)},
		{"the night summer time begins", CheckInState{20260328, 1}, time.Date(2026, 3, 28, 21, 0, 0, 0, berlin), ErrAlreadyDone, time.Date(2026, 3, 29, 5, 0, 0, 0, berlin)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := rule.CheckIn(tt.state, tt.now)
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			until := c.Next
			var refusal *Refusal
			if errors.As(err, &refusal) {
				until = refusal.Until
			}
			if !until.Equal(tt.until) {
				t.Errorf("next at %v, want %v", until, tt.until)
			}
		})
	}
}

func TestLevels(t *testing.T) {
	levels, err := ParseLevels("200 骨干、0 新人，５０ 常客")
	if err != nil {
		t.Fatal(err)
	}
	for points, want := range map[int64]string{-3: "", 0: "新人", 49: "新人", 50: "常客", 999: "骨干"} {
		if got := LevelOf(levels, points); got != want {
			t.Errorf("%d points: %q, want %q", points, got, want)
		}
	}
	if got := FormatLevels(levels); got != "0 新人、50 常客、200 骨干" {
		t.Errorf("written as %q", got)
	}
	for _, bad := range []string{"", "新人", "0", "0 新人、0 常客", "0 九个字的称号太长了吧", "½ 新人"} {
		if got, err := ParseLevels(bad); !errors.Is(err, ErrLevels) {
			t.Errorf("%q gave %v, %v", bad, got, err)
		}
	}
}

func TestParseItem(t *testing.T) {
	tests := []struct {
		text string
		want Item
		err  error
	}{
		{"咖啡券 50 5件", Item{Name: "咖啡券", Price: 50, Stock: 5}, nil},
		{"大杯 拿铁 ５０分 ５份", Item{Name: "大杯 拿铁", Price: 50, Stock: 5}, nil},
		{"咖啡券 50 2件\nAAA\r\n BBB\n", Item{Name: "咖啡券", Price: 50, Stock: 2, Codes: []string{"AAA", "BBB"}}, nil},
		{"咖啡券 50 2件\n" + strings.Repeat("A", 65), Item{}, ErrItem},
		{"咖啡券 50", Item{}, ErrItem},
		{"一二三四五六七八九十一二三四五六七八九十一 50 5", Item{}, ErrItem},
		{"咖啡券 0 5", Item{}, ErrAmount},
		{"咖啡券 50 -1", Item{}, ErrAmount},
		{"咖啡券 1000001 1", Item{}, ErrAmount},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := ParseItem(tt.text)
			if !errors.Is(err, tt.err) || (err == nil && (got.Name != tt.want.Name || got.Price != tt.want.Price || got.Stock != tt.want.Stock || !slices.Equal(got.Codes, tt.want.Codes))) {
				t.Errorf("got %+v, %v; want %+v, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

func TestParseWindows(t *testing.T) {
	tests := []struct {
		text, want string
		err        error
	}{
		{"05:00-09:00", "05:00-09:00", nil},
		{"20:00-24:00、5:00-9:30", "05:00-09:30、20:00-24:00", nil},
		{"", "", ErrWindows},
		{"05:00", "", ErrWindows},
		{"09:00-05:00", "", ErrWindows},
		{"05:00-09:60", "", ErrWindows},
		{"05:00-24:01", "", ErrWindows},
		{"05:00-09:00、08:00-10:00", "", ErrWindows},
		{"05:00-09:00x", "", ErrWindows},
		{"-5:00-09:00", "", ErrWindows},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := ParseWindows(tt.text)
			if !errors.Is(err, tt.err) || FormatWindows(got) != tt.want {
				t.Errorf("got %q, %v; want %q, %v", FormatWindows(got), err, tt.want, tt.err)
			}
		})
	}
}
