package bot

import (
	"fmt"
	"slices"
	"strconv"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/sanction"
	"menshen/bot/text"
)

// askWho asks the owners whether a member who came with a new login is somebody
// known from before it. It is asked when the member first says something, about
// one earlier member at a time, and only where warnings or points hang on it.
// Beyond what a login may ask, the pair is named by 待办 alone.
func (p *Pipeline) askWho(tx Tx, i incident) error {
	if !i.member.Doubtful {
		return nil
	}
	answer, err := tx.Query(decision.Query{Room: i.room.ID, Member: i.member.ID, Maybe: true})
	if err != nil {
		return fmt.Errorf("ask who a member was: %w", err)
	}
	_, acts := p.parse(i.message, i.room.BotName)
	n := slices.IndexFunc(answer.Maybe, func(old decision.Former) bool { return mayAsk(answer, old, acts) })
	if n < 0 {
		return nil
	}
	old := answer.Maybe[n]
	question := decision.Case{
		ID: answer.NextCase, Room: i.room.ID, Member: old.ID, Other: i.member.ID, Kind: decision.CaseIdentity,
		State: decision.CaseOpen, Opened: i.message.Time, Hits: 1, Detail: text.Hangs(i.room, old),
	}
	return tx.Apply(
		decision.OpenCase{Case: question},
		sanction.OwnerLine(i.room, fmt.Sprintf("case:%d", question.ID), question.ID, text.SamePerson(old.Member, i.member, question)),
	)
}

// fewQuestions is how often a login of few members may ask who somebody is.
const fewQuestions = 3

// mayAsk reports whether a login may still make somebody ask who a member is,
// which it may once for a thousand members: half of the questions are for more
// than points, and of several people of one name nobody is asked for points
// alone because one of them talks, but for the first.
func mayAsk(a decision.Answer, old decision.Former, acts bool) bool {
	// The lists name the bot and some who leave, so a twentieth is left out.
	thousands := a.Linked * 19 / 20 / 1000
	budget := max(fewQuestions, thousands)
	switch {
	case old.Grave():
		return a.Asked < budget
	case acts || !old.Shared:
		return a.Asked < (budget+1)/2
	default:
		return a.Asked == 0 || a.Asked < min(thousands, (budget+1)/2)
	}
}

// askWhence asks whether a room is one that an earlier login knew and this one
// did not recognise, about one at a time. The account's console is asked: the
// old room may have been somebody else's.
func (p *Pipeline) askWhence(tx Tx, e chat.RosterRead) error {
	room, ok, err := tx.Room(e.Room)
	if err != nil || !ok || !room.On {
		return err
	}
	answer, err := tx.Query(decision.Query{Room: room.ID, Forebears: true})
	if err != nil || len(answer.Forebears) == 0 {
		return err
	}
	old := answer.Forebears[0]
	question := decision.Case{
		ID: answer.NextCase, Room: room.ID, Member: room.Bot, Kind: decision.CaseRoom, State: decision.CaseOpen,
		Opened: e.Time, Hits: 1, Detail: strconv.FormatInt(int64(old.ID), 10), Reason: old.Name,
	}
	return tx.Apply(
		decision.OpenCase{Case: question},
		decision.Speak{Say: decision.Say{
			Cause: fmt.Sprintf("case:%d", question.ID), Kind: decision.SayInbox, Room: room.ID, Console: true,
			Priority: decision.PriorityAnswer, Case: question.ID, Text: text.SameRoom(room, question),
		}},
	)
}
