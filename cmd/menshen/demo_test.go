package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// demo runs the command with something typed and returns what it showed.
func demo(t *testing.T, typed string, args ...string) (shown string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), append([]string{"demo"}, args...), streams{In: strings.NewReader(typed), Out: &out, Err: &errs})
	if errs.Len() > 0 {
		t.Log(errs.String())
	}
	return out.String(), code
}

func TestDemoPlaysItsEvening(t *testing.T) {
	shown, code := demo(t, "")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"签到成功：甲、小美、小林", "@阿强", "evi***.com", "申诉 #3 成立", "乙 的警告已满 3 次，已请群主处理", "乙 已移出，核对成员名单", "账目核对：平",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not show %q", want)
		}
	}
	if t.Failed() {
		t.Log(shown)
	}
}

// A demo that cannot fail shows nothing: with other rules the evening is
// another one.
func TestDemoFailsWhereSomethingDoesNotHold(t *testing.T) {
	if testing.Short() {
		t.Skip("waits out every answer that does not come")
	}
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte("keywords: [加群]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shown, code := demo(t, "", "--rules", rules)
	if code != 1 || !strings.Contains(shown, "✗") {
		t.Errorf("exit code %d:\n%s", code, shown)
	}
}

func TestDemoStreamsAChat(t *testing.T) {
	chat := filepath.Join(t.TempDir(), "chat.txt")
	lines := strings.Repeat("今天一起打球吗\n", 150) + "有人代开发票吗\n看 evil.example.com\n"
	if err := os.WriteFile(chat, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	shown, code := demo(t, "", "--chat", chat)
	if code != 0 || !strings.Contains(shown, "152 条消息") || !strings.Contains(shown, "警告 外链") || !strings.Contains(shown, "关键词·广告 代开发票") {
		t.Errorf("exit code %d:\n%s", code, shown)
	}
	if strings.Contains(shown, "违反群规") {
		t.Error("a rehearsal speaks in the room")
	}
}

// A person of an export is one member, whose times count: sixteen lines in a
// minute are a flood, one in a minute and a half is none.
func TestDemoStreamsAsPeopleSpoke(t *testing.T) {
	dir := t.TempDir()
	for name, tc := range map[string]struct {
		seconds int
		want    string
	}{"a flood": {seconds: 3, want: "1 起"}, "talk": {seconds: 90, want: "0 起"}} {
		t.Run(name, func(t *testing.T) {
			chat := filepath.Join(dir, name+".jsonl")
			lines := `{"member":"甲"}` + "\n"
			for i := range 16 {
				at := time.Date(2026, 3, 2, 12, 0, i*tc.seconds, 0, time.UTC).Format(time.RFC3339)
				lines += fmt.Sprintf(`{"time":%q,"member":"老王","text":"说 %d"}`+"\n", at, i)
			}
			if err := os.WriteFile(chat, []byte(lines), 0o600); err != nil {
				t.Fatal(err)
			}
			shown, code := demo(t, "", "--chat", chat)
			if code != 0 || !strings.Contains(shown, "本应处理 "+tc.want) || !strings.Contains(shown, "跳过 1 行没有文字的，第一处是第 1 行") {
				t.Errorf("exit code %d:\n%s", code, shown)
			}
		})
	}
}

// A line that cannot be read is told with its number before anything is played.
func TestDemoRefusesABrokenChat(t *testing.T) {
	chat := filepath.Join(t.TempDir(), "chat.jsonl")
	if err := os.WriteFile(chat, []byte("{\"text\":\"一\"}\n{\"text\":2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if shown, code := demo(t, "", "--chat", chat); code != 2 || shown != "" {
		t.Errorf("exit code %d:\n%s", code, shown)
	}
}

func TestDemoInteractive(t *testing.T) {
	typed := "甲: 签到\n新来的：大家好\n甲> 积分\n等等: 我也来\n等 两天\n等 48h\n-甲\n没来过> 积分\n: 谁\n不是命令\n"
	shown, code := demo(t, typed, "--interactive")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"签到成功：甲", "欢迎 新来的", "门神 → 甲：", "欢迎 等等", "写成 等 30s", "没有这个人", "Ctrl-D"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not show %q", want)
		}
	}
	if t.Failed() {
		t.Log(shown)
	}
}
