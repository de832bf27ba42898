package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const checkRules = `keywords:
  - 加群
  - {word: 代开发票, action: notice, variants: [pinyin], category: 诈骗}
  - {word: 刷单, action: review, disguised: strike}
allow_phrases: [刷单词]
allow_hosts: ["*.example.com"]
`

// runCheck runs `menshen check` with a rules file, none if rules is empty.
func runCheck(t *testing.T, rules, input string) (stdout, stderr string, code int) {
	t.Helper()
	args := []string{"check"}
	if rules != "" {
		path := filepath.Join(t.TempDir(), "rules.yaml")
		if err := os.WriteFile(path, []byte(rules), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--rules", path)
	}
	var out, failure bytes.Buffer
	code = run(context.Background(), args, streams{In: strings.NewReader(input), Out: &out, Err: &failure})
	return out.String(), failure.String(), code
}

func TestCheckLine(t *testing.T) {
	for _, row := range []struct{ name, line, want string }{
		{"clean", "晚上一起吃饭吗", `{"action":"none","findings":[]}`},
		{"empty line", "", `{"action":"none","findings":[]}`},
		{"keyword", "快来加群", `{"action":"strike","findings":[{"rule":"keyword","tier":"exact","action":"strike","word":"加群","in":"text","span":[2,4],"text":"加群","why":[]}]}`},
		{"disguised is review", "加 群", `{"action":"review","findings":[{"rule":"keyword","tier":"disguised","action":"review","word":"加群","in":"text","span":[0,3],"text":"加 群","why":["gap→skipped"]}]}`},
		{"disguised is review above notice", "代 开 发 票", `{"action":"review","findings":[{"rule":"keyword","tier":"disguised","action":"review","word":"代开发票","category":"诈骗","in":"text","span":[0,7],"text":"代 开 发 票","why":["gap→skipped"]}]}`},
		{"disguised as the rules say", "刷-单", `{"action":"strike","findings":[{"rule":"keyword","tier":"disguised","action":"strike","word":"刷单","in":"text","span":[0,3],"text":"刷-单","why":["gap→skipped"]}]}`},
		{"traditional is exact", "代開發票", `{"action":"notice","findings":[{"rule":"keyword","tier":"exact","action":"notice","word":"代开发票","category":"诈骗","in":"text","span":[0,4],"text":"代開發票","why":["traditional→simplified"]}]}`},
		{"allow-phrase", "刷单词刷到半夜", `{"action":"none","findings":[]}`},
		{"allowed subdomain", "https://docs.example.com/a", `{"action":"none","findings":[]}`},
		{"host", "看HTTPS://EVIL.CN.:80/a", `{"action":"strike","findings":[{"rule":"link","tier":"exact","action":"strike","host":"evil.cn","in":"text","span":[1,22],"text":"HTTPS://EVIL.CN.:80/a","why":[]}]}`},
		{"disguised host", "evil点com", `{"action":"review","findings":[{"rule":"link","tier":"disguised","action":"review","host":"evil.com","in":"text","span":[0,8],"text":"evil点com","why":["substitute→dot"]}]}`},
		{"short link", "t.cn/A6", `{"action":"strike","findings":[{"rule":"shortlink","tier":"exact","action":"strike","host":"t.cn","in":"text","span":[0,7],"text":"t.cn/A6","why":[]}]}`},
		{"scheme", "weixin://dl", `{"action":"strike","findings":[{"rule":"scheme","tier":"exact","action":"strike","host":"weixin://","in":"text","span":[0,11],"text":"weixin://dl","why":[]}]}`},
		{"personal is a notice", "13812345678", `{"action":"notice","findings":[{"rule":"personal","tier":"exact","action":"notice","in":"text","span":[0,11],"text":"13812345678","why":[]}]}`},
		{"invalid UTF-8", "\xff加群", `{"action":"strike","findings":[{"rule":"keyword","tier":"exact","action":"strike","word":"加群","in":"text","span":[1,3],"text":"加群","why":[]}]}`},
		{"JSON text", `{"text":"加群","kind":"text"}`, `{"action":"strike","findings":[{"rule":"keyword","tier":"exact","action":"strike","word":"加群","in":"text","span":[0,2],"text":"加群","why":[]}]}`},
		{"empty object", `{}`, `{"action":"none","findings":[]}`},
		{"quoted is shown, not struck", `{"text":"同意","quoted":"加群"}`, `{"action":"none","findings":[{"rule":"keyword","tier":"exact","action":"none","word":"加群","in":"quoted","span":[0,2],"text":"加群","why":[]}]}`},
		{
			"every field in order", `{"kind":"link","quoted":"加群","urls":["https://a.example.com","https://bad.cn"],"title":"加群","text":"x 加群 bad.cn"}`,
			`{"action":"strike","findings":[` +
				`{"rule":"keyword","tier":"exact","action":"strike","word":"加群","in":"text","span":[2,4],"text":"加群","why":[]},` +
				`{"rule":"link","tier":"exact","action":"strike","host":"bad.cn","in":"text","span":[5,11],"text":"bad.cn","why":[]},` +
				`{"rule":"keyword","tier":"exact","action":"strike","word":"加群","in":"title","span":[0,2],"text":"加群","why":[]},` +
				`{"rule":"link","tier":"exact","action":"strike","host":"bad.cn","in":"url","at":1,"span":[0,14],"text":"https://bad.cn","why":[]},` +
				`{"rule":"keyword","tier":"exact","action":"none","word":"加群","in":"quoted","span":[0,2],"text":"加群","why":[]}]}`,
		},
		{"first URL has its index", `{"urls":["bad.cn"]}`, `{"action":"strike","findings":[{"rule":"link","tier":"exact","action":"strike","host":"bad.cn","in":"url","at":0,"span":[0,6],"text":"bad.cn","why":[]}]}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, failure, code := runCheck(t, checkRules, row.line+"\n")
			if diff := cmp.Diff(row.want+"\n", out); diff != "" || code != 0 || failure != "" {
				t.Errorf("exit %d, stderr %q, output (-want +got):\n%s", code, failure, diff)
			}
		})
	}
}

func TestCheckErrors(t *testing.T) {
	for _, row := range []struct{ name, line, want string }{
		{"not JSON", `{哈哈}`, "not JSON"},
		{"cut short", `{"text":"加群"`, "not JSON"},
		{"something behind", `{"text":"a"} b`, "not JSON"},
		{"unknown field", `{"txt":"加群"}`, `unknown field \"txt\"`},
		{"field in capitals", `{"Text":"加群"}`, `unknown field \"Text\"`},
		{"wrong type", `{"text":1}`, `field \"text\" is a number`},
		{"wrong type in a list", `{"urls":[1]}`, "wrong type"},
		{"unknown kind", `{"kind":"telegram"}`, `unknown kind \"telegram\"`},
		{"too long", strings.Repeat("加", 1<<20/3+1), "longer than 1 MiB"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, _, code := runCheck(t, checkRules, row.line+"\n加群\n")
			first, rest, _ := strings.Cut(out, "\n")
			if !strings.HasPrefix(first, `{"error":"`) || !strings.Contains(first, row.want) {
				t.Errorf("the line is answered %s", first)
			}
			if !strings.HasPrefix(rest, `{"action":"strike"`) || code != 1 {
				t.Errorf("exit %d, the next line is answered %q", code, rest)
			}
		})
	}
}

func TestCheckLines(t *testing.T) {
	const none, strike = `{"action":"none","findings":[]}`, `{"action":"strike"`
	for _, row := range []struct {
		name, input string
		want        []string
	}{
		{"nothing", "", nil},
		{"no end of line", "加群", []string{strike}},
		{"CRLF", "加群\r\n好\r\n", []string{strike, none}},
		{"empty lines", "\n\r\n\n", []string{none, none, none}},
		{"longest line", strings.Repeat("a", 1<<20) + "\n加群", []string{none, strike}},
		{"byte order mark", "\ufeff{\"text\":\"加群\"}\n", []string{strike}},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, failure, code := runCheck(t, checkRules, row.input)
			lines := strings.FieldsFunc(out, func(r rune) bool { return r == '\n' })
			if code != 0 || failure != "" || len(lines) != len(row.want) {
				t.Fatalf("exit %d, stderr %q, %d lines, want %d", code, failure, len(lines), len(row.want))
			}
			for i, want := range row.want {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("line %d is %.80s, want %s", i+1, lines[i], want)
				}
			}
		})
	}
}

