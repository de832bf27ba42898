package decision

import (
	"fmt"
	"time"
)

// Silence is the pause that the network asked for when it called the bot too
// frequent. It outlives the program: a restart that tries again at once is
// what the network punishes.
type Silence struct {
	Until  time.Time
	Length time.Duration // the next one is twice as long
}

// silenceKey names the setting of the account, of no room, that holds it.
const silenceKey = "send.silence"

// Keep is the effect of storing s.
func (s Silence) Keep(now time.Time) Effect {
	value := fmt.Sprintf("%d %d", s.Until.UnixMilli(), s.Length.Milliseconds())
	return SetSetting{Key: silenceKey, Value: value, At: now}
}

// SilenceOf reads what Keep stored from the settings of no room. What cannot
// be read is no silence.
func SilenceOf(settings map[string]string) Silence {
	var until, length int64
	if n, _ := fmt.Sscanf(settings[silenceKey], "%d %d", &until, &length); n != 2 {
		return Silence{}
	}
	return Silence{Until: time.UnixMilli(until).UTC(), Length: time.Duration(length) * time.Millisecond}
}
