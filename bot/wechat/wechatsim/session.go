package wechatsim

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// session is one login of the bot's account. All user names in it are its own.
type session struct {
	sid, skey, passTicket, dataTicket, authTicket, uvid string

	domain  string // the base host it was made on
	started time.Time
	end     int // 0, or the code that ended it
	desktop bool
	salt    []byte
	base    int64 // what key 1 of the sync key is at position 0
	start   int   // position in the feed at login
	synced  bool  // webwxsync was called: the key has grown

	byPerson map[*person]string
	byName   map[string]*person
	roomIDs  map[*room]string
	byRoomID map[string]*room
	encry    map[*room]string
	reads    map[*room]int // member lists given by webwxbatchgetcontact

	polls   int             // long polls parked
	polled  bool            // there was one
	pollPos int             // where the latest of them waits
	media   map[string]bool // uploaded MediaIds
}

// newSession makes a login with secrets and names nobody had before.
func newSession(domain string, desktop bool, now time.Time, feed int) *session {
	salt := make([]byte, 32)
	_, _ = rand.Read(salt) // never fails
	s := &session{
		sid: randomToken(12), skey: "@crypt_" + randomHex(4) + "_" + randomHex(16), passTicket: randomToken(48),
		dataTicket: randomToken(24), authTicket: randomToken(60), uvid: randomToken(60),
		domain: domain, desktop: desktop, started: now, salt: salt, start: feed,
		byPerson: map[*person]string{}, byName: map[string]*person{}, roomIDs: map[*room]string{},
		byRoomID: map[string]*room{}, encry: map[*room]string{}, reads: map[*room]int{}, media: map[string]bool{},
	}
	s.base = 600_000_000 + int64(salt[0])<<16 | int64(salt[1])<<8
	return s
}

// randomHex returns n random bytes in hexadecimal.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// randomSeed keeps the message ids of two worlds apart: a client that remembers
// ids would take the second world's messages for repetitions.
func randomSeed() uint64 {
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	return binary.LittleEndian.Uint64(b)
}

// randomToken is base64 with its + and /, which have to survive URLs.
func randomToken(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// digest is what a name is made of: it cannot be linked between sessions.
func (s *session) digest(kind, handle string) []byte {
	mac := hmac.New(sha256.New, s.salt)
	mac.Write([]byte(kind + handle))
	return mac.Sum(nil)
}

// userName is 33 or 65 characters long, both occur.
func (s *session) userName(p *person) string {
	if name, ok := s.byPerson[p]; ok {
		return name
	}
	d := s.digest("p", p.handle)
	name := "@" + hex.EncodeToString(d)
	if d[0]&1 == 0 {
		name = "@" + hex.EncodeToString(d[:16])
	}
	if p.special {
		name = p.handle
	}
	s.byPerson[p], s.byName[name] = name, p
	return name
}

// roomName is 66 characters long.
func (s *session) roomName(r *room) string {
	if name, ok := s.roomIDs[r]; ok {
		return name
	}
	name := "@@" + hex.EncodeToString(s.digest("r", r.handle))
	s.roomIDs[r], s.byRoomID[name] = name, r
	return name
}

// encryID is EncryChatRoomId, which gives access to the details of members.
func (s *session) encryID(r *room) string {
	if id, ok := s.encry[r]; ok {
		return id
	}
	id := "@" + hex.EncodeToString(s.digest("e", r.handle)[:16])
	s.encry[r], s.byRoomID[id] = id, r
	return id
}

// syncKey is SyncKey and SyncCheckKey on the wire.
type syncKey struct {
	Count int
	List  []keyValue
}

type keyValue struct{ Key, Val int64 }

// keyAt renders a position in the feed. Key 1 carries it; the others are there
// because clients have to send back what they do not understand. The set grows
// with the first sync.
func (s *session) keyAt(position int) syncKey {
	unix := s.started.Unix()
	list := []keyValue{{1, s.base + int64(position)}, {2, s.base + 12}, {3, s.base + 7}, {1000, unix}}
	if s.synced {
		list = []keyValue{
			{1, s.base + int64(position)},
			{2, s.base + 12},
			{3, s.base + 7},
			{11, s.base + 3},
			{13, 0},
			{201, unix},
			{203, unix - 50},
			{1000, unix},
			{1001, unix - 2},
		}
	}
	return syncKey{Count: len(list), List: list}
}

// position reads a key back; ok is false for a key of another session.
func (s *session) position(list []keyValue, feed int) (int, bool) {
	for _, kv := range list {
		if kv.Key == 1 {
			at := int(kv.Val - s.base)
			return at, at >= s.start && at <= feed
		}
	}
	return 0, false
}

// parseKey reads the form of synccheck, "1_123|2_456".
func parseKey(text string) []keyValue {
	var list []keyValue
	for pair := range strings.SplitSeq(text, "|") {
		key, val, ok := strings.Cut(pair, "_")
		k, err1 := strconv.ParseInt(key, 10, 64)
		v, err2 := strconv.ParseInt(val, 10, 64)
		if ok && err1 == nil && err2 == nil {
			list = append(list, keyValue{k, v})
		}
	}
	return list
}
