package scoring

import "testing"

func TestParseBonuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"as it is shown", "3天+2、7天+5", "3天+2、7天+5"},
		{"short", "3 2,7 5", "3天+2、7天+5"},
		{"full width, in any order", "１５天 ＋１０；３天＋２", "3天+2、15天+10"},
		{"one", "2天+4", "2天+4"},
		{"twice the same", "3天+2、3天+5", ""},
		{"no points", "3天", ""},
		{"nothing added", "3天+0", ""},
		{"no days", "天+2", ""},
		{"points without end", "3天+2000", ""},
		{"a fraction", "3天+1.5", ""},
		{"nothing", "", ""},
		{"too many", "1 1,2 1,3 1,4 1,5 1,6 1,7 1,8 1,9 1,10 1,11 1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, err := ParseBonuses(tt.text)
			if (err != nil) != (tt.want == "") || FormatBonuses(all) != tt.want {
				t.Errorf("got %q, %v; want %q", FormatBonuses(all), err, tt.want)
			}
		})
	}
}
