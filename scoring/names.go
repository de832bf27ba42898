package scoring

// String names an account of a room in English, for exports; the other member
// of a transfer is "member".
func (c Contra) String() string {
	if c > 0 {
		return "member"
	}
	names := [...]string{"earn", "grant", "fine", "shop", "prize", "fee", "pass", "expiry", "move"}
	if int(-c) < len(names) {
		return names[-c]
	}
	return "unknown"
}

// String names a cause in English, for exports.
func (c Cause) String() string {
	names := [...]string{"", "speech", "check-in", "invite", "grant", "transfer", "strike", "hold", "reversal", "draw", "expiry", "move"}
	if c > 0 && int(c) < len(names) {
		return names[c]
	}
	return "unknown"
}
