package command

import (
	"strings"

	"menshen/bot/decision"
)

// helpLines is how long the help may be.
const helpLines = 10

// help lists what the asker may do at this place, made from the table: a line
// for each topic. In the group nothing is named that is not for all to read,
// and nothing that is switched off.
func help(c *Context) {
	role, private := c.role(c.console()), c.Message.Private()
	var topics []string
	items := map[string][]string{}
	for i := range c.rows {
		r := &c.rows[i]
		if !r.shownTo(role, private, c.Room.Settings) {
			continue
		}
		if items[r.topic] == nil {
			topics = append(topics, r.topic)
		}
		items[r.topic] = append(items[r.topic], r.usage()+r.remark(role, private))
	}
	lines := make([]string, 0, helpLines)
	for _, topic := range topics[:min(len(topics), helpLines)] {
		lines = append(lines, topic+"："+strings.Join(items[topic], "、"))
	}
	if !private && len(lines) < helpLines {
		lines = append(lines, "更多请私聊我「帮助」，直接发命令就行，不用 @")
	}
	c.reply(strings.Join(lines, "\n"))
}

// remark says what a command does, and whether it is understood in the group
// alone. Who keeps the room has a long list and knows what members do.
func (r *Row) remark(role decision.Role, private bool) string {
	hint := r.hint
	if role > decision.RoleMember && r.Who == decision.RoleMember {
		hint = ""
	}
	switch {
	case private && !r.Private && hint != "":
		hint += "，在群里"
	case private && !r.Private:
		hint = "在群里"
	}
	if hint == "" {
		return ""
	}
	return "（" + hint + "）"
}

// shownTo reports whether the help names the command to a role at a place.
func (r *Row) shownTo(role decision.Role, private bool, s decision.Settings) bool {
	switch {
	case r.topic == "" || r.Who > role, !private && !r.Group:
		return false
	case private && !r.Private && role > decision.RoleMember: // the list of who keeps the room is long enough
		return false
	case !private && r.Who > decision.RoleMember && r.Whisper:
		return false
	}
	return r.needs == nil || r.needs(s)
}
