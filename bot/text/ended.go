package text

import (
	"fmt"
	"strconv"

	"menshen/bot/decision"
)

// Ended says what came to its end; m is whose it was. Empty when nothing is to
// be said.
func Ended(r decision.Room, m decision.Member, e decision.Ended) string {
	f := Fields{
		"at": At(r, m), "name": Name(m.Name), "points": strconv.FormatInt(e.Amount, 10),
		"item": Name(e.Item), "case": strconv.FormatInt(e.Case, 10), "friends": "",
	}
	switch {
	case e.Kind == decision.EndedPacket && e.Amount > 0:
		return Line(r, "packet.over", f)
	case e.Kind == decision.EndedDraw && e.Void:
		return Line(r, "draw.void", f)
	case e.Kind == decision.EndedDraw:
		return Line(r, "draw.won", Fields{"winners": winners(e.Winners)})
	case e.Kind == decision.EndedRedemption:
		return Line(r, "redeem.expired", f)
	case e.Kind == decision.EndedInvite && e.Amount > 0:
		if e.Count > 1 {
			f["friends"] = " " + strconv.Itoa(e.Count) + " 位"
		}
		return Line(r, "invite.earned", f)
	}
	return ""
}

// winners names the winners with what each won.
func winners(all []decision.Winner) string {
	const named = 10
	list := ""
	for i, w := range all {
		if i == named {
			return list + fmt.Sprintf(" 等 %d 位", len(all))
		}
		if i > 0 {
			list += "、"
		}
		list += fmt.Sprintf("%s +%d 分", Name(w.Name), w.Points)
	}
	return list
}

// PassUsed asks the owner about a link that was posted with a pass.
func PassUsed(r decision.Room, m decision.Member, c decision.Case) string {
	words := Snippet(c.Evidence)
	if words == "" { // erased, or never kept
		words = Host(chief(c.Findings).Host)
	}
	return Line(r, "pass.used", Fields{"case": strconv.FormatInt(c.ID, 10), "name": Name(m.Name), "words": words})
}
