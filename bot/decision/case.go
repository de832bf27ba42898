package decision

import (
	"cmp"
	"slices"
	"time"

	"menshen/bot/chat"
	"menshen/moderation"
)

// CaseKind says what a case is about.
type CaseKind string

// The kinds of cases: one table, one number series, one verb table.
const (
	CaseStrike     CaseKind = "strike"     // a warning that counts
	CaseReview     CaseKind = "review"     // the owner decides whether it is a strike
	CaseRemoval    CaseKind = "removal"    // removal by hand, without a strike
	CasePhrase     CaseKind = "phrase"     // shall this become an allow-phrase?
	CaseIdentity   CaseKind = "identity"   // are these two the same person?
	CaseRoom       CaseKind = "room"       // is this the room that an earlier login knew?
	CaseRedemption CaseKind = "redemption" // a member wants something from the shop
	CaseReport     CaseKind = "report"     // a member reported another
	CaseAlert      CaseKind = "alert"      // something the owner should know and may dismiss
	CaseOwner      CaseKind = "owner"      // another person asks to become owner
)

// CaseState is where a case stands.
type CaseState string

// The states of a case. A strike goes open → warned → settled | reversed; a
// review becomes a strike or is dropped; questions end agreed, refused or
// expired.
const (
	CaseOpen     CaseState = "open"
	CaseWarned   CaseState = "warned"
	CaseSettled  CaseState = "settled"
	CaseReversed CaseState = "reversed"
	CaseDropped  CaseState = "dropped"
	CaseAgreed   CaseState = "agreed"
	CaseRefused  CaseState = "refused"
	CaseExpired  CaseState = "expired"
)

// RemovalState is where the removal that belongs to a case stands.
type RemovalState string

// The states of a removal: requested → sent → confirmed | failed, or
// requested → asked → confirmed | declined | expired where the network cannot
// remove. Only rosters confirm.
const (
	RemovalNone      RemovalState = ""
	RemovalRequested RemovalState = "requested"
	RemovalSent      RemovalState = "sent"
	RemovalConfirmed RemovalState = "confirmed"
	RemovalFailed    RemovalState = "failed"
	RemovalAsked     RemovalState = "asked"
	RemovalDeclined  RemovalState = "declined"
	RemovalExpired   RemovalState = "expired"
)

// Open reports whether the removal still waits for the network or the owner.
func (s RemovalState) Open() bool {
	return s == RemovalRequested || s == RemovalSent || s == RemovalAsked || s == RemovalFailed
}

// AppealState is where a member's appeal stands.
type AppealState string

// The states of an appeal; a case can be appealed once.
const (
	AppealNone     AppealState = ""
	AppealOpen     AppealState = "open"
	AppealUpheld   AppealState = "upheld"
	AppealDeclined AppealState = "declined"
)

// DetailPass is the detail of a review about a link that was posted with a
// pass: made a strike, it costs the pass.
const DetailPass = "pass"

// The details of an alert say what it is about.
const (
	AlertReturned = "returned" // a member who was removed is back
	AlertLike     = "like"     // a name that can be taken for Other's
	AlertOneWay   = "one-way"  // a member whose points all go to another
	AlertOffice   = "office"   // a name that claims an office
	AlertAdvert   = "advert"   // a name that advertises
)

// Case is one numbered matter.
type Case struct {
	ID      int64
	Room    chat.RoomID
	Member  chat.MemberID // whom it is about
	Kind    CaseKind
	State   CaseState
	Removal RemovalState
	// RemovalAt is when Removal last changed.
	RemovalAt time.Time
	// Asking says that the network is being asked for the removal, or that
	// nobody knows whether it was: it cannot be unasked.
	Asking bool
	// Told says that the room heard of the removal.
	Told   bool
	Appeal AppealState
	// Strike is the number this strike had when it was given, from 1; 0 when
	// the case does not count.
	Strike  int
	Opened  time.Time
	Expires time.Time // when the strike stops counting; zero: never
	// MessageID is the network's id of the message that opened the case.
	MessageID string
	// Evidence is the sender's text; empty once it expired or was erased.
	Evidence string
	Hits     int // messages merged into the case, at least 1
	Findings []moderation.Finding
	Reason   string // given by hand
	// AppealReason is the member's own words.
	AppealReason string
	// Detail is what a question needs to be carried out: a phrase, an item.
	Detail string
	// Other is the second member of an identity question, a report or an alert.
	Other     chat.MemberID
	Rehearsed bool
}

// Party returns who is in a campaign beside Member, in order.
func (c Case) Party() []chat.MemberID {
	var all []chat.MemberID
	for _, f := range c.Findings {
		for _, id := range f.With {
			all = append(all, chat.MemberID(id))
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(id chat.MemberID) bool { return id == c.Member })
}

// Live reports whether the case is a strike that counts at now.
func (c Case) Live(now time.Time) bool {
	return c.Kind == CaseStrike && (c.State == CaseOpen || c.State == CaseWarned) &&
		!c.Rehearsed && (c.Expires.IsZero() || now.Before(c.Expires))
}

// Sanctions is a member's record, read only when there is something to decide.
type Sanctions struct {
	Live []Case // strikes that count, oldest first
	// Rehearsed are the strikes of rehearsals that would count.
	Rehearsed []Case
	// Last is the newest strike of the member with the state of its notice,
	// and LastRehearsed that of rehearsals; nil when there is none.
	Last, LastRehearsed *LastStrike
	// Removal is the case with the member's open removal, if any.
	Removal *Case
	// NextCase is the number the next opened case gets.
	NextCase int64
}

// In returns the record as a rehearsal sees it, in which what was rehearsed
// counts as well, or as it is otherwise.
func (s Sanctions) In(rehearsal bool) Sanctions {
	if !rehearsal {
		return s
	}
	s.Live = slices.Concat(s.Live, s.Rehearsed)
	slices.SortFunc(s.Live, func(a, b Case) int { return cmp.Compare(a.ID, b.ID) })
	if s.Last == nil || s.LastRehearsed != nil && s.LastRehearsed.Case.ID > s.Last.Case.ID {
		s.Last = s.LastRehearsed
	}
	return s
}

// LastStrike is the newest strike and what became of its notice.
type LastStrike struct {
	Case   Case
	LastAt time.Time // of the newest message merged into it
	Notice SayState
}
