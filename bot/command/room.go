package command

import (
	"strings"
	"time"

	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

// change moves a switch of the room.
func (c *Context) change(s decision.SetRoom) {
	s.Room, s.At, s.Actor = c.Room.ID, c.Now, c.Actor
	c.add(s)
}

// switchOn starts the work in the room; the room hears once what that means.
// An owner among its members was bound in it, and it heard then.
func switchOn(c *Context) {
	heard := c.Room.On || !c.console()
	if heard {
		c.activate()
	} else {
		c.begin()
	}
	if heard || c.Message.Private() {
		c.line("on", nil)
	}
}

// activate switches the room on and ends a pause.
func (c *Context) activate() {
	on, never := true, time.Time{}
	c.change(decision.SetRoom{On: &on, PausedUntil: &never})
}

// begin switches the room on; a room that was off hears what the bot is.
func (c *Context) begin() {
	c.activate()
	if !c.Room.On {
		c.hello()
	}
}

// hello introduces the bot to a room, once.
func (c *Context) hello() {
	c.public(decision.SayAnnounce, text.Hello(c.Room, c.KeepDays))
}

// switchOff ends the work until somebody switches it on again; nothing that is
// said until then is read.
func switchOff(c *Context) {
	off := false
	c.change(decision.SetRoom{On: &off})
	c.line("off", nil)
}

// pause stops the work for a while.
func pause(c *Context) {
	d, _ := span(c.Call.Args)
	until := c.Now.Add(d)
	c.change(decision.SetRoom{PausedUntil: &until})
	c.line("paused", text.Fields{"date": text.Date(c.Room, until), "time": text.Clock(c.Room, until)})
}

// resume ends a pause early.
func resume(c *Context) {
	never := time.Time{}
	c.change(decision.SetRoom{PausedUntil: &never})
	c.line("resumed", nil)
}

// silence switches speaking in the room.
func silence(c *Context) {
	on, _ := onOff(c.Call.Args)
	c.change(decision.SetRoom{Silent: &on})
	c.Room.Silent = false // this answer is heard either way
	c.line(either(on, "silent.on", "silent.off"), nil)
}

// rehearse switches the rehearsal, or shows what it recorded today.
func rehearse(c *Context) {
	on, ok := onOff(c.Call.Args)
	if ok {
		c.change(decision.SetRoom{Rehearsal: &on})
		c.Room.Rehearsal = false // this answer is heard either way
		c.line(either(on, "rehearsal.on", "rehearsal.off"), nil)
		return
	}
	if len(c.Answer.Rehearsed) == 0 {
		c.whisper(text.Line(c.Room, "rehearsal.none", nil))
		return
	}
	c.whisper(text.RehearsalDetail(c.Room, c.Answer.Rehearsed, c.Answer.Members))
}

// quietHours sets or clears the hours in which nothing is said.
func quietHours(c *Context) {
	if !c.set("quiet_hours", c.Call.Args) {
		return
	}
	s := c.Room.Settings.Clone()
	if err := s.Set("quiet_hours", c.Call.Args); err != nil {
		return
	}
	c.Room.Settings.QuietFrom, c.Room.Settings.QuietTo = 0, 0 // this answer is heard either way
	if s.QuietFrom != s.QuietTo {
		value, _ := s.Get("quiet_hours")
		c.line("quiet.on", text.Fields{"value": value})
		return
	}
	c.line("quiet.off", nil)
}

// set stores one setting; a value that is not accepted is refused with what
// would be.
func (c *Context) set(key, value string) bool {
	s := c.Room.Settings.Clone()
	if err := s.Set(key, value); err != nil {
		c.line("setting.refused", text.Fields{"why": err.Error()})
		return false
	}
	c.add(decision.SetSetting{Room: c.Room.ID, Key: key, Value: value, At: c.Now, Actor: c.Actor})
	c.waitUntil(s)
	return true
}

// waitUntil lets what was held until the end of the quiet hours be said when
// those of changed settings end, which may be now.
func (c *Context) waitUntil(s decision.Settings) {
	from, r := sanction.QuietUntil(c.Room, c.Now), c.Room
	r.Settings = s
	if to := sanction.QuietUntil(r, c.Now); from.After(c.Now) && !to.Equal(from) {
		c.add(decision.MoveSays{Room: c.Room.ID, From: from, To: to})
	}
}

// settings shows every setting, one, or changes one.
func settings(c *Context) {
	name, value := settingAndValue(c.Call.Args)
	switch {
	case name == "":
		c.reply(text.Settings(c.Room.Settings))
	case name == shareName:
		share(c, value)
	case name == "文本":
		for _, page := range text.Pages("可以改的文本（看一条：设置 text.名字）：", text.Keys()) {
			c.reply(page)
		}
	case strings.HasPrefix(name, text.Prefix) && value == "":
		c.showText(strings.TrimPrefix(name, text.Prefix))
	case strings.HasPrefix(name, text.Prefix):
		setText(c, name, value)
	case name == "类别" && value == "":
		c.reply(text.Named("类别", c.Room.Settings, decision.CategoryKey))
	case name == "条款" && value == "":
		c.reply(text.Named("条款", c.Room.Settings, decision.ArticleKey))
	case value == "":
		showSetting(c, name)
	default:
		changeSetting(c, name, value)
	}
}

// settingAndValue splits 警告次数 5, 警告次数5 and, as the list shows it,
// 警告次数=5; and 类别 广告 警告 whose name has two words.
func settingAndValue(args string) (name, value string) {
	name, value, _ = strings.Cut(args, " ")
	value = strings.TrimSpace(value)
	if of, rest, _ := strings.Cut(value, " "); (name == "类别" || name == "条款") && of != "" {
		return name + of, strings.TrimSpace(rest)
	}
	if known := settingBefore(args); known != "" {
		return known, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(args[len(known):]), "="))
	}
	return name, value
}

