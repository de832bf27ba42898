package wechat

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"menshen/bot/chat"
)

func TestMatch(t *testing.T) {
	known := func(id chat.MemberID, nick, display, remark string) chat.KnownMember {
		return chat.KnownMember{ID: id, Nick: nick, Display: display, Remark: remark, Present: true}
	}
	seen := func(nick, display, remark string) chat.SeenMember {
		return chat.SeenMember{UserName: "@1", Nick: nick, Display: display, Remark: remark}
	}
	gone := known(9, "小明", "", "")
	gone.Present = false
	self := chat.KnownMember{ID: 7, Nick: "助手", Self: true, Present: true}
	for name, c := range map[string]struct {
		known     []chat.KnownMember
		seen      chat.SeenMember
		others    []chat.SeenMember
		untrusted bool
		want      chat.MemberID
		strength  chat.Strength
	}{
		"nickname unique":              {known: []chat.KnownMember{known(1, "小明", "", "")}, seen: seen("小明", "", ""), want: 1, strength: chat.StrengthMedium},
		"group name unique":            {known: []chat.KnownMember{known(1, "小明", "三单元", "")}, seen: seen("大明", "三单元", ""), want: 1, strength: chat.StrengthMedium},
		"only a look-alike":            {known: []chat.KnownMember{known(1, "小明", "", "")}, seen: seen("小\u200b明", "", ""), strength: chat.StrengthNew},
		"two who look alike":           {known: []chat.KnownMember{known(1, "小明", "", "")}, seen: seen("小明", "", ""), others: []chat.SeenMember{seen("小\u2060明", "", "")}, strength: chat.StrengthNew},
		"two known of that name":       {known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "小明", "", "")}, seen: seen("小明", "", ""), strength: chat.StrengthNew},
		"another's group name":         {known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "红", "小明", "")}, seen: seen("小明", "", ""), strength: chat.StrengthNew},
		"nickname taken as group name": {known: []chat.KnownMember{known(1, "小明", "", "")}, seen: seen("坏人", "小明", ""), strength: chat.StrengthNew},
		"evidence for two people":      {known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "红", "三单元", "")}, seen: seen("小明", "三单元", ""), strength: chat.StrengthNew},
		"remark":                       {known: []chat.KnownMember{known(1, "小明", "", "房东")}, seen: seen("全新", "", "房东"), want: 1, strength: chat.StrengthStrong},
		"remark though not trusted":    {known: []chat.KnownMember{known(1, "小明", "", "房东")}, seen: seen("全新", "", "房东"), untrusted: true, want: 1, strength: chat.StrengthStrong},
		"name where not trusted":       {known: []chat.KnownMember{known(1, "小明", "", "")}, seen: seen("小明", "", ""), untrusted: true, strength: chat.StrengthNew},
		"name with a remark since":     {known: []chat.KnownMember{known(1, "小明", "", "")}, seen: seen("小明", "", "房东"), want: 1, strength: chat.StrengthMedium},
		"name without the remark":      {known: []chat.KnownMember{known(1, "小明", "", "房东")}, seen: seen("小明", "", ""), strength: chat.StrengthNew},
		"name of one who left":         {known: []chat.KnownMember{gone}, seen: seen("小明", "", ""), strength: chat.StrengthNew},
		"the account itself":           {known: []chat.KnownMember{self, known(1, "助手", "", "")}, seen: chat.SeenMember{Nick: "新名", Self: true}, want: 7, strength: chat.StrengthStrong},
		"the account's name":           {known: []chat.KnownMember{self}, seen: seen("助手", "", ""), strength: chat.StrengthNew},
		"the last of a name": {
			known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "小明", "三单元", "")},
			seen:  seen("小明", "", ""), others: []chat.SeenMember{seen("小明", "三单元", "")}, want: 1, strength: chat.StrengthMedium,
		},
		"the last of a name but for the group name": {
			known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "小明", "三单元", "")},
			seen:  seen("小明", "五单元", ""), others: []chat.SeenMember{seen("小明", "三单元", "")}, strength: chat.StrengthNew,
		},
		"another put the name down": {
			known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "小明", "三单元", "")},
			seen:  seen("小明", "", ""), others: []chat.SeenMember{seen("红", "三单元", "")}, want: 1, strength: chat.StrengthMedium,
		},
		"the last of a name looks alike": {
			known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "小明", "三单元", "")},
			seen:  seen("小\u200b明", "", ""), others: []chat.SeenMember{seen("小明", "三单元", "")}, strength: chat.StrengthNew,
		},
		"one of the name left": {
			known: []chat.KnownMember{known(1, "小明", "", ""), known(2, "小明", "三单元", ""), known(3, "小明", "", "")},
			seen:  seen("小明", "", ""), others: []chat.SeenMember{seen("小明", "三单元", "")}, strength: chat.StrengthNew,
		},
		"nobody": {seen: seen("小明", "", ""), strength: chat.StrengthNew},
	} {
		t.Run(name, func(t *testing.T) {
			link := Match(c.known, append([]chat.SeenMember{c.seen}, c.others...), !c.untrusted)[0]
			if link.ID != c.want || link.Strength != c.strength || link.Evidence == "" {
				t.Errorf("link %+v, want %d %s", link, c.want, c.strength)
			}
		})
	}
}

// town is 200 rooms of 500 members with the names people have. One in twelve
// shares a nickname with others, one in five has a group name, one in fifty a
// remark; between the logins one in a hundred takes another nickname, one in
// two hundred leaves, as many come, and in every room somebody puts on a
// look-alike of another's name with an invisible character, or takes the
// nickname of a member for a group name.
type town struct {
	rand *rand.Rand
	next chat.MemberID
}

