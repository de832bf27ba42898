package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"

	"menshen/bot/chat"
)

type runCmd struct {
	configFlags

	Sim        string `placeholder:"URL" help:"Use a simulator instead of WeChat: the control URL that menshen sim printed."`
	AcceptRisk bool   `help:"Accept the risk to the account without being asked; for unattended use."`
}

// Run runs the bot until it is told to stop. An account that WeChat refuses
// does not end it: a restart policy would only make things worse.
func (c runCmd) Run(ctx context.Context, std streams) error {
	return c.start(ctx, std, false)
}

// gcPercent trades a little processor time, of which a bot that waits has
// plenty, for memory on the small machines that such bots run on.
const gcPercent = 50

func (c runCmd) start(ctx context.Context, std streams, again bool) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	s, err := c.load(os.Getenv)
	if err != nil {
		return err
	}
	log := newLogger(std.Err, s.Log)
	around := surroundings{clock: chat.RealClock{}, again: again}
	if c.Sim == "" {
		if err := acceptRisk(s.DataDir, c.AcceptRisk, std); err != nil {
			return err
		}
	} else {
		if s.DataDir == defaultSettings().DataDir {
			s.DataDir = filepath.Join(s.DataDir, "sim") // never the real account's files
		}
		if ctx, around, err = simulated(ctx, c.Sim); err != nil {
			return err
		}
		around.again = again
	}
	p, err := openProgram(ctx, s, around, &console{out: std.Out}, log)
	if err != nil {
		return err
	}
	err = p.run(ctx)
	log.Info("stopped", slog.Any("cause", context.Cause(ctx)))
	if lost := context.Cause(ctx); errors.Is(lost, errClockLost) {
		err = errors.Join(err, lost)
	}
	return errors.Join(err, p.close())
}

// simulated connects to a simulator. The context ends with the connection.
func simulated(ctx context.Context, control string) (context.Context, surroundings, error) {
	transport, err := simTransport(ctx, control)
	if err != nil {
		return nil, surroundings{}, err
	}
	ctx, clock, err := dialSimClock(ctx, control)
	if err != nil {
		return nil, surroundings{}, err
	}
	return ctx, surroundings{simulated: true, clock: clock, transport: pollsOutside{transport, clock}}, nil
}

type loginCmd struct {
	runCmd

	Again bool `help:"Log in anew although WeChat refused the account, or with another account's phone." required:""`
}

// Run forgets a stored refusal and runs the bot.
func (c loginCmd) Run(ctx context.Context, std streams) error {
	return c.start(ctx, std, c.Again)
}
