package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// newAndOld is a case, or a member who is there and one who is not.
func newAndOld(s string) bool {
	old := formerName(s)
	return onlyCase(s) || atFirst(s) && old != ""
}

// formerName returns the name after the last @ of a line, if it is not the
// first of the line.
func formerName(s string) string {
	at := strings.LastIndexAny(s, "@＠")
	if at <= 0 {
		return ""
	}
	old, _ := cutAt(s[at:])
	return old
}

// former asks for those who are gone and had the second name of the line.
func former(c *Context) decision.Query {
	old := formerName(c.Call.Args)
	return decision.Query{FormerName: old}
}

// join answers yes to the question whether two members are one, also after it
// was answered otherwise, or joins two that nobody asked about; split takes
// that back.
func join(c *Context) {
	if c.Target.ID != 0 {
		c.joinNamed()
		return
	}
	k, ok := c.identityCase()
	switch {
	case !ok:
	case k.State == decision.CaseAgreed:
		c.stale(k)
	default:
		c.merge(k)
	}
}

// joinNamed joins the target and a former member of the name that follows.
func (c *Context) joinNamed() {
	name := formerName(c.Call.Args)
	all := c.Answer.Formers
	if c.former != 0 {
		all = slices.DeleteFunc(slices.Clone(all), func(m decision.Former) bool { return m.ID != c.former })
	}
	switch len(all) {
	case 0:
		c.line("merge.who", text.Fields{"name": text.Name(name)})
		return
	case 1:
	default:
		c.askFormer(all)
		return
	}
	question := decision.Case{
		ID: c.nextCase(), Room: c.Room.ID, Member: all[0].ID, Other: c.Target.ID, Kind: decision.CaseIdentity,
		State: decision.CaseOpen, Opened: c.Now, Hits: 1, Detail: text.Hangs(c.Room, all[0]),
	}
	c.Answer.Members = map[chat.MemberID]decision.Member{all[0].ID: all[0].Member, c.Target.ID: c.Target}
	if c.joinable(question) {
		c.add(decision.OpenCase{Case: question, Actor: c.Actor})
		c.merge(question)
	}
}

// askFormer asks which of several who are gone is meant, first of all of those
// with something to lose.
func (c *Context) askFormer(all []decision.Former) {
	const most = 9
	all = slices.SortedStableFunc(slices.Values(all), func(a, b decision.Former) int {
		return cmp.Compare(min(len(text.Hangs(c.Room, b)), 1), min(len(text.Hangs(c.Room, a)), 1))
	})
	all = all[:min(len(all), most)]
	options := make([]option, 0, len(all))
	for _, m := range all {
		options = append(options, option{Line: c.Call.Row.Name + " " + c.Call.Args, Room: c.Room.ID, Target: c.Target.ID, Former: m.ID})
	}
	c.ask(options)
	c.reply(text.WhichFormer(c.Room, all))
}

// split makes two members of one again. Only an agreed question can be taken
// back.
func split(c *Context) {
	if k := c.Answer.Case; k != nil && k.Room == c.Room.ID && k.Kind == decision.CaseRoom {
		c.standAlone(*k)
		return
	}
	k, ok := c.identityCase()
	switch {
	case !ok:
	case k.State != decision.CaseAgreed || c.Answer.Members[k.Member].MergedInto != k.Other:
		c.stale(k)
	default:
		c.add(
			decision.Split{Old: k.Member, New: k.Other, Case: k.ID, At: c.Now, Actor: c.Actor},
			decision.ChangeCase{Case: k.ID, State: decision.CaseRefused, At: c.Now, Actor: c.Actor, Why: "split"},
		)
		c.told("split", k)
	}
}

// takeAfter carries out the yes to the question whether a room is an earlier
// one.
func (c *Context) takeAfter(k decision.Case) {
	c.inherit(k, false)
	c.add(decision.ChangeCase{Case: k.ID, State: decision.CaseAgreed, At: c.Now, Actor: c.Actor})
	c.line("room.taken", text.Fields{"case": strconv.FormatInt(k.ID, 10), "room": text.Name(c.Room.Name)})
}

// standAlone takes that back.
func (c *Context) standAlone(k decision.Case) {
	if k.State != decision.CaseAgreed || c.role(c.console()) < decision.RoleOwner {
		c.stale(k)
		return
	}
	c.inherit(k, true)
	c.add(decision.ChangeCase{Case: k.ID, State: decision.CaseRefused, At: c.Now, Actor: c.Actor, Why: "split"})
	c.line("room.split", text.Fields{"case": strconv.FormatInt(k.ID, 10), "room": text.Name(c.Room.Name)})
}

func (c *Context) inherit(k decision.Case, undo bool) {
	old, err := strconv.ParseInt(k.Detail, 10, 64)
	if err != nil {
		return // every such case was opened with a number
	}
	c.add(decision.TakeAfter{Old: chat.RoomID(old), New: c.Room.ID, Undo: undo, Case: k.ID, At: c.Now, Actor: c.Actor})
}

// identityCase is the question that the line names.
func (c *Context) identityCase() (decision.Case, bool) {
	id, _ := c.number()
	k := c.Answer.Case
	if k == nil || k.Room != c.Room.ID || k.Kind != decision.CaseIdentity {
		c.line("case.unknown", text.Fields{"case": strconv.FormatInt(id, 10)})
		return decision.Case{}, false
	}
	return *k, true
}

// joinable tells why two members cannot be joined. Nobody but an owner says of
// themselves who they were.
func (c *Context) joinable(k decision.Case) bool {
	old, now := c.Answer.Members[k.Member], c.Answer.Members[k.Other]
	why := ""
	switch {
	case c.role(c.console()) < decision.RoleOwner && !c.mayTouch(now):
		why = "请群主来处理"
	case old.Present:
		why = "旧的还在群里"
	case old.MergedInto != 0 || now.MergedInto != 0:
		why = "其中一个已并给别人"
	case old.Self || now.Self || old.ID == now.ID:
		why = "不是两位成员"
	default:
		return true
	}
	c.line("merge.no", text.Fields{"name": text.Name(old.Name), "other": text.Name(now.Name), "why": why})
	return false
}

// merge carries out the yes.
func (c *Context) merge(k decision.Case) {
	if !c.joinable(k) {
		return
	}
	c.add(
		decision.Merge{Old: k.Member, New: k.Other, Case: k.ID, At: c.Now, Actor: c.Actor},
		decision.ChangeCase{Case: k.ID, State: decision.CaseAgreed, At: c.Now, Actor: c.Actor},
	)
	c.told("merged", k)
}

// told confirms a merge or split with both names.
func (c *Context) told(key string, k decision.Case) {
	c.line(key, text.Fields{
		"case": strconv.FormatInt(k.ID, 10), "name": text.Name(c.Answer.Members[k.Member].Name), "other": text.Name(c.Answer.Members[k.Other].Name),
	})
}
