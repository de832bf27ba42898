package wechat

import (
	"cmp"
	"html"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"menshen/bot/chat"
)

const (
	// maxGap is how long a room may have gone unseen for its names to prove
	// anything.
	maxGap = 7 * 24 * time.Hour
	// minOverlap is the share of the bigger roster that both have in common.
	minOverlap = 0.8
)

// emojiTwins: the message and the member list write the same one
// differently. (Observed by ItChat and wechat4u.)
var emojiTwins = strings.NewReplacer(
	"\U0001F63C", "\U0001F601", "\U0001F639", "\U0001F602", "\U0001F63A", "\U0001F603",
	"\U0001F4AB", "\U0001F616", "\U0001F64D", "\U0001F614", "\U0001F63B", "\U0001F60D",
	"\U0001F63D", "\U0001F618", "\U0001F64E", "\U0001F621", "\U0001F63F", "\U0001F622",
)

// normalName is the form in which two names are compared: two names that look
// alike to WeChat's own lists are equal, and so are the one and the two
// characters that some phones type for the same letter.
func normalName(s string) string {
	s = norm.NFC.String(emojiTwins.Replace(html.UnescapeString(s)))
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x200b && r <= 0x200f, r == 0x2060, r == 0xfeff, r == 0xfe0f:
			return -1
		}
		return r
	}, s))
}

// identity is the part of a person that both sides of a match have.
type identity struct {
	nick, display, remark string // normalised
	handle                string
	self                  bool
}

func knownIdentity(m chat.KnownMember) identity {
	return identity{normalName(m.Nick), normalName(m.Display), normalName(m.Remark), m.Handle, m.Self}
}

func seenIdentity(m chat.SeenMember) identity {
	return identity{normalName(m.Nick), normalName(m.Display), normalName(m.Remark), m.Handle, m.Self}
}

// names returns the distinct names a person goes by in the room.
func (p identity) names() []string { return distinct(p.nick, p.display) }

// Match links the members of one room seen in a new login to those known
// before. It looks at the whole room at once: a piece of evidence counts only
// if it is unique on both sides, and two pieces that point at different people
// cancel each other. trusted says that the room itself was recognised by name
// and roster within [maxGap]; without it only strong evidence links.
//
// The result has one link for each seen member, in order.
func Match(known []chat.KnownMember, seen []chat.SeenMember, trusted bool) []chat.MemberLink {
	m := newMatcher(known, seen)
	m.strong()
	if trusted {
		m.medium()
		m.remaining()
	}
	return m.links()
}

// matcher holds both sides of a match and what is decided so far.
type matcher struct {
	known   []chat.KnownMember
	seen    []chat.SeenMember
	knownID []identity
	seenID  []identity
	bySeen  []int // index of the known member, -1: none
	taken   []bool
	how     []chat.Strength
	why     []string
}

func newMatcher(known []chat.KnownMember, seen []chat.SeenMember) *matcher {
	m := &matcher{
		known: known, seen: seen,
		knownID: make([]identity, len(known)), seenID: make([]identity, len(seen)),
		bySeen: make([]int, len(seen)), taken: make([]bool, len(known)),
		how: make([]chat.Strength, len(seen)), why: make([]string, len(seen)),
	}
	for i, k := range known {
		m.knownID[i] = knownIdentity(k)
	}
	for i, s := range seen {
		m.seenID[i] = seenIdentity(s)
		m.bySeen[i] = -1
	}
	return m
}

func (m *matcher) link(s, k int, how chat.Strength, why string) {
	m.bySeen[s], m.taken[k], m.how[s], m.why[s] = k, true, how, why
}

// strong links the account itself, and members by what neither they nor others
// can choose at will: the remark that the account's owner gave them, and the
// name the network lets others find them by.
func (m *matcher) strong() {
	known, seen := unique(m.knownID, identity.proofs), unique(m.seenID, identity.proofs)
	for pair, why := range agreed(known, seen) {
		if s, k := pair[0], pair[1]; m.seenID[s].self == m.knownID[k].self {
			m.link(s, k, chat.StrengthStrong, proof(why))
		}
	}
}

// proof says what one of [identity.proofs] stands for.
func proof(key string) string {
	switch key[0] {
	case 's':
		return "the account itself"
	case 'r':
		return "remark name unique on both sides"
	default:
		return "the same 微信号"
	}
}

// proofs are the keys of what proves who somebody is.
func (p identity) proofs() []string {
	if p.self {
		return []string{"s"}
	}
	var all []string
	if p.remark != "" {
		all = append(all, "r"+p.remark)
	}
	if p.handle != "" {
		all = append(all, "h"+p.handle)
	}
	return all
}

// medium links by names. Only members who were there last count as known: a
// name that somebody else left behind proves nothing.
func (m *matcher) medium() {
	known := unique(m.knownID, identity.names, func(i int) bool { return m.known[i].Present })
	for pair := range agreed(known, unique(m.seenID, identity.names)) {
		if s, k := pair[0], pair[1]; m.bySeen[s] < 0 && !m.taken[k] && m.compatible(s, k) {
			m.link(s, k, chat.StrengthMedium, "name unique on both sides of a room with the same roster")
		}
	}
}

// agreed returns the pairs of a seen and a known person that have a key in
// common which nobody else has, with such a key. Keys that point at different
// people cancel each other.
func agreed(known, seen map[string]int) map[[2]int]string {
	pairs := map[[2]int]string{}
	ofSeen, ofKnown := map[int]int{}, map[int]int{}
	for key, s := range seen {
		k, ok := known[key]
		if !ok || k < 0 || s < 0 {
			continue
		}
		pair := [2]int{s, k}
		if old, had := pairs[pair]; had {
			pairs[pair] = min(old, key)
			continue
		}
		pairs[pair] = key
		ofSeen[s]++
		ofKnown[k]++
	}
	maps.DeleteFunc(pairs, func(pair [2]int, _ string) bool { return ofSeen[pair[0]] > 1 || ofKnown[pair[1]] > 1 })
	return pairs
}

