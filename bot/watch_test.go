package bot

import (
	"fmt"
	"testing"
	"time"

	"menshen/bot/chat"
)

// receives gives the road events in one batch and returns what the bot says.
func (e *evening) receives(events ...chat.Event) []string {
	e.t.Helper()
	e.said++
	cursor := fmt.Appendf(nil, "events %d", e.said)
	if err := e.road.Receive(e.t.Context(), chat.Batch{Session: "login", Cursor: cursor, Events: events}); err != nil {
		e.t.Fatal(err)
	}
	return e.says(2, "嗯") // the owner's word makes the outbox run
}

// chatter is n different messages of one member at the same time.
func (e *evening) chatter(from chat.MemberID, n int) []chat.Event {
	var events []chat.Event
	for i := range n {
		events = append(events, chat.Message{
			ID: fmt.Sprintf("chatter%d-%d", from, i), Room: 1, From: from, Kind: chat.KindText,
			Text: fmt.Sprint("第", i*i, "件事"), Time: e.clock.now,
		})
	}
	return events
}

func TestAnEveningOfWatching(t *testing.T) {
	e := newEvening(t)
	e.group(4, "来")
	e.group(4, "加")
	e.group(4, "群", "#1 甲")
	e.expect("a flood", e.receives(e.chatter(5, 15)...), "#2 乙")
	e.expect("the flood goes on", e.receives(chat.Message{
		ID: "more", Room: 1, From: 5, Kind: chat.KindText, Text: "还有一件事", Time: e.clock.now.Add(-10 * time.Second),
	}))
	const advert = "长期招募线上客服，时间自由，有意者私聊"
	e.group(6, advert)
	e.group(6, advert)
	e.group(6, advert+"！", "#3")
}

func TestAnEveningOfNewcomers(t *testing.T) {
	e := newEvening(t)
	e.receives(chat.Joined{Room: 1, Members: []chat.MemberID{4, 5}, Time: e.clock.now})
	const advert = "长期招募线上客服，时间自由，有意者私聊"
	e.group(4, advert)
	e.group(5, advert, "#1 乙")
	got := e.receives(chat.Message{ID: "card", Room: 1, From: 4, Kind: chat.KindCard, Title: "某人的名片", Time: e.clock.now})
	e.expect("a newcomer's card", got, "#2 甲")
}

func TestAnEveningOfNames(t *testing.T) {
	e := newEvening(t)
	rename := func(name string) []string {
		return e.receives(chat.Renamed{Room: 1, Member: 5, Old: "乙", New: name, Time: e.clock.now})
	}
	e.expect("an owner's name", rename("老 王"), "#1「老 王」的名字很像「老王」")
	e.expect("the same name once more", rename("老 王"))
	e.expect("an office", rename("群客服小美"), "#2「群客服小美」的名字自称管理人员")
	e.expect("an advertisement", rename("加群找我"), "#3「加群找我」的名字像广告")
	e.expect("an ordinary name", rename("小美"))
}

func TestAnEveningOfUnreadableMessages(t *testing.T) {
	e := newEvening(t)
	sticker := func(id string) chat.Message {
		return chat.Message{ID: id, Room: 1, From: 4, Kind: chat.KindUnreadable, Time: e.clock.now}
	}
	e.expect("before the owner decides", e.receives(sticker("u1")))
	e.private(2, "设置 看不到的消息 提醒", "看不到的消息")
	e.expect("after", e.receives(sticker("u2")), "@甲\u2005这类消息我看不到内容")
}
