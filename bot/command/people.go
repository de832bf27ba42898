package command

import (
	"encoding/json"
	"slices"
	"time"

	"menshen/bot/decision"
	"menshen/bot/text"
)

// handOverTime is how long the other may think about it.
const handOverTime = 10 * time.Minute

// roomPicked confirms the room that a person's private commands are about.
func roomPicked(c *Context) {
	c.line("room.picked", text.Fields{"room": text.Name(c.Room.Name)})
}

// bind makes the sender owner of the room, if the code of the terminal was
// right. Where somebody is owner already, they are asked.
func bind(c *Context) {
	switch {
	case c.console() && (c.Code == CodeRight || c.proven):
		// The phone of the account needs no code to be obeyed; who types one
		// wants the room to begin.
		c.begin()
	case c.console():
		c.line("code.console", nil)
	case c.Code != CodeRight && !c.proven:
		c.note("refused", "wrong binding code")
		if c.Message.Private() {
			c.line("code.wrong", nil)
		}
	case c.Member.Role == decision.RoleOwner:
		c.line("bound.already", text.Fields{"at": c.address()})
	case slices.ContainsFunc(c.Answer.Staff, presentOwner):
		question := decision.Case{
			ID: c.nextCase(), Room: c.Room.ID, Member: c.Member.ID, Kind: decision.CaseOwner, State: decision.CaseOpen, Opened: c.Now, Hits: 1,
		}
		c.add(decision.OpenCase{Case: question, Actor: c.Actor})
		c.owners(question.ID, text.SecondOwner(c.Member, question))
		c.line("bound.asked", text.Fields{"at": c.address()})
	default:
		c.become(c.Member, decision.RoleOwner, "binding code")
		c.line("bound", text.Fields{"at": c.address()})
		c.begin()
		c.whoRemoves()
		if len(c.Answer.Namesakes) > 0 {
			c.owners(0, text.Line(c.Room, "bound.before", text.Fields{"name": text.Name(c.Room.Name)}))
		}
	}
}

// whoRemoves tells a new owner that somebody else owns the room on the network,
// if it said so.
func (c *Context) whoRemoves() {
	if holder := c.Room.NetworkOwner; holder != 0 && holder != c.Member.ID && holder != c.Room.Bot {
		c.owners(0, text.NetworkOwner(c.Room, decision.Member{Name: c.Room.NetworkOwnerName}))
	}
}

// presentOwner is an owner who can still be asked. Somebody who left cannot
// keep a room from getting a new owner.
func presentOwner(m decision.Member) bool { return m.Role == decision.RoleOwner && m.Present }

// become gives a member a role.
func (c *Context) become(m decision.Member, role decision.Role, why string) {
	c.add(decision.SetMember{Member: m.ID, Role: &role, At: c.Now, Actor: c.Actor, Why: why})
}

// makeOwner carries out the present owner's yes to a second one.
func (c *Context) makeOwner(k decision.Case) {
	m := c.Answer.Members[k.Member]
	if m.ID == 0 || !m.Present {
		return
	}
	c.become(m, decision.RoleOwner, "the owner agreed")
	c.public(decision.SayOutcome, text.Line(c.Room, "bound.accepted", text.Fields{"at": text.At(c.Room, m)}))
}

// appoint makes a member deputy; dismiss takes it back. Owners stay owners.
func appoint(c *Context) {
	if c.aimed() {
		c.become(c.Target, decision.RoleDeputy, "appointed")
		c.line("deputy.on", text.Fields{"name": text.Name(c.Target.Name)})
	}
}

// dismiss takes a deputy's rights back; an owner's are only handed over.
func dismiss(c *Context) {
	switch {
	case c.Target.Role == decision.RoleMember:
		c.line("deputy.none", text.Fields{"name": text.Name(c.Target.Name)})
		return
	case c.Target.Role != decision.RoleDeputy:
		c.untouchable(c.Target)
		return
	}
	c.become(c.Target, decision.RoleMember, "dismissed")
	c.line("deputy.off", text.Fields{"name": text.Name(c.Target.Name)})
}

// handOver asks the other, in the group, whether they take the room over.
func handOver(c *Context) {
	if !c.aimed() {
		return
	}
	yes := option{Line: "交接", Room: c.Room.ID, HandOver: true, Accept: c.Member.ID, Yes: true}
	no := yes
	no.Yes = false
	c.add(decision.OpenChoice{
		Room: c.Room.ID, Actor: decision.Actor{Member: c.Target.ID},
		Options: []string{yes.encode(), no.encode()}, Until: c.Now.Add(handOverTime),
	})
	c.public(decision.SayNotice, text.Line(c.Room, "handover.ask", text.Fields{"at": text.At(c.Room, c.Target)}))
	if c.Message.Private() {
		c.line("handover.asked", text.Fields{"name": text.Name(c.Target.Name)})
	}
}

// takeOver is the other's answer: the room changes hands, and whoever gave it
// away becomes deputy.
func (c *Context) takeOver(opt option) {
	if !opt.Yes {
		c.line("handover.no", text.Fields{"at": c.address()})
		return
	}
	c.become(c.Member, decision.RoleOwner, "hand-over")
	if opt.Accept != 0 {
		c.become(decision.Member{ID: opt.Accept}, decision.RoleDeputy, "hand-over")
	}
	c.line("handover.done", text.Fields{"at": c.address()})
}

// encode writes an option for the store.
func (o option) encode() string {
	b, err := json.Marshal(o)
	if err != nil { // numbers, switches and strings always marshal
		return ""
	}
	return string(b)
}
