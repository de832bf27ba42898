package moderation

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
)

type evasion struct {
	Keyword   string   `json:"keyword"`
	Text      string   `json:"text"`
	Should    bool     `json:"should_match"`
	Technique string   `json:"technique"`
	Allow     []string `json:"allow"`
	Hard      bool     `json:"hard"`
}

func readEvasions(t *testing.T, path string) []evasion {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []evasion
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var e evasion
		if err := json.Unmarshal(sc.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

var allVariants = []Variant{VariantPinyin, VariantHomophone, VariantSplit, VariantInitials, VariantShorthand, VariantRepeat}

func find(t *testing.T, text string, variants []Variant, allow []string, words ...string) []Hit {
	t.Helper()
	var list []Keyword
	for _, w := range words {
		list = append(list, Keyword{Word: w, Variants: variants})
	}
	l, err := NewLexicon(list, allow)
	if err != nil {
		t.Fatal(err)
	}
	var f Folded
	f.Fold(text)
	return l.Find(&f, nil)
}

func TestEvasions(t *testing.T) {
	for _, e := range readEvasions(t, "testdata/evasion.jsonl") {
		t.Run(e.Technique+" "+e.Keyword+" "+e.Text, func(t *testing.T) {
			hits := find(t, e.Text, allVariants, e.Allow, e.Keyword)
			if (len(hits) > 0) != e.Should {
				t.Errorf("%s in %s: %+v", e.Keyword, e.Text, hits)
			}
		})
	}
}
