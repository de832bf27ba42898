package command

import (
	"fmt"
	"slices"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/bot/text"
)

// option is what an answer to a numbered question stands for. It is kept by
// the store and never comes from a chat, so it may say what was proven.
type option struct {
	Line   string        `json:"line"` // the command to go on with
	Room   chat.RoomID   `json:"room"`
	Target chat.MemberID `json:"target,omitempty"`
	Proven bool          `json:"proven,omitempty"` // the binding code was right
	Former chat.MemberID `json:"former,omitempty"` // who is gone
	Sure   bool          `json:"sure,omitempty"`   // the sender confirmed it
	// Accept is who hands the room over, 0 for the console; Yes is the answer.
	HandOver bool          `json:"handover,omitempty"`
	Accept   chat.MemberID `json:"accept,omitempty"`
	Yes      bool          `json:"yes,omitempty"`
}

// person is who talks in private.
func (s *session) person() decision.Person {
	return decision.Person{As: s.Message.As, Console: s.console()}
}

// place finds the room that a call is about. In private that is the room the
// line or its case names, the only room there is, the one picked before, or
// else a question.
func (s *session) place(opt option) (*Place, decision.Decision, error) {
	var none decision.Decision
	switch {
	case opt.Room != 0:
		return s.in(opt.Room), none, nil
	case !s.Message.Private():
		return s.in(s.Message.Room), none, nil
	case s.Call.room != 0:
		return s.in(chat.RoomID(s.Call.room)), none, nil
	case s.Call.Row.byCase && !s.Call.Malformed && caseFirst(s.Call.Args):
		return s.ofCase()
	}
	places := s.candidates()
	switch {
	case len(places) == 0:
		return nil, none, nil
	case len(places) == 1, s.Call.Row.Name == "待办", s.console() && s.Call.Row.Name == "状态":
		return &places[0], none, nil // the inbox and the console's status tell of all rooms
	}
	return s.picked(places)
}

// in returns the place in a room, or nil.
func (s *session) in(room chat.RoomID) *Place {
	for i := range s.Places {
		if s.Places[i].Room.ID == room {
			return &s.Places[i]
		}
	}
	return nil
}

// ofCase is the place in the room of the case that the line begins with.
func (s *session) ofCase() (*Place, decision.Decision, error) {
	id, _, _ := cutNumber(s.Call.Args)
	a, err := s.read(decision.Query{Case: id})
	if err != nil {
		return nil, decision.Decision{}, fmt.Errorf("read case %d: %w", id, err)
	}
	if a.Case != nil {
		if p := s.in(a.Case.Room); p != nil {
			return p, decision.Decision{}, nil
		}
	}
	// No case of the sender's rooms: any of them can say so.
	if places := s.candidates(); len(places) > 0 {
		return &places[0], decision.Decision{}, nil
	}
	return nil, decision.Decision{}, nil
}

// candidates are the places where the sender may use the command.
func (s *session) candidates() []Place {
	var fit []Place
	for _, p := range s.Places {
		if p.role(s.console()) >= s.Call.Row.Who && (p.Room.On || s.Call.Row.WhileOff) {
			fit = append(fit, p)
		}
	}
	return fit
}

// picked is the place chosen before, or the question which to choose. The
// command that asks to choose again never takes the old answer.
func (s *session) picked(places []Place) (*Place, decision.Decision, error) {
	person := s.person()
	a, err := s.read(decision.Query{Pick: &person})
	if err != nil {
		return nil, decision.Decision{}, fmt.Errorf("read the picked room: %w", err)
	}
	fresh := s.Call.Row.Name == "换群" || s.Call.Row.Name == "认主"
	at := slices.IndexFunc(places, func(p Place) bool { return p.Room.ID == a.Picked })
	if at >= 0 && !fresh {
		return &places[at], decision.Decision{}, nil
	}
	return nil, s.askRoom(places), nil
}

// askRoom asks for the room by number, and remembers the line.
func (s *session) askRoom(places []Place) decision.Decision {
	const most = 20
	places = places[:min(len(places), most)]
	c := s.at(places[0])
	options := make([]option, 0, len(places))
	rooms := make([]decision.Room, 0, len(places))
	proven := s.Code == CodeRight
	if s.Call.Row.Name == "认主" && !proven {
		return decision.Decision{} // nothing is listed to whoever only guesses
	}
	for _, p := range places {
		options = append(options, option{Line: s.Call.Row.Name + " " + s.Call.Args, Room: p.Room.ID, Proven: proven})
		rooms = append(rooms, p.Room)
	}
	c.ask(options)
	c.whisper(text.WhichRoom(rooms))
	return c.out
}
