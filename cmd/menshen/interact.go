package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"menshen/bot/wechat/wechatsim"
)

const interactHelp = `你在「` + demoRoom + `」里，群主是老王，成员有甲、乙、丙。
  甲: 你好        甲在群里说话（没见过的人会先进群）
  甲> 我的数据    甲私聊机器人（老王> 待办）
  -甲             甲离开群；群主在手机上移出也这样写
  等 2h           让时间过去
  Ctrl-D          结束
`

// interact lets a person speak for everybody in the room.
func (st *stage) interact(ctx context.Context, in io.Reader) error {
	if err := st.makeRoom(ctx, demoRoom, "甲", "乙", "丙"); err != nil {
		return err
	}
	fmt.Fprint(st.out, "\n", interactHelp)
	lines := bufio.NewScanner(in)
	for lines.Scan() && ctx.Err() == nil {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if err := st.obey(ctx, line); err != nil {
			if !errors.Is(err, wechatsim.ErrUnknown) && !errors.Is(err, wechatsim.ErrRefused) {
				return err
			}
			fmt.Fprintln(st.out, "   没有这个人，或者现在不在群里。")
		}
	}
	return lines.Err()
}

// obey does what a typed line says and lets the bot react.
func (st *stage) obey(ctx context.Context, line string) error {
	line = strings.Replace(line, "：", ":", 1)
	if span, ok := strings.CutPrefix(line, "等"); ok && !strings.ContainsAny(span, ":>") {
		if d, err := time.ParseDuration(strings.TrimSpace(span)); err == nil && d >= 0 {
			return st.wait(ctx, d)
		}
		fmt.Fprintln(st.out, "   写成 等 30s、等 10m 或 等 48h")
		return nil
	}
	if gone, ok := strings.CutPrefix(line, "-"); ok {
		if _, err := st.sim.Leave(wechatsim.Leaving{Room: st.room, Member: strings.TrimSpace(gone)}); err != nil {
			return err
		}
		return st.wait(ctx, time.Minute)
	}
	at := strings.IndexAny(line, ":>")
	if at < 0 {
		fmt.Fprint(st.out, interactHelp)
		return nil
	}
	who, text := strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+1:])
	switch {
	case who == "" || text == "":
		fmt.Fprint(st.out, interactHelp)
		return nil
	case line[at] == ':':
		return st.speak(ctx, who, text)
	}
	if _, err := st.sim.Private(wechatsim.Whisper{Member: who, Text: text}); err != nil {
		return err
	}
	return st.wait(ctx, reaction)
}

// reaction is the time the bot gets after each line; a check-in is answered
// after its merge window.
const reaction = 8 * time.Second

// speak lets a member speak, who joins first if nobody knows them.
func (st *stage) speak(ctx context.Context, who, text string) error {
	err := st.say(who, text)
	if errors.Is(err, wechatsim.ErrUnknown) {
		if _, err := st.sim.Join(wechatsim.Joining{Room: st.room, Members: []string{who}, By: demoOwner}); err != nil {
			return err
		}
		if err := st.wait(ctx, 40*time.Second); err != nil {
			return err
		}
		err = st.say(who, text)
	}
	if err != nil {
		return err
	}
	return st.wait(ctx, reaction)
}
