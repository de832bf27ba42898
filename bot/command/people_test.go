package command

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

func TestBindingInPrivateListsTheSendersRooms(t *testing.T) {
	places := twoRooms()
	for i := range places {
		places[i].Room.On, places[i].Member.Role = false, decision.RoleMember
	}
	a := asked{line: "认主 12345678", from: laowang, private: true, places: places, code: CodeWrong, answer: decision.Answer{Picked: 7}}
	if d := a.do(t); d.Effects != nil {
		t.Errorf("a wrong code lists rooms: %+v", d.Effects)
	}
	a.code = CodeRight
	d := a.do(t)
	open, ok := effect[decision.OpenChoice](d)
	if !ok || len(open.Options) != 2 {
		t.Fatalf("asked %+v", d.Effects)
	}
	a.code, a.line, a.answer.Choice = CodeNone, "选2", &decision.Choice{Options: open.Options, Until: open.Until}
	d = a.do(t)
	set, ok := effect[decision.SetMember](d)
	if !ok || set.Member != 9 || set.Role == nil || *set.Role != decision.RoleOwner {
		t.Errorf("bound %+v", d.Effects)
	}
	if on, ok := effect[decision.SetRoom](d); !ok || on.Room != 8 || on.On == nil || !*on.On {
		t.Errorf("switched %+v", d.Effects)
	}
}

func TestHandOverNeedsTheOthersYes(t *testing.T) {
	a := asked{line: "交接 @乙", from: laowang, answer: targets(yi)}
	d := a.do(t)
	open, ok := effect[decision.OpenChoice](d)
	if !ok || open.Actor.Member != yi {
		t.Fatalf("asked %+v", d.Effects)
	}
	if _, early := effect[decision.SetMember](d); early {
		t.Error("handed over without a yes")
	}
	a = asked{line: "选1", from: yi, answer: decision.Answer{Choice: &decision.Choice{Options: open.Options, Until: open.Until}}}
	roles := map[chat.MemberID]decision.Role{}
	for _, e := range a.do(t).Effects {
		if s, ok := e.(decision.SetMember); ok {
			roles[s.Member] = *s.Role
		}
	}
	if roles[yi] != decision.RoleOwner || roles[laowang] != decision.RoleDeputy {
		t.Errorf("roles %v", roles)
	}
	a.line = "选2"
	if _, given := effect[decision.SetMember](a.do(t)); given {
		t.Error("handed over after a no")
	}
}

func TestCode(t *testing.T) {
	later := noon.Add(CodeLife)
	for name, tc := range map[string]struct {
		tries []string
		at    time.Time
		want  CodeAnswer
	}{
		"right":               {[]string{"12345678"}, noon, CodeRight},
		"full width":          {[]string{"１２３４５６７８"}, noon, CodeRight},
		"wrong":               {[]string{"12345679"}, noon, CodeWrong},
		"right after four":    {[]string{"1", "2", "3", "4", "12345678"}, noon, CodeRight},
		"void after five":     {[]string{"1", "2", "3", "4", "5", "12345678"}, noon, CodeNone},
		"used up":             {[]string{"12345678", "12345678"}, noon, CodeNone},
		"in the last second":  {[]string{"12345678"}, later.Add(-time.Second), CodeRight},
		"after ten minutes":   {[]string{"12345678"}, later, CodeNone},
		"letters are no code": {[]string{"1234567x"}, noon, CodeWrong},
	} {
		t.Run(name, func(t *testing.T) {
			var c Code
			c.Open("12345678", noon)
			var got CodeAnswer
			for _, typed := range tc.tries {
				got = c.Try(typed, true, tc.at)
			}
			if got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
	var none Code
	if none.Try("", true, noon) != CodeNone {
		t.Error("no code was open")
	}
}
