package bot_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"testing"
)

// request is one thing that a process asked of its disk, as
// data/testdata/recorder.c records it.
type request struct {
	// W write, T truncate, S sync, U unlink; X: one of these, named in at, was
	// made to fail; A: the program relies on what it committed so far.
	kind byte
	file byte // d database, j journal, / their directory
	at   int64
	data []byte
}

// readRequests reads a record.
func readRequests(t testing.TB, path string) (all []request) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for len(raw) >= 24 {
		r := request{kind: raw[0], file: raw[1], at: int64(binary.LittleEndian.Uint64(raw[8:]))}
		n := int64(binary.LittleEndian.Uint64(raw[16:]))
		r.data, raw = raw[24:24+n], raw[24+n:]
		all = append(all, r)
	}
	return all
}

// acknowledge adds the record that everything committed so far is relied on.
func acknowledge(record *os.File) error {
	_, err := record.Write(append([]byte{'A'}, make([]byte, 23)...))
	return err
}

// file is one file of a disk: what is on the platter, and what was asked for
// since then and may be lost, in whole or in part.
type file struct {
	exists  bool
	durable []byte
	pending []request
}

// disk is what a power cut leaves of two files.
type disk struct{ db, wal file }

func (d *disk) of(name byte) *file {
	if name == 'd' {
		return &d.db
	}
	return &d.wal
}

// take takes one request.
func (d *disk) take(r request) {
	f := d.of(r.file)
	switch {
	case r.kind == 'S' && r.file == '/':
		for _, f := range []*file{&d.db, &d.wal} {
			f.settle(f.lastUnlink())
		}
	case r.kind == 'S':
		f.settle(len(f.pending))
	case r.kind == 'X' && r.at == 'S':
		f.pending = nil // the kernel forgets what it could not write, and no later sync makes up for it
	case r.kind == 'W' || r.kind == 'T' || r.kind == 'U':
		f.pending = append(f.pending, r)
	}
}

// kept writes everything that was asked for, as the process itself sees it.
func (d *disk) kept(t testing.TB, path string) {
	t.Helper()
	d.db.settle(len(d.db.pending))
	d.wal.settle(len(d.wal.pending))
	d.land(t, path, nil, fates()[0].keep)
}

// lastUnlink is the number of requests up to the last that removes the name.
func (f *file) lastUnlink() int {
	for i := len(f.pending); i > 0; i-- {
		if f.pending[i-1].kind == 'U' {
			return i
		}
	}
	return 0
}

// settle makes the first n requests durable.
func (f *file) settle(n int) {
	for _, r := range f.pending[:n] {
		f.do(r)
	}
	f.pending = append([]request(nil), f.pending[n:]...)
}

// do carries a request out.
func (f *file) do(r request) {
	switch r.kind {
	case 'U':
		f.exists, f.durable = false, nil
	case 'T':
		f.exists = true
		f.grow(r.at)
		f.durable = f.durable[:r.at]
	case 'W':
		f.exists = true
		f.grow(r.at + int64(len(r.data)))
		copy(f.durable[r.at:], r.data)
	}
}

func (f *file) grow(size int64) {
	if n := size - int64(len(f.durable)); n > 0 {
		f.durable = append(f.durable, make([]byte, n)...)
	}
}

// fate is what happens to requests that were not synced.
type fate struct {
	name string
	// keep says which survive; a write may survive in part, by sectors.
	keep func(lots *rand.Rand, r request) []request
}

// sector is what a disk writes whole.
const sector = 512

func fates() []fate {
	return []fate{
		{"all of it is lost", func(*rand.Rand, request) []request { return nil }},
		{"all of it was written", func(_ *rand.Rand, r request) []request { return []request{r} }},
		{"some of it was written, in any order", func(lots *rand.Rand, r request) []request {
			if lots.IntN(2) == 0 {
				return nil
			}
			return []request{r}
		}},
		{"some sectors were written", func(lots *rand.Rand, r request) (parts []request) {
			if r.kind != 'W' {
				return []request{r}
			}
			for at := r.at; at < r.at+int64(len(r.data)); {
				end := min((at/sector+1)*sector, r.at+int64(len(r.data)))
				if lots.IntN(2) == 0 {
					parts = append(parts, request{kind: 'W', file: r.file, at: at, data: r.data[at-r.at : end-r.at]})
				}
				at = end
			}
			return parts
		}},
	}
}

// cut is what is left of a file when the power goes. A name that was not
// removed after all hides the file that was made under it later.
func (f *file) cut(lots *rand.Rand, keep func(*rand.Rand, request) []request) (content []byte, exists bool) {
	left := file{exists: f.exists, durable: bytes.Clone(f.durable)}
	for _, r := range f.pending {
		parts := keep(lots, r)
		if r.kind == 'U' && len(parts) == 0 {
			break
		}
		for _, part := range parts {
			left.do(part)
		}
	}
	return left.durable, left.exists
}

// land writes what a power cut leaves for a database at path.
func (d *disk) land(t testing.TB, path string, lots *rand.Rand, keep func(*rand.Rand, request) []request) {
	t.Helper()
	for _, f := range []struct {
		*file
		path string
	}{{&d.db, path}, {&d.wal, path + "-wal"}} {
		content, exists := f.cut(lots, keep)
		if !exists {
			continue
		}
		if err := os.WriteFile(f.path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