type townsman struct {
	id      chat.MemberID
	known   chat.KnownMember
	seen    chat.SeenMember
	left    bool
	renamed bool
	fresh   bool
}

func (w *town) person() *townsman {
	w.next++
	nick := fmt.Sprintf("用户%d", w.next)
	if w.rand.IntN(12) == 0 {
		nick = []string{"小明", "A.平安", "静待花开", "。", "阿强"}[w.rand.IntN(5)]
	}
	p := &townsman{id: w.next, known: chat.KnownMember{ID: w.next, Nick: nick, Present: true}}
	if w.rand.IntN(5) == 0 {
		p.known.Display = fmt.Sprintf("%d栋%d室", w.rand.IntN(20), w.rand.IntN(2000))
	}
	if w.rand.IntN(50) == 0 {
		p.known.Remark = fmt.Sprintf("备注%d", w.next)
	}
	p.seen = chat.SeenMember{Nick: p.known.Nick, Display: p.known.Display, Remark: p.known.Remark}
	return p
}

func (w *town) room() []*townsman {
	people := make([]*townsman, 500)
	for i := range people {
		people[i] = w.person()
	}
	for _, p := range people {
		switch w.rand.IntN(200) {
		case 0, 1:
			p.seen.Nick, p.renamed = fmt.Sprintf("改名%d", p.id), true
		case 2:
			p.left = true
			come := w.person()
			come.fresh = true
			people = append(people, come)
		}
	}
	a, b, c := people[0], people[1], people[2]
	a.seen.Nick, a.renamed = b.known.Nick+"\u200b", true
	c.seen.Display, c.renamed = people[3].known.Nick, true
	return people
}

// TestMatchInTown measures the matching on 100 000 members.
func TestMatchInTown(t *testing.T) {
	w := &town{rand: rand.New(rand.NewPCG(1, 2))}
	var wrong, right, uniqueNames, uniqueLinked, asked int
	began := time.Now()
	for range 200 {
		people := w.room()
		var known []chat.KnownMember
		var seen []chat.SeenMember
		var truth []*townsman
		names := map[string]int{}
		for _, p := range people {
			if !p.fresh {
				known = append(known, p.known)
			}
			if !p.left {
				seen = append(seen, p.seen)
				truth = append(truth, p)
			}
			for _, n := range distinct(normalName(p.known.Nick), normalName(p.known.Display), normalName(p.seen.Nick), normalName(p.seen.Display)) {
				names[n]++
			}
		}
		for i, link := range Match(known, seen, true) {
			p := truth[i]
			if link.ID != 0 && link.ID != p.id {
				wrong++
			}
			if link.ID == p.id {
				right++
			}
			if !p.renamed && !p.fresh && names[normalName(p.seen.Nick)] == 1 {
				uniqueNames++
				if link.ID == p.id {
					uniqueLinked++
				}
			}
			if len(link.Maybe) > 0 {
				asked++
			}
		}
	}
	t.Logf("%d linked, %d wrong; unique names %d, linked %d; %d have a candidate left; %v", right, wrong, uniqueNames, uniqueLinked, asked, time.Since(began))
	if wrong > 0 {
		t.Errorf("%d wrong links", wrong)
	}
	if float64(uniqueLinked) < 0.99*float64(uniqueNames) {
		t.Errorf("%d of %d members with unique names linked", uniqueLinked, uniqueNames)
	}
}

func TestMatchRooms(t *testing.T) {
	people := func(names ...string) []identity {
		var out []identity
		for _, n := range names {
			out = append(out, identity{nick: n})
		}
		return out
	}
	known := []roomSide{
		{"邻里", people("a", "b", "c", "d", "e")},
		{"家长群", people("a", "b", "c", "d", "e")},
		{"家长群", people("v", "w", "x", "y", "z")},
		{"空", nil},
		{"双", people("a", "b")},
		{"双", people("a", "b")},
	}
	for name, c := range map[string]struct {
		seen roomSide
		want int
	}{
		"same":                    {roomSide{"邻里", people("a", "b", "c", "d", "e")}, 0},
		"one of five changed":     {roomSide{"邻里", people("a", "b", "c", "d", "x")}, 0},
		"two of five changed":     {roomSide{"邻里", people("a", "b", "c", "y", "x")}, -1},
		"another name":            {roomSide{"新邻里", people("a", "b", "c", "d", "e")}, -1},
		"same name, other people": {roomSide{"家长群", people("v", "w", "x", "y", "z")}, 2},
		"nothing recorded":        {roomSide{"空", people("a")}, 3},
		"two candidates":          {roomSide{"双", people("a", "b")}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := matchRooms(known, []roomSide{c.seen})[0]; got != c.want {
				t.Errorf("matched %d, want %d", got, c.want)
			}
		})
	}
	twins := roomSide{"邻里", people("a", "b", "c", "d", "e")}
	if got := matchRooms(known, []roomSide{twins, twins}); got[0] != -1 || got[1] != -1 {
		t.Errorf("two rooms claim one: %v", got)
	}
}

func TestNormalName(t *testing.T) {
	for name, tc := range map[string]struct{ a, b string }{
		"escapes":         {"A&amp;B", "A&B"},
		"one letter, two": {"Rene\u0301", "Ren\u00e9"},
		"a list's emoji":  {"猫\U0001F639", "猫\U0001F602"},
		"invisible marks": {"老\u200b王\ufeff ", "老王"},
	} {
		t.Run(name, func(t *testing.T) {
			if normalName(tc.a) != normalName(tc.b) {
				t.Errorf("%q and %q differ: %q, %q", tc.a, tc.b, normalName(tc.a), normalName(tc.b))
			}
		})
	}
	if normalName("老王") == normalName("老汪") || normalName("Rene") == normalName("Ren\u00e9") {
		t.Error("different names are equal")
	}
}
