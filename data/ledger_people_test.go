package data

import (
	"errors"

	"pgregory.net/rapid"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/scoring"
)

// wallet is where points are: a member's own account by the member's number,
// or what they have as a guest of another ledger, by the same number below
// zero.
type wallet int64

// modelMember is who a member is, and where their points are.
type modelMember struct {
	into    chat.MemberID // whose other name it is; 0: nobody's
	brought int64         // what went there with it
	purse   wallet        // 0: the own account
	carried int64         // what was moved into the purse
}

// modelCheckIn is a check-in, and what was taken back because another name of
// the same person checked in on the same day.
type modelCheckIn struct {
	who  chat.MemberID
	day  int
	back int64
}

// player draws somebody who is nobody's other name.
func (m *machine) player(t *rapid.T, label string) chat.MemberID {
	return rapid.SampledFrom(m.present(0, 0)).Draw(t, label)
}

// mate draws somebody of the same room, who may be the same.
func (m *machine) mate(t *rapid.T, who chat.MemberID, label string) chat.MemberID {
	return rapid.SampledFrom(m.present(roomOf(who), 0)).Draw(t, label)
}

// inRoom1 draws a player of room 1, where shop and draws are.
func (m *machine) inRoom1(t *rapid.T) chat.MemberID {
	return rapid.SampledFrom(m.present(1, 0)).Draw(t, "who")
}

// present lists who is nobody's other name, but one, in a room; 0 is any.
func (m *machine) present(room chat.RoomID, but chat.MemberID) (all []chat.MemberID) {
	for _, who := range players {
		if m.m.people[who].into == 0 && who != but && (room == 0 || roomOf(who) == room) {
			all = append(all, who)
		}
	}
	return all
}

// namesOf lists a member with the names that were merged into it.
func (m *machine) namesOf(who chat.MemberID) []chat.MemberID {
	all := []chat.MemberID{who}
	for _, name := range players {
		if m.m.people[name].into == who {
			all = append(all, name)
		}
	}
	return all
}

// person returns the member whose name it is.
func (m *machine) person(name chat.MemberID) chat.MemberID {
	if into := m.m.people[name].into; into != 0 {
		return into
	}
	return name
}

// acct returns where a member's points are.
func (m *machine) acct(who chat.MemberID) wallet {
	if p := m.m.people[who].purse; p != 0 {
		return p
	}
	return wallet(who)
}

// ledger is where a room keeps its points.
func (m *machine) ledger(room chat.RoomID) chat.RoomID {
	if m.m.shared {
		return 1
	}
	return room
}

func (m *machine) balance(who chat.MemberID) scoring.Balance {
	at := m.acct(who)
	return scoring.Balance{Points: m.m.points[at], Held: m.m.held[at]}
}

func (m *machine) freeIn(at wallet) int64 { return m.m.points[at] - m.m.held[at] }

func (m *machine) free(who chat.MemberID) int64 { return m.freeIn(m.acct(who)) }

func (m *machine) add(who chat.MemberID, points int64) { m.m.points[m.acct(who)] += points }

// hold sets points aside, spend takes them from there, and release gives them
// back.
func (m *machine) hold(who chat.MemberID, points int64) { m.m.held[m.acct(who)] += points }

func (m *machine) spend(who chat.MemberID, points int64) {
	m.m.held[m.acct(who)] -= points
	m.m.points[m.acct(who)] -= points
}

func (m *machine) release(who chat.MemberID, points int64) {
	m.m.held[m.acct(who)] -= points
	m.follow(m.acct(who))
}

// move takes points from one wallet to another.
func (m *machine) move(from, to wallet, points int64) {
	m.m.points[from] -= points
	m.m.points[to] += points
}

// follow moves what came to the account of a merged name on to whose it is, and
// what came to a guest's to where the guest has their points by now.
func (m *machine) follow(at wallet) {
	who := chat.MemberID(max(at, -at))
	switch {
	case m.m.people[who].into != 0:
		m.bring(who)
	case at < 0:
		m.move(at, m.acct(who), max(0, m.freeIn(at)))
	}
}

// bring moves what a merged name has to whose name it is.
func (m *machine) bring(name chat.MemberID) {
	m.enter(name)
	p := m.m.people[name]
	from, to := m.acct(name), m.acct(p.into)
	if points := m.freeIn(from); from != to && points > 0 {
		m.move(from, to, points)
		p.brought += points
	}
}

// enter gives a member of a room that shares a ledger their purse in it.
func (m *machine) enter(who chat.MemberID) {
	p := m.m.people[who]
	if !m.m.shared || roomOf(who) != 2 || p.purse != 0 {
		return
	}
	p.purse = m.m.known[who]
	if p.purse == 0 {
		p.purse = -wallet(who)
	}
	p.carried = max(0, m.freeIn(wallet(who)))
	m.move(wallet(who), p.purse, p.carried)
}

// Merge makes a member who left another name of a second one.
func (m *machine) Merge(t *rapid.T) {
	old := m.player(t, "old")
	others := m.present(roomOf(old), old)
	if len(others) == 0 || len(m.namesOf(old)) > 1 {
		t.Skip("chains of names have a test of their own")
	}
	into := rapid.SampledFrom(others).Draw(t, "new")
	m.write(t, func(tx *Tx) error {
		if _, err := tx.exec(`UPDATE member SET present = 0 WHERE id = ?1`, old); err != nil {
			return err
		}
		return tx.merge(decision.Merge{Old: old, New: into, At: m.now})
	})
	m.again = nil
	before := m.namesOf(into)
	m.m.people[old].into = into
	m.bring(old)
	for _, c := range m.checkInsOf(old) {
		if c.back == 0 && m.checkedIn(before, c.day) {
			c.back = max(0, min(5, m.free(into)))
			m.add(into, -c.back)
		}
	}
}

