package moderation

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// peerCase is a row of a file of cases gathered from other filters' test
// suites. Options name the settings they were run with.
type peerCase struct {
	Source   string   `json:"source"`
	Text     string   `json:"text"`
	Deny     []string `json:"deny"`
	Allow    []string `json:"allow"`
	Options  []string `json:"options"`
	Found    []string `json:"found"`
	Contains *bool    `json:"contains"`
}

// TestPeerCases runs the file named by MENSHEN_PEER_CASES, which is not part of
// the project: its rows belong to others. Rows whose options ask for something
// the lexicon does not mean to do are left out.
func TestPeerCases(t *testing.T) {
	path := os.Getenv("MENSHEN_PEER_CASES")
	if path == "" {
		t.Skip("MENSHEN_PEER_CASES names no file")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var c peerCase
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		deny := slices.DeleteFunc(slices.Clone(c.Deny), func(w string) bool { return CheckKeyword(w) != nil })
		if len(deny) == 0 || slices.Contains(c.Options, "substring") || c.Found == nil && c.Contains == nil {
			continue
		}
		hits := find(t, c.Text, DefaultVariants(), c.Allow, deny...)
		if c.Contains != nil && *c.Contains != (len(hits) > 0) {
			t.Errorf("%q in %q: %v, want contains %v", deny, c.Text, hits, *c.Contains)
		}
		for _, w := range c.Found {
			if !slices.ContainsFunc(hits, func(h Hit) bool { return string([]rune(c.Text)[h.Start:h.End]) == w }) {
				t.Errorf("%q in %q: %v, want %q %v", deny, c.Text, hits, w, c.Options)
			}
		}
		if c.Contains == nil && len(c.Found) == 0 && len(hits) > 0 {
			t.Errorf("%q in %q: %v, want none %v", deny, c.Text, hits, c.Options)
		}
	}
}
