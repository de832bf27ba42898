package main

import (
	"path/filepath"
	"time"
)

// settings is everything the operator may decide. The tags carry what the
// program says about a setting: its name in the file, its explanation and its
// bounds (numbers; durations as Go writes them).
type settings struct {
	DataDir  string `yaml:"data_dir" help:"Directory of everything the program keeps; created with mode 0700."`
	Database string `yaml:"database" help:"SQLite file; empty means menshen.db in data_dir."`
	Session  string `yaml:"session" help:"File of the WeChat login; whoever has it has the account. Empty means wechat.session in data_dir."`
	Login    string `yaml:"login" help:"How to log in: desktop, or normal for an account that the desktop way refuses." oneof:"desktop normal"`
	Rules    string `yaml:"rules" help:"Rules file that every room starts from (the format of menshen check); empty means the built-in rules."`
	TimeZone string `yaml:"time_zone" help:"Zone of dates, check-ins and quiet hours."`
	Listen   string `yaml:"listen" help:"Loopback address for /healthz and /metrics, such as 127.0.0.1:9464; empty means off."`

	Log      logSettings     `yaml:"log"`
	Send     sendSettings    `yaml:"send"`
	Warnings warningSettings `yaml:"warnings"`
	Merge    mergeSettings   `yaml:"merge"`
	Keep     keepSettings    `yaml:"keep"`

	MessageAge time.Duration `yaml:"message_age" help:"A message older than this, by the network's time, has no consequences." min:"1m" max:"24h"`
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

type warningSettings struct {
	Limit int           `yaml:"limit" help:"The warning that leads to removal." min:"1" max:"10"`
	Days  int           `yaml:"days" help:"Days after which a warning ends." min:"1" max:"3650"`
	Burst time.Duration `yaml:"burst" help:"Hits of one member within this time are one warning." min:"0s" max:"1h"`
}

type mergeSettings struct {
	Welcome time.Duration `yaml:"welcome" help:"All who join within this time are welcomed together." min:"0s" max:"10m"`
	Answer  time.Duration `yaml:"answer" help:"Check-ins within this time are answered together." min:"0s" max:"10m"`
}

type keepSettings struct {
	Text      int `yaml:"text" help:"Days that the text of messages is kept; 0 keeps none." min:"0" max:"365"`
	Evidence  int `yaml:"evidence" help:"Days that the evidence of a case is kept." min:"1" max:"3650"`
	Decisions int `yaml:"decisions" help:"Days after which only number, dates and outcome of a case are kept." min:"1" max:"3650"`
}

// defaultSettings are the settings of an empty file.
func defaultSettings() settings {
	return settings{
		DataDir:    "menshen-data",
		Login:      "desktop",
		TimeZone:   "Asia/Shanghai",
		Log:        logSettings{Level: "info", Format: "text"},
		Send:       sendSettings{MinGap: 2 * time.Second, MaxGap: 4 * time.Second, Burst: 3, PerMinute: 20, PerHour: 200, PerDay: 1000},
		Warnings:   warningSettings{Limit: 3, Days: 30, Burst: time.Minute},
		Merge:      mergeSettings{Welcome: 30 * time.Second, Answer: 3 * time.Second},
		Keep:       keepSettings{Text: 7, Evidence: 30, Decisions: 180},
		MessageAge: 10 * time.Minute,
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
