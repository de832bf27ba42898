package bot

import (
	"slices"
	"sync"
	"time"

	"menshen/bot/chat"
)

// The bot's patience with one member.
const (
	mannerWindow = time.Minute
	mannerLimit  = 10   // commands of any kind in a window
	mannerSize   = 4096 // questions remembered at once

	// Two bots that answer each other slowly stay within a window for ever. So
	// nobody is answered more often than this without a pause: the other bot
	// has nothing to answer then.
	loopPause = 5 * time.Minute
	loopSame  = 10  // times one question
	loopAll   = 120 // questions of any kind
)

// reaction is how a question is met.
type reaction uint8

const (
	reactAnswer reaction = iota
	reactLater           // "please try later", once
	reactSilence
)

// manner remembers who asked what in the last minute, so that the bot answers
// a question once, asks for patience once, and is silent after that.
type manner struct {
	mu    sync.Mutex
	asked map[question]*asking
	// undo takes back what was counted since the last begin, newest last.
	undo []func()
}

type question struct {
	member  chat.MemberID
	command string // empty: any command
}

type asking struct {
	since  time.Time
	times  int
	spoken time.Time // of the last answer
	turns  int       // answers since a pause
}

func newManner() *manner { return &manner{asked: map[question]*asking{}} }

// begin marks the start of a batch.
func (m *manner) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.undo = m.undo[:0]
}

// rollback forgets the questions of a batch that was not recorded: it comes
// again, and must not look like people repeating themselves.
func (m *manner) rollback() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, undo := range slices.Backward(m.undo) {
		undo()
	}
	m.undo = m.undo[:0]
}

// react counts a question at a time of the server and says how to meet it.
// Commands that may be repeated only count towards the limit of all.
func (m *manner) react(member chat.MemberID, command string, repeats bool, at time.Time) reaction {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.asked) >= mannerSize {
		m.sweep(at)
	}
	same, all := asking{times: 1}, m.count(question{member: member}, at)
	if !repeats {
		same = m.count(question{member, command}, at)
	}
	looped := all.turns >= loopAll || same.turns >= loopSame
	how := reactSilence
	switch {
	case looped:
	case same.times == 1 && all.times <= mannerLimit:
		how = reactAnswer
	case same.times == 2 && all.times <= mannerLimit, same.times == 1 && all.times == mannerLimit+1:
		how = reactLater
	}
	if how != reactSilence {
		m.spoke(question{member: member}, at)
		if !repeats {
			m.spoke(question{member, command}, at)
		}
	}
	return how
}

// count counts a question and returns what is known of it.
func (m *manner) count(q question, at time.Time) asking {
	a := m.change(q)
	if a.times == 0 || at.Sub(a.since) >= mannerWindow {
		a.since, a.times = at, 0
	}
	if at.Sub(a.spoken) >= loopPause {
		a.turns = 0
	}
	a.times++
	return *a
}

// spoke notes that a question was met with words.
func (m *manner) spoke(q question, at time.Time) {
	a := m.change(q)
	a.spoken = at
	a.turns++
}

// change returns what is known of a question, to be changed until a rollback.
func (m *manner) change(q question) *asking {
	before := m.asked[q]
	m.undo = append(m.undo, func() { m.restore(q, before) })
	a := &asking{}
	if before != nil {
		*a = *before
	}
	m.asked[q] = a
	return a
}

// restore puts back what was known of a question.
func (m *manner) restore(q question, a *asking) {
	if a == nil {
		delete(m.asked, q)
		return
	}
	m.asked[q] = a
}

// sweep forgets what is over; when nothing is, it forgets everything, which
// costs an answer too many and no more.
func (m *manner) sweep(at time.Time) {
	for q, a := range m.asked {
		if at.Sub(a.since) >= mannerWindow && at.Sub(a.spoken) >= loopPause {
			delete(m.asked, q)
		}
	}
	if len(m.asked) >= mannerSize {
		clear(m.asked)
	}
}
