package scoring

import (
	"errors"
	"testing"
	"time"
)

func TestHonours(t *testing.T) {
	tests := []struct{ name, text, shown, last, next string }{
		{"every day", "每天 21:00", "每天 21:00", "2026-11-23 21:00", "2026-11-24 21:00"},
		{"every day, another word", "每日08:00", "每天 08:00", "2026-11-24 08:00", "2026-11-25 08:00"},
		{"just now", "每天 12:00", "每天 12:00", "2026-11-24 12:00", "2026-11-25 12:00"},
		{"switched on", "开", "每周一 09:00", "2026-11-23 09:00", "2026-11-30 09:00"},
		{"every week", "每周", "每周一 09:00", "2026-11-23 09:00", "2026-11-30 09:00"},
		{"Sundays", "每周日 20:30", "每周日 20:30", "2026-11-22 20:30", "2026-11-29 20:30"},
		{"Sundays, another word", "每星期天20:30", "每周日 20:30", "2026-11-22 20:30", "2026-11-29 20:30"},
		{"every month", "每月", "每月1日 09:00", "2026-11-01 09:00", "2026-12-01 09:00"},
		{"a date of the month", "每月 28号 23:59", "每月28日 23:59", "2026-10-28 23:59", "2026-11-28 23:59"},
	}
	const form = "2006-01-02 15:04"
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.FixedZone("CST", 8*60*60)) // a Tuesday
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := ParseHonours(tt.text)
			if err != nil || h.String() != tt.shown {
				t.Fatalf("read as %q, %v", h, err)
			}
			if again, err := ParseHonours(h.String()); err != nil || again != h {
				t.Errorf("read again as %+v, %v", again, err)
			}
			if last, next := h.Last(now).Format(form), h.Next(now).Format(form); last != tt.last || next != tt.next {
				t.Errorf("last %s, next %s", last, next)
			}
		})
	}
}

func TestHonoursRefused(t *testing.T) {
	for _, text := range []string{"", "每年", "每天 25:00", "每天9点", "每周八", "每月29日", "每月0日 09:00", "09:00", "每天 21:00 再说"} {
		if h, err := ParseHonours(text); !errors.Is(err, ErrHonours) {
			t.Errorf("%q: read as %v, %v", text, h, err)
		}
	}
	if h, err := ParseHonours("关"); err != nil || h != (Honours{}) || h.String() != "关" {
		t.Errorf("off: %v, %v", h, err)
	}
}
