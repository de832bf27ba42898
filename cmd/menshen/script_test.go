package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the programs that a script runs. stop is
// one of them because testscript has a verb of that name, which would end the
// script; a program given here goes before it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"menshen": unprofiled, "stop": stopCommand})
}

// unprofiled is the program inside the test's binary. There the memory profile,
// which the linker leaves out of the program itself, would grow with every new
// size and place of an allocation.
func unprofiled() {
	runtime.MemProfileRate = 0
	main()
}

// TestScript plays the stories in testdata/script: a simulator, a bot that is
// a real process, and one verb a line. A file put there needs nothing else.
func TestScript(t *testing.T) {
	t.Setenv("GOTMPDIR", quickDir(t)) // where testscript puts what a story works on
	t.Setenv("GOMAXPROCS", "1")       // of each bot: a story waits most of the time, and waking a second thread costs more than it does
	keepMemory(t)
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: newStory,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"room": verb(doRoom), "in": verb(doIn),
			"start": verb(doStart), "crash": verb(doCrash), "relogin": verb(doRelogin),
			"say": verb(doSay), "card": verb(doCard), "quote": verb(doQuote), "kind": verb(doKind), "private": verb(doPrivate),
			"join": verb(doJoin), "leave": verb(doLeave), "removes": verb(doRemoves), "name": verb(doName), "room-name": verb(doRoomName), "remark": verb(doRemark),
			"expect": verb(doExpect), "expect-private": verb(doExpectPrivate), "expect-none": verb(doExpectNone),
			"points": verb(doPoints), "warnings": verb(doWarnings), "case": verb(doCase), "member": verb(doMember),
			"advance": verb(doAdvance), "at": verb(doAt), "fault": verb(doFault),
			// Beyond the stories' own verbs: what only the record or the terminal tells.
			"sql": verb(doSQL), "kept": verb(doKept), "shows": verb(doShows), "last": verb(doLast),
		},
	})
}

// keepMemory lets the programs that a test starts keep what they freed: libc
// would give it back to the kernel at every turn and ask for it again, which is
// a tenth of what a short life costs.
func keepMemory(t *testing.T) { t.Setenv("MALLOC_TRIM_THRESHOLD_", "67108864") }

type storyKey struct{}

// newStory prepares what a script acts on. Nothing runs until a verb needs it.
func newStory(env *testscript.Env) error {
	s := &story{dir: env.WorkDir, read: map[int]bool{}, passed: map[int]bool{}}
	env.Values[storyKey{}] = s
	env.Setenv("MENSHEN_STORY", env.WorkDir)
	env.Setenv("NL", "\n") // a script has no line breaks in its words
	env.Defer(func() {
		s.end()
		if t, ok := env.T().(interface{ Failed() bool }); ok && t.Failed() {
			env.T().Log(s.account())
		}
	})
	return nil
}

// verb turns a step of a story into a command of the script.
func verb(do func(*story, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("a verb cannot be negated")
		}
		s, ok := ts.Value(storyKey{}).(*story)
		if !ok {
			ts.Fatalf("the script has no story")
		}
		ts.Check(do(s, args))
	}
}

// stopCommand is the program behind the verb stop: it ends the script's bot as
// an operator would and waits until it is gone.
func stopCommand() {
	pid, err := os.ReadFile(os.Getenv("MENSHEN_STORY") + "/bot.pid")
	if err == nil {
		err = stopProcess(strings.TrimSpace(string(pid)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stop:", err)
		os.Exit(1)
	}
}
