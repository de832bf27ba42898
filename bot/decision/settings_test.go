package decision

import (
	"strings"
	"testing"
	"time"
)

func TestSet(t *testing.T) {
	tests := []struct{ name, key, value, want string }{
		{"by key", "warning_limit", "5", "5"},
		{"by name", "警告次数", "5", "5"},
		{"full-width digits", "警告次数", "１０", "10"},
		{"with its unit", "警告天数", "７天", "7"},
		{"quiet hours over midnight", "免打扰", "22:00-07:00", "22:00-07:00"},
		{"quiet hours as a phone types them", "免打扰", "２２：００－７：００", "22:00-07:00"},
		{"no quiet hours", "免打扰", "关", "关"},
		{"a zone", "时区", "Asia/Tokyo", "Asia/Tokyo"},
		{"a switch", "红包", "开", "开"},
		{"bonuses", "连签奖励", "７天 ５、3天+2", "3天+2、7天+5"},
		{"no bonuses", "连签奖励", "关", "关"},
		{"empty restores bonuses", "连签奖励", "", "3天+2、7天+5、15天+10、30天+20"},
		{"a category", "类别 广告", "strike", "警告"},
		{"a category of the owner's own", "类别租房", "待审", "待审"},
		{"an article of a rule", "条款 外链", "第 2 条", "2"},
		{"an article of a category", "article.广告", "３", "3"},
		{"empty restores a category", "category.诈骗", "", ""},
		{"empty restores an article", "条款 口令", "", ""},
		{"a rule", "外链", "notice", "提醒"},
		{"a rule in English", "rule_shortlink", "Review", "待审"},
		{"a template", "欢迎语", "欢迎 {names}", "欢迎 {names}"},
		{"empty restores a number", "警告次数", "", "3"},
		{"empty restores a rule", "外链", "", "警告"},
		{"empty restores a template", "欢迎语", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := DefaultSettings()
			s.WarningLimit, s.Welcome, s.RuleActions = 9, "x", map[string]string{"link": "off"}
			s.Categories, s.Values = map[string]string{"诈骗": "off"}, map[string]string{"article.passphrase": "7"}
			if err := s.Set(tt.key, tt.value); err != nil {
				t.Fatal(err)
			}
			if got, ok := s.Get(tt.key); !ok || got != tt.want {
				t.Errorf("got %q (%v), want %q", got, ok, tt.want)
			}
		})
	}
}

func TestSetRefuses(t *testing.T) {
	tests := []struct{ name, key, value, remedy string }{
		{"unknown", "颜色", "红", "设置"},
		{"too low", "警告次数", "0", "1 到 10"},
		{"too high", "警告次数", "11", "1 到 10"},
		{"negative", "签到积分", "-5", "0 到 1000"},
		{"no number", "警告次数", "三", "1 到 10"},
		{"beyond any integer", "警告次数", "99999999999999999999", "1 到 10"},
		{"half a window", "免打扰", "22:00", "22:00-07:00"},
		{"no such hour", "免打扰", "25:00-07:00", "22:00-07:00"},
		{"an empty window", "免打扰", "07:00-07:00", "22:00-07:00"},
		{"the machine's zone", "时区", "Local", "Asia/Shanghai"},
		{"a path as zone", "时区", "../../etc/passwd", "Asia/Shanghai"},
		{"bonuses without days", "连签奖励", "+2", "3天+2"},
		{"more than half as a fee", "转账手续费", "51", "0 到 50"},
		{"neither on nor off", "红包", "也许", "开 或 关"},
		{"no such action", "外链", "踢", "警告、待审、提醒"},
		{"no such action of a category", "类别 广告", "踢", "警告、待审、提醒"},
		{"a category that is a sentence", "类别 请 加 我", "警告", "设置"},
		{"an article nobody writes", "条款 外链", "0", "1 到 99"},
		{"an unknown placeholder", "欢迎语", "欢迎 {name}", "{names} {room} {rules}"},
		{"a long template", "欢迎语", strings.Repeat("欢", longestWelcome+1), "300"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := DefaultSettings()
			err := s.Set(tt.key, tt.value)
			if err == nil || !strings.Contains(err.Error(), tt.remedy) {
				t.Errorf("got %v, want the remedy %q", err, tt.remedy)
			}
		})
	}
}

func TestEverySettingTakesBackWhatItShows(t *testing.T) {
	seen := make(map[string]bool)
	for _, def := range AllSettings() {
		if seen[def.Key] || seen[def.Name] {
			t.Errorf("%s: named twice", def.Key)
		}
		seen[def.Key], seen[def.Name] = true, true
		if def.Help == "" || def.Range == "" {
			t.Errorf("%s: nothing to show", def.Key)
		}
		s := DefaultSettings()
		shown, _ := s.Get(def.Name)
		if err := s.Set(def.Key, shown); err != nil {
			t.Errorf("%s: %v", def.Key, err)
		}
		if again, _ := s.Get(def.Key); again != shown {
			t.Errorf("%s: %q became %q", def.Key, shown, again)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	a := DefaultSettings()
	if err := a.Set("外链", "关"); err != nil {
		t.Fatal(err)
	}
	b := a.Clone()
	if err := b.Set("外链", "警告"); err != nil {
		t.Fatal(err)
	}
	if a.RuleActions["link"] != "off" {
		t.Error("the copy changed the original")
	}
}

func TestLocationOfAnUnknownZone(t *testing.T) {
	s := Settings{Zone: "Nowhere/City"}
	if _, off := time.Unix(0, 0).In(s.Location()).Zone(); off != 8*60*60 {
		t.Errorf("offset %d", off)
	}
}
