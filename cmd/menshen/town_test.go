package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"menshen/bot/chat"
	"menshen/data"
)

// villager is how a person is called in a room; without a nickname the person
// is not there.
type villager struct{ Nick, Display string }

// neighbour is a person in one room at the time of two logins.
type neighbour struct {
	handle        string
	before, after villager
	remark        string
	renamed       bool
	was, is       chat.MemberID // in each login; 0: did not speak
	points        int64
}

// alias is the 微信号 that every other friend has chosen.
func (p *neighbour) alias() string {
	if len(p.remark)%2 == 0 {
		return ""
	}
	return "wx_" + p.handle
}

// street is one room in two logins.
type street struct {
	handle string
	name   string
	people []*neighbour
	was    chat.RoomID // in the first login
}

// names makes the nicknames of a town: of ten people four use a surname with
// one or two characters, three a phrase of two parts, two a word with digits
// and one a western name with an emoji. That gives about one pair of equal
// nicknames in a room of 500, as people have who never see each other's lists.
type names struct{ *rand.Rand }

func (n names) pick(of string) string {
	all := []rune(of)
	return string(all[n.IntN(len(all))])
}

func (n names) nick() string {
	const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
	const given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国文辉宇浩然子涵欣怡梓晨雨泽嘉琪思远佳慧晓东海燕春梅志鹏立新永健俊峰振国雪莲月亮星辰"
	switch n.IntN(10) {
	case 0, 1, 2:
		return n.pick(surnames) + n.pick(given) + n.pick(given)
	case 3:
		return n.pick(surnames) + n.pick(given) + []string{"", "·", "～", "老师", "妈妈"}[n.IntN(5)] + n.pick(given)
	case 4, 5, 6:
		return []string{"静待", "一路", "简单", "阳光", "岁月", "随风", "暖暖", "清风", "快乐", "浅浅"}[n.IntN(10)] +
			n.pick(given) + []string{"花开", "有你", "时光", "人生", "如歌", "一生", "的我", "就好", "飞扬", "年华", "如梦", "依旧", "向前", "无悔", "安好", "相伴"}[n.IntN(16)]
	case 7, 8:
		return fmt.Sprintf("%s%s%d", n.pick(given), n.pick(given), n.IntN(2000))
	default:
		return fmt.Sprintf("%s%c%c%s", []string{"Lily", "Tom", "Amy", "Jack", "Coco", "Leo"}[n.IntN(6)], 'A'+rune(n.IntN(26)), 'a'+rune(n.IntN(26)), n.pick("🌸🌙⭐🍀🐱"))
	}
}

// person is somebody new: every fourth has a group name such as a door
// number, every fiftieth a remark on the account's phone.
func (n names) person() (m villager, remark string) {
	m.Nick = n.nick()
	if n.IntN(4) == 0 {
		m.Display = fmt.Sprintf("%d-%d-%d", n.IntN(30)+1, n.IntN(3)+1, n.IntN(3300)+101)
	}
	if n.IntN(50) == 0 {
		remark = fmt.Sprintf("%s%s（%d）", n.nick(), n.pick("室友客户"), n.IntN(1000))
	}
	return m, remark
}

// street makes a room and what happens until the next login: of a hundred
// people one takes another nickname, one of two hundred another group name,
// one of two hundred leaves and as many come. In every tenth room somebody
// puts on a look-alike of another's nickname and somebody takes another's
// nickname for a group name. Every twentieth room is called as others are.
func (n names) street(i, size int) *street {
	s := &street{handle: fmt.Sprint("街", i), name: fmt.Sprintf("%s小区%d群", n.nick(), i)}
	if i%20 == 0 {
		s.name = "家长群"
	}
	for range size {
		p := &neighbour{}
		p.before, p.remark = n.person()
		p.after = p.before
		s.people = append(s.people, p)
	}
	var come []*neighbour
	for _, p := range s.people {
		switch n.IntN(200) {
		case 0, 1:
			p.after.Nick, p.renamed = n.nick(), true
		case 2:
			p.after.Display, p.renamed = n.nick(), true
		case 3:
			p.after = villager{}
			q := &neighbour{}
			q.after, q.remark = n.person()
			come = append(come, q)
		}
	}
	if i%10 == 0 {
		a, b := s.people[1], s.people[2]
		a.after.Nick, a.renamed = s.people[3].before.Nick+"\u200b", true
		b.after.Display, b.renamed = s.people[4].before.Nick, true
	}
	s.people = append(s.people, come...)
	for k, p := range s.people {
		p.handle = fmt.Sprintf("%d.%d", i, k)
	}
	return s
}

// unique reports whom anybody could recognise: names kept and worn by nobody
// else in either login. Names that only look alike count as equal.
func (s *street) unique() []*neighbour {
	worn := map[string]int{}
	for _, p := range s.people {
		mine := map[string]bool{}
		for _, name := range []string{p.before.Nick, p.before.Display, p.after.Nick, p.after.Display} {
			if name = strings.ReplaceAll(name, "\u200b", ""); name != "" && !mine[name] {
				mine[name] = true
				worn[name]++
			}
		}
	}
	var all []*neighbour
	for _, p := range s.people {
		if p.before.Nick != "" && p.after.Nick != "" && !p.renamed && worn[p.after.Nick] == 1 {
			all = append(all, p)
		}
	}
	return all
}

// person finds somebody by handle.
func (w *town) person(handle string) *neighbour {
	var street, house int
	_, err := fmt.Sscanf(strings.Replace(handle, ".", " ", 1), "%d %d", &street, &house)
	must(w.t, err)
	return w.streets[street].people[house]
}

// roomOf is the room of a member.
func (w *town) roomOf(id chat.MemberID) (room chat.RoomID) {
	must(w.t, w.st.bot.db.Read(w.t.Context(), func(tx *data.Tx) error {
		m, _, err := tx.Member(id)
		room = m.Room
		return err
	}))
	return room
}
