package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/mdp/qrterminal/v3"
	"golang.org/x/term"

	"menshen/bot/chat"
	"menshen/bot/text"
)

// console is where the operator sits. Binding codes and login codes are shown
// here and nowhere else.
type console struct {
	mu  sync.Mutex
	out io.Writer
}

func (c *console) printf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.out, format, args...)
}

// showQR shows the address that the phone has to scan, as a picture and in
// letters for a terminal that cannot show it.
func (c *console) showQR(url string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintln(c.out, "Scan this with WeChat on the phone of the bot's account:")
	qrterminal.GenerateHalfBlock(url, qrterminal.L, c.out)
	fmt.Fprintln(c.out, url)
}

// showState tells about the login what the operator can act on.
func (c *console) showState(s chat.State) {
	switch s.Phase {
	case chat.PhaseOnline:
		c.printf("logged in\n")
	case chat.PhaseOffline:
		c.printf("WeChat is not reachable; trying again (%s)\n", s.Detail)
	case chat.PhaseEnded:
		c.printf("%s\n", s.Detail)
	case chat.PhaseRefused:
		c.printf("login refused: %s\n%s\n", s.Detail, text.LoginRefused(s.Code))
	case chat.PhaseScan:
		c.printf("login: %s\n", s.Detail)
	case chat.PhaseStarting:
	}
}

const risk = `Before the first login, the risk:

  menshen logs in as a personal WeChat account through the web protocol. WeChat
  does not support that. Since 2025 it refuses most such logins, and it may warn
  or restrict the account for days or weeks, or close it. Use a spare account
  whose loss you can bear, never your own.

  From the rooms that an owner switches on, menshen keeps the text of messages
  for some days, and of warnings for some weeks. Tell the members.
`

// riskUnanswered is the usage error of a program that nobody can answer.
const riskUnanswered = "nobody accepted the risk to the account yet: start it once on a terminal, or with --accept-risk"

// acceptRisk returns nil once the operator has accepted the risk, now or
// earlier. The acceptance is kept in a file of dir.
func acceptRisk(dir string, accepted bool, std streams) error {
	mark := filepath.Join(dir, "risk-accepted")
	if _, err := os.Stat(mark); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for %s: %w", mark, err)
	}
	if !accepted {
		if !terminal(std.In) {
			return usage(riskUnanswered)
		}
		if err := askRisk(std); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if err := os.WriteFile(mark, []byte(risk), 0o600); err != nil {
		return fmt.Errorf("remember that the risk was accepted: %w", err)
	}
	return nil
}

// askRisk has the acknowledgement typed, so that nobody clicks it away.
func askRisk(std streams) error {
	fmt.Fprint(std.Out, risk, "\nType \"I accept\" to go on: ")
	line, err := bufio.NewReader(io.LimitReader(std.In, 1<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	if !strings.EqualFold(strings.TrimSpace(line), "I accept") {
		return usage("the risk was not accepted; nothing was done")
	}
	return nil
}

func terminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
