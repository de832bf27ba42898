package main

import (
	"os"
	"syscall"
	"testing"
)

// quickDir is a directory in memory where there is plenty, else one on the
// disk: what a killed process leaves in its files is the same on both. Power
// cuts and slow disks are the business of other tests.
func quickDir(t *testing.T) string {
	t.Helper()
	const memory, plenty = "/dev/shm", 1 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < plenty {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "menshen-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
