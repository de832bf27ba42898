package data

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// named is a member under one of their names.
type named struct {
	id   chat.MemberID
	name string
}

// longestText bounds the text after an @ that is compared with names, in
// runes; the network cuts names at 32.
const longestText = 100

// targets returns the present members of a room with the longest name that
// text starts with, and what follows the name. Equal names give several.
func (tx *Tx) targets(room chat.RoomID, text string) ([]decision.Member, string, error) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	head := text
	if runes := []rune(text[:min(len(text), 4*longestText)]); len(runes) > longestText {
		head = string(runes[:longestText])
	}
	found, err := tx.namesThatBegin(room, head)
	if err != nil {
		return nil, "", err
	}
	best := ""
	for _, n := range found {
		if len(n.name) > len(best) && endsName(n.name, text[len(n.name):]) {
			best = n.name
		}
	}
	if best == "" {
		return nil, text, nil
	}
	var all []decision.Member
	seen := make(map[chat.MemberID]bool)
	for _, n := range found {
		if n.name != best || seen[n.id] {
			continue
		}
		seen[n.id] = true
		m, _, err := tx.Member(n.id)
		if err != nil {
			return nil, "", err
		}
		all = append(all, m)
	}
	return all, strings.TrimLeftFunc(text[len(best):], unicode.IsSpace), nil
}

// namesThatBegin returns the names in a room that text starts with: in the
// room, of the person, and the remark on the account's phone, which is what
// that phone inserts after an @.
func (tx *Tx) namesThatBegin(room chat.RoomID, text string) ([]named, error) {
	all, err := collect(tx, func(scan func(...any) error) (n named, err error) {
		err = scan(&n.id, &n.name)
		return n, err
	}, `WITH name(id, text) AS (
			SELECT id, trim(display) FROM member WHERE room = ?1 AND present = 1 AND merged_into IS NULL
			UNION ALL SELECT id, trim(nick) FROM member WHERE room = ?1 AND present = 1 AND merged_into IS NULL
			UNION ALL SELECT id, trim(remark) FROM member WHERE room = ?1 AND present = 1 AND merged_into IS NULL)
		SELECT id, text FROM name WHERE text <> '' AND substr(?2, 1, length(text)) = text ORDER BY id`, room, text)
	if err != nil {
		return nil, fmt.Errorf("find names: %w", err)
	}
	return all, nil
}

// endsName reports whether a name may end before rest. After "@张三" neither
// another letter nor an emoji may follow: 张三丰 and 张三🌸 are other people,
// who may have left. A number may follow Han and Han may follow the rest, as
// in "@张三10" and "@Tom刷屏".
func endsName(name, rest string) bool {
	next, size := utf8.DecodeRuneInString(rest)
	if size == 0 || unicode.IsSpace(next) || unicode.IsPunct(next) {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(name)
	switch {
	case unicode.Is(unicode.Han, next):
		return last <= unicode.MaxASCII
	case unicode.IsDigit(next):
		return unicode.Is(unicode.Han, last)
	}
	return false
}
