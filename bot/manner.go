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
	since time.Time
	times int
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
	same := 1
	if !repeats {
		same = m.count(question{member, command}, at)
	}
	all := m.count(question{member: member}, at)
	switch {
	case same == 1 && all <= mannerLimit:
		return reactAnswer
	case same == 2 && all <= mannerLimit, same == 1 && all == mannerLimit+1:
		return reactLater
	default:
		return reactSilence
	}
}

func (m *manner) count(q question, at time.Time) int {
	a := m.asked[q]
	if a == nil || at.Sub(a.since) >= mannerWindow {
		before := a
		m.undo = append(m.undo, func() { m.restore(q, before) })
		a = &asking{since: at}
		m.asked[q] = a
	} else {
		m.undo = append(m.undo, func() { a.times-- })
	}
	a.times++
	return a.times
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
		if at.Sub(a.since) >= mannerWindow {
			delete(m.asked, q)
		}
	}
	if len(m.asked) >= mannerSize {
		clear(m.asked)
	}
}
