package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"menshen/bot/decision"
)

// A replaced sentence has at most so many runes, and names each placeholder at
// most so often: what members make the bot say stays short.
const (
	longestTemplate = 250
	mostRepeated    = 2
)

// Prefix is what the names of settings that replace a sentence begin with.
const Prefix = "text."

// Fields are the values of a template's placeholders. Members' words enter
// them through [Name], [Snippet], [At] or [List].
type Fields map[string]string

// builtin returns the built-in template of a key; "" for unknown ones. The
// placeholders of a replacement are those of the built-in template.
func builtin(key string) string {
	for _, table := range tables() {
		if t := table[key]; t != "" {
			return t
		}
	}
	return ""
}

// Keys lists the keys of all sentences that a room can replace, in order.
func Keys() []string {
	var keys []string
	for _, table := range tables() {
		keys = slices.AppendSeq(keys, maps.Keys(table))
	}
	slices.Sort(keys)
	return keys
}

// Template returns the sentence of a key as a room says it now, with its
// placeholders.
func Template(r decision.Room, key string) string {
	if own := r.Settings.Values[Prefix+key]; own != "" && Check(key, own) == nil {
		return own
	}
	return builtin(key)
}

// tables are the built-in sentences by what they are about.
func tables() []map[string]string {
	return []map[string]string{templates, answers, refusals, pointAnswers, shares, pointRefusals, endings}
}

// Line makes the sentence of a key for a room: the owner's template when there
// is a sound one, else the built-in.
func Line(r decision.Room, key string, f Fields) string {
	template := Template(r, key)
	words := expand(template, f)
	if template != builtin(key) || strings.HasPrefix(template, "{") && !strings.HasPrefix(template, "{at}") {
		return guard + words // it may begin like a command
	}
	return words
}

// expand replaces placeholders in one pass, so that braces in a value stay
// what they are.
func expand(template string, f Fields) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := f[name]
		if !closed || !known {
			b.WriteByte('{')
			template = rest
			continue
		}
		b.WriteString(value)
		template = after
	}
}

// placeholders lists the names in braces of a template.
func placeholders(template string) []string {
	var names []string
	for {
		_, rest, found := strings.Cut(template, "{")
		if !found {
			return names
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return names
		}
		names = append(names, name)
		template = after
	}
}

// Check reports why a template cannot stand in for the built-in one of key: an
// unknown key, a placeholder the sentence does not have, or too long.
func Check(key, template string) error {
	own := builtin(key)
	if own == "" {
		return fmt.Errorf("没有叫 %s 的文本", plain(key, NameLength))
	}
	known := placeholders(own)
	for _, name := range placeholders(template) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("不认识占位符 {%s}，可用：{%s}", plain(name, NameLength), strings.Join(known, "} {"))
		}
	}
	for _, name := range known {
		if strings.Count(template, "{"+name+"}") > mostRepeated {
			return fmt.Errorf("占位符 {%s} 最多用 %d 次", name, mostRepeated)
		}
	}
	if n := utf8.RuneCountInString(template); n > longestTemplate {
		return fmt.Errorf("文本太长：%d 字，最多 %d 字", n, longestTemplate)
	}
	return nil
}

// clip cuts s to at most limit runes.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
