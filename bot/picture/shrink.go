package picture

import (
	"image"
	"image/color"

	"github.com/makiuchi-d/gozxing"
)

// shrink returns the brightness of img with the longer side at most longest,
// each value the mean of a square of pixels. What can be seen through is white.
// It returns nil when too little is left of a narrow picture.
func shrink(img image.Image, longest int) gozxing.LuminanceSource {
	size := img.Bounds().Size()
	n := (max(size.X, size.Y) + longest - 1) / longest
	width, height := size.X/n, size.Y/n
	if min(width, height) < minSide {
		return nil
	}
	grey := make([]byte, width*height)
	at := brightness(img)
	for y := range height {
		for x := range width {
			sum := 0
			for dy := range n {
				for dx := range n {
					sum += int(at(x*n+dx, y*n+dy))
				}
			}
			grey[y*width+x] = byte(sum / (n * n))
		}
	}
	source, err := gozxing.NewPlanarYUVLuminanceSource(grey, width, height, 0, 0, width, height, false)
	if err != nil { // only a rectangle outside the data is one
		return nil
	}
	return source
}

// brightness returns how to read one pixel of img, counted from its corner.
func brightness(img image.Image) func(x, y int) byte {
	corner := img.Bounds().Min
	switch p := img.(type) {
	case *image.YCbCr: // nearly every picture
		return func(x, y int) byte { return p.Y[p.YOffset(corner.X+x, corner.Y+y)] }
	case image.RGBA64Image: // all others of the standard library
		return func(x, y int) byte { return luma(p.RGBA64At(corner.X+x, corner.Y+y)) }
	}
	return func(x, y int) byte {
		return luma(color.RGBA64Model.Convert(img.At(corner.X+x, corner.Y+y)).(color.RGBA64))
	}
}

// luma is how bright c looks on white (ITU-R BT.601).
func luma(c color.RGBA64) byte {
	y := (299*uint32(c.R) + 587*uint32(c.G) + 114*uint32(c.B)) / 1000
	return byte((y + 0xFFFF - uint32(c.A)) >> 8)
}
