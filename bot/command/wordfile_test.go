package command

import (
	"strings"
	"testing"

	"menshen/moderation"
)

func TestIsRules(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       bool
	}{
		{"words", "加群\n刷单", false},
		{"lists of a file", "# 我的\nkeywords:\n- 加群", true},
		{"allowed hosts alone", "allow_hosts: [example.com]", true},
		{"JSON", " {\"keywords\": []}", true},
		{"a word with a colon", "微信: 加我", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := isRules(row.text); got != row.want {
				t.Errorf("%q: %v", row.text, got)
			}
		})
	}
}

func TestYAMLKeyword(t *testing.T) {
	got := yamlKeyword(moderation.Keyword{
		Word: "说\"加群\"", Action: moderation.ActionStrike, Disguised: moderation.ActionStrike, Category: "引流",
		Variants: []moderation.Variant{moderation.VariantSplit, moderation.VariantRepeat},
	})
	want := `- {word: "说\"加群\"", action: strike, variants: [split, repeat], category: "引流", disguised: strike}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if off := yamlKeyword(moderation.Keyword{Word: "甲"}); !strings.Contains(off, "action: off, variants: []}") {
		t.Errorf("a word that does nothing: %s", off)
	}
}
