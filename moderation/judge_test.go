package moderation

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// The cases are the traps and evasions that a group's owner would try first.
func TestJudgeScenarios(t *testing.T) {
	var keywords []Keyword
	for _, word := range strings.Fields("加群 刷单 大麻 返利 色情 外挂 代开 发票 SM vx") {
		keywords = append(keywords, Keyword{Word: word, Action: ActionStrike, Variants: DefaultVariants()})
	}
	j := mustCompile(t, Rules{
		Keywords: keywords, AllowPhrases: []string{"大麻烦", "刷单词", "开发票据"},
		AllowHosts: []string{"mp.weixin.qq.com", "github.com", "*.edu.cn"},
	})
	for _, row := range []struct {
		name, text string
		want       Action
		rule       string
	}{
		{"word in a longer word", "我今天刷单词刷到半夜", ActionNone, ""},
		{"across two words", "往返利物浦的机票", ActionNone, ""},
		{"across two words, both cut", "海外挂号很麻烦", ActionNone, ""},
		{"version", "升级到 v1.2.10", ActionNone, ""},
		{"section", "看第3.2.1节", ActionNone, ""},
		{"mail", "邮箱 a.b@qq.com", ActionNone, ""},
		{"allowed host", "https://mp.weixin.qq.com/s/abc", ActionNone, ""},
		{"abbreviations", "U.S.A. e.g. P.S. 1.5h ok.好", ActionNone, ""},
		{"plain word", "快来加群", ActionStrike, RuleKeyword},
		{"gap", "加😊群", ActionReview, RuleKeyword},
		{"full width", "ＶＸ：ａｂｃ１２３", ActionStrike, RuleKeyword},
		{"pinyin", "jia群", ActionReview, RuleKeyword},
		{"allowed host as a prefix", "https://mp.weixin.qq.com.evil.com/a", ActionStrike, RuleLink},
		{"allowed host as a user", "https://mp.weixin.qq.com@evil.com", ActionStrike, RuleLink},
		{"allowed host as a parameter", "https://evil.com/?u=mp.weixin.qq.com", ActionStrike, RuleLink},
		{"disguised link", "evil点com", ActionReview, RuleLink},
		{"short link", "戳 t.cn/A6abc", ActionStrike, RuleShortLink},
		{"scheme", "weixin://dl/business", ActionStrike, RuleScheme},
		{"wrapped code", "￥abCd1234￥", ActionStrike, RulePassphrase},
		{"copy and open", "复制打开👉", ActionStrike, RulePassphrase},
		{"invitation", "扫码进群", ActionStrike, RuleInvite},
		{"invitation as a link", "https://weixin.qq.com/g/AwYAA", ActionStrike, RuleInvite},
		{"phone", "13812345678", ActionNotice, RulePersonal},
		{"quotes of a database", `加群'";-- %\`, ActionStrike, RuleKeyword},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := j.Judge(Message{Text: row.text})
			if v.Action != row.want || row.rule != "" && (len(v.Findings) == 0 || v.Findings[0].Rule != row.rule) {
				t.Errorf("%q: %v %+v", row.text, v.Action, v.Findings)
			}
		})
	}
}

func TestJudgeRules(t *testing.T) {
	for _, row := range []struct {
		name    string
		actions map[string]Action
		allow   []string
		text    string
		want    string
	}{
		{"one finding a host", nil, nil, "t.cn/a", "shortlink strike"},
		{"short link is a link when its rule is off", map[string]Action{RuleShortLink: ActionNone}, nil, "t.cn/a", "link strike"},
		{"short link without the link rule", map[string]Action{RuleLink: ActionNone}, nil, "t.cn/a bad.cn", "shortlink strike"},
		{"both off", map[string]Action{RuleLink: ActionNone, RuleShortLink: ActionNone}, nil, "t.cn/a bad.cn", ""},
		{"allowed short link", nil, []string{"t.cn"}, "t.cn/a", ""},
		{"disguised notice is review", map[string]Action{RuleLink: ActionNotice}, nil, "evil点com", "link review"},
		{"personal off", map[string]Action{RulePersonal: ActionNone}, nil, "13812345678", ""},
		{"links first, then the rest", nil, nil, "13812345678 bad.cn", "personal notice|link strike"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, f := range mustCompile(t, Rules{Actions: row.actions, AllowHosts: row.allow}).Judge(Message{Text: row.text}).Findings {
				got = append(got, f.Rule+" "+f.Action.String())
			}
			if list := strings.Join(got, "|"); list != row.want {
				t.Errorf("got %q, want %q", list, row.want)
			}
		})
	}
}

func TestJudgeConcurrently(t *testing.T) {
	j := mustCompile(t, Rules{Keywords: []Keyword{{Word: "加群", Action: ActionStrike}}})
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 500 {
				text := fmt.Sprintf("%d加群 evil%d.cn", g, i)
				if v := j.Judge(Message{Text: text}); len(v.Findings) != 2 || v.Findings[1].Host != fmt.Sprintf("evil%d.cn", i) {
					t.Errorf("%q: %+v", text, v.Findings)
					return
				}
			}
		})
	}
	wg.Wait()
}
