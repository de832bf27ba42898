package main

import (
	"testing"

	"menshen/moderation"
)

func TestStarterLists(t *testing.T) {
	rules, err := starterRules()
	if err != nil {
		t.Fatal(err)
	}
	if err := moderation.RefuseRepeated(rules.Keywords); err != nil {
		t.Error(err)
	}
	for _, k := range rules.Keywords {
		if k.Action != moderation.ActionReview || k.Category == "" {
			t.Errorf("%s: action %v, category %q", k.Word, k.Action, k.Category)
		}
	}
	judge, err := moderation.Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		text string
		want moderation.Action
	}{
		{"有刷单的找我", moderation.ActionReview},
		{"代開發票", moderation.ActionReview},
		{"加 群 领 福 利", moderation.ActionReview},
		{"我今天刷单词刷到半夜", moderation.ActionNone},
		{"这真是个大麻烦", moderation.ActionNone},
		{"三黄片多少钱一盒", moderation.ActionNone},
		{"海外挂号很麻烦", moderation.ActionNone},
		{"往返水路都通了", moderation.ActionNone},
		{"办证大厅几点开门", moderation.ActionNone},
		{"废物利用做个花盆", moderation.ActionNone},
		{"我们在开发票据系统", moderation.ActionNone},
		{"没有什么起色情况不好", moderation.ActionNone},
	} {
		if v := judge.Judge(moderation.Message{Text: row.text}); v.Action != row.want {
			t.Errorf("%s: %v %+v", row.text, v.Action, v.Findings)
		}
	}
}
