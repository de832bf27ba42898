package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"menshen/bot/decision"
)

// settings is everything the operator may decide. The tags carry what the
// program says about a setting: its name in the file, its explanation and its
// bounds (numbers; durations as Go writes them).
type settings struct {
	DataDir  string `yaml:"data_dir" help:"Directory of everything the program keeps; created with mode 0700."`
	Database string `yaml:"database" help:"SQLite file; empty means menshen.db in data_dir."`
	Session  string `yaml:"session" help:"File of the WeChat login; whoever has it has the account. Empty means wechat.session in data_dir."`
	Login    string `yaml:"login" help:"How to log in: desktop, or normal for an account that the desktop way refuses." oneof:"desktop normal"`
	Remove   bool   `yaml:"remove" help:"Ask WeChat to remove members. It has refused that since 2018; then the owner is asked to do it on the phone, as without it."`
	Rules    string `yaml:"rules" help:"Rules file that every room starts from (the format of menshen check); empty means the built-in rules."`
	Backups  bool   `yaml:"backups" help:"Make a checked copy of the database every hour in data_dir/backups; 24 hours, 7 days and 4 weeks are kept."`
	Listen   string `yaml:"listen" help:"Loopback address for /healthz and /metrics, such as 127.0.0.1:9464; empty means off."`

	MessageAge time.Duration `yaml:"message_age" help:"A message older than this, by the network's time, has no consequences." min:"1m" max:"24h"`

	Log   logSettings  `yaml:"log"`
	Send  sendSettings `yaml:"send"`
	Keep  keepSettings `yaml:"keep"`
	Rooms roomSettings `yaml:"rooms"`
}

type logSettings struct {
	Level  string `yaml:"level" help:"Least severe level that is logged." oneof:"debug info warn error"`
	Format string `yaml:"format" help:"Form of the log on stderr." oneof:"text json"`
}

// sendSettings keep the account below what the network takes for a machine.
type sendSettings struct {
	MinGap    time.Duration `yaml:"min_gap" help:"Shortest pause between two messages; the real one is drawn between min_gap and max_gap." min:"0s" max:"1h"`
	MaxGap    time.Duration `yaml:"max_gap" help:"Longest drawn pause between two messages." min:"0s" max:"1h"`
	Burst     int           `yaml:"burst" help:"Messages that may follow each other without a pause." min:"1" max:"20"`
	PerMinute int           `yaml:"per_minute" help:"Most messages a minute." min:"1" max:"600"`
	PerHour   int           `yaml:"per_hour" help:"Most messages an hour." min:"1" max:"10000"`
	PerDay    int           `yaml:"per_day" help:"Most messages a day." min:"1" max:"100000"`
}

type keepSettings struct {
	Text      int `yaml:"text" help:"Days that the text of messages is kept; 0 keeps none." min:"0" max:"365"`
	Evidence  int `yaml:"evidence" help:"Days that the evidence of a case is kept." min:"1" max:"3650"`
	Decisions int `yaml:"decisions" help:"Days after which only number, dates and outcome of a case are kept." min:"1" max:"3650"`
}

// roomSettings are what every room starts from; its owner changes them with
// the command 设置. Names, bounds and explanations are those of that command.
type roomSettings struct{ decision.Settings }

// UnmarshalYAML reads a mapping of keys to values.
func (r *roomSettings) UnmarshalYAML(node ast.Node) error {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return &yaml.SyntaxError{Message: "rooms is not a mapping of settings to values", Token: node.GetToken()}
	}
	for _, pair := range mapping.Values {
		var value any
		if err := yaml.NodeToValue(pair.Value, &value); err != nil {
			return err
		}
		key := pair.Key.GetToken()
		if value == nil { // its line is commented out
			continue
		}
		if ofRulesFile(key.Value) {
			return &yaml.SyntaxError{Message: "the actions of rules are set in the rules file, not here", Token: key}
		}
		if err := r.Set(key.Value, fmt.Sprint(value)); err != nil {
			return &yaml.SyntaxError{Message: "rooms." + key.Value + ": " + err.Error(), Token: key}
		}
	}
	return nil
}

// defaultSettings are the settings of an empty file.
func defaultSettings() settings {
	return settings{
		DataDir:    "menshen-data",
		Login:      "desktop",
		Backups:    true,
		Log:        logSettings{Level: "info", Format: "text"},
		Send:       sendSettings{MinGap: 2 * time.Second, MaxGap: 4 * time.Second, Burst: 3, PerMinute: 20, PerHour: 200, PerDay: 1000},
		Keep:       keepSettings{Text: 7, Evidence: 30, Decisions: 180},
		MessageAge: 10 * time.Minute,
		Rooms:      roomSettings{decision.DefaultSettings()},
	}
}

// inDataDir returns path, or the file called name in the data directory where
// path is empty.
func (s settings) inDataDir(path, name string) string {
	if path != "" {
		return path
	}
	return filepath.Join(s.DataDir, name)
}
