package picture

import (
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// corners counts the squares in black that can be the corner of a code, as the
// library finds them, and stops above mostCorners.
func corners(black *gozxing.BitMatrix) int {
	finder := detector.NewFinderPatternFinder(black, nil)
	for y := detector.FinderPatternFinder_MIN_SKIP - 1; y < black.GetHeight(); y += detector.FinderPatternFinder_MIN_SKIP {
		if cornersInRow(finder, black, y); len(finder.GetPossibleCenters()) > mostCorners {
			break
		}
	}
	return len(finder.GetPossibleCenters())
}

// cornersInRow looks in row y for runs of black and white as 1:1:3:1:1, which
// every line through the middle of a corner shows.
func cornersInRow(finder *detector.FinderPatternFinder, black *gozxing.BitMatrix, y int) {
	runs := make([]int, 5)
	run := 0 // even: black
	for x := 0; x <= black.GetWidth(); x++ {
		dark := x < black.GetWidth() && black.Get(x, y)
		switch {
		case dark == (run%2 == 0):
			runs[run]++
		case run == 0 && runs[0] == 0: // white before the first black
		case run < 4:
			run++
			runs[run]++
		case detector.FinderPatternFinder_foundPatternCross(runs) && finder.HandlePossibleCenter(runs, y, x):
			clear(runs)
			run = 0
		default:
			copy(runs, runs[2:])
			runs[3], runs[4], run = 1, 0, 3
		}
	}
}
