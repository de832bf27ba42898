package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"menshen/bot/chat"
	"menshen/scoring"
)

type pointsCmd struct {
	configFlags
	Room   int64  `help:"Number of the room; without it all rooms." placeholder:"N"`
	Format string `help:"Form of the postings: csv, or json with one object a line." enum:"csv,json" default:"csv"`
}

// Run writes the ledger of points on the standard output. The bot may be
// running.
func (c pointsCmd) Run(ctx context.Context, std streams) error {
	db, err := c.inspect()
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Format == "json" {
		return db.ExportJSON(ctx, chat.RoomID(c.Room), std.Out)
	}
	return db.ExportCSV(ctx, chat.RoomID(c.Room), std.Out)
}

type verifyDrawCmd struct {
	File string `arg:"" optional:"" type:"existingfile" help:"The text of the draw as it was posted; without it the standard input."`
}

// maxDrawText bounds the text of a draw, in bytes: a list of all members of
// the largest room is far below.
const maxDrawText = 1 << 20

// Run recomputes a draw from its printed text alone. It ends with code 1 when
// the draw was not held as promised and 2 when the text is not whole.
func (c verifyDrawCmd) Run(std streams) error {
	in := std.In
	if c.File != "" {
		file, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("read the draw: %w", err)
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxDrawText+1))
	if err != nil {
		return fmt.Errorf("read the draw: %w", err)
	}
	if len(text) > maxDrawText {
		return usage("the text is longer than 1 MiB; give only what was posted about the draw")
	}
	return verifyDraw(string(text), std.Out)
}

// verifyDraw says what the text of a draw proves.
func verifyDraw(text string, out io.Writer) error {
	r, err := scoring.VerifyDraw(text)
	if errors.Is(err, scoring.ErrDrawText) {
		return usage("%v", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "draw #%d verifies: %d entrants, winners %v\n", r.No, r.Entrants, r.Winners)
	if !r.ListShown {
		fmt.Fprintln(out, "the list of entrants was not in the text; its hash was taken as printed")
	}
	return nil
}
