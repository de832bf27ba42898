package command

import (
	"fmt"
	"slices"
	"strings"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// shareName is the setting by which rooms of one owner share a ledger.
const shareName = "共享积分"

// share shows or changes where the room keeps its points. Both rooms have to be
// the sender's, which only a private message tells, and each change is asked
// about: it moves everybody's points.
func share(c *Context, value string) {
	f := text.Fields{"room": text.Name(c.Room.Name), "ledger": c.roomName(c.Room.Ledger)}
	on, is := onOff(value)
	switch {
	case !c.Message.Private():
		c.line("share.private", nil)
	case value == "":
		c.line(either(c.Room.Ledger == 0, "share.own", "share.state"), f)
	case is && !on && c.Room.Ledger == 0:
		c.line("share.own", f)
	case is && !on:
		c.confirmShare(0, "share.off.ask", "share.off", f)
	default:
		c.shareWith(value, f)
	}
}

// shareWith finds the other room and asks.
func (c *Context) shareWith(value string, f text.Fields) {
	rooms := c.ownRooms(value)
	switch {
	case len(rooms) == 0:
		c.line("share.unknown", f)
	case len(rooms) > 1:
		var options []option
		for _, r := range rooms {
			options = append(options, option{Line: c.shareLine(r.ID), Room: c.Room.ID})
		}
		c.ask(options)
		c.whisper(text.WhichRoom(rooms))
	case rooms[0].ID == c.Room.Ledger:
		c.line("share.state", f)
	case c.Room.Ledger != 0 || rooms[0].Ledger != 0:
		c.line("share.taken", f)
	default:
		f["ledger"] = text.Name(rooms[0].Name)
		c.confirmShare(rooms[0].ID, "share.ask", "share.on", f)
	}
}

// confirmShare asks about a change, and makes it once the answer was yes.
func (c *Context) confirmShare(ledger chat.RoomID, question, done string, f text.Fields) {
	if c.sure {
		c.act(decision.ShareLedger{Room: c.Room.ID, Ledger: ledger, At: c.Now, Actor: c.Actor},
			func(c *Context, _ decision.PointsResult) { c.line(done, f) })
		return
	}
	c.ask([]option{
		{Line: c.shareLine(ledger), Room: c.Room.ID, Sure: true},
		{Line: c.Call.Row.Name + " " + shareName, Room: c.Room.ID},
	})
	c.line(question, f)
}

// shareLine is the command that a room is chosen by.
func (c *Context) shareLine(ledger chat.RoomID) string {
	value := "关"
	if ledger != 0 {
		value = fmt.Sprintf("群%d", ledger)
	}
	return c.Call.Row.Name + " " + shareName + " " + value
}

// ownRooms returns the other rooms that the sender owns and whose number or
// name was written; 开 means any.
func (c *Context) ownRooms(value string) []decision.Room {
	n, rest, number := cutNumber(strings.TrimPrefix(value, "群"))
	number = number && rest == ""
	every, _ := onOff(value)
	var rooms, byNumber []decision.Room
	for _, p := range c.Places {
		if p.Room.ID == c.Room.ID || p.role(c.console()) < decision.RoleOwner {
			continue
		}
		if every || strings.TrimSpace(p.Room.Name) == value {
			rooms = append(rooms, p.Room)
		}
		if number && int64(p.Room.ID) == n {
			byNumber = append(byNumber, p.Room)
		}
	}
	if len(byNumber) > 0 && (len(rooms) == 0 || strings.HasPrefix(value, "群")) {
		return byNumber
	}
	return rooms
}

// roomName is the name of one of the sender's rooms, else its number.
func (c *Context) roomName(id chat.RoomID) string {
	at := slices.IndexFunc(c.Places, func(p Place) bool { return p.Room.ID == id })
	if at < 0 {
		return fmt.Sprintf("群%d", id)
	}
	return text.Name(c.Places[at].Room.Name)
}
