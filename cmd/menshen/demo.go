package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

type demoCmd struct {
	Chat        string `placeholder:"FILE" help:"Stream an exported chat (.jsonl, .csv, .txt) through the group, in rehearsal."`
	Rules       string `placeholder:"FILE" help:"Rules file for the group instead of the demo's."`
	Interactive bool   `help:"Talk to the bot: type 甲: 你好"`
	Fast        bool   `help:"Do not wait between lines, also on a terminal."`
}

// Run plays against a simulator in this process; no account and no network
// are needed, and nothing is left behind.
func (c demoCmd) Run(ctx context.Context, std streams) (err error) {
	var survey chatSurvey
	if c.Chat != "" {
		if survey, err = surveyChat(c.Chat); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "menshen-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := c.settings(dir)
	if err != nil {
		return err
	}
	st, err := openStage(ctx, s, std.Out, c.pace(std))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	switch {
	case c.Chat != "":
		return c.stream(ctx, st, std, survey)
	case c.Interactive:
		return st.interact(ctx, std.In)
	default:
		return st.evening(ctx)
	}
}

// demoRules are the words of the demo's group.
const demoRules = `keywords:
  - {word: 刷单, category: 广告}
  - {word: 代开发票, category: 诈骗}
  - 加群
allow_phrases: [刷单词]
allow_hosts: [mp.weixin.qq.com, github.com]
`

func (c demoCmd) settings(dir string) (settings, error) {
	s := defaultSettings()
	s.DataDir, s.Log.Level = dir, "error"
	s.Rules = c.Rules
	if c.Rules != "" || c.Chat != "" { // an export is judged by the rules rooms start from
		return s, nil
	}
	s.Rules = filepath.Join(dir, "rules.yaml")
	if err := os.WriteFile(s.Rules, []byte(demoRules), 0o600); err != nil {
		return s, fmt.Errorf("write the demo's rules: %w", err)
	}
	return s, nil
}

// pace is how long a line stays alone on a terminal.
func (c demoCmd) pace(std streams) time.Duration {
	if c.Fast || c.Chat != "" || c.Interactive || !terminal(std.Out) {
		return 0
	}
	return 150 * time.Millisecond
}
