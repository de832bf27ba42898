package bot

import (
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

// message takes one message from dedup to decision.
func (p *Pipeline) message(tx Tx, m chat.Message) error {
	if own, err := p.own(tx, m); err != nil || own {
		return err
	}
	if m.Private() {
		return p.private(tx, m)
	}
	room, ok, err := tx.Room(m.Room)
	if err != nil || !ok {
		return err
	}
	seen, err := tx.Seen(m, p.opts.KeepDays > 0 && room.On)
	if err != nil || seen || p.tooOld(m) {
		return err
	}
	member, ok, err := tx.Member(m.From)
	if err != nil || !ok {
		return err
	}
	i := incident{room: room, member: member, message: m, now: p.opts.Clock.Now()}
	if room.Active(i.now) {
		if err := p.askWho(tx, i); err != nil {
			return err
		}
		if stop, err := p.judged(tx, &i); err != nil || stop {
			return err
		}
	}
	return p.answer(tx, i)
}

// ownMemory is how long the bot takes words from its own account that equal
// some of its own for those.
const ownMemory = time.Hour

// own reports whether a message of the bot's own account is nothing that was
// typed on its phone, but the bot's own words that come back.
func (p *Pipeline) own(tx Tx, m chat.Message) (bool, error) {
	if !m.Self {
		return false, nil
	}
	answer, err := tx.Query(decision.Query{Own: &m, Since: p.opts.Clock.Now().Add(-ownMemory)})
	return answer.Own, err
}

// judged judges a message and records what follows. It reports whether nothing
// else is to be done with the message.
func (p *Pipeline) judged(tx Tx, i *incident) (bool, error) {
	if i.member.Exempt() || i.message.Kind == chat.KindSystem {
		return false, nil
	}
	if err := p.look(tx, i); err != nil || i.verdict.Action == moderation.ActionNone {
		return false, err
	}
	if err := p.appealed(tx, i); err != nil || i.verdict.Action == moderation.ActionNone {
		return false, err
	}
	return true, p.sanction(tx, *i)
}

// look fills in the verdict on a message, alone and among the last ones. What
// the room only records does not hide what several messages show.
func (p *Pipeline) look(tx Tx, i *incident) error {
	judge, err := p.judgeOf(tx, i.room)
	if err != nil {
		return err
	}
	i.verdict = judge.Judge(words(i.message))
	if err := p.mute(tx, i); err != nil {
		return err
	}
	if err := p.watched(tx, judge, i); err != nil {
		return err
	}
	return p.mute(tx, i)
}

// judgeOf returns the judge of a room.
func (p *Pipeline) judgeOf(v View, r decision.Room) (*moderation.Judge, error) {
	return p.opts.Judges.For(r, wordsOf(v, r))
}

// wordsOf reads the words of a room when they are asked for.
func wordsOf(v View, r decision.Room) func() (decision.Words, error) {
	return func() (decision.Words, error) {
		answer, err := v.Query(decision.Query{Room: r.ID, Words: true})
		return answer.Words, err
	}
}

// words is the part of a message that is the sender's to answer for.
func words(m chat.Message) moderation.Message {
	return moderation.Message{Kind: string(m.Kind), Text: m.Text, Title: m.Title, URLs: m.URLs, Quoted: m.Quoted}
}

// private is a message to the bot alone: a command or nothing.
func (p *Pipeline) private(tx Tx, m chat.Message) error {
	seen, err := tx.Seen(m, false)
	if err != nil || seen || p.tooOld(m) {
		return err
	}
	return p.answerPrivate(tx, m)
}

// maxAge is how old a message may be unless the options say otherwise.
const maxAge = 10 * time.Minute

// tooOld reports whether a message may only be counted: it waited so long that
// acting on it now would surprise everybody.
func (p *Pipeline) tooOld(m chat.Message) bool {
	limit := p.opts.MaxAge
	if limit <= 0 {
		limit = maxAge
	}
	return m.Age > limit
}
