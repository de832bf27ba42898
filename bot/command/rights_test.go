package command

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// promised is who may use each command where: M member, D deputy, O owner; G
// in the group, P in private, > the answer of the group goes to private. It is
// the published list, written down apart from the table.
var promised = map[string]string{
	"帮助": "M GP", "群规": "M GP", "已读群规": "M GP", "签到": "M G", "积分": "M GP", "账单": "M GP", "排行": "M GP",
	"我的警告": "M GP", "申诉": "M GP", "兑换": "M GP", "货架": "M GP", "转账": "M G", "发红包": "M G", "抢": "M G",
	"参加抽奖": "M G", "通行证": "M G", "我的数据": "M GP>", "忘记我": "M GP>", "举报": "M GP", "选": "M GP", "换群": "M P",
	"待办": "D P", "处理": "D P", "合并": "D P", "拆分": "D P", "警告": "D GP", "消警告": "D GP", "误判": "D GP", "查警告": "D GP>", "警告榜": "D GP>",
	"踢": "D GP", "黑名单": "D GP>", "免检": "D GP", "取消免检": "D GP", "加词": "D GP>", "删词": "D GP>", "词库": "D GP>",
	"试词": "D GP>", "允许": "D GP>", "取消允许": "D GP>", "放行": "D GP>", "取消放行": "D GP>", "导入词库": "D GP>",
	"导出词库": "D GP>", "测试": "D GP>", "加分": "D GP", "扣分": "D GP", "撤销": "D GP", "对账": "D GP", "上架": "D GP",
	"下架": "D GP", "抽奖开": "D GP", "欢迎语": "O GP", "设群规": "O GP", "公告": "O GP", "启用": "O GP", "停用": "O GP",
	"暂停": "O GP", "恢复": "O GP", "静默": "O GP", "免打扰": "O GP", "演习": "O GP", "设置": "O GP>", "状态": "O GP>", "潜水榜": "O GP>",
	"副手": "O GP>", "取消副手": "O GP>", "交接": "O GP>", "认主": "M GP",
}

// sample is a sound line of each command that takes arguments.
var sample = map[string]string{
	"申诉": "申诉 17 理由", "转账": "转账 5 @乙", "发红包": "发红包 10 2", "举报": "举报 @乙", "选": "选1", "处理": "17放过", "合并": "合并 17", "拆分": "拆分 17",
	"警告": "警告 @乙 理由", "消警告": "消警告 17", "误判": "误判 17", "查警告": "查警告 @乙", "踢": "踢 @乙", "免检": "免检 @乙",
	"取消免检": "取消免检 @乙", "加词": "加词 加群", "删词": "删词 加群", "试词": "试词 加群", "允许": "允许 刷单词", "取消允许": "取消允许 刷单词",
	"放行": "放行 example.com", "取消放行": "取消放行 example.com", "导入词库": "导入词库 甲", "测试": "测试 加群",
	"加分": "加分 @乙 5 好", "扣分": "扣分 @乙 5", "撤销": "撤销 3", "上架": "上架 咖啡券 50 5件", "下架": "下架 咖啡券", "抽奖开": "抽奖开 1 1 2h",
	"欢迎语": "欢迎语 欢迎", "设群规": "设群规 不发广告", "公告": "公告 停电", "暂停": "暂停 2h", "静默": "静默 开", "免打扰": "免打扰 关",
	"演习": "演习 开", "副手": "副手 @乙", "取消副手": "取消副手 @乙", "交接": "交接 @乙", "认主": "认主 12345678",
}

func TestTableKeepsThePublishedRights(t *testing.T) {
	letter := map[decision.Role]string{decision.RoleMember: "M", decision.RoleDeputy: "D", decision.RoleOwner: "O"}
	for _, r := range table {
		got := letter[r.Who] + " "
		for mark, on := range map[string]bool{"G": r.Group} {
			if on {
				got += mark
			}
		}
		if r.Private {
			got += "P"
		}
		if r.Whisper {
			got += ">"
		}
		if want := promised[r.Name]; got != want {
			t.Errorf("%s: table says %q, promised is %q", r.Name, got, want)
		}
	}
	if len(table) != len(promised) {
		t.Errorf("%d rows for %d promised commands", len(table), len(promised))
	}
}

// worked reports whether a decision is more than silence, a refusal in the
// audit or a line of usage.
func worked(d decision.Decision) bool {
	return slices.ContainsFunc(d.Effects, func(e decision.Effect) bool {
		switch e := e.(type) {
		case decision.Note:
			return e.What != "refused"
		case decision.Speak:
			return !strings.HasPrefix(e.Say.Text, "用法：")
		}
		return true
	})
}

