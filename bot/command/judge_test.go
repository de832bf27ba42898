package command

import (
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// TestARehearsalTakesNoPass: what a rehearsed review ends in costs no points.
func TestARehearsalTakesNoPass(t *testing.T) {
	for _, c := range []struct {
		name      string
		of, now   bool // the case is of a rehearsal, the room rehearses
		forfeited bool
	}{
		{"for real", false, false, true},
		{"a case of a rehearsal that ended", true, false, false},
		{"the room rehearses by now", false, true, false},
	} {
		for _, verb := range []string{"警告", "踢"} {
			t.Run(c.name+" "+verb, func(t *testing.T) {
				r := activeRoom()
				r.Rehearsal = c.now
				k := decision.Case{
					Kind: decision.CaseReview, State: decision.CaseOpen, Detail: decision.DetailPass, MessageID: "m1", Opened: noon, Rehearsed: c.of,
				}
				d := asked{line: "17" + verb, from: laowang, private: true, room: &r, answer: about(k, strikes(0))}.do(t)
				if got := forfeits(d); got != c.forfeited {
					t.Errorf("forfeited %v, want %v", got, c.forfeited)
				}
			})
		}
	}
}

// TestAPassThatGoesWithARemoval: the removal that takes a pass gives it back when
// it was a mistake; one that has other reasons takes none.
func TestAPassThatGoesWithARemoval(t *testing.T) {
	review := decision.Case{Kind: decision.CaseReview, State: decision.CaseOpen, Detail: decision.DetailPass, MessageID: "m1", Opened: noon}
	under := strikes(0)
	under.Removal = &decision.Case{ID: 9, Kind: decision.CaseStrike, State: decision.CaseWarned, Removal: decision.RemovalAsked, Member: jia, Room: 7}
	late := review
	late.Opened = noon.Add(-25 * time.Hour)
	for name, c := range map[string]struct {
		k     decision.Case
		s     decision.Sanctions
		taken bool
	}{
		"a fresh link":                {review, strikes(0), true},
		"the removal is under way":    {review, under, false},
		"the points are back by now":  {late, strikes(0), false},
		"a review of something other": {decision.Case{Kind: decision.CaseReview, State: decision.CaseOpen, MessageID: "m1", Opened: noon}, strikes(0), false},
	} {
		t.Run(name, func(t *testing.T) {
			d := asked{line: "17踢", from: laowang, private: true, answer: about(c.k, c.s)}.do(t)
			if got := forfeits(d); got != c.taken {
				t.Errorf("forfeited %v, want %v", got, c.taken)
			}
			opened, ok := effect[decision.OpenCase](d)
			if c.s.Removal != nil {
				if ok {
					t.Errorf("opened %+v beside the one that is", opened.Case)
				}
				return
			}
			if k := opened.Case; k.Kind != decision.CaseRemoval || (k.Detail == decision.DetailPass && k.MessageID == "m1") != c.taken {
				t.Errorf("opened %+v", k)
			}
			d = asked{line: "23误判", from: laowang, private: true, answer: about(opened.Case, strikes(0))}.do(t)
			var back decision.UnforfeitPass
			for _, e := range d.Effects {
				if p, ok := e.(decision.Points); ok {
					back, _ = p.Op.(decision.UnforfeitPass)
				}
			}
			if want := (decision.UnforfeitPass{Member: jia, MessageID: "m1", At: noon}); (back == want) != c.taken {
				t.Errorf("gave back %+v", back)
			}
			if words := said(d); len(words) != 1 || words[0] != "private: #23 甲 的移出已撤销。" {
				t.Errorf("said %q", words)
			}
		})
	}
}

// TestOneRemovalForALine: two answers of a line about one member begin one.
func TestOneRemovalForALine(t *testing.T) {
	k := decision.Case{Kind: decision.CaseReview, State: decision.CaseOpen, Opened: noon}
	d := asked{line: "17踢 18踢", from: laowang, private: true, answer: about(k, strikes(0))}.do(t)
	opened := 0
	for _, e := range d.Effects {
		if _, ok := e.(decision.OpenCase); ok {
			opened++
		}
	}
	if opened != 1 {
		t.Errorf("%d removals were opened", opened)
	}
}

// forfeits reports whether a decision takes the points of a pass.
func forfeits(d decision.Decision) bool {
	for _, e := range d.Effects {
		if p, ok := e.(decision.Points); ok {
			if _, ok := p.Op.(decision.ForfeitPass); ok {
				return true
			}
		}
	}
	return false
}

// TestWhoIsAccusedDropsNoReport while another owner could.
func TestWhoIsAccusedDropsNoReport(t *testing.T) {
	other := person(yi)
	other.Role = decision.RoleOwner
	gone := other
	gone.Present = false
	for _, c := range []struct {
		name    string
		staff   []decision.Member
		dropped bool
	}{
		{"the only owner", []decision.Member{person(laowang), person(xiaoli)}, true},
		{"another owner is there", []decision.Member{person(laowang), other}, false},
		{"another owner left", []decision.Member{person(laowang), gone}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := about(decision.Case{Kind: decision.CaseReport, State: decision.CaseOpen}, strikes(0))
			a.Case.Member, a.Staff = laowang, c.staff
			a.Members = map[chat.MemberID]decision.Member{laowang: person(laowang)}
			d := asked{line: "17放过", from: laowang, private: true, answer: a}.do(t)
			if _, got := effect[decision.ChangeCase](d); got != c.dropped {
				t.Errorf("dropped %v, want %v", got, c.dropped)
			}
		})
	}
}

