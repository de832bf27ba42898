package command

import (
	"fmt"
	"strconv"

	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/moderation"
)

// appeal hands a member's reason to the owner, once a case.
func appeal(c *Context) {
	id, reason := c.number()
	f := text.Fields{"at": c.address(), "case": strconv.FormatInt(id, 10)}
	k := c.Answer.Case
	if key := c.appealRefused(reason); key != "" {
		c.sayOnce(fmt.Sprintf("%s:%d:%d", key, id, c.Member.ID), key, f)
		return
	}
	k.AppealReason = clipReason(reason)
	c.add(decision.ChangeCase{Case: id, Appeal: decision.AppealOpen, AppealReason: k.AppealReason, At: c.Now, Actor: c.Actor})
	c.line("appeal.taken", f)
	c.owners(id, text.Appeal(c.Room, c.Member, *k))
}

// appealRefused names the sentence that refuses an appeal; "" takes it.
func (c *Context) appealRefused(reason string) string {
	k := c.Answer.Case
	switch {
	case k == nil || k.Room != c.Room.ID:
		return "case.unknown"
	case k.Member != c.Member.ID:
		return "appeal.foreign"
	case k.Appeal == decision.AppealOpen:
		return "appeal.twice"
	case k.Appeal != decision.AppealNone:
		return "appeal.decided"
	case k.Kind != decision.CaseStrike && k.Kind != decision.CaseRemoval || k.State != decision.CaseOpen && k.State != decision.CaseWarned:
		return "appeal.over"
	case reason == "":
		return "appeal.reason"
	}
	return ""
}

// sayOnce answers with a sentence whose cause is key, so that it is said once
// however often the member repeats what it answers.
func (c *Context) sayOnce(cause, key string, f text.Fields) {
	s := decision.Say{Cause: cause, Kind: decision.SayRefusal, Priority: decision.PriorityAnswer, Text: text.Line(c.Room, key, f)}
	if c.Message.Private() {
		s.Member = c.Member.ID
	}
	c.say(s)
}

// Appeals returns the case that a call appeals; ok is false for other calls.
// The words of that case may stand in the line without a new strike.
func (c Call) Appeals() (id int64, ok bool) {
	if c.Row == nil || c.Row.Name != "申诉" || c.Malformed {
		return 0, false
	}
	id, _, ok = cutNumber(c.Args)
	return id, ok
}

// offerPhrase asks the owner whether the words around an acquitted hit shall
// pass from now on.
func (c *Context) offerPhrase(k decision.Case) {
	if k.Removal == decision.RemovalSent { // it was not taken back
		return
	}
	phrase := suggestion(k)
	if phrase == "" {
		return
	}
	question := decision.Case{
		ID: c.nextCase(), Room: c.Room.ID, Member: k.Member, Kind: decision.CasePhrase, State: decision.CaseOpen,
		Opened: c.Now, Hits: 1, Detail: phrase,
	}
	c.add(decision.OpenCase{Case: question, Actor: c.Actor})
	c.owners(question.ID, text.OfferPhrase(k, question))
}

// suggestion is the shortest phrase of the case's text that would have spared
// it; "" when there is none.
func suggestion(k decision.Case) string {
	for _, f := range k.Findings {
		if phrase := moderation.Suggest(k.Evidence, f); phrase != "" {
			return phrase
		}
	}
	return ""
}
