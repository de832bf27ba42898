package main

import (
	"context"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/data"
)

// store gives the road the database: neither package knows the other.
type store struct{ db *data.DB }

var _ bot.Store = store{}

// Record implements [bot.Store].
func (s store) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	return s.db.Record(ctx, b, func(tx *data.Tx) error { return fn(tx) })
}

// Read implements [bot.Store].
func (s store) Read(ctx context.Context, fn func(bot.View) error) error {
	return s.db.Read(ctx, func(tx *data.Tx) error { return fn(tx) })
}
