package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadChat(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		file, text string
		want       []chatLine
		err        string
	}{
		"lines":                   {file: "a.txt", text: "一\n\n二\r\n", want: []chatLine{{Text: "一", Line: 1}, {Text: "二", Line: 3}}},
		"objects":                 {file: "a.jsonl", text: `{"text":"一"}` + "\n" + `{"time":"2026-03-02T12:00:00Z","member":"甲","text":"二"}`, want: []chatLine{{Text: "一", Line: 1}, {noon, "甲", "二", 2}}},
		"a broken object":         {file: "a.jsonl", text: `{"text":"一"}` + "\n{", want: []chatLine{{Text: "一", Line: 1}}, err: "line 2"},
		"a table":                 {file: "a.CSV", text: "member,text,time\n甲,\"一,\n二\",2026-03-02T12:00:00Z\n乙,三,\n", want: []chatLine{{noon, "甲", "一,\n二", 2}, {time.Time{}, "乙", "三", 4}}},
		"a marked table":          {file: "a.csv", text: "\ufefftext\n一\n", want: []chatLine{{Text: "一", Line: 2}}},
		"a table without text":    {file: "a.csv", text: "member\n甲\n", err: "no column text"},
		"a table with a bad time": {file: "a.csv", text: "time,text\n,一\n昨天,二\n", want: []chatLine{{Text: "一", Line: 2}}, err: "line 3"},
		"a table with a bad row":  {file: "a.csv", text: "text\n一,二\n", err: "line 2"},
		"a line too long":         {file: "a.txt", text: strings.Repeat("长", 400_000), err: "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, err := readChat(tc.file, strings.NewReader(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []chatLine
			for line, failed := range lines {
				if failed != nil {
					err = failed
					continue
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if (err != nil) != (tc.err != "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("error %v, want %q", err, tc.err)
			}
		})
	}
	if _, err := readChat("a.doc", nil); err == nil {
		t.Error("a .doc was read")
	}
}
