package wechatsim

import (
	"fmt"
	"strconv"
	"strings"
)

// say puts a member's message into a room.
func (w *world) say(s Saying) (Done, error) {
	r, p, err := w.inside(s.Room, s.Member)
	if err != nil {
		return Done{}, err
	}
	if s.Text, err = w.mention(r, s); err != nil {
		return Done{}, err
	}
	m, err := w.compose(s)
	if err != nil {
		return Done{}, err
	}
	m.room, m.from = r, p
	if s.Kind == "redpacket" && p != w.self {
		m.from = nil // the service tells of it without a name
	}
	id := w.post(m, s.ID)
	w.log(m, Entry{Room: r.handle, From: s.Member, Kind: s.kind(), Text: s.Text, ID: id})
	return w.done(id), nil
}

// mention puts the mentions in front of the text as phones write them.
func (w *world) mention(r *room, s Saying) (string, error) {
	var b strings.Builder
	for _, handle := range s.At {
		_, p, err := w.inside(r.handle, handle)
		if err != nil {
			return "", err
		}
		b.WriteString("@" + r.byPerson[p].shown() + "\u2005")
	}
	b.WriteString(s.Text)
	return b.String(), nil
}

// whisper is private text to the account, or typed on the account's phone.
func (w *world) whisper(s Whisper) (Done, error) {
	p, err := w.person(s.Member)
	if err != nil {
		return Done{}, err
	}
	if p == w.self || p.handle == fileHelper {
		return w.typed(s)
	}
	if s.Room != "" {
		return Done{}, fmt.Errorf("%w: only the account's phone types into a room this way", ErrRefused)
	}
	said := Saying{Member: s.Member, Kind: s.Kind, Text: s.Text, Title: s.Title, URL: s.URL}
	m, err := w.compose(said)
	if err != nil {
		return Done{}, err
	}
	if !p.friend {
		w.acquaint(p)
	}
	m.peer, m.from = p, p
	id := w.post(m, "")
	w.log(m, Entry{Private: p.handle, From: p.handle, To: selfHandle, Kind: said.kind(), Text: s.Text, ID: id})
	return w.done(id), nil
}

// typed is text written on the phone of the bot's account: into a room, or
// into its own notes.
func (w *world) typed(s Whisper) (Done, error) {
	said := Saying{Member: s.Member, Kind: s.Kind, Text: s.Text, Title: s.Title, URL: s.URL}
	m, err := w.compose(said)
	if err != nil {
		return Done{}, err
	}
	m.from = w.self
	e := Entry{From: selfHandle, Kind: said.kind(), Text: s.Text}
	if s.Room != "" {
		r, _, err := w.inside(s.Room, selfHandle)
		if err != nil {
			return Done{}, err
		}
		m.room, e.Room = r, r.handle
	} else {
		m.peer, e.Private, e.To = w.people[fileHelper], fileHelper, fileHelper
	}
	e.ID = w.post(m, "")
	w.log(m, e)
	return w.done(e.ID), nil
}

// acquaint makes p a friend, as the account's holder does before p can write.
func (w *world) acquaint(p *person) {
	w.makeFriend(p)
	m := w.system("你已添加了" + escape(p.name) + "，现在可以开始聊天了。")
	m.peer = p
	id := w.post(m, "")
	w.log(m, Entry{Private: p.handle, To: selfHandle, Kind: "system", Text: m.plain, ID: id})
}

// text makes an ordinary message.
func (w *world) text(text string) *message {
	return &message{typ: typeText, content: escape(text), plain: text}
}

// system makes a message of the service; content is escaped already.
func (w *world) system(content string) *message {
	return &message{typ: typeSystem, content: content, plain: content}
}

// announce posts a message of the service into a room.
func (w *world) announce(r *room, content string) {
	m := w.system(content)
	m.room = r
	id := w.post(m, "")
	w.log(m, Entry{Room: r.handle, Kind: "system", Text: content, ID: id})
}

// post numbers m and puts it where the bot's account can see it. It returns
// the id under which the test knows the message.
func (w *world) post(m *message, id string) string {
	m.entry, m.at = -1, w.now.Unix()
	if id == "" {
		m.id = w.nextNumber()
		id = strconv.FormatInt(m.id, 10)
	} else {
		m.id = number(id)
	}
	w.byID[id] = m
	if wire := strconv.FormatInt(m.id, 10); wire != id {
		w.byID[wire] = m
	}
	if m.room == nil || m.room.has(w.self) {
		w.feed = append(w.feed, item{message: m})
	}
	if m.room != nil {
		m.room.spoken = len(w.feed)
	}
	return id
}

// log writes m into the transcript.
func (w *world) log(m *message, e Entry) {
	e.N, e.Time = len(w.transcript)+1, w.now
	if e.Result == "" {
		e.Result = "delivered"
	}
	m.entry = len(w.transcript)
	w.transcript = append(w.transcript, e)
}

// recall takes a message back and tells the room.
func (w *world) recall(c Recalling) (Done, error) {
	r, err := w.room(c.Room)
	if err != nil {
		return Done{}, err
	}
	m := w.byID[c.ID]
	if m == nil || m.room != r || m.from == nil {
		return Done{}, fmt.Errorf("%w: message %q in room %q", ErrUnknown, c.ID, c.Room)
	}
	if m.recalled {
		return Done{}, fmt.Errorf("%w: message %q is recalled already", ErrRefused, c.ID)
	}
	return w.done(w.takeBack(m)), nil
}

// takeBack writes the notice of a recalled message and returns its id.
func (w *world) takeBack(m *message) string {
	m.recalled = true
	text := "你撤回了一条消息"
	if m.from != w.self {
		text = `"` + m.room.byPerson[m.from].shown() + `" 撤回了一条消息`
	}
	id := strconv.FormatInt(m.id, 10)
	notice := &message{typ: typeRecalled, room: m.room, peer: m.peer, plain: text}
	notice.content = escapes.Replace(`<sysmsg type="revokemsg"><revokemsg><session></session><oldmsgid>` +
		strconv.FormatInt(mix(uint64(m.id))%1e9, 10) + `</oldmsgid><msgid>` + id +
		`</msgid><replacemsg><![CDATA[` + strings.ReplaceAll(text, "]]>", "]] >") + `]]></replacemsg></revokemsg></sysmsg>`)
	notice.content = spans(notice.content, 0)
	noticeID := w.post(notice, "")
	e := Entry{Kind: "recall", Text: text, ID: noticeID, From: m.from.handle}
	if m.room != nil {
		e.Room = m.room.handle
	} else {
		e.Private = m.peer.handle
	}
	w.log(notice, e)
	return noticeID
}
