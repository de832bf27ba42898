// Package picture reads the QR codes in a picture that a member posted. The
// picture comes from a stranger: its size is looked at before it is unpacked,
// and what goes wrong with it is an error and nothing more.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // only the first frame is unpacked
	_ "image/jpeg"
	_ "image/png"

	"github.com/makiuchi-d/gozxing"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// What a picture may cost.
const (
	// MaxBytes is the longest file that is looked at. WeChat sends what was
	// made smaller by the phone, rarely above 1 MiB.
	MaxBytes = 4 << 20
	// maxPixels bounds what a file unpacks to: a long screenshot of a phone has
	// about five million, and a progressive JPEG takes ten bytes for each.
	maxPixels = 6 << 20
	// minSide is the smallest code there is, in pixels.
	minSide = 21
	// workSide is how long the longer side is at most when codes are searched.
	workSide = 1280
	// maxCodes is how many codes of one picture are read.
	maxCodes = 4
	// fewCorners is how many corners of codes the search for several codes gets,
	// which tries every three of them, and mostCorners how many the search for
	// one gets, which compares every three. A picture made to have thousands of
	// them would keep either busy for hours.
	fewCorners, mostCorners = 16, 100
)

// The errors about pictures that are not looked at.
var (
	ErrTooBig   = errors.New("the picture is too big")
	ErrNoFormat = errors.New("not a JPEG, PNG or GIF picture")
	errGarbled  = errors.New("the picture made the reader fail")
)

// Codes returns the texts of the QR codes in file, none if there is none. The
// search gives up between two tries when ctx ends; a try takes at most a few
// tenths of a second whatever is in the picture.
func Codes(ctx context.Context, file []byte) (texts []string, err error) {
	defer func() { // decoders of strangers' bytes have had their share of bugs
		if recover() != nil {
			texts, err = nil, errGarbled
		}
	}()
	if len(file) > MaxBytes {
		return nil, ErrTooBig
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, ErrNoFormat
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return nil, ErrTooBig
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("unpack the picture: %w", err)
	}
	grey := shrink(img, workSide)
	if grey == nil {
		return nil, nil
	}
	for _, ground := range []gozxing.Binarizer{
		gozxing.NewHybridBinarizer(grey),
		gozxing.NewGlobalHistgramBinarizer(grey), // little contrast
		gozxing.NewHybridBinarizer(gozxing.LuminanceSourceInvert(grey)),
	} {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("read the picture: %w", err)
		}
		if texts := search(ground); len(texts) > 0 {
			return texts, nil
		}
	}
	return nil, nil
}

// search returns the texts of the codes on one black and white ground.
func search(ground gozxing.Binarizer) []string {
	bitmap, err := gozxing.NewBinaryBitmap(ground)
	if err != nil {
		return nil
	}
	black, err := bitmap.GetBlackMatrix()
	if err != nil {
		return nil
	}
	n := corners(black)
	if n < 3 || n > mostCorners {
		return nil
	}
	if n <= fewCorners {
		if found, err := multi.NewQRCodeMultiReader().DecodeMultiple(bitmap, nil); err == nil {
			return textsOf(found)
		}
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	if found, err := qrcode.NewQRCodeReader().Decode(bitmap, hints); err == nil {
		return textsOf([]*gozxing.Result{found})
	}
	return nil
}

func textsOf(found []*gozxing.Result) []string {
	var texts []string
	for _, r := range found[:min(len(found), maxCodes)] {
		texts = append(texts, r.GetText())
	}
	return texts
}
