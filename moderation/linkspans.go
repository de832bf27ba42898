package moderation

import (
	"cmp"
	"slices"
)

// linkSpans says where in a text links are. A hostile message has thousands of
// them beside as many numbers, so each is found by bisection.
type linkSpans struct {
	starts []int
	reach  []int // the furthest end of the links up to each
}

func spansOf(links []linkHit) (s linkSpans) {
	if len(links) == 0 {
		return s
	}
	sorted := slices.SortedFunc(slices.Values(links), func(a, b linkHit) int { return cmp.Compare(a.start, b.start) })
	s.starts, s.reach = make([]int, len(sorted)), make([]int, len(sorted))
	end := 0
	for i, l := range sorted {
		end = max(end, l.end)
		s.starts[i], s.reach[i] = l.start, end
	}
	return s
}

// meet reports whether a link has a rune in [start, end).
func (s linkSpans) meet(start, end int) bool {
	n, _ := slices.BinarySearch(s.starts, end)
	return n > 0 && s.reach[n-1] > start
}
