package data

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/moderation"
)

// TestARoomTakesAfterAnother: what the new room was told itself beats what it
// takes over, and stays when that is given back.
func TestARoomTakesAfterAnother(t *testing.T) {
	d, old, _ := newDirectory(t)
	apply := func(effects ...decision.Effect) {
		t.Helper()
		if err := d.db.Record(context.Background(), chat.Batch{}, func(tx *Tx) error { return tx.Apply(effects...) }); err != nil {
			t.Fatal(err)
		}
	}
	rooms, err := d.LinkRooms(context.Background(), "s1", []chat.RoomLink{{UserName: "@@b", Name: "读书群", Strength: chat.StrengthNew}})
	if err != nil {
		t.Fatal(err)
	}
	now := rooms[0]
	word := func(room chat.RoomID, w string) decision.Effect {
		return decision.PutWord{Room: room, Keyword: moderation.Keyword{Word: w, Action: moderation.ActionStrike}, At: midday}
	}
	apply(
		word(old, "刷单"), word(old, "代购"), word(now, "贷款"),
		decision.PutWord{Room: now, Keyword: moderation.Keyword{Word: "代购", Action: moderation.ActionReview}, At: midday},
		decision.Allow{Room: old, Value: "刷单词", At: midday}, decision.SetRoom{Room: old, Rules: ptr("不发广告"), At: midday},
		decision.SetSetting{Room: old, Key: "warning_limit", Value: "5"}, decision.SetSetting{Room: old, Key: "quiet_hours", Value: "22:00-07:00"},
		decision.SetSetting{Room: now, Key: "warning_limit", Value: "4"},
		decision.SetSetting{Room: old, Key: "warning_days", Value: "9"}, decision.SetSetting{Room: now, Key: "warning_days", Value: "9"},
	)
	state := func() string {
		var got string
		err := d.db.Read(context.Background(), func(tx *Tx) error {
			r, _, err := tx.Room(now)
			if err != nil {
				return err
			}
			words, err := collect(tx, scanOne[string], `SELECT word FROM word WHERE room = ?1 ORDER BY word`, now)
			quiet, _ := r.Settings.Get("quiet_hours")
			got = fmt.Sprint(words, r.Settings.WarningLimit, r.Settings.WarningLife, quiet, r.Rules.Text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	before := state()
	apply(decision.TakeAfter{Old: old, New: now, Case: 7, At: midday})
	if got, want := state(), fmt.Sprint([]string{"代购", "刷单", "贷款"}, 4, 9*24*time.Hour, "22:00-07:00", "不发广告"); got != want {
		t.Errorf("after the yes %q, want %q", got, want)
	}
	apply(decision.TakeAfter{Old: old, New: now, Case: 7, Undo: true, At: midday})
	if got := state(); got != before {
		t.Errorf("given back %q, before %q", got, before)
	}
}

// TestForebears: a room is asked about when enough of its members are in the
// new one, once.
func TestForebears(t *testing.T) {
	for _, c := range []struct {
		name, room string
		stayed     int // of ten
		asked      bool
		beside     bool // the first login knew both rooms
		want       int
	}{
		{"most stayed", "读书群", 7, false, false, 1},
		{"few stayed", "读书群", 2, false, false, 0},
		{"another name, some stayed", "新群", 5, false, false, 0},
		{"another name, most stayed", "新群", 8, false, false, 1},
		{"asked before", "读书群", 7, true, false, 0},
		{"two rooms of the same people", "读书群", 7, false, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := mustOpenNewest(t, filepath.Join(t.TempDir(), "menshen.db"))
			db.Now = func() time.Time { return midday }
			d, err := db.Directory(context.Background(), true)
			if err != nil {
				t.Fatal(err)
			}
			move := func(session, room string, id chat.RoomID, from int) (chat.RoomID, []chat.MemberID) {
				if _, err := d.Resume(context.Background(), "1234", session); err != nil {
					t.Fatal(err)
				}
				rooms, err := d.LinkRooms(context.Background(), session, []chat.RoomLink{{ID: id, UserName: fmt.Sprint("@@", session, from), Name: room, Strength: chat.StrengthNew}})
				if err != nil {
					t.Fatal(err)
				}
				var links []chat.MemberLink
				for i := range 10 {
					links = append(links, chat.MemberLink{Seen: chat.SeenMember{UserName: fmt.Sprint("@", i), Nick: fmt.Sprint("人", from+i)}, Strength: chat.StrengthNew})
				}
				return rooms[0], linkAs(t, d, session, rooms[0], links...)
			}
			old, were := move("s1", "读书群", 0, 0)
			var known chat.RoomID
			if c.beside {
				known, _ = move("s1", c.room, 0, 10-c.stayed)
			}
			db.Now = func() time.Time { return midday.Add(time.Hour) }
			now, are := move("s2", c.room, known, 10-c.stayed)
			var got []chat.RoomID
			err = db.Record(context.Background(), chat.Batch{}, func(tx *Tx) error {
				effects := []decision.Effect{decision.SetPresent{Room: old, Members: were}, decision.SetPresent{Room: now, Members: are}}
				if c.asked {
					effects = append(effects, decision.OpenCase{Case: decision.Case{ID: 1, Room: now, Kind: decision.CaseRoom, State: decision.CaseRefused, Detail: fmt.Sprint(old), Hits: 1}})
				}
				if err := tx.Apply(effects...); err != nil {
					return err
				}
				a, err := tx.Query(decision.Query{Room: now, Forebears: true})
				for _, r := range a.Forebears {
					got = append(got, r.ID)
				}
				return err
			})
			if err != nil || len(got) != c.want || c.want == 1 && !slices.Contains(got, old) {
				t.Errorf("%v, %v; want %d", got, err, c.want)
			}
		})
	}
}
