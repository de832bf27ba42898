package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sort"
	"strings"

	"menshen/moderation"
	"menshen/moderation/bench/dict"
)

// source draws words by how often they occur in running text.
type source struct {
	words []dict.Word
	sum   []int
	rng   *rand.Rand
}

func newSource(words []dict.Word, keep func(dict.Word) bool, seed uint64) *source {
	s := &source{rng: rand.New(rand.NewPCG(seed, 1))}
	total := 0
	for _, w := range words {
		if !keep(w) {
			continue
		}
		total += w.Freq
		s.words = append(s.words, w)
		s.sum = append(s.sum, total)
	}
	return s
}

func (s *source) draw() string {
	k := sort.SearchInts(s.sum, s.rng.IntN(s.sum[len(s.sum)-1])+1)
	return string(s.words[k].Runes)
}

// messages makes texts as long as those of real chats (log-normal, median 21
// runes, 120 at the 99th percentile), a few with Latin words and digits.
func messages(words []dict.Word, n int) []string {
	src := newSource(words, func(w dict.Word) bool { return w.Freq > 0 }, 7)
	marks := []string{"，", "，", "。", "！", "？", " ", "😊", "ok", "app", "123", "2点"}
	out := make([]string, n)
	for i := range out {
		length := int(math.Exp(math.Log(21) + 0.75*src.rng.NormFloat64()))
		var b strings.Builder
		for runes := 0; runes < max(2, length); {
			w := src.draw()
			if src.rng.IntN(6) == 0 {
				w = marks[src.rng.IntN(len(marks))]
			}
			b.WriteString(w)
			runes += len([]rune(w))
		}
		out[i] = b.String()
	}
	return out
}

// keywords makes distinct terms of mean six runes from words that are not
// everyday ones, and leaves out those the texts hold often.
func keywords(words []dict.Word, n int) []string {
	src := newSource(words, func(w dict.Word) bool { return len(w.Runes) > 1 && len(w.Runes) < 5 && w.Freq < 500 && w.Freq > 2 }, 11)
	seen := map[string]bool{}
	out := make([]string, 0, n)
	for len(out) < n {
		w := src.draw() + src.draw()
		if src.rng.IntN(3) == 0 {
			w += src.draw()
		}
		if w = moderation.FoldString(w); !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// corpus reads one JSON object with a text a line.
func corpus(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open corpus: %w", err)
	}
	defer f.Close()
	var out []string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var row struct{ Text string }
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("read corpus: %w", err)
		}
		out = append(out, row.Text)
	}
	return out, nil
}
