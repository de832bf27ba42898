package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"menshen/bot/chat"
	"menshen/data"
)

const (
	backupEvery = time.Hour
	purgeHour   = 4 // local time, when groups sleep
)

// upkeep is the housework of a running bot: copies, retention and a nightly
// proof. None of it stops the bot when it fails.
type upkeep struct {
	db    *data.DB
	clock chat.Clock
	log   *slog.Logger
	zone  *time.Location
	keep  data.Retention
	// backups is where copies go; empty for none.
	backups string
}

// run works until ctx ends.
func (u upkeep) run(ctx context.Context) error {
	now := u.clock.Now()
	backup, night := now, u.nextNight(now)
	for {
		next := night
		if u.backups != "" && backup.Before(next) {
			next = backup
		}
		if err := u.clock.Park(ctx, next, nil); err != nil {
			return nil //nolint:nilerr // the end of ctx is how upkeep is stopped
		}
		now = u.clock.Now()
		if u.backups != "" && !now.Before(backup) {
			u.backup(ctx)
			backup = now.Add(backupEvery)
		}
		if !now.Before(night) {
			u.night(ctx, now)
			night = u.nextNight(now)
		}
	}
}

func (u upkeep) nextNight(t time.Time) time.Time {
	local := t.In(u.zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), purgeHour, 0, 0, 0, u.zone)
	if !at.After(t) {
		at = time.Date(local.Year(), local.Month(), local.Day()+1, purgeHour, 0, 0, 0, u.zone)
	}
	return at
}

func (u upkeep) backup(ctx context.Context) {
	m, err := u.db.Backup(ctx, u.backups, data.DefaultRotation())
	if err != nil {
		u.failed(ctx, "the backup failed", err)
		return
	}
	u.log.Info("backup made", slog.String("file", m.File), slog.Int64("bytes", m.Size))
}

// night purges what is older than its limit and proves what is left.
func (u upkeep) night(ctx context.Context, now time.Time) {
	purged, err := u.db.Purge(ctx, now, u.keep)
	if err != nil {
		u.failed(ctx, "the purge failed", err)
		return
	}
	u.log.Info("purged", slog.Int("texts", purged.Texts), slog.Int("evidence", purged.Evidence), slog.Int("decisions", purged.Decisions), slog.Int("left", purged.Left))
	found, err := prove(ctx, u.db)
	if err != nil {
		u.failed(ctx, "the nightly proof failed", err)
		return
	}
	for _, v := range found {
		u.log.Error("the database does not hold; keep the file and restore a backup", slog.String("where", v.String()))
	}
}

// failed reports an error unless the bot is being stopped.
func (u upkeep) failed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		u.log.Error(what, slog.Any("error", err))
	}
}

// retention is how long things are kept by the settings.
func (s settings) retention() data.Retention {
	const day = 24 * time.Hour
	return data.Retention{
		Text: time.Duration(s.Keep.Text) * day, Evidence: time.Duration(s.Keep.Evidence) * day, Decisions: time.Duration(s.Keep.Decisions) * day,
	}
}
