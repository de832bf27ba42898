package bot

import (
	"slices"

	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
	"menshen/moderation"
)

// answer does what a message in a room asks for, if it is a command.
func (p *Pipeline) answer(tx Tx, i incident) error {
	call, ok := p.parse(i.message, i.room.BotName)
	if !ok {
		return p.earn(tx, i)
	}
	if !i.room.Active(i.now) && !call.Row.WhileOff {
		return nil
	}
	place := command.Place{Room: i.room, Member: i.member}
	if i.member.Role == decision.RoleMember {
		switch p.manner.react(i.member.ID, call.Question(), call.Row.Repeats, i.message.Time) {
		case reactLater:
			if call.Row.Who > i.member.Role {
				return nil // nothing was answered
			}
			return tx.Apply(p.later(i))
		case reactSilence:
			return nil
		case reactAnswer:
		}
	}
	return p.carryOut(tx, call, i.message, []command.Place{place})
}

// parse reads a line as a command. Only words that a person typed are read;
// cards, quotes and file names are not.
func (p *Pipeline) parse(m chat.Message, botName string) (command.Call, bool) {
	if m.Kind != chat.KindText && m.Kind != chat.KindQuote {
		return command.Call{}, false
	}
	return command.Parse(m.Text, botName)
}

// later asks a member for patience, once. Where answers are not said, in the
// quiet hours and in rehearsals, there is nothing to be patient about.
func (p *Pipeline) later(i incident) decision.Effect {
	return decision.Speak{Say: decision.Say{
		Cause: i.cause(), Kind: decision.SayRefusal, Room: i.room.ID, Priority: decision.PriorityFun,
		Text: text.Later(i.room, i.member), Rehearsed: i.room.Silent || i.room.Rehearsal || sanction.Quiet(i.room, i.now),
		Due: i.now.Add(i.room.Settings.CheckInMerge), // not before the answer
	}}
}

// answerPrivate does what a private message asks for.
func (p *Pipeline) answerPrivate(tx Tx, m chat.Message) error {
	places, err := p.places(tx, m)
	if err != nil {
		return err
	}
	call, ok := p.parsePrivate(m, places)
	if !ok {
		return nil
	}
	if err := reached(tx, m, places); err != nil {
		return err
	}
	// What was asked in the room may be asked once more in private: the help
	// says so itself.
	question := "private " + call.Question()
	keeps := func(at command.Place) bool { return at.Member.Role > decision.RoleMember }
	if !m.Console && len(m.As) > 0 && !slices.ContainsFunc(places, keeps) &&
		p.manner.react(slices.Min(m.As), question, call.Row.Repeats, m.Time) != reactAnswer {
		return nil
	}
	return p.carryOut(tx, call, m, places)
}

// parsePrivate reads a private line as a command, in front of which may stand
// the name that the bot has in any of the sender's rooms.
func (p *Pipeline) parsePrivate(m chat.Message, places []command.Place) (call command.Call, ok bool) {
	if call, ok = p.parse(m, ""); ok {
		return call, ok
	}
	for _, at := range places {
		if call, ok = p.parse(m, at.Room.BotName); ok {
			return call, ok
		}
	}
	return call, false
}

// reached forgets that a sender could not be written to: whoever writes in
// private has become a friend since.
func reached(tx Tx, m chat.Message, places []command.Place) error {
	for _, at := range places {
		if !at.Member.Unreachable {
			continue
		}
		if err := tx.Apply(decision.SetMember{Member: at.Member.ID, Unreachable: ptr(false), At: m.Time, Why: "wrote in private"}); err != nil {
			return err
		}
	}
	return nil
}

// places lists the rooms that a private sender can mean: for the console every
// room of the bot, for others those they are in.
func (p *Pipeline) places(tx Tx, m chat.Message) ([]command.Place, error) {
	var places []command.Place
	if m.Console {
		rooms, err := tx.Rooms()
		for _, r := range rooms {
			places = append(places, command.Place{Room: r})
		}
		return places, err
	}
	for _, id := range m.As {
		member, ok, err := tx.Member(id)
		if err != nil {
			return nil, err
		}
		if !ok || !member.Present {
			continue
		}
		room, ok, err := tx.Room(member.Room)
		if err != nil {
			return nil, err
		}
		if ok {
			places = append(places, command.Place{Room: room, Member: member})
		}
	}
	return places, nil
}

// carryOut decides a command and records what follows.
func (p *Pipeline) carryOut(tx Tx, call command.Call, m chat.Message, places []command.Place) error {
	req := command.Request{
		Call: call, Message: m, Places: places, Now: p.opts.Clock.Now(), Can: p.opts.Network.Capabilities(),
		Judge: func(id chat.RoomID, what moderation.Message) (moderation.Verdict, error) {
			return p.rehearse(tx, id, what)
		},
		Keyword: func(id chat.RoomID, word string) (moderation.Keyword, bool, error) { return p.keyword(tx, id, word) },
		Code:    p.tryCode(call, m.Console, len(places) > 0), KeepDays: p.opts.KeepDays, ReadRules: p.opts.ReadRules,
		FileWords: p.opts.Judges.FileWords, FilePhrases: p.opts.Judges.FilePhrases,
		Health: p.health(),
	}
	d, err := command.Do(req, tx.Query)
	if err != nil {
		return err
	}
	if err := tx.Apply(d.Effects...); err != nil {
		return err
	}
	return p.learn(tx, d.Effects)
}

// health is what the program knows of itself.
func (p *Pipeline) health() text.Health {
	return text.Health{
		Phase: p.Login().Phase, Budget: p.outbox.left(), CanRemove: p.opts.Network.Capabilities().Remove,
		LongJournal: p.opts.LongJournal != nil && p.opts.LongJournal(),
	}
}

// rehearse judges a message as one of an ordinary member of a room.
func (p *Pipeline) rehearse(tx Tx, id chat.RoomID, m moderation.Message) (moderation.Verdict, error) {
	room, ok, err := tx.Room(id)
	if err != nil || !ok {
		return moderation.Verdict{}, err
	}
	judge, err := p.opts.Judges.Fresh(room, wordsOf(tx, room))
	if err != nil {
		return moderation.Verdict{}, err
	}
	verdict := judge.Judge(m)
	room.Settings.Mute(&verdict)
	return verdict, nil
}

// keyword returns the word as a room judges by it, wherever it comes from.
func (p *Pipeline) keyword(tx Tx, id chat.RoomID, word string) (k moderation.Keyword, ok bool, err error) {
	room, known, err := tx.Room(id)
	if err != nil || !known {
		return k, false, err
	}
	judge, err := p.opts.Judges.Fresh(room, wordsOf(tx, room))
	if err != nil {
		return k, false, err
	}
	k, ok = judge.Keyword(word)
	return k, ok, nil
}

// tryCode tries the binding code that a call carries, if it carries one. Who
// shares no room with the bot does not use it up. The console may ask for one.
func (p *Pipeline) tryCode(call command.Call, console, binds bool) command.CodeAnswer {
	if console && binds && call.WantsCode() {
		return p.opts.Code.Show()
	}
	typed, ok := call.Typed()
	if !ok {
		return command.CodeNone
	}
	return p.opts.Code.Try(typed, binds, p.opts.Clock.Now())
}
