package main

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutineID is the number the runtime prints for a goroutine. Nothing but
// the simulated clock needs it: it has to tell a goroutine that parks again
// from one that parks for the first time, and the runtime says who is who
// only in the first line of a stack ("goroutine 12 [running]:").
type goroutineID uint64

// currentGoroutine returns the caller's id.
func currentGoroutine() goroutineID {
	line := make([]byte, 64)
	id, _ := parseGoroutine(line[:runtime.Stack(line, false)])
	return id
}

// liveGoroutines returns the goroutines there are now.
func liveGoroutines() map[goroutineID]bool {
	dump := make([]byte, 64<<10)
	n := runtime.Stack(dump, true)
	for n == len(dump) {
		dump = make([]byte, 2*len(dump))
		n = runtime.Stack(dump, true)
	}
	dump = dump[:n]
	alive := map[goroutineID]bool{}
	for stack := range bytes.SplitSeq(dump, []byte("\n\n")) {
		if id, ok := parseGoroutine(stack); ok {
			alive[id] = true
		}
	}
	return alive
}

func parseGoroutine(stack []byte) (goroutineID, bool) {
	rest, found := bytes.CutPrefix(stack, []byte("goroutine "))
	number, _, _ := bytes.Cut(rest, []byte(" "))
	id, err := strconv.ParseUint(string(number), 10, 64)
	return goroutineID(id), found && err == nil
}
