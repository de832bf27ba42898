package decision

import (
	"time"

	"menshen/scoring"
)

// The rules of points as a room has set them. What no setting changes is as
// package scoring has it.

// CheckInRule is what check-ins earn.
func (s Settings) CheckInRule() scoring.CheckInRule {
	return scoring.CheckInRule{Points: int64(s.CheckInPoints), Windows: s.CheckInWindows, Bonuses: s.CheckInBonuses}
}

// SpeakRule is what speaking earns.
func (s Settings) SpeakRule() scoring.SpeakRule {
	rule := scoring.DefaultSpeakRule()
	rule.Points, rule.Every, rule.PerDay = int64(s.SpeakPoints), s.SpeakEvery, int64(s.SpeakCap)
	return rule
}

// InviteRule is what bringing somebody earns.
func (s Settings) InviteRule() scoring.InviteRule {
	rule := scoring.DefaultInviteRule()
	rule.Points, rule.After = int64(s.InvitePoints), days(s.InviteDays)
	return rule
}

// TransferRule limits transfers.
func (s Settings) TransferRule() scoring.TransferRule {
	return scoring.TransferRule{
		On: s.Transfers, Max: int64(s.TransferMax), PerDay: int64(s.TransferDaily), FeePercent: int64(s.TransferFee), MinAge: days(s.GiveDays),
	}
}

// PacketRule limits packets.
func (s Settings) PacketRule() scoring.PacketRule {
	rule := scoring.DefaultPacketRule()
	rule.On, rule.MinAge = s.RedPackets, days(s.GiveDays)
	return rule
}

// PassRule is the price of a link pass.
func (s Settings) PassRule() scoring.PassRule {
	rule := scoring.DefaultPassRule()
	rule.On, rule.Points = s.Passes, int64(s.PassPoints)
	return rule
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func inDays(d time.Duration) int { return int(d / (24 * time.Hour)) }
