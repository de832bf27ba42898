package chat

import (
	"context"
	"errors"
	"time"
)

// Network is the whole platform seam. What a network cannot do is said by its
// Capabilities and by [ErrUnsupported].
type Network interface {
	// Run logs in, receives until ctx ends and hands every batch to in. It
	// returns nil when ctx ended, or the reason why no login is possible.
	Run(ctx context.Context, in Intake) error
	// Send delivers one text. The errors a caller branches on are
	// [ErrUnsupported], [ErrOffline], [ErrTooFast], [ErrNotReachable],
	// [ErrRefused] and [ErrUnknownOutcome].
	Send(ctx context.Context, out Outgoing) (Receipt, error)
	// Remove asks the network to remove a member. Success means that the
	// request was taken, never that the member is gone.
	Remove(ctx context.Context, room RoomID, member MemberID) error
	// Recall takes back one of the bot's own messages in a room. Its errors are
	// those of Send.
	Recall(ctx context.Context, room RoomID, messageID string) error
	// Refresh asks for two whole member lists of the room soon; what they show
	// arrives as events. It returns at once.
	Refresh(room RoomID)
	// Capabilities does not change while the network runs.
	Capabilities() Capabilities
}

// Intake is the road's side of a running network.
type Intake interface {
	// Admit says whether m may come in at all. A network drops what is not
	// admitted before it is stored, logged or counted. An error means that this
	// cannot be known now, and m has to be asked about again.
	Admit(ctx context.Context, m Message) (bool, error)
	// LookInto says whether the picture in m, which was admitted, may be fetched
	// from the network and read. A network that cannot never asks. When it
	// cannot be known, the picture is not read.
	LookInto(ctx context.Context, m Message) bool
	// Receive returns after the batch's effects and its cursor are durable. An
	// error means that nothing of it was stored and the batch has to come
	// again.
	Receive(ctx context.Context, b Batch) error
	// State reports the state of the login; it must not block.
	State(s State)
}

// Capabilities says what a network can do beyond receiving and sending.
type Capabilities struct {
	Remove bool // a member can be removed
	// Recall is how long after sending the bot can take back its own message;
	// 0: never. Nobody's else can be taken back on any network known.
	Recall      time.Duration
	Mute        bool // a member can be kept from speaking
	Mentions    bool // an @ in a text notifies
	StableIDs   bool // who is who survives a login without guessing
	LeaveEvents bool // the network itself says who left
}

// Outgoing is one text on its way out. Exactly one of Room, Member and Console
// is set.
type Outgoing struct {
	// ID is the outbox row's id; a repeated delivery carries the same one.
	ID      int64
	Room    RoomID
	Member  MemberID // in private, to this member
	Console bool     // to the account's own console
	// Courtesy marks what is not worth a request that may be refused: it goes
	// to members only whom the network is known to deliver to.
	Courtesy bool
	Text     string
}

// Receipt is the network's word that it took a text.
type Receipt struct {
	MessageID string // the network's id of the message, for the record
}

// Phase is the state of a login.
type Phase string

// The phases of a login.
const (
	PhaseStarting Phase = "starting"
	PhaseScan     Phase = "scan" // waiting for the QR code to be scanned or confirmed
	PhaseOnline   Phase = "online"
	PhaseOffline  Phase = "offline" // the network is not reachable; it is tried again
	PhaseEnded    Phase = "ended"   // logged out; a new login is needed
	PhaseRefused  Phase = "refused" // the network refuses this account; never tried again by itself
)

// State is the visible state of a login.
type State struct {
	Phase  Phase
	Since  time.Time
	Detail string // one English clause for the log; no secrets, no names
	Code   int    // of the answer that refused or ended the login, else 0
}

// The errors a caller of a network branches on.
var (
	ErrUnsupported  = errors.New("the network cannot do this")
	ErrOffline      = errors.New("not logged in; nothing was sent")
	ErrTooFast      = errors.New("the network says that sending is too frequent")
	ErrNotReachable = errors.New("the network does not deliver to this member")
	ErrRefused      = errors.New("the network refused the request")
	// ErrUnknownOutcome means that the request may or may not have been
	// carried out. It must never be repeated blindly.
	ErrUnknownOutcome = errors.New("the outcome of the request is unknown")
)
