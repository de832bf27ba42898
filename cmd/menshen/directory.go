package main

import (
	"context"
	"slices"

	"menshen/bot/chat"
	"menshen/data"
)

// directory tells the binder when a room was met for the first time, or may
// have lost its owner with a login.
type directory struct {
	data.Directory
	met func()
}

// LinkRooms implements [wechat.Directory].
func (d directory) LinkRooms(ctx context.Context, session string, links []chat.RoomLink) ([]chat.RoomID, error) {
	ids, err := d.Directory.LinkRooms(ctx, session, links)
	d.met()
	return ids, err
}

// SetAside implements [wechat.Directory]. An owner may be among those who were
// not recognised.
func (d directory) SetAside(ctx context.Context, session string, room chat.RoomID) error {
	err := d.Directory.SetAside(ctx, session, room)
	d.met()
	return err
}

// LinkMembers implements [wechat.Directory]. Names alone end an owner's rights,
// so a new code may be needed.
func (d directory) LinkMembers(ctx context.Context, session string, room chat.RoomID, links []chat.MemberLink) ([]chat.MemberID, error) {
	ids, err := d.Directory.LinkMembers(ctx, session, room, links)
	if slices.ContainsFunc(links, func(l chat.MemberLink) bool { return l.Strength == chat.StrengthMedium }) {
		d.met()
	}
	return ids, err
}
