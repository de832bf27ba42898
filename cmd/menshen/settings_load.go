package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const settingsFile = "menshen.yaml"

// configFlags are the settings' part of a command line. The order of weight
// is: --set, the flags of single settings, the environment, the file, the
// defaults.
type configFlags struct {
	Config   string            `help:"Settings file (default menshen.yaml, which may be missing)." env:"MENSHEN_CONFIG" placeholder:"FILE"`
	Set      map[string]string `help:"Set one setting, for example --set send.per_hour=100." mapsep:"none" placeholder:"NAME=VALUE"`
	DataDir  string            `help:"Same as --set data_dir=DIR." placeholder:"DIR"`
	LogLevel string            `help:"Same as --set log.level=LEVEL." placeholder:"LEVEL"`
	Listen   string            `help:"Same as --set listen=ADDRESS." placeholder:"ADDRESS"`
}

// load reads the file, then lays the environment and the flags over it. The
// errors are whole sentences for the operator.
func (f configFlags) load(getenv func(string) string) (settings, error) {
	s := defaultSettings()
	from, err := f.readFile(&s)
	if err != nil {
		return settings{}, err
	}
	if err := f.overlay(&s, from, getenv); err != nil {
		return settings{}, err
	}
	return s, s.check(from)
}

// origins remembers where values came from, to name the place of a wrong one.
type origins struct {
	path string
	text []byte
	over map[string]string // set by flag or environment: the name of that
}

func (f configFlags) readFile(s *settings) (origins, error) {
	from := origins{path: f.Config, over: map[string]string{}}
	if from.path == "" {
		from.path = settingsFile
	}
	text, err := readYAML(from.path)
	if errors.Is(err, fs.ErrNotExist) && f.Config == "" {
		return from, nil
	}
	if err != nil {
		return from, usage("settings file: %v; write one with `menshen init` or name another with --config", err)
	}
	from.text = text
	return from, decodeSettings(from.path, text, s)
}

// decodeSettings reads text over s. A group or setting without a value, as it
// stays behind when its lines are commented out, sets nothing.
func decodeSettings(path string, text []byte, s *settings) error {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return explain(path, err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil || file.Docs[0].Body.Type() == ast.NullType {
		return nil
	}
	body := file.Docs[0].Body
	if mapping, ok := body.(*ast.MappingNode); ok {
		mapping.Values = slices.DeleteFunc(mapping.Values, func(v *ast.MappingValueNode) bool {
			return v.Value.Type() == ast.NullType
		})
	}
	err = yaml.NodeToValue(body, s, yaml.Strict())
	if at := misspelt(body); err != nil && at != nil {
		err = &yaml.SyntaxError{Message: fmt.Sprintf("%q is not a duration such as 30s or 10m", at.Value), Token: at}
	}
	return explain(path, err)
}

// misspelt finds the first duration that is none: the YAML library does not
// say where it is.
func misspelt(body ast.Node) *token.Token {
	for _, n := range ast.Filter(ast.MappingValueType, body) {
		pair, ok := n.(*ast.MappingValueNode)
		if !ok || !slices.Contains([]string{"message_age", "min_gap", "max_gap"}, pair.Key.GetToken().Value) {
			continue
		}
		at := pair.Value.GetToken()
		if _, err := time.ParseDuration(at.Value); err != nil {
			return at
		}
	}
	return nil
}

// explain turns an error of the YAML library into one sentence with the line
// and the remedy.
func explain(path string, err error) error {
	var at yaml.Error
	if err == nil {
		return nil
	}
	if !errors.As(err, &at) || at.GetToken() == nil {
		return usage("%s: %v", path, err)
	}
	message, remedy := at.GetMessage(), "correct it, or see what `menshen init` writes"
	var unknown *yaml.UnknownFieldError
	var wrong *yaml.TypeError
	switch {
	case errors.As(err, &unknown):
		remedy = "remove it; `menshen config` lists the settings there are"
	case errors.As(err, &wrong):
		message = "a value of the wrong type, " + wrong.DstType.String() + " is wanted"
	}
	return usage("%s line %d: %s; %s", path, at.GetToken().Position.Line, message, remedy)
}

// overlay applies the environment and the flags.
func (f configFlags) overlay(s *settings, from origins, getenv func(string) string) error {
	given := maps.Clone(f.Set)
	if given == nil {
		given = map[string]string{}
	}
	for name, text := range map[string]string{"data_dir": f.DataDir, "log.level": f.LogLevel, "listen": f.Listen} {
		if text != "" {
			given[name] = text
		}
	}
	for _, l := range leaves(s) {
		text, flagged := given[l.name]
		delete(given, l.name)
		from.over[l.name] = "--set " + l.name
		if !flagged {
			if text = getenv(l.env()); text == "" {
				delete(from.over, l.name)
				continue
			}
			from.over[l.name] = l.env()
		}
		if err := l.set(text); err != nil {
			return usage("%s: %v; correct it", from.over[l.name], err)
		}
	}
	for name := range given {
		return usage("--set %s: there is no such setting; `menshen config` lists them", name)
	}
	return nil
}

// check looks at each value and at what the values say together.
func (s *settings) check(from origins) error {
	for _, l := range leaves(s) {
		if err := l.check(); err != nil {
			return usage("%s: %v; correct it", from.at(l.name), err)
		}
	}
	if s.Send.MinGap > s.Send.MaxGap {
		return usage("%s: %v is longer than send.max_gap, %v; make it shorter", from.at("send.min_gap"), s.Send.MinGap, s.Send.MaxGap)
	}
	if s.Listen != "" && !loopback(s.Listen) {
		return usage("%s: %q is not a loopback address with a port; write one like 127.0.0.1:9464", from.at("listen"), s.Listen)
	}
	return nil
}

// at names a setting and where its value came from.
func (f origins) at(name string) string {
	if place, ok := f.over[name]; ok {
		return place
	}
	path, err := yaml.PathString("$." + name)
	if err != nil {
		return name
	}
	node, err := path.ReadNode(bytes.NewReader(f.text))
	if err != nil || node == nil {
		return name
	}
	return fmt.Sprintf("%s line %d: %s", f.path, node.GetToken().Position.Line, name)
}

// loopback reports whether address is a port on this machine that no other
// machine reaches.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// usage is the error of wrong input: exit code 2.
func usage(format string, args ...any) error {
	return exitError{code: 2, message: fmt.Sprintf(format, args...)}
}
