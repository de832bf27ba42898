package data

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"menshen/bot/decision"
)

// faultFlips is how many single bits are flipped in each part of the file.
var faultFlips = flag.Int("fault.flips", 200, "how many bits TestFaultBitFlips flips in each part of the file")

// sealedTables hold what the digests cover: postings with their balances and
// memos, and cases with their seals.
var sealedTables = []string{"ledger", "balance", "cases", "case_seal"}

// treePages are the pages of the b-trees of tables, from a file at rest.
func treePages(t *testing.T, path string, tables ...string) []int {
	t.Helper()
	db := &DB{path: path, reader: pool(path, asProbe)}
	defer db.reader.Close()
	size := 0
	if err := db.reader.QueryRow(`PRAGMA page_size`).Scan(&size); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var pages []int
	for _, table := range tables {
		root := 0
		if err := db.reader.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = ?1`, table).Scan(&root); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, walk(raw, size, root)...)
	}
	return pages
}

// walk returns a page and, if it is an inner one, those below it. The format
// is that of sqlite.org/fileformat2.html#b_tree_pages.
func walk(raw []byte, size, page int) []int {
	at := (page - 1) * size
	head := at
	if page == 1 {
		head += 100
	}
	all := []int{page}
	if kind := raw[head]; kind != 2 && kind != 5 {
		return all
	}
	cells := int(binary.BigEndian.Uint16(raw[head+3:]))
	for i := range cells {
		cell := at + int(binary.BigEndian.Uint16(raw[head+12+2*i:]))
		all = append(all, walk(raw, size, int(binary.BigEndian.Uint32(raw[cell:])))...)
	}
	return append(all, walk(raw, size, int(binary.BigEndian.Uint32(raw[head+8:])))...)
}

// sealedContent is everything that the digests cover, as text.
func sealedContent(path string) (string, error) {
	db := &DB{path: path, reader: pool(path, asProbe)}
	defer db.reader.Close()
	var all strings.Builder
	for _, table := range sealedTables {
		rows, err := db.reader.Query(`SELECT * FROM ` + table)
		if err != nil {
			return "", err
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return "", err
		}
		cells := make([]any, len(names))
		for i := range cells {
			cells[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(cells...); err != nil {
				return "", err
			}
			for _, cell := range cells {
				fmt.Fprintf(&all, "%v|", *cell.(*any))
			}
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

// flipHouse is a file at rest with some of everything: cases that went through changes, postings, messages.
func flipHouse(t *testing.T) string {
	dir := quickDir(t)
	h := houseAt(t, filepath.Join(dir, "menshen.db"))
	who := h.crowd(40)
	for n := range 600 {
		h.record(func(tx *Tx) error { return h.oneMessage(tx, n*99+n%2, who[n%len(who)]) })
	}
	for i := range int64(120) {
		id := h.ask(decision.Query{}).NextCase
		h.apply(h.strike(id, who[i%7], 1),
			decision.JoinCase{Case: id, MessageID: "again", At: h.clock},
			decision.ChangeCase{Case: id, State: decision.CaseWarned, At: h.clock, Why: "the notice was sent"})
	}
	for i := range int64(1500) {
		h.give(who[i%11], 1+i%9, 1_000_000+i)
	}
	path := filepath.Join(dir, "rest.db")
	if err := h.copyTo(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// flips is what became of flipped bits.
type flips struct{ seen, missed, harmless int }

// flip turns one bit over, looks, and turns it back.
func flip(t *testing.T, f *os.File, at int64, bit int, want string) (seen, harmless bool) {
	t.Helper()
	var b [1]byte
	turn := func() {
		if _, err := f.ReadAt(b[:], at); err != nil {
			t.Fatal(err)
		}
		b[0] ^= 1 << bit
		if _, err := f.WriteAt(b[:], at); err != nil {
			t.Fatal(err)
		}
	}
	turn()
	defer turn()
	if _, err := prove(context.Background(), f.Name()); err != nil {
		return true, false
	}
	got, err := sealedContent(f.Name())
	return err != nil, got == want
}

// TestFaultBitFlips turns single bits of a file over: in pages of what the
// digests cover nearly every one is seen, elsewhere only what breaks the
// structure of the file. A bit that changes nothing anybody can read, in the
// unused part of a page, is harmless.
func TestFaultBitFlips(t *testing.T) {
	t.Parallel()
	path := flipHouse(t)
	want, err := sealedContent(path)
	if err != nil || len(want) < 10_000 {
		t.Fatalf("%d bytes of content: %v", len(want), err)
	}
	if _, err := prove(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	sealed := treePages(t, path, sealedTables...)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var other []int
	for page := 1; page <= int(info.Size()/pageSize); page++ {
		if !slices.Contains(sealed, page) {
			other = append(other, page)
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lots, count := rand.New(rand.NewPCG(1, 2)), *faultFlips
	if testing.Short() {
		count = min(count, 20)
	}
	for _, part := range []struct {
		name  string
		pages []int
		least float64
	}{{"postings and cases", sealed, 0.99}, {"elsewhere", other, 0.1}} {
		var n flips
		for range count {
			page := part.pages[lots.IntN(len(part.pages))]
			seen, harmless := flip(t, f, int64(page-1)*pageSize+lots.Int64N(pageSize), lots.IntN(8), want)
			switch {
			case seen:
				n.seen++
			case harmless && part.least > 0.5:
				n.harmless++
			default:
				n.missed++
			}
		}
		share := float64(n.seen) / float64(n.seen+n.missed)
		t.Logf("%s: %d pages; %d flips seen, %d not, %d without effect: %.1f %%", part.name, len(part.pages), n.seen, n.missed, n.harmless, 100*share)
		if share < part.least {
			t.Errorf("%s: %.1f %% seen, want %.0f %%", part.name, 100*share, 100*part.least)
		}
	}
}
