package main

import (
	"context"
	"errors"

	"menshen/bot"
	"menshen/bot/chat"
	"menshen/data"
)

// store gives the road the database: neither package knows the other.
type store struct {
	db *data.DB
	// broken gets a value when the disk failed: the database then takes nothing
	// more until the program was started again.
	broken chan error
}

var _ bot.Store = store{}

// Record implements [bot.Store].
func (s store) Record(ctx context.Context, b chat.Batch, fn func(bot.Tx) error) error {
	err := s.db.Record(ctx, b, func(tx *data.Tx) error { return fn(tx) })
	if errors.Is(err, data.ErrStopped) {
		select {
		case s.broken <- err:
		default: // it is known already
		}
	}
	return err
}

// Read implements [bot.Store].
func (s store) Read(ctx context.Context, fn func(bot.View) error) error {
	return s.db.Read(ctx, func(tx *data.Tx) error { return fn(tx) })
}
