package command

import (
	"slices"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

// reportsPerDay is how many reports of one member reach the inbox in a day.
const reportsPerDay = 5

// report puts another member's message into the owner's inbox. The same
// accused is reported once by the same reporter.
func report(c *Context) {
	at := text.Fields{"at": c.address()}
	if c.Target.ID == 0 && c.Message.Quoted != "" {
		c.Target = c.Answer.Members[c.quoted()]
	}
	if c.reported() {
		c.line("report.taken", at)
		return
	}
	record := c.reporting()
	switch {
	case c.Target.ID == 0 && c.Message.Quoted == "":
		c.line("report.who", at)
	case record.Today >= reportsPerDay:
		c.line("report.limit", at)
	case c.Target.ID == c.Member.ID, c.Target.Self:
		c.line("report.who", at)
	default:
		k := decision.Case{
			ID: c.nextCase(), Room: c.Room.ID, Member: c.Target.ID, Other: c.Member.ID, Kind: decision.CaseReport, State: decision.CaseOpen,
			Opened: c.Now, Hits: 1, Reason: clipReason(c.Rest), Evidence: c.Message.Quoted,
		}
		c.add(decision.OpenCase{Case: k, Actor: c.Actor})
		c.owners(k.ID, text.Report(c.Target, c.Member, k, record))
		c.line("report.taken", at)
	}
}

// reported reports whether the sender has an open report of the target.
func (c *Context) reported() bool {
	return slices.ContainsFunc(c.Answer.Reports, func(k decision.Case) bool {
		return k.State == decision.CaseOpen && k.Member == c.Target.ID && c.Target.ID != 0
	})
}

// reporting sums up what the owner should know about a report: how the
// sender's earlier ones ended, and how many others report the same member.
func (c *Context) reporting() text.Reporting {
	var r text.Reporting
	others := map[chat.MemberID]bool{}
	for _, k := range c.Answer.Reports {
		if c.Now.Sub(k.Opened) < 24*time.Hour {
			r.Today++
		}
		switch k.State {
		case decision.CaseSettled:
			r.Upheld++
		case decision.CaseDropped:
			r.Dropped++
		default: // not decided
		}
	}
	for _, k := range c.Answer.Inbox {
		if k.Kind == decision.CaseReport && k.Member == c.Target.ID && c.Target.ID != 0 && k.Other != c.Member.ID {
			others[k.Other] = true
		}
	}
	r.Others = len(others)
	return r
}

// quoted finds who said what the report quotes, among the messages kept; 0
// when nobody or several did.
func (c *Context) quoted() (who chat.MemberID) {
	said := moderation.Redact(c.Message.Quoted) // as it is kept
	for _, past := range c.Answer.Texts {
		if past.Text != said {
			continue
		}
		if who != 0 && who != past.Member {
			return 0
		}
		who = past.Member
	}
	return who
}
