package data

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"menshen/bot/chat"
	"menshen/scoring"
)

// modelPass is a pass whose points are set aside.
type modelPass struct {
	who     chat.MemberID
	used    bool
	until   time.Time
	message string
	taken   numbered // the posting that forfeited it
}

// modelFine is what a strike cost.
type modelFine struct {
	who    chat.MemberID
	number int64
	taken  numbered
}

// modelInvite is a newcomer somebody brought.
type modelInvite struct {
	inviter       chat.MemberID
	state         string
	due, keptFrom time.Time
}

// spoken is what somebody earned by speaking.
type spoken struct {
	last   time.Time
	day    int
	earned int64
}

// Speak earns two points, three a day at most, once a minute.
func (m *machine) Speak(t *rapid.T) {
	who, cause, now := m.player(t, "who"), m.nextCause(), m.now
	s := m.m.spoken[who]
	if s.day != scoring.Day(now) {
		s.day, s.earned = scoring.Day(now), 0
	}
	want := min(2, 3-s.earned)
	if s.last.Equal(now) {
		want = 0
	}
	var got int64
	if !m.run(t, nil, func(tx *Tx) (err error) {
		rule := scoring.SpeakRule{Points: 2, Every: time.Minute, PerDay: 3, MinRunes: 4}
		got, err = tx.EarnSpeech(roomOf(who), who, cause, "今天下午三点打球", now, rule)
		return err
	}) {
		return
	}
	if got != want {
		t.Fatalf("earned %d, want %d", got, want)
	}
	if want > 0 {
		s.last = now
		s.earned += want
		m.m.spoken[who] = s
		m.add(who, want)
	}
}

// Fine takes what a strike costs, as far as it is there.
func (m *machine) Fine(t *rapid.T) {
	who, amount, number, now := m.player(t, "who"), rapid.Int64Range(1, 30).Draw(t, "amount"), m.nextCause(), m.now
	want := max(0, min(amount, m.free(who)))
	var got int64
	m.run(t, nil, func(tx *Tx) (err error) { got, err = tx.Fine(roomOf(who), who, amount, number, now); return err })
	if got != want {
		t.Fatalf("fined %d, want %d", got, want)
	}
	if want > 0 {
		ledger := m.ledger(roomOf(who))
		m.m.fines = append(m.m.fines, modelFine{who, number, numbered{ledger, int64(len(m.m.entries[ledger])) + 1}})
	}
	m.add(who, -want)
	m.again = nil // a case is opened once
}

// Unfine gives back what a strike cost, once, wherever it was taken from.
func (m *machine) Unfine(t *rapid.T) {
	if len(m.m.fines) == 0 {
		t.Skip("nobody was fined")
	}
	f := rapid.SampledFrom(m.m.fines).Draw(t, "fine")
	now, got := m.now, int64(0)
	m.run(t, nil, func(tx *Tx) (err error) { got, err = tx.Unfine(roomOf(f.who), f.who, f.number, now); return err })
	m.refunded(t, f.taken, f.who, got)
}

// refunded follows what was given back of a posting, if it had not been before.
func (m *machine) refunded(t *rapid.T, taken numbered, who chat.MemberID, got int64) {
	e, want := m.m.entries[taken.ledger][taken.no-1], int64(0)
	if !m.m.undone[taken] {
		want = -e.Amount
	}
	if got != want {
		t.Fatalf("gave %d back, want %d", got, want)
	}
	if want > 0 {
		from := m.walletOf(e.Member)
		m.reversed(taken.ledger, e, from, 0)
		m.enter(m.person(who))
		m.move(from, m.acct(m.person(who)), max(0, min(want, m.freeIn(from))))
	}
	m.again = nil
}

// BuyPass, UsePass and ForfeitPass: a pass of six points.
func (m *machine) BuyPass(t *rapid.T) {
	who, cause, now := m.player(t, "who"), m.nextCause(), m.now
	var want error
	switch open := m.openPass(who); {
	case open != 0:
		want = scoring.ErrAlreadyDone
	case m.free(who) < 6:
		want = scoring.ErrInsufficient
	}
	var p Pass
	if m.run(t, want, func(tx *Tx) (err error) { p, err = tx.BuyPass(roomOf(who), who, cause, now, passRule()); return err }) {
		m.m.passes[p.ID] = &modelPass{who: who, until: p.Until}
		m.hold(who, 6)
	}
}

func passRule() scoring.PassRule {
	return scoring.PassRule{On: true, Points: 6, Window: 5 * time.Hour, Keep: 24 * time.Hour}
}

// openPass returns the first unused pass of a member, under whatever name, or 0.
func (m *machine) openPass(who chat.MemberID) int64 {
	for _, id := range slices.Sorted(maps.Keys(m.m.passes)) {
		p := m.m.passes[id]
		if m.person(p.who) == who && !p.used && m.now.Before(p.until) {
			return id
		}
	}
	return 0
}

func (m *machine) UsePass(t *rapid.T) {
	who, message, now := m.player(t, "who"), fmt.Sprint("m", m.nextCause()), m.now
	want := m.openPass(who)
	var p Pass
	m.run(t, nil, func(tx *Tx) (err error) { p, _, err = tx.UsePass(who, message, now, passRule()); return err })
	if p.ID != want {
		t.Fatalf("used pass %d, want %d", p.ID, want)
	}
	if want != 0 {
		m.m.passes[want].used, m.m.passes[want].message = true, message
	}
}