// TestOnlyTheInboxLooksForDoubts: 状态 does not show them.
func TestOnlyTheInboxLooksForDoubts(t *testing.T) {
	for _, r := range table {
		if r.Name != "待办" && r.Name != "状态" {
			continue
		}
		q := r.query(&Context{Request: Request{Places: twoRooms()}})
		if (len(q.Unasked) > 0) != (r.Name == "待办") || len(q.Inbox) != 2 {
			t.Errorf("%s asks %+v", r.Name, q)
		}
	}
}

// TestALineKnowsWhatItDecided: each answer of a line sees everybody's record as
// the earlier ones left it.
func TestALineKnowsWhatItDecided(t *testing.T) {
	campaign := func(id int64) decision.Answer {
		a := about(decision.Case{ID: id, Kind: decision.CaseAlert, State: decision.CaseOpen, Opened: noon}, strikes(0))
		a.Targets = []decision.Member{person(yi)}
		a.Sanctions[yi] = decision.Sanctions{}
		return a
	}
	waits := campaign(18)
	waits.Sanctions[yi] = decision.Sanctions{Removal: &decision.Case{ID: 9, Member: yi, Kind: decision.CaseRemoval, Removal: decision.RemovalAsked}}
	leaving := strikes(0)
	leaving.Removal = &decision.Case{ID: 5, Room: 7, Member: jia, Kind: decision.CaseRemoval, State: decision.CaseOpen, Removal: decision.RemovalAsked}
	removal := about(*leaving.Removal, leaving)
	review := about(decision.Case{ID: 4, Kind: decision.CaseReview, State: decision.CaseOpen, Opened: noon}, leaving)
	third := strikes(2)
	full := about(decision.Case{ID: 20, Kind: decision.CaseReview, State: decision.CaseOpen, Opened: noon}, third)
	for _, tc := range []struct {
		name, line string
		store      map[int64]decision.Answer
		removed    []chat.MemberID
	}{
		{"a party is removed once", "17踢 18踢", map[int64]decision.Answer{17: campaign(17), 18: campaign(18)}, []chat.MemberID{jia, yi}},
		{"a removal that waits is not forgotten", "17放过 18踢", map[int64]decision.Answer{17: campaign(17), 18: waits}, []chat.MemberID{jia}},
		{"a removal that was called off is over", "5误判 4踢", map[int64]decision.Answer{5: removal, 4: review}, []chat.MemberID{jia}},
		{"the last warning is a removal", "20警告 17踢", map[int64]decision.Answer{20: full, 17: about(decision.Case{Kind: decision.CaseReview, State: decision.CaseOpen, Opened: noon}, third)}, nil},
		{"a case is answered once", "17放过 17踢", map[int64]decision.Answer{17: campaign(17)}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			call, _ := Parse(tc.line, "")
			req := Request{
				Call: call, Now: noon, Message: chat.Message{ID: "m", As: []chat.MemberID{laowang}},
				Places: []Place{{Room: activeRoom(), Member: person(laowang)}},
			}
			d, err := Do(req, func(q decision.Query) (decision.Answer, error) { return tc.store[q.Case], nil })
			if err != nil {
				t.Fatal(err)
			}
			var removed []chat.MemberID
			for _, e := range d.Effects {
				if open, ok := e.(decision.OpenCase); ok && open.Case.Kind == decision.CaseRemoval {
					removed = append(removed, open.Case.Member)
				}
			}
			if !slices.Equal(removed, tc.removed) {
				t.Errorf("removals of %v, want %v", removed, tc.removed)
			}
		})
	}
}

// TestARehearsalTellsTheKeeperInPrivate why there is no draw: the room hears
// nothing.
func TestARehearsalTellsTheKeeperInPrivate(t *testing.T) {
	r := activeRoom()
	r.Rehearsal = true
	d := asked{line: "抽奖开 5 1 1小时", from: laowang, room: &r}.do(t)
	if got := said(d); !slices.Equal(got, []string{"private: 群里在演习，积分暂时不能用，结束后再来。"}) {
		t.Errorf("said %q", got)
	}
	if say, _ := effect[decision.Speak](d); say.Say.Rehearsed {
		t.Error("the owner's line is rehearsed")
	}
}

// TestWhatTheNetworkWasAskedIsNotUnasked: the case stays as it is.
func TestWhatTheNetworkWasAskedIsNotUnasked(t *testing.T) {
	k := decision.Case{Kind: decision.CaseRemoval, State: decision.CaseOpen, Removal: decision.RemovalSent}
	for _, line := range []string{"17误判", "误判 17", "消警告 17"} {
		d := asked{line: line, from: laowang, private: true, answer: about(k, strikes(0))}.do(t)
		if got := changes(d); len(got) > 0 || !slices.Contains(said(d), "private: #17 的移出请求已经发出，撤不回了，请等成员名单核对后再答。") {
			t.Errorf("%s: changed %v, said %q", line, got, said(d))
		}
	}
}
