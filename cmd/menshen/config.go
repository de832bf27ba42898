package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

type configCmd struct {
	configFlags
}

// Run prints the settings in force, as a file that would set them.
func (c configCmd) Run(std streams) error {
	s, err := c.load(os.Getenv)
	if err != nil {
		return err
	}
	return writeSettings(std.Out, s, false)
}

type initCmd struct {
	File string `arg:"" optional:"" default:"menshen.yaml" help:"File to write."`
}

// Run writes the default settings with their explanations. It never overwrites
// a file.
func (c initCmd) Run(std streams) error {
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usage("%s exists and stays as it is; move it away or name another file", c.File)
	}
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	defer file.Close()
	if err := writeSettings(file, defaultSettings(), true); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	fmt.Fprintf(std.Out, "%s written; every setting in it is optional.\n", c.File)
	return file.Sync()
}

// writeSettings prints s as YAML, with what each setting is for if explained.
func writeSettings(w io.Writer, s settings, explained bool) error {
	var b strings.Builder
	if explained {
		b.WriteString("# The settings of menshen. Every one is optional; these are the defaults.\n" +
			"# MENSHEN_SEND_PER_HOUR=100 in the environment or --set send.per_hour=100 wins over this file.\n")
	}
	group := ""
	for _, l := range leaves(&s) {
		indent, name := "", l.name
		if outer, inner, nested := strings.Cut(l.name, "."); nested {
			if outer != group {
				b.WriteString(outer + ":\n")
			}
			group, indent, name = outer, "  ", inner
		}
		if explained {
			b.WriteString(indent + "# " + l.help + "\n")
		}
		value, err := l.yaml()
		if err != nil {
			return fmt.Errorf("print %s: %w", l.name, err)
		}
		b.WriteString(indent + name + ": " + value + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
