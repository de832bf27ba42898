package bot

import (
	"context"
	"fmt"

	"menshen/bot/chat"
	"menshen/bot/command"
	"menshen/bot/decision"
)

// Admit implements [chat.Intake]: what is said in rooms that are off, and in
// private by people the bot has nothing to do with, never comes in. The one
// exception is a line that can switch a room on.
func (p *Pipeline) Admit(ctx context.Context, m chat.Message) (admitted bool, err error) {
	err = p.opts.Store.Read(ctx, func(v View) error {
		if m.Private() {
			admitted, err = p.admitPrivate(v, m)
		} else {
			admitted, err = p.admitRoom(v, m)
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("whether a message may come in: %w", err)
	}
	return admitted, nil
}

// LookInto implements [chat.Intake]: pictures are read in rooms that want it,
// and of members who are judged at all.
func (p *Pipeline) LookInto(ctx context.Context, m chat.Message) bool {
	wanted := false
	err := p.opts.Store.Read(ctx, func(v View) error {
		room, ok, err := v.Room(m.Room)
		if err != nil || !ok || !room.Settings.PictureCodes || !room.Active(p.opts.Clock.Now()) {
			return err
		}
		member, ok, err := v.Member(m.From)
		wanted = ok && !member.Exempt() && !p.tooOld(m)
		return err
	})
	return err == nil && wanted
}

// admitRoom lets everything into rooms that are on, and into others only the
// commands that switch on, from those who may use them.
func (p *Pipeline) admitRoom(v View, m chat.Message) (bool, error) {
	room, ok, err := v.Room(m.Room)
	if err != nil || !ok || room.On {
		return ok && room.On, err
	}
	call, isCommand := command.Parse(m.Text, room.BotName)
	if !isCommand || !call.Row.WhileOff || m.Self {
		return isCommand && call.Row.WhileOff, nil
	}
	// Nobody is known by id in a room that was never on: such a sender is an
	// ordinary member, who may type a binding code.
	member, _, err := v.Member(m.From)
	return err == nil && member.Role >= call.Row.Who, err
}

// admitPrivate lets in the console, members of rooms that are on who use a
// private command, and whoever types a binding code.
func (p *Pipeline) admitPrivate(v View, m chat.Message) (bool, error) {
	if m.Console {
		return true, nil
	}
	call, isCommand := command.Parse(m.Text, "")
	for _, id := range m.As {
		member, ok, err := v.Member(id)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		room, ok, err := v.Room(member.Room)
		if err != nil {
			return false, err
		}
		_, calls := command.Parse(m.Text, room.BotName)
		if ok && (member.Role >= decision.RoleDeputy || calls && room.On) {
			return true, nil
		}
	}
	return isCommand && call.Row.WhileOff, nil
}
