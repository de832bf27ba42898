package command

import (
	"strings"

	"menshen/bot/decision"
)

// helpLines is how long the help may be.
const helpLines = 10

// help lists what the asker may do at this place, made from the table: the
// commands of the own role first, in lines by role.
func help(c *Context) {
	role, private := c.role(c.console()), c.Message.Private()
	var lines []string
	for who := role; ; who-- {
		lines = append(lines, helpOf(c.rows, who, private)...)
		if who == decision.RoleMember {
			break
		}
	}
	if role == decision.RoleMember && !private {
		lines = append(lines, "也可以私聊我。")
	}
	if role > decision.RoleMember && !private {
		lines = append(lines, "私聊我「帮助」看更多。")
	}
	c.reply(strings.Join(lines[:min(len(lines), helpLines)], "\n"))
}

// helpOf packs the commands of one role into as few lines as read well. In the
// group only what is meant to be used there is named.
func helpOf(rows []Row, who decision.Role, private bool) []string {
	const perLine = 6
	var lines, items []string
	for i := range rows {
		r := &rows[i]
		if r.Who != who || r.Help == "" || private && !r.Private || !private && (!r.Group || r.Whisper && who > decision.RoleMember) {
			continue
		}
		items = append(items, r.Name+"（"+r.Help+"）")
	}
	for len(items) > 0 {
		n := min(perLine, len(items))
		lines = append(lines, strings.Join(items[:n], " "))
		items = items[n:]
	}
	return lines
}
