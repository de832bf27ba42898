package data

import (
	"fmt"
	"testing"

	"menshen/bot/decision"
	"menshen/moderation"
)

// sealedHouse has three cases that went through some changes.
func sealedHouse(t *testing.T) *house {
	h := newHouse(t)
	first, other := h.strike(1, jia, 1), h.strike(2, yi, 1)
	other.Case.Evidence = "evil.com"
	first.Case.Findings = []moderation.Finding{{Rule: moderation.RuleKeyword, Word: "刷单", Text: "刷单"}}
	h.apply(first, other, h.strike(3, jia, 2),
		decision.JoinCase{Case: 1, MessageID: "m2", At: h.clock},
		decision.ChangeCase{Case: 1, State: decision.CaseWarned, Appeal: decision.AppealOpen, AppealReason: "看错了", At: h.clock},
		decision.ChangeCase{Case: 2, State: decision.CaseReversed, At: h.clock})
	return h
}

func TestVerifyLocatesAChangedCase(t *testing.T) {
	edits := map[string]int64{
		`UPDATE cases SET state = 'reversed' WHERE id = 1`:                                                             1,
		`UPDATE cases SET member = 4 WHERE id = 3`:                                                                     3,
		`UPDATE cases SET strike = 0 WHERE id = 1`:                                                                     1,
		`UPDATE cases SET expires = expires - 1 WHERE id = 2`:                                                          2,
		`UPDATE cases SET rehearsed = 1 WHERE id = 3`:                                                                  3,
		`UPDATE cases SET appeal_reason = '没看错' WHERE id = 1`:                                                          1,
		`UPDATE cases SET evidence = NULL WHERE id = 1`:                                                                1,
		`UPDATE cases SET reason = evidence, evidence = '' WHERE id = 1`:                                               1,
		`UPDATE cases SET findings = '[]' WHERE id = 1`:                                                                1,
		`UPDATE cases SET salt = NULL WHERE id = 2`:                                                                    2,
		`DELETE FROM cases WHERE id = 2`:                                                                               2,
		`INSERT INTO cases (id, room, member, kind, state, opened, last_hit) VALUES (9, 1, 3, 'strike', 'open', 1, 1)`: 9,
		`DELETE FROM case_seal WHERE n = 4`:                                                                            1,
		`DELETE FROM case_seal WHERE n = (SELECT max(n) FROM case_seal)`:                                               2,
		`UPDATE case_seal SET content = content + 1 WHERE n = 2`:                                                       2,
		`UPDATE case_seal SET at = at + 1 WHERE n = 3`:                                                                 3,
	}
	for edit, want := range edits {
		t.Run(edit, func(t *testing.T) {
			h := sealedHouse(t)
			if found, err := h.Verify(t.Context()); err != nil || len(found) != 0 {
				t.Fatalf("before the edit: %v (%v)", found, err)
			}
			write(t, h.DB, edit)
			found, err := h.Verify(t.Context())
			if err != nil || len(found) == 0 {
				t.Fatalf("the edit was not seen (%v)", err)
			}
			for _, v := range found {
				if v.Case == want {
					return
				}
			}
			t.Errorf("found %v, want case %d", found, want)
		})
	}
}

func TestErasingKeepsTheChain(t *testing.T) {
	h := sealedHouse(t)
	h.record(func(tx *Tx) error {
		_, err := tx.Seen(message("1", jia, "有刷单的找我，手机13812345678", h.clock), true)
		return err
	})
	h.apply(decision.SetMember{Member: jia, Present: ptr(false)},
		decision.Speak{Say: decision.Say{Cause: "m", Kind: decision.SayInbox, Console: true, Case: 1, Text: "甲「有刷单的找我」"}},
		decision.MarkSay{ID: 1, State: decision.SaySending}, decision.MarkSay{ID: 1, State: decision.SaySent})
	k := h.ask(decision.Query{Room: theRoom, Member: jia, Mine: true}).Mine
	if k == nil || fmt.Sprint(k.Names) != "[甲]" || k.Texts != 1 || k.Messages != 1 || k.Days != 1 || len(k.Cases) != 2 {
		t.Errorf("kept %+v", k)
	}
	h.apply(decision.Forget{Member: jia, At: h.clock})
	for _, table := range []string{"message", "cases", "outbox", "member", "audit", "activity"} {
		var left int
		h.view(func(tx *Tx) error {
			columns, err := collect(tx, scanOne[string], `SELECT name FROM pragma_table_info(?1)`, table)
			for _, c := range columns {
				var n int
				q := fmt.Sprintf(`SELECT count(*) FROM %s WHERE CAST(%s AS TEXT) LIKE '%%刷单的%%' OR CAST(%s AS TEXT) LIKE '%%138123%%'`, table, c, c)
				if err := tx.queryRow(q).Scan(&n); err != nil {
					return err
				}
				left += n
			}
			return err
		})
		if left > 0 {
			t.Errorf("%s still holds the text in %d places", table, left)
		}
	}
	k = h.ask(decision.Query{Room: theRoom, Member: jia, Mine: true}).Mine
	if len(k.Names) != 0 || k.Texts != 0 || k.Messages != 1 || k.Days != 0 || len(k.Cases) != 2 || k.Cases[0].Strike != 1 {
		t.Errorf("after erasing: %+v", k)
	}
	if found, err := h.Verify(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("after erasing: %v (%v)", found, err)
	}
	if live := h.sanctions(jia).Live; len(live) != 2 {
		t.Errorf("%d live strikes after erasing, want 2", len(live))
	}
}
