package moderation

import "strings"

// NameVerdict is what a nickname shows.
type NameVerdict struct {
	// Like is the index of the staff name it can be taken for, -1 for none.
	Like int
	// Role is set when the name claims to be the owner, an administrator or
	// customer service.
	Role bool
	// Findings are advertisements: keywords, links, numbers and the like. Their
	// field is the text.
	Findings []Finding
}

// Suspicious reports whether the owner should look at the name.
func (v NameVerdict) Suspicious() bool { return v.Like >= 0 || v.Role || len(v.Findings) > 0 }

// Name judges a nickname against the rules and the names of the room's staff.
// A name never grants anything; this only finds those that pretend it does.
func (j *Judge) Name(name string, staff []string) NameVerdict {
	v := NameVerdict{Like: -1, Findings: j.Judge(Message{Text: name}).Findings}
	key := nameKey(name)
	bare := withoutRoles(key)
	v.Role = bare != key
	for i, other := range staff {
		if k := nameKey(other); k != "" && (k == key || bare != "" && person(withoutRoles(k)) == person(bare)) {
			v.Like = i
			break
		}
	}
	return v
}

// nameKey is equal for names that look alike: folded, letters and digits only,
// with the letters and digits that are drawn alike made one.
func nameKey(name string) string {
	var f Folded
	f.Fold(name)
	var b strings.Builder
	for _, c := range f.cells[:f.plain()] {
		if c.isLetter() {
			b.WriteRune(rune(canon(c)))
		}
	}
	return b.String()
}

// withoutRoles takes the words for staff out of a name's key.
func withoutRoles(key string) string {
	for _, role := range [...]string{"群主本人", "群主", "群管理员", "群管理", "管理员", "官方客服", "客服", "群管"} {
		key = strings.ReplaceAll(key, role, "")
	}
	return key
}

// person takes off what a name ends with to say that it is really the one, or
// another account of the same. A name of nothing else stays as it is.
func person(key string) string {
	for _, end := range [...]string{"本人", "本尊", "小号", "大号", "新号", "备用", "管理", "官方"} {
		if rest := strings.TrimSuffix(key, end); rest != "" && rest != key {
			return rest
		}
	}
	return key
}