// settingBefore is the longest name of a setting that args begins with, or "".
func settingBefore(args string) string {
	longest := ""
	for _, s := range decision.AllSettings() {
		if strings.HasPrefix(args, s.Name) && len(s.Name) > len(longest) {
			longest = s.Name
		}
	}
	return longest
}

// showSetting explains one setting. An unknown name is answered with where the
// names are found.
func showSetting(c *Context, name string) {
	def, ok := decision.FindSetting(name)
	if !ok {
		c.line("setting.refused", text.Fields{"why": c.Room.Settings.Set(name, "?").Error()})
		return
	}
	value, _ := c.Room.Settings.Get(name)
	c.reply(text.Setting(def, value))
}

// changeSetting stores a value and shows it as it was understood; 默认 restores
// what the program starts from.
func changeSetting(c *Context, name, value string) {
	def, ok := decision.FindSetting(name)
	if ok {
		name = def.Key
	}
	if value == "默认" {
		value = ""
	}
	if !c.set(name, value) {
		return
	}
	if rule, is := strings.CutPrefix(name, "rule_"); is && c.Room.Settings.RecordOnly(rule, "") {
		c.add(decision.Restore(c.Room.ID, rule, "", c.Now, c.Actor)...)
	}
	if name == decision.HonoursKey { // what the old schedule left out stays out
		c.add(decision.HonoursSince(c.Room.ID, c.Now, c.Now, c.Actor))
	}
	s := c.Room.Settings.Clone()
	if err := s.Set(name, value); err == nil {
		value, _ = s.Get(name)
	}
	c.line("setting.set", text.Fields{"name": def.Name, "value": text.Snippet(value)})
}

// showText shows a sentence of the bot as it can be replaced.
func (c *Context) showText(key string) {
	words := text.Template(c.Room, key)
	if words == "" {
		c.line("setting.refused", text.Fields{"why": text.Check(key, "").Error()})
		return
	}
	c.line("text.shown", text.Fields{"name": text.Prefix + key, "value": words})
}

// setText replaces a sentence of the bot in this room.
func setText(c *Context, key, value string) {
	shown := text.Snippet(value)
	if value == "默认" {
		value = ""
	} else if err := text.Check(strings.TrimPrefix(key, text.Prefix), value); err != nil {
		c.line("setting.refused", text.Fields{"why": err.Error()})
		return
	}
	c.add(decision.SetSetting{Room: c.Room.ID, Key: key, Value: value, At: c.Now, Actor: c.Actor})
	c.line("setting.set", text.Fields{"name": key, "value": shown})
}

// status tells the owner how the room and the program are. The console alone
// learns of every room that the account is in.
func status(c *Context) {
	h := c.Health
	h.Inbox, h.CanRemove = len(c.Answer.Inbox), c.Can.Remove
	rooms := []decision.Room{c.Room}
	if c.Message.Console {
		rooms = rooms[:0]
		for _, p := range c.Places {
			rooms = append(rooms, p.Room)
		}
	}
	c.reply(text.Status(rooms, c.Now, h))
}

// either picks a sentence by a switch.
func either(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}
