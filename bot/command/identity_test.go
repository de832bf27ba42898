package command

import (
	"slices"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func TestIdentityIsMergedAndSplitByItsCase(t *testing.T) {
	ask := func(line string, state decision.CaseState) decision.Decision {
		a := about(decision.Case{Kind: decision.CaseIdentity, State: state}, strikes(1))
		a.Case.Other = yi
		old := person(jia)
		old.Present = false
		if state == decision.CaseAgreed {
			old.MergedInto = yi
		}
		a.Members = map[chat.MemberID]decision.Member{jia: old, yi: person(yi)}
		return asked{line: line, from: laowang, private: true, answer: a}.do(t)
	}
	for name, tc := range map[string]struct {
		line   string
		before decision.CaseState
		merge  bool
		split  bool
		after  decision.CaseState
	}{
		"yes":                  {"17同意", decision.CaseOpen, true, false, decision.CaseAgreed},
		"no":                   {"17不用", decision.CaseOpen, false, false, decision.CaseRefused},
		"by command":           {"合并 17", decision.CaseOpen, true, false, decision.CaseAgreed},
		"after a no":           {"合并 17", decision.CaseRefused, true, false, decision.CaseAgreed},
		"twice":                {"合并 17", decision.CaseAgreed, false, false, ""},
		"taken back":           {"拆分 17", decision.CaseAgreed, false, true, decision.CaseRefused},
		"nothing to take back": {"拆分 17", decision.CaseOpen, false, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := ask(tc.line, tc.before)
			merge, merged := effect[decision.Merge](d)
			_, split := effect[decision.Split](d)
			if merged != tc.merge || split != tc.split || changes(d)[17].State != tc.after {
				t.Errorf("%+v", d.Effects)
			}
			if merged && (merge.Old != jia || merge.New != yi || merge.Actor.Member != laowang) {
				t.Errorf("%+v", merge)
			}
		})
	}
}

// A room that may be another's old one is the affair of who holds the account:
// its present owner must not get the other owner's words and rules.
func TestOnlyTheConsoleGivesARoomAnothersRules(t *testing.T) {
	for name, tc := range map[string]struct {
		asked asked
		state decision.CaseState
		say   string
	}{
		"the owner":   {asked{from: laowang, private: true}, "", "private: #17 关系到另一个群，请在门神账号的手机上、文件传输助手里回答。"},
		"the console": {asked{console: true}, decision.CaseAgreed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := about(decision.Case{Kind: decision.CaseRoom, State: decision.CaseOpen, Detail: "3", Reason: "旧群"}, strikes(0))
			tc.asked.line, tc.asked.answer = "17同意", a
			d := tc.asked.do(t)
			if changes(d)[17].State != tc.state {
				t.Errorf("the case is %q: %+v", changes(d)[17].State, d.Effects)
			}
			if tc.say != "" && !slices.Equal(said(d), []string{tc.say}) {
				t.Errorf("said %q", said(d))
			}
		})
	}
}
