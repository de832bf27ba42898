package moderation

import (
	"testing"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"phone":              {"加我13812345678谢谢", "加我138******78谢谢"},
		"phone in groups":    {"138-1234-5678", "138********78"},
		"full width":         {"１３８１２３４５６７８", "１３８******７８"},
		"spelled in Han":     {"一三八一二三四五六七八", "一三八******七八"},
		"circled":            {"①③⑧①②③④⑤⑥⑦⑧", "①③⑧******⑦⑧"},
		"resident id":        {"身份证11010519491231002X。", "身份证110*************2X。"},
		"bank card":          {"4111 1111 1111 1111", "411**************11"},
		"two":                {"13812345678 或 13912345678", "138******78 或 139******78"},
		"address":            {"寄到杭州市西湖区文三路123号4幢501室", "寄到杭****************1室"},
		"traditional":        {"寄到杭州市西湖區文三路123號4棟501室", "寄到杭****************1室"},
		"trap: order":        {"订单号13812345678", "订单号13812345678"},
		"trap: link":         {"https://a.cn/13812345678", "https://a.cn/13812345678"},
		"trap: few digits":   {"明天12:30在101室", "明天12:30在101室"},
		"nothing":            {"", ""},
		"not UTF-8 stays so": {"\xff13", "\xff13"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Redact(row.text)
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if utf8.RuneCountInString(got) != utf8.RuneCountInString(row.text) {
				t.Errorf("%q has another length than %q", got, row.text)
			}
		})
	}
}

// FuzzRedact: nothing personal is left in what was redacted, a second time
// changes nothing, and places stay what they are.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{"加我13812345678", "110105 19491231 002X", "一三八一二三四五六七八", "文三路123号4幢501室", "4111 1111 1111 1111", "1381234567813812345678"} {
		f.Add(seed)
	}
	j, err := Compile(Rules{Actions: map[string]Action{RulePersonal: ActionStrike}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		got := Redact(text)
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Fatalf("%q became %q, which is of another length", text, got)
		}
		for _, found := range j.Judge(Message{Text: text}).Findings {
			if found.Rule == RulePersonal && found.End-found.Start > clearBefore+clearAfter && string([]rune(got)[found.Start:found.End]) == found.Text {
				t.Errorf("%q became %q with %q in clear", text, got, found.Text)
			}
		}
	})
}
