package command

import (
	"errors"
	"strings"

	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/scoring"
)

// shopRows are the shelf.
func shopRows() []Row {
	const m, d = decision.RoleMember, decision.RoleDeputy
	return []Row{
		{Name: "兑换", own: true, merges: true, topic: "积分", Usage: "[物品]", Who: m, Group: true, Private: true, Repeats: true, bare: true, fits: words(20), query: items, run: redeem},
		{Name: "货架", hint: "能换什么", topic: "积分", Who: m, Group: true, Private: true, query: shelf, run: showItems},
		{Name: "上架", topic: "管积分", Usage: "物品 价 件数", note: "（有兑换码就换行写，每行一个）", Who: d, Group: true, Private: true, Repeats: true, lines: true, fits: itemFirst, run: putItem},
		{Name: "下架", topic: "管积分", Usage: "物品", Who: d, Group: true, Private: true, Repeats: true, fits: words(20), run: dropItem},
	}
}

// itemFirst is an item in the first line, with codes in the lines after it.
func itemFirst(s string) bool {
	first, _, _ := strings.Cut(s, "\n")
	return fieldsOf(3, 10)(first) && words(longestImport)(s)
}

// items asks for the shelf and the sender's last redemptions.
func items(c *Context) decision.Query {
	const shown = 3
	return decision.Query{Member: c.Member.ID, Points: decision.PointsQuery{Items: true, Redeemed: shown}}
}

// shelf asks for what there is; who keeps the room sees in private what was
// redeemed last, by whomever.
func shelf(c *Context) decision.Query {
	const shown = 5
	q := decision.Query{Points: decision.PointsQuery{Items: true}}
	if c.Message.Private() && c.role(c.console()) >= decision.RoleDeputy {
		q.Points.Redeemed = shown
	}
	return q
}

// showItems lists what there is, and under it what was redeemed. Codes are for
// their members, in private.
func showItems(c *Context) {
	words := text.Line(c.Room, "shelf.empty", nil)
	if len(c.Answer.Points.Items) > 0 {
		words = text.Shelf(c.Answer.Points.Items)
	}
	own := c.Call.Row.Name == "兑换"
	if all := c.Answer.Points.Redeemed; len(all) > 0 {
		words += "\n" + text.Redeemed(c.Room, all, c.Answer.Members, own, c.Message.Private())
	}
	c.reply(words)
}

// redeem sets the price aside and asks the owner.
func redeem(c *Context) {
	item := c.Call.Args
	switch {
	case item == "":
		showItems(c)
		return
	case !c.stocked(item):
		if !c.Call.glued {
			c.line("points.nothing", text.Fields{"at": c.address()})
		}
		return
	}
	question := decision.Case{
		ID: c.nextCase(), Room: c.Room.ID, Member: c.Member.ID, Kind: decision.CaseRedemption, State: decision.CaseOpen,
		Opened: c.Now, Hits: 1, Detail: item,
	}
	c.act(decision.Redeem{Room: c.Room.ID, Member: c.Member.ID, Item: item, Case: question.ID, At: c.Now},
		func(c *Context, r decision.PointsResult) {
			c.add(decision.OpenCase{Case: question, Actor: c.Actor})
			c.line("redeem.asked", text.Fields{
				"at": c.address(), "item": text.Name(item), "points": figure(r.Amount), "case": figure(question.ID),
			})
			c.ordered(question.ID, text.Redemption(c.Member, question))
		})
}

// stocked reports whether an item of this name is on the shelf.
func (c *Context) stocked(name string) bool {
	for _, it := range c.Answer.Points.Items {
		if it.Name == name {
			return true
		}
	}
	return false
}

// settle ends a redemption: what was set aside is spent, or given back.
func (c *Context) settle(k decision.Case, approve bool) {
	state := decision.CaseRefused
	if approve {
		state = decision.CaseAgreed
	}
	m := c.Answer.Members[k.Member]
	c.act(decision.SettleRedemption{Room: k.Room, Case: k.ID, Approve: approve, At: c.Now, Actor: c.Actor},
		func(c *Context, r decision.PointsResult) {
			c.close(k, state)
			f := text.Fields{
				"at": text.At(c.Room, m), "name": text.Name(m.Name), "case": figure(k.ID), "item": text.Name(k.Detail), "code": text.Code(r.Code),
			}
			if r.Code != "" {
				c.handOut(k, m, f)
				return
			}
			c.together(decision.SayOutcome, decision.PriorityAnswer, m, text.Line(c.Room, either(approve, "redeemed", "redeem.refused"), f))
		})
}

// handOut gives a code to its member in private; the room hears that only when
// it arrived, and the owners get the code when it cannot.
func (c *Context) handOut(k decision.Case, m decision.Member, f text.Fields) {
	code, elsewhere := text.Line(c.Room, "redeem.code", f), text.Line(c.Room, "redeemed", f)
	if m.Unreachable {
		c.owners(k.ID, text.HandOn(k.ID, code))
		c.public(decision.SayOutcome, elsewhere)
		return
	}
	s := decision.Say{Kind: decision.SayWhisper, Priority: decision.PriorityAnswer, Member: m.ID, Case: k.ID, Text: code}
	if !c.mute(decision.Say{Kind: decision.SayAnswer}) {
		s.Parts = []string{text.Line(c.Room, "redeemed.code", f), elsewhere}
	}
	c.say(s)
}

// putItem puts an item on the shelf.
func putItem(c *Context) {
	it, err := scoring.ParseItem(c.Call.Args)
	var fault *scoring.AmountError
	switch {
	case errors.As(err, &fault):
		why := text.Line(c.Room, "amount."+string(fault.Fault), text.Fields{"at": c.address(), "max": figure(fault.Max)})
		c.reply(why + text.Line(c.Room, "shelf.how", nil))
		return
	case err != nil:
		c.line("shelf.how", nil)
		return
	case len(it.Codes) > 0 && !c.Message.Private():
		c.line("shelf.private", text.Fields{"at": c.address()})
		return
	}
	codes := ""
	if len(it.Codes) > 0 {
		codes = "，收到 " + figure(int64(len(it.Codes))) + " 个兑换码"
	}
	c.act(decision.PutItem{Room: c.Room.ID, Item: it, At: c.Now, Actor: c.Actor}, func(c *Context, _ decision.PointsResult) {
		c.line("shelf.put", text.Fields{"item": text.Name(it.Name), "points": figure(it.Price), "stock": figure(it.Stock), "codes": codes})
	})
}

// dropItem takes an item from the shelf.
func dropItem(c *Context) {
	name := strings.TrimSpace(c.Call.Args)
	c.act(decision.DropItem{Room: c.Room.ID, Name: name, At: c.Now, Actor: c.Actor}, func(c *Context, _ decision.PointsResult) {
		c.line("shelf.gone", text.Fields{"item": text.Name(name)})
	})
}
