package bot_test

import (
	"fmt"
	"testing"
	"time"

	"menshen/bot/chat"
)

// answers lets the owner answer in private.
func (s *stage) answers(line string) {
	s.t.Helper()
	m := s.line(0, line)
	m.Room, m.As = 0, []chat.MemberID{wang}
	s.comes(m)
	s.pass(time.Minute)
}

func TestUpheldDisguisesStrikeFromTheThirdOn(t *testing.T) {
	s := newStage(t)
	s.set("warning_limit", "9")
	for n, who := range []chat.MemberID{jia, yi, jia} {
		s.says(who, "快来加😊群", 15*time.Minute)
		s.want("review", fmt.Sprintf(`SELECT kind FROM cases WHERE id = %d`, n+1), "review")
	}
	s.answers("1警告 2警告")
	s.wantCount(s.heard(true), "以后变体也直接警告", 0)
	s.answers("3警告")
	s.wantCount(s.heard(true), "「加群」的变体已有 3 次被判为违规，以后变体也直接警告。要改回请回复：加词 加群 变体待审", 1)
	s.says(bing, "快来加😊群", 15*time.Minute)
	s.want("strike", `SELECT kind, strike FROM cases WHERE id = 4`, "strike 1")
	s.answers("加词 加群 变体待审")
	s.says(bing, "快来加😊群", 15*time.Minute)
	s.want("review again", `SELECT kind FROM cases WHERE id = 5`, "review")
	s.answers("5警告")
	s.wantCount(s.heard(true), "以后变体也直接警告", 1)
}

func TestARuleThatIsWrongTooOftenIsOnlyRecorded(t *testing.T) {
	s := newStage(t)
	s.set("warning_limit", "9")
	people := []chat.MemberID{jia, yi, bing, jia, yi}
	for _, who := range people {
		s.says(who, "快来加群", 15*time.Minute)
	}
	s.answers("误判 1")
	s.answers("消警告 2") // a favour says nothing of the rule
	s.answers("误判 3")
	s.wantCount(s.heard(true), "只记录、不处理", 0)
	s.says(bing, "快来加群", 15*time.Minute)
	s.answers("误判 4")
	s.wantCount(s.heard(true), "「加群」在本群判过 5 次，误判 3 次，准确 40%，从现在起只记录、不处理。要恢复请回复：加词 加群", 1)
	before := s.read(`SELECT count(*) FROM cases WHERE kind = 'strike'`)
	s.says(bing, "快来加群", 15*time.Minute)
	s.want("no case", `SELECT count(*) FROM cases WHERE kind = 'strike'`, before...)
	s.want("recorded", `SELECT count(*) FROM audit WHERE what = 'recorded only'`, "1")
	s.answers("词库")
	s.wantCount(s.heard(true), "「加群」判过 5 次，误判 3 次，准确 40%，只记录", 1)
	s.answers("加词 加群")
	s.wantCount(s.heard(true), "「加群」恢复处理", 1)
	s.says(bing, "快来加群", 15*time.Minute)
	s.want("a case again", `SELECT count(*) - `+before[0]+` FROM cases WHERE kind = 'strike'`, "1")
}

func TestALinkRuleComesBackByItsSetting(t *testing.T) {
	s := newStage(t)
	s.set("warning_limit", "9")
	for n := range 5 {
		s.says(jia, "看 https://example.com/a", 15*time.Minute)
		s.answers(fmt.Sprintf("误判 %d", n+1))
	}
	s.wantCount(s.heard(true), "「外链」在本群判过 5 次，误判 5 次，准确 0%，从现在起只记录、不处理。要恢复请回复：设置 外链 警告", 1)
	s.says(yi, "看 https://example.com/a", 15*time.Minute)
	s.wantHeard("@乙", 0)
	s.answers("设置 外链 警告")
	s.says(yi, "看 https://example.com/a", 15*time.Minute)
	s.wantHeard("@乙", 1)
}
