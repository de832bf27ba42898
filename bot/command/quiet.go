package command

import (
	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/scoring"
)

// daysSilent is a number of days, for the list of who says nothing.
func daysSilent(s string) bool {
	n, rest, ok := cutNumber(s)
	return ok && n >= 1 && n <= 180 && (rest == "" || rest == "天")
}

// silentDays is the number of days that the line asks for.
func (c *Context) silentDays() int {
	const usual = 7
	if n, _ := c.number(); n > 0 {
		return int(n)
	}
	return usual
}

// quiet asks who has said nothing for days.
func quiet(c *Context) decision.Query {
	day := c.Now.In(c.Room.Settings.Location()).AddDate(0, 0, 1-c.silentDays())
	return decision.Query{Quiet: scoring.Day(day)}
}

// showQuiet names them to the owner alone.
func showQuiet(c *Context) { c.reply(text.Quiet(c.Room, c.silentDays(), c.Answer.Quiet)) }
