package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// A program whose rooms all have owners offers a code at its start: with it
// somebody becomes a second owner, but only when the present one agrees.
func TestASecondOwnerNeedsTheFirstOnesYes(t *testing.T) {
	ctx := t.Context()
	s := defaultSettings()
	s.DataDir, s.Log.Level = t.TempDir(), "error"
	st, err := openStage(ctx, s, io.Discard, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.close(); err != nil {
			t.Error(err)
		}
	}()
	step := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	private := func(who, text string) {
		t.Helper()
		_, err := st.sim.Private(wechatsim.Whisper{Member: who, Text: text})
		step(text, err)
		step(text, st.wait(ctx, time.Minute))
	}
	step("the room", st.makeRoom(ctx, demoRoom, "甲"))
	first, err := st.code()
	step("the first code", err)
	step("stop", st.end())
	step("start", st.begin(ctx, s, false))
	step("the login", st.wait(ctx, time.Second))
	second, err := st.code()
	step("the second code", err)
	if second == first {
		t.Fatal("the start offers no code")
	}
	step("binding", st.say("甲", "认主 "+second))
	step("binding", st.wait(ctx, time.Minute))
	private("甲", "状态")
	private(demoOwner, "1同意")
	private("甲", "状态")
	var said []string
	for _, e := range st.sim.Transcript() {
		if e.ClientID != "" {
			said = append(said, e.Text)
		}
	}
	all := strings.Join(said, "\n")
	asked, agreed := strings.Index(all, "已请现任群主确认"), strings.Index(all, "现任群主已同意")
	if asked < 0 || agreed < asked || strings.Count(all, "工作中") != 1 {
		t.Errorf("said:\n%s", all)
	}
}

// TestACodeThatRanOutIsFollowedByAnother looks at the terminal of a program with
// a room that nobody keeps.
func TestACodeThatRanOutIsFollowedByAnother(t *testing.T) {
	ctx := t.Context()
	s := defaultSettings()
	s.DataDir, s.Log.Level = t.TempDir(), "error"
	st, err := openStage(ctx, s, io.Discard, 0)
	must(t, err)
	defer func() { must(t, st.close()) }()
	pass := func(d time.Duration) {
		t.Helper()
		must(t, st.wait(ctx, d))
	}
	shown := func(want int, when string) {
		t.Helper()
		if n := strings.Count(st.term.String(), "认主 to 文件传输助手"); n != want {
			t.Errorf("%s: %d codes were shown, want %d:\n%s", when, n, want, st.term)
		}
	}
	_, err = st.sim.Room(wechatsim.NewRoom{Room: demoRoom, Owner: demoOwner, Members: []string{"甲"}})
	must(t, err)
	st.room = demoRoom
	pass(time.Minute)
	first, err := st.code()
	must(t, err)
	shown(1, "a room appeared")
	pass(9*time.Minute + 30*time.Second)
	second, err := st.code()
	must(t, err)
	if shown(2, "the code ran out"); first == second {
		t.Error("the same code was shown again")
	}
	pass(24 * time.Hour)
	shown(1+mostRenewed, "nobody came for a day")

	must(t, st.say(demoOwner, "认主 "+second))
	pass(time.Minute)
	private := func(text string) {
		t.Helper()
		_, err := st.sim.Private(wechatsim.Whisper{Member: "filehelper", Text: text})
		must(t, err)
		pass(time.Minute)
	}
	private("认主")
	shown(2+mostRenewed, "the phone asked")
	last, err := st.code()
	must(t, err)
	must(t, st.say(demoOwner, "认主 "+last))
	pass(time.Minute)
	private("认主")
	if !strings.Contains(st.term.String()[strings.Index(st.term.String(), last):], "Every room has an owner") {
		t.Errorf("the phone of an account whose rooms are kept asked, and the terminal says:\n%s", st.term)
	}
	var answers int
	for _, e := range st.sim.Transcript() {
		if strings.HasPrefix(e.Text, "新代码已显示在运行门神的终端上") {
			answers++
		}
	}
	if answers != 2 {
		t.Errorf("%d answers to the phone, want 2", answers)
	}
}
