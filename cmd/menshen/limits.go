package main

import "menshen/bot/chat"

// limits says what the network cannot do and what is done instead, a line each.
// Nobody should learn it when it is needed.
func limits(can chat.Capabilities) []string {
	var lines []string
	for _, l := range []struct {
		can  bool
		line string
	}{
		{can.Remove, "menshen cannot remove members on WeChat: at the last warning it asks the owner to, and looks whether it was done"},
		{can.Recall > 0, "menshen cannot take back what it said: a warning that was a mistake is only followed by a correction"},
		{can.Mute, "menshen cannot mute members on WeChat: it only warns"},
		{can.Mentions, "an @ by menshen does not notify anybody on WeChat: it only names whom a sentence is for"},
		{can.StableIDs, "WeChat gives every login other ids: members are recognised by remark and names, and the owner is asked where those do not suffice"},
		{can.LeaveEvents, "WeChat does not say who left: menshen compares member lists, so it learns of it up to 40 minutes later"},
	} {
		if !l.can {
			lines = append(lines, l.line)
		}
	}
	return lines
}
