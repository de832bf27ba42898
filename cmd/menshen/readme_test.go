package main

import (
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

func TestReadmeNamesEverySetting(t *testing.T) {
	english, chinese := readme(t, "README.md"), readme(t, "README.zh-CN.md")
	for _, s := range decision.AllSettings() {
		if strings.HasPrefix(s.Key, "rule_") || strings.HasPrefix(s.Key, "category") {
			continue // explained together
		}
		if !strings.Contains(english, s.Name) {
			t.Errorf("README.md does not name 设置 %s", s.Name)
		}
		if !strings.Contains(chinese, s.Name) {
			t.Errorf("README.zh-CN.md does not name 设置 %s", s.Name)
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
