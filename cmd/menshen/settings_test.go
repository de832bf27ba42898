package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func noEnv(string) string { return "" }

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "menshen.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettingsFromTheFile(t *testing.T) {
	want := defaultSettings()
	for name, text := range map[string]string{
		"empty":                       "",
		"only comments":               "# nothing\n",
		"a group without settings":    "send:\n#  burst: 3\n",
		"a setting without value":     "listen:\n",
		"a default said again":        "rooms: {warning_limit: 3}\n",
		"JSON, which is YAML as well": `{"rooms": {"zone": "Asia/Shanghai"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := configFlags{Config: writeFile(t, text)}.load(noEnv)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("error %v, difference from the defaults:\n%s", err, diff)
			}
		})
	}
}

func TestSettingsWeight(t *testing.T) {
	file := writeFile(t, "send: {burst: 4, per_hour: 40, per_day: 400}\nmessage_age: 5m\n")
	env := func(name string) string {
		return map[string]string{"MENSHEN_SEND_PER_HOUR": "41", "MENSHEN_SEND_PER_DAY": "401", "MENSHEN_DATA_DIR": "/data"}[name]
	}
	flags := configFlags{Config: file, Set: map[string]string{"send.per_day": "402"}, DataDir: "elsewhere"}
	got, err := flags.load(env)
	if err != nil {
		t.Fatal(err)
	}
	want := defaultSettings()
	want.Send.Burst, want.Send.PerHour, want.Send.PerDay = 4, 41, 402
	want.DataDir, want.MessageAge = "elsewhere", 5*time.Minute
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSettingsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		env  string // value of MENSHEN_SEND_BURST
		set  map[string]string
		want string // part of the sentence
	}{
		"unknown field":          {text: "log: {level: info}\ncolour: red\n", want: `line 2: unknown field "colour"; remove it`},
		"unknown nested field":   {text: "send:\n  speed: 1\n", want: `line 2: unknown field "speed"`},
		"wrong type":             {text: "send:\n  burst: often\n", want: "line 2: a value of the wrong type, int is wanted"},
		"twice":                  {text: "listen: ''\nlisten: ''\n", want: "line 2"},
		"broken YAML":            {text: "send: {", want: "line 1"},
		"no duration":            {text: "send:\n  min_gap: 2 seconds\n", want: `line 2: "2 seconds" is not a duration such as 30s or 10m; correct it`},
		"a list":                 {text: "- a\n", want: "line 1"},
		"too large":              {text: "\nsend:\n  burst: 99\n", want: "line 3: send.burst: 99 is outside 1 to 20"},
		"negative duration":      {text: "message_age: -5m\n", want: "message_age: -5m0s is outside 1m to 24h"},
		"not one of":             {text: "login: web\n", want: `line 1: login: "web" is not one of: desktop, normal`},
		"gaps the wrong way":     {text: "send:\n  min_gap: 9s\n", want: "line 2: send.min_gap: 9s is longer"},
		"no such room setting":   {text: "rooms:\n  colour: red\n", want: "line 2: rooms.colour: 没有"},
		"room setting too large": {text: "rooms:\n  zone: UTC\n  warning_limit: 99\n", want: "line 3: rooms.warning_limit: 「警告次数」"},
		"action of a rule":       {text: "rooms: {rule_link: off}\n", want: "set in the rules file"},
		"no such zone":           {text: "rooms:\n  zone: Asia/Peking\n", want: "line 2: rooms.zone"},
		"open to other hosts":    {text: "listen: 0.0.0.0:9464\n", want: "not a loopback address"},
		"wrong in environment":   {env: "x", want: `MENSHEN_SEND_BURST: "x" is not a whole number`},
		"range in environment":   {text: "send:\n  burst: 3\n", env: "0", want: "MENSHEN_SEND_BURST: 0 is outside"},
		"unknown in a flag":      {set: map[string]string{"colour": "red"}, want: "--set colour: there is no such setting"},
		"wrong type in a flag":   {set: map[string]string{"message_age": "10"}, want: "--set message_age:"},
		"a zone by path":         {text: "rooms: {zone: ../../etc/passwd}\n", want: "line 1: rooms.zone"},
		"anchors make no bombs":  {text: "a: &a [1]\nb: [*a, *a]\n", want: "unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			env := func(name string) string {
				if name == "MENSHEN_SEND_BURST" {
					return tc.env
				}
				return ""
			}
			_, err := configFlags{Config: writeFile(t, tc.text), Set: tc.set}.load(env)
			if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, tc.want)
			}
			if code := report(err, &bytes.Buffer{}); code != 2 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// What init writes and what config prints must read back as the same settings.
func TestSettingsPrintedReadBack(t *testing.T) {
	s := defaultSettings()
	s.Rooms.WarningLimit, s.Rooms.QuietFrom, s.Rooms.QuietTo = 5, 22*60, 7*60
	s.Listen, s.Rules, s.MessageAge, s.Send.MinGap = "127.0.0.1:9464", "群规: 一.yaml", 90*time.Minute, 1500*time.Millisecond
	if err := s.Rooms.Set("条款外链", "2"); err != nil {
		t.Fatal(err)
	}
	for name, explained := range map[string]bool{"config": false, "init": true} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writeSettings(&out, s, explained); err != nil {
				t.Fatal(err)
			}
			got, err := configFlags{Config: writeFile(t, out.String())}.load(noEnv)
			if err != nil {
				t.Fatal(err)
			}
			var again bytes.Buffer
			if err := writeSettings(&again, got, explained); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(out.String(), again.String()); diff != "" {
				t.Error(diff)
			}
			if article := got.Rooms.Article("link"); article != "2" {
				t.Errorf("read back, links break article %q", article)
			}
		})
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	path := writeFile(t, "mine")
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"init", path}, streams{Out: &out, Err: &errs}); code != 2 {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("the file holds %q, %v", text, err)
	}
}

// Every setting has an explanation, a name of its own and a default in bounds.
func TestSettingsTable(t *testing.T) {
	s := defaultSettings()
	seen := map[string]bool{}
	for _, l := range leaves(&s) {
		if l.help == "" || seen[l.env()] {
			t.Errorf("%s has no explanation, or its variable %s is taken", l.name, l.env())
		}
		seen[l.env()] = true
		if err := l.check(); err != nil {
			t.Errorf("default of %s: %v", l.name, err)
		}
	}
	for text, want := range map[string]int64{"20": 20, "24h": int64(24 * time.Hour), "0s": 0} {
		if got := bound(text); got != want {
			t.Errorf("bound(%q) = %d", text, got)
		}
	}
}
