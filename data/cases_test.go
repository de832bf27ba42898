package data

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

func TestCaseNumbers(t *testing.T) {
	h := newHouse(t)
	h.refused(h.strike(2, jia, 1))
	h.apply(h.strike(1, jia, 1), h.strike(2, yi, 1))
	h.refused(h.strike(2, jia, 2))
	write(t, h.DB, `DELETE FROM cases WHERE id = 2`)
	h.mem.drop()
	if got := h.sanctions(jia).NextCase; got != 3 {
		t.Errorf("next case %d, want 3: a number is never given twice", got)
	}
	h.record(func(tx *Tx) error { // within one transaction, after a rolled back part
		if err := tx.Nested(func() error {
			if err := tx.Apply(h.strike(3, jia, 2)); err != nil {
				return err
			}
			return errNoRow
		}); err == nil {
			t.Error("the part was kept")
		}
		s, err := tx.Sanctions(jia, h.clock)
		if s.NextCase != 3 || len(s.Live) != 1 {
			t.Errorf("after the rolled back part: %+v", s)
		}
		return err
	})
}

func TestCaseKeepsEverything(t *testing.T) {
	h := newHouse(t)
	want := decision.Case{
		ID: 1, Room: theRoom, Member: jia, Kind: decision.CaseReport, State: decision.CaseOpen, Removal: decision.RemovalAsked,
		RemovalAt: midday, Appeal: decision.AppealOpen, Strike: 2, Opened: midday, Expires: midday.Add(time.Hour), MessageID: "m",
		Evidence: "有刷单的找我", Hits: 2, Findings: []moderation.Finding{{Rule: moderation.RuleKeyword, Word: "刷单", Start: 1, End: 3, Text: "刷单", Why: []string{"x"}}},
		Reason: "r", AppealReason: "a", Detail: "d", Other: yi,
	}
	h.apply(decision.OpenCase{Case: want})
	got := h.ask(decision.Query{Case: 1}).Case
	if got == nil || len(got.Findings) != 1 || got.Findings[0].Text != "刷单" {
		t.Fatalf("got %+v", got)
	}
	got.Findings, want.Findings = nil, nil
	if got.Opened != want.Opened || got.RemovalAt != want.RemovalAt || got.Expires != want.Expires || got.Evidence != want.Evidence ||
		got.Other != want.Other || got.Detail != want.Detail || got.AppealReason != "a" || got.Hits != 2 {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if h.ask(decision.Query{Case: 2}).Case != nil {
		t.Error("a case that does not exist was found")
	}
}

func TestPersonalDataIsNotStoredInClear(t *testing.T) {
	h := newHouse(t)
	open := h.strike(1, jia, 0)
	open.Case.Evidence = ""
	open.Case.Findings = []moderation.Finding{{Rule: moderation.RulePersonal, Text: "13812345678"}}
	h.apply(open)
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM cases WHERE findings LIKE '%1381234%'`); n != 0 {
		t.Error("a phone number is in the database")
	}
}

func TestSanctions(t *testing.T) {
	h := newHouse(t)
	expired, reversed, rehearsed := h.strike(1, jia, 1), h.strike(2, jia, 1), h.strike(3, jia, 1)
	expired.Case.Expires = h.clock
	rehearsed.Case.Rehearsed = true
	forever := h.strike(5, jia, 2)
	forever.Case.Expires = time.Time{}
	h.apply(expired, reversed, rehearsed, h.strike(4, jia, 1), forever, h.strike(6, yi, 1),
		decision.ChangeCase{Case: 2, State: decision.CaseReversed, At: h.clock},
		decision.JoinCase{Case: 5, MessageID: "m9", At: h.clock.Add(5 * time.Second), Findings: []moderation.Finding{{Rule: moderation.RuleLink}}},
		decision.Speak{Say: decision.Say{Cause: "m", Kind: decision.SayWarning, Room: theRoom, Case: 5}},
		decision.ChangeCase{Case: 5, Removal: decision.RemovalRequested, At: h.clock.Add(time.Second)})
	s := h.sanctions(jia)
	if len(s.Live) != 2 || s.Live[0].ID != 4 || s.Live[1].ID != 5 || s.NextCase != 7 {
		t.Errorf("live %+v, next %d", s.Live, s.NextCase)
	}
	if len(s.Rehearsed) != 1 || s.Rehearsed[0].ID != 3 || s.LastRehearsed == nil || s.LastRehearsed.Case.ID != 3 {
		t.Errorf("rehearsed %+v, last %+v", s.Rehearsed, s.LastRehearsed)
	}
	if r := s.In(true); len(r.Live) != 3 || r.Live[0].ID != 3 || r.Last.Case.ID != 5 || len(s.In(false).Live) != 2 {
		t.Errorf("in a rehearsal %+v", r)
	}
	if s.Last == nil || s.Last.Case.ID != 5 || s.Last.Case.Hits != 2 || len(s.Last.Case.Findings) != 1 ||
		!s.Last.LastAt.Equal(h.clock.Add(5*time.Second)) || s.Last.Notice != decision.SayPending {
		t.Errorf("last %+v", s.Last)
	}
	if s.Removal == nil || s.Removal.ID != 5 || !s.Removal.RemovalAt.Equal(h.clock.Add(time.Second)) {
		t.Errorf("removal %+v", s.Removal)
	}
	if s := h.sanctions(bing); len(s.Live) != 0 || s.Last != nil || s.Removal != nil {
		t.Errorf("a clean member has %+v", s)
	}
	a := h.ask(decision.Query{Room: theRoom, Warned: true})
	if len(a.Warned) != 2 || a.Warned[0].Member.ID != jia || a.Warned[0].Strikes != 2 || !a.Warned[0].Expires.Equal(h.clock.AddDate(0, 0, 30)) {
		t.Errorf("warned %+v", a.Warned)
	}
}

func TestChangeCaseLeavesTheRest(t *testing.T) {
	h := newHouse(t)
	h.apply(h.strike(1, jia, 1),
		decision.ChangeCase{Case: 1, Appeal: decision.AppealOpen, AppealReason: "看错了", At: h.clock},
		decision.ChangeCase{Case: 1, State: decision.CaseWarned, At: h.clock},
		decision.ChangeCase{Case: 1, Removal: decision.RemovalAsked, At: h.clock.Add(time.Minute)},
		decision.ChangeCase{Case: 1, Strike: 3, Expires: h.clock.Add(time.Hour), At: h.clock.Add(time.Hour)})
	c := h.ask(decision.Query{Case: 1}).Case
	if c.State != decision.CaseWarned || c.Appeal != decision.AppealOpen || c.AppealReason != "看错了" || c.Strike != 3 ||
		c.Kind != decision.CaseStrike || c.Removal != decision.RemovalAsked || !c.RemovalAt.Equal(h.clock.Add(time.Minute)) {
		t.Errorf("case %+v", c)
	}
	h.refused(decision.ChangeCase{Case: 9, State: decision.CaseWarned})
	h.refused(decision.JoinCase{Case: 9})
}

func TestInboxAndRemovals(t *testing.T) {
	h := newHouse(t)
	kinds := []struct {
		kind    decision.CaseKind
		state   decision.CaseState
		removal decision.RemovalState
		appeal  decision.AppealState
		inbox   bool
	}{
		{decision.CaseReview, decision.CaseOpen, "", "", true},
		{decision.CaseReview, decision.CaseDropped, "", "", false},
		{decision.CaseStrike, decision.CaseOpen, "", "", false},
		{decision.CaseStrike, decision.CaseWarned, "", decision.AppealOpen, true},
		{decision.CaseStrike, decision.CaseWarned, decision.RemovalAsked, "", true},
		{decision.CaseStrike, decision.CaseWarned, decision.RemovalFailed, "", true},
		{decision.CaseStrike, decision.CaseWarned, decision.RemovalSent, "", false},
		{decision.CaseRedemption, decision.CaseOpen, "", "", true},
		{decision.CaseIdentity, decision.CaseAgreed, "", "", false},
	}
	var want []int64
	for i, k := range kinds {
		id := int64(i + 1)
		h.apply(decision.OpenCase{Case: decision.Case{ID: id, Room: theRoom, Member: jia, Kind: k.kind, State: k.state, Removal: k.removal, Appeal: k.appeal}})
		if k.inbox {
			want = append(want, id)
		}
	}
	h.apply(decision.OpenCase{Case: decision.Case{ID: 10, Room: 2, Member: 7, Kind: decision.CaseReview, State: decision.CaseOpen}},
		decision.Speak{Say: decision.Say{Cause: "case 7", Kind: decision.AskRemove, Room: theRoom, Member: jia, Case: 7}})
	a := h.ask(decision.Query{Room: theRoom, Inbox: []chat.RoomID{theRoom}, Removals: true})
	var got []int64
	for _, c := range a.Inbox {
		got = append(got, c.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("inbox %v, want %v", got, want)
	}
	if len(a.Removals) != 3 || len(a.Asks) != 1 || a.Asks[7].Say.Member != jia {
		t.Errorf("removals %+v asks %+v", a.Removals, a.Asks)
	}
}

// TestACampaignKnowsEverybody lets more people join a campaign than a case
// keeps findings.
func TestACampaignKnowsEverybody(t *testing.T) {
	h := newHouse(t)
	campaign := func(who, before int64) moderation.Finding {
		return moderation.Finding{Rule: moderation.RuleCampaign, Action: moderation.ActionReview, With: []int64{before, who}}
	}
	h.apply(decision.OpenCase{Case: decision.Case{
		ID: 1, Room: theRoom, Member: jia, Kind: decision.CaseReview, State: decision.CaseOpen, Opened: h.clock,
		Findings: []moderation.Finding{{Rule: moderation.RuleKeyword, Word: "兼职"}, campaign(int64(jia), 100)},
	}})
	const joiners = 2 * mostFindings
	for n := range int64(joiners) {
		h.apply(decision.JoinCase{Case: 1, At: h.clock, MessageID: fmt.Sprint("j", n), Findings: []moderation.Finding{
			{Rule: moderation.RuleKeyword, Word: "兼职"}, campaign(101+n, 100+n),
		}})
	}
	h.view(func(tx *Tx) error {
		c, err := tx.caseByID(1)
		if err != nil {
			return err
		}
		if got := c.Party(); len(got) != joiners+1 || got[joiners] != 100+joiners {
			t.Errorf("%d people are in it: %v", len(got), got)
		}
		if len(c.Findings) > mostFindings || c.Hits != joiners+1 {
			t.Errorf("%d findings of %d messages", len(c.Findings), c.Hits)
		}
		return nil
	})
}
