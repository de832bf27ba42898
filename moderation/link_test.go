package moderation

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// linkRow is one line of testdata/links*.jsonl.
type linkRow struct {
	Text             string   `json:"text"`
	Blocked          []string `json:"blocked_hosts"`
	Technique        string   `json:"technique"`
	Lenient          bool     `json:"lenient"`
	Allow            []string `json:"allow"`
	BlockedWithAllow []string `json:"blocked_with_allow"`
}

func readLinkRows(t *testing.T, name string) []linkRow {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []linkRow
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var row linkRow
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatalf("%s: %v", sc.Text(), err)
		}
		rows = append(rows, row)
	}
	return rows
}

func hostsOf(hits []linkHit) []string {
	hosts := []string{}
	for _, h := range hits {
		hosts = append(hosts, h.host)
	}
	return hosts
}

func TestLinks(t *testing.T) {
	for _, name := range []string{"links.jsonl", "links-own.jsonl"} {
		for _, row := range readLinkRows(t, name) {
			t.Run(row.Technique, func(t *testing.T) {
				hosts := hostsOf(findLinks(row.Text))
				if diff := cmp.Diff(row.Blocked, hosts); diff != "" {
					t.Errorf("%q: hosts (-want +got):\n%s", row.Text, diff)
				}
				if row.Allow == nil {
					return
				}
				left := []string{}
				for _, f := range mustCompile(t, Rules{AllowHosts: row.Allow}).Judge(Message{Text: row.Text}).Findings {
					if f.Host != "" {
						left = append(left, f.Host)
					}
				}
				if diff := cmp.Diff(row.BlockedWithAllow, left); diff != "" {
					t.Errorf("%q: hosts beside %v (-want +got):\n%s", row.Text, row.Allow, diff)
				}
			})
		}
	}
}
