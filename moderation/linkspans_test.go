package moderation

import (
	"slices"
	"testing"
)

// Every question about a few links, some inside others and in no order, is
// answered as looking at each of them would.
func TestLinkSpans(t *testing.T) {
	for name, links := range map[string][]linkHit{
		"none":       nil,
		"one":        {{start: 2, end: 4}},
		"apart":      {{start: 0, end: 2}, {start: 5, end: 6}},
		"no order":   {{start: 6, end: 8}, {start: 1, end: 3}, {start: 4, end: 5}},
		"one inside": {{start: 1, end: 9}, {start: 2, end: 3}, {start: 4, end: 6}},
	} {
		spans := spansOf(links)
		for start := range 10 {
			for end := start + 1; end <= 11; end++ {
				want := slices.ContainsFunc(links, func(l linkHit) bool { return l.start < end && start < l.end })
				if got := spans.meet(start, end); got != want {
					t.Errorf("%s: a link in %d to %d: %v, want %v", name, start, end, got, want)
				}
			}
		}
	}
}
