package bot_test

import (
	"slices"
	"time"

	"menshen/bot/chat"
)

// tale is a stage on which people come and go, told in steps so that it can go
// on where a crash cut it.
type tale struct {
	*stage
	taleState
	steps []step
	wrong []string // what the checks of the database found at the end
}

// taleState is how far a tale was told.
type taleState struct {
	at      int       // the step that is being told
	held    bool      // its events are with the server
	until   time.Time // and its time goes on until then
	lines   int
	onPhone []chat.MemberID // removed by hand
	told    []chat.MemberID // whose leaving the network reported
}

func (s taleState) clone() taleState {
	s.onPhone, s.told = slices.Clone(s.onPhone), slices.Clone(s.told)
	return s
}

// step is a batch that the server has to tell, and the time that passes then.
type step struct {
	events func(*tale) []chat.Event
	wait   time.Duration
}

// tell goes on with the tale to its end.
func (s *tale) tell() {
	s.t.Helper()
	s.said = s.lines
	for ; s.at < len(s.steps); s.at++ {
		now := s.steps[s.at]
		if !s.held {
			if events := now.events(s); len(events) > 0 {
				s.wire.hold(events)
			}
			s.held, s.lines, s.until = true, s.said, s.clock.Now().Add(now.wait)
		}
		s.deliver()
		s.clock.advance(s.until)
		s.held = false
	}
}

// more tells another tale on the same stage.
func (s *tale) more(steps []step) {
	s.t.Helper()
	s.at, s.lines, s.steps = 0, s.said, steps
	s.tell()
}

// says is a step in which members speak at once.
func says(wait time.Duration, lines ...any) step {
	return step{func(s *tale) (all []chat.Event) {
		for i := 0; i < len(lines); i += 2 {
			all = append(all, s.line(lines[i].(chat.MemberID), lines[i+1].(string)))
		}
		return all
	}, wait}
}

// look is two steps: the network reads a whole member list and then, for who
// is missing in it and in the one before, reports that they left.
func look() []step {
	return []step{{(*tale).list, time.Minute}, {(*tale).leavers, time.Minute}}
}

// gone are the members whom the network or somebody by hand removed.
func (s *tale) gone() []chat.MemberID {
	return append(slices.Clone(s.onPhone), s.wire.state().removed...)
}

func (s *tale) list() []chat.Event {
	gone := s.gone()
	present := slices.DeleteFunc([]chat.MemberID{theBot, wang, li, jia, yi, bing}, func(id chat.MemberID) bool {
		return slices.Contains(gone, id)
	})
	return []chat.Event{chat.RosterRead{Room: theRoom, Present: present, Time: s.clock.Now()}}
}

func (s *tale) leavers() (all []chat.Event) {
	for _, id := range s.gone() {
		if !slices.Contains(s.told, id) {
			s.told = append(s.told, id)
			all = append(all, chat.Left{Room: theRoom, Members: []chat.MemberID{id}, Time: s.clock.Now()})
		}
	}
	return all
}

// pairTale is a single hit that leads to a removal.
func pairTale() []step {
	return slices.Concat([]step{says(2*time.Minute, bing, "签到", jia, "快来加群")}, look(), look(), look())
}

// shortTale is a warning, a removal and what goes on beside them.
func shortTale() []step {
	return slices.Concat([]step{
		says(2*time.Minute, jia, "快来加群", bing, "今天晚上一起去跑步吧", yi, "有人要兼职吗"),
		says(2*time.Minute, jia, "快来加群", bing, "签到"),
	}, look(), look(), look())
}

// longTale adds a removal that is refused, newcomers and an owner at work.
func longTale() []step {
	welcome := step{func(s *tale) []chat.Event {
		return []chat.Event{chat.Joined{Room: theRoom, Members: []chat.MemberID{yi, bing}, Time: s.clock.Now()}, s.line(jia, "签到")}
	}, 2 * time.Minute}
	refused := step{func(s *tale) []chat.Event {
		s.wire.refuse = func(chat.MemberID) error { return chat.ErrRefused }
		return []chat.Event{s.line(yi, "快来加群")}
	}, 2 * time.Minute}
	byHand := step{func(s *tale) []chat.Event {
		s.onPhone = append(s.onPhone, yi)
		return s.list()
	}, time.Minute}
	answers := step{func(s *tale) []chat.Event {
		return []chat.Event{s.private(wang, "待办"), s.private(wang, "2放过")}
	}, 2 * time.Minute}
	return slices.Concat([]step{welcome}, shortTale(), []step{refused, says(2*time.Minute, yi, "快来加群")},
		look(), []step{byHand, {(*tale).leavers, time.Minute}}, look(), []step{answers})
}

// private is the next message of a member to the bot alone.
func (s *tale) private(from chat.MemberID, text string) chat.Message {
	m := s.line(from, text)
	m.Room, m.From, m.As = 0, 0, []chat.MemberID{from}
	return m
}
