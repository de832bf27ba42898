package command

import (
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// The queries that rows name. The room is added to each.

// ofSelf asks for the sender's own strikes.
func ofSelf(c *Context) decision.Query {
	return decision.Query{Member: c.Member.ID, Sanctions: true}
}

// ofTarget asks for the strikes of whoever the line names.
func ofTarget(*Context) decision.Query { return decision.Query{Sanctions: true} }

// mine asks for what is kept about the sender, and for what cannot be erased
// because it is not over.
func mine(c *Context) decision.Query {
	return decision.Query{Member: c.Member.ID, Mine: true, Sanctions: true}
}

// reports asks what the sender ever reported, what others reported, and for a
// quoted message who said it.
func reports(c *Context) decision.Query {
	q := decision.Query{Member: c.Member.ID, Reports: true, Inbox: []chat.RoomID{c.Room.ID}}
	if c.Message.Quoted != "" {
		q.Texts = 500
	}
	return q
}

// staff asks who keeps the room.
func staff(*Context) decision.Query { return decision.Query{Staff: true} }

func staffAndNamesakes(*Context) decision.Query {
	return decision.Query{Staff: true, Namesakes: true}
}

func warned(*Context) decision.Query { return decision.Query{Warned: true} }

func barred(*Context) decision.Query { return decision.Query{Barred: true} }

func lexicon(*Context) decision.Query { return decision.Query{Words: true} }

func lexiconAndHealth(*Context) decision.Query { return decision.Query{Words: true, Health: true} }

// history asks for what the room said in the last week, as far as it is kept,
// and what came of its rules.
func history(c *Context) decision.Query {
	return decision.Query{Texts: 20_000, Since: c.Now.Add(-7 * 24 * time.Hour), Health: true}
}

// lexiconAndHistory asks for the words and for what a new one would have hit.
func lexiconAndHistory(c *Context) decision.Query {
	q := history(c)
	q.Words = true
	return q
}

// rehearsed asks for what would have happened today.
func rehearsed(c *Context) decision.Query {
	now := c.Now.In(c.Room.Settings.Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	return decision.Query{Rehearsed: true, Since: midnight}
}
