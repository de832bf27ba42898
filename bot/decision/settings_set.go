package decision

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Set changes one setting by its key or its Chinese name. An empty value
// restores the default. The error is one Chinese sentence for whoever typed
// it; it says what would be accepted.
func (s *Settings) Set(key, value string) error {
	def, ok := FindSetting(key)
	if !ok {
		return fmt.Errorf("没有「%s」这项设置，发送「设置」可以看到全部", clip(key))
	}
	value = strings.TrimSpace(value)
	if value == "" {
		base := DefaultSettings()
		value = def.get(&base)
		if value == "" {
			def.clear(s)
			return nil
		}
	}
	if err := def.set(s, value); err != nil {
		return fmt.Errorf("「%s」%w", def.Name, err)
	}
	return nil
}

// Get returns the value of a setting by its key or its Chinese name, as Set
// takes it; ok is false for unknown names.
func (s Settings) Get(key string) (value string, ok bool) {
	def, ok := FindSetting(key)
	if !ok {
		return "", false
	}
	return def.get(&s), true
}

// Clone returns a copy that shares no map with s.
func (s Settings) Clone() Settings {
	s.RuleActions = maps.Clone(s.RuleActions)
	s.Categories = maps.Clone(s.Categories)
	s.Values = maps.Clone(s.Values)
	return s
}

// clip shortens what somebody typed before it is repeated.
func clip(text string) string {
	const most = 12
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

// halfWidth turns the digits and marks of a Chinese keyboard into ASCII.
func halfWidth(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '—' || r == '–' || r == '至' || r == '到':
			return '-'
		}
		return r
	}, text)
}

// number reads a whole number; unit may stand behind it.
func number(text, unit string, low, high int) (int, error) {
	digits := strings.TrimSpace(strings.TrimSuffix(halfWidth(text), unit))
	n, err := strconv.Atoi(digits)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("要填 %d 到 %d 的整数", low, high)
	}
	return n, nil
}

// onOff reads a switch.
func onOff(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "开", "开启", "on", "true", "1":
		return true, nil
	case "关", "关闭", "off", "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("要填 开 或 关")
}

// showSwitch is the reverse of onOff.
func showSwitch(on bool) string {
	if on {
		return "开"
	}
	return "关"
}

// window reads hours of a day such as 22:00-07:00; 关 means none.
func window(text string) (from, to int, err error) {
	text = halfWidth(text)
	if text == "关" || strings.EqualFold(text, "off") {
		return 0, 0, nil
	}
	begin, end, ok := strings.Cut(text, "-")
	if ok {
		from, err = minuteOfDay(begin)
	}
	if ok && err == nil {
		to, err = minuteOfDay(end)
	}
	if !ok || err != nil || from == to {
		return 0, 0, fmt.Errorf("要写成 22:00-07:00，或者填 关")
	}
	return from, to, nil
}

// minuteOfDay reads a time of day.
func minuteOfDay(text string) (int, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("read time of day: %w", err)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// showWindow is the reverse of window.
func showWindow(from, to int) string {
	if from == to {
		return "关"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60)
}

// zone checks an IANA name. Local depends on the machine and is refused.
func zone(text string) (string, error) {
	if text != "" && text != "Local" {
		if _, err := time.LoadLocation(text); err == nil {
			return text, nil
		}
	}
	return "", fmt.Errorf("要填时区名，例如 Asia/Shanghai")
}

// showAction is the word an owner reads for an action of the rules file.
func showAction(name string) string {
	switch name {
	case "notice":
		return "提醒"
	case "review":
		return "待审"
	case "strike":
		return "警告"
	default:
		return "关"
	}
}

// action maps what an owner may write to the actions of the rules file.
func action(text string) (string, error) {
	switch strings.ToLower(text) {
	case "off", "关", "关闭", "不管":
		return "off", nil
	case "notice", "提醒":
		return "notice", nil
	case "review", "待审", "审核":
		return "review", nil
	case "strike", "警告":
		return "strike", nil
	}
	return "", fmt.Errorf("要填 警告、待审、提醒 或 关")
}
