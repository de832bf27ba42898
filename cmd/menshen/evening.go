package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"menshen/bot/wechat/wechatsim"
)

// scene is a part of the demo's evening.
type scene struct {
	title string
	steps []step
}

// step is one thing that somebody does, and what the bot has to do about it.
// One of say, whisper, join and remove is set.
type step struct {
	who     string
	say     string   // in the room
	whisper string   // to the bot in private
	join    []string // invited by who
	remove  string   // by who, on the phone
	after   time.Duration
	hurry   bool // the next step follows at once
	// want is a pattern for what the bot then says: in the room, or in private
	// to the person named by to. Without one it has to say nothing in the room.
	want, to string
}

const (
	demoRoom  = "羽毛球周末群"
	demoOwner = "老王"
)

// evening is what the demo plays. Cases are numbered in their order.
func evening() []scene {
	return []scene{
		{"群主定下群规", []step{
			{who: demoOwner, say: "设群规 ① 不发广告 ② 不发外链", want: "群规"},
		}},
		{"新人进群，一起欢迎", []step{
			{who: "甲", join: []string{"小美", "阿强", "小林"}, want: "^欢迎 小美.*阿强.*小林"},
			{who: "小美", say: "大家好，我打球三年了"},
		}},
		{"签到，合在一起答", []step{
			{who: "甲", say: "签到", hurry: true},
			{who: "小美", say: "签到", hurry: true},
			{who: "小林", say: "签到", want: "签到成功.*甲、小美、小林"},
		}},
		{"说得着的词与说不着的词", []step{
			{who: "甲", say: "我今天刷单词刷到半夜"},
			{who: "乙", say: "有刷单的找我，日结", want: "警告 1/3"},
			{who: "阿强", say: "报名看这里 evil点com", want: "#2", to: demoOwner},
			{who: demoOwner, whisper: "2警告", want: "@阿强.*警告 1/3", after: 10 * time.Second},
		}},
		{"申诉", []step{
			{who: "小林", say: "公司要我找人代开发票，这违法吧？", want: "警告 1/3.*申诉 3 ", after: time.Minute},
			{who: "小林", say: "申诉 3 我是在问合不合法", want: "申诉.*合不合法", to: demoOwner, after: time.Minute},
			{who: demoOwner, whisper: "3过", want: "申诉 #3 成立", after: time.Minute},
		}},
		{"三次警告", []step{
			{who: "乙", say: "刷单 一单一结", after: 10 * time.Minute, want: "警告 2/3"},
			{who: "乙", say: "刷单 找我", after: 10 * time.Minute, want: "已请群主处理"},
			{who: demoOwner, remove: "乙", want: "乙.*已移出", to: demoOwner},
		}},
		{"积分", []step{
			{who: "甲", say: "积分", after: time.Minute, want: "甲 .*分"},
			{who: "小美", say: "排行", after: time.Minute, want: "小美"},
		}},
	}
}

// evening plays all scenes and says what held.
func (st *stage) evening(ctx context.Context) error {
	began := time.Now()
	code := regexp.MustCompile(`https://\S+`).FindString(st.term.String())
	fmt.Fprintf(st.out, "── 扫码登录，认主 ──\n终端显示二维码 %s\n手机扫描并确认，已登录\n", code)
	if err := st.makeRoom(ctx, demoRoom, "甲", "乙", "丙"); err != nil {
		return err
	}
	for _, sc := range evening() {
		fmt.Fprintf(st.out, "\n── %s ──\n", sc.title)
		for _, one := range sc.steps {
			if err := st.play(ctx, one); err != nil {
				return err
			}
		}
	}
	return st.summary(ctx, time.Since(began))
}

// play does a step and waits for what the bot has to say.
func (st *stage) play(ctx context.Context, one step) error {
	if err := st.wait(ctx, one.after); err != nil {
		return err
	}
	before := len(st.sim.Transcript())
	if err := st.do(one); err != nil {
		return fmt.Errorf("let %s act: %w", one.who, err)
	}
	if one.hurry {
		return nil
	}
	want, err := regexp.Compile(one.want)
	if err != nil {
		return fmt.Errorf("read what is wanted: %w", err)
	}
	for waited := time.Duration(0); waited <= demoPatience; waited += time.Second {
		if err := st.wait(ctx, min(waited, time.Second)); err != nil {
			return err
		}
		if one.want != "" && st.said(before, one.to, want) {
			return nil
		}
	}
	if one.want != "" {
		st.failed = append(st.failed, fmt.Sprintf("after %q the bot did not say %q", st.describe(one), one.want))
	} else if st.said(before, "", want) {
		st.failed = append(st.failed, fmt.Sprintf("after %q the bot spoke", st.describe(one)))
	}
	return nil
}

// demoPatience is how long, in the world's time, an answer may take.
const demoPatience = 45 * time.Second

func (st *stage) describe(one step) string {
	return one.who + ": " + one.say + one.whisper + one.remove + strings.Join(one.join, " ")
}

func (st *stage) do(one step) (err error) {
	switch {
	case one.join != nil:
		_, err = st.sim.Join(wechatsim.Joining{Room: st.room, Members: one.join, By: one.who})
	case one.remove != "":
		_, err = st.sim.Remove(wechatsim.Removal{Room: st.room, Member: one.remove, By: one.who})
	case one.whisper != "":
		_, err = st.sim.Private(wechatsim.Whisper{Member: one.who, Text: one.whisper})
	default:
		err = st.say(one.who, one.say)
	}
	return err
}

// said reports whether the bot said something that fits after an entry of the
// transcript, in private to somebody or in the room.
func (st *stage) said(after int, to string, want *regexp.Regexp) bool {
	for _, e := range st.sim.Transcript()[after:] {
		if e.ClientID != "" && e.Private == to && want.MatchString(e.Text) {
			return true
		}
	}
	return false
}
