package command

import (
	"strconv"

	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

// showRules answers with the written rules.
func showRules(c *Context) {
	if c.Room.Rules.Version == 0 {
		c.line("rules.none", nil)
		return
	}
	c.line("rules", text.Fields{"version": strconv.Itoa(c.Room.Rules.Version), "rules": c.Room.Rules.Text})
}

// readRules records that the sender knows the present version.
func readRules(c *Context) {
	if c.Room.Rules.Version == 0 {
		c.line("rules.none", nil)
		return
	}
	c.add(decision.SetMember{Member: c.Member.ID, RulesRead: &c.Room.Rules.Version, At: c.Now, Actor: c.Actor})
	c.line("rules.read", text.Fields{"at": c.address()})
}

// setRules stores a new version and announces it once. The same text again is
// no new version.
func setRules(c *Context) {
	if c.Room.Rules.Version > 0 && c.Room.Rules.Text == c.Call.Args {
		c.line("rules.same", text.Fields{"version": strconv.Itoa(c.Room.Rules.Version)})
		return
	}
	next := decision.RulesText{Version: c.Room.Rules.Version + 1, Text: c.Call.Args}
	c.add(decision.SetRoom{Room: c.Room.ID, Rules: &next.Text, At: c.Now, Actor: c.Actor})
	c.public(decision.SayAnnounce, text.RulesChanged(c.Room, next))
	if c.Message.Private() {
		key := either(c.mute(decision.Say{Kind: decision.SayAnnounce}), "rules.stored", "rules.set")
		c.line(key, text.Fields{"version": strconv.Itoa(next.Version)})
	}
}

// setWelcome stores the template and shows what it looks like.
func setWelcome(c *Context) {
	if !c.set("welcome", c.Call.Args) {
		return
	}
	next := c.Room
	next.Settings.Welcome = c.Call.Args
	c.line("welcome.set", text.Fields{"sample": text.Welcome(next, []string{"甲", "乙"})})
}

// announce says the owner's words in the room, and tells an owner who is not
// there when that will be.
func announce(c *Context) {
	c.public(decision.SayAnnounce, text.Announce(c.Room, c.Call.Args))
	if !c.Message.Private() {
		return
	}
	due := sanction.QuietUntil(c.Room, c.Now)
	switch {
	case c.mute(decision.Say{Kind: decision.SayAnnounce}):
		c.line("announced.not", nil)
	case due.After(c.Now):
		c.line("announced.later", text.Fields{"time": text.Clock(c.Room, due)})
	default:
		c.line("announced", nil)
	}
}
