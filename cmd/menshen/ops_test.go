package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"menshen/bot/chat"
	"menshen/bot/decision"
	"menshen/data"
)

// kept is a data directory with one room, its owner, a warned member and a
// posting.
func kept(t *testing.T) string {
	t.Helper()
	dir, ctx := t.TempDir(), context.Background()
	db, err := data.Open(filepath.Join(dir, "menshen.db"))
	if err != nil {
		t.Fatal(err)
	}
	known, err := db.Directory(ctx, true)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = known.Resume(ctx, "1234", "s1")
	must(err)
	rooms, err := known.LinkRooms(ctx, "s1", []chat.RoomLink{{UserName: "@@a", Name: "读书群", Strength: chat.StrengthNew}})
	must(err)
	ids, err := known.LinkMembers(ctx, "s1", rooms[0], []chat.MemberLink{
		{Seen: chat.SeenMember{UserName: "@a", Nick: "老王"}, Strength: chat.StrengthNew},
		{Seen: chat.SeenMember{UserName: "@b", Nick: "甲"}, Strength: chat.StrengthNew},
	})
	must(err)
	owner, on, now := decision.RoleOwner, true, time.Now()
	must(db.Record(ctx, chat.Batch{Session: "s1"}, func(tx *data.Tx) error {
		if _, err := tx.Seen(chat.Message{ID: "m1", Room: rooms[0], From: ids[1], Kind: chat.KindText, Text: "刷单找我", Time: now}, true); err != nil {
			return err
		}
		return tx.Apply(
			decision.SetRoom{Room: rooms[0], On: &on, At: now},
			decision.SetMember{Member: ids[0], Role: &owner, At: now},
			decision.SetPresent{Room: rooms[0], Members: ids, At: now},
			decision.OpenCase{Case: decision.Case{ID: 1, Room: rooms[0], Member: ids[1], Kind: decision.CaseReview, State: decision.CaseOpen, Opened: now, Hits: 1, Evidence: "刷单找我"}},
			decision.Points{
				Op:   decision.Grant{Room: rooms[0], Member: ids[1], Amount: 10, Memo: "打扫", MessageID: "m1", At: now},
				Then: func(decision.PointsResult, error) []decision.Effect { return nil },
			},
		)
	}))
	must(db.Close())
	return dir
}

