package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// promptly is how long, in real time, a process may take for what it does at
// once.
const promptly = 20 * time.Second

// process is a running menshen.
type process struct {
	name string
	cmd  *exec.Cmd
	gone chan struct{}

	mu      sync.Mutex
	said    bytes.Buffer
	changed chan struct{} // closed at every output
}

func startProcess(dir string, args ...string) (*process, error) {
	return startCommand(dir, "menshen", args...)
}

// startCommand starts a program that in the end is menshen.
func startCommand(dir, command string, args ...string) (*process, error) {
	p := &process{name: command + " " + args[0], gone: make(chan struct{}), changed: make(chan struct{})}
	p.cmd = exec.Command(command, args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, p, p
	p.cmd.Env = append(os.Environ(), "HOME="+dir, "TMPDIR="+dir, "TZ=UTC")
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is for the story to judge
		close(p.gone)
	}()
	return p, nil
}

// Write collects the output.
func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
	return p.said.Write(text)
}

func (p *process) output() (string, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String(), p.changed
}

// waitFor returns what find returns of the output as soon as that is not
// empty.
func (p *process) waitFor(what string, find func(said string) string) (string, error) {
	late := time.After(promptly)
	for {
		said, changed := p.output()
		if found := find(said); found != "" {
			return found, nil
		}
		select {
		case <-changed:
		case <-p.gone:
			return "", fmt.Errorf("%s ended without %s", p.name, what)
		case <-late:
			return "", fmt.Errorf("%s did not show %s within %v", p.name, what, promptly)
		}
	}
}

// tail returns the last lines of the output, without the pictures of codes.
func (p *process) tail(lines int) string {
	said, _ := p.output()
	all := slices.DeleteFunc(strings.Split(strings.TrimSpace(said), "\n"), func(line string) bool {
		return strings.HasPrefix(line, "█") || strings.HasPrefix(line, "▀")
	})
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

func (p *process) ended() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// kill ends the process without a chance to tidy up.
func (p *process) kill() error { return p.signal(syscall.SIGKILL) }

// terminate ends it as an operator would.
func (p *process) terminate() error { return p.signal(syscall.SIGTERM) }

func (p *process) signal(sig os.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.gone:
		return nil
	case <-time.After(promptly):
		return fmt.Errorf("%s did not end within %v of %v", p.name, promptly, sig)
	}
}

// stopProcess asks the process with a number to end and waits until it has.
// It is not a child of the caller, so there is nothing to wait for but its
// number.
func stopProcess(number string) error {
	pid, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	late := time.After(promptly)
	for {
		select {
		case <-late:
			return fmt.Errorf("process %d did not end within %v", pid, promptly)
		case <-look.C:
			if syscall.Kill(pid, 0) != nil {
				return nil
			}
		}
	}
}
