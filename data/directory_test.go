package data

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// newDirectory is a directory with one room that a first login met.
func newDirectory(t *testing.T) (Directory, chat.RoomID, []chat.MemberID) {
	t.Helper()
	db := mustOpenNewest(t, filepath.Join(t.TempDir(), "menshen.db"))
	d, err := db.Directory(context.Background(), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Resume(context.Background(), "1234", "s1"); err != nil {
		t.Fatal(err)
	}
	rooms, err := d.LinkRooms(context.Background(), "s1", []chat.RoomLink{{UserName: "@@a", Name: "读书群", Strength: chat.StrengthNew, Evidence: "first seen"}})
	if err != nil {
		t.Fatal(err)
	}
	ids := linkAs(t, d, "s1", rooms[0],
		chat.MemberLink{Seen: chat.SeenMember{UserName: "@bot", Nick: "门神", Self: true}, Strength: chat.StrengthNew},
		chat.MemberLink{Seen: chat.SeenMember{UserName: "@jia", Nick: "甲", Display: "甲(运营)", Remark: "老甲"}, Strength: chat.StrengthNew})
	return d, rooms[0], ids
}

func linkAs(t *testing.T, d Directory, session string, room chat.RoomID, links ...chat.MemberLink) []chat.MemberID {
	t.Helper()
	ids, err := d.LinkMembers(context.Background(), session, room, links)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func known(t *testing.T, d Directory, session string, room chat.RoomID) map[chat.MemberID]chat.KnownMember {
	t.Helper()
	all, err := d.Members(context.Background(), session, room)
	if err != nil {
		t.Fatal(err)
	}
	byID := make(map[chat.MemberID]chat.KnownMember)
	for _, m := range all {
		byID[m.ID] = m
	}
	return byID
}

func TestDirectoryKeepsNamesOfASessionOnly(t *testing.T) {
	d, room, ids := newDirectory(t)
	same, err := d.Resume(context.Background(), "1234", "s1")
	if err != nil || len(same.Rooms) != 1 || same.Rooms[0].UserName != "@@a" || same.Rooms[0].Name != "读书群" {
		t.Errorf("the same login knows %+v, %v", same.Rooms, err)
	}
	later, err := d.Resume(context.Background(), "1234", "s2")
	if err != nil || len(later.Rooms) != 1 || later.Rooms[0].UserName != "" || later.Cursor != nil {
		t.Errorf("a new login knows %+v, %v", later, err)
	}
	other, err := d.Resume(context.Background(), "5678", "s3")
	if err != nil || len(other.Rooms) != 0 {
		t.Errorf("another account knows %+v, %v", other.Rooms, err)
	}
	if m := known(t, d, "s1", room)[ids[1]]; m.UserName != "@jia" || m.Display != "甲(运营)" || m.Remark != "老甲" || m.Present {
		t.Errorf("in its login the member is %+v", m)
	}
	if m := known(t, d, "s2", room)[ids[1]]; m.UserName != "" || m.Nick != "甲" {
		t.Errorf("in a new login the member is %+v", m)
	}
}

func TestDirectoryCursorIsTheSessionsOwn(t *testing.T) {
	d, _, _ := newDirectory(t)
	err := d.db.Record(context.Background(), chat.Batch{Session: "s1", Cursor: []byte("k1")}, func(*Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Resume(context.Background(), "1234", "s1")
	if err != nil || string(r.Cursor) != "k1" {
		t.Errorf("cursor = %q, %v", r.Cursor, err)
	}
}

func TestDirectoryNamesAndRights(t *testing.T) {
	d, room, ids := newDirectory(t)
	jia := ids[1]
	owner := decision.RoleOwner
	err := d.db.Record(context.Background(), chat.Batch{}, func(tx *Tx) error {
		return tx.Apply(decision.SetMember{Member: jia, Role: &owner, Trusted: ptr(true)})
	})
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name  string
		link  chat.MemberLink
		role  decision.Role
		shown string
	}{
		{"a row without names leaves them", chat.MemberLink{ID: jia, Strength: chat.StrengthSame, Seen: chat.SeenMember{UserName: "@jia"}}, decision.RoleOwner, "甲(运营)"},
		{"the display name was removed", chat.MemberLink{ID: jia, Strength: chat.StrengthStrong, Seen: chat.SeenMember{UserName: "@jia", Nick: "甲"}}, decision.RoleOwner, "甲"},
		{"medium evidence ends rights", chat.MemberLink{ID: jia, Strength: chat.StrengthMedium, Seen: chat.SeenMember{UserName: "@x", Nick: "甲"}}, decision.RoleMember, "甲"},
	}
	for _, step := range steps {
		linkAs(t, d, "s1", room, step.link)
		var m decision.Member
		err := d.db.Read(context.Background(), func(tx *Tx) (err error) { m, _, err = tx.Member(jia); return err })
		if err != nil || m.Role != step.role || m.Name != step.shown || m.ByName != (step.link.Strength == chat.StrengthMedium) {
			t.Errorf("%s: role %d, name %q, %v; want %d, %q", step.name, m.Role, m.Name, err, step.role, step.shown)
		}
	}
}

func TestDirectorySetsAsideWhomTheLoginDidNotShow(t *testing.T) {
	d, room, ids := newDirectory(t)
	apply := func(e decision.Effect) {
		t.Helper()
		if err := d.db.Record(context.Background(), chat.Batch{}, func(tx *Tx) error { return tx.Apply(e) }); err != nil {
			t.Fatal(err)
		}
	}
	apply(decision.SetPresent{Room: room, Members: ids})
	if _, err := d.Resume(context.Background(), "1234", "s2"); err != nil {
		t.Fatal(err)
	}
	linkAs(t, d, "s2", room, chat.MemberLink{ID: ids[0], Strength: chat.StrengthStrong, Seen: chat.SeenMember{UserName: "@bot2", Self: true}})
	if err := d.SetAside(context.Background(), "s2", room); err != nil {
		t.Fatal(err)
	}
	after := known(t, d, "s2", room)
	if !after[ids[0]].Present || after[ids[1]].Present {
		t.Errorf("present after the login: bot %v, 甲 %v; want true, false", after[ids[0]].Present, after[ids[1]].Present)
	}
}

func TestDirectoryOfTheOtherWorldIsRefused(t *testing.T) {
	d, _, _ := newDirectory(t)
	if _, err := d.db.Directory(context.Background(), false); !errors.Is(err, ErrOtherWorld) {
		t.Errorf("a simulated database for a real account: %v, want ErrOtherWorld", err)
	}
}
