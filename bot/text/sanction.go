package text

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"menshen/bot/decision"
	"menshen/moderation"
)

// Date writes a day in the room's zone: 9月30日.
func Date(r decision.Room, t time.Time) string {
	t = t.In(r.Settings.Location())
	return fmt.Sprintf("%d月%d日", int(t.Month()), t.Day())
}

// Clock writes a time of day in the room's zone: 08:30.
func Clock(r decision.Room, t time.Time) string {
	return t.In(r.Settings.Location()).Format("15:04")
}

// article names the written rule that a finding broke, if the owner said which
// article it is; the category of a word counts before its rule.
func article(r decision.Room, f moderation.Finding) string {
	n := r.Settings.Article(f.Rule)
	if f.Category != "" && r.Settings.Article(f.Category) != "" {
		n = r.Settings.Article(f.Category)
	}
	if n == "" {
		return ""
	}
	return "群规第 " + n + " 条"
}

// cause says why a case was opened: what was found, or the reason given by
// hand.
func cause(r decision.Room, c decision.Case) string {
	f := chief(c.Findings)
	if f.Rule == "" && c.Reason != "" {
		return "违反" + cmp.Or(article(r, moderation.Finding{Rule: decision.ArticleHand}), "群规") + "：" + Snippet(c.Reason)
	} else if f.Rule == "" {
		return "违反" + cmp.Or(article(r, moderation.Finding{Rule: decision.ArticleHand}), "群规")
	}
	return what(article(r, f), f)
}

// Warning is the public notice of strike c. Undelivered are the member's
// earlier strikes whose own notices never went out; the notice names them too.
func Warning(r decision.Room, m decision.Member, c decision.Case, undelivered ...decision.Case) string {
	var earlier strings.Builder
	if c.Detail == decision.DetailPass {
		earlier.WriteString("通行证押的分不退。")
	}
	for _, e := range undelivered {
		fmt.Fprintf(&earlier, "另有 #%d 警告 %d/%d 未及通知。", e.ID, e.Strike, r.Settings.WarningLimit)
	}
	expiry := ""
	if !c.Expires.IsZero() {
		expiry = "，" + Date(r, c.Expires) + "失效"
	}
	return Line(r, "warning", Fields{
		"at": At(r, m), "what": cause(r, c), "count": strconv.Itoa(c.Strike), "limit": strconv.Itoa(r.Settings.WarningLimit),
		"expiry": expiry, "earlier": earlier.String(), "case": strconv.FormatInt(c.ID, 10),
	})
}

// Notice is the public reminder of what is no strike, such as personal data.
func Notice(r decision.Room, m decision.Member, findings []moderation.Finding) string {
	f := chief(findings)
	return Line(r, "notice", Fields{"at": At(r, m), "what": what(article(r, f), f)})
}

// Removed is the public sentence after the member list showed that m is gone.
func Removed(r decision.Room, m decision.Member, c decision.Case) string {
	if c.Strike == 0 {
		return Line(r, "removed.hand", Fields{"name": Name(m.Name)})
	}
	return Line(r, "removed", Fields{"at": At(r, m), "count": strconv.Itoa(c.Strike), "limit": strconv.Itoa(r.Settings.WarningLimit)})
}

// Full is the public sentence when the owner was asked to remove m.
func Full(r decision.Room, m decision.Member, c decision.Case) string {
	if c.Strike == 0 {
		return Line(r, "full.hand", Fields{"name": Name(m.Name)})
	}
	return Line(r, "full", Fields{"name": Name(m.Name), "limit": strconv.Itoa(r.Settings.WarningLimit)})
}

// Reversed tells m that a strike or a removal by hand was taken back; appealed
// says that m had asked.
func Reversed(r decision.Room, m decision.Member, c decision.Case, appealed bool) string {
	if appealed {
		return ofCase(r, m, c, "upheld", "upheld.hand")
	}
	return ofCase(r, m, c, "reversed", "reversed.hand")
}

// AppealDeclined tells m that the case stands.
func AppealDeclined(r decision.Room, m decision.Member, c decision.Case) string {
	return ofCase(r, m, c, "declined", "declined.hand")
}

// ofCase tells m what became of a strike, or of a removal by hand.
func ofCase(r decision.Room, m decision.Member, c decision.Case, strike, byHand string) string {
	key := strike
	if c.Kind == decision.CaseRemoval {
		key = byHand
	}
	return Line(r, key, Fields{"at": At(r, m), "case": strconv.FormatInt(c.ID, 10)})
}

// Stays tells the room, which heard that the owner was asked to remove m, that
// nothing comes of it.
func Stays(r decision.Room, m decision.Member) string {
	return Line(r, "stays", Fields{"at": At(r, m)})
}
