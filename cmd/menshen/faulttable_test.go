package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// experiment is a fault that the program is put through.
type experiment struct {
	row, fault string
	// tests are directory:name; go test -run Fault ./bot/... ./data
	// ./cmd/menshen runs them all. Flags make them longer.
	tests []string
}

// faultTable says which tests show what happens in each fault that Menshen is
// designed against.
func faultTable() []experiment {
	return []experiment{
		{"F1", "SIGKILL at any moment (-fault.kills)", []string{"cmd/menshen:TestFaultKills", "cmd/menshen:TestFaultKillWhileCreating"}},
		{"F2", "power cut, with weaker settings as control (-fault.cuts)", []string{"bot:TestFaultPowerCut"}},
		{"F3", "crash between any two steps, once and twice, with controls (-fault.full)", []string{
			"bot:TestFaultCrashAtEveryStep", "bot:TestFaultCrashTwice", "bot:TestFaultControl", "bot:TestFaultBatchTriedAgain", "bot:TestFaultPanicInOneMessage",
		}},
		{"F4", "batches delivered again and again, and a day later", []string{"bot:TestFaultReplays", "bot/wechat:TestFaultsLoseNothing"}},
		{"F5", "messages out of order or late", []string{"bot:TestFaultOutOfOrder", "bot:TestFaultOldMessagesOnlyCount"}},
		{"F6", "a request lost before or after it was carried out, refused, too fast", []string{
			"bot:TestFaultOutcomeOfANotice", "bot/wechat/wechatsim:TestFaultsOfSending",
		}},
		{"F7", "two processes on one database, under one name or two", []string{"cmd/menshen:TestFaultSecondProcess", "data:TestFaultFileTakenAway"}},
		{"F8", "disk full or a quota reached", []string{"data:TestFaultDiskFull", "cmd/menshen:TestFaultFileLimit"}},
		{"F9", "a write or sync that fails (-fault.errors)", []string{"bot:TestFaultDiskErrors"}},
		{"F10", "flipped bits (-fault.flips), pages of zeros, a file cut short, a lost journal", []string{
			"data:TestFaultBitFlips", "data:TestFaultBrokenFiles", "data:TestFaultLostJournal",
		}},
		{"F11", "the clock jumps", []string{"bot:TestFaultClockJumps"}},
		{"F12", "a reader that stays (-fault.reader)", []string{"data:TestFaultLongReader"}},
		{"F13", "a migration killed (-fault.migrations)", []string{"data:TestFaultMigrationKills"}},
		{"F14", "restore drill", []string{"cmd/menshen:TestFaultRestoreDrill"}},
		{"F15", "mixed load with faults for a long time (-fault.soak)", []string{"cmd/menshen:TestFaultSoak"}},
		{"F16", "the login lost while rows wait", []string{"bot:TestFaultLoginLost", "bot/wechat/wechatsim:TestFaultsEnd"}},
	}
}

// TestFaultTable checks that the table is true: every test in it exists, and
// every experiment of the repository is in it.
func TestFaultTable(t *testing.T) {
	helpers := []string{"cmd/menshen:TestFaultTable", "bot/wechat/wechatsim:TestFaultsOfSync", "bot/wechat/wechatsim:TestFaultTimes"}
	found := faultTests(t, "bot", "bot/wechat", "bot/wechat/wechatsim", "data", "cmd/menshen")
	var listed []string
	for i, e := range faultTable() {
		if e.row != fmt.Sprint("F", i+1) || len(e.tests) == 0 {
			t.Errorf("row %d is %s, with %d tests", i+1, e.row, len(e.tests))
		}
		listed = append(listed, e.tests...)
		t.Logf("%s %s: %s", e.row, e.fault, strings.Join(e.tests, ", "))
	}
	for _, name := range listed {
		if !slices.Contains(found, name) {
			t.Errorf("%s does not exist", name)
		}
	}
	for _, name := range found {
		if !slices.Contains(listed, name) && !slices.Contains(helpers, name) {
			t.Errorf("%s is in no row", name)
		}
	}
}

// faultTests finds the experiments in the sources of some directories.
func faultTests(t *testing.T, dirs ...string) (all []string) {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func (TestFault\w*)\(`)
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join("..", "..", dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range declared.FindAllSubmatch(text, -1) {
				all = append(all, dir+":"+string(match[1]))
			}
		}
	}
	return all
}