// Split takes a merge back.
func (m *machine) Split(t *rapid.T) {
	var merged []chat.MemberID
	for _, who := range players {
		if m.m.people[who].into != 0 {
			merged = append(merged, who)
		}
	}
	if len(merged) == 0 {
		t.Skip("nobody has two names")
	}
	old := rapid.SampledFrom(merged).Draw(t, "old")
	p := m.m.people[old]
	m.write(t, func(tx *Tx) error {
		if err := tx.split(decision.Split{Old: old, New: p.into, At: m.now}); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE member SET present = 1 WHERE id = ?1`, old)
		return err
	})
	m.again = nil
	m.enter(old)
	for _, c := range m.checkInsOf(old) {
		m.add(p.into, c.back)
		c.back = 0
	}
	back := max(0, min(p.brought, m.free(p.into)))
	m.move(m.acct(p.into), m.acct(old), back)
	p.into, p.brought = 0, 0
}

// checkInsOf lists the check-ins of one name.
func (m *machine) checkInsOf(name chat.MemberID) (all []*modelCheckIn) {
	for _, c := range m.m.checkIns {
		if c.who == name {
			all = append(all, c)
		}
	}
	return all
}

// checkedIn reports whether one of the names has a check-in that counts.
func (m *machine) checkedIn(names []chat.MemberID, day int) bool {
	for _, name := range names {
		for _, c := range m.checkInsOf(name) {
			if c.day == day && c.back == 0 {
				return true
			}
		}
	}
	return false
}

// Share lets room 2 keep its points in the ledger of room 1.
func (m *machine) Share(t *rapid.T) {
	var want error
	switch {
	case m.m.shared:
		want = scoring.ErrShared
	case m.waits():
		want = scoring.ErrSetAside
	}
	if m.run(t, want, func(tx *Tx) error { return tx.ShareLedger(2, 1) }) {
		m.m.shared, m.again = true, nil
		for _, who := range m.present(2, 0) {
			m.enter(who)
		}
	}
}

// Part lets room 2 have its own ledger again: everybody takes along what they
// carried there, and guests all they have.
func (m *machine) Part(t *rapid.T) {
	if !m.m.shared {
		t.Skip("nothing is shared")
	}
	var want error
	if m.waits() {
		want = scoring.ErrSetAside
	}
	now := m.now
	if !m.run(t, want, func(tx *Tx) error { return tx.UnshareLedger(2, now) }) {
		return
	}
	m.m.shared, m.again = false, nil
	for _, who := range players {
		p := m.m.people[who]
		if p.purse == 0 {
			continue
		}
		points := max(0, m.freeIn(p.purse))
		if p.purse > 0 {
			points = min(points, p.carried)
		}
		m.move(p.purse, wallet(m.person(who)), points)
		p.purse, p.carried = 0, 0
	}
}

// waits reports whether something of room 2 holds points.
func (m *machine) waits() bool {
	for _, p := range m.m.packets {
		if roomOf(p.sponsor) == 2 {
			return true
		}
	}
	for _, p := range m.m.passes {
		if roomOf(p.who) == 2 {
			return true
		}
	}
	return false
}

// Recognise tells that somebody of room 2 is somebody of room 1: a guest of a
// shared ledger becomes that member.
func (m *machine) Recognise(t *rapid.T) {
	p := m.m.people[22]
	if m.m.known[22] != 0 || m.m.held[-22] > 0 {
		t.Skip("is known, or has points set aside")
	}
	m.write(t, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO alias (session, name, room, member) VALUES ('s', '@b', 1, 12), ('s', '@b', 2, 22)`)
		_, again := tx.purseOf(2, 22)
		return errors.Join(err, again)
	})
	m.again = nil
	m.m.known[22] = 12
	if p.purse != 0 {
		p.purse, p.carried = 12, max(0, m.freeIn(p.purse))
		m.move(-22, 12, p.carried)
		return
	}
	m.enter(22)
}

// readEntries reads the postings of a ledger that are new.
func (m *machine) readEntries(tx *Tx, ledger chat.RoomID) error {
	fresh, err := gather(tx, nil, entryOf, `SELECT `+entryColumns+` FROM ledger l LEFT JOIN memo m USING (room, member, no)
		WHERE l.room = ?1 AND l.no > ?2 ORDER BY l.no`, int64(ledger), int64(len(m.m.entries[ledger])))
	m.m.entries[ledger] = append(m.m.entries[ledger], fresh...)
	for _, e := range fresh {
		if err := m.learn(tx, e.Member); err != nil {
			return err
		}
	}
	return err
}

// learn finds out whose account a member row is.
func (m *machine) learn(tx *Tx, row int64) error {
	if m.m.people[chat.MemberID(row)] != nil || m.guests[row] != 0 {
		return nil
	}
	var whose int64
	if err := tx.queryRow(`SELECT merged_into FROM member WHERE id = ?1`, row).Scan(&whose); err != nil {
		return err
	}
	m.guests[row] = -wallet(whose)
	return nil
}

// walletOf is the wallet that an account is.
func (m *machine) walletOf(row int64) wallet {
	if w := m.guests[row]; w != 0 {
		return w
	}
	return wallet(row)
}

// moved is what moving put into a ledger.
func (m *machine) moved(ledger chat.RoomID) (points int64) {
	for _, e := range m.m.entries[ledger] {
		if e.Contra == scoring.ContraMove {
			points += e.Amount
		}
	}
	return points
}
