package data

import (
	"slices"
	"strings"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func TestTargets(t *testing.T) {
	h := newHouse(t)
	write(t, h.DB, `INSERT INTO member (id, room, nick, display, remark, present, seen) VALUES
		(20, 1, '张三', '', '', 1, 1), (21, 1, 'zs', '张三', '', 1, 1), (22, 1, '张三丰', '', '', 1, 1),
		(23, 1, '李 四 ', '', '', 1, 1), (24, 1, 'Tom', '', '汤姆', 1, 1), (25, 1, '小花🌸', '', '', 1, 1),
		(26, 1, '%_''"', '', '', 1, 1), (27, 1, '走了', '', '', 0, 1), (28, 1, '10', '', '', 1, 1),
		(29, 1, '警告 @张三', '', '', 1, 1), (30, 1, ' ', '', '', 1, 1)`)
	write(t, h.DB, `INSERT INTO member (id, room, nick, seen, merged_into) VALUES (31, 1, '旧名', 1, 24)`)
	tests := []struct {
		name, text string
		want       []chat.MemberID
		rest       string
	}{
		{"two of one name", "张三 刷屏", []chat.MemberID{20, 21}, "刷屏"},
		{"the longest name", "张三丰 刷屏", []chat.MemberID{22}, "刷屏"},
		{"the network's blank", "张三丰\u2005刷屏", []chat.MemberID{22}, "刷屏"},
		{"at the end", "张三丰", []chat.MemberID{22}, ""},
		{"a blank in the name", "李 四 刷屏", []chat.MemberID{23}, "刷屏"},
		{"half a name", "李", nil, "李"},
		{"a name with more letters", "张三李 刷屏", nil, "张三李 刷屏"},
		{"an emoji too many", "张三🌸 刷屏", nil, "张三🌸 刷屏"},
		{"an emoji in the name", "小花🌸 10", []chat.MemberID{25}, "10"},
		{"a number without a blank", "张三丰10 帮忙", []chat.MemberID{22}, "10 帮忙"},
		{"Han after Latin", "Tom刷屏", []chat.MemberID{24}, "刷屏"},
		{"Latin after Latin", "Tommy 刷屏", nil, "Tommy 刷屏"},
		{"a remark", "汤姆 刷屏", []chat.MemberID{24}, "刷屏"},
		{"marks of SQL", `%_'" 刷屏`, []chat.MemberID{26}, "刷屏"},
		{"nobody by a pattern", "% 刷屏", nil, "% 刷屏"},
		{"somebody who left", "走了 刷屏", nil, "走了 刷屏"},
		{"a number as name", "10 20", []chat.MemberID{28}, "20"},
		{"a longer number", "100", nil, "100"},
		{"a command as name", "警告 @张三 刷屏", []chat.MemberID{29}, "刷屏"},
		{"a name of blanks", "  ", nil, ""},
		{"a merged row", "旧名 刷屏", nil, "旧名 刷屏"},
		{"a long text", "张三丰 " + strings.Repeat("长", 20_000), []chat.MemberID{22}, strings.Repeat("长", 20_000)},
		{"no valid UTF-8", "张三\xff", nil, "张三\xff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(decision.Query{Room: theRoom, NamePrefix: tt.text, Sanctions: true})
			var got []chat.MemberID
			for _, m := range a.Targets {
				got = append(got, m.ID)
			}
			if !slices.Equal(got, tt.want) || a.Rest != tt.rest {
				t.Errorf("got %v and %q, want %v and %q", got, a.Rest, tt.want, tt.rest)
			}
			if len(a.Sanctions) != len(tt.want) {
				t.Errorf("sanctions of %d members", len(a.Sanctions))
			}
		})
	}
}