func (m *machine) ForfeitPass(t *rapid.T) {
	for _, id := range slices.Sorted(maps.Keys(m.m.passes)) {
		p := m.m.passes[id]
		if !p.used {
			continue
		}
		now := m.now
		m.run(t, nil, func(tx *Tx) error { _, err := tx.ForfeitPass(id, now); return err })
		m.spend(p.who, 6)
		ledger := m.ledger(roomOf(p.who))
		p.taken = numbered{ledger, int64(len(m.m.entries[ledger])) + 1}
		m.m.forfeits = append(m.m.forfeits, p)
		delete(m.m.passes, id)
		m.again = nil // refused the second time
		return
	}
	t.Skip("no pass was used")
}

// Unforfeit gives back a pass whose link was no advertisement after all.
func (m *machine) Unforfeit(t *rapid.T) {
	if len(m.m.forfeits) == 0 {
		t.Skip("no pass was forfeited")
	}
	p := rapid.SampledFrom(m.m.forfeits).Draw(t, "pass")
	now, got := m.now, int64(0)
	m.run(t, nil, func(tx *Tx) (err error) { got, err = tx.UnforfeitPass(p.who, p.message, now); return err })
	m.refunded(t, p.taken, p.who, got)
}

// Invite notes who brought whom, once a newcomer.
func (m *machine) Invite(t *rapid.T) {
	inviter, now := m.player(t, "inviter"), m.now
	newcomer := m.mate(t, inviter, "newcomer")
	if inviter == newcomer {
		t.Skip("nobody brings themselves")
	}
	rule := scoring.InviteRule{Points: 10, After: 12 * time.Hour, Keep: 24 * time.Hour}
	m.run(t, nil, func(tx *Tx) error { return tx.NoteInvite(roomOf(inviter), inviter, newcomer, now, rule) })
	if m.m.invites[newcomer] == nil {
		due := now.Add(rule.After)
		m.m.invites[newcomer] = &modelInvite{inviter: inviter, state: "waiting", due: due, keptFrom: due.Add(rule.Keep)}
	}
}

// Leave ends an invitation: the points are taken back, as far as they are
// there. The member stays in the room for the other commands.
func (m *machine) Leave(t *rapid.T) {
	newcomer, now := m.player(t, "newcomer"), m.now
	var want int64
	i := m.m.invites[newcomer]
	switch {
	case i == nil:
	case i.state == "waiting":
		i.state = "void"
	case i.state == "credited" && !now.After(i.keptFrom):
		i.state = "back"
		want = max(0, min(10, m.free(m.person(i.inviter))))
		m.add(m.person(i.inviter), -want)
	}
	var got int64
	m.run(t, nil, func(tx *Tx) (err error) { got, err = tx.NewcomerLeft(newcomer, now); return err })
	if got != want {
		t.Fatalf("taken back %d, want %d", got, want)
	}
}

// RunOut lets points older than two days run out, once a date.
func (m *machine) RunOut(t *rapid.T) {
	room := rapid.SampledFrom([]chat.RoomID{1, 2}).Draw(t, "room")
	before, now := m.now.Add(-48*time.Hour), m.now
	ledger, due, want := m.ledger(room), map[int64]int64{}, map[int64]int64{}
	for _, e := range m.m.entries[ledger] {
		if e.Amount < 0 || e.At.Unix() < before.Unix() {
			due[e.Member] += e.Amount
		}
	}
	for row, points := range due {
		day := expiryDay{ledger, row, now.Unix() / 86400}
		points = min(points, m.freeIn(m.walletOf(row)))
		if points > 0 && !m.m.ranOut[day] {
			want[row], m.m.ranOut[day] = points, true
		}
	}
	var got map[chat.MemberID]int64
	m.write(t, func(tx *Tx) (err error) { got, err = tx.ExpirePoints(room, before, now); return err })
	if len(got) != len(want) {
		t.Fatalf("points of %d members ran out, want %d", len(got), len(want))
	}
	for row, points := range want {
		if got[chat.MemberID(row)] != points {
			t.Fatalf("%d points of member %d ran out, want %d", got[chat.MemberID(row)], row, points)
		}
		m.m.points[m.walletOf(row)] -= points
	}
}

// expiryDay is an account and the date on which its points ran out.
type expiryDay struct {
	ledger chat.RoomID
	row    int64
	day    int64
}

// sweptLosses follows what a sweep did to passes and invitations.
func (m *machine) sweptLosses(t *rapid.T, s Swept) {
	for _, p := range s.Passes {
		if m.m.passes[p.ID] == nil {
			t.Fatalf("pass %d came back twice", p.ID)
		}
		m.release(p.Member, p.Points)
		delete(m.m.passes, p.ID)
	}
	for newcomer, i := range m.m.invites {
		switch {
		case i.state != "waiting" || m.now.Before(i.due):
		case m.m.people[newcomer].into != 0: // somebody gone whose other name is known
			i.state = "void"
		default:
			i.state = "credited"
			m.add(m.person(i.inviter), 10)
		}
	}
}
