package wechatsim

import "strings"

// turn counts how often a set of n wordings was used and returns the next one,
// so that a test meets all of them.
func (w *world) turn(set string, n int) int {
	i := w.variants[set]
	w.variants[set] = i + 1
	return i % n
}

// fill puts names into the wording whose turn it is: A who brought them, B the
// newcomers, X those who were there (for an invitation, B with 、).
func (w *world) fill(set string, wordings []string, a, b, x string) string {
	return strings.NewReplacer("{A}", a, "{B}", b, "{X}", x).Replace(wordings[w.turn(set, len(wordings))])
}

// The wordings, in Chinese and English. Spaces at the end and inside the
// quotes are the service's.
var (
	invitedZh     = []string{`"{A}"邀请"{B}"加入了群聊`}
	cameZh        = []string{`"{A}"邀请"{B}"加入了群聊`, `"{B}"加入了群聊`}
	selfInvitedZh = []string{`你邀请"{B}"加入了群聊  `, `你邀请"{B}"加入了群聊  <a href="weixin://revoke">撤销</a>`}
	scannedZh     = []string{`" {B}"通过扫描"{A}"分享的二维码加入群聊`, `"{B}"通过"{A}"的邀请二维码加入群聊`, `"{B}"通过扫描"{A}"分享的二维码加入群聊`}
	selfScannedZh = []string{`"{B}"通过扫描你分享的二维码加入群聊  `}
	invitedEn     = []string{`{A} invited {B} to the group chat`, `"{A}" invited "{X}" to the group chat`}
	selfInvitedEn = []string{`You invited {B} to the group chat.   `, `You invited {B} to join the group.`}
	scannedEn     = []string{`"{B}" joined the group chat via the QR Code shared by "{A}".`, `" {B}" joined the group chat via the QR Code shared by "{A}".`}
	selfScannedEn = []string{`"{B}" joined group chat via the QR code you shared.  `, `"{B}" joined the group chat via your shared QR Code.`}

	meInvitedZh   = []string{`"{A}"邀请你加入了群聊，群聊参与人还有：{X}`, `你加入了群聊，群聊参与人还有：{X}`, `你加入了群組，群組成員還有：{X}`}
	meAndOthersZh = []string{`"{A}"邀请你和"{B}"加入了群聊`}
	meScannedZh   = []string{`你通过扫描二维码加入群聊，群聊参与人还有：{X}`}
	meInvitedEn   = []string{`{A} invited you to a group chat with {X}`, `You've joined this group chat. Other participants are: {X}`, `"{A}" invited you to this group chat`}
	meAndOthersEn = []string{`{A} invited you and {B} to the group chat`}
	meScannedEn   = []string{`You've joined the group chat via QR Code. Group chat members: {X}`}
)

// joinTexts are the service's words for a join: one message for an invitation
// of several, one for each who scanned a code.
func (w *world) joinTexts(r *room, by *person, newcomers []*person, j Joining) []string {
	for i, p := range newcomers {
		if p == w.self {
			others := append(append([]*person{}, newcomers[:i]...), newcomers[i+1:]...)
			return []string{w.welcomeSelf(r, by, others, j)}
		}
	}
	if j.Via != "qr" {
		return []string{w.invited(r, by, newcomers, j)}
	}
	texts := make([]string, 0, 2*len(newcomers))
	for _, p := range newcomers {
		texts = append(texts, w.scanned(r, by, p, j))
		if !p.friend {
			texts = append(texts, strings.Replace(strangerIn(j.Lang), "{B}", escape(p.name), 1))
		}
	}
	return texts
}

// strangerIn warns of a newcomer whom nobody knows.
func strangerIn(lang string) string {
	if lang == "en" {
		return `Note: "{B}" is not friends with anyone else in this group chat.`
	}
	return `"{B}"与群里其他人都不是微信朋友关系，请注意隐私安全`
}

// invited is the one message for everybody who was invited together.
func (w *world) invited(r *room, by *person, newcomers []*person, j Joining) string {
	set, wordings := "invited zh", invitedZh
	switch self := by == w.self; {
	case self && j.Lang == "en":
		set, wordings = "self invited en", selfInvitedEn
	case self:
		set, wordings = "self invited zh", selfInvitedZh
	case j.Lang == "en":
		set, wordings = "invited en", invitedEn
	case j.By == "":
		set, wordings = "came zh", cameZh
	}
	return w.fill(set, wordings, nameIn(r, by), joinNames(newcomers, j.Lang), joinNames(newcomers, ""))
}

// scanned is the message for one who scanned a code.
func (w *world) scanned(r *room, by, newcomer *person, j Joining) string {
	set, wordings := "scanned zh", scannedZh
	switch self := by == w.self; {
	case self && j.Lang == "en":
		set, wordings = "self scanned en", selfScannedEn
	case self:
		set, wordings = "self scanned zh", selfScannedZh
	case j.Lang == "en":
		set, wordings = "scanned en", scannedEn
	}
	return w.fill(set, wordings, nameIn(r, by), escape(newcomer.name), "")
}

// welcomeSelf is what the bot's account reads when it comes in itself.
func (w *world) welcomeSelf(r *room, by *person, others []*person, j Joining) string {
	in := r.present()
	there := make([]*person, 0, len(in))
	for _, m := range in {
		if m.person != w.self && m.person != by {
			there = append(there, m.person)
		}
	}
	set, wordings := "me zh", meInvitedZh
	switch en := j.Lang == "en"; {
	case j.Via == "qr" && en:
		set, wordings = "me scanned en", meScannedEn
	case j.Via == "qr":
		set, wordings = "me scanned zh", meScannedZh
	case len(others) > 0 && en:
		set, wordings = "me and others en", meAndOthersEn
	case len(others) > 0:
		set, wordings = "me and others zh", meAndOthersZh
	case en:
		set, wordings = "me en", meInvitedEn
	}
	return w.fill(set, wordings, nameIn(r, by), joinNames(others, j.Lang), joinNames(there, j.Lang))
}

// nameIn is what system messages call p: the name in the room if there is one.
func nameIn(r *room, p *person) string {
	if m := r.byPerson[p]; m != nil {
		return escape(m.shown())
	}
	return escape(p.name)
}

// joinNames lists names as the language does.
func joinNames(people []*person, lang string) string {
	separator := "、"
	if lang == "en" {
		separator = ", "
	}
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = escape(p.name)
	}
	return strings.Join(names, separator)
}
