package data

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

func message(id string, from chat.MemberID, text string, at time.Time) chat.Message {
	return chat.Message{ID: id, Room: theRoom, From: from, Kind: chat.KindText, Text: text, Time: at}
}

// evening is a batch of which every message has effects.
func (h *house) evening(tx *Tx) error {
	for i, m := range []chat.Message{
		message("1", jia, "有刷单的找我，日结", h.clock),
		message("2", yi, "大家晚上好呀", h.clock),
		message("3", bing, "签到", h.clock),
	} {
		old, err := tx.Seen(m, true)
		if err != nil || old {
			return err
		}
		next, err := tx.nextCase()
		if err != nil {
			return err
		}
		open := h.strike(next, m.From, 1)
		err = tx.Apply(open,
			decision.Speak{Say: decision.Say{Cause: m.ID, Kind: decision.SayWarning, Room: theRoom, Case: next, Text: "警告"}},
			decision.Speak{Say: decision.Say{Cause: m.ID, Kind: decision.SayInbox, Room: theRoom, ToOwners: true, Text: fmt.Sprint(i)}},
			decision.SetMember{Member: m.From, Introduced: ptr(true)})
		if err != nil {
			return err
		}
	}
	return nil
}

// dump returns every row of every table that the road writes.
func (h *house) dump() string {
	h.t.Helper()
	var all string
	for _, table := range []string{"message", "activity", "cases", "outbox", "audit", "member", "room", "session"} {
		h.view(func(tx *Tx) error {
			rows, err := tx.query(`SELECT * FROM ` + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new(any)
				}
				if err := rows.Scan(values...); err != nil {
					return err
				}
				all += table
				for i, v := range values {
					if columns[i] != "salt" && columns[i] != "commitment" { // these are drawn by lot
						all += fmt.Sprintf(" %v", *v.(*any))
					}
				}
				all += "\n"
			}
			return rows.Err()
		})
	}
	return all
}

func TestReplayOfABatchChangesNothing(t *testing.T) {
	h := newHouse(t)
	b := chat.Batch{Session: login, Cursor: []byte("cursor-1")}
	if err := h.Record(t.Context(), b, h.evening); err != nil {
		t.Fatal(err)
	}
	first := h.dump()
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM cases`); n != 3 {
		t.Fatalf("%d cases, want 3", n)
	}
	for range 3 {
		if err := h.Record(t.Context(), b, h.evening); err != nil {
			t.Fatal(err)
		}
		h.mem.drop() // as after a restart
	}
	if again := h.dump(); again != first {
		t.Errorf("a replay changed the record:\n%s\nwas\n%s", again, first)
	}
}

func TestCursorIsStoredWithTheEffects(t *testing.T) {
	h := newHouse(t)
	boom := errors.New("boom")
	b := chat.Batch{Session: login, Cursor: []byte("cursor-1")}
	err := h.Record(t.Context(), b, func(tx *Tx) error { return errors.Join(h.evening(tx), boom) })
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM message`); n != 0 {
		t.Errorf("%d messages of a failed batch stored", n)
	}
	if n := scalar[int](t, h.DB, `SELECT count(*) FROM session WHERE cursor IS NOT NULL`); n != 0 {
		t.Error("the cursor of a failed batch was stored")
	}
	if err := h.Record(t.Context(), b, h.evening); err != nil {
		t.Fatal(err)
	}
	if got := scalar[string](t, h.DB, `SELECT CAST(cursor AS TEXT) FROM session`); got != "cursor-1" {
		t.Errorf("cursor %q", got)
	}
	b.Session = "somebody else's"
	if err := h.Record(t.Context(), b, h.evening); !errors.Is(err, ErrNoSession) {
		t.Errorf("a batch of an unknown session: %v", err)
	}
}

