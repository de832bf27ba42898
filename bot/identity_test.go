package bot

import (
	"testing"

	"menshen/bot/decision"
)

// TestALoginAsksOnceForAThousand asks for as many people as one likes: the
// questions stay within the budget, whatever hangs on the answers.
func TestALoginAsksOnceForAThousand(t *testing.T) {
	points := decision.Former{Points: 5}
	namesake := decision.Former{Points: 5, Shared: true}
	warned := decision.Former{Strikes: 1}
	right := decision.Former{Member: decision.Member{Role: decision.RoleDeputy}}
	for _, tt := range []struct {
		name   string
		linked int
		old    decision.Former
		acts   bool
		want   int
	}{
		{"warnings, few members", 12, warned, false, 3},
		{"rights, few members", 12, right, true, 3},
		{"points, few members", 12, points, false, 2},
		{"points and a command, few members", 12, namesake, true, 2},
		{"points of one name, few members", 12, namesake, false, 1},
		{"warnings in a town", 98_516, warned, true, 93},
		{"rights in a town", 98_516, right, false, 93},
		{"points in a town", 98_516, points, true, 47},
		{"points of one name in a town", 98_516, namesake, false, 47},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := decision.Answer{Linked: tt.linked}
			for range 1000 {
				if mayAsk(a, tt.old, tt.acts) {
					a.Asked++
				}
			}
			if a.Asked != tt.want {
				t.Errorf("%d questions, want %d", a.Asked, tt.want)
			}
		})
	}
}

// TestPointsLeaveQuestionsForMore spends what a login may ask for points; rights
// and warnings are still asked for.
func TestPointsLeaveQuestionsForMore(t *testing.T) {
	a := decision.Answer{Linked: 10_000}
	for range 100 {
		if mayAsk(a, decision.Former{Points: 5}, true) {
			a.Asked++
		}
	}
	if !mayAsk(a, decision.Former{Removal: true}, false) {
		t.Errorf("after %d questions for points nothing more may be asked", a.Asked)
	}
}