// TestRights runs a sound line of every command as everybody everywhere.
func TestRights(t *testing.T) {
	k := decision.Case{ID: 17, Kind: decision.CaseReview, State: decision.CaseOpen}
	answer := about(k, strikes(1))
	answer.Targets = []decision.Member{person(yi)}
	answer.Rest = "5"
	answer.Choice = &decision.Choice{Until: noon.Add(1), Options: []string{option{Line: "群规", Room: 7}.encode()}}
	answer.Mine = &decision.KeptData{}
	answer.Sanctions[yi] = decision.Sanctions{}
	for _, r := range table {
		line := sample[r.Name]
		if line == "" {
			line = r.Name
		}
		for _, who := range []chat.MemberID{jia, xiaoli, laowang} {
			for _, private := range []bool{false, true} {
				want := person(who).Role >= r.Who && (private && r.Private || !private && r.Group)
				a := asked{line: line, from: who, private: private, answer: answer, code: CodeRight}
				if got := worked(a.do(t)); got != want {
					t.Errorf("%q by role %d, private %v: worked %v, want %v", line, person(who).Role, private, got, want)
				}
			}
		}
	}
}

// TestPrivilegedEffectsNameTheirActor: what deputies and owners do is told by
// the audit with who did it.
func TestPrivilegedEffectsNameTheirActor(t *testing.T) {
	answer := about(decision.Case{ID: 17, Kind: decision.CaseReview, State: decision.CaseOpen}, strikes(1))
	answer.Targets = []decision.Member{person(yi)}
	answer.Rest = "5"
	answer.Words.Phrases, answer.Words.Hosts = []string{"刷单词"}, []string{"example.com"}
	for _, r := range table {
		line := sample[r.Name]
		if r.Who == decision.RoleMember || line == "" {
			continue
		}
		for _, e := range (asked{line: line, from: laowang, private: !r.Group, answer: answer}).do(t).Effects {
			if actor, has := actorOf(e); has && actor.Member != laowang {
				t.Errorf("%q: %T without its actor", line, e)
			}
		}
	}
}

// actorOf returns who an effect of the owner's is said to be by. The changes
// that follow from it by themselves have no actor.
func actorOf(e decision.Effect) (decision.Actor, bool) {
	switch e := e.(type) {
	case decision.OpenCase:
		return e.Actor, true
	case decision.SetMember:
		return e.Actor, true
	case decision.SetRoom:
		return e.Actor, true
	case decision.SetSetting:
		return e.Actor, true
	case decision.PutWord:
		return e.Actor, true
	case decision.DropWord:
		return e.Actor, true
	case decision.Allow:
		return e.Actor, true
	case decision.Points:
		if g, ok := e.Op.(decision.Grant); ok {
			return g.Actor, true
		}
	}
	return decision.Actor{}, false
}

func TestHelpIsShort(t *testing.T) {
	for name, a := range map[string]asked{
		"member in the group": {line: "帮助", from: jia}, "member in private": {line: "帮助", from: jia, private: true},
		"deputy in the group": {line: "帮助", from: xiaoli}, "deputy in private": {line: "帮助", from: xiaoli, private: true},
		"owner in the group": {line: "帮助", from: laowang}, "owner in private": {line: "帮助", from: laowang, private: true},
	} {
		t.Run(name, func(t *testing.T) {
			words := said(a.do(t))[0]
			if n := strings.Count(words, "\n") + 1; n > helpLines || len([]rune(words)) > decision.Longest {
				t.Errorf("%d lines, %d runes:\n%s", n, len([]rune(words)), words)
			}
			privileged := strings.Contains(words, "加词")
			if privileged && !a.private || a.from == jia && (privileged || strings.Contains(words, "演习")) {
				t.Errorf("names what is not for here:\n%s", words)
			}
			for _, r := range table {
				if a.private && r.topic != "" && r.Private && r.Who <= person(a.from).Role && !strings.Contains(words, r.Name) {
					t.Errorf("%s is missing", r.Name)
				}
			}
			t.Log("\n" + words)
		})
	}
}

// TestEverySentenceHasATemplate looks for keys in the sources that the table
// of sentences lacks, and for templates nobody uses.
func TestEverySentenceHasATemplate(t *testing.T) {
	used := map[string]bool{}
	keys := regexp.MustCompile(`"([a-z]+(?:\.[a-z ]+)*)"`)
	for _, dir := range []string{".", "../text"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), "_test.go") || strings.HasPrefix(f.Name(), "templates") || f.Name() == "answers.go" {
				continue
			}
			b, err := os.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range keys.FindAllStringSubmatch(string(b), -1) {
				used[m[1]] = true
			}
			for _, m := range regexp.MustCompile(`(?:line|Line|together)\((?:c\.Room, |r, )?"([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
				if !slices.Contains(text.Keys(), m[1]) && m[1] != "amount." {
					t.Errorf("%s: no sentence %q", f.Name(), m[1])
				}
			}
		}
	}
	for _, key := range text.Keys() {
		if !used[key] && !strings.HasPrefix(key, "amount.") {
			t.Errorf("nobody says %q", key)
		}
	}
}

// The owner learns every command from the help in private, in one message; who
// is asked a numbered question or for a code is told then how to answer.
func TestTheHelpNamesEveryCommand(t *testing.T) {
	got := said(asked{line: "帮助", from: laowang, private: true}.do(t))
	if len(got) != 1 {
		t.Fatalf("not one message: %q", got)
	}
	for _, r := range table {
		told := slices.Contains([]string{"帮助", "选", "处理", "认主"}, r.Name) || !r.Private
		if !told && !strings.Contains(got[0], r.Name) {
			t.Errorf("it does not name %s", r.Name)
		}
	}
}
