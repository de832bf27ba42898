// Command menshen keeps order in WeChat groups.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a room's zone has to load on a host without zone files

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// streams are the three standard streams, passed in so that tests own them.
type streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// cli is the command line: one field a command, each with a Run method that
// takes the context and the streams.
type cli struct {
	Run        runCmd        `cmd:"" help:"Log in and keep order until stopped."`
	Login      loginCmd      `cmd:"" help:"As run; with --again also after WeChat refused the account."`
	Demo       demoCmd       `cmd:"" help:"Play an evening in a group, without an account."`
	Check      checkCmd      `cmd:"" help:"Judge each line of the input and say why."`
	Init       initCmd       `cmd:"" help:"Write a settings file with every setting explained."`
	Config     configCmd     `cmd:"" help:"Print the settings in force."`
	Health     healthCmd     `cmd:"" help:"Ask a running menshen how it is."`
	Doctor     doctorCmd     `cmd:"" help:"Tell in Chinese how everything is and what to do."`
	Verify     verifyCmd     `cmd:"" help:"Prove that ledger and cases are whole and unchanged."`
	Backup     backupCmd     `cmd:"" help:"Make a checked copy of the database."`
	Restore    restoreCmd    `cmd:"" help:"Put a copy back and prove it."`
	Export     exportCmd     `cmd:"" help:"List members, or write everything that is kept about one."`
	Erase      eraseCmd      `cmd:"" help:"Erase what is kept about a member."`
	Points     pointsCmd     `cmd:"" help:"Export the ledger of points as CSV or JSON."`
	VerifyDraw verifyDrawCmd `cmd:"" help:"Recompute a draw from its printed text alone."`
	Sim        simCmd        `cmd:"" help:"Serve a simulated WeChat for tests and trials."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// exitError ends the program with a code of its own; message goes to stderr.
type exitError struct {
	code    int
	message string
}

func (e exitError) Error() string { return e.message }

// run parses args, runs the command and returns the exit code: 0 success, 2
// wrong usage or wrong input, 1 everything else.
func run(ctx context.Context, args []string, std streams) int {
	var c cli
	exit := -1
	parser, err := kong.New(&c, kong.Name("menshen"), kong.Description("Keeps order in WeChat groups."),
		kong.Writers(std.Out, std.Err), kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std))
	if err != nil {
		fmt.Fprintln(std.Err, "menshen:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help was printed
		return exit
	}
	if err != nil {
		fmt.Fprintln(std.Err, "menshen:", err)
		return 2
	}
	return report(command.Run(), std.Err)
}

// report prints err for the user and returns the exit code it stands for.
func report(err error, w io.Writer) int {
	if err == nil {
		return 0
	}
	code := 1
	var own exitError
	if errors.As(err, &own) {
		code = own.code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(w, "menshen:", text)
	}
	return code
}
