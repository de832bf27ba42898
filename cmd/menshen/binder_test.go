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
