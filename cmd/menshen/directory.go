package main

import (
	"context"

	"menshen/bot/chat"
	"menshen/data"
)

// directory tells the binder when a room was met for the first time.
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
