package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"menshen/bot/chat"
	"menshen/bot/text"
	"menshen/data"
)

const (
	backupEvery = time.Hour
	purgeHour   = 4 // local time, when groups sleep
)

// upkeep is the housework of a running bot: copies, retention and a nightly
// proof. None of it stops the bot when it fails; whoever looks after the bot is
// told in the chat, once a day.
type upkeep struct {
	db    *data.DB
	clock chat.Clock
	log   *slog.Logger
	zone  *time.Location
	keep  data.Retention
	// backups is where copies go; empty for none.
	backups string
	// tell says a sentence on the account's own console, once for every cause.
	tell func(ctx context.Context, cause, words string) error
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
		u.failed(ctx, "the backup failed", err, text.BackupFailed())
		return
	}
	u.log.Info("backup made", slog.String("file", m.File), slog.Int64("bytes", m.Size))
}

// night purges what is older than its limit and proves what is left.
func (u upkeep) night(ctx context.Context, now time.Time) {
	u.purge(ctx, now)
	u.prove(ctx)
}

func (u upkeep) purge(ctx context.Context, now time.Time) {
	purged, err := u.db.Purge(ctx, now, u.keep)
	if err != nil {
		u.failed(ctx, "the purge failed", err, text.PurgeFailed())
		return
	}
	u.log.Info("purged", slog.Int("texts", purged.Texts), slog.Int("evidence", purged.Evidence), slog.Int("decisions", purged.Decisions), slog.Int("left", purged.Left))
}

func (u upkeep) prove(ctx context.Context) {
	found, err := prove(ctx, u.db)
	if err != nil {
		u.failed(ctx, "the nightly proof failed", err, text.ProofFailed())
		return
	}
	for _, v := range found {
		u.log.Error("the database does not hold; keep the file and restore a backup", slog.String("where", v.String()))
	}
	if len(found) > 0 {
		u.say(ctx, "the database does not hold", text.Changed(len(found)))
	}
}

// failed reports an error unless the bot is being stopped; words say it in the
// chat.
func (u upkeep) failed(ctx context.Context, what string, err error, words string) {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return
	}
	u.log.Error(what, slog.Any("error", err))
	u.say(ctx, what, words)
}

// say tells the console, once a day about the same.
func (u upkeep) say(ctx context.Context, what, words string) {
	day := u.clock.Now().In(u.zone).Format(time.DateOnly)
	if err := u.tell(ctx, "upkeep:"+what+":"+day, words); err != nil && ctx.Err() == nil {
		u.log.Error("nobody could be told", slog.Any("error", err))
	}
}

// retention is how long things are kept by the settings.
func (s settings) retention() data.Retention {
	const day = 24 * time.Hour
	return data.Retention{
		Text: time.Duration(s.Keep.Text) * day, Evidence: time.Duration(s.Keep.Evidence) * day, Decisions: time.Duration(s.Keep.Decisions) * day,
	}
}