func TestCheckAnswersAtOnce(t *testing.T) {
	in, question := io.Pipe()
	answer, out := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(context.Background(), []string{"check"}, streams{In: in, Out: out, Err: io.Discard})
		out.Close()
	}()
	lines := bufio.NewReader(answer)
	for i := range 3 {
		fmt.Fprintf(question, "https://evil%d.cn\n", i)
		line, err := lines.ReadString('\n')
		if err != nil || !strings.Contains(line, fmt.Sprintf("evil%d.cn", i)) {
			t.Fatalf("question %d is answered %q, %v", i, line, err)
		}
	}
	question.Close()
	if code := <-done; code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestCheckInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	in, question := io.Pipe()
	defer question.Close()
	cancel()
	if code := run(ctx, []string{"check"}, streams{In: in, Out: io.Discard, Err: io.Discard}); code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
}

func TestCheckRefusesRules(t *testing.T) {
	for _, row := range []struct{ name, rules, want string }{
		{"duplicate word", "keywords:\n  - 加群\n  - 刷单\n  - 加群\n", `line 4: the keyword "加群" is the same word as "加群", on line 2`},
		{"duplicate after folding", "keywords: [發票,\n 发票]", "line 2"},
		{"duplicate of an object", "keywords:\n- {word: vx}\n- word: ＶＸ\n", "line 3"},
		{"empty after folding", "keywords:\n- 加群\n- \"，。\"\n", "line 3"},
		{"empty word", "keywords:\n- \"\"\n", "line 2"},
		{"no word", "keywords:\n- {action: strike}\n", "line 2"},
		{"long word", "keywords:\n- " + strings.Repeat("长", 65) + "\n", "line 2"},
		{"empty allow-phrase", "allow_phrases:\n- 好\n- \"!\"\n", "line 3"},
		{"unknown field", "keyword: []\n", `line 1: unknown field "keyword"`},
		{"unknown field of a keyword", "keywords:\n- {word: a, weight: 3}\n", `line 2: unknown field "weight"`},
		{"unknown rule", "rules:\n  link: off\n  lnk: off\n", `line 3: unknown field "lnk"`},
		{"unknown action", "rules: {link: ban}\n", `unknown action "ban"`},
		{"unknown variant", "keywords:\n- {word: a, variants: [leet]}\n", `unknown variant "leet"`},
		{"number as keyword", "keywords:\n- 加群\n- 110\n", "line 3: a keyword has to be a text, not a number"},
		{"boolean as action", "rules: {link: true}\n", "not true or false"},
		{"text as list", "keywords: 加群\n", "keywords has to be a list, not a text"},
		{"list as file", "- 加群\n", "line 1"},
		{"text as file", "加群\n", "line 1"},
		{"nothing as word", "keywords:\n- word:\n", "not nothing"},
		{"host with a space", "allow_hosts:\n- a.com\n- \"b c\"\n", "line 3"},
		{"field twice", "rules: {}\nrules: {}\n", "line 2"},
		{"alias", "keywords: &a [x]\nallow_phrases: *a\n", "line 1"},
		{"two documents", "keywords: [a]\n---\nkeywords: [b]\n", "line 3"},
		{"not YAML", "keywords: [a\n", "line"},
		{"tabs", "keywords:\n\t- a\n", "line 2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, failure, code := runCheck(t, row.rules, "加群\n")
			if code != 2 || out != "" {
				t.Errorf("exit %d, stdout %q", code, out)
			}
			if !strings.Contains(failure, row.want) || !strings.Contains(failure, "; ") || strings.Count(failure, "\n") != 1 {
				t.Errorf("stderr is %q, want one sentence with %q and a remedy", failure, row.want)
			}
		})
	}
}

