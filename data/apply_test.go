package data

import (
	"context"
	"fmt"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

func TestRoomChanges(t *testing.T) {
	h := newHouse(t)
	h.record(func(tx *Tx) error { // through the memory, so that a stale one shows
		if r, ok, err := tx.Room(theRoom); err != nil || !ok || !r.On || r.Bot != theBot || r.BotName != "门卫" {
			t.Errorf("room %+v (%v, %v)", r, ok, err)
		}
		until := h.clock.Add(2 * time.Hour)
		return tx.Apply(
			decision.SetRoom{Room: theRoom, Silent: ptr(true), PausedUntil: &until, Rules: ptr("一、不发广告")},
			decision.SetRoom{Room: theRoom, Rules: ptr("一、不发广告\n二、不发外链")},
			decision.SetSetting{Room: theRoom, Key: "警告次数", Value: "５"},
			decision.SetSetting{Room: theRoom, Key: "rule_link", Value: "提醒"},
			decision.SetSetting{Room: theRoom, Key: "level_names", Value: "新芽,小树"},
			decision.SetMember{Member: theBot, Name: ptr("看门的")})
	})
	h.record(func(tx *Tx) error {
		r, _, err := tx.Room(theRoom)
		if !r.Silent || r.Active(h.clock) || !r.Active(h.clock.Add(3*time.Hour)) || r.BotName != "看门的" {
			t.Errorf("switches %+v", r)
		}
		if r.Rules.Version != 2 || r.Rules.Text != "一、不发广告\n二、不发外链" {
			t.Errorf("rules %+v", r.Rules)
		}
		if r.Settings.WarningLimit != 5 || r.Settings.RuleActions["link"] != "notice" || r.Settings.Values["level_names"] != "新芽,小树" || r.WordsVersion != 1 {
			t.Errorf("settings %+v, words version %d", r.Settings, r.WordsVersion)
		}
		return err
	})
	h.apply(decision.SetSetting{Room: theRoom, Key: "warning_limit"})
	if r := h.room(theRoom); r.Settings.WarningLimit != 3 {
		t.Errorf("limit %d after it was reset", r.Settings.WarningLimit)
	}
	if r := h.room(2); r.Silent || len(r.Settings.RuleActions) != 0 {
		t.Errorf("another room changed: %+v", r)
	}
	h.refused(decision.SetSetting{Room: theRoom, Key: "warning_limit", Value: "99"})
	h.refused(decision.SetRoom{Room: 99, On: ptr(true)})
}

func TestSetMember(t *testing.T) {
	h := newHouse(t)
	joined := h.clock.Add(-time.Hour)
	h.apply(decision.SetMember{
		Member: jia, Role: ptr(decision.RoleDeputy), Trusted: ptr(true), Present: ptr(false), Joined: &joined,
		InvitedBy: ptr(boss), Introduced: ptr(true), RulesRead: ptr(2), Barred: ptr(true), Unreachable: ptr(true), Name: ptr("阿甲"),
	})
	want := decision.Member{
		ID: jia, Room: theRoom, Name: "阿甲", Nick: "甲", Role: decision.RoleDeputy, Trusted: true, Joined: joined,
		Introduced: true, RulesRead: 2, Barred: true, Unreachable: true,
	}
	if got := h.member(jia); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := scalar[int64](t, h.DB, `SELECT left_at FROM member WHERE id = ?1`, jia); got != midday.UnixMilli() {
		t.Errorf("left at %d", got)
	}
	if a := h.ask(decision.Query{Room: theRoom, Barred: true}); len(a.Barred) != 1 || a.Barred[0].ID != jia {
		t.Errorf("black list %+v", a.Barred)
	}
}

func TestSetPresent(t *testing.T) {
	h := newHouse(t)
	h.apply(decision.SetMember{Member: jia, Present: ptr(false)}, decision.SetMember{Member: yi, Present: ptr(false)})
	before := scalar[int](t, h.DB, `SELECT count(*) FROM audit`)
	h.apply(decision.SetPresent{Room: theRoom, Members: []chat.MemberID{boss, jia, bing, 7}, At: h.clock})
	if !h.member(jia).Present || h.member(yi).Present || !h.member(bing).Present {
		t.Error("presence is not what the roster showed")
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM audit`) - before; n != 1 {
		t.Errorf("%d audit rows for one who came back", n)
	}
}

func TestWords(t *testing.T) {
	h := newHouse(t)
	k := moderation.Keyword{
		Word: "刷单", Action: moderation.ActionStrike, Disguised: moderation.ActionReview,
		Variants: []moderation.Variant{moderation.VariantPinyin, moderation.VariantRepeat}, Category: "广告",
	}
	shared := moderation.Keyword{Word: "刷单", Action: moderation.ActionNotice}
	h.apply(
		decision.PutWord{Room: sharedRoom, Keyword: shared},
		decision.PutWord{Room: theRoom, Keyword: k},
		decision.PutWord{Room: theRoom, Keyword: moderation.Keyword{Word: "加群"}},
		decision.DropWord{Room: theRoom, Word: "加群"},
		decision.Allow{Room: theRoom, Value: "刷单词"},
		decision.Allow{Room: theRoom, Host: true, Value: "example.com"},
		decision.Allow{Room: theRoom, Host: true, Value: "example.org"},
		decision.Allow{Room: theRoom, Host: true, Value: "example.org", Remove: true})
	w := h.ask(decision.Query{Room: theRoom, Words: true}).Words
	if fmt.Sprint(w) != fmt.Sprint(decision.Words{Keywords: []moderation.Keyword{k}, Phrases: []string{"刷单词"}, Hosts: []string{"example.com"}}) {
		t.Errorf("words %+v", w)
	}
	if w := h.ask(decision.Query{Room: 2, Words: true}).Words; len(w.Keywords) != 1 || w.Keywords[0].Action != moderation.ActionNotice {
		t.Errorf("words of another room %+v", w)
	}
	if a, b := h.room(theRoom).WordsVersion, h.room(2).WordsVersion; a != 8 || b != 1 {
		t.Errorf("versions %d and %d, want 8 and 1", a, b)
	}
}

func TestChoice(t *testing.T) {
	h := newHouse(t)
	actor := decision.Actor{Member: boss}
	for _, options := range [][]string{{"旧"}, {"警告 #3", "警告 #4"}} {
		h.apply(decision.OpenChoice{Room: theRoom, Actor: actor, Options: options, Until: h.clock.Add(time.Minute)})
	}
	c := h.ask(decision.Query{Room: theRoom, Choice: actor}).Choice
	if c == nil || len(c.Options) != 2 || c.Options[1] != "警告 #4" || !c.Until.Equal(h.clock.Add(time.Minute)) {
		t.Errorf("choice %+v", c)
	}
	if c := h.ask(decision.Query{Room: theRoom, Choice: decision.Actor{Member: jia}}).Choice; c != nil {
		t.Errorf("somebody else can choose: %+v", c)
	}
	h.apply(decision.CloseChoice{Room: theRoom, Actor: actor})
	if c := h.ask(decision.Query{Room: theRoom, Choice: actor}).Choice; c != nil {
		t.Errorf("choice after closing: %+v", c)
	}
}

func TestEffectsLeaveAuditRows(t *testing.T) {
	actor := decision.Actor{Member: boss}
	tests := []struct {
		what   string
		effect decision.Effect
	}{
		{"case join", decision.JoinCase{Case: 1, MessageID: "m2", At: midday}},
		{"case change", decision.ChangeCase{Case: 1, State: decision.CaseReversed, Actor: actor, At: midday}},
		{"member change", decision.SetMember{Member: jia, Trusted: ptr(true), Actor: actor}},
		{"room change", decision.SetRoom{Room: theRoom, On: ptr(false), Actor: actor}},
		{"setting", decision.SetSetting{Room: theRoom, Key: "zone", Value: "Asia/Tokyo", Actor: actor}},
		{"word put", decision.PutWord{Room: theRoom, Keyword: moderation.Keyword{Word: "刷单"}, Actor: actor}},
		{"word drop", decision.DropWord{Room: theRoom, Word: "刷单", Actor: actor}},
		{"allow host put", decision.Allow{Room: theRoom, Host: true, Value: "example.com", Actor: actor}},
		{"choice open", decision.OpenChoice{Room: theRoom, Actor: actor}},
		{"choice close", decision.CloseChoice{Room: theRoom, Actor: actor}},
		{"command without right", decision.Note{Room: theRoom, Actor: actor, What: "command without right"}},
		{"outbox move", decision.MoveSays{Room: theRoom, From: time.Time{}, To: midday}},
		{"outbox cancel", decision.CancelSays{Case: 1}},
		{"outbox failed", decision.MarkSay{ID: 2, State: decision.SayFailed}},
		{"outbox recall", decision.TakeBack{Case: 2}},
	}
	h := newHouse(t)
	h.apply(h.strike(1, jia, 1),
		decision.Speak{Say: decision.Say{Cause: "m", Kind: decision.SayWarning, Room: theRoom, Case: 1}},
		decision.Speak{Say: decision.Say{Cause: "m", Kind: decision.SayAnswer, Room: theRoom}},
		decision.Speak{Say: decision.Say{Cause: "n", Kind: decision.SayWarning, Room: theRoom, Case: 2}},
		decision.MarkSay{ID: 3, State: decision.SaySent, MessageID: "9"})
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			h.apply(tt.effect)
			if got := scalar[string](t, h.DB, `SELECT what FROM audit ORDER BY id DESC LIMIT 1`); got != tt.what {
				t.Errorf("audit row %q", got)
			}
		})
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM audit WHERE actor = ?1`, boss); n != 10 {
		t.Errorf("%d rows name the boss, want 10", n)
	}
}

func TestAnUnknownEffectIsRefused(t *testing.T) {
	h := newHouse(t)
	h.refused(nil)
	if err := h.Write(context.Background(), func(*Tx) error { return nil }); err != nil {
		t.Errorf("the store is stuck: %v", err)
	}
}
