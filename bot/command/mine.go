package command

import (
	"menshen/bot/decision"
	"menshen/bot/text"
)

// myData tells a member what is kept about them.
func myData(c *Context) {
	if c.Answer.Mine == nil {
		c.line("self.none", nil)
		return
	}
	c.reply(text.Mine(c.Room, *c.Answer.Mine))
}

// forgetMe erases what identifies the sender. Who keeps the room has to give
// that up first: rights without a person would be nobody's.
func forgetMe(c *Context) {
	switch {
	case c.Member.Role > decision.RoleMember:
		c.line("forget.owner", nil)
	default:
		c.add(decision.Forget{Member: c.Member.ID, At: c.Now, Actor: c.Actor})
		kept := ""
		if s := c.Answer.Sanctions[c.Member.ID]; s.Removal != nil || len(s.Live) > 0 {
			kept = "；未结束的警告仍然有效"
		}
		// It was done, whether the answer can be sent in private or not; the
		// room does not hear of warnings.
		done := text.Line(c.Room, "mine.erased", text.Fields{"kept": kept})
		c.whisperOr(done, c.address()+text.Line(c.Room, "mine.erased.public", nil))
	}
}
