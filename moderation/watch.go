package moderation

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// The rules that need more than one message.
const (
	RuleFlood    = "flood"    // too many messages
	RuleRepeat   = "repeat"   // the same again and again
	RuleCampaign = "campaign" // the same advertisement by several newcomers
	RuleNewcomer = "newcomer" // what a newcomer may not send yet
	// RuleUnreadable is about messages that can be read on a phone only. It is
	// off unless a room wants a notice or a review; they count all the same.
	RuleUnreadable = "unreadable"
)

// Line is a message that was said before the one being judged.
type Line struct {
	From int64 // whoever said it; any id that tells members apart
	At   time.Time
	Text string // empty when texts are not kept
}

// History is what a room remembers of the last minutes, oldest first and
// without the message being judged.
type History struct {
	Own       []Line // the sender's
	Newcomers []Line // those of other newcomers
	Newcomer  bool   // the sender is one
}

// Watch holds the limits of the rules that need more than one message.
type Watch struct {
	FloodCount   int           // messages by one member within FloodWindow
	FloodWindow  time.Duration // 0 switches the rule off, as in those below
	RepeatCount  int           // times one member says nearly the same
	RepeatWindow time.Duration
	Campaign     int // newcomers who say nearly the same
	CampaignIn   time.Duration
	SplitWindow  time.Duration // a word may be split over messages this close together
}

// DefaultWatch returns the limits a room starts from.
func DefaultWatch() Watch {
	return Watch{
		FloodCount: 15, FloodWindow: time.Minute, RepeatCount: 3, RepeatWindow: 10 * time.Minute,
		Campaign: 2, CampaignIn: 10 * time.Minute, SplitWindow: 10 * time.Second,
	}
}

const (
	maxLines   = 40  // lines of a history that are compared
	maxCompare = 400 // folded runes of a text that are compared
	minCompare = 6   // shorter texts are repeated by everybody
	shortLine  = 6   // runes of a message that can be a part of a split word
	splitLines = 3   // messages a word can be split over
)

// Watch returns what m shows only together with the messages before it. All of
// it is for the owner's review, since each can be innocent. A rule speaks when
// its limit is reached and is silent beyond it, so one flood is one finding.
func (j *Judge) Watch(w Watch, m Message, at time.Time, h History) []Finding {
	own := recent(h.Own)
	var out []Finding
	if w.FloodWindow > 0 && since(own, at, w.FloodWindow)+1 == w.FloodCount {
		out = append(out, watched(RuleFlood, m.Text))
	}
	print := newPrint(m.Text + "\n" + m.Title)
	if w.RepeatWindow > 0 && len(similar(print, own, at, w.RepeatWindow))+1 == w.RepeatCount {
		out = append(out, watched(RuleRepeat, m.Text))
	}
	if h.Newcomer && w.CampaignIn > 0 {
		others := map[int64]bool{}
		for _, l := range similar(print, recent(h.Newcomers), at, w.CampaignIn) {
			others[l.From] = true
		}
		if len(others)+1 >= w.Campaign && len(others) > 0 {
			f := watched(RuleCampaign, m.Text)
			f.With = slices.Sorted(maps.Keys(others))
			out = append(out, f)
		}
	}
	return append(out, j.split(w, m, at, own)...)
}

// watched is a finding about a whole message.
func watched(rule, text string) Finding {
	return Finding{Rule: rule, Action: ActionReview, In: FieldText, End: len([]rune(text)), Text: text}
}

// recent bounds how much of a history is looked at.
func recent(lines []Line) []Line { return lines[max(0, len(lines)-maxLines):] }

// since counts the lines within window before at.
func since(lines []Line, at time.Time, window time.Duration) int {
	n := 0
	for _, l := range lines {
		if at.Sub(l.At) < window {
			n++
		}
	}
	return n
}

// similar returns the lines within window before at that say nearly the same.
func similar(p textPrint, lines []Line, at time.Time, window time.Duration) []Line {
	if p.size < minCompare {
		return nil
	}
	var out []Line
	for _, l := range lines {
		if l.Text != "" && at.Sub(l.At) < window && p.like(newPrint(l.Text)) {
			out = append(out, l)
		}
	}
	return out
}

// textPrint is the set of neighbouring letters of a folded text.
type textPrint struct {
	pairs map[uint64]bool
	size  int // letters
}

func newPrint(text string) textPrint {
	var f Folded
	f.Fold(text)
	p := textPrint{pairs: map[uint64]bool{}}
	var last rune
	for _, c := range f.cells[:min(f.plain(), maxCompare)] {
		if !c.isLetter() {
			continue
		}
		p.pairs[uint64(last)<<32|uint64(c.r())] = true
		last = c.r()
		p.size++
	}
	return p
}

// like reports whether two texts share at least four in five of their pairs.
func (p textPrint) like(q textPrint) bool {
	if len(p.pairs) == 0 || q.size < minCompare {
		return false
	}
	both := 0
	for pair := range q.pairs {
		if p.pairs[pair] {
			both++
		}
	}
	return 5*both >= 4*(len(p.pairs)+len(q.pairs)-both)
}

// Alike reports whether two texts say nearly the same.
func Alike(a, b string) bool { return newPrint(a).like(newPrint(b)) }

// split finds keywords that the sender spread over short messages. The span is
// the part in m.
func (j *Judge) split(w Watch, m Message, at time.Time, own []Line) []Finding {
	if w.SplitWindow <= 0 || m.Text == "" || len([]rune(m.Text)) > shortLine {
		return nil
	}
	parts := []string{m.Text}
	for i := len(own) - 1; i >= 0 && len(parts) < splitLines; i-- {
		if l := own[i]; at.Sub(l.At) > w.SplitWindow || l.Text == "" || len([]rune(l.Text)) > shortLine {
			break
		}
		parts = append([]string{own[i].Text}, parts...)
	}
	if len(parts) == 1 {
		return nil
	}
	text := strings.Join(parts, "")
	border := len([]rune(text)) - len([]rune(m.Text))
	buffers := j.scratch.Get().(*scratch)
	defer j.scratch.Put(buffers)
	buffers.folded.Fold(text)
	var out []Finding
	buffers.hits = j.lexicon.Find(&buffers.folded, buffers.hits[:0])
	for _, f := range j.findings(nil, buffers, FieldText) {
		if f.Start >= border || f.End <= border {
			continue
		}
		whole := []rune(text)[f.Start:f.End]
		f.Tier, f.Action, f.In, f.Text = TierDisguised, min(f.Action, ActionReview), FieldText, string(whole)
		f.Start, f.End = 0, f.End-border
		f.Why = append(f.Why, "messages→one")
		out = append(out, f)
	}
	return out
}

// Newcomer reports whether a member is on probation: it ends when both the
// days and the number of substantive messages are reached. A member whose
// joining nobody saw (zero joined) is none.
func Newcomer(joined, now time.Time, days, messages, substantive int) bool {
	if joined.IsZero() {
		return false
	}
	return now.Sub(joined) < time.Duration(days)*24*time.Hour || substantive < messages
}

// Probation returns the finding about what a newcomer may not send yet: a card
// that leads out of the room, although the verdict objects to nothing in it.
func Probation(m Message, v Verdict) (Finding, bool) {
	switch m.Kind {
	case "link", "card", "miniprogram", "channels", "forward":
		if v.Action == ActionNone {
			f := watched(RuleNewcomer, m.Title)
			f.In = FieldTitle
			return f, true
		}
	}
	return Finding{}, false
}
