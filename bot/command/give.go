package command

import (
	"slices"
	"strings"

	"menshen/bot/decision"
	"menshen/bot/text"
	"menshen/scoring"
)

// giveRows are what members give each other, each behind a switch of the room,
// and what owners give and take.
func giveRows() []Row {
	const m, d = decision.RoleMember, decision.RoleDeputy
	return []Row{
		{Name: "转账", own: true, merges: true, needs: withTransfers, topic: "玩法", Usage: "数 @某人", Who: m, Group: true, Repeats: true, target: true, fits: atSomewhere, run: transfer},
		{Name: "发红包", own: true, needs: withRedPackets, topic: "玩法", Usage: "总数 份数 [平均]", Who: m, Group: true, Repeats: true, fits: packetFits, run: sendPacket},
		{Name: "抢", hint: "抢红包", own: true, needs: withRedPackets, topic: "玩法", Who: m, Group: true, Repeats: true, run: grab},
		{Name: "参加抽奖", own: true, needs: withDraws, topic: "玩法", Who: m, Group: true, Repeats: true, run: enterDraw},
		{Name: "通行证", hint: "押分发一条外链", own: true, needs: withPasses, topic: "玩法", Who: m, Group: true, Repeats: true, run: buyPass},
		{Name: "加分", topic: "管积分", Aliases: []string{"加积分"}, Usage: "@某人 数 理由", Who: d, Group: true, Private: true, Repeats: true, target: true, fits: atSomewhere, run: grant},
		{Name: "扣分", topic: "管积分", Aliases: []string{"扣积分"}, Usage: "@某人 数 理由", Who: d, Group: true, Private: true, Repeats: true, target: true, fits: atSomewhere, run: take},
		{Name: "撤销", hint: "退回一笔积分", topic: "管积分", Usage: "流水号", Who: d, Group: true, Private: true, Repeats: true, fits: onlyCase, run: undo},
		{Name: "对账", topic: "管积分", Who: d, Group: true, Private: true, query: proof, run: showProof},
		{Name: "抽奖开", needs: withDraws, topic: "管积分", Usage: "每人分数 名额 时长 [每名奖分]", Who: d, Group: true, Private: true, Repeats: true, fits: fieldsOf(3, 4), run: openDraw},
	}
}

// The switches of a room, for the help.

func withTransfers(s decision.Settings) bool { return s.Transfers }

func withRedPackets(s decision.Settings) bool { return s.RedPackets }

func withDraws(s decision.Settings) bool { return s.Draws }

func withPasses(s decision.Settings) bool { return s.Passes }

// switchedOff is silence in the room; whoever keeps it is told in private how to
// switch the feature on.
func (c *Context) switchedOff(name string) {
	if c.role(c.console()) >= decision.RoleDeputy {
		c.aside(text.Line(c.Room, "feature.off", text.Fields{"name": name}))
	}
}

// fieldsOf is a text of so many words.
func fieldsOf(least, most int) func(string) bool {
	return func(s string) bool {
		n := len(strings.Fields(s))
		return n >= least && n <= most
	}
}

// packetFits reports whether a text is what a packet needs: two numbers, and
// 平均 for shares that are all alike.
func packetFits(s string) bool {
	words := strings.Fields(s)
	return len(words) == 2 || len(words) == 3 && slices.Contains([]string{"平均", "均分", "普通"}, words[2])
}

// transfer gives points to another member.
func transfer(c *Context) {
	if !c.Room.Settings.Transfers {
		c.switchedOff("转账")
		return
	}
	n, _, ok := c.amountFirst(c.Rest)
	if !ok {
		return
	}
	c.act(decision.Transfer{Room: c.Room, From: c.Member, To: c.Target, Amount: n, MessageID: c.Message.ID, At: c.Now},
		func(c *Context, r decision.PointsResult) {
			fee := ""
			if r.Amount > 0 {
				fee = "（手续费 " + figure(r.Amount) + "）"
			}
			c.line("transferred", text.Fields{
				"at": c.address(), "name": text.Name(c.Target.Name), "points": figure(n), "fee": fee, "left": figure(r.Balance.Free()),
			})
			if r.OneWay {
				c.oneWay(c.Member, c.Target)
			}
		})
}

// oneWay tells the owners that nearly all points of a member went to another:
// points of second accounts are gathered so.
func (c *Context) oneWay(from, to decision.Member) {
	alert := decision.Case{
		ID: c.nextCase(), Room: c.Room.ID, Member: from.ID, Other: to.ID, Kind: decision.CaseAlert, State: decision.CaseOpen,
		Opened: c.Now, Hits: 1, Detail: decision.AlertOneWay,
	}
	c.add(decision.OpenCase{Case: alert})
	c.owners(alert.ID, text.Alert(from, to, alert))
}

// sendPacket puts points up to be grabbed.
func sendPacket(c *Context) {
	if !c.Room.Settings.RedPackets {
		c.switchedOff("红包")
		return
	}
	words := strings.Fields(c.Call.Args)
	total, ok := c.amount(words[0], scoring.MaxAmount)
	if !ok {
		return
	}
	shares, ok := c.amount(words[1], scoring.MaxAmount)
	if !ok {
		return
	}
	equal := len(words) > 2
	c.act(decision.OpenPacket{Room: c.Room, From: c.Member, Total: total, Shares: shares, Equal: equal, MessageID: c.Message.ID, At: c.Now},
		func(c *Context, r decision.PointsResult) {
			c.line(either(equal, "packet.equal", "packet"), text.Fields{
				"name": text.Name(c.Member.Name), "points": figure(total), "shares": figure(shares),
				"until": text.Date(c.Room, r.Until) + " " + text.Clock(c.Room, r.Until),
			})
		})
}