func TestCheckTakesRules(t *testing.T) {
	for _, row := range []struct{ name, rules, line, want string }{
		{"none", "", "bad.cn", `"strike"`},
		{"empty file", "\n", "bad.cn", `"strike"`},
		{"byte order mark", "\ufeffkeywords: [刷单]\n", "刷单", `"strike"`},
		{"only a comment", "# nothing\n", "bad.cn", `"strike"`},
		{"empty fields", "keywords:\nallow_hosts: []\nrules:\n", "bad.cn", `"strike"`},
		{"JSON", `{"keywords":["加群"],"rules":{"link":"off"}}`, "加群 bad.cn", `"strike"`},
		{"rule off", "rules: {link: off}", "bad.cn", `"none"`},
		{"rule in quotes", `rules: {link: "off"}`, "bad.cn", `"none"`},
		{"rule weaker", "rules: {link: notice}", "bad.cn", `"notice"`},
		{"short links alone", "rules: {link: off}", "t.cn/a", `"strike"`},
		{"quoted number as word", `keywords: ["110"]`, "打110", `"strike"`},
		{"keyword off", "keywords: [{word: 加群, action: off}]", "加群", `"none"`},
		{"no variants", "keywords: [{word: 加群, variants: []}]", "jiaqun", `"none"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, failure, code := runCheck(t, row.rules, row.line+"\n")
			if code != 0 || !strings.HasPrefix(out, `{"action":`+row.want) {
				t.Errorf("exit %d, stderr %q, answer %s", code, failure, out)
			}
		})
	}
}

func TestCheckMissingRules(t *testing.T) {
	var out, failure bytes.Buffer
	code := run(context.Background(), []string{"check", "--rules", filepath.Join(t.TempDir(), "none.yaml")},
		streams{In: strings.NewReader("a\n"), Out: &out, Err: &failure})
	if code != 2 || out.Len() > 0 || !strings.Contains(failure.String(), "none.yaml") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out.String(), failure.String())
	}
}

// BenchmarkCheckStart is one call for one line: the promise is 200 ms.
func BenchmarkCheckStart(b *testing.B) {
	rules := filepath.Join(b.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte(checkRules), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var out, failure bytes.Buffer
		if code := run(context.Background(), []string{"check", "--rules", rules}, streams{In: strings.NewReader("加群\n"), Out: &out, Err: &failure}); code != 0 {
			b.Fatal(failure.String())
		}
	}
}
