package decision

import (
	"time"

	"menshen/scoring"
)

// Settings are what the owner of a room can tune. The zero value is not
// useful; start from [DefaultSettings].
type Settings struct {
	WarningLimit  int           // strikes until removal, 1–10
	WarningLife   time.Duration // how long a strike counts, 1–365 days
	Burst         time.Duration // hits this close together are one strike
	WelcomeMerge  time.Duration // newcomers this close together are welcomed at once
	CheckInMerge  time.Duration // check-ins this close together are answered at once
	Welcome       string        // template with {names} {room} {rules}; empty: the built-in one
	SpeakPoints   int           // points for a substantive message
	SpeakEvery    time.Duration // at most one in this time, 1 minute to a day
	SpeakCap      int           // points a day from speaking
	CheckInPoints int
	InvitePoints  int // for bringing somebody who stays; 0: none
	InviteDays    int // that they have to stay first
	StrikePoints  int // points a strike costs
	// CheckInWindows are when members can check in; empty: all day.
	CheckInWindows []scoring.Window
	// CheckInBonuses are what streaks add, the shortest first.
	CheckInBonuses []scoring.Bonus
	PointsLife     time.Duration // points not spent for so long run out; 0: never
	// Titles are what members are called by their points; empty: nothing.
	Titles []scoring.Level
	// QuietFrom and QuietTo are minutes after midnight in the room's zone;
	// equal: no quiet hours.
	QuietFrom, QuietTo int
	Zone               string // IANA name
	NewcomerDays       int    // probation ends after both
	NewcomerMessages   int
	// RuleActions holds the action of each rule other than keyword by name:
	// off, notice, review or strike.
	RuleActions map[string]string
	// Categories holds the action of each category of words that the owner
	// set: the same names, which count instead of the words' own.
	Categories map[string]string
	// Honours is when the honour list is posted; its zero value: never.
	Honours scoring.Honours
	// Switches of things that are off by default.
	Transfers, RedPackets, Draws, Passes bool
	// TransferMax and TransferDaily limit what is transferred at once and a day,
	// TransferFee is in percent; GiveDays is how long somebody has to be in the
	// room before they transfer or send packets.
	TransferMax, TransferDaily, TransferFee, GiveDays int
	PassPoints                                        int  // set aside for a link pass
	PictureCodes                                      bool // QR codes in pictures are read
	// Values holds every other setting by key, as written.
	Values map[string]string
}

// DefaultSettings returns the settings of a room whose owner changed nothing.
func DefaultSettings() Settings {
	speak, checkIn, invite := scoring.DefaultSpeakRule(), scoring.DefaultCheckInRule(), scoring.DefaultInviteRule()
	transfer, pass := scoring.DefaultTransferRule(), scoring.DefaultPassRule()
	return Settings{
		WarningLimit: 3, WarningLife: 30 * 24 * time.Hour, Burst: time.Minute,
		WelcomeMerge: 30 * time.Second, CheckInMerge: 5 * time.Second,
		SpeakPoints: int(speak.Points), SpeakEvery: speak.Every, SpeakCap: int(speak.PerDay),
		CheckInPoints: int(checkIn.Points), CheckInBonuses: checkIn.Bonuses, InviteDays: inDays(invite.After),
		TransferMax: int(transfer.Max), TransferDaily: int(transfer.PerDay), GiveDays: inDays(transfer.MinAge),
		PassPoints: int(pass.Points),
		Zone:       "Asia/Shanghai", NewcomerDays: 1, NewcomerMessages: 3,
	}
}

// Removes reports whether so many warnings in force ask for a removal.
func (s Settings) Removes(strikes int) bool { return strikes >= s.WarningLimit }

// Location returns the room's time zone, or UTC+8 when the name is unknown to
// this machine.
//
// China has kept UTC+8 all year since 1991, and reading the zone from a file
// for every message would cost more than judging it.
func (s Settings) Location() *time.Location {
	if s.Zone == "Asia/Shanghai" {
		return time.FixedZone("CST", 8*60*60)
	}
	if loc, err := time.LoadLocation(s.Zone); err == nil && s.Zone != "" {
		return loc
	}
	return time.FixedZone("UTC+8", 8*60*60)
}