// menshen runs a command on a data directory.
func menshen(t *testing.T, dir string, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	t.Setenv("MENSHEN_DATA_DIR", dir)
	code = run(context.Background(), args, streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestVerifySeesAHandEdit(t *testing.T) {
	dir := kept(t)
	if code, out, err := menshen(t, dir, "verify"); code != 0 || !strings.Contains(out, "hold") {
		t.Fatalf("an untouched database: exit %d, %q, %q", code, out, err)
	}
	path := filepath.Join(dir, "menshen.db")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(file, []byte("刷单找我"), []byte("刷单找他"))
	if bytes.Equal(file, changed) {
		t.Fatal("the evidence is not in the file")
	}
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := menshen(t, dir, "verify"); code != 1 || !strings.Contains(out, "case 1") {
		t.Errorf("an edited case: exit %d, %q; want 1 and the case named", code, out)
	}
}

func TestBackupAndRestore(t *testing.T) {
	dir := kept(t)
	code, out, _ := menshen(t, dir, "backup")
	if code != 0 || !strings.Contains(out, "1 rooms, 2 members, 1 messages, 1 cases, 1 postings") {
		t.Fatalf("backup: exit %d, %q", code, out)
	}
	copies, _ := filepath.Glob(filepath.Join(dir, "backups", "menshen-*.db"))
	if len(copies) != 1 {
		t.Fatalf("backups: %v", copies)
	}
	if code, _, err := menshen(t, dir, "restore", copies[0]); code != 1 || !strings.Contains(err, "move it away") {
		t.Errorf("restoring over a database: exit %d, %q", code, err)
	}
	fresh := t.TempDir()
	if code, out, err := menshen(t, fresh, "restore", copies[0]); code != 0 || !strings.Contains(out, "1 postings") {
		t.Fatalf("restore: exit %d, %q, %q", code, out, err)
	}
	if code, _, err := menshen(t, fresh, "verify"); code != 0 {
		t.Errorf("the restored database: exit %d, %q", code, err)
	}
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	dir := kept(t)
	code, out, _ := menshen(t, dir, "doctor")
	for _, want := range []string{"✗ 还没有登录微信", "✗ 没有备份", "✗ 群「读书群」：2 人，有 1 件事等你处理", "✓ 数据库完好"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor does not say %q:\n%s", want, out)
		}
	}
	if code != 1 {
		t.Errorf("exit %d, want 1 while something needs doing", code)
	}
	if code, out, _ := menshen(t, t.TempDir(), "doctor"); code != 1 || !strings.Contains(out, "还没有数据库") {
		t.Errorf("without a database: exit %d, %q", code, out)
	}
}

// Who can remove members on the phone is named, and whether the bot obeys them.
func TestDoctorNamesTheNetworksOwner(t *testing.T) {
	for want, who := range map[string]chat.MemberID{"✓ 群「读书群」：微信群主是「老王」，门神听 TA 的": 1, "✓ 群「读书群」：微信群主是「甲」，不是门神的主人": 2} {
		dir := kept(t)
		db, err := data.Open(filepath.Join(dir, "menshen.db"))
		must(t, err)
		must(t, db.Record(t.Context(), chat.Batch{}, func(tx *data.Tx) error {
			return tx.Apply(decision.SetRoom{Room: 1, NetworkOwner: &who, At: time.Now()})
		}))
		must(t, db.Close())
		if _, out, _ := menshen(t, dir, "doctor"); !strings.Contains(out, want) {
			t.Errorf("doctor does not say %q:\n%s", want, out)
		}
	}
}

// What was interrupted is called by its name: a sentence, one that was to be
// taken back, and a removal that the member list will tell.
func TestDoctorNamesWhatWasInterrupted(t *testing.T) {
	dir := kept(t)
	db, err := data.Open(filepath.Join(dir, "menshen.db"))
	must(t, err)
	now := time.Now()
	must(t, db.Record(t.Context(), chat.Batch{}, func(tx *data.Tx) error {
		for i, kind := range []decision.SayKind{decision.SayWarning, decision.SayWelcome, decision.AskRecall, decision.AskRemove} {
			say := decision.Say{Cause: fmt.Sprint("x:", i), Kind: kind, Room: 1, Text: "x"}
			err := tx.Apply(
				decision.Speak{Say: say}, decision.MarkSay{ID: int64(i) + 1, State: decision.SaySending, At: now},
				decision.MarkSay{ID: int64(i) + 1, State: decision.SayUnknown, At: now},
			)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, db.Close())
	_, out, _ := menshen(t, dir, "doctor")
	for _, want := range []string{"有 2 条话不知道有没有发出去", "有 1 条说错的话不知道有没有撤回"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor does not say %q:\n%s", want, out)
		}
	}
}

// A journal that somebody keeps SQLite from cutting back is the operator's to
// mend.
func TestDoctorNoticesALongJournal(t *testing.T) {
	dir := kept(t)
	path := filepath.Join(dir, "menshen.db")
	running, err := data.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	if err := os.Truncate(path+"-wal", data.LongJournal+1<<20); err != nil {
		t.Fatal(err)
	}
	if _, out, _ := menshen(t, dir, "doctor"); !strings.Contains(out, "✗ 数据库的日志有 65 MB") {
		t.Errorf("doctor says %q", out)
	}
}

func TestExportAndErase(t *testing.T) {
	dir := kept(t)
	_, list, _ := menshen(t, dir, "export")
	if !strings.Contains(list, `room 1 "读书群"`) || !strings.Contains(list, `member 2 "甲"`) {
		t.Fatalf("export lists %q", list)
	}
	_, all, _ := menshen(t, dir, "export", "--member", "2")
	var member data.Export
	if err := json.Unmarshal([]byte(all), &member); err != nil || len(member.Messages) != 1 || len(member.Cases) != 1 {
		t.Errorf("export of a member: %v, %+v", err, member)
	}
	if code, _, err := menshen(t, dir, "erase", "2"); code != 0 {
		t.Fatalf("erase: exit %d, %q", code, err)
	}
	if _, all, _ = menshen(t, dir, "export", "--member", "2"); strings.Contains(all, "刷单") {
		t.Errorf("after erasing the export still has the text: %s", all)
	}
	if code, _, err := menshen(t, dir, "verify"); code != 0 {
		t.Errorf("after erasing, verify: exit %d, %q", code, err)
	}
	if code, _, err := menshen(t, dir, "erase", "99"); code != 2 || !strings.Contains(err, "no member 99") {
		t.Errorf("erasing nobody: exit %d, %q", code, err)
	}
}

// Who looks at a database that is not there is told so, and makes none.
func TestNoDatabase(t *testing.T) {
	for _, command := range [][]string{{"verify"}, {"backup"}, {"export"}, {"erase", "7"}, {"points"}} {
		dir := t.TempDir()
		var out, failure bytes.Buffer
		code := run(context.Background(), append(command, "--data-dir", dir), streams{In: strings.NewReader(""), Out: &out, Err: &failure})
		if code != 1 || out.Len() > 0 || !strings.Contains(failure.String(), "there is no database") || strings.Count(failure.String(), "\n") != 1 {
			t.Errorf("%v: exit %d, %q, %q", command, code, out.String(), failure.String())
		}
		if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
			t.Errorf("%v made %v (%v)", command, made, err)
		}
	}
}
