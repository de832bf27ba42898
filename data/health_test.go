package data

import (
	"slices"
	"testing"
	"time"

	"menshen/bot/decision"
	"menshen/moderation"
)

// TestHealthCountsWhatPeopleSaid: standing strikes and upheld reviews are
// right, what was taken back or dismissed is wrong, open reviews are neither.
func TestHealthCountsWhatPeopleSaid(t *testing.T) {
	h := newHouse(t)
	word := func(w string, tier moderation.Tier, a moderation.Action) moderation.Finding {
		return moderation.Finding{Rule: moderation.RuleKeyword, Word: w, Tier: tier, Action: a, In: moderation.FieldText}
	}
	plain, guess := word("刷单", moderation.TierExact, moderation.ActionStrike), word("刷单", moderation.TierDisguised, moderation.ActionReview)
	link := moderation.Finding{Rule: moderation.RuleLink, Action: moderation.ActionStrike, In: moderation.FieldText}
	quoted, noticed := plain, plain
	quoted.In, noticed.Action = moderation.FieldQuoted, moderation.ActionNotice
	for i, row := range []struct {
		kind      decision.CaseKind
		rehearsed bool
		findings  []moderation.Finding
		after     decision.ChangeCase
	}{
		{kind: decision.CaseStrike, findings: []moderation.Finding{plain, plain, link}},
		{kind: decision.CaseStrike, findings: []moderation.Finding{plain}, after: decision.ChangeCase{State: decision.CaseReversed}},
		{kind: decision.CaseStrike, findings: []moderation.Finding{plain}, after: decision.ChangeCase{State: decision.CaseReversed, Reason: decision.ReasonLifted}},
		{kind: decision.CaseReview, findings: []moderation.Finding{guess}, after: decision.ChangeCase{Kind: decision.CaseStrike, State: decision.CaseOpen}},
		{kind: decision.CaseReview, findings: []moderation.Finding{guess}, after: decision.ChangeCase{State: decision.CaseDropped}},
		{kind: decision.CaseReview, findings: []moderation.Finding{guess}},
		{kind: decision.CaseReview, findings: []moderation.Finding{guess}, after: decision.ChangeCase{State: decision.CaseSettled}},
		{kind: decision.CaseStrike, findings: []moderation.Finding{quoted}},
		{kind: decision.CaseStrike, findings: []moderation.Finding{noticed}},
		{kind: decision.CaseStrike, findings: []moderation.Finding{plain}, rehearsed: true},
	} {
		open := h.strike(int64(i+1), jia, 1)
		open.Case.Kind, open.Case.Findings, open.Case.Rehearsed = row.kind, row.findings, row.rehearsed
		h.apply(open)
		if row.after != (decision.ChangeCase{}) {
			row.after.Case, row.after.At = int64(i+1), h.clock
			h.apply(row.after)
		}
	}
	want := []decision.RuleHealth{
		{Rule: moderation.RuleKeyword, Word: "刷单", Hits: 7, Right: 3, Wrong: 2, Guesses: 1}, {Rule: moderation.RuleLink, Hits: 1, Right: 1},
	}
	if got := h.ask(decision.Query{Room: theRoom, Health: true}).Health; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	h.apply(decision.Restore(theRoom, moderation.RuleKeyword, "刷单", h.clock, decision.Actor{})...)
	if got := h.ask(decision.Query{Room: theRoom, Health: true}).Health; !slices.Equal(got, want[1:]) {
		t.Errorf("counted anew: %+v", got)
	}
}

func TestVitalsCountRulesThatAreOnlyRecorded(t *testing.T) {
	h := newHouse(t)
	h.apply(decision.Retire(theRoom, moderation.RuleLink, "", h.clock)...)
	h.apply(decision.Retire(theRoom, moderation.RuleKeyword, "刷单", h.clock.Add(time.Second))...)
	v, err := h.Vitals(t.Context())
	if err != nil || v.Rooms[0].Retired != 2 || v.Rooms[1].Retired != 0 {
		t.Errorf("%+v, %v", v.Rooms, err)
	}
}
