package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"menshen/bot/decision"
)

// readme returns a README of the repository.
func readme(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadmeNamesEverySetting compares the tables of both READMEs, names,
// defaults and ranges, with what the program knows.
func TestReadmeNamesEverySetting(t *testing.T) {
	english, chinese := readme(t, "README.md"), readme(t, "README.zh-CN.md")
	usual := decision.DefaultSettings()
	for _, s := range decision.AllSettings() {
		value, _ := usual.Get(s.Key)
		if ofRulesFile(s.Key) { // explained together
			for name, text := range map[string]string{"README.md": english, "README.zh-CN.md": chinese} {
				if !strings.Contains(text, strings.TrimPrefix(s.Name, "类别")) {
					t.Errorf("%s does not name 设置 %s", name, s.Name)
				}
			}
			continue
		}
		if row := fmt.Sprintf("| %s | `%s` | %s |", s.Name, s.Key, cmp.Or(value, "none")); !strings.Contains(english, row) {
			t.Errorf("README.md has no row %s", row)
		}
		if row := fmt.Sprintf("| %s | %s | %s | %s |", s.Name, cmp.Or(value, "不设"), s.Range, s.Help); !strings.Contains(chinese, row) {
			t.Errorf("README.zh-CN.md has no row %s", row)
		}
	}
	var file strings.Builder
	if err := writeSettings(&file, defaultSettings(), false); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		key, _, _ := strings.Cut(line, ":")
		if key == "rooms" {
			break
		}
		if key = strings.TrimSpace(key); !strings.Contains(english, key) {
			t.Errorf("README.md does not name the setting %s", key)
		}
	}
}
