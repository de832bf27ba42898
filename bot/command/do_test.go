package command

import (
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

var noon = time.Date(2026, 9, 30, 4, 0, 0, 0, time.UTC)

// The people of the tests.
const (
	laowang chat.MemberID = 1 // owner
	xiaoli  chat.MemberID = 2 // deputy
	jia     chat.MemberID = 3
	yi      chat.MemberID = 4
)

func person(id chat.MemberID) decision.Member {
	names := map[chat.MemberID]string{laowang: "老王", xiaoli: "小李", jia: "甲", yi: "乙"}
	m := decision.Member{ID: id, Room: 7, Name: names[id], Present: true}
	switch id {
	case laowang:
		m.Role = decision.RoleOwner
	case xiaoli:
		m.Role = decision.RoleDeputy
	}
	return m
}

func activeRoom() decision.Room {
	s := decision.DefaultSettings()
	s.Transfers, s.RedPackets, s.Draws, s.Passes = true, true, true, true
	return decision.Room{ID: 7, Name: "羽毛球", On: true, BotName: "小助手", Settings: s}
}

// asked is one line, who types it and what the store answers.
type asked struct {
	line    string
	from    chat.MemberID
	private bool
	console bool
	room    *decision.Room
	places  []Place
	answer  decision.Answer
	can     bool
	code    CodeAnswer
	quoted  string
	keyword moderation.Keyword // what the room judges by
	health  text.Health
}

// do decides a line as the road would.
func (a asked) do(t *testing.T) decision.Decision {
	t.Helper()
	call, ok := Parse(a.line, "小助手")
	if !ok {
		t.Fatalf("%q is no command", a.line)
	}
	room := activeRoom()
	if a.room != nil {
		room = *a.room
	}
	m := chat.Message{ID: "m1", Room: room.ID, From: a.from, Kind: chat.KindText, Text: a.line, Quoted: a.quoted}
	place := Place{Room: room}
	if !a.console {
		place.Member = person(a.from)
	}
	if a.private || a.console {
		m.Room, m.From, m.As, m.Console = 0, 0, []chat.MemberID{a.from}, a.console
	}
	places := a.places
	if places == nil {
		places = []Place{place}
	}
	req := Request{
		Call: call, Message: m, Places: places, Now: noon, Code: a.code, KeepDays: 7, Can: chat.Capabilities{Remove: a.can},
		Keyword: func(_ chat.RoomID, word string) (moderation.Keyword, bool, error) {
			return a.keyword, a.keyword.Word == word, nil
		},
		FileWords: func() []string { return []string{"代写"} }, FilePhrases: func() []string { return nil }, Health: a.health,
		Judge: func(chat.RoomID, moderation.Message) (moderation.Verdict, error) {
			return moderation.Verdict{Action: moderation.ActionStrike, Findings: []moderation.Finding{
				{Rule: moderation.RuleKeyword, Word: "加群", Text: "加群", In: moderation.FieldText, Start: 2, End: 4, Action: moderation.ActionStrike},
			}}, nil
		},
	}
	d, err := Do(req, func(decision.Query) (decision.Answer, error) { return a.answer, nil })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// said lists the sentences of a decision with where they go.
func said(d decision.Decision) []string {
	var all []string
	for _, e := range d.Effects {
		s, ok := e.(decision.Speak)
		if !ok {
			continue
		}
		to := "group"
		switch {
		case s.Say.ToOwners:
			to = "owners"
		case s.Say.Console:
			to = "console"
		case s.Say.Kind == decision.AskRemove:
			to = "network"
		case s.Say.Member != 0:
			to = "private"
		}
		all = append(all, to+": "+s.Say.Text)
		if s.Say.Kind == decision.SayWhisper && len(s.Say.Parts) > 0 {
			all = append(all, "then group: "+s.Say.Parts[0])
		}
	}
	return all
}

// effect returns the first effect of a type.
func effect[E decision.Effect](d decision.Decision) (e E, ok bool) {
	for _, any := range d.Effects {
		if e, ok := any.(E); ok {
			return e, true
		}
	}
	return e, false
}

func targets(ids ...chat.MemberID) decision.Answer {
	a := decision.Answer{NextCase: 17, Sanctions: map[chat.MemberID]decision.Sanctions{}}
	for _, id := range ids {
		a.Targets = append(a.Targets, person(id))
	}
	return a
}

func strikes(n int) decision.Sanctions {
	var s decision.Sanctions
	for i := range n {
		s.Live = append(s.Live, decision.Case{ID: int64(10 + i), Kind: decision.CaseStrike, State: decision.CaseWarned, Strike: i + 1, Member: jia, Room: 7})
	}
	return s
}

// about is the answer about a case of 甲's.
func about(k decision.Case, s decision.Sanctions) decision.Answer {
	if k.ID == 0 {
		k.ID = 17
	}
	k.Room, k.Member = 7, jia
	return decision.Answer{
		NextCase: 23, Case: &k, Sanctions: map[chat.MemberID]decision.Sanctions{jia: s},
		Members: map[chat.MemberID]decision.Member{jia: person(jia)},
	}
}
