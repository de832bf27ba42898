package decision

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"menshen/bot/chat"
	"menshen/moderation"
)

// The prefixes of settings whose names go on: one for each category of words,
// and one for each thing that the written rules of a room can have an article
// for.
const (
	CategoryKey  = "category."
	ArticleKey   = "article."
	categoryName = "类别"
	articleName  = "条款"
)

// StarterCategories returns the categories of the starter lists.
func StarterCategories() []string {
	return []string{"广告", "引流", "诈骗", "赌博", "色情", "辱骂"}
}

// categoryTable lists the settings of the starter lists' categories.
func categoryTable() []Setting {
	var all []Setting
	for _, name := range StarterCategories() {
		all = append(all, categorySetting(name))
	}
	return all
}

// namedSetting returns the setting whose name is a prefix and a name of the
// owner's own: 类别 广告, 条款 外链.
func namedSetting(name string) (Setting, bool) {
	for _, kind := range []struct {
		prefixes []string
		make     func(string) Setting
	}{
		{[]string{CategoryKey, categoryName}, categorySetting},
		{[]string{ArticleKey, articleName}, articleSetting},
	} {
		for _, prefix := range kind.prefixes {
			rest, ok := strings.CutPrefix(name, prefix)
			if rest = strings.TrimSpace(rest); ok && nameable(rest) {
				return kind.make(rest), true
			}
		}
	}
	return Setting{}, false
}

// nameable reports whether a setting can be named after s: a word of a few
// letters.
func nameable(s string) bool {
	const longest = 16
	odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return s != "" && utf8.RuneCountInString(s) <= longest && !strings.ContainsFunc(s, odd)
}

// categorySetting is what happens to the words of a category. A room that
// never changed it goes by the words themselves.
func categorySetting(category string) Setting {
	return Setting{
		Key: CategoryKey + category, Name: categoryName + category, Range: "警告、待审、提醒 或 关",
		Help: "这一类的词怎么办，默认按各词自己的",
		get: func(s *Settings) string {
			if set := s.Categories[category]; set != "" {
				return showAction(set)
			}
			return ""
		},
		set: func(s *Settings, v string) error {
			act, err := action(v)
			if err != nil {
				return err
			}
			if s.Categories == nil {
				s.Categories = make(map[string]string)
			}
			s.Categories[category] = act
			return nil
		},
		clear: func(s *Settings) { delete(s.Categories, category) },
	}
}

// articleSetting says which article of the written rules forbids something: a
// rule by its name, a category, keyword, or hand for warnings by hand.
func articleSetting(of string) Setting {
	what := of
	for name, rule := range articleRules() {
		if name == of || rule == of {
			what, of = name, rule
		}
	}
	key := ArticleKey + of
	return Setting{
		Key: key, Name: articleName + what, Range: "1–99", Help: "警告里引用群规第几条",
		get: func(s *Settings) string { return s.Values[key] },
		set: func(s *Settings, v string) error {
			n, err := number(strings.TrimPrefix(v, "第"), "条", 1, 99)
			if err != nil {
				return err
			}
			if s.Values == nil {
				s.Values = make(map[string]string)
			}
			s.Values[key] = fmt.Sprint(n)
			return nil
		},
		clear: func(s *Settings) { delete(s.Values, key) },
	}
}

// articleRules maps the names that owners know to the rules' own.
func articleRules() map[string]string {
	all := map[string]string{"关键词": moderation.RuleKeyword, "手动": ArticleHand}
	for _, def := range ruleTable() {
		all[def.Name] = strings.TrimPrefix(def.Key, "rule_")
	}
	return all
}

// The honour list of a room: its setting, and the time up to which it was
// posted, in Unix seconds. Another schedule starts from when it was set.
const (
	HonoursKey   = "honours"
	honoursSince = "honours.since"
)

// HonoursSince is the effect of having posted the honour list up to a time.
func HonoursSince(room chat.RoomID, since, now time.Time, by Actor) Effect {
	return SetSetting{Room: room, Key: honoursSince, Value: strconv.FormatInt(since.Unix(), 10), At: now, Actor: by}
}

// HonoursSince returns the time up to which the honour list was posted; ok is
// false when nobody ever noted one.
func (s Settings) HonoursSince() (t time.Time, ok bool) {
	n, err := strconv.ParseInt(s.Values[honoursSince], 10, 64)
	return time.Unix(n, 0), err == nil
}

// ArticleHand stands for warnings by hand where an article is looked up.
const ArticleHand = "hand"

// Article returns the number of the article that forbids what a rule or a
// category is about, as text; "" when the owner never said.
func (s Settings) Article(of string) string { return s.Values[ArticleKey+strings.ToLower(of)] }

// Named lists the settings that the owner set under a prefix, in order.
func (s Settings) Named(prefix string) []Setting {
	keys := maps.Clone(s.Values)
	if prefix == CategoryKey {
		keys = map[string]string{}
		for _, name := range StarterCategories() {
			keys[prefix+name] = ""
		}
		for name := range s.Categories {
			keys[prefix+name] = ""
		}
	}
	var all []Setting
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if def, ok := namedSetting(key); ok && strings.HasPrefix(key, prefix) {
			all = append(all, def)
		}
	}
	return all
}

// CategoryAction returns what the owner wants done about a category's words;
// ok is false when the words say so themselves.
func (s Settings) CategoryAction(category string) (moderation.Action, bool) {
	set, ok := s.Categories[strings.ToLower(category)]
	if !ok {
		return moderation.ActionNone, false
	}
	return moderation.ParseAction(set)
}