// remaining links the last two of a name: everybody else who bears it on either
// side is recognised, say by their group names, and these two show the same.
func (m *matcher) remaining() {
	known, seen := map[string][]int{}, map[string][]int{}
	for k, p := range m.knownID {
		if !m.taken[k] && m.known[k].Present {
			bear(known, p, k)
		}
	}
	for s, p := range m.seenID {
		if m.bySeen[s] < 0 {
			bear(seen, p, s)
		}
	}
	for s, p := range m.seenID {
		last := seen[p.nick]
		if p.nick == "" || len(last) != 1 || last[0] != s || len(known[p.nick]) != 1 {
			continue
		}
		k := known[p.nick][0]
		same := m.seen[s].Nick == m.known[k].Nick && m.seen[s].Display == m.known[k].Display
		alone := p.display == "" || len(seen[p.display]) == 1 && len(known[p.display]) == 1
		if same && alone && m.compatible(s, k) {
			m.link(s, k, chat.StrengthMedium, "the last of a name of which all others are recognised")
		}
	}
}

// bear adds a person under each of their names.
func bear(names map[string][]int, p identity, i int) {
	for _, name := range p.names() {
		names[name] = append(names[name], i)
	}
}

// compatible refuses a pair that a remark speaks against, unless it is new, and one whose
// common name is a nickname on one side and a group name on the other. Names
// that only look alike make others ambiguous but prove nothing themselves.
func (m *matcher) compatible(s, k int) bool {
	a, b := m.seenID[s], m.knownID[k]
	if a.self || b.self || b.remark != "" && a.remark != b.remark {
		return false
	}
	if a.handle != "" && b.handle != "" && a.handle != b.handle {
		return false
	}
	seen, known := m.seen[s], m.known[k]
	return seen.Nick != "" && seen.Nick == known.Nick || seen.Display != "" && seen.Display == known.Display
}

// unique maps each name to the index of its only bearer, or to -1 when it has
// several.
func unique(ids []identity, names func(identity) []string, only ...func(int) bool) map[string]int {
	out := make(map[string]int, len(ids))
	for i, p := range ids {
		if len(only) > 0 && !only[0](i) {
			continue
		}
		for _, name := range names(p) {
			if _, had := out[name]; had {
				out[name] = -1
			} else {
				out[name] = i
			}
		}
	}
	return out
}

// links writes the result down, with the candidates a person may decide about.
func (m *matcher) links() []chat.MemberLink {
	byName := map[string][]chat.MemberID{}
	for k, p := range m.knownID {
		if m.taken[k] || p.self {
			continue
		}
		for _, name := range p.names() {
			byName[name] = append(byName[name], m.known[k].ID)
		}
	}
	out := make([]chat.MemberLink, len(m.seen))
	for s := range m.seen {
		out[s] = chat.MemberLink{Seen: m.seen[s], Strength: chat.StrengthNew, Evidence: "nobody known before"}
		if k := m.bySeen[s]; k >= 0 {
			out[s] = chat.MemberLink{ID: m.known[k].ID, Seen: m.seen[s], Strength: m.how[s], Evidence: m.why[s]}
			continue
		}
		for _, name := range m.seenID[s].names() {
			out[s].Maybe = append(out[s].Maybe, byName[name]...)
		}
		if len(out[s].Maybe) > 0 {
			slices.Sort(out[s].Maybe)
			out[s].Maybe = slices.Compact(out[s].Maybe)
			out[s].Evidence = "a name alone is too weak"
		}
	}
	return out
}

// roomSide is a room as one side of a match sees it.
type roomSide struct {
	name    string
	members []identity
}

// overlap returns the share of the bigger roster's names that both have, the
// account itself left out; 1 when both are empty.
func overlap(a, b []identity) float64 {
	count := map[string]int{}
	na, nb, both := 0, 0, 0
	for _, p := range a {
		if !p.self {
			na++
			count[cmp.Or(p.nick, p.display)]++
		}
	}
	for _, p := range b {
		if p.self {
			continue
		}
		nb++
		if name := cmp.Or(p.nick, p.display); count[name] > 0 {
			count[name]--
			both++
		}
	}
	if max(na, nb) == 0 {
		return 1
	}
	return float64(both) / float64(max(na, nb))
}

// matchRooms pairs rooms of two logins: the same name and rosters that agree,
// with no second candidate on either side. The result has the index in known
// for each seen room, or -1.
func matchRooms(known, seen []roomSide) []int {
	byName := map[string][]int{}
	for i, k := range known {
		byName[normalName(k.name)] = append(byName[normalName(k.name)], i)
	}
	out := make([]int, len(seen))
	claimed := make(map[int]int, len(seen))
	for s, room := range seen {
		out[s] = -1
		// A room of which no member was ever recorded carries nothing that a
		// wrong link could hurt: its name is enough.
		var fits, blank []int
		for _, k := range byName[normalName(room.name)] {
			if len(known[k].members) == 0 {
				blank = append(blank, k)
			} else if overlap(known[k].members, room.members) >= minOverlap {
				fits = append(fits, k)
			}
		}
		if len(fits) == 0 {
			fits = blank
		}
		for _, k := range fits {
			claimed[k]++
		}
		if len(fits) == 1 {
			out[s] = fits[0]
		}
	}
	for s, k := range out {
		if k >= 0 && claimed[k] > 1 {
			out[s] = -1
		}
	}
	return out
}