// grab takes a share of the newest packet. What others grab in the same
// seconds is said in the same message.
func grab(c *Context) {
	if !c.Room.Settings.RedPackets {
		return
	}
	c.act(decision.GrabPacket{Room: c.Room, Member: c.Member, MessageID: c.Message.ID, At: c.Now},
		func(c *Context, r decision.PointsResult) {
			c.together(decision.SayFun, decision.PriorityFun, c.Member, text.Line(c.Room, either(r.Left > 0, "packet.grabbed", "packet.last"), text.Fields{
				"name": text.Name(c.Member.Name), "points": figure(r.Amount), "left": figure(r.Left),
			}))
			if r.OneWay {
				c.oneWay(r.Payer, c.Member)
			}
		})
}

// openDraw opens a draw and publishes what proves it fair.
func openDraw(c *Context) {
	if !c.Room.Settings.Draws {
		c.switchedOff("抽奖")
		return
	}
	words := strings.Fields(c.Call.Args)
	d, ok := span(words[2])
	if !ok {
		c.usage()
		return
	}
	fee, ok := c.amount(words[0], scoring.MaxAmount)
	if !ok {
		return
	}
	winners, ok := c.amount(words[1], 100)
	if !ok {
		return
	}
	prize, shown := int64(0), "平分奖池"
	if len(words) > 3 {
		if prize, ok = c.amount(words[3], scoring.MaxAmount); !ok {
			return
		}
		shown = "各得 " + figure(prize) + " 分"
	}
	op := decision.OpenDraw{
		Room: c.Room, Fee: fee, Winners: winners, Prize: prize, Closes: c.Now.Add(d), MessageID: c.Message.ID, At: c.Now, Actor: c.Actor,
	}
	c.act(op, func(c *Context, r decision.PointsResult) {
		c.public(decision.SayFun, text.Line(c.Room, "draw.open", text.Fields{
			"fee": figure(fee), "winners": figure(winners), "prize": shown, "proof": r.Commitment,
			"until": text.Date(c.Room, r.Until) + " " + text.Clock(c.Room, r.Until),
		}))
	})
}

// enterDraw buys a ticket of the open draw.
func enterDraw(c *Context) {
	if !c.Room.Settings.Draws {
		return
	}
	c.act(decision.EnterDraw{Room: c.Room, Member: c.Member, MessageID: c.Message.ID, At: c.Now},
		func(c *Context, r decision.PointsResult) {
			c.together(decision.SayFun, decision.PriorityFun, c.Member, text.Line(c.Room, "draw.entered", text.Fields{"name": text.Name(c.Member.Name), "points": figure(r.Amount)}))
		})
}

// buyPass sets points aside for one link.
func buyPass(c *Context) {
	if !c.Room.Settings.Passes {
		c.switchedOff("通行证")
		return
	}
	c.act(decision.BuyPass{Room: c.Room, Member: c.Member, MessageID: c.Message.ID, At: c.Now},
		func(c *Context, r decision.PointsResult) {
			c.line("pass", text.Fields{"at": c.address(), "points": figure(r.Amount), "until": text.Clock(c.Room, r.Until)})
		})
}

// grant gives points by hand, take takes them.
func grant(c *Context) { c.adjust(1) }

// take is grant the other way; the floor of the ledger still holds.
func take(c *Context) { c.adjust(-1) }

// adjust posts points by hand. Owners may give to anybody but the bot, which
// takes part in nothing.
func (c *Context) adjust(sign int64) {
	if c.Target.Self {
		c.line("points.bot", text.Fields{"at": c.address()})
		return
	}
	n, reason, ok := c.amountFirst(reasonApart(c.Rest))
	if !ok {
		return
	}
	op := decision.Grant{
		Room: c.Room.ID, Member: c.Target.ID, Amount: sign * n, Memo: clipReason(reason),
		MessageID: c.Message.ID, At: c.Now, Actor: c.Actor,
	}
	c.act(op, func(c *Context, r decision.PointsResult) {
		c.line(either(sign > 0, "granted", "taken"), text.Fields{
			"name": text.Name(c.Target.Name), "points": figure(n), "left": figure(r.Balance.Points), "no": text.PostingNo(r.Entries),
		})
	})
}

// undo reverses one posting.
func undo(c *Context) {
	no, _ := c.number()
	c.act(decision.Reverse{Room: c.Room.ID, No: no, At: c.Now, Actor: c.Actor}, func(c *Context, r decision.PointsResult) {
		c.line("undone", text.Fields{"no": figure(no), "new": text.PostingNo(r.Entries), "what": text.Changes(r.Entries, r.Members)})
	})
}

// proof asks for what the ledger adds up to.
func proof(*Context) decision.Query {
	return decision.Query{Points: decision.PointsQuery{Proof: true}}
}

// showProof prints why the room's points add up.
func showProof(c *Context) { c.reply(text.Proof(c.Answer.Points.Proof)) }
