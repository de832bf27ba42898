// Command bench compares the lexicon with other Aho-Corasick libraries on the
// same folded texts:
//
//	go run . [-corpus FILE] [-sizes 1000,10000,50000] [-messages 2000]
//
// Every engine answers for the whole dictionary and must be safe for
// concurrent use. A corpus is a file of {"text": …} lines.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"menshen/moderation"
	"menshen/moderation/bench/dict"
)

func main() {
	path := flag.String("corpus", "", "texts to run on instead of made ones")
	sizes := flag.String("sizes", "1000,10000,50000", "dictionary sizes")
	count := flag.Int("messages", 2000, "texts to make")
	only := flag.String("engine", "", "run only engines whose name contains this")
	flag.Parse()
	if err := run(*path, *sizes, *count, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(path, sizes string, count int, only string) error {
	words, err := dict.Read()
	if err != nil {
		return err
	}
	texts := messages(words, count)
	if path != "" {
		if texts, err = corpus(path); err != nil {
			return err
		}
	}
	prepared := prepare(texts)
	fmt.Println("keywords  engine                  heap MB  build ms  ns/message  allocs/message    hits")
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("size %q: %w", size, err)
		}
		list := keywords(words, n)
		for _, e := range engines {
			if strings.Contains(e.name, only) {
				if err := measure(e, list, prepared); err != nil {
					return fmt.Errorf("%s: %w", e.name, err)
				}
			}
		}
	}
	return nil
}

func prepare(texts []string) []message {
	out := make([]message, len(texts))
	for i, text := range texts {
		folded := moderation.FoldString(text)
		out[i] = message{bytes: []byte(folded), text: folded, runes: []rune(folded)}
	}
	return out
}

// rounds is how often the texts are searched, in batches. The best time of each
// batch counts: it is what the machine can do when nothing else disturbs it.
const (
	rounds = 40
	batch  = 250
)

// measure prints one row.
func measure(e engine, words []string, texts []message) error {
	before := heap()
	start := time.Now()
	search, err := e.build(words)
	if err != nil {
		return err
	}
	built := time.Since(start)
	size := float64(heap()-before) / 1e6
	best, hits, allocs := repeat(search, texts)
	if e.folds {
		fold, _, _ := repeat(foldOnly(), texts)
		best -= fold
	}
	n := float64(len(texts))
	fmt.Printf("%8d  %-22s %8.1f  %8.0f  %10.0f  %14.3f  %6d\n", len(words), e.name, size,
		float64(built.Microseconds())/1e3, float64(best.Nanoseconds())/n, float64(allocs)/n, hits)
	runtime.KeepAlive(search)
	return nil
}

func repeat(search func(*message) int, texts []message) (best time.Duration, hits int, allocs uint64) {
	times := make([]time.Duration, (len(texts)+batch-1)/batch)
	for range rounds {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		mallocs := m.Mallocs
		hits = 0
		for i := range times {
			start := time.Now()
			for k := i * batch; k < min(len(texts), (i+1)*batch); k++ {
				hits += search(&texts[k])
			}
			if took := time.Since(start); times[i] == 0 || took < times[i] {
				times[i] = took
			}
		}
		runtime.ReadMemStats(&m)
		allocs = m.Mallocs - mallocs
	}
	for _, took := range times {
		best += took
	}
	return best, hits, allocs
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
