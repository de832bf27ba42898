package wechatsim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"menshen/bot/wechat/wechatsim"
)

func fault(t *testing.T, s *wechatsim.Server, text string) {
	t.Helper()
	var f wechatsim.Fault
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	must(t)(s.Fault(f))
}

// TestFaultsOfSync: the first answer is disturbed, the next one is whole.
func TestFaultsOfSync(t *testing.T) {
	tests := []struct{ name, want string }{
		{"truncate", "broken"},
		{"nosynckey", "三 四 no key"},
		{"replay", "一 二 三 四"},
		{"reorder", "四 三"},
		{"duplicate", "三 三 四 四"},
		{"drop", "no answer"},
		{"status500", "broken"},
		{"delay", "三 四"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{})
			c := login(t, s)
			say(t, s, "甲", "一")
			say(t, s, "甲", "二")
			c.next()
			fault(t, s, `{"name":"`+tt.name+`","times":1,"for":"50ms"}`)
			if tt.name != "drop" && tt.name != "status500" && tt.name != "delay" {
				c.next() // without messages: not hit
			}
			say(t, s, "甲", "三")
			say(t, s, "甲", "四")
			if got := c.outcome(); got != tt.want {
				t.Errorf("the first answer: %q, want %q", got, tt.want)
			}
			if got := c.outcome(); got != "三 四" {
				t.Errorf("the second answer: %q", got)
			}
		})
	}
}

// outcome syncs without moving the key and says what came.
func (c *client) outcome() string {
	a, err := c.tryPost("webwxsync", map[string]any{"SyncKey": c.key})
	switch {
	case err != nil && a.raw == "" && !strings.Contains(err.Error(), "unexpected end of JSON"):
		return "no answer"
	case err != nil:
		return "broken"
	case a.SyncKey == nil:
		return contents(a.AddMsgList) + " no key"
	}
	return contents(a.AddMsgList)
}

func TestFaultsOfSending(t *testing.T) {
	tests := []struct {
		name, result string
		ret          int
		fails        bool
	}{
		{name: "lostreply", result: "lost", fails: true},
		{name: "toofast", result: "refused", ret: 1205},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{})
			c := login(t, s)
			fault(t, s, `{"name":"`+tt.name+`"}`)
			c.next() // no sending: not hit
			a, err := c.tryPost("webwxsendmsg", c.outgoing("filehelper", "一"))
			if (err != nil) != tt.fails || a.BaseResponse.Ret != tt.ret {
				t.Errorf("answer %+v, %v", a, err)
			}
			if got := c.send("filehelper", "二").BaseResponse.Ret; got != 0 {
				t.Errorf("the second: Ret %d", got)
			}
			said := s.Transcript()
			if len(said) != 2 || said[0].Result != tt.result || said[1].Result != "delivered" {
				t.Errorf("said %+v", said)
			}
		})
	}
}

func TestPartialRoster(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	room := c.room("邻里群").UserName
	fault(t, s, `{"name":"partialroster","times":2}`)
	for i, want := range []int{0, 1, 4} {
		if got := len(c.batch(room, "").MemberList); got != want {
			t.Errorf("read %d: %d members, want %d", i, got, want)
		}
	}
}

func TestFaultTimes(t *testing.T) {
	tests := []struct {
		name, fault string
		advance     time.Duration // before the fourth send
		want        string        // r refused, d delivered
	}{
		{"once", `{"name":"toofast"}`, 0, "rdddd"},
		{"several times", `{"name":"toofast","times":3}`, 0, "rrrdd"},
		{"as text", `{"name":"toofast","times":"2","after":"1"}`, 0, "drrdd"},
		{"after some", `{"name":"toofast","after":2}`, 0, "ddrdd"},
		{"for a while", `{"name":"toofast","for":"10s"}`, 10 * time.Second, "rrrdd"},
		{"after a while", `{"name":"toofast","after":"10s"}`, 10 * time.Second, "dddrd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, wechatsim.Options{})
			c := login(t, s)
			fault(t, s, tt.fault)
			got := ""
			for i := range 5 {
				if i == 3 {
					must(t)(s.Advance(t.Context(), tt.advance))
				}
				got += map[bool]string{true: "d", false: "r"}[c.send("filehelper", "x").BaseResponse.Ret == 0]
			}
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestFaultsEnd(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	fault(t, s, `{"name":"toofast","times":9}`)
	fault(t, s, `{"clear":true}`)
	if got := c.send("filehelper", "x").BaseResponse.Ret; got != 0 {
		t.Errorf("Ret %d", got)
	}
}

func TestDelay(t *testing.T) {
	s := start(t, wechatsim.Options{})
	c := login(t, s)
	fault(t, s, `{"name":"delay","for":"200ms"}`)
	before := time.Now()
	c.next()
	if took := time.Since(before); took < 200*time.Millisecond {
		t.Errorf("an answer after %v", took)
	}
}
