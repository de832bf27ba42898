package main

import (
	"fmt"
	"io/fs"

	"menshen/data"
	"menshen/moderation"
)

// starterRules reads the starter lists into one set of rules. All of their
// words are for review.
func starterRules() (moderation.Rules, error) {
	var all moderation.Rules
	lists := data.Starter()
	names, err := fs.Glob(lists, "*.yaml")
	if err != nil {
		return all, fmt.Errorf("list the starter lists: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(lists, name)
		if err != nil {
			return all, fmt.Errorf("read the starter lists: %w", err)
		}
		rules, _, err := parseRules(name, text)
		if err != nil {
			return all, err
		}
		all.Keywords = append(all.Keywords, rules.Keywords...)
		all.AllowPhrases = append(all.AllowPhrases, rules.AllowPhrases...)
	}
	return all, nil
}