func TestMessageIDsAreScopedByAccount(t *testing.T) {
	h := newHouse(t)
	write(t, h.DB, `INSERT INTO account (id, uin, simulated, created) VALUES (8, '456', 1, 1)`)
	write(t, h.DB, `INSERT INTO session (id, account, started) VALUES ('session-b', 8, 1)`)
	for _, tt := range []struct {
		session string
		want    bool
	}{{login, false}, {login, true}, {"session-b", false}} {
		err := h.Record(t.Context(), chat.Batch{Session: tt.session}, func(tx *Tx) error {
			old, err := tx.Seen(message("1", jia, "早", midday), false)
			if old != tt.want {
				t.Errorf("%s: seen before: %v", tt.session, old)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSeenCountsPerLocalDay(t *testing.T) {
	h := newHouse(t)
	late := time.Date(2026, 9, 1, 15, 59, 59, 0, time.UTC) // 23:59:59 in Shanghai
	h.record(func(tx *Tx) error {
		for i, m := range []chat.Message{
			message("1", jia, "早", late), message("2", jia, "今天的书真好看", late), message("3", jia, "good morning all", late.Add(time.Second)),
		} {
			if _, err := tx.Seen(m, i != 1); err != nil {
				return err
			}
		}
		m, _, err := tx.Member(jia)
		if m.Substantive != 2 {
			t.Errorf("%d substantive messages in the transaction, want 2", m.Substantive)
		}
		return err
	})
	for day, want := range map[int]string{20260901: "2/1", 20260902: "1/1"} {
		if got := scalar[string](t, h.DB, `SELECT messages || '/' || substantive FROM activity WHERE day = ?1`, day); got != want {
			t.Errorf("day %d: %s, want %s", day, got, want)
		}
	}
	if got := scalar[string](t, h.DB, `SELECT group_concat(coalesce(text, '-')) FROM message`); got != "早,-,good morning all" {
		t.Errorf("kept %q", got)
	}
}

func TestPastAndTexts(t *testing.T) {
	h := newHouse(t)
	h.record(func(tx *Tx) error {
		for i := range 6 {
			m := message(fmt.Sprint(i), jia, fmt.Sprint("第", i), h.clock.Add(time.Duration(i)*time.Second))
			if i == 5 {
				m.From = yi
			}
			if _, err := tx.Seen(m, i != 4); err != nil {
				return err
			}
		}
		return nil
	})
	a := h.ask(decision.Query{Room: theRoom, Member: jia, Past: 3, Texts: 10, Since: h.clock.Add(time.Second)})
	if len(a.Past) != 3 || a.Past[0].ID != "2" || a.Past[2].ID != "4" || a.Past[2].Text != "" {
		t.Errorf("past: %+v", a.Past)
	}
	if len(a.Texts) != 4 || a.Texts[0].ID != "1" || a.Texts[3].Member != yi {
		t.Errorf("texts: %+v", a.Texts)
	}
}

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

func TestMemoryForgetsWhatWasRolledBack(t *testing.T) {
	h := newHouse(t)
	h.refused(decision.SetMember{Member: jia, Trusted: ptr(true)}, decision.SetMember{Member: 99, Trusted: ptr(true)})
	h.record(func(tx *Tx) error {
		m, _, err := tx.Member(jia)
		if m.Trusted {
			t.Error("a rolled back change was remembered")
		}
		return err
	})
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

// Readers remember rooms; a change is seen by the next reader all the same.
func TestReadersSeeAChangedRoom(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		limit := i + 1
		h.apply(decision.SetSetting{Room: theRoom, Key: "warning_limit", Value: fmt.Sprint(limit)})
		for range 2 {
			if got := h.room(theRoom).Settings.WarningLimit; got != limit {
				t.Fatalf("limit %d, want %d", got, limit)
			}
		}
		h.refused(decision.SetSetting{Room: theRoom, Key: "warning_limit", Value: "9"}, decision.SetRoom{Room: 99})
	}
	h.apply(decision.SetMember{Member: theBot, Name: ptr("新门神")})
	if got := h.room(theRoom).BotName; got != "新门神" {
		t.Errorf("name %q", got)
	}
}

// The writer remembers what members said lately; it must say what is stored.
func TestPastIsRememberedAsStored(t *testing.T) {
	h := newHouse(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		at := h.clock.Add(time.Duration(i*7+rng.IntN(20)) * time.Second) // sometimes out of order
		since := at.Add(-10 * time.Minute)
		who := []chat.MemberID{jia, yi}[rng.IntN(2)]
		err := h.Record(t.Context(), chat.Batch{Session: login}, func(tx *Tx) error {
			if _, err := tx.Seen(message(fmt.Sprint(i), who, fmt.Sprint("第", i), at), rng.IntN(3) > 0); err != nil {
				return err
			}
			got, err := tx.past(who, since, 40)
			if err != nil {
				return err
			}
			want, err := tx.pastStored(who, since, 40)
			if err != nil {
				return err
			}
			if !slices.Equal(got, want) {
				t.Fatalf("message %d: remembered\n%v\nstored\n%v", i, got, want)
			}
			if rng.IntN(20) == 0 {
				return errNoRow // rolled back: nobody said it
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNoRow) {
			t.Fatal(err)
		}
	}
}
