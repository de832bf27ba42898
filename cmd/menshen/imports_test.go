package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is the plan of the house: what each package may import besides the
// standard library, by path prefix. The packages form a star: adapters never
// meet, the judge and the points know nothing of ours, only the command knows
// everybody.
var mayImport = map[string][]string{
	"menshen/cmd/menshen":          {""},
	"menshen/bot":                  {"menshen/bot/chat", "menshen/bot/decision", "menshen/bot/command", "menshen/bot/sanction", "menshen/bot/text", "menshen/moderation", "menshen/scoring", "golang.org/x/time"},
	"menshen/bot/chat":             {},
	"menshen/bot/decision":         {"menshen/bot/chat", "menshen/moderation", "menshen/scoring"},
	"menshen/bot/command":          {"menshen/bot/chat", "menshen/bot/decision", "menshen/bot/sanction", "menshen/bot/text", "menshen/moderation", "menshen/scoring"},
	"menshen/bot/sanction":         {"menshen/bot/chat", "menshen/bot/decision", "menshen/bot/text", "menshen/moderation"},
	"menshen/bot/text":             {"menshen/bot/chat", "menshen/bot/decision", "menshen/moderation", "menshen/scoring"},
	"menshen/bot/picture":          {"github.com/makiuchi-d/gozxing"},
	"menshen/bot/wechat":           {"menshen/bot/chat", "github.com/eatmoreapple/openwechat", "github.com/cenkalti/backoff/v5", "golang.org/x/text/unicode/norm"},
	"menshen/bot/wechat/wechatsim": {},
	"menshen/moderation":           {"golang.org/x/text", "golang.org/x/net", "github.com/cloudflare/ahocorasick"},
	"menshen/scoring":              {},
	"menshen/data":                 {"menshen/bot/chat", "menshen/bot/decision", "menshen/moderation", "menshen/scoring", "github.com/mattn/go-sqlite3"},
}

// standard reports whether path is in the standard library: only paths from
// elsewhere have a dot in their first element, and ours have our name there.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first != "menshen" && !strings.Contains(first, ".")
}

// arrow reports whether from may import to. Ours are matched whole, so that
// bot does not reach its adapters by their prefix.
func arrow(from, to string) bool {
	if standard(to) {
		return true
	}
	return slices.ContainsFunc(mayImport[from], func(allowed string) bool {
		if allowed == "" || to == allowed {
			return true
		}
		return !strings.HasPrefix(allowed, "menshen/") && strings.HasPrefix(to, allowed+"/")
	})
}

func TestImportsFollowThePlan(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "menshen/...").Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 3 {
		t.Fatalf("go list named only %d packages", len(lines))
	}
	for _, line := range lines {
		from, imports, _ := strings.Cut(line, " ")
		if _, planned := mayImport[from]; !planned {
			t.Errorf("package %s is not in the plan", from)
			continue
		}
		for _, to := range strings.Fields(imports) {
			if !arrow(from, to) {
				t.Errorf("%s must not import %s", from, to)
			}
		}
	}
}

func TestArrow(t *testing.T) {
	for name, tc := range map[string]struct {
		from, to string
		want     bool
	}{
		"standard library":            {"menshen/scoring", "encoding/json", true},
		"ours into the points":        {"menshen/scoring", "menshen/moderation", false},
		"the road to its vocabulary":  {"menshen/bot", "menshen/bot/chat", true},
		"the road to an adapter":      {"menshen/bot", "menshen/bot/wechat", false},
		"the road to the store":       {"menshen/bot", "menshen/data", false},
		"a package below an allowed":  {"menshen/moderation", "golang.org/x/text/width", true},
		"a name that only looks like": {"menshen/moderation", "golang.org/x/textual", false},
		"a driver outside the store":  {"menshen/bot", "github.com/mattn/go-sqlite3", false},
		"the command to everybody":    {"menshen/cmd/menshen", "menshen/bot/wechat/wechatsim", true},
		"an unknown package":          {"menshen/utils", "menshen/data", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := arrow(tc.from, tc.to); got != tc.want {
				t.Errorf("arrow(%s, %s) = %v", tc.from, tc.to, got)
			}
		})
	}
}
