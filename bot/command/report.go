package command

import (
	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// reportsPerDay is how many reports of one member reach the inbox in a day.
const reportsPerDay = 5

// report puts another member's message into the owner's inbox. The same
// accused is reported once by the same reporter.
func report(c *Context) {
	at := text.Fields{"at": text.At(c.Room, c.Member)}
	if c.Target.ID == 0 && c.Message.Quoted != "" {
		c.Target.ID = c.quoted()
	}
	for _, k := range c.Answer.Reports {
		if k.Member == c.Target.ID && c.Target.ID != 0 {
			c.line("report.taken", at)
			return
		}
	}
	switch {
	case c.Target.ID == 0 && c.Message.Quoted == "":
		c.line("report.who", at)
	case len(c.Answer.Reports) >= reportsPerDay:
		c.line("report.limit", at)
	case c.Target.ID == c.Member.ID, c.Target.Self:
		c.line("report.who", at)
	default:
		k := decision.Case{
			ID: c.nextCase(), Room: c.Room.ID, Member: c.Target.ID, Other: c.Member.ID, Kind: decision.CaseReport, State: decision.CaseOpen,
			Opened: c.Now, Hits: 1, Reason: clip(c.Rest, longestReason), Evidence: c.Message.Quoted,
		}
		c.add(decision.OpenCase{Case: k, Actor: c.Actor})
		c.owners(k.ID, text.Report(c.Target, c.Member, k))
		c.line("report.taken", at)
	}
}

// quoted finds who said what the report quotes, among the messages kept; 0
// when nobody or several did.
func (c *Context) quoted() (who chat.MemberID) {
	for _, past := range c.Answer.Texts {
		if past.Text != c.Message.Quoted {
			continue
		}
		if who != 0 && who != past.Member {
			return 0
		}
		who = past.Member
	}
	return who
}
