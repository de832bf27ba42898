package main

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"menshen/bot/decision"
)

// leaf is one setting: its dotted name, what is said about it, and its place.
type leaf struct {
	name string
	help string // with the bounds
	get  func() any
	set  func(text string) error // parses text as the file would
	// check says what is wrong with the value, as the end of a sentence.
	check func() error
}

// leaves lists the settings of s in their order.
func leaves(s *settings) []leaf {
	all := walk(reflect.ValueOf(s).Elem(), "")
	for _, one := range decision.AllSettings() {
		if !ofRulesFile(one.Key) {
			all = append(all, roomLeaf(&s.Rooms.Settings, one))
		}
	}
	for _, one := range s.Rooms.Named(decision.ArticleKey) {
		all = append(all, roomLeaf(&s.Rooms.Settings, one))
	}
	return all
}

// ofRulesFile reports whether the rules file, not the settings file, is the
// place of a room setting's default.
func ofRulesFile(key string) bool {
	return strings.HasPrefix(key, "rule_") || strings.HasPrefix(key, decision.CategoryKey)
}

// walk lists the fields of a struct, those of nested ones with their names.
func walk(group reflect.Value, prefix string) []leaf {
	var found []leaf
	for i := range group.NumField() {
		value, tag := group.Field(i), group.Type().Field(i).Tag
		name := prefix + tag.Get("yaml")
		switch {
		case value.Type() == reflect.TypeFor[roomSettings](): // has names of its own
		case value.Kind() == reflect.Struct:
			found = append(found, walk(value, name+".")...)
		default:
			found = append(found, fieldLeaf(name, value, tag))
		}
	}
	return found
}

func fieldLeaf(name string, value reflect.Value, tag reflect.StructTag) leaf {
	l := leaf{name: name, help: tag.Get("help"), get: value.Interface, check: func() error { return nil }}
	l.set = func(text string) error { return parseField(value, text) }
	if options := strings.Fields(tag.Get("oneof")); len(options) > 0 {
		l.check = func() error {
			if slices.Contains(options, value.String()) {
				return nil
			}
			return fmt.Errorf("%q is not one of: %s", value.String(), strings.Join(options, ", "))
		}
	}
	if low, high := tag.Get("min"), tag.Get("max"); low != "" {
		l.help += fmt.Sprintf(" (%s to %s)", low, high)
		l.check = func() error {
			if n := value.Int(); n < bound(low) || n > bound(high) {
				return fmt.Errorf("%v is outside %s to %s", value.Interface(), low, high)
			}
			return nil
		}
	}
	return l
}

// roomLeaf is a setting that room owners can change as well.
func roomLeaf(s *decision.Settings, one decision.Setting) leaf {
	return leaf{
		name:  "rooms." + one.Key,
		help:  fmt.Sprintf("%s：%s（%s）", one.Name, one.Help, one.Range),
		get:   func() any { return scalar(s.Get(one.Key)) },
		set:   func(text string) error { return s.Set(one.Key, text) },
		check: func() error { return nil }, // Set refuses what is wrong
	}
}

// scalar is a value without the quotes that a number in a string would get.
func scalar(text string, _ bool) any {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return text
}

func parseField(value reflect.Value, text string) error {
	if value.Kind() == reflect.String {
		value.SetString(text)
		return nil
	}
	if err := yaml.Unmarshal([]byte(text), value.Addr().Interface()); err != nil {
		return fmt.Errorf("%q is not %s", text, wanted(value))
	}
	return nil
}

func wanted(value reflect.Value) string {
	switch value.Interface().(type) {
	case time.Duration:
		return "a duration such as 30s or 10m"
	case bool:
		return "true or false"
	default:
		return "a whole number"
	}
}

// bound reads a limit of a tag: a number, or a duration in nanoseconds.
func bound(text string) int64 {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	d, _ := time.ParseDuration(text) // a test reads every tag
	return int64(d)
}

// env is the environment variable of a setting.
func (l leaf) env() string {
	return "MENSHEN_" + strings.ToUpper(strings.ReplaceAll(l.name, ".", "_"))
}

// yaml is the value as the file has it.
func (l leaf) yaml() (string, error) {
	if d, ok := l.get().(time.Duration); ok {
		return shortDuration(d), nil
	}
	text, err := yaml.Marshal(l.get())
	return strings.TrimSpace(string(text)), err
}

// shortDuration leaves out the zero units that Go prints: 10m for 10m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
